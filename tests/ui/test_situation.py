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
from ui.situation import empty_words, notices

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


def told(device: DeviceStatus | None, failure: str = "", warnings: tuple[str, ...] = ()) -> dict[str, str]:
    status = BenchStatus("Bench 1", (device,) if device else (), "bench.db", 0, warnings)
    return {name: notice.text for name, notice in notices(status, device, failure, lambda: None).items()}


def test_what_is_well_is_not_talked_about() -> None:
    assert told(DEVICE) == {}
    assert empty_words(DEVICE) is None


@pytest.mark.parametrize("state", list(LinkState))
def test_every_state_of_a_port_has_words_where_nothing_is_plotted(state: LinkState) -> None:
    device = msgspec.structs.replace(DEVICE, link=LinkStatus(state, "the sentence"), datastreams=())
    words = empty_words(device)
    assert words is not None
    assert words[0]
    assert ("the sentence" in words[1]) is (state is not LinkState.GOOD)
    # The empty pane says it: no notice says it again.
    assert "link" not in told(device)


def test_port_in_trouble_is_a_notice_once_something_is_plotted() -> None:
    device = msgspec.structs.replace(DEVICE, link=LinkStatus(LinkState.BUSY, "COM5 is in use."))
    assert told(device) == {"link": "COM5 is in use."}


@pytest.mark.parametrize(("state", "tone"), [(CloudState.WAITING, "warn"), (CloudState.PAUSED, "bad")])
def test_cloud_in_trouble_has_a_button(state: CloudState, tone: str) -> None:
    tried: list[int] = []
    device = msgspec.structs.replace(DEVICE, cloud=CloudStatus(state, "The cloud is away."))
    status = BenchStatus("Bench 1", (device,), "bench.db", 0)
    notice = notices(status, device, "", lambda: tried.append(1))["cloud"]
    assert (notice.tone, notice.text, notice.action) == (tone, "The cloud is away.", "Try now")
    assert notice.act is not None
    notice.act()
    assert tried == [1]


def test_the_most_urgent_comes_first() -> None:
    device = msgspec.structs.replace(DEVICE, lost_bytes=4096, orphan=True)
    found = told(device, "The journal is full.", ("http://10.0.0.5 is not encrypted",))
    assert list(found) == ["failure", "lost", "orphan", "warning 0"]
    assert "4,096 bytes" in found["lost"]
    assert told(None, warnings=("careful",)) == {"warning 0": "careful"}
