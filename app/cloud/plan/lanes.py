"""Lanes and flows: which readings must be sent in order, and which of them are in memory.

A lane is a queue of readings that must be sent in order. The readings of a pin, those of its datastream id
and those of its properties share a lane, and so do all events. Readings that are sent late, in sets with
their times, are called the past of the pin. The past has a lane of its own, and needs no order relative to
new readings, because each of its readings is sent with its time.

A flow is the part of one stream that one lane sends. If a stream has readings in the past, it has flows in
two lanes: in the lane of its new readings, and in the lane of its past. A flow has only its next readings in
memory, in its buffer. More readings are fetched from the journal before the buffer is empty. A seq is the
number of a reading in its stream. These are the seqs of a stream, in order:

    settled or in flight | buffer | not fetched, eligible | not eligible yet
                         ^        ^                       ^
             buffer[0].seq        fetch_from              eligible_until

Readings that are not eligible yet wait for the end of an interval (`interval_s` in the bench file), or belong
to the stream's other flow.

Invariants: a lane has at most one call in flight; a flow has room for `window` readings, fetches no more than
fit, and keeps them in the order of their seqs; requeued readings are the first of their flow again.
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
from app.wire.streams import Fate, Newest, Reading, Run, is_event


@dataclass(eq=False)
class Flow:
    """The part of a stream that one lane sends. All readings of a flow are sent in the same `form`."""

    stream: int
    target: str
    form: Form
    lane: Lane
    window: int
    fetch_from: int = 1
    """The first seq that has not been fetched."""
    eligible_until: int = 1
    """Only readings with lower seqs may be sent."""
    began_seq: int = 1
    """Readings with lower seqs were moved to a lane of the past. This flow can contain such a reading only if
    the reading was in flight at that time and has been requeued."""
    in_flight: frozenset[int] = frozenset()
    """When this flow was made, readings with these seqs were in flight, or answered but not settled in the
    journal. The flow does not send them."""
    buffer: deque[Reading] = field(default_factory=deque)

    def next_fetch(self) -> Fetch | None:
        """The range of seqs to read from the journal now; None if nothing is to be read.

        A range is read before the readings in memory run out, so that sending need not wait for the journal.
        """
        if self.fetch_from >= self.eligible_until:
            return None
        if self.form is not Form.NEWEST and len(self.buffer) > self.window // 4:
            return None
        return Fetch(self, self.fetch_from, self.eligible_until, self.window - len(self.buffer))

    def fill(self, fetch: Fetch, readings: Sequence[Reading]) -> None:
        """Add the readings that the journal gave for `fetch`."""
        if fetch.from_seq != self.fetch_from:
            return  # The flow was cut while the journal was read, so it fetches again.
        # The journal may have grown since `fetch` was made. Its newer readings may not be sent yet.
        readings = [reading for reading in readings if reading.seq < fetch.until_seq]
        self.fetch_from = readings[-1].seq + 1 if len(readings) == fetch.limit else fetch.until_seq
        self.buffer.extend(r for r in readings if r.seq not in self.in_flight)


@dataclass(frozen=True)
class Fetch:
    """A range of seqs to read from the journal for `flow`, up to `limit` readings."""

    flow: Flow
    from_seq: int
    until_seq: int
    limit: int

    @property
    def newest(self) -> bool:
        """True: read the newest reading of the range, and only the seqs of the older ones.

        False: read all readings of the range, up to `limit`.
        """
        return self.flow.form is Form.NEWEST

    def superseded(self, newest: Newest) -> list[Run]:
        """The readings that are older than `newest.reading`, as runs with the fate superseded.

        Their seqs are in `newest.older`. The seqs in `self.flow.in_flight` are left out, because calls that
        were sent earlier decide the fate of those readings.
        """
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
    """A queue of readings that must be sent in order. It consists of flows, each with readings of one stream.

    A lane also remembers its failures, and how many readings its next set may carry.
    """

    pin: int | None
    """The pin for calls with a set or a batch. None if the datastream has only an id, or if `is_resend`."""
    breaker: CircuitBreaker
    """Opens after a failure that may concern this lane only."""
    max_points: int
    """How many readings any set may carry. If a set was too large for the cloud, this is half the number of
    readings in that set."""
    is_past: bool = False
    """Whether the lane sends readings of the past, in sets. Another lane sends the pin's new readings."""
    is_resend: bool = False
    """Whether this lane is for the readings that the user sends again. They never share a call."""
    flows: list[Flow] = field(default_factory=list)
    flight: Flight | None = None
    unsettled: int = 0
    tried_s: float = -math.inf
    poison: PoisonMessage = field(default_factory=PoisonMessage)
    is_unbatched: bool = False
    """Whether its readings are sent alone because a batch was not accepted, until one of them is accepted."""
    refused_batches: int = 0
    """How many batches with a reading of this lane were split since one was accepted."""
    last_stamp_ms: int = 0
    points: int = field(init=False)
    """How many readings the next set may carry."""

    def __post_init__(self) -> None:
        self.points = self.max_points

    def head(self, may_set: bool = True, may_event: bool = True) -> Flow | None:
        """The flow whose first reading is sent next from this lane.

        None if there is no such reading, or if the journal must be read to find it. Also None if `may_set` is
        false and that reading would be sent in a set, or if `may_event` is false and it is an event. An event
        that the user sends again is not held back.
        """
        oldest = None
        for flow in self.flows:
            if flow.buffer:
                if oldest is None or flow.buffer[0].id < oldest.buffer[0].id:
                    oldest = flow
            elif flow.fetch_from < flow.eligible_until:
                return None
        if oldest is None or (oldest.form is Form.SET and not may_set):
            return None
        waits = not (may_event or self.is_resend) and is_event(oldest.buffer[0].target)
        return None if waits else oldest

    def drop(self, reading: Reading) -> None:
        """Remove `reading` from the lane, so that it is not sent."""
        for flow in self.flows:
            flow.buffer = deque(each for each in flow.buffer if each != reading)

    def take(self, limit: int) -> list[tuple[Flow, list[Reading]]]:
        """Remove up to `limit` readings to send in one set.

        Returns a list of pairs. Each pair is a flow and successive readings of that flow. The whole list is
        in the order of arrival, so the same flow can be in several pairs.
        """
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
        """Drop all readings of the form `Form.NEWEST` in memory but one: the newest of the whole lane.

        Returns the dropped readings as runs with the fate superseded.
        """
        flows = [flow for flow in self.flows if flow.form is Form.NEWEST and flow.buffer]
        newest = max((flow.buffer[-1].id for flow in flows), default=None)
        old = [reading for flow in flows for reading in flow.buffer if reading.id != newest]
        for flow in flows:
            flow.buffer = deque(reading for reading in flow.buffer if reading.id == newest)
        return runs_of(old, Fate.SUPERSEDED)

    def stuck_on(self) -> Reading | None:
        """The reading that blocks this lane because it fails again and again; None if there is none."""
        reading = self.poison.reading if self.breaker.failure and self.poison.is_stuck else None
        if self.flight:  # This call may carry the failing reading.
            return reading if reading in self.flight.call.readings else None
        flow = self.head()
        return reading if flow and flow.buffer[0] == reading else None

    @property
    def target(self) -> str:
        """The target of the call in flight, or of the next call; empty if there is none."""
        if self.flight:
            return next(readings[0].target for flow, readings in self.flight.parts if flow.lane is self)
        flow = self.head()
        return flow.buffer[0].target if flow else ""

    def limit_sets(self, points: int, for_good: bool) -> None:
        """Limit the lane's next set to `points` readings, and all later sets too if `for_good` is true."""
        self.points = points
        if for_good:
            self.max_points = points

    def took_set(self, last_stamp_ms: int) -> None:
        """Double the number of readings that the next set may carry, because a set was accepted.

        `last_stamp_ms` is the last timestamp in the accepted set; those in the next set must be later.
        """
        self.points = min(self.max_points, 2 * self.points)
        self.last_stamp_ms = last_stamp_ms

    def forget_failures(self) -> None:
        """Forget all failures of this lane, so that calls are sent freely again."""
        self.poison.forget()
        self.breaker.reset()


@dataclass(eq=False)
class Flight:
    """A call that has been sent, together with the flows and lanes of its readings."""

    call: Call
    parts: list[tuple[Flow, Sequence[Reading]]]
    lanes: list[Lane]
    sent_s: float
    last_stamp_ms: int = 0
    """The last timestamp in the call, if it is a set."""
    is_settled: bool = False
    """Whether the readings of the call have a fate. The journal may not hold this fate yet."""

    @property
    def is_single(self) -> bool:
        """Whether the call carries only one reading, so that the answer cannot be about another."""
        return len(self.call.readings) == 1

    def requeue(self) -> None:
        """Insert the call's readings again, at the front of the flows that they came from."""
        for flow, readings in reversed(self.parts):
            flow.buffer.extendleft(reversed(readings))


def runs_of(readings: Iterable[Reading], fate: Fate, reason: str = "") -> list[Run]:
    """Make runs with `fate` and `reason` that cover the seqs of `readings`, and no other seqs."""
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
