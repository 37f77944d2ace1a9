"""The cloud as one device sees it: sentences, what is held, and what was refused."""

from __future__ import annotations

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from app.status import CloudState, CloudStatus, JournalCounts, RefusedReading
from tests.ui.test_situation import DEVICE
from ui.cloud_pane import CloudPane

AT_S = 1_790_000_100.0
REFUSED = [
    RefusedReading(7, "v1", 21.5, 1_790_000_000_000_000, "Value doesn't match the Datastream data type."),
    RefusedReading(9, "v2", "calm", 1_790_000_001_000_000, "No datastream setup for that pin."),
]


@pytest.fixture
def pane(qtbot: QtBot) -> CloudPane:
    pane = CloudPane()
    qtbot.addWidget(pane)
    qtbot.addWidget(pane.tools)
    return pane


def shown(pane: CloudPane) -> dict[str, str]:
    return {name: label.text() for name, label in pane.facts.items() if label.text()}


def buttons(pane: CloudPane) -> list[str]:
    return [
        button.text()
        for button in (pane.send_here_button, pane.discard_button, pane.resend_button, pane.skip_button)
        if not button.isHidden()
    ]


def test_it_says_what_the_forwarder_says(pane: CloudPane) -> None:
    cloud = CloudStatus(
        CloudState.WAITING,
        "The cloud does not answer.",
        last_success_us=round((AT_S - 12) * 1e6),
        forecast="At this rate the month's messages end on the 9th.",
        messages_left=90_123,
        warning="1,440 lines a second come in, 10 may go out: choose latest.",
    )
    counts = JournalCounts(readings=300, pending=17, held=5, refused=2)
    pane.show_device(msgspec.structs.replace(DEVICE, cloud=cloud, counts=counts), AT_S)
    assert shown(pane) == {
        "State": "The cloud does not answer.",
        "Waiting": "12 readings wait for the cloud; 5 are held: they were meant for another account",
        "Last success": "12 s ago",
        "This month": "90,123 messages left. At this rate the month's messages end on the 9th.",
        "Take care": "1,440 lines a second come in, 10 may go out: choose latest.",
    }
    assert buttons(pane) == ["Send here", "Discard…", "Send again", "Skip this reading"]


def test_what_means_nothing_now_is_not_there(pane: CloudPane) -> None:
    pane.show_device(DEVICE, AT_S)
    assert shown(pane) == {
        "State": "All readings have been sent.",
        "Waiting": "0 readings wait for the cloud",
    }
    assert buttons(pane) == []


def test_orphan_can_be_discarded_and_no_more(pane: CloudPane) -> None:
    counts = JournalCounts(readings=9, pending=5, held=5, refused=1)
    pane.show_device(msgspec.structs.replace(DEVICE, counts=counts, orphan=True, server=""), AT_S)
    assert buttons(pane) == ["Discard…"]


def test_refused_readings_are_listed_and_sent_again(pane: CloudPane) -> None:
    asked: list[tuple[object, object]] = []
    pane.resend_asked.connect(lambda target, ids: asked.append((target, ids)))
    assert pane.is_stale(2)
    pane.show_refused(REFUSED, 2)
    assert not pane.is_stale(2)
    assert pane.model.index(1, 3).data() == "No datastream setup for that pin."
    menu = pane.resend_button.menu()
    menu.aboutToShow.emit()
    assert not pane.resend_chosen.isEnabled()
    pane.view.selectRow(1)
    menu.aboutToShow.emit()
    assert "v2" in pane.resend_target.text()
    for action in menu.actions():
        action.trigger()
    assert asked == [(None, [9]), ("v2", None), (None, None)]


def test_another_device_begins_empty(pane: CloudPane) -> None:
    pane.show_refused(REFUSED, 2)
    pane.restart()
    assert pane.model.rowCount() == 0
    assert shown(pane) == {}
    assert pane.is_stale(0)
