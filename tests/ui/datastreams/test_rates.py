"""The rate of lines per second, computed from a counter that is polled."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.datastreams.rates import LineRate, LineRates


def test_a_steady_counter_has_a_steady_rate() -> None:
    rate = LineRate()
    seen = [rate.update(100 + n / 10, 50 * n) for n in range(40)]
    assert seen[0] == 0
    assert seen[-1] == pytest.approx(500)


def test_rate_falls_to_zero_within_the_window() -> None:
    rate = LineRate()
    for n in range(20):
        rate.update(n / 10, 10 * n)
    quiet = [rate.update(1.9 + n / 10, 190) for n in range(1, 21)]
    assert quiet == sorted(quiet, reverse=True)
    assert quiet[-1] == 0


def test_rate_is_that_of_the_last_two_seconds() -> None:
    rate = LineRate()
    seen = [rate.update(n / 4, n * n) for n in range(40)]
    # The counter is polled four times per second, so two seconds are eight calls.
    assert seen[8:] == [(n * n - (n - 8) ** 2) / 2 for n in range(8, 40)]
    assert seen[1:3] == [4, 8]


def test_a_rate_needs_two_counts_that_are_a_gap_apart() -> None:
    assert [LineRate().update(0, 0), LineRate().update(0, 7)] == [0, 0]
    rate = LineRate()
    assert [rate.update(at_s, round(10 * at_s)) for at_s in (0, 0.1, 0.2)] == [0, 0, 10]


def test_a_count_exactly_a_gap_after_the_last_one_is_kept() -> None:
    rate = LineRate()
    assert [rate.update(at_s, count) for at_s, count in ((0, 0), (0.2, 100), (2, 100))] == [0, 500, 0]


def test_a_counter_that_does_not_grow_at_each_reading_keeps_its_rate() -> None:
    rate = LineRate()
    seen = [rate.update(n / 4, n // 2) for n in range(40)]
    assert seen[8:] == [2] * 32
    assert rate.update(39 / 4, 19) == 2  # the last call once more


def test_memory_is_bounded_however_often_a_counter_is_read() -> None:
    rate = LineRate()
    for n in range(20_000):
        per_s = rate.update(n / 1000, 5 * n)
    assert per_s == pytest.approx(5000)
    assert len(rate._seen) <= 11


RESTARTS = {
    "counter restarts": (3.0, 0),
    "clock set back": (0.5, 1100),
    "clock set back a little": (1.5, 1100),
}


@pytest.mark.parametrize("again", RESTARTS.values(), ids=RESTARTS)
def test_restart_gives_no_negative_rate(again: tuple[float, int]) -> None:
    rate = LineRate()
    rate.update(1.0, 500)
    rate.update(2.0, 1000)
    assert rate.update(*again) == 0


@given(st.lists(st.tuples(st.floats(0, 1e4), st.integers(0, 10**9)), max_size=50))
def test_no_counts_and_times_give_a_negative_rate(looks: list[tuple[float, int]]) -> None:
    rate = LineRate()
    assert all(rate.update(*look) >= 0 for look in looks)


def test_each_counter_has_its_own_rate_until_all_are_cleared() -> None:
    rates = LineRates()
    for n in range(10):
        rates.update("v0", n, 10 * n)
        rates.update("v1", n, 20 * n)
    assert rates.update("v0", 10, 100) == pytest.approx(10)
    assert rates.update("v1", 10, 200) == pytest.approx(20)
    rates.clear()
    assert rates.update("v0", 11, 110) == 0
