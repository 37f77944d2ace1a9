"""The outlook: warnings about coming trouble, before readings are late or expire.

Invariants: if clearly more readings come in than may be sent, the user is warned within `WARNED_WITHIN_S`; a
burst causes no warning; the overload warning stays the same until the rate has changed by more than a
quarter; a burst that is sent within seconds is no delay, and after an outage that is made up for, none grows.
Pure: times are passed in.
"""

from __future__ import annotations

import math
from collections import deque
from typing import NamedTuple

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
_CLEARLY_FEWER = 0.95
_CLEARLY_MORE = 1.05
"""So many times what may be sent must come in before the user is warned. A board that says exactly as much as
may be sent is measured a little above it every now and then."""
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


class _Sample(NamedTuple):
    """What was observed of a device that is late."""

    at_s: float
    age_s: float
    waiting: int
    arrived: int

    @property
    def sent(self) -> int:
        """How many readings no longer wait."""
        return self.arrived - self.waiting


class Lag:
    """Measures how far the sending of readings is behind their arrival, and whether that grows.

    The trend compares the longest delays in the two halves of the last `_LAG_HALF_S` times 2 seconds. So it
    does not change with each set of readings that is sent. A delay does not grow while fewer and fewer
    readings wait: after a burst or an outage, the last of them wait the longest, although the device catches
    up. While nothing can be sent, the delay grows if more and more readings wait; what was observed then is
    left out as soon as readings can be sent. That a device catches up is known within `_LAG_LASTS_S`; that
    its delay grows, only after `_LAG_HALF_S`.
    """

    def __init__(self, interval_s: float = 0.0) -> None:
        """Readings wait for up to `interval_s` seconds by intention, because they are sent in sets."""
        self._begins_s = BEHIND_AFTER_S + interval_s
        self._ends_s = BEHIND_AFTER_S / 2 + interval_s
        self._half_s = max(_LAG_HALF_S, interval_s)
        self._shrinks_after_s = self._half_s if interval_s else _LAG_LASTS_S
        self._seen: deque[_Sample] = deque()
        self._free_since_s = -math.inf
        """Since when readings can be sent; infinite while they cannot."""
        self._is_late = False
        self.trend = Trend.STEADY

    def observe(
        self, age_s: float, now_s: float, waiting: int, arrived: int, *, can_send: bool = True
    ) -> None:
        """Record that at `now_s` `waiting` readings wait, the oldest for `age_s` seconds; 0 if none waits.

        `arrived` is how many readings have come in so far. `can_send` is false during an outage.
        """
        if not can_send:
            self._free_since_s = math.inf
        elif self._free_since_s == math.inf:
            self._free_since_s, self.trend = now_s, Trend.STEADY
        self._is_late = age_s > (self._ends_s if self._is_late else self._begins_s)
        if not self._is_late:
            self._seen.clear()
            self.trend = Trend.STEADY
            return
        if self._seen and now_s - self._seen[-1].at_s < _STEP_S:
            return
        self._seen.append(_Sample(now_s, age_s, waiting, arrived))
        while self._seen[0].at_s < now_s - 2 * self._half_s:
            self._seen.popleft()
        self._judge(now_s)

    @property
    def comes_per_s(self) -> float:
        """How many readings a second have come in while the device was late and could send."""
        free = self._free
        elapsed_s = free[-1].at_s - free[0].at_s if free else 0.0
        return (free[-1].arrived - free[0].arrived) / elapsed_s if elapsed_s else 0.0

    @property
    def _free(self) -> list[_Sample]:
        return [sample for sample in self._seen if sample.at_s >= self._free_since_s]

    def _judge(self, now_s: float) -> None:
        if self._free_since_s == math.inf:
            self.trend = Trend.GROWING if self._more_wait(now_s) else Trend.STEADY
            return
        free = self._free
        if not free or now_s - free[0].at_s < self._shrinks_after_s:
            return
        middle_s = (free[0].at_s + now_s) / 2
        earlier = [sample for sample in free if sample.at_s <= middle_s]
        later = [sample for sample in free if sample.at_s > middle_s]
        waited, waits = (max(sample.waiting for sample in half) for half in (earlier, later))
        longer_s = max(sample.age_s for sample in later) - max(sample.age_s for sample in earlier)
        is_clear = abs(longer_s) > _LAG_TOLERANCE_S
        if waits < _CLEARLY_FEWER * waited or (waits < waited and longer_s < 0 and is_clear):
            self.trend = Trend.SHRINKING
        elif now_s - free[0].at_s < self._half_s or not is_clear:
            return
        elif longer_s < 0 or waits < waited:
            self.trend = Trend.SHRINKING
        elif later[-1].sent > later[0].sent:
            # Otherwise nothing is sent, although nobody has noticed an outage yet.
            self.trend = Trend.GROWING

    def _more_wait(self, now_s: float) -> bool:
        """Whether more readings wait, and longer, than half of the observed time ago."""
        first, last = self._seen[0], self._seen[-1]
        if now_s - first.at_s < self._half_s:
            return False
        middle = next(sample for sample in self._seen if sample.at_s >= (first.at_s + now_s) / 2)
        return last.waiting > middle.waiting and last.age_s > middle.age_s

    @property
    def behind_s(self) -> float:
        """The age that was recorded last, rounded to a calm figure; 0 if readings are sent soon enough.

        It is 0, too, until the delay has lasted for `_LAG_LASTS_S`, because a few old readings are sent at
        once after a start. Up to two minutes it is a multiple of 5 s, up to two hours one of a minute, and
        then one of six minutes.
        """
        if not self._seen or self._seen[-1].at_s - self._seen[0].at_s < _LAG_LASTS_S:
            return 0.0
        age_s = self._seen[-1].age_s
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
    """Check whether the device falls behind, because clearly more readings come in than may be sent.

    If so, returns the rate that is too high, and a warning with this rate; otherwise returns 0 and None. With
    `forward = "latest"`, the rate is the calls a second that are needed; else it is `comes_per_s`.

    `slowed_per_s` is the limit (calls a second) that a nearly used-up message budget sets; None if there is
    no such limit.
    """
    may_per_s = may_go_out_per_s(device, datastreams, slowed_per_s)
    if device.forward is Forward.LATEST:
        needed_per_s = calls_each_interval(device, datastreams) / device.interval_s
        # No call is made for a datastream without a new reading, such as one that the board has left out.
        if needed_per_s <= may_per_s or comes_per_s <= _CLEARLY_MORE * may_per_s:
            return 0.0, None
        return needed_per_s, Message(
            "overload_latest",
            count=datastreams,
            interval=device.interval_s,
            needed=_rounded(needed_per_s),
            may=_rounded(may_per_s),
            advice=Message("advice_interval" if device.batch else "advice_batch_or_interval"),
        )
    if comes_per_s <= _CLEARLY_MORE * may_per_s:
        return 0.0, None
    return comes_per_s, _too_many(device, datastreams, comes_per_s, may_per_s)


def may_go_out_per_s(device: DeviceConfig, datastreams: int, slowed_per_s: float | None) -> float:
    """How many readings of `datastreams` the device may send in a second; infinite without a limit.

    With `forward = "latest"`, how many calls. `slowed_per_s` is as for `overload`.
    """
    if device.forward is Forward.TIMESTAMPED:
        return device.daily_points / 86400
    calls_per_s = min(device.requests_per_s or math.inf, slowed_per_s or math.inf)
    return calls_per_s * readings_per_call(device, datastreams)


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
