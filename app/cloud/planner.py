"""The planner of one device: reads the journal for the plan, and provides the calls to send.

Invariants: only the forwarder's thread changes the plan, and it holds the lock for each change; other threads
hold the lock while they read the plan; nobody holds it while reading the journal. No clock: monotonic seconds
and Unix microseconds are passed in.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, Protocol

from app.cloud.carriers import Delivery
from app.cloud.destination import Destination, OutcomeKind
from app.cloud.plan.allowance import Allowance
from app.cloud.plan.judging import JUDGED_AT_ONCE, Judge, Stored
from app.cloud.plan.lanes import Fetch, Flight
from app.cloud.plan.plan import Plan
from app.cloud.report import Report
from app.cloud.status import CloudStatus, Tally
from app.config.bench_file import DeviceConfig
from app.messages.message import Message
from app.wire.streams import Newest, Reading, Run, StreamExtent, UnwrittenReadings, Usage

MAX_IN_FLIGHT = 8
_AGES_S = 60.0
"""The time between two checks for readings that have become too old."""
_MAX_RESENT = 64
_READ_AT_ONCE = 10_000
"""How many readings are read from the journal before calls are sent again."""
_LEAST_OF_A_FETCH = 16
"""Reading a stream of few readings takes as long as reading this many."""
_RETRY_S = 1.0
"""The wait after a failed read of the journal."""

OnTrouble = Callable[[Message | None, int], None]
"""Is called after each answer: with a message if the cloud takes no readings of the device at present, and
with the time of the answer (microseconds since 1970, UTC). It must not wait."""


def ignore_trouble(_message: Message | None, _at_us: int) -> None:
    """Do nothing: nobody wants to know when the cloud takes no readings."""


class Store(Protocol):
    """The part of the journal that a forwarder uses."""

    def extents(self) -> list[StreamExtent]:
        """The device's streams as of the last commit."""

    def unwritten(self) -> UnwrittenReadings:
        """The readings of the device that were accepted, but are not in the journal yet."""

    def pending(self, stream: int, from_seq: int, limit: int) -> list[Reading]:
        """The first `limit` pending readings of `stream`, beginning at the seq `from_seq`.

        Held readings and marked readings are left out.
        """

    def last_forwarded(self, stream: int) -> Reading | None:
        """The newest reading of `stream` that was forwarded to the present account, as far as is known."""

    def newest(self, stream: int, from_seq: int, until_seq: int) -> Newest:
        """The newest pending reading of `stream`, and the seq ranges of the older pending readings.

        Held readings and marked readings are left out. So are readings with seqs below `from_seq`, and those
        with seqs from `until_seq` on.
        """

    def resent(self, limit: int) -> list[Reading]:
        """The first `limit` marked readings of the device, oldest first. Held readings are left out.

        A marked reading was refused, but the user has decided that it is to be sent again.
        """

    def settle(self, runs: Sequence[Run], done: Callable[[], None], usage: Iterable[Usage]) -> None:
        """Store `runs` and `usage`; `done` is called after they have been committed."""


class Settlement(NamedTuple):
    """Data to store in the journal: the fates of readings, and how much of the budgets has been used."""

    runs: Sequence[Run]
    usage: Sequence[Usage] = ()
    flight: Flight | None = None
    """The flight whose lanes wait until the settlement is stored; None if no lane waits."""
    left_out: Stored | None = None
    """What the judge waits for; None if it does not wait for this settlement."""


class Planner:
    """Reads the journal of one device for the plan, and provides the call that is sent next."""

    def __init__(
        self,
        device: DeviceConfig,
        destination: Destination,
        store: Store,
        allowance: Allowance,
        random: Callable[[], float],
        tally: Tally | None = None,
        on_trouble: OnTrouble = ignore_trouble,
    ) -> None:
        """`random` gives numbers from 0 to 1, for the jitter of waits. `tally` is the device's."""
        self._on_trouble = on_trouble
        self._store = store
        self._allowance = allowance
        self._plan = Plan(device, destination, random)
        self._judge = Judge(device.datastream)
        self._report = Report(device, self._plan, allowance.messages, allowance.points, allowance.events)
        self._lock = threading.Lock()
        self._look_at_s = -math.inf
        """When to read the journal again, in monotonic seconds."""
        self._settlements: list[Settlement] = []
        self._in_flight: set[Flight] = set()
        self._tally = tally or Tally()

    # Events

    def journal_changed(self) -> None:
        """Call this after new readings or decisions of the user: the next `look` then reads the journal."""
        self._look_at_s = -math.inf

    def try_now(self) -> None:
        """End every wait that a failure has caused, because the user asks to try now."""
        with self._lock:
            self._plan.try_now()

    def skip(self) -> None:
        """At the user's request, refuse all readings that block their lanes."""
        with self._lock:
            runs = self._plan.skip()
        self._settle(runs)

    def delivered(self, delivery: Delivery) -> None:
        """Process the outcome of a call."""
        flight, outcome = delivery.flight, delivery.outcome
        accepted = outcome.kind is OutcomeKind.ACCEPT
        with self._lock:
            self._in_flight.discard(flight)
            self._tally.requests += delivery.requests - 1
            if accepted:
                self._tally.last_success_us = delivery.at_us
            runs = self._plan.answered(flight, outcome, delivery.at_s)
            trouble = self._plan.trouble
        self._on_trouble(trouble.sentence if trouble else None, delivery.at_us)
        self._judge.settled(runs)
        if accepted and flight.lanes[0].is_resend:
            self._judge.forwarded_again(flight.call.readings)
        usage = self._allowance.on_answer(
            flight.call, delivery.messages, accepted=accepted, now_us=delivery.at_us
        )
        if runs or usage:
            self._settlements.append(Settlement(runs, usage, flight if flight.is_settled else None))

    def stored(self, settlement: Settlement) -> None:
        """Record that the journal now holds `settlement`."""
        if settlement.flight:
            with self._lock:
                self._plan.settled(settlement.flight)
        if settlement.left_out:
            self._judge.stored(settlement.left_out)
        if settlement.left_out or (settlement.flight and settlement.flight.lanes[0].is_resend):
            self.journal_changed()

    # What to do next

    @property
    def in_flight(self) -> int:
        """The number of calls that have no answer yet."""
        return len(self._in_flight)

    def next_flight(self, now_s: float, now_us: int) -> Flight | None:
        """Return the call to send now, and count it as in flight; None if no call may be sent."""
        with self._lock:
            if self._delay_s(now_s, now_us):
                return None
            flight = self._plan.next_call(
                now_s,
                self._allowance.points.allowed(now_us),
                events=self._allowance.events.left(now_us) > 0,
                now_us=now_us,
            )
            if flight:
                self._in_flight.add(flight)
                self._tally.requests += 1
                self._allowance.on_sent(flight.call, now_s, now_us)
            return flight

    def look(self, now_s: float, now_us: int) -> bool:
        """Read the journal if the plan needs readings, or if the next look is due.

        Returns whether the journal was read. After an error, the next look is due in `_RETRY_S`.
        """
        prefetch = self._plan.prefetch
        if now_s < self._look_at_s and not prefetch.fetches():
            return False
        self._look_at_s = now_s + _RETRY_S
        extents = self._store.extents()
        unjudged = self._leave_out_unchanged(extents)
        judged = self._judge.judged(extents)
        with self._lock:
            prefetch.begin(extents)
            prefetch.extend(judged)
            wait_s = prefetch.tick(judged, now_s)
            self._report.left_out = self._judge.left_out
            self._report.observe(extents, now_s)
            fetches = prefetch.fetches()
            resent = prefetch.needs_resent and any(extent.resent for extent in extents)
        room = _READ_AT_ONCE
        while fetches and room > 0:
            fetch = fetches.pop(0)
            room -= max(_LEAST_OF_A_FETCH, self._fill(fetch))
        again = self._store.resent(_MAX_RESENT) if resent else []
        with self._lock:
            prefetch.resend(again)
            expired = prefetch.expire(now_us)
            self._report.expired += sum(run.last - run.first + 1 for run in expired)
            if prefetch.oldest_us() is not None or prefetch.oldest_event_us() is not None:
                wait_s = min(_AGES_S, wait_s or _AGES_S)
        self._settle(expired)
        if fetches or expired or unjudged:
            wait_s = 0.0
        self._look_at_s = now_s + (math.inf if wait_s is None else wait_s)
        return True

    def wait_s(self, now_s: float, now_us: int) -> float | None:
        """How many seconds the forwarder may wait for an event before it must ask for the next call again.

        None if there is no limit.
        """
        calls_s = self._delay_s(now_s, now_us) or self._plan_wait_s(now_s, now_us)
        wait_s = min(self._look_at_s - now_s, calls_s)
        return None if wait_s == math.inf else max(0.0, wait_s)

    def take_settlements(self) -> list[Settlement]:
        """Return all new settlements, and forget them here. The caller must store them in the journal."""
        settlements, self._settlements = self._settlements, []
        return settlements

    # For any thread

    @property
    def is_stuck(self) -> bool:
        """Whether any reading blocks its lane. If so, the user can ask to skip such readings."""
        with self._lock:
            return bool(self._plan.stuck())

    def status(self, now_s: float, now_us: int) -> CloudStatus:
        """The current state of forwarding for this device, with a message for the user."""
        unwritten = self._store.unwritten()  # First: what is written meanwhile is then in the extents.
        extents = self._store.extents()
        with self._lock:
            tally = self._tally
            return self._report.status(
                extents, tally.requests, tally.last_success_us, now_s, now_us, unwritten
            )

    def _fill(self, fetch: Fetch) -> int:
        """Read the readings for `fetch` from the journal, and put them in their lane.

        Readings that newer ones have superseded are settled. Returns how many readings were read.
        """
        stream = fetch.flow.stream
        if fetch.newest:
            newest = self._store.newest(stream, fetch.from_seq, fetch.until_seq)
            older = fetch.superseded(newest)
            readings = [newest.reading] if newest.reading else []
        else:
            older, readings = [], self._store.pending(stream, fetch.from_seq, fetch.limit)
        with self._lock:
            superseded = self._plan.prefetch.fill(fetch, readings)
        self._settle(older + superseded)
        return len(readings)

    def _leave_out_unchanged(self, extents: Sequence[StreamExtent]) -> bool:
        """Judge new readings of datastreams with `min_change`. Returns whether more must be judged."""
        for part in self._judge.due(extents):
            if part.is_first:
                self._judge.begin(part, map(self._store.last_forwarded, part.streams))
            runs, stored = self._judge.judge(
                part,
                [
                    self._store.pending(extent.stream, part.from_seq(extent.stream), JUDGED_AT_ONCE)
                    for extent in part.extents
                ],
            )
            if stored:
                self._settlements.append(Settlement(runs, left_out=stored))
        return bool(self._judge.due(extents))

    def _settle(self, runs: Sequence[Run]) -> None:
        """Add a settlement for `runs`: readings whose fate was decided without a call."""
        if runs:
            self._judge.settled(runs)
            self._settlements.append(Settlement(runs))

    def _delay_s(self, now_s: float, now_us: int) -> float:
        """How many seconds the pace and the message budget delay the next call; 0 if it may be sent now.

        Infinite while `MAX_IN_FLIGHT` calls are in flight. `now_s` is monotonic time, `now_us` is Unix time.
        """
        if self.in_flight >= MAX_IN_FLIGHT:
            return math.inf
        return self._allowance.wait_s(now_s, now_us)

    def _plan_wait_s(self, now_s: float, now_us: int) -> float:
        """The seconds until the plan allows the next call. An event, such as an answer, can allow it earlier.

        Infinite if only an event can allow it.
        """
        points, events = self._allowance.points.allowed(now_us), self._allowance.events.left(now_us) > 0
        wait_s = self._plan.wait_s(now_s, points, events=events)
        if not events and self._plan.prefetch.oldest_event_us() is not None:
            wait_s = min(wait_s or _AGES_S, self._allowance.events.wait_s(now_us))
        if not points and self._plan.waits_for_points:
            wait_s = min(wait_s or _AGES_S, self._allowance.points.wait_s(now_us))
        return math.inf if wait_s is None else wait_s
