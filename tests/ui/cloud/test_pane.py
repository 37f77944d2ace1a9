"""The cloud pane for one device: the state of the cloud, the held readings and the refused readings."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QScrollArea, QSplitter, QToolButton
from pytestqt.qtbot import QtBot

from app.bench.status import CloudState, CloudStatus, JournalCounts, Refusal, RefusedReading
from app.cloud.blynk.fixes import fix_of
from app.messages.languages import text_of
from app.messages.message import Message, verbatim
from app.wire.streams import UnwrittenReadings
from tests.ui.test_situation import DEVICE
from ui.cloud.pane import CloudPane
from ui.wording import clock, moment

AT_S = 1_790_000_100.0
WRONG_VALUE = "Value doesn't match the Datastream data type."
NO_DATASTREAM = "No datastream setup for that pin."
REFUSED = [
    RefusedReading(7, "v1", 21.5, 1_790_000_000_000_000, verbatim(WRONG_VALUE)),
    RefusedReading(9, "v2", "calm", 1_790_000_001_000_000, verbatim(NO_DATASTREAM)),
]


@pytest.fixture
def pane(qtbot: QtBot) -> CloudPane:
    pane = CloudPane()
    qtbot.addWidget(pane)
    qtbot.addWidget(pane.tools)
    return pane


def refusals(count: int) -> tuple[Refusal, ...]:
    if not count:
        return ()
    reason = Message("refused_pin_without_datastream", words=NO_DATASTREAM)
    return (Refusal(("v2",), count, reason, fix_of(reason, ("v2",))),)


def shown(pane: CloudPane) -> dict[str, str]:
    return {name: label.text() for name, label in pane.facts.items() if label.text()}


def buttons(pane: CloudPane) -> list[str]:
    return [
        button.text()
        for button in (pane.send_here_button, pane.resend_button, pane.discard_button, pane.skip_button)
        if not button.isHidden()
    ]


def test_it_shows_what_the_forwarder_reports(pane: CloudPane) -> None:
    cloud = CloudStatus(
        CloudState.WAITING,
        verbatim("The cloud does not answer."),
        last_success_us=round((AT_S - 12) * 1e6),
        forecast=(verbatim("At this rate the month's messages end on the 9th."),),
        messages_left=90_123,
        warnings=(verbatim("1,440 lines per second come in."), verbatim("A reading blocks v1.")),
        notes=(verbatim("The region is ny3."),),
        can_skip=True,
    )
    counts = JournalCounts(readings=300, pending=17, held=5, refused=2)
    device = msgspec.structs.replace(DEVICE, cloud=cloud, counts=counts, refusals=refusals(2))
    pane.show_device(device, AT_S)
    assert shown(pane) == {
        "state": "The cloud does not answer. The region is ny3.",
        "refused": "V2 has no datastream in Blynk: make it there, then send again. 2 readings were refused, "
        "the last: No datastream setup for that pin.",
        "waiting": "12 readings wait for the cloud.",
        "held": "5 readings are held: they were not meant for this account.",
        "success": "12 s ago",
        "month": "90,123 messages left. At this rate the month's messages end on the 9th.",
        "warnings": "1,440 lines per second come in. A reading blocks v1.",
    }
    assert buttons(pane) == ["Send here", "Send again", "Discard…", "Skip this reading"]


def test_after_the_end_of_a_bench_nothing_is_promised_or_offered(pane: CloudPane) -> None:
    trouble = Message("cloud_next_try", trouble=verbatim("The cloud is down."), count=12, wait=3)
    cloud = CloudStatus(
        CloudState.WAITING,
        trouble,
        last_success_us=round((AT_S - 12) * 1e6),
        forecast=(verbatim("At this rate the month's messages end on the 9th."),),
        messages_left=90_123,
        warnings=(verbatim("1,440 lines per second come in."),),
        can_skip=True,
    )
    counts = JournalCounts(readings=300, pending=17, held=5, refused=2)
    device = msgspec.structs.replace(DEVICE, cloud=cloud, counts=counts, refusals=refusals(2))
    pane.show_device(device, AT_S, runs=False)
    said = shown(pane)
    assert said.pop("refused").startswith("V2 has no datastream in Blynk")
    assert said == {
        "state": "Not connected, so nothing is sent.",
        "waiting": "12 readings wait for the cloud.",
        "held": "5 readings are held: they were not meant for this account.",
        "success": clock(AT_S - 12),
        "month": "90,123 messages left.",
    }
    assert buttons(pane) == []
    pane.show_device(msgspec.structs.replace(DEVICE, server="", cloud=CloudStatus()), AT_S, runs=False)
    assert shown(pane) == {"state": text_of(CloudStatus().message)}


def test_facts_and_buttons_without_a_meaning_are_hidden(pane: CloudPane) -> None:
    pane.show_device(DEVICE, AT_S)
    assert shown(pane) == {
        "state": text_of(DEVICE.cloud.message),
        "waiting": "0 readings wait for the cloud.",
    }
    assert buttons(pane) == []


def test_a_device_without_a_server_shows_nothing_of_waiting_readings(pane: CloudPane) -> None:
    pane.show_device(msgspec.structs.replace(DEVICE, server="", cloud=CloudStatus()), AT_S)
    assert shown(pane) == {"state": text_of(CloudStatus().message)}
    left = msgspec.structs.replace(DEVICE, server="", counts=JournalCounts(readings=3, pending=3))
    pane.show_device(left, AT_S)
    assert shown(pane)["waiting"] == "3 readings wait for the cloud."
    assert buttons(pane) == []


def test_only_what_is_there_can_be_discarded(pane: CloudPane) -> None:
    asked: list[tuple[object, object]] = []
    pane.discard_refused_asked.connect(lambda target, ids: asked.append((target, ids)))

    def offered(counts: JournalCounts) -> list[bool]:
        pane.show_device(
            msgspec.structs.replace(DEVICE, counts=counts, refusals=refusals(counts.refused)), AT_S
        )
        pane.discard_menu.aboutToShow.emit()
        return [action.isEnabled() for action in pane.discard_menu.actions()]

    assert offered(JournalCounts(pending=1, held=1)) == [True, False, False, False]
    assert offered(JournalCounts(refused=2)) == [False, False, False, True]
    pane.show_refused(REFUSED, 2)
    pane.view.selectRow(1)
    assert offered(JournalCounts(pending=1, held=1, refused=2)) == [True] * 4
    for action in pane.discard_menu.actions()[1:]:
        action.trigger()
    assert asked == [(None, [9]), ("v2", None), (None, None)]


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("state", "State"),
        ("refused", "Refused"),
        ("waiting", "Waiting"),
        ("held", "Held"),
        ("success", "Last success"),
        ("month", "This month"),
        ("warnings", "Warnings"),
    ],
)
def test_facts_have_names_and_an_empty_one_takes_no_room(pane: CloudPane, name: str, label: str) -> None:
    pane.resize(700, 300)
    pane.show()
    assert pane.facts[name].accessibleName() == label
    assert pane.facts[name].wordWrap()
    assert not pane.facts[name].isVisible()
    cloud = CloudStatus(
        CloudState.SENDING,
        verbatim("x"),
        last_success_us=1,
        forecast=(verbatim("y"),),
        warnings=(verbatim("z"),),
    )
    counts = JournalCounts(pending=1, held=1)
    device = msgspec.structs.replace(DEVICE, cloud=cloud, counts=counts, refusals=refusals(1))
    pane.show_device(device, AT_S)
    assert pane.facts[name].isVisible()
    pane.restart()
    assert not pane.facts[name].isVisible()


@pytest.mark.parametrize(
    ("can_skip", "counts", "orphan", "wanted"),
    [
        (True, JournalCounts(pending=2), False, ["Skip this reading"]),
        (False, JournalCounts(pending=2), False, []),
        (False, JournalCounts(pending=2, held=2), False, ["Send here", "Discard…"]),
        (False, JournalCounts(refused=1), False, ["Send again", "Discard…"]),
        (False, JournalCounts(refused=1), True, ["Discard…"]),
        (False, JournalCounts(pending=1, held=1), True, ["Discard…"]),
    ],
)
def test_a_button_is_shown_while_it_has_something_to_do(
    pane: CloudPane, can_skip: bool, counts: JournalCounts, orphan: bool, wanted: list[str]
) -> None:
    cloud = CloudStatus(CloudState.SENDING, verbatim(""), can_skip=can_skip)
    device = msgspec.structs.replace(
        DEVICE,
        cloud=cloud,
        counts=counts,
        orphan=orphan,
        server="https://x",
        refusals=refusals(counts.refused),
    )
    pane.show_device(device, AT_S)
    assert buttons(pane) == wanted
    pane.restart()
    assert buttons(pane) == []


@pytest.mark.parametrize("state", [CloudState.WAITING, CloudState.PAUSED])
def test_no_reading_is_skipped_because_of_an_outage(pane: CloudPane, state: CloudState) -> None:
    cloud = CloudStatus(state, verbatim("The cloud does not answer."), warnings=(verbatim("too much"),))
    pane.show_device(msgspec.structs.replace(DEVICE, cloud=cloud, counts=JournalCounts(pending=1)), AT_S)
    assert buttons(pane) == []


def test_buttons_emit_their_signal_have_a_tip_and_take_the_focus(pane: CloudPane) -> None:
    asked: list[str] = []
    pane.skip_asked.connect(lambda: asked.append("skip"))
    pane.send_here_asked.connect(lambda: asked.append("send here"))
    pane.discard_asked.connect(lambda: asked.append("discard"))
    for button in (pane.skip_button, pane.send_here_button, pane.discard_button, pane.resend_button):
        assert button.toolTip()
        assert button.focusPolicy() is Qt.FocusPolicy.StrongFocus
    for button in (pane.skip_button, pane.send_here_button):
        button.click()
    pane.discard_held.trigger()
    assert asked == ["skip", "send here", "discard"]
    for button in (pane.resend_button, pane.discard_button):
        assert button.popupMode() is QToolButton.ToolButtonPopupMode.InstantPopup


def test_a_text_is_shown_if_nothing_was_refused(pane: CloudPane) -> None:
    pane.resize(700, 300)
    pane.show()
    said = [label for label in pane.findChildren(QLabel) if "are refused" in label.text()]
    assert [(label.isVisible(), pane.view.isVisible()) for label in said] == [(True, False)]
    pane.show_refused(REFUSED, 2)
    assert [(label.isVisible(), pane.view.isVisible()) for label in said] == [(False, True)]
    headers = [pane.model.headerData(column, Qt.Orientation.Horizontal) for column in range(4)]
    assert headers == ["Received", "Datastream", "Value", "What the cloud said"]
    row = [pane.model.index(0, column).data() for column in range(4)]
    assert row == [moment(1_790_000_000), "v1", "21.5", WRONG_VALUE]
    assert pane.view.accessibleName() == "Refused readings with the cloud's reasons"


def test_readings_that_are_no_longer_selected_are_not_sent_again(pane: CloudPane) -> None:
    asked: list[tuple[object, object]] = []
    pane.resend_asked.connect(lambda target, ids: asked.append((target, ids)))
    pane.show_refused(REFUSED, 2)
    pane.view.selectAll()
    menu = pane.resend_button.menu()
    menu.aboutToShow.emit()
    assert pane.resend_menu.of_target.isEnabled()
    assert pane.resend_menu.of_target.text() == "All of &datastream v1"
    pane.resend_menu.selected.trigger()
    pane.resend_menu.of_target.trigger()
    assert asked == [(None, [7, 9]), ("v1", None)]
    pane.view.clearSelection()
    menu.aboutToShow.emit()
    assert not pane.resend_menu.of_target.isEnabled()
    assert pane.resend_menu.of_target.text() == "All of a &datastream"


def test_an_orphan_can_only_be_discarded(pane: CloudPane) -> None:
    counts = JournalCounts(readings=9, pending=5, held=5, refused=1)
    pane.show_device(msgspec.structs.replace(DEVICE, counts=counts, orphan=True, server=""), AT_S)
    assert buttons(pane) == ["Discard…"]


def test_refused_readings_are_listed_and_sent_again(pane: CloudPane) -> None:
    asked: list[tuple[object, object]] = []
    pane.resend_asked.connect(lambda target, ids: asked.append((target, ids)))
    assert pane.is_stale(2)
    pane.show_refused(REFUSED, 2)
    assert not pane.is_stale(2)
    assert pane.model.index(1, 3).data() == NO_DATASTREAM
    menu = pane.resend_button.menu()
    menu.aboutToShow.emit()
    assert not pane.resend_menu.selected.isEnabled()
    pane.view.selectRow(1)
    menu.aboutToShow.emit()
    assert [action.text() for action in menu.actions()] == [
        *("The &selected readings", "All of &datastream v2", "&All refused readings")
    ]
    for action in menu.actions():
        action.trigger()
    assert asked == [(None, [9]), ("v2", None), (None, None)]


def test_every_fact_has_its_heading(pane: CloudPane) -> None:
    headings = [label.text() for label in pane.findChildren(QLabel) if label.property("heading")]
    assert headings == [label.accessibleName() for label in pane.facts.values()]
    assert headings == [
        *("State", "Not in the journal", "Refused", "Waiting", "Held"),
        *("Last success", "This month", "Warnings"),
    ]


def test_another_device_begins_with_an_empty_pane(pane: CloudPane) -> None:
    pane.show_refused(REFUSED, 2)
    pane.restart()
    assert pane.model.rowCount() == 0
    assert shown(pane) == {}
    assert pane.is_stale(0)


def test_its_halves_are_equally_wide_and_cannot_be_collapsed(pane: CloudPane) -> None:
    (halves,) = pane.findChildren(QSplitter)
    pane.resize(4000 + halves.handleWidth(), 200)
    pane.show()
    assert halves.sizes() == [2000, 2000]
    (scroll,) = [area for area in pane.findChildren(QScrollArea) if type(area) is QScrollArea]
    assert scroll.widgetResizable()
    assert scroll.horizontalScrollBarPolicy() is Qt.ScrollBarPolicy.ScrollBarAlwaysOff
    assert scroll.focusPolicy() is Qt.FocusPolicy.NoFocus


def test_readings_that_cannot_be_written_have_a_row_with_the_reason(pane: CloudPane) -> None:
    reason = Message("journal_write_failed", path="b.db", words="full")
    for cloud in (DEVICE.cloud, CloudStatus()):
        device = msgspec.structs.replace(DEVICE, cloud=cloud, unwritten=UnwrittenReadings(62, reason))
        pane.show_device(device, AT_S)
        assert shown(pane)["unwritten"] == (
            "62 readings. b.db: the journal cannot be written (full): is the disk full?"
        )
    pane.show_device(msgspec.structs.replace(DEVICE, unwritten=UnwrittenReadings(2)), AT_S)
    assert "unwritten" not in shown(pane)


def test_without_a_server_held_readings_can_only_be_discarded(pane: CloudPane) -> None:
    held = JournalCounts(readings=5, pending=5, held=5)
    pane.show_device(msgspec.structs.replace(DEVICE, counts=held), AT_S)
    assert not pane.send_here_button.isHidden()
    pane.show_device(msgspec.structs.replace(DEVICE, counts=held, server="", cloud=CloudStatus()), AT_S)
    assert pane.send_here_button.isHidden()
    assert not pane.discard_button.isHidden()
