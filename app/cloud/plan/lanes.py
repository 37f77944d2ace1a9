"""Lanes: what must stay in order, and the part of it that is in memory.

A flow is one stream's readings on their way: a window of the journal that moves on. Its seqs fall into

    settled or in flight | buffer | not fetched, eligible | not eligible yet
                         ^        ^                       ^
             buffer[0].seq        fetch_from              eligible_until

Invariants: a lane (a pin with its id and its properties) has at most one call in flight; a flow holds at most
`window` readings, in the order of their seqs; what is put back stands first again. The past of a pin, where
it goes as timestamped sets while the present goes at once, is a lane of its own: its order is in its stamps.
Pure: no I/O, no clock.
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
    """Readings of one stream that go in one form."""

    stream: int
    target: str
    form: Form
    lane: Lane
    window: int
    fetch_from: int = 1
    """The first seq that was not asked for."""
    eligible_until: int = 1
    """Seqs below this one may go."""
    began_seq: int = 1
    """Seqs below this one were cut off as the past, but for what was on its way then and has come back."""
    in_flight: frozenset[int] = frozenset()
    """Seqs that are on their way already, or whose answer is not in the journal yet."""
    buffer: deque[Reading] = field(default_factory=deque)

    def next_fetch(self) -> Fetch | None:
        """What to read from the journal before this runs dry."""
        if self.fetch_from >= self.eligible_until:
            return None
        if self.form is not Form.NEWEST and len(self.buffer) > self.window // 4:
            return None
        return Fetch(self, self.fetch_from, self.eligible_until, self.window - len(self.buffer))

    def fill(self, fetch: Fetch, readings: Sequence[Reading]) -> None:
        """Take what the journal gave for `fetch`."""
        if fetch.from_seq != self.fetch_from:
            return  # The flow was cut while the journal was read: it will ask again.
        # The journal may have grown meanwhile, and have given more than was there when it was asked.
        after = readings[-1].seq + 1 if readings else fetch.from_seq
        self.fetch_from = after if len(readings) == fetch.limit else max(fetch.until_seq, after)
        if self.lane.is_past:  # What follows goes as the present.
            readings = [reading for reading in readings if reading.seq < self.eligible_until]
            self.fetch_from = min(self.fetch_from, self.eligible_until)
        self.buffer.extend(r for r in readings if r.seq not in self.in_flight)


@dataclass(frozen=True)
class Fetch:
    """A stretch of a flow that the plan would like to have from the journal."""

    flow: Flow
    from_seq: int
    until_seq: int
    limit: int

    @property
    def newest(self) -> bool:
        """The newest reading alone is wanted, and which older ones it supersedes."""
        return self.flow.form is Form.NEWEST

    def superseded(self, newest: Newest) -> list[Run]:
        """What becomes of the older ones: what is on its way has gone."""
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
    """Flows that wait for each other, and how the cloud takes them."""

    pin: int | None
    """The pin that sets and batches go by; None for a datastream that has an id alone."""
    breaker: CircuitBreaker
    """Opens where the cloud's answer may speak of this lane alone."""
    max_points: int
    """How many readings any set may carry: halved by the cloud's word."""
    is_past: bool = False
    is_resend: bool = False
    """Readings that a person sends again: outside all order, so they never share a call."""
    flows: list[Flow] = field(default_factory=list)
    flight: Flight | None = None
    unsettled: int = 0
    tried_s: float = -math.inf
    poison: PoisonMessage = field(default_factory=PoisonMessage)
    unbatched_id: int = 0
    """A reading that was in a batch which did not pass: it goes by itself."""
    last_stamp_ms: int = 0
    points: int = field(init=False)
    """How many readings the next set may carry."""

    def __post_init__(self) -> None:
        self.points = self.max_points

    def head(self, may_set: bool = True) -> Flow | None:
        """The flow whose first reading goes next; None where there is none, or where it is not known yet."""
        oldest = None
        for flow in self.flows:
            if flow.buffer:
                if oldest is None or flow.buffer[0].id < oldest.buffer[0].id:
                    oldest = flow
            elif flow.fetch_from < flow.eligible_until:
                return None
        return oldest if oldest is None or may_set or oldest.form is not Form.SET else None

    def drop(self, reading: Reading) -> None:
        """`reading`, which waits here, will not go."""
        for flow in self.flows:
            flow.buffer = deque(each for each in flow.buffer if each != reading)

    def take(self, limit: int) -> list[tuple[Flow, list[Reading]]]:
        """At most `limit` readings for a set, in the order of arrival."""
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
        """Of what goes as the newest alone keep the newest; what became of the rest."""
        flows = [flow for flow in self.flows if flow.form is Form.NEWEST and flow.buffer]
        newest = max((flow.buffer[-1].id for flow in flows), default=None)
        old = [reading for flow in flows for reading in flow.buffer if reading.id != newest]
        for flow in flows:
            flow.buffer = deque(reading for reading in flow.buffer if reading.id == newest)
        return runs_of(old, Fate.SUPERSEDED)

    def stuck_on(self) -> Reading | None:
        """The reading that an answer other than yes or no keeps at the head of this lane."""
        reading = self.poison.reading if self.breaker.failure else None
        if self.flight:  # perhaps beside others, in a batch that probes whether the trouble is over
            return reading if reading in self.flight.call.readings else None
        flow = self.head()
        return reading if flow and flow.buffer[0] == reading else None

    def limit_sets(self, points: int, for_good: bool) -> None:
        """The next set carries so many readings, and no later one more, where that is `for_good`."""
        self.points = points
        if for_good:
            self.max_points = points

    def took_set(self, last_stamp_ms: int) -> None:
        """The cloud took a set of this lane: the next one may be larger, and its stamps go on."""
        self.points = min(self.max_points, 2 * self.points)
        self.last_stamp_ms = last_stamp_ms

    def on_success(self) -> None:
        """The lane's call passed, or what it was stuck on is out of the way."""
        self.poison.on_success()
        self.breaker.reset()


@dataclass(eq=False)
class Flight:
    """A call under way, and where its readings came from."""

    call: Call
    parts: list[tuple[Flow, Sequence[Reading]]]
    lanes: list[Lane]
    sent_s: float
    last_stamp_ms: int = 0
    """The last of a set's stamps."""
    is_settled: bool = False
    """Its answer said yes or no: what became of it is on its way into the journal."""

    @property
    def is_single(self) -> bool:
        """It carries one reading, so that its answer can speak of none other."""
        return len(self.call.readings) == 1

    def requeue(self) -> None:
        """Its readings are the first of their flows again."""
        for flow, readings in reversed(self.parts):
            flow.buffer.extendleft(reversed(readings))


def runs_of(readings: Iterable[Reading], fate: Fate, reason: str = "") -> list[Run]:
    """Runs that cover `readings` and nothing between them."""
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
