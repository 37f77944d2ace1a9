"""The dialog about the program."""

from __future__ import annotations

import platform
from pathlib import Path

import pytest
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app import __version__
from app.program.components import Component
from ui.help.about import AboutDialog

PARTS = [Component("numpy", "2.0.2", "BSD"), Component("requests", "2.32", "Apache-2.0")]


def test_it_shows_and_copies_the_versions(qtbot: QtBot) -> None:
    dialog = AboutDialog(PARTS, None)
    qtbot.addWidget(dialog)
    assert dialog.view.model().rowCount() == 2
    dialog.copy_button.click()
    copied = QGuiApplication.clipboard().text()
    assert copied == dialog.words
    assert copied.startswith(f"Pinbridge {__version__}\n")
    assert platform.python_version() in copied
    assert copied.endswith("numpy 2.0.2\nrequests 2.32")
    assert "Licences" not in {button.text().replace("&", "") for button in dialog.findChildren(QPushButton)}


def test_a_long_version_is_not_cut_off(qtbot: QtBot) -> None:
    part = Component("certifi", "2026.11.27.post1", "MPL-2.0")
    dialog = AboutDialog([*PARTS, part], None)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.view.columnWidth(1) >= dialog.view.sizeHintForColumn(1)


def test_a_packaged_program_opens_the_folder_of_its_licences(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    dialog = AboutDialog(PARTS, tmp_path)
    qtbot.addWidget(dialog)
    (button,) = [b for b in dialog.findChildren(QPushButton) if b.text().replace("&", "") == "Licences"]
    button.click()
    assert opened == [tmp_path.as_posix()]
