"""The titles of dialogs and questions: each says what the dialog is for, in every language."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog

from tests.ui.controls.lower import show_cloud
from tests.ui.stage import Stage
from tests.ui.test_every_dialog import ROWS
from ui.application import _start_application


@pytest.fixture(autouse=True)
def _started(qapp: QApplication) -> None:
    assert _start_application() is qapp


def sends_here(stage: Stage) -> None:
    show_cloud(stage)
    stage.window.device_actions.send_here()


def discards(stage: Stage) -> None:
    show_cloud(stage)
    stage.window.device_actions.discard()


def deletes(stage: Stage) -> None:
    show_cloud(stage)
    stage.window.device_actions.delete_data()


OPENED: dict[str, Callable[[Stage], None]] = {
    **{row.kind.__name__: row.open for row in ROWS},
    **{act.__name__: act for act in (sends_here, discards, deletes)},
}


def test_every_dialog_has_a_title_of_its_own(spoken: Stage) -> None:
    spoken.connect()
    titles = []
    for open_it in OPENED.values():
        open_it(spoken)
        QApplication.processEvents()
        (dialog,) = [d for d in spoken.window.findChildren(QDialog) if d.isVisible()]
        title = dialog.windowTitle()
        # Desktops that show the program's name in titles add it by themselves.
        for word in ("pinbridge", "python", "qt", "dialog", "&", "{", "_"):
            assert word not in title.lower()
        assert 4 <= len(title) <= 40
        assert title[0].isupper()
        assert not title.endswith((".", "!"))
        titles.append(title)
        dialog.reject()
        QApplication.processEvents()
    assert len(titles) == len(set(titles)) == len(OPENED)


def test_file_dialogs_have_titles_and_the_program_names_itself_once(spoken: Stage) -> None:
    spoken.connect()
    asked = spoken.answers_with("")
    spoken.window.editing.files.ask_for_file()
    spoken.window.pictures._choose_file("png", 1)
    titles = [words.partition(" | ")[0] for words in asked]
    assert len(set(filter(None, titles))) == 2
    assert not any("Pinbridge" in title for title in titles)
    names = (QGuiApplication.applicationDisplayName(), QGuiApplication.applicationName())
    assert names == ("Pinbridge", "Pinbridge")
    spoken.window.connection.close_bench_file()
    assert spoken.window.windowTitle() == "Pinbridge"
