"""How far a device is behind: a calm figure and a trend, and no alarm about a burst or an outage."""

from __future__ import annotations

import pytest

from app.cloud.outlook import Inflow, Lag, overload
from app.cloud.status import Trend
from app.config.bench_file import DeviceConfig


def ages(lag: Lag, *observed: tuple[float, float]) -> Lag:
    for at_s, age_s in observed:
        lag.observe(age_s, at_s, 1, 1)
    return lag


def slope(lag: Lag, from_s: float, to_s: float, age_s: float, per_s: float, more_per_s: float = 0.0) -> None:
    """Observe from `from_s` to `to_s` an age that begins with `age_s` and grows by `per_s` each second.

    At first 1,000 readings wait, and each second `more_per_s` more. Each second, 100 are sent.
    """
    for step in range(int((to_s - from_s) * 10) + 1):
        at_s = from_s + step / 10
        waiting = int(1000 + (at_s - from_s) * more_per_s)
        lag.observe(age_s + (at_s - from_s) * per_s, at_s, waiting, waiting + int(at_s * 100))


def test_a_burst_that_is_sent_within_seconds_is_no_delay() -> None:
    lag = Lag()
    slope(lag, 0, 10, 0, 1)
    assert (lag.behind_s, lag.trend) == (0, Trend.STEADY)
    slope(lag, 10.1, 20, 10, -1)
    assert lag.behind_s == 0


def test_old_readings_that_are_sent_at_once_after_a_start_are_no_delay() -> None:
    lag = ages(Lag(), (0, 50_000), (2.75, 50_000))
    assert lag.behind_s == 0
    lag.observe(50_000, 3, 1, 1)
    assert lag.behind_s == 49_680
    lag.observe(0, 3.1, 1, 1)
    assert lag.behind_s == 0
    lag.observe(50_000, 3.2, 1, 1)
    assert lag.behind_s == 0


def test_a_delay_is_over_only_when_it_is_small() -> None:
    lag = ages(Lag(), (0, 10.1), (3, 9.9))
    assert lag.behind_s == 5
    lag.observe(5.1, 4, 1, 1)
    assert lag.behind_s == 5
    lag.observe(5.0, 5, 1, 1)
    assert lag.behind_s == 0
    lag.observe(9.9, 6, 1, 1)
    lag.observe(9.9, 10, 1, 1)
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
        lag.observe(at_s % 60 + 5, float(at_s), 1, at_s)
    assert lag.behind_s == 0
    trends = set()
    for at_s in range(600, 1800):
        lag.observe(300 + at_s % 60, float(at_s), 1, at_s)
        if at_s > 720:
            trends.add(lag.trend)
    assert len(trends) == 1
    assert lag.behind_s == 300


class Queue:
    """A device in steps of 0.1 s: `comes` readings a second come in, and `goes` a second may go out."""

    def __init__(self, comes: float, goes: float) -> None:
        self.comes, self.goes = comes, goes
        self.lag, self.inflow = Lag(), Inflow()
        self.at_s = 0.0
        self.arrived = self.sent = 0

    def run(self, seconds: float, *, goes: bool = True, can_send: bool = True) -> list[tuple[float, Trend]]:
        """Run for some time; returns how far the device was behind, and the trend, in each step."""
        said, may = [], self.sent * 1.0
        for _ in range(round(seconds * 10)):
            self.at_s = round(self.at_s + 0.1, 1)
            self.arrived = int(self.at_s * self.comes)
            may = min(may + self.goes / 10, self.arrived) if goes else may
            self.sent = max(self.sent, int(may))
            waiting = self.arrived - self.sent
            # Reading number n arrived n / comes seconds after the start.
            age_s = self.at_s - (self.sent + 1) / self.comes if waiting else 0.0
            self.lag.observe(age_s, self.at_s, waiting, self.arrived, can_send=can_send)
            self.inflow.observe(self.arrived, self.at_s)
            said.append((self.lag.behind_s, self.lag.trend))
        return said

    @property
    def is_overloaded(self) -> bool:
        device = DeviceConfig(
            port="COM1", server="https://blynk.cloud", auth_token="env:PINBRIDGE_T", requests_per_s=self.goes
        )
        return overload(device, 1, self.inflow.steady_per_s(), None)[1] is not None


@pytest.mark.untraced
@pytest.mark.parametrize("outage_s", [8, 11, 14, 30, 60, 120])
@pytest.mark.parametrize("goes", [1.0, 3.0, 10.0, 50.0])
@pytest.mark.parametrize("part", [0.05, 0.2, 0.5, 0.9])
def test_after_an_outage_a_device_catches_up_and_nothing_grows_any_more(
    part: float, goes: float, outage_s: float
) -> None:
    queue = Queue(part * goes, goes)
    queue.run(20)
    queue.run(2, goes=False)  # The outage is not noticed yet.
    queue.run(outage_s, goes=False, can_send=False)
    if outage_s < 20:
        assert queue.lag.trend is Trend.STEADY
    elif part * goes >= 0.2:
        assert queue.lag.trend is Trend.GROWING
    said = queue.run(20 + 2 * outage_s * part / (1 - part))
    assert {trend for _, trend in said} <= {Trend.STEADY, Trend.SHRINKING}
    # A delay that lasts is said to shrink, at the latest when growth would be known too.
    assert {trend for behind_s, trend in said[120:] if behind_s} <= {Trend.SHRINKING}
    if part <= 0.5:
        assert {trend for behind_s, trend in said[35:] if behind_s} <= {Trend.SHRINKING}
    assert said[-1] == (0, Trend.STEADY)
    assert not queue.is_overloaded


@pytest.mark.untraced
@pytest.mark.parametrize("outage_s", [0, 14, 120])
@pytest.mark.parametrize("goes", [2.0, 10.0, 50.0])
@pytest.mark.parametrize("part", [1.25, 1.5, 2.0, 10.0])
def test_a_board_that_says_more_than_may_be_sent_is_behind_and_that_grows(
    part: float, goes: float, outage_s: float
) -> None:
    queue = Queue(part * goes, goes)
    queue.run(20)
    assert queue.is_overloaded
    queue.run(outage_s, goes=False, can_send=False)
    said = queue.run(120)
    assert said[-1][1] is Trend.GROWING
    assert Trend.SHRINKING not in {trend for _, trend in said}
    assert queue.lag.comes_per_s == pytest.approx(part * goes, rel=0.05)


@pytest.mark.untraced
@pytest.mark.parametrize("goes", [0.5, 1.0, 3.0, 10.0, 50.0])
@pytest.mark.parametrize("part", [0.5, 0.97, 1.0, 1.03])
def test_a_board_that_says_as_much_as_may_be_sent_is_not_overloaded(part: float, goes: float) -> None:
    queue = Queue(part * goes, goes)
    for _ in range(300):
        queue.run(0.1)
        assert not queue.is_overloaded


def test_an_outage_that_nobody_has_noticed_is_no_growth() -> None:
    queue = Queue(2, 10)
    queue.run(20)
    said = queue.run(60, goes=False)
    assert {trend for _, trend in said} == {Trend.STEADY}
    assert queue.lag.comes_per_s == pytest.approx(2, rel=0.05)


@pytest.mark.parametrize(("comes", "trend"), [(0.5, Trend.GROWING), (0.0, Trend.STEADY)])
def test_while_nothing_can_be_sent_a_delay_grows_if_more_readings_wait(comes: float, trend: Trend) -> None:
    lag = Lag()
    said = []
    for second in range(40):
        waiting = round(2 + comes * second)
        lag.observe(second, second, waiting, waiting, can_send=False)
        said.append((lag.behind_s, lag.trend))
    assert said[13] == (0, Trend.STEADY)
    assert {each for _, each in said[:21]} == {Trend.STEADY}
    assert said[39] == (35, trend)


def test_a_device_that_was_late_before_an_outage_does_not_catch_up_in_it() -> None:
    queue = Queue(20, 10)
    assert queue.run(60)[-1][1] is Trend.GROWING
    assert queue.run(5, goes=False, can_send=False)[-1][1] is Trend.GROWING
    assert queue.lag.comes_per_s == 0
    assert queue.lag.behind_s
