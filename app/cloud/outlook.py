"""The outlook: warnings about coming trouble, before readings are late or expire.

Invariants: if more readings come in than may be sent, the user is warned within `WARNED_WITHIN_S`; a burst
causes no warning; the overload warning stays the same until the rate has changed by more than a quarter; a
burst that is sent within seconds is no delay.
Pure: times are passed in.
"""

from __future__ import annotations

from collections import deque

from app.cloud.plan.estimate import calls_each_interval, readings_per_call
from app.cloud.plan.events import KEPT_US
from app.cloud.status import Trend
from app.config.bench_file import DeviceConfig, Forward
from app.messages.message import Message

WARNED_WITHIN_S = 10.0
BEHIND_AFTER_S = 10.0
"""Readings that wait longer are behind. Less is a burst, or the time that a call takes."""
_HALF_S = 4.0
_LAG_LASTS_S = 3.0
_LAG_HALF_S = 10.0
_LAG_TOLERANCE_S = 0.25
_STEP_S = 0.25
_DAY_US = 86_400_000_000
_HOUR_US = 3_600_000_000
_MINUTE_US = 60_000_000


class Inflow:
    """Measures the steady rate at which readings come in.

    The steady rate is the lower of the rates in two successive periods: a burst raises only one of them.
    """

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def observe(self, total: int, now_s: float) -> None:
        """Record that `total` readings have come in by `now_s`."""
        if self._seen and now_s - self._seen[-1][0] < _STEP_S:
            return
        self._seen.append((now_s, total))
        while len(self._seen) > 2 and self._seen[1][0] <= now_s - 2 * _HALF_S:
            self._seen.popleft()

    def steady_per_s(self) -> float:
        """How many readings a second come in: the lower of the rates in the last two periods.

        Each period lasts about `_HALF_S`. 0 until readings have been observed for two periods.
        """
        if not self._seen or self._seen[-1][0] - self._seen[0][0] < 2 * _HALF_S:
            return 0.0
        (first_s, first), (last_s, last) = self._seen[0], self._seen[-1]
        middle_s, middle = min(self._seen, key=lambda seen: abs(seen[0] - (first_s + last_s) / 2))
        halves = [(middle - first, middle_s - first_s), (last - middle, last_s - middle_s)]
        return min(count / elapsed_s if elapsed_s > 0 else 0.0 for count, elapsed_s in halves)


class Lag:
    """Measures how far the sending of readings is behind their arrival, and whether that grows.

    The trend compares the longest delays in the two halves of the last `_LAG_HALF_S` times 2 seconds. So it
    does not change with each set of readings that is sent. A delay does not grow while fewer and fewer
    readings wait: after a burst, the last of them wait the longest, although the device catches up.
    """

    def __init__(self, interval_s: float = 0.0) -> None:
        """Readings wait for up to `interval_s` seconds by intention, because they are sent in sets."""
        self._begins_s = BEHIND_AFTER_S + interval_s
        self._ends_s = BEHIND_AFTER_S / 2 + interval_s
        self._half_s = max(_LAG_HALF_S, interval_s)
        self._seen: deque[tuple[float, float, int]] = deque()
        self._is_late = False
        self.trend = Trend.STEADY

    def observe(self, age_s: float, now_s: float, waiting: int) -> None:
        """Record that at `now_s` `waiting` readings wait, the oldest for `age_s` seconds; 0 if none waits."""
        self._is_late = age_s > (self._ends_s if self._is_late else self._begins_s)
        if not self._is_late:
            self._seen.clear()
            self.trend = Trend.STEADY
            return
        if self._seen and now_s - self._seen[-1][0] < _STEP_S:
            return
        self._seen.append((now_s, age_s, waiting))
        while self._seen[0][0] < now_s - 2 * self._half_s:
            self._seen.popleft()
        began_s = self._seen[0][0]
        if now_s - began_s < self._half_s:
            return
        middle_s = (began_s + now_s) / 2
        earlier = [(age, count) for at_s, age, count in self._seen if at_s <= middle_s]
        later = [(age, count) for at_s, age, count in self._seen if at_s > middle_s]
        longer_s = max(age for age, _ in later) - max(age for age, _ in earlier)
        more = max(count for _, count in later) - max(count for _, count in earlier)
        if abs(longer_s) > _LAG_TOLERANCE_S:
            self.trend = Trend.GROWING if longer_s > 0 and more >= 0 else Trend.SHRINKING

    @property
    def behind_s(self) -> float:
        """The age that was recorded last, rounded to a calm figure; 0 if readings are sent soon enough.

        It is 0, too, until the delay has lasted for `_LAG_LASTS_S`, because a few old readings are sent at
        once after a start. Up to two minutes it is a multiple of 5 s, up to two hours one of a minute, and
        then one of six minutes.
        """
        if not self._seen or self._seen[-1][0] - self._seen[0][0] < _LAG_LASTS_S:
            return 0.0
        age_s = self._seen[-1][1]
        step_s = 5 if age_s < 120 else 60 if age_s < 7200 else 360
        return float(age_s // step_s * step_s)


class Steady:
    """Keeps a message the same until the number in it has changed by more than a quarter.

    A message that changed all the time could not be read.
    """

    def __init__(self) -> None:
        self._figure = 0.0
        self._message: Message | None = None

    def latest(self, figure: float, message: Message | None) -> Message | None:
        """Return the message to show now. `figure` is the number in `message`.

        Returns None if `message` is None. Returns the message shown last if its number differs from `figure`
        by at most a quarter. Otherwise returns `message`.
        """
        if not message or not self._message or abs(figure - self._figure) > 0.25 * self._figure:
            self._figure, self._message = figure, message
        return self._message


def overload(
    device: DeviceConfig, datastreams: int, comes_per_s: float, slowed_per_s: float | None
) -> tuple[float, Message | None]:
    """Check whether the device falls behind, because more readings come in than may be sent.

    If so, returns the rate that is too high, and a warning with this rate; otherwise returns 0 and None. With
    `forward = "latest"`, the rate is the calls a second that are needed; else it is `comes_per_s`.

    `slowed_per_s` is the limit (calls a second) that a nearly used-up message budget sets; None if there is
    no such limit.
    """
    calls_per_s = min(device.requests_per_s or float("inf"), slowed_per_s or float("inf"))
    match device.forward:
        case Forward.LATEST:
            needed_per_s = calls_each_interval(device, datastreams) / device.interval_s
            if needed_per_s <= calls_per_s or not comes_per_s:
                return 0.0, None
            return needed_per_s, Message(
                "overload_latest",
                count=datastreams,
                interval=device.interval_s,
                needed=_rounded(needed_per_s),
                may=_rounded(calls_per_s),
                advice=Message("advice_interval" if device.batch else "advice_batch_or_interval"),
            )
        case Forward.TIMESTAMPED:
            may_per_s = device.daily_points / 86400
        case _:
            may_per_s = calls_per_s * readings_per_call(device, datastreams)
    if comes_per_s <= may_per_s:
        return 0.0, None
    return comes_per_s, _too_many(device, datastreams, comes_per_s, may_per_s)


def advice_for(device: DeviceConfig, datastreams: int) -> Message:
    """What to change in the bench file if more readings of `datastreams` come in than may be sent."""
    can_batch = datastreams > 1 and not device.batch and device.forward is Forward.EVERY
    return Message("advice_batch_or_latest" if can_batch else "advice_latest")


def _too_many(device: DeviceConfig, datastreams: int, comes_per_s: float, may_per_s: float) -> Message:
    comes = _rounded(comes_per_s)
    advice = advice_for(device, datastreams)
    if device.forward is Forward.TIMESTAMPED:
        every_s = 1 / may_per_s
        return Message(
            "overload_points", comes=comes, points=device.daily_points, every=every_s, advice=advice
        )
    if may_per_s < 1:
        return Message("overload_slow", comes=comes, every=1 / may_per_s, advice=advice)
    return Message("overload", comes=comes, may=_rounded(may_per_s), advice=advice)


def ageing(device: DeviceConfig, oldest_us: int | None, now_us: int) -> Message | None:
    """A warning if readings are too old for the cloud, or become too old within a day; else None."""
    if oldest_us is None:
        return None
    left_us = oldest_us + int(device.max_age_days * _DAY_US) - now_us
    if left_us > _DAY_US:
        return None
    if left_us < _HOUR_US:
        return Message("readings_too_old", came=oldest_us)
    return Message("readings_too_old_soon", came=oldest_us, hours=left_us // _HOUR_US)


def ageing_events(oldest_us: int | None, now_us: int) -> Message | None:
    """A warning if events wait for more than a minute, because they expire after a day; else None.

    `oldest_us` is when the oldest waiting event arrived; None if none waits.
    """
    if oldest_us is None or now_us - oldest_us < _MINUTE_US:
        return None
    left_us = oldest_us + KEPT_US - now_us
    if left_us < _HOUR_US:
        return Message("events_too_old", came=oldest_us)
    return Message("events_too_old_soon", came=oldest_us, hours=left_us // _HOUR_US)


def _rounded(per_s: float) -> float:
    """Round a rate for display: to a whole number if it is at least 10, else to three significant digits."""
    return round(per_s) if per_s >= 10 else float(f"{per_s:.3g}")
