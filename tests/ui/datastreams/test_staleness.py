"""Which values are stale: those that are older than the usual pause of their datastream."""

from __future__ import annotations

import msgspec
import pytest

from app.bench.status import DeviceStatus, LinkState, LinkStatus, ReplayStatus
from app.config.bench_file import DeviceConfig
from tests.ui.fake_bench import FakeDevice
from ui.datastreams.staleness import Staleness

KEY = "a", "v1"
AWAY = {
    *(LinkState.CLOSED, LinkState.NO_SUCH_PORT, LinkState.AMBIGUOUS, LinkState.BUSY),
    *(LinkState.NO_PERMISSION, LinkState.RELEASED),
}


def board(received_s: float | None, *, is_replay: bool = False) -> DeviceStatus:
    """The status of device `a`, whose only value came at `received_s`."""
    device = FakeDevice(DeviceConfig(name="a", port="COM1"))
    device.say("v1=5", received_s or 0.0)
    status = device.status()
    (row,) = status.datastreams
    if received_s is None:
        row = msgspec.structs.replace(row, received_at_us=None)
    replay = ReplayStatus(0, 10**9) if is_replay else None
    return msgspec.structs.replace(status, datastreams=(row,), replay=replay)


def seen(*arrivals_s: float) -> Staleness:
    staleness = Staleness()
    for at_s in arrivals_s:
        assert staleness.age_s(KEY, round(at_s * 1e6), at_s) is None
    return staleness


@pytest.mark.parametrize(
    ("arrivals_s", "fresh_s", "stale_s"),
    [
        ((100.0,), 60.0, 60.5),
        ((100.0, 100.1, 100.2), 5.0, 5.5),
        ((100.0, 101.0, 102.0), 5.0, 5.5),
        ((100.0, 110.0, 120.0), 30.0, 30.5),
        ((100.0, 101.0, 121.0, 122.0), 60.0, 60.5),
        ((0.0, 100.0, 101.0, 102.0, 103.0, 104.0), 5.0, 5.5),
        ((200.0, 100.0, 101.0), 5.0, 5.5),
        ((100.0, 150.0, 90.0), 60.0, 60.5),
    ],
    ids=["one", "fast", "steady", "slow", "irregular", "grown-fast", "clock-set-back", "set-back-last"],
)
def test_a_value_is_stale_after_three_of_its_longest_recent_pauses(
    arrivals_s: tuple[float, ...], fresh_s: float, stale_s: float
) -> None:
    staleness, last_s = seen(*arrivals_s), arrivals_s[-1]
    assert staleness.age_s(KEY, round(last_s * 1e6), last_s + fresh_s) is None
    assert staleness.age_s(KEY, round(last_s * 1e6), last_s + stale_s) == stale_s


def test_each_datastream_has_its_own_pause_and_all_are_forgotten() -> None:
    staleness = seen(100.0, 150.0)
    for other in (("a", "v2"), ("b", "v1")):
        assert staleness.age_s(other, 150_000_000, 211.0) == 61.0
    assert staleness.age_s(KEY, 150_000_000, 211.0) is None
    staleness.clear()
    assert staleness.age_s(KEY, 150_000_000, 211.0) == 61.0


@pytest.mark.parametrize("is_replay", [False, True])
@pytest.mark.parametrize("state", LinkState)
def test_no_value_looks_alive_while_its_board_cannot_say_anything(state: LinkState, is_replay: bool) -> None:
    staleness = Staleness()
    device = msgspec.structs.replace(board(100.0, is_replay=is_replay), link=LinkStatus(state))
    staleness.look([device], 101.0)
    is_away = state in AWAY and not is_replay
    assert staleness.age_s(KEY, 100_000_000, 101.0) == (1.0 if is_away else None)
    staleness.look([board(100.0)], 102.0)
    assert staleness.age_s(KEY, 100_000_000, 102.0) is None


def test_the_pauses_of_boards_that_are_not_shown_are_learned() -> None:
    staleness = Staleness()
    staleness.look([board(None)], 99.0)
    for at_s in (100.0, 101.0, 102.0):
        staleness.look([board(at_s)], at_s)
    assert staleness.age_s(KEY, 102_000_000, 107.5) == 5.5
    other = Staleness()
    other.take_over(staleness)
    assert other.age_s(KEY, 102_000_000, 107.5) == 5.5


@pytest.mark.parametrize(("is_replay", "age_s"), [(False, 11.0), (True, None)])
def test_only_values_of_boards_can_come_unseen(is_replay: bool, age_s: float | None) -> None:
    """A minimised window sees no values, so the time until the next look is no pause of a board."""
    staleness = Staleness()
    for at_s in (100.0, 101.0, 110.0, 111.0):
        staleness.look([board(at_s, is_replay=is_replay)], at_s)
    assert staleness.age_s(KEY, 111_000_000, 122.0) == age_s
