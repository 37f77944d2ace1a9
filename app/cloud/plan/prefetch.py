"""The prefetch keeps pending readings in memory, sorted into lanes, before they are sent.

The prefetch does not read the journal itself: the caller reads the ranges that `fetches` returns, and passes
the readings to `fill`. After that, the user can still delete these readings, or decide that held readings
are sent. The journal then gives their stream a new generation number, and the prefetch begins again at seq 1
of that stream.

With `backlog = "timestamped"` and `forward = "every"`, some readings are the *past* of their pin: those that
were already pending when forwarding began, and those that waited through a long outage. They are separated
from the present readings, and sent in sets, with their times, in a lane of their own.

Invariants: memory is bounded, however many readings are pending; a reading that must wait for the end of an
interval (`interval_s` in the bench file) is not sent before that; in each stream, one seq divides the past
from the present, so that no reading is in both. Pure: no I/O, no clock.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence

from app.cloud.plan.breaker import CircuitBreaker
from app.cloud.plan.events import KEPT_US
from app.cloud.plan.lanes import Fetch, Flight, Flow, Lane, runs_of
from app.cloud.plan.routing import Form, Routing
from app.config.bench_file import Backlog, DeviceConfig, Forward
from app.wire.streams import Fate, Reading, Run, StreamExtent, is_event

WINDOW = 256
"""How many readings of one flow may be in memory. Flows that are sent in sets may have more."""
SET_ROOM = 160_000
"""How many readings all flows that are sent in sets may have in memory together. Even if there are very many
such flows, each may have `WINDOW` readings."""
_DAY_US = 86_400_000_000


class Prefetch:
    """The lanes of one device, filled with readings that the caller reads from the journal."""

    def __init__(
        self, device: DeviceConfig, routing: Routing, max_points: int, random: Callable[[], float]
    ) -> None:
        """`max_points` is how many readings may be in one set; `random` gives numbers from 0 to 1."""
        self._device = device
        self._routing = routing
        self._max_points = max_points
        self._random = random
        self.lanes = [Lane(None, CircuitBreaker(random), max_points, is_resend=True)]
        self._resent = self._no_resent()
        self._by_place: dict[tuple[str, bool], Lane] = {}
        self._present: dict[int, Flow] = {}
        self._generations: dict[int, int] = {}
        self._in_flight: set[Flight] = set()
        self._past_until: dict[int, int] | None = None
        self._next_tick_s = -math.inf

    @property
    def datastreams(self) -> int:
        """The number of datastreams for which values have come in.

        A datastream does not count if only properties have come in for it.
        """
        return len({flow.lane for flow in self._present.values() if "." not in flow.target})

    def begin(self, extents: Iterable[StreamExtent]) -> None:
        """Note which readings wait when forwarding begins. Only the first call has an effect."""
        if self._past_until is None:
            self._past_until = {e.stream: e.next_seq for e in extents if e.pending > e.held}

    def extend(self, extents: Sequence[StreamExtent]) -> None:
        """Add a flow for each new stream, and make new readings eligible for sending.

        Readings that must wait for the end of an interval (`interval_s` in the bench file) do not become
        eligible here, but in `tick`. `extents` says how far each stream reaches now. If the generation number
        of a stream has changed, its pending readings are fetched from seq 1 again.
        """
        self.begin(extents)
        for extent in extents:
            flow = self._present.get(extent.stream)
            if flow is None:
                flow = self._present[extent.stream] = self._add(extent.stream, extent.target, False)
                if self._past_until and extent.stream in self._past_until:
                    flow.eligible_until = self._past_until[extent.stream]
                    self._cut(flow)
            if self._generations.setdefault(extent.stream, extent.generation) != extent.generation:
                self._generations[extent.stream] = extent.generation
                flow = self._rewind(flow)
                self._resent = self._no_resent()
        reach = [(self._present[extent.stream], extent.next_seq) for extent in extents]
        waiting = {
            flow.lane
            for flow, end_seq in reach
            if flow.form is not Form.ONE and flow.eligible_until < end_seq
        }
        for flow, end_seq in reach:
            # A property must not overtake an older value of its pin that waits for the end of an interval.
            if flow.lane not in waiting:
                flow.eligible_until = end_seq

    def tick(self, extents: Iterable[StreamExtent], now_s: float) -> float | None:
        """If an interval has ended, make all readings of the device eligible for sending.

        The setting `interval_s` in the bench file is the length of an interval. `extents` says how far each
        stream reaches. Returns the seconds until the current interval ends. Returns None if no reading waits
        for the end of the interval.
        """
        if now_s >= self._next_tick_s:
            began_s = now_s if self._next_tick_s == -math.inf else self._next_tick_s
            passed = (now_s - began_s) // self._device.interval_s + 1
            self._next_tick_s = began_s + passed * self._device.interval_s
            for extent in extents:
                self._present[extent.stream].eligible_until = extent.next_seq
            return None
        if all(self._present[extent.stream].eligible_until == extent.next_seq for extent in extents):
            return None
        return self._next_tick_s - now_s

    def fetches(self) -> list[Fetch]:
        """The ranges of seqs to read from the journal now, so that no flow runs out of readings."""
        sets = self._set_flows()
        for flow in sets:
            flow.window = max(WINDOW, min(self._max_points, SET_ROOM // len(sets)))
        return [fetch for flow in self._all_flows() if (fetch := flow.next_fetch())]

    def fill(self, fetch: Fetch, readings: list[Reading]) -> list[Run]:
        """Add the readings that the journal gave for `fetch`.

        Readings that are superseded by a newer reading in the same lane are then dropped, and returned as
        runs.
        """
        fetch.flow.fill(fetch, readings)
        return fetch.flow.lane.drop_superseded() if fetch.newest else []

    def on_sent(self, flight: Flight) -> None:
        """Record that a call has been sent."""
        self._in_flight.add(flight)

    def settled(self, flight: Flight) -> None:
        """Record that the journal now holds the fates of the readings of `flight`."""
        self._in_flight.discard(flight)

    def requeue(self, flight: Flight) -> list[Run]:
        """Put back the readings of `flight`, at the front of the flows that they came from.

        Readings that are superseded by a newer reading in the same lane are then dropped, and returned as
        runs.
        """
        self._in_flight.discard(flight)
        flight.requeue()
        for flow, _ in flight.parts:
            if flow not in flow.lane.flows and flow.stream in self._present:
                self._rewind(self._present[flow.stream])
        return [run for lane in flight.lanes for run in lane.drop_superseded()]

    @property
    def needs_resent(self) -> bool:
        """Whether the caller should fetch more marked readings, and pass them to `resend`.

        True if the lane for marked readings is empty, and the journal has the fates of all that it has sent.
        """
        lane = self._resent.lane
        return not (self._resent.buffer or lane.flight or lane.unsettled)

    def resend(self, readings: Iterable[Reading]) -> None:
        """Add marked readings. They are sent first and one by one, in a lane of their own."""
        self._resent.buffer.extend(readings)

    def expire(self, now_us: int) -> list[Run]:
        """Remove readings that are too old to be sent with their times, and events that waited too long.

        Returns the removed readings as runs. Readings in flight are not removed.
        """
        limit_us = now_us - int(self._device.max_age_days * _DAY_US)
        expired = [run for flow in self._set_flows() for run in _expire(flow, limit_us)]
        return expired + [run for flow in self._event_flows() for run in _expire(flow, now_us - KEPT_US)]

    def oldest_us(self) -> int | None:
        """The arrival time of the oldest reading that is to be sent in a set; None if there is none."""
        return _oldest_us(self._set_flows())

    def oldest_event_us(self) -> int | None:
        """The arrival time of the oldest event that waits; None if none waits."""
        return _oldest_us(self._event_flows())

    def cut_past(self) -> None:
        """Move all waiting readings to the lanes of the past, which send them in sets, with their times.

        Readings are moved only if the bench file has `backlog = "timestamped"` and `forward = "every"`.
        Readings of properties, and of targets without a pin, are never moved.
        """
        for flow in self._present.values():
            self._cut(flow)

    def drop_empty_past(self, lane: Lane) -> None:
        """If `lane` is a lane of the past, remove its flows that have nothing left to send."""
        if lane.is_past:
            lane.flows = [flow for flow in lane.flows if flow.buffer or flow.fetch_from < flow.eligible_until]

    def _no_resent(self) -> Flow:
        """Remove all readings from the first lane, which sends marked readings. Returns its new, empty flow.

        The removed readings are fetched again later, unless they are settled by then.
        """
        lane = self.lanes[0]
        lane.flows = [Flow(0, "", Form.ONE, lane, WINDOW)]
        return lane.flows[0]

    def _rewind(self, present: Flow) -> Flow:
        """Replace all flows of a stream by a new flow that begins at seq 1. Returns the new flow.

        `present` is the flow of the stream's new readings. The flow that replaces it skips readings that are
        in flight, or answered but not settled in the journal.
        """
        stream = present.stream
        self._drop(present)
        again = self._present[stream] = self._add(stream, present.target, False)
        again.eligible_until = present.eligible_until
        in_flight = {r.seq for flight in self._in_flight for r in flight.call.readings if r.stream == stream}
        again.in_flight = frozenset(in_flight)
        self._cut(again)
        return again

    def _drop(self, present: Flow) -> None:
        """Remove all flows of the stream whose new readings are in the flow `present`."""
        present.lane.flows.remove(present)
        if past := self._past_lane(present):
            past.flows = [flow for flow in past.flows if flow.stream != present.stream]

    def _past_lane(self, present: Flow) -> Lane | None:
        """The lane that sends the past of the pin of `present`; None if the pin has had no past so far."""
        return self._by_place.get((f"v{present.lane.pin}", True))

    def _cut(self, present: Flow) -> None:
        """Move the waiting readings of the flow `present` to the lane of the past, which sends them in sets.

        Readings are moved only if the bench file has `backlog = "timestamped"` and `forward = "every"`.
        Readings of properties, and of targets without a pin, are never moved.
        """
        by_set = self._device.backlog is Backlog.TIMESTAMPED and self._device.forward is Forward.EVERY
        if not by_set or present.lane.pin is None or "." in present.target:
            return
        # Requeued readings are older than those that were cut off before, so they get a flow of their own.
        if present.buffer and present.buffer[0].seq < present.began_seq:
            back = self._add(present.stream, present.target, True)
            while present.buffer and present.buffer[0].seq < present.began_seq:
                back.buffer.append(present.buffer.popleft())
            back.fetch_from = back.eligible_until = back.buffer[-1].seq + 1
        first_seq = present.buffer[0].seq if present.buffer else present.fetch_from
        if first_seq >= present.eligible_until:
            return
        end_seq = max(present.eligible_until, present.fetch_from)
        lane = self._past_lane(present)
        earlier = [flow for flow in lane.flows if flow.eligible_until == first_seq] if lane else []
        past = next((flow for flow in earlier if flow.stream == present.stream), None)
        if past is None:
            past = self._add(present.stream, present.target, True)
            past.fetch_from, past.in_flight = first_seq, present.in_flight
        past.eligible_until = end_seq
        present.buffer.clear()
        present.fetch_from = present.eligible_until = present.began_seq = end_seq

    def _add(self, stream: int, target: str, is_past: bool) -> Flow:
        pin = self._routing.pin(target)
        place = (self._routing.lane(target), is_past)
        lane = self._by_place.get(place)
        if lane is None:
            lane = self._by_place[place] = Lane(pin, CircuitBreaker(self._random), self._max_points, is_past)
            self.lanes.append(lane)
        form = Form.SET if is_past else self._routing.form(target)
        flow = Flow(stream, target, form, lane, WINDOW)
        lane.flows.append(flow)
        return flow

    def _all_flows(self) -> Iterator[Flow]:
        # Leave out the first lane: readings that the user sends again are fetched separately.
        return (flow for lane in self.lanes[1:] for flow in lane.flows)

    def _set_flows(self) -> list[Flow]:
        return [flow for flow in self._all_flows() if flow.form is Form.SET]

    def _event_flows(self) -> list[Flow]:
        return [flow for flow in self._all_flows() if is_event(flow.target)]


def _expire(flow: Flow, limit_us: int) -> list[Run]:
    """Remove the first readings of `flow` that arrived before `limit_us` (Unix time). Returns their runs."""
    old = []
    while flow.buffer and flow.buffer[0].received_at_us < limit_us:
        old.append(flow.buffer.popleft())
    return runs_of(old, Fate.EXPIRED)


def _oldest_us(flows: list[Flow]) -> int | None:
    return min((flow.buffer[0].received_at_us for flow in flows if flow.buffer), default=None)
