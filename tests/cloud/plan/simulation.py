"""Simulates a board whose pins print at their cadences, a plan, and a cloud that misbehaves.

Time is simulated too, so an hour takes about a second.
"""

from __future__ import annotations

import heapq
import itertools
import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import msgspec

from app.cloud.blynk.destination import Blynk
from app.cloud.destination import Outcome, OutcomeKind
from app.cloud.plan.lanes import Flight
from app.cloud.plan.pacing import TokenBucket
from app.cloud.plan.plan import Plan
from app.wire.streams import Fate, Newest, Reading, Run, StreamExtent
from tests.cloud.plan.rig import DEVICE, TOKEN

Cloud = Callable[[float, Sequence[Reading]], Outcome]
"""What the cloud answers at a time, in seconds, to a call with some readings."""
LATENCY_S = 0.05


class Simulation:
    """One device, from its first reading on. It measures how late each reading is accepted."""

    def __init__(
        self,
        cadences_s: Mapping[str, float],
        cloud: Cloud,
        seed: int = 0,
        *,
        calls_per_s: float = 0.0,
        **settings: object,
    ) -> None:
        """`cadences_s` is the time between two readings of each target.

        With `calls_per_s`, calls are sent at this pace at most.
        """
        device = msgspec.structs.replace(DEVICE, datastream=(), **settings)
        self.plan = Plan(device, Blynk(device, TOKEN), random.Random(seed).random)
        self._pace = TokenBucket(calls_per_s)
        self.now_s = 0.0
        self.calls: Counter[tuple[str, ...]] = Counter()
        """How many calls were sent, by the targets of their readings."""
        self.worst_s: Counter[str] = Counter()
        """The longest time from the arrival of a reading to its acceptance, by target."""
        self.fates: Counter[tuple[str, Fate]] = Counter()
        self._cloud = cloud
        self._cadences_s = dict(cadences_s)
        self._targets = list(cadences_s)
        self._rows: list[list[Reading]] = [[] for _ in self._targets]
        self._cursors = [0] * len(self._targets)
        self._ids = itertools.count(1)
        self._events: list[tuple[float, int, Flight | int]] = []
        self._order = itertools.count()
        for place, target in enumerate(self._targets):
            # Pins that print at the same cadence print in one round.
            self._at(cadences_s[target], place)

    def run(self, until_s: float) -> None:
        """Go on until the simulated time `until_s`."""
        self._send()
        while True:
            wait_s = self.plan.wait_s(self.now_s)
            wakes_s = self.now_s + (wait_s if wait_s is not None else until_s)
            if pace_s := self._pace.wait_s(self.now_s):
                wakes_s = min(wakes_s, self.now_s + pace_s)
            at_s = min(self._events[0][0] if self._events else until_s, wakes_s)
            if at_s >= until_s:
                self.now_s = until_s
                return
            self.now_s = at_s
            while self._events and self._events[0][0] <= at_s:
                event = heapq.heappop(self._events)[2]
                self._answer(event) if isinstance(event, Flight) else self._print(event)
            self._send()

    def late_s(self, target: str) -> float:
        """How late the worst reading of a target is, counting those that still wait."""
        place = self._targets.index(target)
        waiting = self._rows[place][self._cursors[place] :]
        pending_s = self.now_s - waiting[0].received_at_us / 1e6 if waiting else 0.0
        return max(self.worst_s[target], pending_s)

    def _at(self, at_s: float, event: Flight | int) -> None:
        heapq.heappush(self._events, (at_s, next(self._order), event))

    def _print(self, place: int) -> None:
        rows, target, at_us = self._rows[place], self._targets[place], int(self.now_s * 1e6)
        identity = next(self._ids)
        rows.append(Reading(identity, place + 1, len(rows) + 1, target, identity, at_us))
        self._at(self.now_s + self._cadences_s[target], place)

    def _answer(self, flight: Flight) -> None:
        readings = flight.call.readings
        outcome = self._cloud(self.now_s, readings)
        if outcome.kind is OutcomeKind.ACCEPT:
            for reading in readings:
                late_s = self.now_s - reading.received_at_us / 1e6
                self.worst_s[reading.target] = max(self.worst_s[reading.target], late_s)  # type: ignore[assignment]
        self._settle(self.plan.answered(flight, outcome, self.now_s))
        if flight.is_settled:
            self.plan.settled(flight)

    def _send(self) -> None:
        prefetch = self.plan.prefetch
        extents = [
            StreamExtent(place + 1, rows[0].target, len(rows) + 1, len(rows) - cursor, 0, 0, 0)
            for place, (rows, cursor) in enumerate(zip(self._rows, self._cursors, strict=True))
            if rows
        ]
        prefetch.extend(extents)
        prefetch.tick(extents, self.now_s)
        for fetch in prefetch.fetches():
            place = fetch.flow.stream - 1
            rows = self._rows[place][max(fetch.from_seq - 1, self._cursors[place]) :]
            if fetch.newest:
                older = [(rows[0].seq, rows[-1].seq - 1)] if len(rows) > 1 else []
                self._settle(fetch.superseded(Newest(rows[-1] if rows else None, older)))
                rows = rows[-1:]
            self._settle(prefetch.fill(fetch, rows[: fetch.limit]))
        while not self._pace.wait_s(self.now_s) and (flight := self.plan.next_call(self.now_s)):
            self._pace.take(self.now_s)
            self.calls[tuple(reading.target for reading in flight.call.readings)] += 1
            self._at(self.now_s + LATENCY_S, flight)

    def _settle(self, runs: Sequence[Run]) -> None:
        for run in runs:
            place = run.stream - 1
            assert run.first == self._cursors[place] + 1
            self._cursors[place] = run.last
            self.fates[(self._targets[place], run.fate)] += run.last - run.first + 1
