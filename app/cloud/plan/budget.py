"""A budget limits how many messages are used in a month, or how many points or events in a day.

A message is a request that the cloud counts; a point is a reading in a set, which is a call with readings of
one pin and their times. All devices of an organisation share one budget of messages, and each device has a
thread of its own. Therefore several threads can use a budget at the same time.

Invariants: a budget never allows more than its limit; the first four fifths of the limit may be used at once,
and the last fifth is spread evenly over the rest of the period, so that a device slows down instead of
stopping. Only a budget of events has no such fifth, because an event is worth little if it comes late.
Pure: periods are in UTC, and Unix microseconds are passed in.
"""

from __future__ import annotations

import enum
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from app.cloud.plan.events import A_DAY
from app.cloud.plan.pacing import Rate
from app.config.bench_file import BenchConfig, DeviceConfig
from app.messages.message import Message
from app.wire.streams import Usage

_RESERVE = 0.2
"""The part of a limit that is spread over the rest of the period: the last fifth."""
_FORECAST_AFTER_US = 10_000_000
"""How long a rate must have been observed before a forecast is made from it."""
_MEMORY_S = 600.0
"""The `memory_s` of the rate that the forecast is made from."""
_US = 1_000_000


class Period(enum.Enum):
    """The period of a budget: a day or a month in UTC."""

    DAY = enum.auto()
    MONTH = enum.auto()


class _Codes(NamedTuple):
    """The codes of the texts that `Budget.forecast` can return. Each period has its own codes."""

    left: str
    slowed: str
    used_up: str
    lasts: str
    ends_today: str
    ends: str


_CODES = {
    Period.DAY: _Codes(
        "forecast_day_left",
        "forecast_day_slowed",
        "forecast_day_used_up",
        "forecast_day_lasts",
        "forecast_day_ends_today",
        "forecast_day_ends_today",
    ),
    Period.MONTH: _Codes(
        "forecast_month_left",
        "forecast_month_slowed",
        "forecast_month_used_up",
        "forecast_month_lasts",
        "forecast_month_ends_today",
        "forecast_month_ends",
    ),
}
"""The codes for both periods. The budget of a day is for points, and the budget of a month is for messages. A
day has the same code twice because its points can only end today."""


class Budget:
    """How many messages, or how many points, may be used in a period, and how many have been used."""

    def __init__(self, name: str, limit: int, period: Period, *, reserve: float = _RESERVE) -> None:
        """`name` must be unique: under this name, the journal stores how much of the budget has been used.

        `reserve` is the part of the limit that is spread over the rest of the period.
        """
        self.name = name
        """Only the thread that writes the journal changes it, together with the name in the journal."""
        self.limit = limit
        self._period = period
        self._share = reserve
        self._reserve = int(limit * reserve)
        self._lock = threading.Lock()
        self._ends_us = 0
        self._used = 0
        self._last_us: int | None = None
        self._before_us: int | None = None
        self._first_us: int | None = None
        self._rate = Rate(_MEMORY_S)

    def change_limit(self, limit: int) -> None:
        """Set another limit for the current period and those after it. What has been used still counts."""
        with self._lock:
            self.limit = limit
            self._reserve = int(limit * self._share)

    def restore(self, usage: Usage, now_us: int) -> None:
        """If the stored `usage` is for the current period, continue with its total."""
        with self._lock:
            self._turn(now_us)
            if usage.period == self._key(now_us):
                self._used = usage.used

    def take(self, count: int, now_us: int) -> Usage:
        """Use `count` messages or points, or give some back if `count` is negative.

        Returns the total used in the current period.
        """
        with self._lock:
            self._turn(now_us)
            self._used = max(0, self._used + count)
            if count > 0:
                self._before_us, self._last_us = self._last_us, now_us
            elif count < 0:
                self._last_us = self._before_us
            if self._first_us is None:
                self._first_us = now_us
            self._rate.add(count, now_us / _US)
            return Usage(self.name, self._key(now_us), self._used)

    def left(self, now_us: int) -> int:
        """How many messages or points are left in this period."""
        with self._lock:
            self._turn(now_us)
            return max(0, self.limit - self._used)

    def allowed(self, now_us: int) -> int:
        """How much of the budget may be used now, in messages or points, whichever the budget counts."""
        left, reserve = self.left(now_us), self._reserve
        if left > reserve or self._last_us is None:
            return max(min(left, 1), left - reserve)
        return min(left, (now_us - self._last_us) * left // max(1, self._ends_us - self._last_us))

    def wait_s(self, now_us: int) -> float:
        """How many seconds until the budget allows one more message or point; 0 if it allows one now."""
        left = self.left(now_us)
        if self.allowed(now_us):
            return 0.0
        last_us = now_us if self._last_us is None else self._last_us
        due_us = self._ends_us if left == 0 else last_us + -(-(self._ends_us - last_us) // left)
        return max(0.001, (due_us - now_us) / _US)

    def slowed_per_s(self, now_us: int) -> float | None:
        """The allowed rate, in messages or points a second, if at most a fifth of the limit is left.

        None if more is left, because then the rate is not limited.
        """
        left = self.left(now_us)
        if left > self._reserve:
            return None
        return left * _US / max(1, self._ends_us - now_us)

    def forecast(self, now_us: int) -> Message:
        """The `Message` that tells the user how much of the budget is left, and how long it will last."""
        left, limit, codes = self.left(now_us), self.limit, _CODES[self._period]
        if left == 0:
            return Message(codes.used_up, count=limit, until=self._ends_us)
        if slow := self.slowed_per_s(now_us):
            return Message(codes.slowed, count=left, limit=limit, every=1 / slow)
        if self._first_us is None or now_us - self._first_us < _FORECAST_AFTER_US:
            return Message(codes.left, count=left, limit=limit)
        rate_per_s = self._rate.per_s(now_us / _US)
        end_us = now_us + left / rate_per_s * _US if rate_per_s > 0 else self._ends_us
        if end_us >= self._ends_us:
            return Message(codes.lasts, count=left, limit=limit)
        is_today = _at(end_us).date() == _at(now_us).date()
        code = codes.ends_today if is_today else codes.ends
        return Message(code, at=int(end_us), count=left, limit=limit)

    def _key(self, now_us: int) -> str:
        """The current month or day in the form that the journal stores: `2026-11` or `2026-11-24`."""
        return _at(now_us).strftime("%Y-%m-%d" if self._period is Period.DAY else "%Y-%m")

    def _turn(self, now_us: int) -> None:
        """Begin a new period if the current one is over. A clock that was set back begins no new period."""
        if now_us < self._ends_us:
            return
        midnight = _at(now_us).replace(hour=0, minute=0, second=0, microsecond=0)
        if self._period is Period.MONTH:
            end = (midnight.replace(day=1) + timedelta(days=32)).replace(day=1)
        else:
            end = midnight + timedelta(days=1)
        self._ends_us = int(end.timestamp()) * _US
        self._used = 0


def points_of(device: DeviceConfig) -> Budget:
    """The budget of points of `device`: how many readings the device may send in sets each day."""
    return Budget(points_name(device.name), device.daily_points, Period.DAY)


def events_of(device: DeviceConfig) -> Budget:
    """The budget of events of `device`: how many events the device may send each day."""
    return Budget(events_name(device.name), A_DAY, Period.DAY, reserve=0.0)


def budgets_of(config: BenchConfig) -> Iterator[Budget]:
    """All budgets of a bench.

    They are points and events for each device, and messages for each organisation with a monthly limit.
    """
    yield from map(points_of, config.device)
    yield from map(events_of, config.device)
    for name, organisation in config.organisation.items():
        if organisation.monthly_messages:
            limit = organisation.monthly_messages
            yield Budget(messages_name(name), limit, Period.MONTH)


def points_name(device: str) -> str:
    """The name of a device's budget of points."""
    return f"points of {device}"


def events_name(device: str) -> str:
    """The name of a device's budget of events."""
    return f"events of {device}"


def messages_name(organisation: str) -> str:
    """The name of an organisation's budget of messages."""
    return f"messages of {organisation}"


def _at(unix_us: float) -> datetime:
    return datetime.fromtimestamp(unix_us / _US, UTC)
