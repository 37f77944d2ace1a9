"""The state of the local cloud: devices, their datastreams and values. No I/O; time is passed in.

Invariants: a call changes everything that it names, or nothing; a call that names a datastream by its pin has
the same effect as one that names it by its id; everything that is kept is bounded. There are no locks,
because only one event loop uses the state.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from app.localcloud.history import MAX_POINTS, Point, PointHistory
from app.localcloud.refusals import (
    INVALID_TOKEN,
    NO_DATASTREAM,
    TOO_MUCH_DATA,
    UNKNOWN_EVENT,
    WRONG_EVENT,
    WRONG_PROPERTY,
    WRONG_VALUE,
    RefusedError,
    unknown_datastream,
)
from app.localcloud.values import clamping, from_json, from_text
from app.wire.datastreams import Datastream, Value, check_event_text, check_text

ONLINE_MS = 10_000
"""A device counts as connected for this many ms after its last accepted value, property or event."""
MAX_BATCH_POINTS = 10_000
MAX_DATASTREAMS = 1000
MAX_PROPERTIES = 64
MAX_EVENTS = 1000

_PROPERTY = re.compile(r"[A-Za-z][A-Za-z0-9]{0,63}")
_EVENT_CODE = re.compile(r"[A-Za-z0-9_]{1,64}")


class DatastreamState:
    """One datastream of a device: its declaration, newest value, properties and history."""

    def __init__(self, datastream: Datastream, max_points: int) -> None:
        self.datastream = clamping(datastream)
        self.value: Value | None = None
        self.at_ms = 0
        self.properties: dict[str, str | list[str]] = {}
        self.history = PointHistory(max_points)

    @property
    def targets(self) -> list[str]:
        """The targets by which calls may name the datastream: `v1`, `ds7`, or both, the pin first."""
        pin, number = self.datastream.virtual_pin, self.datastream.id
        return [f"v{pin}"] * (pin is not None) + [f"ds{number}"] * (number is not None)

    def add(self, at_ms: int, value: Value) -> None:
        """Add a value to the history.

        It also becomes the newest value, unless the newest value so far has a later time.
        """
        self.history.add(at_ms, value)
        if at_ms >= self.at_ms:
            self.at_ms, self.value = at_ms, value


class Event(NamedTuple):
    """An event that a device reported with the call `logEvent`."""

    at_ms: int
    code: str
    description: str


class Device:
    """One device and its auth token.

    An `open` device accepts any pin or id, and creates the datastream when a call first names that pin or id.
    By default, a device is open only if `datastreams` is empty. `max_points` bounds the history of each
    datastream.
    """

    def __init__(
        self,
        name: str,
        auth_token: str,
        datastreams: Iterable[Datastream] = (),
        *,
        open: bool | None = None,  # noqa: A002 - the key in the devices file
        max_points: int = MAX_POINTS,
    ) -> None:
        self.name = name
        self.auth_token = auth_token
        self.events: deque[Event] = deque(maxlen=MAX_EVENTS)
        self._max_points = max_points
        self._heard_at_ms: int | None = None
        self._streams: list[DatastreamState] = []
        self._by_target: dict[str, DatastreamState] = {}
        for datastream in datastreams:
            self._set_up(DatastreamState(datastream, max_points))
        self.open = not self._streams if open is None else open

    @property
    def streams(self) -> list[DatastreamState]:
        """The datastreams that have a pin, ordered by pin, followed by the others, ordered by id."""
        return sorted(self._streams, key=_place)

    def stream(self, target: str) -> DatastreamState:
        """The datastream of a target such as `v1` or `ds7`. Raises RefusedError if there is none."""
        found = self._by_target.get(target)
        if found is None:
            raise self._unknown(target)
        return found

    def is_connected(self, now_ms: int) -> bool:
        """Whether a value, property or event of the device was accepted in the last 10 s."""
        return self._heard_at_ms is not None and now_ms - self._heard_at_ms <= ONLINE_MS

    def update(self, changes: Mapping[str, Sequence[str]], now_ms: int) -> None:
        """Set all targets in `changes`, or none if a value is refused. Raises RefusedError.

        `changes` maps each target to its new value: one text, or two texts for a location.
        """
        taken: list[tuple[DatastreamState, Value]] = []
        made = 0
        for target, texts in changes.items():
            stream = self._by_target.get(target)
            if stream is None:
                stream = self._new_stream(target, made)
                made += 1
            taken.append((stream, from_text(texts, stream.datastream)))
        for stream, value in taken:
            self._set_up(stream)
            stream.add(now_ms, value)
        self._heard_at_ms = now_ms

    def update_set(self, target: str, points: Sequence[tuple[int, object]], now_ms: int) -> None:
        """Add all `points`, or none if a value is refused. Raises RefusedError.

        A point is a pair (Unix time in ms, JSON value).
        """
        if len(points) > MAX_BATCH_POINTS:
            raise RefusedError(TOO_MUCH_DATA)
        stream = self._by_target.get(target) or self._new_stream(target)
        taken = [(at_ms, from_json(value, stream.datastream)) for at_ms, value in points]
        self._set_up(stream)
        for at_ms, value in taken:
            stream.add(at_ms, value)
        self._heard_at_ms = now_ms

    def update_properties(self, target: str, properties: Mapping[str, list[str]], now_ms: int) -> None:
        """Set all `properties` of a target, or raise RefusedError and set none.

        `properties` maps the name of each property to its value: one text, or several texts for a list such
        as `urls`.
        """
        stream = self._by_target.get(target) or self._new_stream(target)
        if not properties or not all(_PROPERTY.fullmatch(name) for name in properties):
            raise RefusedError(WRONG_PROPERTY)
        if len(stream.properties.keys() | properties.keys()) > MAX_PROPERTIES:
            raise RefusedError(WRONG_PROPERTY)
        if any(check_text(text) for texts in properties.values() for text in texts):
            raise RefusedError(WRONG_VALUE)
        self._set_up(stream)
        for name, texts in properties.items():
            stream.properties[name] = texts[0] if len(texts) == 1 else texts
        self._heard_at_ms = now_ms

    def log_event(self, code: str, description: str, now_ms: int) -> None:
        """Store an event. Beyond `MAX_EVENTS` events, the oldest is dropped.

        Any code that an event can have in Blynk is known. Raises RefusedError for other codes, and if the
        description is too long or has control characters.
        """
        if not _EVENT_CODE.fullmatch(code):
            raise RefusedError(UNKNOWN_EVENT)
        if check_event_text(description):
            raise RefusedError(WRONG_EVENT)
        self.events.append(Event(now_ms, code, description))
        self._heard_at_ms = now_ms

    def history(self, target: str, after: int) -> tuple[int, list[Point]]:
        """The number of values that a target ever received, and its kept points with a number above `after`.

        For an unknown target, a device that accepts any pin or id gives 0 and no points. Any other device
        raises RefusedError.
        """
        if self.open and target not in self._by_target:
            return 0, []
        history = self.stream(target).history
        return history.count, history.after(after)

    def _set_up(self, stream: DatastreamState) -> None:
        if stream.targets[0] in self._by_target:
            return
        self._streams.append(stream)
        for target in stream.targets:
            self._by_target[target] = stream

    def _new_stream(self, target: str, made: int = 0) -> DatastreamState:
        """Make a datastream, but do not add it to the device yet, because the call may still be refused.

        `made` is the number of datastreams that were already made for the same call. Raises RefusedError if
        the device accepts only its declared datastreams, or would have more than `MAX_DATASTREAMS`.
        """
        if not self.open or len(self._streams) + made >= MAX_DATASTREAMS:
            raise self._unknown(target)
        if target.startswith("ds"):
            return DatastreamState(Datastream(id=int(target.removeprefix("ds"))), self._max_points)
        return DatastreamState(Datastream(virtual_pin=int(target.removeprefix("v"))), self._max_points)

    def _unknown(self, target: str) -> RefusedError:
        return RefusedError(unknown_datastream(self.name) if target.startswith("ds") else NO_DATASTREAM)


def _place(stream: DatastreamState) -> tuple[bool, int]:
    target = stream.targets[0]
    return target.startswith("ds"), int(target.lstrip("vds"))


class Devices:
    """The devices of a local cloud, which are found by auth token.

    Raises ValueError if two devices have the same name or the same token.
    """

    def __init__(self, devices: Iterable[Device]) -> None:
        self._devices = tuple(devices)
        self._by_token = {device.auth_token: device for device in self._devices}
        if len(self._by_token) < len(self._devices):
            raise ValueError("two devices have one auth token: give each its own")
        if len({device.name for device in self._devices}) < len(self._devices):
            raise ValueError("two devices have one name: give each its own")

    def __iter__(self) -> Iterator[Device]:
        return iter(self._devices)

    def by_token(self, auth_token: str) -> Device:
        """The device that has this auth token. Raises RefusedError if there is none."""
        device = self._by_token.get(auth_token)
        if device is None:
            raise RefusedError(INVALID_TOKEN)
        return device
