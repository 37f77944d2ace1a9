"""What was said of a bench or of a form leaves when it no longer holds."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from app.bench.status import BaudSearchStatus, LinkState, LinkStatus, SearchState
from app.messages.message import Message, verbatim
from tests.ui.controls import type_in
from tests.ui.running.desk import UNO, Desk
from tests.ui.stage import Stage, Tray
from ui.notices.answers import FIRST_S, LEAVES_S
from ui.widgets.editable_box import line_of


def test_what_was_done_to_a_bench_leaves_when_it_is_disconnected(stage: Stage) -> None:
    stage.connect()
    stage.window.notices.show_message(Message("token_is_now"), "good")
    stage.window.connection.disconnect_bench()
    assert stage.window.notices.texts == []


@pytest.mark.parametrize("change", ["changed again", "removed"])
def test_what_was_done_leaves_with_what_it_is_about(stage: Stage, change: str) -> None:
    stage.connect()
    unreadable = Message("bytes_unreadable", port="COM7", baud_rate=115200)
    stage.device.link = LinkStatus(LinkState.UNREADABLE, unreadable)
    stage.frames()
    stage.click_notice("Try 9600")
    stage.device.link = LinkStatus(LinkState.GOOD, Message("lines_come_in", port="COM7"))
    stage.frames()
    (said,) = stage.window.notices.lines  # The file of this bench cannot be written, which is said too.
    assert said.startswith("greenhouse: The baud rate is 9600 now.")
    config = stage.bench.config
    first, *others = config.device
    left = [msgspec.structs.replace(first, baud_rate=57600)] if change == "changed again" else []
    stage.bench.reconfigure(msgspec.structs.replace(config, device=(*left, *others)), {})
    stage.frames()
    assert stage.window.notices.lines == []


def test_what_went_wrong_is_still_there_when_the_bench_is_disconnected(stage: Stage) -> None:
    stage.connect()
    stage.window.show_message(verbatim("The file was not written."), "bad")
    stage.window.connection.disconnect_bench()
    assert stage.window.notices.texts == ["The file was not written."]


EDITS: dict[str, Callable[[Desk], None]] = {
    "port": lambda desk: desk.window.bar.form.port_box.setCurrentIndex(1),
    "baud rate": lambda desk: type_in(desk.window.bar.form.baud_box, "9600"),
    "server": lambda desk: type_in(desk.window.bar.form.server_box, "https://fra1.blynk.cloud"),
    "token": lambda desk: type_in(desk.window.bar.form.token_field, "Zq7-known-token-3Xw9"),
}


@pytest.mark.parametrize("field", EDITS)
def test_what_was_said_of_the_form_leaves_when_it_is_changed(desk: Desk, field: str) -> None:
    desk.plug(UNO)
    desk.window.show_message(Message("baud_rate_no_number"), "bad")
    desk.plug(UNO)
    assert len(desk.window.notices.texts) == 1
    EDITS[field](desk)
    assert desk.window.notices.texts == []


def test_a_field_of_a_connected_board_removes_nothing(desk: Desk) -> None:
    desk.plug(UNO)
    desk.connect()
    desk.window.show_message(verbatim("The baud rate is 9600 now."), "good")
    type_in(line_of(desk.window.bar.form.baud_box), "57600")
    assert "The baud rate is 9600 now." in desk.window.notices.texts


def test_a_search_without_success_is_no_news_while_good_lines_come_in(stage: Stage) -> None:
    stage.connect()
    stage.device.link = LinkStatus(LinkState.UNREADABLE, Message("port_not_open_yet"))
    stage.device.search = BaudSearchStatus(SearchState.LISTENING, 9600, 2, 17)
    stage.frames()
    stage.device.search = BaudSearchStatus(SearchState.NOT_FOUND, 115200, 17, 17)
    stage.frames()
    said = stage.window.notices.texts
    assert "No baud rate gave lines" in said[0]
    stage.clock.now_s += 2 * LEAVES_S
    stage.frames()
    assert stage.window.notices.texts == [said[1], said[0]]  # behind the board's own trouble
    stage.device.link = LinkStatus(LinkState.GOOD, Message("lines_come_in", port="COM7"))
    stage.frames()
    assert stage.window.notices.texts == []


def test_a_missing_tray_is_no_trouble_of_a_board(stage: Stage) -> None:
    stage.monkeypatch.setattr(Tray, "available", False)
    stage.connect()
    stage.device.link = LinkStatus(LinkState.SILENT, verbatim("Nothing has come for 64 s."))
    tray = stage.window.background.tray_action
    tray.setChecked(True)
    stage.frames()
    assert stage.window.notices.label.text().startswith("This system has no tray")
    stage.clock.now_s += FIRST_S
    stage.frames()
    assert stage.window.notices.label.text() == "Nothing has come for 64 s."
    tray.setChecked(False)
    stage.frames()
    assert stage.window.notices.texts == ["Nothing has come for 64 s."]


def test_that_the_computer_may_sleep_matters_only_as_long_as_it_should_not(stage: Stage) -> None:
    stage.awake.problem = verbatim("It cannot be kept awake.")
    stage.connect()
    stage.window.background.awake_action.setChecked(True)
    stage.clock.now_s += 2 * LEAVES_S
    stage.frames()
    assert stage.window.notices.texts == ["It cannot be kept awake."]
    stage.window.background.awake_action.setChecked(False)
    stage.frames()
    assert stage.window.notices.texts == []
