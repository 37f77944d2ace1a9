"""The bar at the bottom: each fact with a word, cut off where there is no room."""

from __future__ import annotations

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from app.status import CloudState, CloudStatus, JournalCounts, LinkState, LinkStatus, RecordingStatus
from app.wire.batches import LineCounts
from tests.ui.test_situation import DEVICE
from ui.elided_label import ElidedLabel
from ui.status_bar import StatusBar

AT_S = 1_790_000_100.0


@pytest.fixture
def bar(qtbot: QtBot) -> StatusBar:
    bar = StatusBar()
    qtbot.addWidget(bar)
    return bar


def said(bar: StatusBar) -> list[str]:
    labels = (bar.port, bar.lines, bar.bad, bar.recording, bar.cloud, bar.queue, bar.success, bar.messages)
    return [label.text() for label in labels if not label.isHidden()]


def test_everything_at_once(bar: StatusBar) -> None:
    device = msgspec.structs.replace(
        DEVICE,
        lines=LineCounts(accepted=100, rejected=3),
        recording=RecordingStatus("/home/me/greenhouse 2026-11-24.bin", 1_234_567),
        cloud=CloudStatus(CloudState.WAITING, "…", last_success_us=round((AT_S - 5) * 1e6), messages_left=9),
        counts=JournalCounts(readings=100, pending=12, forwarded=88),
    )
    bar.show_device(device, AT_S)
    assert said(bar) == [
        "● Connected · COM5",
        "0 lines/s",
        "✗ 3 bad lines",
        "● greenhouse 2026-11-24.bin 1.23 MB",
        "◐ Cloud: waiting, tries again",
        "12 waiting",
        "Last success 5 s ago",
        "9 messages left",
    ]
    bar.show_idle()
    assert said(bar) == ["○ Not connected"]


def test_device_without_a_server_says_what_it_keeps(bar: StatusBar) -> None:
    bar.show_device(
        msgspec.structs.replace(DEVICE, cloud=CloudStatus(), counts=JournalCounts(readings=7)), AT_S
    )
    assert said(bar)[-2:] == ["○ Cloud: no server", "7 kept"]


@pytest.mark.parametrize("state", list(LinkState))
def test_every_state_of_a_port_has_a_light_and_a_word(bar: StatusBar, state: LinkState) -> None:
    bar.show_device(msgspec.structs.replace(DEVICE, link=LinkStatus(state, "")), AT_S)
    light, word = bar.port.text().split(" ", 1)
    assert light in "●◐✗○"
    assert word[0].isupper()


def test_long_name_of_a_recording_keeps_its_end(bar: StatusBar) -> None:
    path = f"/home/me/{'greenhouse ' * 9}2026-11-24 14.05.09.bin"
    bar.show_device(msgspec.structs.replace(DEVICE, recording=RecordingStatus(path, 10)), AT_S)
    assert "…" in bar.recording.text()
    assert bar.recording.text().endswith("14.05.09.bin 10 B")
    assert path in bar.recording.toolTip()


def test_label_without_room_still_tells_a_screen_reader(qtbot: QtBot) -> None:
    label = ElidedLabel("Port")
    qtbot.addWidget(label)
    label.say("a name that is much longer than its room", tone="warn", tip="<b>")
    label.resize(40, 20)
    assert label.minimumSizeHint().width() < label.sizeHint().width()
    assert label.accessibleName() == "Port: a name that is much longer than its room"
    assert "<b>" not in label.toolTip()
    assert not label.grab().isNull()
