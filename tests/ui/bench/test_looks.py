"""The editor in every language at its smallest size: its texts fit, and are in the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSize
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.config.bench_file import BenchConfig
from app.messages import languages
from app.messages.message import Language
from tests.ui.bench.desk import Desk
from tests.ui.fake_bench import FakeClock, play
from tests.ui.stage import Stage
from tests.ui.test_every_text import marked, unmarked
from tests.ui.test_texts_fit import cut_off

TABLES = ((0,), (1,), (2,), (2, 1))
SMALLEST = QSize(640, 400)
WIDEST = 820
"""The editor is not wider than this at its smallest: the main window's smallest width."""


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Desk]]:
    """An empty list, to which a test appends the desk that it makes in its language."""
    monkeypatch.setenv("LANGUAGE", "en")
    desks: list[Desk] = []
    yield desks
    for desk in desks:
        desk.window.editing.close()
        desk.window.close()
    languages.choose("en")


def walked(desk: Desk) -> Iterator[None]:
    """Go through all tables of a running bench, with all their fields."""
    desk.connect()
    play(desk.stage.device, desk.stage.clock.now_s - 2, desk.stage.clock.now_s)
    desk.window.editing.edit()
    desk.editor.resize(SMALLEST)
    for place in TABLES:
        desk.choose(*place)
        form = desk.editor.form
        assert form
        if form.more:
            form.more.setChecked(True)
        QApplication.processEvents()
        yield


EACH = [pytest.param(code, marks=pytest.mark.long if code == "en" else ()) for code in languages.offered()]


@pytest.mark.parametrize("language", EACH)
def test_no_text_is_cut_off_at_the_smallest_size(
    qtbot: QtBot,
    config: BenchConfig,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    made: list[Desk],
    language: str,
) -> None:
    languages.choose(language)
    desk = Desk(Stage(qtbot, config, clock, monkeypatch, tmp_path))
    made.append(desk)
    for _ in walked(desk):
        assert desk.editor.width() <= WIDEST
        assert "\n".join(cut_off(desk.editor)) == ""
        up, down = (desk.editor._tools._tools[code] for code in ("button_move_up", "button_move_down"))
        places = [tool.mapTo(desk.editor, QPoint()) for tool in (up, down)]
        assert places[0].y() == places[1].y()
        assert places[0].x() < places[1].x()
        assert desk.editor.form
        assert desk.editor.form.widget().width() <= desk.editor.form.viewport().width()


def test_every_text_is_in_the_catalogue(
    qtbot: QtBot,
    config: BenchConfig,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    made: list[Desk],
) -> None:
    monkeypatch.setattr(languages, "_current", Language("xx", marked))
    desk = Desk(Stage(qtbot, config, clock, monkeypatch, tmp_path))
    made.append(desk)
    for _ in walked(desk):
        assert unmarked(desk.editor) == []
