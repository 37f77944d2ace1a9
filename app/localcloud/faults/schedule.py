"""Decides which fault is played for which call. Pure: time is passed in, and randomness comes from a seed.

Invariants: the same faults file, calls and times give the same faults, because the file contains the seed;
a random number for the `share` of a fault is drawn only for a call that matches the fault's other conditions;
if a call matches several faults, they are played in the order of the file, up to and including the first that
is not a latency fault; the delays of latency faults add up.
"""

from __future__ import annotations

import math
import random
from collections import deque
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import parse_qsl

from app.localcloud.faults.file import Fault, FaultKind, FaultsFile, Per
from app.messages.message import Message

_MESSAGES = {
    FaultKind.BODY: Message("fault_body"),
    FaultKind.CAPTIVE_PORTAL: Message("fault_captive_portal"),
    FaultKind.OTHER_400: Message("fault_other_400"),
    FaultKind.FORBIDDEN: Message("fault_answers", status=403),
    FaultKind.NOT_FOUND: Message("fault_answers", status=404),
    FaultKind.TOO_LARGE: Message("fault_answers", status=413),
    FaultKind.TOO_MANY_REQUESTS: Message("fault_answers", status=429),
    FaultKind.WRONG_REGION: Message("fault_answers", status=308),
    FaultKind.DOWN: Message("fault_down"),
    FaultKind.NO_ANSWER: Message("fault_no_answer"),
    FaultKind.LOST_ANSWER: Message("fault_lost_answer"),
    FaultKind.RESET_BEFORE: Message("fault_reset_before"),
    FaultKind.RESET_IN: Message("fault_reset_in"),
    FaultKind.RESET_AFTER: Message("fault_reset_after"),
    FaultKind.ENDLESS_BODY: Message("fault_endless_body"),
    FaultKind.SLOW_BODY: Message("fault_slow_body"),
    FaultKind.SHORT_BODY: Message("fault_short_body"),
    FaultKind.LONG_BODY: Message("fault_long_body"),
}


class Call(NamedTuple):
    """The properties of a call that decide which fault is played for it."""

    device: str
    """The name of the device that has the call's token; empty if none has."""
    targets: frozenset[str]
    size: int
    """The size of the query string and the body together, in bytes."""


class Match(NamedTuple):
    """The effect of the schedule on a call: first a delay, which may be 0 s, then a fault.

    `fault` is None if the call is not disturbed after the delay.
    """

    delay_s: float = 0.0
    fault: Fault | None = None


class Shown(NamedTuple):
    """A fault in the faults file, as it is shown to the user."""

    message: Message
    hits: int
    """The number of calls for which the fault was played."""
    on: bool
    """Whether the fault can be played for a call now."""


def targets_of(query_string: bytes) -> frozenset[str]:
    """The targets in a query string, such as `v1` and `ds7`, in lower case.

    The set also contains the names of other parameters, such as `token`. They do no harm, because a fault
    names only pins and datastream ids.
    """
    found = set()
    for key, value in parse_qsl(query_string.decode("latin-1"), keep_blank_values=True):
        name = value if key == "pin" else f"ds{value}" if key == "dataStreamId" else key
        found.add(name.lower())
    return frozenset(found)


def _what(fault: Fault) -> Message:
    """The message that says what goes wrong when `fault` is played."""
    kind = fault.fault
    if kind is FaultKind.SERVER_ERROR:
        return Message("fault_answers", status=fault.status or 503)
    if kind is FaultKind.LATENCY:
        delay_s = fault.delay_s or 0.0
        if fault.spread_s:
            return Message("fault_latency_spread", least_s=delay_s, most_s=delay_s + fault.spread_s)
        return Message("fault_latency", delay_s=delay_s)
    if kind is FaultKind.RATE_LIMIT:
        rate = fault.requests_per_s or 0.0
        return Message("fault_rate_limit", count=1 if rate == 1 else 2, rate=rate)
    if kind is FaultKind.QUOTA:
        code = "fault_monthly_quota" if fault.per is Per.MONTH else "fault_quota"
        return Message(code, count=fault.messages or 0)
    return _MESSAGES.get(kind) or Message("fault_answers_400", kind=kind.value)


class _Entry:
    """One fault in the faults file, with the counters that decide when it is played."""

    def __init__(self, fault: Fault, chance: random.Random) -> None:
        self.fault = fault
        self.hits = 0
        self._chance = chance
        self._seen = 0
        self._passed: dict[str, deque[float]] = {}
        self._messages = 0
        self._month: str | None = None

    def is_on(self, at_s: float) -> bool:
        """Whether the fault can be played for a call that arrives at `at_s`.

        `at_s` is the number of seconds since the faults file took effect.
        """
        fault = self.fault
        past = fault.for_s is not None and at_s >= fault.from_s + fault.for_s
        return at_s >= fault.from_s and not past and (fault.count is None or self.hits < fault.count)

    def meets(self, call: Call, at_s: float, now_ms: int) -> bool:
        """Whether to play the fault for `call`: if it is on at `at_s`, and the call meets all its conditions.

        Conditions such as `every` and `requests_per_s` count the calls, so this must be asked once per call.
        `now_ms`, in Unix milliseconds, tells the month for a fault with a monthly quota.
        """
        if not self.is_on(at_s) or not self._fits(call):
            return False
        self._seen += 1
        if self._seen % self.fault.every or (
            self.fault.share < 1 and self._chance.random() >= self.fault.share
        ):
            return False
        if self.fault.requests_per_s is not None:
            return self._is_too_fast(call.device, at_s, self.fault.requests_per_s)
        if self.fault.messages is not None:
            return self._is_used_up(now_ms, self.fault.messages)
        return True

    def delay_s(self) -> float:
        """The seconds by which the fault delays one call: a fixed time plus a random time.

        In the faults file, the key `delay_s` is the fixed time, and `spread_s` is the longest random time.
        """
        spread_s = self.fault.spread_s or 0.0
        return (self.fault.delay_s or 0.0) + (spread_s * self._chance.random() if spread_s else 0.0)

    def message(self) -> Message:
        """The message that describes the fault to the user: what goes wrong, and for which calls."""
        fault = self.fault
        message = _what(fault)
        if fault.share < 1:
            message = Message("fault_of_share", fault=message, percent=100 * fault.share)
        if fault.every > 1:
            message = Message("fault_of_each", fault=message, every=fault.every)
        if fault.device:
            message = Message("fault_of_device", fault=message, device=fault.device)
        if fault.virtual_pin is not None:
            message = Message("fault_of_pin", fault=message, pin=fault.virtual_pin)
        if fault.id is not None:
            message = Message("fault_of_id", fault=message, id=fault.id)
        return message

    def _fits(self, call: Call) -> bool:
        fault = self.fault
        return (
            fault.device in ("", call.device)
            and (fault.virtual_pin is None or f"v{fault.virtual_pin}" in call.targets)
            and (fault.id is None or f"ds{fault.id}" in call.targets)
            and (fault.over_bytes is None or call.size > fault.over_bytes)
        )

    def _is_too_fast(self, device: str, at_s: float, rate: float) -> bool:
        burst = math.ceil(rate)
        passed = self._passed.setdefault(device, deque(maxlen=burst))
        if len(passed) == burst and at_s - passed[0] < burst / rate:
            return True
        passed.append(at_s)
        return False

    def _is_used_up(self, now_ms: int, messages: int) -> bool:
        if self.fault.per is Per.MONTH:
            month = datetime.fromtimestamp(now_ms / 1000, UTC).strftime("%Y-%m")
            if month != self._month:
                self._month, self._messages = month, 0
        if self._messages >= messages:
            return True
        self._messages += 1
        return False


class FaultSchedule:
    """The faults in the current faults file, with their counters.

    There are no locks, because only one event loop uses a schedule.
    """

    def __init__(self, file: FaultsFile, now_ms: int) -> None:
        self.file = file
        self._entries: list[_Entry] = []
        self._started_ms = now_ms
        self.switch(file, now_ms)

    def switch(self, file: FaultsFile, now_ms: int) -> None:
        """Replace the faults by those of `file`. The times in `file` count from `now_ms`."""
        chance = random.Random(file.seed)
        self.file = file
        self._started_ms = now_ms
        self._entries = [_Entry(fault, chance) for fault in file.fault]

    def meet(self, call: Call, now_ms: int) -> Match:
        """Decide which delay and fault to play for `call`, and count how often each fault was played."""
        at_s = self._at_s(now_ms)
        delay_s = 0.0
        for entry in self._entries:
            if not entry.meets(call, at_s, now_ms):
                continue
            entry.hits += 1
            if entry.fault.fault is not FaultKind.LATENCY:
                return Match(delay_s, entry.fault)
            delay_s += entry.delay_s()
        return Match(delay_s)

    def shown(self, now_ms: int) -> list[Shown]:
        """A description of each fault in the faults file, with its state at `now_ms`, to show to the user."""
        at_s = self._at_s(now_ms)
        return [Shown(entry.message(), entry.hits, entry.is_on(at_s)) for entry in self._entries]

    def _at_s(self, now_ms: int) -> float:
        return (now_ms - self._started_ms) / 1000
