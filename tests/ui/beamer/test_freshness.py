"""A value is stale when its datastream is late, judged by its own pace."""

from __future__ import annotations

from ui.beamer.freshness import Freshness


def after(*times_s: float) -> Freshness:
    fresh = Freshness()
    for at_s in times_s:
        fresh.update([("v1", at_s)])
    return fresh


def test_a_fast_datastream_is_stale_after_five_seconds() -> None:
    fresh = after(100.0, 100.1, 100.2)
    assert not fresh.is_stale("v1", 105.2)
    assert fresh.is_stale("v1", 105.3)


def test_a_slow_datastream_is_stale_after_three_of_its_gaps() -> None:
    fresh = after(100.0, 160.0)
    assert not fresh.is_stale("v1", 340.0)
    assert fresh.is_stale("v1", 340.1)


def test_the_same_value_seen_again_does_not_change_the_pace() -> None:
    fresh = after(100.0, 160.0, 160.0, 160.0)
    assert not fresh.is_stale("v1", 340.0)


def test_the_pace_is_that_of_the_last_two_values_even_if_the_clock_was_set_back() -> None:
    assert after(100.0, 160.0, 161.0).is_stale("v1", 167.0)
    assert not after(160.0, 100.0).is_stale("v1", 280.0)


def test_what_never_came_is_stale_and_each_target_has_its_own_pace() -> None:
    fresh = after(100.0, 160.0)
    fresh.update([("v2", 160.0)])
    assert fresh.is_stale("v3", 160.0)
    assert fresh.is_stale("v2", 166.0)
    assert not fresh.is_stale("v1", 166.0)
    fresh.clear()
    assert fresh.is_stale("v1", 160.0)
