"""How far a device is behind: a calm figure and a trend, and no alarm about a burst."""

from __future__ import annotations

import pytest

from app.cloud.outlook import Lag
from app.cloud.status import Trend


def ages(lag: Lag, *observed: tuple[float, float]) -> Lag:
    for at_s, age_s in observed:
        lag.observe(age_s, at_s, 1)
    return lag


def slope(lag: Lag, from_s: float, to_s: float, age_s: float, per_s: float, more_per_s: float = 0.0) -> None:
    """Observe from `from_s` to `to_s` an age that begins with `age_s` and grows by `per_s` each second.

    At first 1,000 readings wait, and each second `more_per_s` more.
    """
    for step in range(int((to_s - from_s) * 10) + 1):
        at_s = from_s + step / 10
        waiting = int(1000 + (at_s - from_s) * more_per_s)
        lag.observe(age_s + (at_s - from_s) * per_s, at_s, waiting)


def test_a_burst_that_is_sent_within_seconds_is_no_delay() -> None:
    lag = Lag()
    slope(lag, 0, 10, 0, 1)
    assert (lag.behind_s, lag.trend) == (0, Trend.STEADY)
    slope(lag, 10.1, 20, 10, -1)
    assert lag.behind_s == 0


def test_old_readings_that_are_sent_at_once_after_a_start_are_no_delay() -> None:
    lag = ages(Lag(), (0, 50_000), (2.75, 50_000))
    assert lag.behind_s == 0
    lag.observe(50_000, 3, 1)
    assert lag.behind_s == 49_680
    lag.observe(0, 3.1, 1)
    assert lag.behind_s == 0
    lag.observe(50_000, 3.2, 1)
    assert lag.behind_s == 0


def test_a_delay_is_over_only_when_it_is_small() -> None:
    lag = ages(Lag(), (0, 10.1), (3, 9.9))
    assert lag.behind_s == 5
    lag.observe(5.1, 4, 1)
    assert lag.behind_s == 5
    lag.observe(5.0, 5, 1)
    assert lag.behind_s == 0
    lag.observe(9.9, 6, 1)
    lag.observe(9.9, 10, 1)
    assert lag.behind_s == 0


@pytest.mark.parametrize(
    ("age_s", "shown_s"),
    [
        *((11, 10), (14.9, 10), (15, 15), (119.9, 115), (120, 120), (179, 120)),
        *((480, 480), (7199, 7140), (7200, 7200), (7559, 7200), (7560, 7560)),
    ],
)
def test_the_figure_changes_seldom(age_s: float, shown_s: float) -> None:
    assert ages(Lag(), (0, age_s), (3, age_s)).behind_s == shown_s


@pytest.mark.parametrize(
    ("per_s", "trend"),
    [
        *((0.9, Trend.GROWING), (0.1, Trend.GROWING), (-0.1, Trend.SHRINKING), (-9, Trend.SHRINKING)),
        *((0.0, Trend.STEADY), (0.02, Trend.STEADY), (-0.02, Trend.STEADY)),
    ],
)
def test_the_trend_needs_ten_seconds_and_a_clear_change(per_s: float, trend: Trend) -> None:
    lag = Lag()
    slope(lag, 0, 9.9, 480, per_s)
    assert lag.trend is Trend.STEADY
    slope(lag, 10, 12, 480 + 10 * per_s, per_s)
    assert lag.trend is trend


def test_the_trend_stays_until_it_turns() -> None:
    lag = Lag()
    trends = []
    for part in ((0, 20, 480, 0.5), (20.1, 40, 490, 0), (40.1, 60, 490, -1), (61, 61, 0, 0)):
        slope(lag, *part)
        trends.append(lag.trend)
    assert trends == [Trend.GROWING, Trend.GROWING, Trend.SHRINKING, Trend.STEADY]


@pytest.mark.parametrize(("more_per_s", "trend"), [(-10, Trend.SHRINKING), (0, Trend.GROWING)])
def test_a_delay_does_not_grow_while_fewer_and_fewer_readings_wait(more_per_s: float, trend: Trend) -> None:
    lag = Lag()
    slope(lag, 0, 20, 60, 0.9, more_per_s)
    assert lag.trend is trend


def test_the_trend_is_that_of_the_last_twenty_seconds() -> None:
    lag = Lag()
    slope(lag, 0, 100, 1000, 2)
    slope(lag, 100.1, 117, 1199, -2)
    assert lag.trend is Trend.SHRINKING
    assert len(lag._seen) < 85


def test_sets_that_are_sent_every_minute_are_neither_late_nor_a_trend() -> None:
    lag = Lag(60.0)
    for at_s in range(600):
        lag.observe(at_s % 60 + 5, float(at_s), 1)
    assert lag.behind_s == 0
    trends = set()
    for at_s in range(600, 1800):
        lag.observe(300 + at_s % 60, float(at_s), 1)
        if at_s > 720:
            trends.add(lag.trend)
    assert len(trends) == 1
    assert lag.behind_s == 300
