"""Many rows are copied or saved without holding the window up."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app.messages.message import Message
from tests.ui.console.rows import BOARD, news
from tests.ui.stage import PATIENCE_MS
from ui.console import saving
from ui.console.filtering import Filter
from ui.console.log import RowKind
from ui.console.model import ConsoleModel
from ui.console.saving import RowSaver


@pytest.fixture
def model(qtbot: QtBot) -> ConsoleModel:  # noqa: ARG001
    model = ConsoleModel()
    model.set_filter(Filter(BOARD))
    model.add([news(1, "v1=1", "oops", "\x1b[31mred\x1b[0m", "grün")])
    return model


@pytest.fixture
def saver(model: ConsoleModel) -> RowSaver:
    return RowSaver(model)


def told(qtbot: QtBot, saver: RowSaver) -> tuple[Message, str]:
    heard: list[tuple[Message, str]] = []
    saver.told.connect(lambda message, tone: heard.append((message, tone)))
    qtbot.waitUntil(lambda: bool(heard), timeout=PATIENCE_MS)
    return heard[0]


def test_few_rows_are_copied_at_once(saver: RowSaver) -> None:
    saver.copy([0, 2])
    assert QGuiApplication.clipboard().text() == "v1=1\nred"


def test_many_rows_are_copied_in_a_thread(
    saver: RowSaver, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saving, "_AT_ONCE", 1)
    QGuiApplication.clipboard().setText("before")
    saver.copy([0, 1, 2])
    message, tone = told(qtbot, saver)
    assert QGuiApplication.clipboard().text() == "v1=1\noops\nred"
    assert (str(message), tone) == ("3 lines were copied.", "good")


def test_what_the_filter_shows_is_saved_with_time_verdict_and_hint(
    saver: RowSaver, model: ConsoleModel, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "lines.txt"
    model.set_filter(Filter(BOARD, frozenset({RowKind.REJECTED})))
    saver.save(path)
    message, tone = told(qtbot, saver)
    assert (str(message), tone) == (f"3 lines were saved to {path}.", "good")
    first, *_, last = path.read_text(encoding="utf-8").splitlines()
    time, verdict, line, hint = first.split("\t")
    assert len(time) == len("14:05:09.123")
    assert (verdict, line) == ("✗ rejected", "oops")
    assert "=" in hint
    assert last.split("\t")[2] == "grün"
    assert [each.name for each in tmp_path.iterdir()] == ["lines.txt"]


def test_a_file_that_cannot_be_written_is_reported(saver: RowSaver, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "no folder" / "lines.txt"
    saver.save(path)
    message, tone = told(qtbot, saver)
    assert tone == "bad"
    assert str(path) in str(message)


def test_saving_again_or_the_end_of_the_window_cancels_it(
    saver: RowSaver, qtbot: QtBot, tmp_path: Path
) -> None:
    saver.save(tmp_path / "one.txt")
    saver.end()
    saver.save(tmp_path / "two.txt")
    message, _ = told(qtbot, saver)
    assert "two.txt" in str(message)
    saver.end()
