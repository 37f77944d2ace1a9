"""What a person should be told: a word in an empty pane, and the notices."""

from __future__ import annotations

import msgspec
import pytest

from app.bench.status import (
    BenchStatus,
    CloudState,
    CloudStatus,
    DatastreamStatus,
    DeviceStatus,
    JournalCounts,
    LinkState,
    LinkStatus,
)
from app.messages.message import verbatim
from app.wire.batches import LineCounts
from ui.situation import NEWCOMER, Handlers, Notice, empty_words, is_open, notices

NUMBER = DatastreamStatus("v1", "", "", "", 1.5, 0, JournalCounts(readings=1))
DEVICE = DeviceStatus(
    name="greenhouse",
    port="COM5",
    server="https://fra1.blynk.cloud",
    link=LinkStatus(LinkState.GOOD, verbatim("COM5: lines come in.")),
    cloud=CloudStatus(CloudState.IDLE, verbatim("All readings have been sent.")),
    lines=LineCounts(),
    lost_bytes=0,
    reconnects=0,
    counts=JournalCounts(),
    datastreams=(NUMBER,),
)


PRESSED: list[str] = []
HANDLERS = Handlers(*(lambda name=name: PRESSED.append(name) for name in Handlers._fields))


def found(device: DeviceStatus | None, warnings: tuple[str, ...] = ()) -> dict[str, Notice]:
    return notices(
        BenchStatus("Bench 1", (device,) if device else (), "bench.db", 0, warnings), device, HANDLERS
    )


def told(device: DeviceStatus | None, warnings: tuple[str, ...] = ()) -> dict[str, str]:
    return {name: notice.text for name, notice in found(device, warnings).items()}


def press(notice: Notice, word: str, way: str) -> None:
    assert notice.action == word
    assert notice.act is not None
    PRESSED.clear()
    notice.act()
    assert [way] == PRESSED


def test_what_is_well_is_not_talked_about() -> None:
    assert told(DEVICE) == {}
    assert empty_words(DEVICE) is None


ASKS = {LinkState.AMBIGUOUS: ("Choose…", "choose_port"), LinkState.RELEASED: ("Take port back", "take_port")}


@pytest.mark.parametrize("state", list(LinkState))
def test_every_state_of_a_port_has_words_where_nothing_is_plotted(state: LinkState) -> None:
    device = msgspec.structs.replace(DEVICE, link=LinkStatus(state, verbatim("the sentence")), datastreams=())
    words = empty_words(device)
    assert words is not None
    assert words[0]
    assert ("the sentence" in words[1]) is (state is not LinkState.GOOD)
    # The empty pane says it: no notice says it again, unless it has a button.
    assert ("link" in told(device)) is (state in ASKS)


WELL = (LinkState.GOOD, LinkState.OPEN, LinkState.ENDED, LinkState.CLOSED)


@pytest.mark.parametrize("state", list(LinkState))
def test_port_in_trouble_is_told_beside_what_is_plotted(state: LinkState) -> None:
    device = msgspec.structs.replace(DEVICE, link=LinkStatus(state, verbatim("the sentence")))
    assert told(device) == ({} if state in WELL else {"link": "the sentence"})
    assert all(notice.tone == "warn" for notice in found(device).values())


def test_every_headline_is_of_its_own() -> None:
    words = []
    for state in LinkState:
        device = msgspec.structs.replace(
            DEVICE, link=LinkStatus(state, verbatim("the sentence")), datastreams=()
        )
        shown = empty_words(device)
        assert shown is not None
        words.append(shown[0])
        if state is LinkState.GOOD:
            assert "v1=100" in shown[1]
    assert len(set(words)) == len(words)
    assert all("board" in word.lower() for word in NEWCOMER)


def test_one_number_among_texts_is_enough_to_plot() -> None:
    text = msgspec.structs.replace(NUMBER, value="calm")
    device = msgspec.structs.replace(DEVICE, datastreams=(text,))
    assert empty_words(device) is not None
    assert empty_words(msgspec.structs.replace(DEVICE, datastreams=(text, NUMBER))) is None


@pytest.mark.parametrize("state", list(ASKS))
def test_port_that_needs_a_person_has_a_button(state: LinkState) -> None:
    notice = found(msgspec.structs.replace(DEVICE, link=LinkStatus(state, verbatim("the sentence"))))["link"]
    word, way = ASKS[state]
    assert (notice.tone, notice.text) == ("warn", "the sentence")
    press(notice, word, way)


def test_port_in_trouble_is_a_notice_once_something_is_plotted() -> None:
    device = msgspec.structs.replace(DEVICE, link=LinkStatus(LinkState.BUSY, verbatim("COM5 is in use.")))
    assert told(device) == {"link": "COM5 is in use."}


@pytest.mark.parametrize(("state", "tone"), [(CloudState.WAITING, "warn"), (CloudState.PAUSED, "bad")])
def test_cloud_in_trouble_has_a_button(state: CloudState, tone: str) -> None:
    notice = found(msgspec.structs.replace(DEVICE, cloud=CloudStatus(state, verbatim("The cloud is away."))))[
        "cloud"
    ]
    assert (notice.tone, notice.text) == (tone, "The cloud is away.")
    press(notice, "Try now", "try_now")


def test_the_most_urgent_comes_first() -> None:
    device = msgspec.structs.replace(
        DEVICE,
        lost_bytes=4096,
        orphan=True,
        cloud=CloudStatus(CloudState.IDLE, verbatim(""), warning="too much"),
    )
    shown = found(device, ("http://10.0.0.5 is not encrypted", "and another"))
    assert {name: (notice.tone, notice.text) for name, notice in shown.items()} == {
        "care": ("warn", "too much"),
        "lost": ("bad", "4,096 bytes were dropped: the board was faster than the disk."),
        "held": ("warn", "This device has left the bench file; its readings are still kept."),
        "warning 0": ("warn", "http://10.0.0.5 is not encrypted"),
        "warning 1": ("warn", "and another"),
    }
    assert list(shown) == ["care", "lost", "held", "warning 0", "warning 1"]
    press(shown["held"], "Look", "show_cloud")
    assert told(None, warnings=("careful",)) == {"warning 0": "careful"}


def test_held_readings_ask_for_a_persons_word() -> None:
    notice = found(msgspec.structs.replace(DEVICE, counts=JournalCounts(readings=9, pending=5, held=5)))[
        "held"
    ]
    assert notice.text == "5 readings are held: they were meant for another token or server."
    assert notice.tone == "warn"
    press(notice, "Look", "show_cloud")


@pytest.mark.parametrize("state", list(LinkState))
def test_only_an_open_port_can_be_spoken_to(state: LinkState) -> None:
    device = msgspec.structs.replace(DEVICE, link=LinkStatus(state, verbatim("")))
    hears = state not in (
        *(LinkState.CLOSED, LinkState.NO_SUCH_PORT, LinkState.AMBIGUOUS, LinkState.BUSY),
        *(LinkState.NO_PERMISSION, LinkState.RELEASED, LinkState.ENDED),
    )
    assert is_open(device) is hears
    assert not is_open(msgspec.structs.replace(device, orphan=True))
