"""The status bar at the bottom: each fact is a text, which is cut off if there is no room."""

from __future__ import annotations

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from app.bench.status import (
    CloudState,
    CloudStatus,
    JournalCounts,
    LinkState,
    LinkStatus,
    RecordingStatus,
    Refusal,
)
from app.messages.message import Message, verbatim
from app.wire.counts import LineCounts
from app.wire.streams import UnwrittenReadings
from tests.ui.stage import PATIENCE_MS
from tests.ui.test_situation import DEVICE
from ui.status_bar import StatusBar
from ui.widgets.elided_label import ElidedLabel
from ui.wording import LINK_LABELS

AT_S = 1_790_000_100.0


@pytest.fixture
def bar(qtbot: QtBot) -> StatusBar:
    bar = StatusBar()
    qtbot.addWidget(bar)
    return bar


def said(bar: StatusBar) -> list[str]:
    labels = (
        bar.port,
        bar.lines,
        bar.rejected,
        bar.recording,
        bar.cloud,
        bar.queue,
        bar.success,
        bar.messages,
    )
    return [label.text() for label in labels if not label.isHidden()]


def test_everything_at_once(bar: StatusBar) -> None:
    device = msgspec.structs.replace(
        DEVICE,
        lines=LineCounts(accepted=100, rejected=3),
        recording=RecordingStatus("/home/me/greenhouse 2026-11-24.bin", 1_234_567),
        cloud=CloudStatus(
            CloudState.WAITING, verbatim("…"), last_success_us=round((AT_S - 5) * 1e6), messages_left=9
        ),
        counts=JournalCounts(readings=100, pending=12, forwarded=88),
    )
    bar.show_device(device, AT_S)
    assert said(bar) == [
        "● Connected · COM5",
        "0 lines/s",
        "✗ 3 rejected in this run",
        "● greenhouse 2026-11-24.bin 1.23 MB",
        "◐ Cloud: waiting, tries again",
        "12 waiting",
        "Last success 5 s ago",
        "9 messages left",
    ]
    bar.show_idle()
    assert said(bar) == ["○ Not connected"]


def test_what_is_not_sent_is_still_there_after_disconnecting(bar: StatusBar) -> None:
    counts = JournalCounts(readings=9, pending=5, held=2)
    bar.show_idle(msgspec.structs.replace(DEVICE, counts=counts))
    assert said(bar) == ["○ Not connected", "2 held · 3 waiting"]
    assert "all runs" in bar.queue.toolTip()
    bar.show_idle(DEVICE)
    assert said(bar) == ["○ Not connected"]


def test_fields_have_names_and_the_port_takes_the_remaining_room(qtbot: QtBot, bar: StatusBar) -> None:
    labels = bar.findChildren(ElidedLabel)
    assert [label.accessibleName().partition(":")[0] for label in labels] == [
        *(
            "Port",
            "Lines per second",
            "Rejected lines",
            "Recording",
            "Cloud",
            "Readings",
        ),
        *("Last success", "Messages left this month"),
    ]
    bar.show_device(DEVICE, AT_S)
    bar.resize(1600, bar.sizeHint().height())
    with qtbot.waitExposed(bar, timeout=PATIENCE_MS):
        bar.show()
    assert bar.height() <= bar.port.height() + 4
    assert all(label.width() == label.sizeHint().width() for label in labels[1:] if label.isVisible())
    assert bar.port.width() > 800


def tones(bar: StatusBar) -> list[str]:
    labels = (
        bar.port,
        bar.lines,
        bar.rejected,
        bar.recording,
        bar.cloud,
        bar.queue,
        bar.success,
        bar.messages,
    )
    return [label.property("tone") or "" for label in labels]


def test_each_field_has_its_tone_and_a_tool_tip_with_more(bar: StatusBar) -> None:
    cloud = CloudStatus(
        CloudState.PAUSED,
        verbatim("The token is wrong."),
        messages_left=9,
        forecast=(verbatim("until the 9th"),),
    )
    device = msgspec.structs.replace(
        DEVICE,
        lines=LineCounts(rejected=1),
        link=LinkStatus(LinkState.SILENT, verbatim("The board says nothing.")),
        recording=RecordingStatus("/home/me/greenhouse.bin", 10),
        cloud=cloud,
    )
    bar.show_device(device, AT_S)
    assert tones(bar) == ["warn", "", "bad", "recording", "bad", "", "", ""]
    tips = [label.toolTip() for label in (bar.port, bar.recording, bar.cloud, bar.messages)]
    for tip, word in zip(
        tips,
        ("The board says nothing.", "/home/me/greenhouse.bin", "The token is wrong.", "until the 9th"),
        strict=True,
    ):
        assert word in tip
    assert said(bar)[6:] == ["Nothing sent in this run", "9 messages left"]
    bar.show_device(DEVICE, AT_S)
    assert tones(bar) == ["good", "", "", "", "good", "", "", ""]
    assert said(bar) == [
        *(
            "● Connected · COM5",
            "0 lines/s",
            "0 rejected in this run",
            "● Cloud: all sent",
            "0 waiting",
            "Nothing sent in this run",
        )
    ]


@pytest.mark.parametrize(
    ("left", "words"),
    [(None, ""), (0, "0 messages left"), (1, "1 message left"), (100_000, "100 k messages left")],
)
def test_the_messages_that_are_left_are_counted(bar: StatusBar, left: int | None, words: str) -> None:
    cloud = CloudStatus(CloudState.PAUSED, verbatim("…"), messages_left=left)
    bar.show_device(msgspec.structs.replace(DEVICE, cloud=cloud), AT_S)
    assert bar.messages.text() == words


LINK_LIGHTS = {
    **dict.fromkeys((LinkState.OPEN, LinkState.CLOSED, LinkState.ENDED, LinkState.RELEASED), ("○", "")),
    LinkState.GOOD: ("●", "good"),
    LinkState.SILENT: ("◐", "warn"),
}
CLOUD_LIGHTS = {
    CloudState.OFF: ("○", ""),
    CloudState.IDLE: ("●", "good"),
    CloudState.SENDING: ("●", "good"),
    CloudState.WAITING: ("◐", "warn"),
    CloudState.PAUSED: ("✗", "bad"),
}


@pytest.mark.parametrize("state", list(CloudState))
def test_every_state_of_the_cloud_has_its_light(bar: StatusBar, state: CloudState) -> None:
    bar.show_device(msgspec.structs.replace(DEVICE, cloud=CloudStatus(state, verbatim("…"))), AT_S)
    assert (bar.cloud.text()[0], bar.cloud.property("tone") or "") == CLOUD_LIGHTS[state]


def test_lines_per_second_are_counted_anew_for_another_device(bar: StatusBar) -> None:
    for n in range(20):
        bar.show_device(msgspec.structs.replace(DEVICE, lines=LineCounts(accepted=10 * n)), AT_S + n / 4)
    assert bar.lines.text() == "40 lines/s"
    bar.restart()
    bar.show_device(msgspec.structs.replace(DEVICE, lines=LineCounts(accepted=500)), AT_S + 5)
    assert bar.lines.text() == "0 lines/s"
    bar.show_idle()
    bar.show_device(msgspec.structs.replace(DEVICE, lines=LineCounts(accepted=900)), AT_S + 6)
    assert bar.lines.text() == "0 lines/s"


def test_fields_have_room_for_longer_texts(bar: StatusBar) -> None:
    bar.show_device(DEVICE, AT_S)
    letter = bar.port.fontMetrics().averageCharWidth()
    for label, letters in (
        (bar.lines, 14),
        (bar.rejected, len("✗  rejected in this run")),
        (bar.queue, 13),
        (bar.success, len("Nothing sent in this run")),
    ):
        assert label.sizeHint().width() == letters * letter + 2
        assert label.sizeHint().width() > label.fontMetrics().horizontalAdvance(label.text()) + 2
    assert bar.port.minimumSizeHint().width() == 11 * letter  # as long as "● Connected"
    assert bar.cloud.minimumSizeHint().width() == 4 * letter


def test_a_device_without_a_server_shows_how_many_readings_are_kept(bar: StatusBar) -> None:
    sends = CloudStatus(CloudState.IDLE, verbatim(""), last_success_us=1, messages_left=9)
    bar.show_device(msgspec.structs.replace(DEVICE, cloud=sends), AT_S)
    assert said(bar)[-1] == "9 messages left"
    bar.show_device(
        msgspec.structs.replace(DEVICE, cloud=CloudStatus(), counts=JournalCounts(readings=7)), AT_S
    )
    assert said(bar)[-2:] == ["○ Cloud: no server", "7 kept"]
    deleted = JournalCounts(readings=7, expired=5, pending=2)
    bar.show_device(msgspec.structs.replace(DEVICE, cloud=CloudStatus(), counts=deleted), AT_S)
    assert said(bar)[-1] == "2 kept"


@pytest.mark.parametrize("state", list(LinkState))
def test_every_state_of_a_port_has_a_light_and_a_label(bar: StatusBar, state: LinkState) -> None:
    bar.show_device(msgspec.structs.replace(DEVICE, link=LinkStatus(state, verbatim(""))), AT_S)
    light, word = bar.port.text().split(" ", 1)
    assert (light, bar.port.property("tone") or "") == LINK_LIGHTS.get(state, ("✗", "bad"))
    assert word == f"{Message(LINK_LABELS[state])} · COM5"


def test_long_name_of_a_recording_keeps_its_end(bar: StatusBar) -> None:
    path = f"/home/me/{'greenhouse ' * 9}2026-11-24 14.05.09.bin"
    bar.show_device(msgspec.structs.replace(DEVICE, recording=RecordingStatus(path, 10)), AT_S)
    name = bar.recording.text().removeprefix("● ").removesuffix(" 10 B")
    assert (len(name), name[20]) == (41, "…")
    assert name.endswith("14.05.09.bin")
    for letters in (40, 41):
        short = msgspec.structs.replace(DEVICE, recording=RecordingStatus("x" * letters, 10))
        bar.show_device(short, AT_S)
        assert ("…" in bar.recording.text()) is (letters > 40)


def test_an_elided_label_has_its_whole_text_for_screen_readers(qtbot: QtBot) -> None:
    label = ElidedLabel("Port")
    qtbot.addWidget(label)
    label.say("a name that is much longer than its room", tone="warn", tip="<b>")
    label.resize(40, 20)
    assert label.minimumSizeHint().width() < label.sizeHint().width()
    assert label.accessibleName() == "Port: a name that is much longer than its room"
    assert "<b>" not in label.toolTip()
    assert not label.grab().isNull()


def test_held_and_refused_readings_are_shown_apart_from_waiting_ones(bar: StatusBar) -> None:
    refusal = Refusal(("v3",), 3, verbatim("No datastream"), verbatim("Make it."))
    device = msgspec.structs.replace(
        DEVICE, counts=JournalCounts(readings=20, pending=12, held=5, refused=3), refusals=(refusal,)
    )
    bar.show_device(device, AT_S)
    assert (bar.cloud.text(), bar.cloud.property("tone")) == ("◐ Cloud: 3 refused", "warn")
    assert bar.queue.text() == "7 waiting · 5 held"
    assert "Make it. 3 readings were refused, the last: No datastream." in bar.cloud.toolTip()
    kept = msgspec.structs.replace(device, cloud=CloudStatus(), refusals=())
    bar.show_device(kept, AT_S)
    assert (bar.cloud.text(), bar.queue.text()) == ("◐ Cloud: 5 held", "12 kept · 5 held")


def test_numbers_say_what_they_count(bar: StatusBar) -> None:
    for cloud in (DEVICE.cloud, CloudStatus()):
        bar.show_device(msgspec.structs.replace(DEVICE, cloud=cloud), AT_S)
        assert bar.rejected.text() == "0 rejected in this run"
        assert "Lines rejected in this run" in bar.rejected.toolTip()
        assert "Readings of all runs" in bar.queue.toolTip()


def test_readings_that_cannot_be_written_are_said_instead_of_the_cloud_s_state(bar: StatusBar) -> None:
    full = UnwrittenReadings(62, Message("journal_stalled", path="b.db"))
    for cloud, queue in ((DEVICE.cloud, "0 waiting"), (CloudStatus(), "0 kept")):
        bar.show_device(msgspec.structs.replace(DEVICE, cloud=cloud, unwritten=full), AT_S)
        assert (bar.cloud.text(), bar.cloud.property("tone")) == ("✗ Cloud: 62 not in the journal", "bad")
        assert bar.queue.text() == queue
