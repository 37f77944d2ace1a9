"""Estimates what a way of forwarding uses: messages a month, and points a day.

A message is a request, and each request counts. A month has 30 days here. Events, properties and retries are
not known in advance and do not count, nor does `min_change`, which saves messages.

Invariants: the numbers are computed exactly, and rounded up at the end, so that they are never understated;
more readings never give fewer messages, and no rate gives more than `most`; a sentence has a rounded number,
and the percentage of this number. Pure: no I/O, no clock.
"""

from __future__ import annotations

import math
from fractions import Fraction

import msgspec

from app.config.bench_file import DeviceConfig, Forward
from app.messages.message import Message

FREE_PLAN = 100_000
"""How many messages a month Blynk's free plan has, for all devices of an organisation."""
_MONTH_S = 30 * 86_400
_DAY_S = 86_400


class Estimate(msgspec.Struct, frozen=True):
    """What the forwarding of one device uses, if readings come in as they do now."""

    messages: int
    """In a month."""
    most: int | None
    """The messages in a month at worst: if readings come in at least as fast as they may be sent. None if
    there is no limit, because requests are unpaced."""
    points: int
    """The readings that come in for timestamped sets in a day; 0 with any other way of forwarding."""
    limit: int
    """The messages of the plan in a month: of the organisation, or of Blynk's free plan."""
    organisation: str
    """The organisation that has set the limit; empty for the free plan."""
    daily_points: int

    @property
    def share(self) -> float:
        """The part of the plan's messages that is used; above 1 if they do not last for the month."""
        return self.messages / self.limit

    @property
    def message(self) -> Message:
        """The messages in a month, as a sentence."""
        return self._of_plan(self.messages)

    @property
    def most_message(self) -> Message | None:
        """The messages in a month at worst, as a sentence; None if there is no limit."""
        return None if self.most is None else Message("estimate_most", estimate=self._of_plan(self.most))

    @property
    def points_message(self) -> Message | None:
        """The points in a day, as a sentence; None if none are used."""
        if not self.points:
            return None
        if self.points > self.daily_points:
            points = _shown(self.points, self.daily_points)
            return Message("estimate_points_exceeded", points=points, limit=self.daily_points)
        count = _shown(self.points, self.daily_points)
        percent = _percent(count, self.daily_points)
        return Message("estimate_points", count=count, limit=self.daily_points, percent=percent)

    def _of_plan(self, messages: int) -> Message:
        if not messages:
            return Message("estimate_nothing")
        limit = self.limit
        count = _shown(messages, limit)
        percent = _percent(count, limit)
        if messages > limit:
            lasts_s = _MONTH_S * limit / messages
            if self.organisation:
                return Message(
                    "estimate_organisation_exceeded",
                    messages=count,
                    percent=percent,
                    limit=limit,
                    organisation=self.organisation,
                    lasts=lasts_s,
                )
            return Message("estimate_free_plan_exceeded", messages=count, percent=percent, lasts=lasts_s)
        if self.organisation:
            return Message(
                "estimate_organisation",
                count=count,
                percent=percent,
                limit=limit,
                organisation=self.organisation,
            )
        return Message("estimate_free_plan", count=count, percent=percent)


def estimate(
    device: DeviceConfig, datastreams: int, readings_per_s: float, monthly_messages: int = 0
) -> Estimate:
    """Estimate what `device` uses if `readings_per_s` come in, spread evenly over `datastreams`.

    With `batch`, the readings of all datastreams come in together, as from a sketch that prints them in one
    round. `monthly_messages` is the budget of the device's organisation; 0 if there is none.
    """
    comes = _exactly(readings_per_s)
    limits = [_exactly(device.requests_per_s)] if device.requests_per_s else []
    if device.forward is not Forward.EVERY:
        calls = calls_each_interval(device, max(1, datastreams))
        limits.append(calls / _exactly(device.interval_s))
    if device.forward is Forward.TIMESTAMPED:
        # A set has at least one point.
        limits.append(Fraction(device.daily_points, _DAY_S))
    most = min(limits, default=None)
    wanted = comes / readings_per_call(device, datastreams)
    return Estimate(
        messages=math.ceil(_MONTH_S * (wanted if most is None else min(wanted, most))),
        most=None if most is None else math.ceil(_MONTH_S * most),
        points=math.ceil(_DAY_S * comes) if device.forward is Forward.TIMESTAMPED else 0,
        limit=monthly_messages or FREE_PLAN,
        organisation=device.organisation if monthly_messages else "",
        daily_points=device.daily_points,
    )


def readings_per_call(device: DeviceConfig, datastreams: int) -> int:
    """How many readings share a call with `forward = "every"`, at best."""
    return max(1, datastreams) if device.batch and device.forward is Forward.EVERY else 1


def calls_each_interval(device: DeviceConfig, datastreams: int) -> int:
    """How many calls an interval needs with `latest` and `timestamped`, if all datastreams have readings."""
    return 1 if device.batch and device.forward is Forward.LATEST else datastreams


def _exactly(number: float) -> Fraction:
    """`number` as it is written in decimal."""
    return Fraction(repr(number))


def _shown(count: int, limit: int) -> int:
    """`count` to two significant digits, because the rate of readings is not known better.

    If it is more than `limit`, it gets as many digits as show that; if not, it is shown as no more.
    """
    if count <= limit:
        return min(round(count, 2 - len(str(count))), limit)
    more = range(2, max(2, len(str(count))) + 1)
    return next(found for digits in more if (found := round(count, digits - len(str(count)))) > limit)


def _percent(part: int, whole: int) -> float:
    """`part` in percent of `whole`, to two or three digits; above 100 only if it is more than `whole`."""
    percent = 100 * part / whole
    return max(101, int(float(f"{percent:.3g}"))) if part > whole else float(f"{percent:.2g}")
