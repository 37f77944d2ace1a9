"""Alarms and texts of a board at a real terminal, with a real bench and its journal."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.bench.bench import Bench
from app.bench.status import LinkState
from tests.processes import pty_board
from tests.ui.real_bench import connect, wait
from ui.contract import Program
from ui.plot.feed.states import Box
from ui.plot.strips.state_canvas import StateCanvas
from ui.settings import Alarm, Settings
from ui.window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

FILE = """
[bench]
journal = "b.db"

[[device]]
name = "a"
port = "{port}"

[[device.datastream]]
virtual_pin = 1
name = "Temperature"
unit = "°C"
max = 30.0
"""


def opened(qtbot: QtBot, path: Path) -> MainWindow:
    window = MainWindow(Program(Bench, list), settings=Settings(alarm=Alarm.BOTH))
    return connect(qtbot, window, path)


def boxes(window: MainWindow) -> list[Box]:
    """The boxes of texts in the plot."""
    found = [strip.canvas for strip in window.pane.plot.strips]
    return [box for canvas in found if isinstance(canvas, StateCanvas) for box in canvas.boxes]


def texts(window: MainWindow) -> list[str | None]:
    return [box.text for box in boxes(window)]


def test_a_rejected_value_is_an_alarm_and_texts_have_boxes_also_after_a_restart(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[None] = []
    monkeypatch.setattr(QApplication, "beep", lambda: heard.append(None))
    path = tmp_path / "bench.pinbridge"
    with pty_board() as board:
        path.write_text(FILE.format(port=board.port), encoding="utf-8")
        window = opened(qtbot, path)
        assert window.connection.bench
        status = window.connection.bench.status
        wait(qtbot, window, lambda: status().devices[0].link.state is LinkState.OPEN)
        board.say(b"# sketch\nv1=29\nv2=idle\n")
        wait(qtbot, window, lambda: texts(window) == ["idle"])
        assert heard == []
        board.say(b"v1=31\nv2=on\n")
        wait(qtbot, window, lambda: "Temperature is above 30 °C." in window.notices.texts)
        assert len(heard) == 1
        wait(qtbot, window, lambda: texts(window) == ["idle", "on"])
        window.connection.disconnect_bench()
        window.close()
        again = opened(qtbot, path)
        again.pane.view.set_span(60.0)
        # It has ended with the run.
        wait(qtbot, again, lambda: boxes(again) and all(box.to_s < math.inf for box in boxes(again)))
        wait(qtbot, again, lambda: again.pane.plot.strips[-1].header.texts[0].startswith("v2   on   since"))
        again.connection.disconnect_bench()
        again.close()
