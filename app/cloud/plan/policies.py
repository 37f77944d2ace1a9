"""Policies: how readings that are ready to be sent are combined into calls.

Invariants: a batch contains no pin twice, because it has at most one reading from each lane, and only one
lane of a pin has readings for batches; no call exceeds the destination's size limits, and readings that do
not fit stay in their lanes. Pure: no I/O, no clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.cloud.destination import Call, Destination
from app.cloud.plan.lanes import Flight, Flow, Lane
from app.cloud.plan.routing import Form, Routing
from app.wire.streams import Reading

_LOCATION_REFUSALS = 2
"""After this many refused batches in a row, a location goes alone: the server may not know locations in
batches, although it accepts them alone. Otherwise each batch would be refused, and then go one by one."""


class Policy:
    """Builds the calls of one device from readings that are ready to be sent."""

    def __init__(self, destination: Destination, routing: Routing, *, batch: bool) -> None:
        """`batch` says whether readings of several pins may share a call."""
        self._destination = destination
        self._routing = routing
        self._shares = batch

    def flight(self, flow: Flow, ready: Iterable[Flow], points: int, now_s: float, now_us: int = 0) -> Flight:
        """Build the call that is sent next for `flow`, at `now_s` (monotonic) and `now_us` (Unix time).

        If the form of `flow` is `SET`, the call is a set of at most `points` readings from the flow's lane.
        Otherwise the call carries the first reading of `flow`, and those first readings of other flows in
        `ready` that may share the call with it.
        """
        if flow.form is Form.SET:
            return self._set(flow.lane, points, now_s)
        return (self._batch(flow, ready, now_s) if self._shares else None) or self._one(flow, now_s, now_us)

    def _one(self, flow: Flow, now_s: float, now_us: int) -> Flight:
        reading = flow.buffer.popleft()
        return Flight(self._single(reading, now_us), [(flow, (reading,))], [flow.lane], now_s)

    def _single(self, reading: Reading, now_us: int) -> Call:
        pin = self._routing.pin(reading.target)
        if pin is not None and self._routing.form(reading.target) is Form.SET:
            # The user sends this reading again. It is sent with its time, like its pin's other readings.
            return self._destination.timestamped(pin, (reading,), 0)[0]
        return self._destination.single(reading, now_us)

    def _batch(self, first: Flow, ready: Iterable[Flow], now_s: float) -> Flight | None:
        """Build a batch of the next reading of `first` and the next readings of other `ready` flows.

        None if the next reading of `first` must be sent alone, or if no other reading can join it.
        """
        if self._place(first) is None:
            return None
        members: list[tuple[int, Flow]] = []
        room = self._destination.batch_room
        for flow in sorted(ready, key=lambda flow: (flow is not first, flow.buffer[0].id)):
            place = self._place(flow)
            if place is None:
                continue
            pin, size = place
            room -= size
            if room < 0:
                break
            members.append((pin, flow))
        if len(members) < 2:
            return None
        taken = [(pin, flow, flow.buffer.popleft()) for pin, flow in members]
        return Flight(
            self._destination.batch([(pin, reading) for pin, _, reading in taken]),
            [(flow, (reading,)) for _, flow, reading in taken],
            [flow.lane for _, flow, _ in taken],
            now_s,
        )

    def _place(self, flow: Flow) -> tuple[int, int] | None:
        """The pin of the first reading of `flow`, and how much room this reading takes in a batch.

        The room is in the unit of `Destination.batch_room`. None if the reading must be sent alone.
        """
        reading, pin = flow.buffer[0], flow.lane.pin
        if pin is None or flow.form is Form.SET or flow.lane.is_unbatched:
            return None
        if isinstance(reading.value, tuple) and flow.lane.refused_batches >= _LOCATION_REFUSALS:
            return None
        size = self._destination.batched_size(pin, reading)
        return None if size is None else (pin, size)

    def _set(self, lane: Lane, points: int, now_s: float) -> Flight:
        assert lane.pin is not None  # noqa: S101 - Routing gives the form SET only to targets with a pin
        taken = lane.take(min(points, lane.points))
        readings = [reading for _, part in taken for reading in part]
        call, last_ms = self._destination.timestamped(lane.pin, readings, lane.last_stamp_ms)
        parts: list[tuple[Flow, Sequence[Reading]]] = list(taken)
        flight = Flight(call, parts, [lane], now_s, last_stamp_ms=last_ms)
        if len(call.readings) < len(readings):
            flight.requeue()
            flight.parts = list(lane.take(len(call.readings)))
        return flight
