"""The timeline of one device: takes what happens, keeps it for the window, and has it written.

The thread that reads the device's port and the thread that forwards its readings add events; the journal's
writer takes what is new; the window's thread looks.

Invariants: an event has the next number of the whole journal when it happens, so that the order stays right
when the clock is set; at most one of the times during which the port is not open lasts, and at most one
outage; nobody waits for the journal's file.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from app.journal.timeline import rows
from app.journal.timeline.growing import Part, Periods, by_target
from app.messages.message import Message
from app.security import redaction
from app.wire.batches import Batch, Rejected
from app.wire.timeline import AWAY, Event, EventKind

_SOON_US = 10_000_000
"""An outage that begins within this time after the last one is a part of it."""
_NEVER_US = 1 << 62


class Unwritten(NamedTuple):
    """Rows of a device's timeline that are new, or have changed since they were written."""

    device: str
    events: tuple[Event, ...]
    run: rows.Run | None
    deleted_up_to: int = 0
    """Rows up to this number are deleted, because the user has deleted the device's data."""

    def write(self, connection: sqlite3.Connection) -> None:
        """Write the rows in an open transaction."""
        if self.deleted_up_to:
            rows.delete_events(connection, self.device, self.deleted_up_to)
        rows.write_events(connection, self.device, self.events, self.run)


class DeviceTimeline:
    """What has happened to one device. Times are in microseconds since 1970, UTC."""

    def __init__(
        self, device: str, new_number: Callable[[], int], on_change: Callable[[DeviceTimeline], None]
    ) -> None:
        """`new_number` gives the numbers of events. `on_change` is called with this object after changes that
        are to be written, and must not wait.
        """
        self.device = device
        """The name of the device. Only the thread that writes the journal changes it, see `Owner`."""
        self._new_number = new_number
        self._on_change = on_change
        self._lock = threading.Lock()
        self.version = 1
        """Grows with each change."""
        self._earlier: tuple[Event, ...] = ()
        self._events: dict[int, Event] = {}
        self._lines: dict[int, Event] = {}
        """Periods of rejected lines, apart from other events, so that many of them push out no others."""
        self._changed: dict[int, Event] = {}
        self.goes_with_readings = False
        """See `Source`. True if more has changed than the periods of rejected lines, which may be a flood."""
        self._deleted_up_to = 0
        self._is_forgotten = False
        """Whether the earlier events have been deleted."""
        self._run: rows.Run | None = None
        self._has_run_changed = False
        self._away: Event | None = None
        self._outage: Event | None = None
        self._rejected, self._lost = Periods(), Periods()
        self._sorted = _Sorted(0, ())

    # What happens

    def begin(self, at_us: int, since_us: int | None) -> None:
        """The program begins to run for the device. It did so before until `since_us`; None if never."""
        with self._change():
            if self._run:
                since_us = self._run.until_us
            number = self._new_number()
            self._set_run(rows.Run(number, at_us, at_us, since_us))
            if since_us is not None:
                self._events[number] = Event(number, EventKind.NOT_RUNNING, since_us, at_us)
            self._leave(EventKind.CLOSED, at_us)

    def is_alive(self, at_us: int) -> None:
        """The program still runs: this is noted, so that the end of a run that crashes is known."""
        with self._lock:
            if self._run is None or self._run.has_ended:
                return
            self._set_run(self._run._replace(until_us=at_us))
        self._on_change(self)

    def end(self, at_us: int) -> None:
        """The program does not run for the device any more."""
        if self._run is None or self._run.has_ended:
            return
        with self._change():
            self._set_run(self._run._replace(until_us=at_us, has_ended=True))
            self._return(at_us)

    def happened(self, kind: EventKind, at_us: int, detail: str = "") -> None:
        """Something has happened to the port or the board; see `Sink.happened`."""
        with self._change():
            if kind in AWAY:
                self._leave(kind, at_us, detail)
                return
            if kind is EventKind.CONNECTED and self._return(at_us) is EventKind.RELEASED:
                kind = EventKind.TAKEN_BACK
            self._put(Event(self._new_number(), kind, at_us, at_us, detail=detail))

    def clock_set(self, at_us: int, stepped_us: int) -> None:
        """The computer's clock was set to `at_us`, forward by `stepped_us`; back, if that is negative."""
        with self._change():
            self._put(Event(self._new_number(), EventKind.CLOCK_SET, at_us, at_us, count=stepped_us))

    def cloud(self, reason: Message | None, at_us: int) -> None:
        """The cloud takes no readings because of `reason`; it takes them if that is None."""
        if self._is_down is (reason is not None):
            return
        with self._change():
            outage = self._outage
            if outage is not None and reason is None:
                self._outage = msgspec.structs.replace(outage, until_us=at_us)
            elif outage is not None and 0 <= at_us - (outage.until_us or 0) < _SOON_US:
                self._outage = msgspec.structs.replace(outage, until_us=None, count=outage.count + 1)
            else:
                number, why = self._new_number(), redaction.shown(reason)
                self._outage = Event(number, EventKind.CLOUD_DOWN, at_us, None, count=1, reason=why)
            self._put(self._outage)

    def accepted(self, batch: Batch) -> None:
        """Readings were accepted: this may end periods of rejected lines and lost bytes."""
        self._rejected.accepted(batch)
        self._lost.accepted(batch)

    def reject(self, rejected: Rejected) -> None:
        """Lines were rejected."""
        with self._change():
            for part in by_target(rejected):
                self._grow(self._rejected, part, EventKind.REJECTED)

    def lose(self, count: int, at_us: int) -> None:
        """The program had no room for `count` bytes, and dropped them."""
        with self._change():
            self._grow(self._lost, Part("", at_us, at_us, count), EventKind.BYTES_LOST)

    # For the window

    def load(self, earlier: Iterable[Event]) -> None:
        """Add the events of earlier runs. What lasted when its run ended has ended with it."""
        with self._lock:
            if self._is_forgotten:
                return
            run = self._run
            end_us = 0 if run is None else run.began_us if run.since_us is None else run.since_us
            self._earlier = tuple(
                msgspec.structs.replace(event, until_us=max(event.at_us, end_us))
                if event.until_us is None
                else event
                for event in earlier
            )
            self.version += 1

    def between(self, from_us: int, to_us: int) -> tuple[Event, ...]:
        """The events of all runs that happened or lasted between two times."""
        with self._lock:
            if self._sorted.version != self.version:
                new = sorted((*self._events.values(), *self._lines.values()), key=lambda event: event.number)
                self._sorted = _Sorted(self.version, (*self._earlier, *new))
            return self._sorted.between(max(from_us, -_NEVER_US), min(to_us, _NEVER_US))

    def forget(self) -> None:
        """Forget everything up to now, because the user has deleted the device's data. The run goes on."""
        with self._change():
            self._deleted_up_to = self._new_number()
            self._is_forgotten, self._earlier = True, ()
            self._events, self._lines, self._changed = {}, {}, {}
            self._rejected, self._lost = Periods(), Periods()
            if self._run:
                self._set_run(self._run._replace(number=self._new_number(), since_us=None))
            self._away = self._kept(self._away)
            self._outage = self._kept(self._outage)

    # For the journal's writer

    def write_again(self) -> None:
        """Have all of this run written again, because the journal continues in a new file."""
        with self._lock:
            kept = {**self._events, **self._lines}
            self._changed = {n: event for n, event in kept.items() if event.kind is not EventKind.NOT_RUNNING}
            self._has_run_changed = self._run is not None
        self._on_change(self)

    def take(self) -> Unwritten:
        """Return what is new or has changed since the last call."""
        with self._lock:
            events, self._changed, self.goes_with_readings = tuple(self._changed.values()), {}, False
            run, self._has_run_changed = self._run if self._has_run_changed else None, False
            deleted, self._deleted_up_to = self._deleted_up_to, 0
            return Unwritten(self.device, events, run, deleted)

    @contextmanager
    def _change(self) -> Iterator[None]:
        with self._lock:
            yield
            self.version += 1
        self._on_change(self)

    @property
    def _is_down(self) -> bool:
        return self._outage is not None and self._outage.until_us is None

    # With the lock

    def _set_run(self, run: rows.Run) -> None:
        self._run, self._has_run_changed = run, True

    def _put(self, event: Event) -> None:
        is_of_lines = event.kind is EventKind.REJECTED
        self.goes_with_readings |= not is_of_lines
        kept = self._lines if is_of_lines else self._events
        kept[event.number] = self._changed[event.number] = event
        if len(kept) > rows.KEPT:
            del kept[next(iter(kept))]

    def _leave(self, kind: EventKind, at_us: int, detail: str = "") -> None:
        """The port is not open from now on, or for another reason than before."""
        if away := self._away:
            says_nothing_new = kind is EventKind.CLOSED and away.kind is not EventKind.NOT_OPENED
            if says_nothing_new or (away.kind, away.detail) == (kind, detail):
                return
        self._return(at_us)
        self._away = Event(self._new_number(), kind, at_us, None, detail=detail)
        self._put(self._away)

    def _return(self, at_us: int) -> EventKind | None:
        """The port is open again. Returns why it was not; None if it was."""
        away, self._away = self._away, None
        if away is None:
            return None
        self._put(msgspec.structs.replace(away, until_us=at_us))
        return away.kind

    def _grow(self, periods: Periods, part: Part, kind: EventKind) -> None:
        target, period = periods.add(part, self._new_number)
        self._put(Event(period.number, kind, period.from_us, period.to_us, target, period.amount))

    def _kept(self, event: Event | None) -> Event | None:
        """`event` with a new number, if it lasts; it is a new event then."""
        if event is None or event.until_us is not None:
            return None
        kept = msgspec.structs.replace(event, number=self._new_number())
        self._put(kept)
        return kept


class _Sorted:
    """Events with their times as arrays, so that those of a period are found quickly."""

    def __init__(self, version: int, events: tuple[Event, ...]) -> None:
        self.version = version
        self._events = events
        self._starts = np.array([event.at_us for event in events], np.int64)
        ends = (_NEVER_US if event.until_us is None else event.until_us for event in events)
        self._ends: NDArray[np.int64] = np.fromiter(ends, np.int64, len(events))

    def between(self, from_us: int, to_us: int) -> tuple[Event, ...]:
        places = np.flatnonzero((self._starts <= to_us) & (self._ends >= from_us))
        return tuple(self._events[place] for place in places.tolist())
