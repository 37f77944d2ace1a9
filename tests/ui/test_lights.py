"""The lights of a device: one tone for its port, one for its connection to the cloud."""

from __future__ import annotations

import msgspec
import pytest

from app.bench.status import (
    CloudState,
    CloudStatus,
    DeviceStatus,
    JournalCounts,
    LinkState,
    LinkStatus,
    Refusal,
    ReplayStatus,
    Trend,
)
from app.config.bench_file import BenchConfig, DeviceConfig
from app.messages.message import Message, verbatim
from app.wire.streams import UnwrittenReadings
from tests.ui.fake_bench import FakeBench, FakeClock
from ui import lights
from ui.boards.failing import fails

_BENCH = BenchConfig(device=(DeviceConfig(port="COM5"),))
DEVICE = FakeBench(_BENCH, {}, FakeClock()).status().devices[0]


@pytest.mark.parametrize(
    ("state", "tone"),
    [
        *((LinkState.GOOD, "good"), (LinkState.SILENT, "warn"), (LinkState.RELEASED, "")),
        *((LinkState.OPEN, ""), (LinkState.CLOSED, ""), (LinkState.ENDED, "")),
        *((LinkState.BUSY, "bad"), (LinkState.UNREADABLE, "bad"), (LinkState.NO_SUCH_PORT, "bad")),
    ],
)
def test_the_light_of_a_port(state: LinkState, tone: str) -> None:
    device = msgspec.structs.replace(DEVICE, link=LinkStatus(state))
    assert lights.of_port(device) == tone


@pytest.mark.parametrize("code", ["lines_rejected_since", "many_lines_rejected", "numbers_kept_as_text"])
def test_a_board_whose_lines_are_wrong_is_not_green(code: str) -> None:
    device = msgspec.structs.replace(DEVICE, link=LinkStatus(LinkState.GOOD, Message(code)))
    assert lights.of_port(device) == "warn"
    fine = msgspec.structs.replace(DEVICE, link=LinkStatus(LinkState.GOOD, Message("lines_come_in")))
    assert lights.of_port(fine) == "good"


@pytest.mark.parametrize(
    ("state", "tone"),
    [
        *((CloudState.OFF, ""), (CloudState.IDLE, "good"), (CloudState.SENDING, "good")),
        *((CloudState.WAITING, "warn"), (CloudState.PAUSED, "bad")),
    ],
)
def test_the_light_of_a_cloud(state: CloudState, tone: str) -> None:
    device = msgspec.structs.replace(DEVICE, cloud=CloudStatus(state), counts=JournalCounts(9, 9))
    assert lights.of_cloud(device) == tone


def test_each_tone_has_a_sign_of_its_own() -> None:
    assert len(set(lights.SIGNS.values())) == len(lights.SIGNS) == 4


REFUSAL = Refusal(("v3",), 3, verbatim("no"), verbatim("fix it"))


def cloud(state: CloudState = CloudState.IDLE, **fields: object) -> CloudStatus:
    return CloudStatus(state, verbatim(""), **fields)  # type: ignore[arg-type]


def with_cloud(status: CloudStatus, counts: JournalCounts | None = None, refused: int = 0) -> DeviceStatus:
    refusals = (msgspec.structs.replace(REFUSAL, count=refused),) if refused else ()
    return msgspec.structs.replace(DEVICE, cloud=status, counts=counts or JournalCounts(), refusals=refusals)


HELD = JournalCounts(readings=9, pending=5, held=2)
ATTENTION = {
    "3 refused": with_cloud(cloud(), JournalCounts(9, 6, refused=3), refused=3),
    "2 held": with_cloud(cloud(), HELD),
    "4 expired": with_cloud(cloud(expired=4)),
    "behind by 8 min": with_cloud(cloud(CloudState.SENDING, behind_s=480.0)),
    "behind by 8 min, growing": with_cloud(cloud(CloudState.SENDING, behind_s=480.0, trend=Trend.GROWING)),
    "behind by 2 h, catching up": with_cloud(
        cloud(CloudState.SENDING, behind_s=7200.0, trend=Trend.SHRINKING)
    ),
    "sending": with_cloud(cloud(CloudState.SENDING, warnings=(verbatim("too much"),))),
}


@pytest.mark.parametrize("words", ATTENTION)
def test_what_needs_attention_is_not_green(words: str) -> None:
    assert lights.of_cloud(ATTENTION[words]) == "warn"
    assert str(lights.cloud_state(ATTENTION[words])) == words


@pytest.mark.parametrize("words", ATTENTION)
@pytest.mark.parametrize(
    ("state", "tone", "said"),
    [
        (CloudState.PAUSED, "bad", "paused, needs you"),
        (CloudState.WAITING, "warn", "waiting, tries again"),
    ],
)
def test_a_cloud_that_does_not_answer_is_said_first(
    words: str, state: CloudState, tone: str, said: str
) -> None:
    device = ATTENTION[words]
    device = msgspec.structs.replace(device, cloud=msgspec.structs.replace(device.cloud, state=state))
    if state is CloudState.WAITING and device.cloud.behind_s:
        said = f"waiting, {words.partition(',')[0]}"
    assert (lights.of_cloud(device), str(lights.cloud_state(device))) == (tone, said)


@pytest.mark.parametrize(
    ("status", "counts", "words"),
    [
        (cloud(), JournalCounts(), "nothing to send yet"),
        (cloud(), JournalCounts(9, 9), "all sent"),
        (cloud(), JournalCounts(9, 6, superseded=3), "sent"),
        (cloud(), JournalCounts(9, 6, expired=3), "sent"),
        (cloud(), JournalCounts(9, expired=9), "nothing sent"),
        (cloud(), JournalCounts(9, 6, refused=3), "sent"),
        (cloud(CloudState.SENDING), JournalCounts(9, 6, pending=3), "sending"),
        (cloud(CloudState.OFF), JournalCounts(9, pending=9), "no server"),
    ],
)
def test_all_is_sent_only_if_it_is(status: CloudStatus, counts: JournalCounts, words: str) -> None:
    device = with_cloud(status, counts)
    assert str(lights.cloud_state(device)) == words
    assert lights.of_cloud(device) == ("" if words.startswith(("no server", "nothing")) else "good")


def test_a_recording_is_only_shown() -> None:
    off = with_cloud(cloud(CloudState.OFF), JournalCounts(9, pending=9))
    device = msgspec.structs.replace(off, replay=ReplayStatus(position_us=2, length_us=9))
    assert (lights.of_cloud(device), str(lights.cloud_state(device))) == ("", "nothing is forwarded")


def test_held_readings_need_a_decision_without_a_server_too() -> None:
    device = with_cloud(cloud(CloudState.OFF), HELD)
    assert (lights.of_cloud(device), str(lights.cloud_state(device))) == ("warn", "2 held")
    sending = with_cloud(cloud(CloudState.SENDING), HELD)
    assert (lights.of_cloud(sending), str(lights.cloud_state(sending))) == ("warn", "sending")


def test_readings_without_a_server_are_kept_unless_they_are_held_or_settled() -> None:
    assert lights.kept(JournalCounts(readings=9, pending=5, held=2, expired=4)) == 3
    assert lights.kept(JournalCounts(9, 1, 2, 3, 3)) == 0


@pytest.mark.parametrize(
    ("status", "counts", "refused", "left", "labels"),
    [
        (cloud(), HELD, 4, (3, 2, 4), ["4 refused", "2 held", "3 waiting"]),
        (cloud(), JournalCounts(9, 9), 0, (0, 0, 0), []),
        (cloud(CloudState.OFF), HELD, 0, (0, 2, 0), ["2 held"]),
        # Those that were pruned can neither be sent again nor be discarded.
        (cloud(), JournalCounts(9, 4, refused=5), 1, (0, 0, 1), ["1 refused"]),
    ],
)
def test_what_is_not_in_the_cloud_is_counted_apart(
    status: CloudStatus, counts: JournalCounts, refused: int, left: tuple[int, ...], labels: list[str]
) -> None:
    device = with_cloud(status, counts, refused)
    assert lights.unsent(device) == left
    assert [str(label) for label in lights.unsent_labels(device)] == labels


@pytest.mark.parametrize("state", list(CloudState))
def test_a_board_whose_readings_cannot_be_written_fails(state: CloudState) -> None:
    failing_disk = UnwrittenReadings(62, Message("journal_stalled", path="b.db"))
    device = msgspec.structs.replace(with_cloud(cloud(state), HELD, 4), unwritten=failing_disk)
    assert (lights.of_cloud(device), str(lights.cloud_state(device))) == ("bad", "62 not in the journal")
    assert [str(label) for label in lights.unsent_labels(device)][:3] == [
        *("62 not in the journal", "4 refused", "2 held"),
    ]
    assert fails(device)


def test_readings_on_their_way_to_the_journal_are_no_failure() -> None:
    sent = with_cloud(cloud(), JournalCounts(9, 9))
    device = msgspec.structs.replace(sent, unwritten=UnwrittenReadings(2))
    assert (lights.of_cloud(device), lights.unsent_labels(device), fails(device)) == ("good", [], False)
