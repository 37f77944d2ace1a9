"""The console in the window, in every language: a person finds, filters, keeps and sends lines by key."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.bench.status import LinkState, LinkStatus, RawBytes
from app.messages.message import verbatim
from tests.ui.stage import Stage
from ui.lower_pane import CLOUD, CONSOLE


def connected(stage: Stage) -> Stage:
    stage.connect()
    stage.device.link = LinkStatus(LinkState.GOOD, verbatim("Lines come in."))
    for text in ("v1=21.5", "\x1b[31mE (7) sensor: timeout\x1b[0m", "v1=21.6"):
        stage.device.say(text, stage.clock.now_s)
    stage.frames(6)
    return stage


def texts(stage: Stage) -> list[str]:
    return [row.shown for row in stage.window.console.model.rows]


def test_a_line_is_found_from_any_page(spoken: Stage) -> None:
    stage = connected(spoken)
    console = stage.window.console
    stage.window.lower_pane.show_page(CLOUD)
    stage.press("Ctrl+F")
    assert stage.window.lower_pane.front == CONSOLE
    stage.frames(6)
    assert "v1=21.5" in texts(stage)
    QTest.keyClicks(stage.window.focusWidget(), "TIMEOUT")
    assert [console.model.row(row).shown for row in console.view.chosen] == ["E (7) sensor: timeout"]
    stage.press("Esc", console.find_bar.field)
    assert stage.window.focusWidget() is console.view
    stage.press("W")
    assert "E (7) sensor: timeout" in texts(stage)
    assert "v1=21.5" not in texts(stage)
    stage.press("W")


def test_the_bytes_of_a_line_are_one_key_away(spoken: Stage) -> None:
    stage = connected(spoken)
    at_us = stage.window.console.model.rows[-1].at_us
    stage.device.raw = RawBytes(0, bytes(160) + b"v1=21.6\r\n", ((0, 0), (160, at_us)))
    stage.window.console.view.selectRow(stage.window.console.model.rowCount() - 1)
    stage.press("H")
    stage.frames(6)
    view = stage.window.console.hex_view
    assert view is not None
    assert view.chosen == [10]
    assert view.model().index(10, 3).data() == "v1=21.6··"


def test_a_line_is_kept_and_sent_by_key_to_the_board_that_is_shown(spoken: Stage) -> None:
    stage = connected(spoken)
    stage.press("Ctrl+L")
    QTest.keyClicks(stage.window.focusWidget(), "led=1")
    QTest.keyClick(stage.window.console.send_box.keep_button, Qt.Key.Key_Space)
    stage.press("Alt+1")
    assert stage.bench.calls == [("send", "greenhouse", "led=1", "\n")]
    stage.frames(6)
    assert texts(stage)[-1] == "led=1"
    stage.window.rail.step(1)
    stage.frames(6)
    stage.bench.devices["cellar"].link = LinkStatus(LinkState.NO_SUCH_PORT, verbatim("It is not there."))
    stage.frames(6)
    stage.press("Alt+1")
    assert len(stage.bench.calls) == 1  # Its port is not open.


def test_what_a_pause_of_the_view_hides_comes_later(spoken: Stage) -> None:
    stage = connected(spoken)
    stage.window.pane.toggle_pause()
    stage.device.say("v1=30", stage.clock.now_s)
    stage.frames(6)
    assert texts(stage)[-1] == "v1=21.6"
    stage.window.pane.toggle_pause()
    stage.frames(6)
    assert texts(stage)[-1] == "v1=30"
