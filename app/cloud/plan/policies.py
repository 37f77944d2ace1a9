"""Policies: how readings that may go are made into a call.

Invariants: a batch brings each pin once, for a pin has one lane, and its address with the token in it stays
under `MAX_URL_CHARACTERS`; a set keeps the limits of size; what does not fit stays where it was. Pure: no
I/O, no clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.cloud.blynk.calls import Call, batch, joined_characters, may_join, timestamped_set, update
from app.cloud.plan.lanes import Flight, Flow, Form, Lane
from app.cloud.plan.prefetch import form_of, lane_pin
from app.config.bench_file import DeviceConfig
from app.wire.streams import Reading, pin_of

MAX_URL_CHARACTERS = 2000
_LONGER_NAME = 32
"""A server that the cloud points to may have a longer name."""


class Policy:
    """Makes the calls of one device."""

    def __init__(self, device: DeviceConfig, bare_characters: int) -> None:
        """`bare_characters`: how long a batch's address is before a reading is in it."""
        self._device = device
        self._room = MAX_URL_CHARACTERS - 1 - _LONGER_NAME - bare_characters
        self._types = {entry.virtual_pin: entry.type for entry in device.datastream}

    def flight(self, flow: Flow, ready: Iterable[Flow], points: int, now_s: float) -> Flight:
        """A call that brings `flow`'s first reading, and what may go with it of the other `ready` flows."""
        if flow.form is Form.SET:
            return self._set(flow.lane, points, now_s)
        return (self._batch(flow, ready, now_s) if self._device.batch else None) or self._one(flow, now_s)

    def _one(self, flow: Flow, now_s: float) -> Flight:
        reading = flow.buffer.popleft()
        return Flight(self._single(reading), [(flow, (reading,))], [flow.lane], now_s)

    def _single(self, reading: Reading) -> Call:
        target = reading.target
        pin = lane_pin(target, self._device)
        if pin is not None and form_of(target, self._device) is Form.SET:
            # Sent again by a person: with its own time, like its neighbours before.
            return timestamped_set(pin, (reading,), self._types.get(pin))[0]
        named = pin_of(target)
        return update(reading, None if named is None else self._device.datastream_id(named))

    def _batch(self, first: Flow, ready: Iterable[Flow], now_s: float) -> Flight | None:
        """The oldest readings of several lanes in one call; None where `first` can share it with none."""
        if _joining_pin(first) is None:
            return None
        members: list[tuple[int, Flow]] = []
        room = self._room
        for flow in sorted(ready, key=lambda flow: (flow is not first, flow.buffer[0].id)):
            pin = _joining_pin(flow)
            if pin is None:
                continue
            room -= joined_characters(pin, flow.buffer[0])
            if room < 0:
                break
            members.append((pin, flow))
        if len(members) < 2:
            return None
        taken = [(pin, flow, flow.buffer.popleft()) for pin, flow in members]
        return Flight(
            batch((pin, reading) for pin, _, reading in taken),
            [(flow, (reading,)) for _, flow, reading in taken],
            [flow.lane for _, flow, _ in taken],
            now_s,
        )

    def _set(self, lane: Lane, points: int, now_s: float) -> Flight:
        assert lane.pin is not None  # noqa: S101 - `form_of` sees to that
        taken = lane.take(min(points, lane.points))
        readings = [reading for _, part in taken for reading in part]
        declared = self._types.get(lane.pin)
        call, last_ms = timestamped_set(lane.pin, readings, declared, lane.last_stamp_ms)
        parts: list[tuple[Flow, Sequence[Reading]]] = list(taken)
        flight = Flight(call, parts, [lane], now_s, last_stamp_ms=last_ms)
        if len(call.readings) < len(readings):
            flight.requeue()
            flight.parts = list(lane.take(len(call.readings)))
        return flight


def _joining_pin(flow: Flow) -> int | None:
    """The pin by which a flow's first reading joins a batch; None where it goes by itself."""
    reading = flow.buffer[0]
    joins = flow.form is not Form.SET and reading.id != flow.lane.unbatched_id and may_join(reading)
    return flow.lane.pin if joins else None
