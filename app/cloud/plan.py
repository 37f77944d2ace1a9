"""The plan: which reading of a device goes next, and what an answer means for it.

Invariants: a lane (a pin with its id and its properties) has at most one call in flight, and its readings go
in the order of arrival; at most `WINDOW` readings of a stream are in memory; a seq is settled once; a kept
reading is the first of its lane to go again. No I/O, no clock: monotonic seconds are passed in.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from app.cloud.calls import Call, update
from app.cloud.outcomes import Outcome, OutcomeKind
from app.cloud.pacing import Backoff
from app.config import DeviceConfig
from app.wire.streams import Fate, Reading, Run, StreamExtent, pin_of

WINDOW = 256
PROBE_S = 300.0
"""How often a paused device asks whether the trouble is over."""
_REFUSE_AFTER_FAILURES = 5
_REFUSE_AFTER_S = 600.0
_MAX_UNSETTLED = 1
"""Answers of a lane that may wait for the journal while its next call is in flight. So a crash repeats at
most two calls of a lane, and no lane waits for the disk."""


class Want(NamedTuple):
    """A stretch of a stream that the plan would like to have from the journal."""

    stream: int
    from_seq: int
    limit: int


@dataclass
class _Stream:
    stream: int
    unread_seq: int = 1
    """The first seq that was not asked for."""
    next_seq: int = 1
    buffer: deque[Reading] = field(default_factory=deque)

    @property
    def dry(self) -> bool:
        """There is more in the journal, and none of it here."""
        return not self.buffer and self.unread_seq < self.next_seq


@dataclass
class _Lane:
    backoff: Backoff
    streams: list[_Stream] = field(default_factory=list)
    in_flight: tuple[_Stream, float] | None = None
    unsettled: int = 0
    not_before_s: float = -math.inf
    failing_since_s: float | None = None

    def head(self) -> _Stream | None:
        """The stream with the lane's oldest reading; None where that is not known or there is none."""
        if any(stream.dry for stream in self.streams):
            return None
        filled = [stream for stream in self.streams if stream.buffer]
        return min(filled, key=lambda stream: stream.buffer[0].id, default=None)


class Plan:
    """What goes next for one device."""

    def __init__(self, device: DeviceConfig, random: Callable[[], float]) -> None:
        """`random` gives numbers from 0 up to 1, for the jitter."""
        self._device = device
        self._random = random
        self._streams: dict[int, _Stream] = {}
        self._lanes: dict[str, _Lane] = {}
        self._lane_of: dict[int, _Lane] = {}
        self._backoff = Backoff(random)
        self._not_before_s = -math.inf
        self._probing = False
        self._last_failure_s = -math.inf
        self._last_success_s = -math.inf
        self.trouble: Outcome | None = None
        """The outcome that the device waits for or is paused by."""

    def extend(self, extents: Iterable[StreamExtent]) -> None:
        """Learn how far the streams of the journal reach now."""
        for extent in extents:
            stream = self._streams.get(extent.stream)
            if stream is None:
                stream = self._streams[extent.stream] = _Stream(extent.stream)
                key = lane_of(extent.target, self._device)
                lane = self._lanes.setdefault(key, _Lane(Backoff(self._random)))
                lane.streams.append(stream)
                self._lane_of[extent.stream] = lane
            stream.next_seq = extent.next_seq

    def wants(self) -> list[Want]:
        """What to read from the journal before the lanes run dry."""
        return [
            Want(stream.stream, stream.unread_seq, WINDOW - len(stream.buffer))
            for stream in self._streams.values()
            if stream.unread_seq < stream.next_seq and len(stream.buffer) <= WINDOW // 4
        ]

    def fill(self, want: Want, readings: Sequence[Reading], next_seq: int) -> None:
        """Take what the journal gave for `want`; `next_seq` is the stream's end as it was before reading."""
        stream = self._streams[want.stream]
        stream.buffer.extend(readings)
        # The journal may have grown since `next_seq` was looked up, and have given more than that.
        after = readings[-1].seq + 1 if readings else want.from_seq
        stream.unread_seq = after if len(readings) == want.limit else max(next_seq, after)

    def next_call(self, now_s: float) -> Call | None:
        """The call that should go now, marked as in flight; None where none may."""
        if now_s < self._not_before_s or (self._probing and self._any_in_flight()):
            return None
        ready = [
            (stream.buffer[0].id, stream, lane)
            for lane in self._lanes.values()
            if lane.in_flight is None
            and lane.unsettled <= _MAX_UNSETTLED
            and lane.not_before_s <= now_s
            and (stream := lane.head())
        ]
        if not ready:
            return None
        _, stream, lane = min(ready, key=lambda item: item[0])
        reading = stream.buffer.popleft()
        lane.in_flight = (stream, now_s)
        pin = pin_of(reading.target)
        return update(reading, None if pin is None else self._device.datastream_id(pin))

    def answered(self, call: Call, outcome: Outcome, now_s: float) -> list[Run]:
        """What to settle after an answer, and the plan's own change of mind."""
        reading = call.readings[0]
        lane = self._lane_of[reading.stream]
        assert lane.in_flight is not None  # noqa: S101 - answers belong to calls
        stream, sent_s = lane.in_flight
        lane.in_flight = None
        match outcome.kind:
            case OutcomeKind.ACCEPT | OutcomeKind.REJECT:
                self._well(now_s)
                accepted = outcome.kind is OutcomeKind.ACCEPT
                fate = Fate.FORWARDED if accepted else Fate.REFUSED
                return self._settle(lane, reading, fate, "" if accepted else outcome.sentence)
            case OutcomeKind.UNKNOWN:
                if self._may_refuse(lane, now_s):
                    return self._settle(lane, reading, Fate.REFUSED, outcome.sentence)
                stream.buffer.appendleft(reading)
                self._lane_failed(lane, outcome, now_s)
            case _:  # back off, or pause
                stream.buffer.appendleft(reading)
                # Calls that left together fail together: that is one failure.
                if sent_s >= self._last_failure_s:
                    self._device_failed(outcome, now_s)
        return []

    def settled(self, runs: Iterable[Run]) -> None:
        """The journal holds `runs`: their lanes may go on."""
        for run in runs:
            self._lane_of[run.stream].unsettled -= 1

    def try_now(self) -> None:
        """Forget all waits: a person says that it should work now."""
        self._not_before_s = -math.inf
        self._backoff.reset()
        for lane in self._lanes.values():
            lane.not_before_s = -math.inf

    def wait_s(self, now_s: float) -> float | None:
        """How long until time alone lets a call go; None where only an event can."""
        waits = [
            max(self._not_before_s, lane.not_before_s) - now_s
            for lane in self._lanes.values()
            if lane.in_flight is None and lane.head()
        ]
        later = [wait for wait in waits if wait > 0]
        return min(later, default=None)

    @property
    def paused(self) -> bool:
        """A person is needed."""
        return self.trouble is not None and self.trouble.kind is OutcomeKind.PAUSE

    def _any_in_flight(self) -> bool:
        return any(lane.in_flight for lane in self._lanes.values())

    def _settle(self, lane: _Lane, reading: Reading, fate: Fate, reason: str) -> list[Run]:
        lane.failing_since_s = None
        lane.backoff.reset()
        lane.unsettled += 1
        return [Run(reading.stream, reading.seq, reading.seq, fate, reason)]

    def _well(self, now_s: float) -> None:
        self._last_success_s = now_s
        self._probing = False
        self._backoff.reset()
        self.trouble = None

    def _may_refuse(self, lane: _Lane, now_s: float) -> bool:
        """Only a reading that keeps failing while others pass is to blame itself."""
        return (
            lane.failing_since_s is not None
            and lane.backoff.failures + 1 >= _REFUSE_AFTER_FAILURES
            and now_s - lane.failing_since_s >= _REFUSE_AFTER_S
            and self._last_success_s > lane.failing_since_s
        )

    def _lane_failed(self, lane: _Lane, outcome: Outcome, now_s: float) -> None:
        if lane.failing_since_s is None:
            lane.failing_since_s = now_s
        lane.not_before_s = now_s + lane.backoff.failed()
        working = [other for other in self._lanes.values() if other.in_flight or other.head()]
        if all(other.failing_since_s is not None for other in working):
            self._device_failed(Outcome(OutcomeKind.PAUSE, f"The cloud answers: {outcome.sentence}"), now_s)

    def _device_failed(self, outcome: Outcome, now_s: float) -> None:
        self.trouble = outcome
        self._probing = True
        self._last_failure_s = now_s
        wait_s = PROBE_S if outcome.kind is OutcomeKind.PAUSE else self._backoff.failed()
        self._not_before_s = now_s + max(wait_s, outcome.retry_after_s or 0.0)


def lane_of(target: str, device: DeviceConfig) -> str:
    """What must stay in order with `target`: its pin, also where it is named by the pin's datastream id."""
    pin = pin_of(target)
    if pin is None:
        number = int(target.removeprefix("ds"))
        pins = [entry.virtual_pin for entry in device.datastream if entry.id == number]
        if not pins or pins[0] is None:
            return target
        pin = pins[0]
    return f"v{pin}"
