"""The timelines of all devices of an open journal, and the markers.

Events of this run and all markers that were set in it are in memory. The events and markers of earlier runs
are read from the journal when a timeline is first looked at, in a thread of their own.

Invariants: no method waits for the journal's file, except `begin`, which reads a few rows; numbers grow over
all runs, so that a marker keeps its number; everything is written by the thread that writes the journal, in a
commit together with others where one is near.
"""

from __future__ import annotations

import itertools
import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from functools import partial
from typing import NamedTuple

from app.errors import InvalidValueError
from app.journal.file.schema import JournalError, open_for_reading
from app.journal.journal import Journal
from app.journal.timeline import rows
from app.journal.timeline.device import DeviceTimeline
from app.journal.writer import JournalWriter
from app.security import redaction
from app.wire.timeline import MAX_NOTE, Marker, Timeline

_ALIVE_S = 60.0
"""How often it is written that the program still runs."""

log = logging.getLogger(__name__)


class _Unwritten(NamedTuple):
    """Markers that are new or have changed, and the numbers of those that were removed."""

    markers: tuple[Marker, ...]
    removed: tuple[int, ...]

    def write(self, connection: sqlite3.Connection) -> None:
        """Write the markers in an open transaction."""
        rows.write_markers(connection, self.markers, self.removed)


class _Markers:
    """The markers in memory. Any thread may use them."""

    goes_with_readings = True
    """See `Source`."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.version = 0
        self.all: dict[int, Marker] = {}
        self._removed: set[int] = set()
        self._forgotten: set[str] = set()
        self.changed: dict[int, Marker | None] = {}
        """The markers that are not written yet; None for those that were removed."""

    def put(self, number: int, marker: Marker | None) -> None:
        """Add or change the marker of this number; None removes it."""
        with self.lock:
            self.version += 1
            self.changed[number] = marker
            if marker:
                self.all[number] = marker
            else:
                self.all.pop(number, None)
                self._removed.add(number)

    def take(self) -> _Unwritten:
        """Return what has changed since the last call, for the journal's writer."""
        with self.lock:
            changed, self.changed = self.changed, {}
        markers = tuple(marker for marker in changed.values() if marker)
        return _Unwritten(markers, tuple(number for number, marker in changed.items() if marker is None))

    def load(self, earlier: list[Marker]) -> None:
        """Add the markers that were in the journal before, unless they were changed or removed meanwhile."""
        with self.lock:
            found = {
                marker.number: marker
                for marker in earlier
                if marker.number not in self._removed and marker.device not in self._forgotten
            }
            self.all = {**found, **self.all}
            self.version += 1

    def rename(self, names: Mapping[str, str]) -> None:
        """Give devices other names; `names` maps their names to the new ones."""
        with self.lock:
            self.all = {
                number: marker._replace(device=names.get(marker.device, marker.device))
                for number, marker in self.all.items()
            }
            self.changed = {
                number: marker and marker._replace(device=names.get(marker.device, marker.device))
                for number, marker in self.changed.items()
            }

    def forget(self, device: str) -> None:
        """Forget the markers of a device, because the user has deleted its data.

        The journal may have got some of them meanwhile, so they are removed there once more.
        """
        with self.lock:
            self.version += 1
            self._forgotten.add(device)
            gone = [number for number, marker in self.all.items() if marker.device == device]
            for number in gone:
                del self.all[number]
                self.changed[number] = None


class Timelines:
    """The timelines of all devices, and the markers. Times are in seconds since 1970, UTC."""

    def __init__(
        self,
        journal: Journal,
        writer: JournalWriter,
        now_us: Callable[[], int] = lambda: time.time_ns() // 1000,
    ) -> None:
        self._journal = journal
        self._writer = writer
        self._now_us = now_us
        self._last = rows.last_numbers(journal.reader())
        self._event_numbers = itertools.count(self._last.event + 1)
        self._marker_numbers = itertools.count(self._last.marker + 1)
        self._lock = threading.Lock()
        self._devices: dict[str, DeviceTimeline] = {}
        self._loading: set[str] = set()
        self._markers = _Markers()
        self._alive_s = time.monotonic()

    # For the window

    def read(self, device: str, from_s: float, to_s: float) -> Timeline:
        """What happened to `device` between two times, and its markers and those of the whole bench there.

        `device` may have left the bench. What happened in earlier runs may be missing at first: `version`
        changes when it is there. Never waits.
        """
        line = self.of(device)
        self._load(line)
        from_us, to_us = round(from_s * 1e6), round(to_s * 1e6)
        # First: what is added meanwhile then changes the version again.
        version = self.version(device)
        with self._markers.lock:
            markers = [
                marker
                for marker in self._markers.all.values()
                if marker.device in ("", device) and from_us <= marker.at_us <= to_us
            ]
        markers.sort(key=lambda marker: (marker.at_us, marker.number))
        return Timeline(version, line.between(from_us, to_us), tuple(markers))

    def version(self, device: str) -> int:
        """A number that changes whenever the timeline of `device`, or a marker, does."""
        line = self._devices.get(device)
        return (line.version if line else 0) + self._markers.version

    def mark(self, device: str, at_s: float, note: str) -> Marker:
        """Set a marker with a note for `device`; for the whole bench, if that is empty.

        Raises InvalidValueError if the note is too long.
        """
        number = next(self._marker_numbers)
        return self._put(Marker(number, device, round(at_s * 1e6), note))

    def change_mark(self, marker: Marker, *, at_s: float | None = None, note: str | None = None) -> Marker:
        """Change the time or the note of a marker. Raises InvalidValueError if the note is too long."""
        at_us = marker.at_us if at_s is None else round(at_s * 1e6)
        return self._put(marker._replace(at_us=at_us, note=marker.note if note is None else note))

    def remove_mark(self, marker: Marker) -> None:
        """Remove a marker."""
        self._markers.put(marker.number, None)
        self._writer.commit_soon(self._markers)

    # For the bench

    def of(self, device: str) -> DeviceTimeline:
        """The timeline of a device, which is begun if there is none."""
        with self._lock:
            line = self._devices.get(device)
            if line is None:
                line = self._devices[device] = DeviceTimeline(
                    device, partial(next, self._event_numbers), self._writer.commit_soon
                )
            return line

    def begin(self, line: DeviceTimeline) -> None:
        """The program begins to run for the device of `line`."""
        now_us, since_us = self._now_us(), None
        try:
            since_us = rows.seam_before(self._journal.reader(), line.device, now_us)
        except (sqlite3.Error, JournalError) as error:
            # A bench that starts or changes must not fail for this.
            self._writer.report(error)
        line.begin(now_us, since_us)

    def end(self, line: DeviceTimeline) -> None:
        """The program does not run for the device of `line` any more."""
        line.end(self._now_us())

    def maintained(self, wait_s: float) -> float:
        """Maintain the timelines if the maintenance of the readings waits for `wait_s`, which is returned.

        Only for the thread that writes the journal.
        """
        if wait_s:
            with self._journal.transaction(synced=False) as change:
                rows.bound(change.connection)
            self._note_life()
        return wait_s

    def write_again(self) -> None:
        """Have what is in memory written again, because the journal continues in a new file."""
        with self._markers.lock:
            self._markers.changed |= self._markers.all
        self._writer.commit_soon(self._markers)
        for line in list(self._devices.values()):
            line.write_again()

    def rename(self, names: Mapping[str, str]) -> None:
        """Give devices other names. Only for the thread that writes the journal, see `Owner`.

        `names` maps their names to the new ones, and may swap names.
        """
        with self._lock:
            self._devices = {names.get(name, name): line for name, line in self._devices.items()}
            self._loading = {names.get(name, name) for name in self._loading}
            for name, line in self._devices.items():
                line.device = name
        self._markers.rename(names)

    def forget(self, device: str) -> None:
        """Forget the timeline and the markers of a device, because the user has deleted its data."""
        self.of(device).forget()
        self._markers.forget(device)
        self._writer.commit_soon(self._markers)

    def _put(self, marker: Marker) -> Marker:
        note = redaction.redact(" ".join(marker.note.split()))
        if len(note) > MAX_NOTE:
            raise InvalidValueError("marker_note_too_long", limit=MAX_NOTE)
        marker = marker._replace(note=note)
        self._markers.put(marker.number, marker)
        self._writer.commit_soon(self._markers)
        return marker

    def _load(self, line: DeviceTimeline) -> None:
        """Read what the journal has from earlier runs, once, in a thread of its own."""
        with self._lock:
            if line.device in self._loading:
                return
            is_first = not self._loading
            self._loading.add(line.device)
        threading.Thread(target=self._read, args=(line, is_first), name="timeline", daemon=True).start()

    def _read(self, line: DeviceTimeline, with_markers: bool) -> None:
        try:
            # A connection of its own, because this thread ends, and perhaps only after the journal is closed.
            with closing(open_for_reading(self._journal.path)) as connection:
                if self._journal.is_taken_away:
                    return
                markers = rows.read_markers(connection) if with_markers else []
                events = rows.read_events(connection, line.device, self._last.event)
        except (sqlite3.Error, JournalError) as error:
            # Damage is found, and reported, by those who read more of the journal.
            log.warning("the timeline of %s cannot be read: %s", line.device, error)
            return
        self._markers.load(markers)
        line.load(events)

    def _note_life(self) -> None:
        if time.monotonic() - self._alive_s < _ALIVE_S:
            return
        self._alive_s = time.monotonic()
        for line in list(self._devices.values()):
            line.is_alive(self._now_us())
