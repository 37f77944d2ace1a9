"""Lanes: the readings that must be sent in order, and which of them are in memory.

A flow is the part of one stream that is being sent: a window of the journal that moves forward. Its seqs are

    settled or in flight | buffer | not fetched, eligible | not eligible yet
                         ^        ^                       ^
             buffer[0].seq        fetch_from              eligible_until

Invariants: a lane (a pin with its datastream id and its properties) has at most one call in flight; a flow
holds at most `window` readings, in the order of their seqs; readings that are requeued are the first ones
again. The past of a pin, which is sent as timestamped sets while present readings are sent at once, is a lane
of its own: its readings need no order with the present, because they carry their times. Pure: no I/O, no
clock.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from app.cloud.destination import Call
from app.cloud.plan.breaker import CircuitBreaker
from app.cloud.plan.poison import PoisonMessage
from app.cloud.plan.routing import Form
from app.wire.streams import Fate, Newest, Reading, Run


@dataclass(eq=False)
class Flow:
    """Readings of one stream that are sent in one form."""

    stream: int
    target: str
    form: Form
    lane: Lane
    window: int
    fetch_from: int = 1
    """The first seq that has not been fetched."""
    eligible_until: int = 1
    """Only seqs below this one may be sent."""
    began_seq: int = 1
    """Seqs below this one belong to the past, except readings that were in flight at the cut and have been
    requeued here."""
    in_flight: frozenset[int] = frozenset()
    """Seqs that were in flight, or not settled in the journal yet, when this flow was made: they are not sent
    by it."""
    buffer: deque[Reading] = field(default_factory=deque)

    def next_fetch(self) -> Fetch | None:
        """What to read from the journal before the buffer is empty; None if nothing yet."""
        if self.fetch_from >= self.eligible_until:
            return None
        if self.form is not Form.NEWEST and len(self.buffer) > self.window // 4:
            return None
        return Fetch(self, self.fetch_from, self.eligible_until, self.window - len(self.buffer))

    def fill(self, fetch: Fetch, readings: Sequence[Reading]) -> None:
        """Add the readings that the journal gave for `fetch`."""
        if fetch.from_seq != self.fetch_from:
            return  # The flow was cut while the journal was read: it fetches again.
        # The journal may have grown since `fetch` was made, so it may give seqs from `until_seq` on too.
        after = readings[-1].seq + 1 if readings else fetch.from_seq
        self.fetch_from = after if len(readings) == fetch.limit else max(fetch.until_seq, after)
        if self.lane.is_past:  # Later seqs belong to the present flow.
            readings = [reading for reading in readings if reading.seq < self.eligible_until]
            self.fetch_from = min(self.fetch_from, self.eligible_until)
        self.buffer.extend(r for r in readings if r.seq not in self.in_flight)


@dataclass(frozen=True)
class Fetch:
    """A range of seqs that a flow needs from the journal."""

    flow: Flow
    from_seq: int
    until_seq: int
    limit: int

    @property
    def newest(self) -> bool:
        """Whether only the newest reading is needed, and which older ones it supersedes."""
        return self.flow.form is Form.NEWEST

    def superseded(self, newest: Newest) -> list[Run]:
        """The runs of the older readings, which are superseded, except those in flight."""
        runs = []
        for first, last in newest.older:
            for seq in sorted(self.flow.in_flight):
                if first <= seq <= last:
                    runs.append(Run(self.flow.stream, first, seq - 1, Fate.SUPERSEDED))
                    first = seq + 1
            runs.append(Run(self.flow.stream, first, last, Fate.SUPERSEDED))
        return [run for run in runs if run.first <= run.last]


@dataclass(eq=False)
class Lane:
    """Flows whose readings are sent in one order, and what the cloud's answers have shown about them."""

    pin: int | None
    """The pin that sets and batches are sent by; None for a datastream that has only an id."""
    breaker: CircuitBreaker
    """Opens if an answer may be about this lane only."""
    max_points: int
    """How many readings any set may carry: halved when the cloud answers that a set is too large."""
    is_past: bool = False
    is_resend: bool = False
    """Readings that the user sends again: they have no order, so they never share a call."""
    flows: list[Flow] = field(default_factory=list)
    flight: Flight | None = None
    unsettled: int = 0
    tried_s: float = -math.inf
    poison: PoisonMessage = field(default_factory=PoisonMessage)
    unbatched_id: int = 0
    """The id of a reading whose batch was not accepted: it is sent alone."""
    last_stamp_ms: int = 0
    points: int = field(init=False)
    """How many readings the next set may carry."""

    def __post_init__(self) -> None:
        self.points = self.max_points

    def head(self, may_set: bool = True) -> Flow | None:
        """The flow whose first reading is the lane's next one.

        None if there is none, if the journal must be read first to know, or if it would go in a set and
        `may_set` is false.
        """
        oldest = None
        for flow in self.flows:
            if flow.buffer:
                if oldest is None or flow.buffer[0].id < oldest.buffer[0].id:
                    oldest = flow
            elif flow.fetch_from < flow.eligible_until:
                return None
        return oldest if oldest is None or may_set or oldest.form is not Form.SET else None

    def drop(self, reading: Reading) -> None:
        """Remove `reading` from the flows: it is not sent."""
        for flow in self.flows:
            flow.buffer = deque(each for each in flow.buffer if each != reading)

    def take(self, limit: int) -> list[tuple[Flow, list[Reading]]]:
        """Remove at most `limit` readings for a set, in the order of arrival."""
        parts: list[tuple[Flow, list[Reading]]] = []
        while limit and (flow := self.head()) and flow.form is Form.SET:
            others = [other.buffer[0].id for other in self.flows if other is not flow and other.buffer]
            bound = min(others, default=math.inf)
            buffer, taken = flow.buffer, [flow.buffer.popleft()]
            while buffer and len(taken) < limit and buffer[0].id < bound:
                taken.append(buffer.popleft())
            parts.append((flow, taken))
            limit -= len(taken)
        return parts

    def drop_superseded(self) -> list[Run]:
        """Drop all but the newest reading of flows that send only that. Returns the runs of the dropped."""
        flows = [flow for flow in self.flows if flow.form is Form.NEWEST and flow.buffer]
        newest = max((flow.buffer[-1].id for flow in flows), default=None)
        old = [reading for flow in flows for reading in flow.buffer if reading.id != newest]
        for flow in flows:
            flow.buffer = deque(reading for reading in flow.buffer if reading.id == newest)
        return runs_of(old, Fate.SUPERSEDED)

    def stuck_on(self) -> Reading | None:
        """The reading that fails again and again at the head of this lane; None if there is none."""
        reading = self.poison.reading if self.breaker.failure else None
        if self.flight:  # It may be in a batch with others, which probes whether the failure is over.
            return reading if reading in self.flight.call.readings else None
        flow = self.head()
        return reading if flow and flow.buffer[0] == reading else None

    def limit_sets(self, points: int, for_good: bool) -> None:
        """Let the next set carry at most `points` readings; later sets too if `for_good`."""
        self.points = points
        if for_good:
            self.max_points = points

    def took_set(self, last_stamp_ms: int) -> None:
        """The cloud accepted a set: allow the next to be twice as large, and later than `last_stamp_ms`."""
        self.points = min(self.max_points, 2 * self.points)
        self.last_stamp_ms = last_stamp_ms

    def on_success(self) -> None:
        """The lane's call succeeded, or the reading that it was stuck on is no longer sent."""
        self.poison.on_success()
        self.breaker.reset()


@dataclass(eq=False)
class Flight:
    """A call that has been sent, and the flows that its readings came from."""

    call: Call
    parts: list[tuple[Flow, Sequence[Reading]]]
    lanes: list[Lane]
    sent_s: float
    last_stamp_ms: int = 0
    """The last timestamp of a set."""
    is_settled: bool = False
    """Its readings have a fate, which is being written to the journal."""

    @property
    def is_single(self) -> bool:
        """Whether it carries one reading, so that its answer can be about no other."""
        return len(self.call.readings) == 1

    def requeue(self) -> None:
        """Put its readings back: they are the first of their flows again."""
        for flow, readings in reversed(self.parts):
            flow.buffer.extendleft(reversed(readings))


def runs_of(readings: Iterable[Reading], fate: Fate, reason: str = "") -> list[Run]:
    """Runs that cover exactly `readings`, without the seqs between them."""
    runs: list[Run] = []
    stream = first = last = 0
    for reading in readings:
        if reading.seq != last + 1 or reading.stream != stream:
            if last:
                runs.append(Run(stream, first, last, fate, reason))
            stream, first = reading.stream, reading.seq
        last = reading.seq
    if last:
        runs.append(Run(stream, first, last, fate, reason))
    return runs
