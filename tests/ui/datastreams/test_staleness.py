"""Which values are stale: those that are older than the usual pause of their datastream."""

from __future__ import annotations

import pytest

from ui.datastreams.staleness import Staleness


def seen(*arrivals_s: float) -> Staleness:
    staleness = Staleness()
    for at_s in arrivals_s:
        assert staleness.age_s("v1", at_s, at_s) is None
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
    ],
    ids=["one", "fast", "steady", "slow", "irregular", "grown-fast"],
)
def test_a_value_is_stale_after_three_of_its_longest_recent_pauses(
    arrivals_s: tuple[float, ...], fresh_s: float, stale_s: float
) -> None:
    staleness, last_s = seen(*arrivals_s), arrivals_s[-1]
    assert staleness.age_s("v1", last_s, last_s + fresh_s) is None
    assert staleness.age_s("v1", last_s, last_s + stale_s) == stale_s


def test_each_datastream_has_its_own_pause_and_all_are_forgotten() -> None:
    staleness = seen(100.0, 150.0)
    assert staleness.age_s("v2", 150.0, 211.0) == 61.0
    assert staleness.age_s("v1", 150.0, 211.0) is None
    staleness.clear()
    assert staleness.age_s("v1", 150.0, 211.0) == 61.0
