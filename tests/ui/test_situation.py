"""What a person should be told: a word in an empty pane, and the notices."""

from __future__ import annotations

import msgspec
import pytest

from app.status import (
    BenchStatus,
    CloudState,
    CloudStatus,
    DatastreamStatus,
    DeviceStatus,
    JournalCounts,
    LinkState,
    LinkStatus,
)
from app.wire.batches import LineCounts
from ui.notices import Notice
from ui.situation import Ways, empty_words, is_open, notices

NUMBER = DatastreamStatus("v1", "", "", "", 1.5, 0, JournalCounts(readings=1))
DEVICE = DeviceStatus(
    name="greenhouse",
    port="COM5",
    server="https://fra1.blynk.cloud",
    link=LinkStatus(LinkState.GOOD, "COM5: lines come in."),
    cloud=CloudStatus(CloudState.IDLE, "All readings have been sent."),
    lines=LineCounts(),
    lost_bytes=0,
    reconnects=0,
    counts=JournalCounts(),
    datastreams=(NUMBER,),
)


PRESSED: list[str] = []
WAYS = Ways(*(lambda name=name: PRESSED.append(name) for name in Ways._fields))


def found(device: DeviceStatus | None, warnings: tuple[str, ...] = ()) -> dict[str, Notice]:
    return notices(BenchStatus("Bench 1", (device,) if device else (), "bench.db", 0, warnings), device, WAYS)


def told(device: DeviceStatus | None, warnings: tuple[str, ...] = ()) -> dict[str, str]:
    return {name: notice.text for name, notice in found(device, warnings).items()}


def test_what_is_well_is_not_talked_about() -> None:
    assert told(DEVICE) == {}
    assert empty_words(DEVICE) is None


ASKS = {LinkState.AMBIGUOUS: ("Choose…", "choose_port"), LinkState.RELEASED: ("Take port back", "take_port")}


@pytest.mark.parametrize("state", list(LinkState))
def test_every_state_of_a_port_has_words_where_nothing_is_plotted(state: LinkState) -> None:
    device = msgspec.structs.replace(DEVICE, link=LinkStatus(state, "the sentence"), datastreams=())
    words = empty_words(device)
    assert words is not None
    assert words[0]
    assert ("the sentence" in words[1]) is (state is not LinkState.GOOD)
    # The empty pane says it: no notice says it again, unless it has a button.
    assert ("link" in told(device)) is (state in ASKS)


@pytest.mark.parametrize("state", list(ASKS))
def test_port_that_needs_a_person_has_a_button(state: LinkState) -> None:
    notice = found(msgspec.structs.replace(DEVICE, link=LinkStatus(state, "the sentence")))["link"]
    word, way = ASKS[state]
    assert (notice.text, notice.action) == ("the sentence", word)
    assert notice.act is not None
    PRESSED.clear()
    notice.act()
    assert [way] == PRESSED


def test_port_in_trouble_is_a_notice_once_something_is_plotted() -> None:
    device = msgspec.structs.replace(DEVICE, link=LinkStatus(LinkState.BUSY, "COM5 is in use."))
    assert told(device) == {"link": "COM5 is in use."}


@pytest.mark.parametrize(("state", "tone"), [(CloudState.WAITING, "warn"), (CloudState.PAUSED, "bad")])
def test_cloud_in_trouble_has_a_button(state: CloudState, tone: str) -> None:
    notice = found(msgspec.structs.replace(DEVICE, cloud=CloudStatus(state, "The cloud is away.")))["cloud"]
    assert (notice.tone, notice.text, notice.action) == (tone, "The cloud is away.", "Try now")
    assert notice.act is not None
    PRESSED.clear()
    notice.act()
    assert PRESSED == ["try_now"]


def test_the_most_urgent_comes_first() -> None:
    device = msgspec.structs.replace(
        DEVICE, lost_bytes=4096, orphan=True, cloud=CloudStatus(CloudState.IDLE, "", warning="too much")
    )
    texts = told(device, ("http://10.0.0.5 is not encrypted",))
    assert list(texts) == ["care", "lost", "held", "warning 0"]
    assert "4,096 bytes" in texts["lost"]
    assert told(None, warnings=("careful",)) == {"warning 0": "careful"}


def test_held_readings_ask_for_a_persons_word() -> None:
    notice = found(msgspec.structs.replace(DEVICE, counts=JournalCounts(readings=9, pending=5, held=5)))[
        "held"
    ]
    assert notice.text.startswith("5 readings are held")
    assert notice.act is not None
    PRESSED.clear()
    notice.act()
    assert PRESSED == ["show_cloud"]


@pytest.mark.parametrize("state", list(LinkState))
def test_only_an_open_port_can_be_spoken_to(state: LinkState) -> None:
    device = msgspec.structs.replace(DEVICE, link=LinkStatus(state, ""))
    hears = state not in (
        *(LinkState.CLOSED, LinkState.NO_SUCH_PORT, LinkState.AMBIGUOUS, LinkState.BUSY),
        *(LinkState.NO_PERMISSION, LinkState.RELEASED, LinkState.ENDED),
    )
    assert is_open(device) is hears
    assert not is_open(msgspec.structs.replace(device, orphan=True))
