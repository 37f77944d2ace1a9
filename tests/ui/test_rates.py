"""Lines a second, from a counter that is looked at now and then."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.rates import WINDOW_S, Rate, Rates


def test_steady_counter_has_its_rate() -> None:
    rate = Rate()
    seen = [rate.update(100 + n / 10, 50 * n) for n in range(40)]
    assert seen[0] == 0
    assert seen[-1] == pytest.approx(500)


def test_rate_falls_to_zero_within_the_window() -> None:
    rate = Rate()
    for n in range(20):
        rate.update(n / 10, 10 * n)
    quiet = [rate.update(1.9 + n / 10, 190) for n in range(1, round(WINDOW_S * 10) + 2)]
    assert quiet == sorted(quiet, reverse=True)
    assert quiet[-1] == 0


@pytest.mark.parametrize("again", [(3.0, 0), (0.5, 900)], ids=["counter restarts", "clock set back"])
def test_restart_gives_no_negative_rate(again: tuple[float, int]) -> None:
    rate = Rate()
    rate.update(1.0, 500)
    rate.update(2.0, 1000)
    assert rate.update(*again) == 0


@given(st.lists(st.tuples(st.floats(0, 1e4), st.integers(0, 10**9)), max_size=50))
def test_any_looks_give_a_rate_that_is_none_below_zero(looks: list[tuple[float, int]]) -> None:
    rate = Rate()
    assert all(rate.update(*look) >= 0 for look in looks)


def test_counters_are_kept_apart_until_they_are_forgotten() -> None:
    rates = Rates()
    for n in range(10):
        rates.update("v0", n, 10 * n)
        rates.update("v1", n, 20 * n)
    assert rates.update("v0", 10, 100) == pytest.approx(10)
    assert rates.update("v1", 10, 200) == pytest.approx(20)
    rates.clear()
    assert rates.update("v0", 11, 110) == 0
