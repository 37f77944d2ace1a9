"""Reads a journal's segments one after the other, also where the file is damaged in between.

Invariants: what SQLite can read is given in its order; what it cannot is skipped by the narrowest stretch
that it allows, and counted by the seqs that are then missing; a sound file is read in one go.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec

from app.journal.ranges import END, PRUNED
from app.journal.segments import unpack_ids, unpack_times, unpack_values
from app.wire.datastreams import Value
from app.wire.streams import Fate

_LAST_US = int(datetime.max.replace(tzinfo=UTC).timestamp()) * 1_000_000
# SQLite's own words about damage may quote bytes that are no text.
_UNREADABLE = (sqlite3.DatabaseError, UnicodeDecodeError)
UNKNOWN_FATE = ""
"""Where the damage has taken what became of a reading."""


class Segment(NamedTuple):
    """Neighbouring readings of one stream."""

    first_id: int
    device: str
    target: str
    stream: int
    first_seq: int
    ids: list[int]
    times: list[int]
    values: list[Value]
    place: int
    """How many segments lie before it, pruned ones apart."""


class Salvage:
    """One look at a journal, from its first segment to its last."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """The connection is within a transaction."""
        self._connection = connection
        self._stumbled = False
        self._next_seq: dict[int, int] = {}
        self._missing: list[tuple[int, int, int]] = []
        self._names, self._ends = self._streams()
        self._first, self._last = self._bounds()

    @property
    def total(self) -> int:
        """How many segments there are, less those that were pruned in between."""
        return self._last - self._first + 1

    def segments(self) -> Iterator[Segment]:
        """All that can be read, in the order of arrival."""
        for row in self._rows(self._last):
            segment = self._unpacked(row)
            if segment:
                self._notice(segment.stream, segment.first_seq, segment.first_seq + len(segment.ids))
                yield segment

    def unreadable(self) -> list[str]:
        """What is missing because the file is damaged, in a sentence each; after the last segment."""
        if not self._stumbled:
            return []
        for stream, end in self._ends.items():
            self._notice(stream, end, end)
        found = []
        for stream, first, last in self._missing:
            left = last - first + 1 - self._pruned(stream, first, last)
            if left > 0:
                device, target = self._name(stream)
                found.append(
                    f"{device} {target}: {left} readings between seq {first} and {last} cannot be read"
                )
        return found or ["the file is damaged, but no reading is missing"]

    def _rows(self, last: int) -> Iterator[tuple[Any, ...]]:
        query = f"{_SELECT} WHERE segment >= ? ORDER BY segment"
        start: int | None = 0
        while start is not None:
            try:
                for row in self._connection.execute(query, (start,)):
                    # Damage may have made the numbers themselves run backwards: never twice the same place.
                    if row[0] < start:
                        self._stumbled = True
                        continue
                    start = row[0] + 1
                    yield row
                return
            except _UNREADABLE:
                self._stumbled = True
            start = self._next_readable(start + 1, last)

    def _next_readable(self, first: int, last: int) -> int | None:
        """The first segment from `first` on behind the damage; None where nothing more can be read."""
        step = 1
        bad = first - 1
        while not self._can_read(first):
            if first > last:
                return None
            bad, first, step = first, first + step, 2 * step
        while first - bad > 1:
            middle = (bad + first) // 2
            if self._can_read(middle):
                first = middle
            else:
                bad = middle
        return first

    def _can_read(self, segment: int) -> bool:
        try:
            query = f"{_SELECT} WHERE segment >= ? ORDER BY segment LIMIT 1"
            self._connection.execute(query, (segment,)).fetchall()
        except _UNREADABLE:
            return False
        return True

    def _unpacked(self, row: tuple[Any, ...]) -> Segment | None:
        number, first_id, stream, first_seq, count, ids, times, values = row
        try:
            segment = Segment(
                first_id,
                *self._name(stream),
                stream,
                first_seq,
                unpack_ids(ids, first_id),
                unpack_times(times),
                unpack_values(values),
                number - self._first,
            )
            lengths = {count, len(segment.ids), len(segment.times), len(segment.values)}
            sound = len(lengths) == 1 and all(abs(at_us) < _LAST_US for at_us in segment.times)
        except (ValueError, TypeError, msgspec.MsgspecError):
            sound = False
        if not sound:
            self._stumbled = True
            return None
        return segment

    def _notice(self, stream: int, first: int, end: int) -> None:
        """Remember what is missing before `first`; pruned readings are, in a sound file too."""
        expected = self._next_seq.get(stream, 1)
        if first > expected and self._stumbled:
            self._missing.append((stream, expected, first - 1))
        self._next_seq[stream] = max(end, expected)

    def _bounds(self) -> tuple[int, int]:
        try:
            row = self._connection.execute(
                "SELECT (SELECT min(segment) FROM segment), (SELECT max(segment) FROM segment)"
            ).fetchone()
        except _UNREADABLE:
            self._stumbled = True
            return 0, END
        return row[0] or 0, row[1] or 0

    def _streams(self) -> tuple[dict[int, tuple[str, str]], dict[int, int]]:
        """The names of streams, and each one's next seq, as far as they can be read."""
        names, ends = {}, {}
        try:
            for stream, device, target, next_seq in self._connection.execute(
                "SELECT stream, name, target, next_seq FROM stream JOIN device USING (device)"
            ):
                names[stream] = (device, target)
                ends[stream] = next_seq
        except _UNREADABLE:
            self._stumbled = True
        return names, ends

    def _name(self, stream: int) -> tuple[str, str]:
        return self._names.get(stream, ("unknown", f"stream {stream}"))

    def _pruned(self, stream: int, first: int, last: int) -> int:
        try:
            rows = self._connection.execute(
                "SELECT max(first, ?), min(last, ?) FROM settled"
                " WHERE stream = ? AND fate = ? AND first <= ? AND last >= ?",
                (first, last, stream, PRUNED, last, first),
            ).fetchall()
        except _UNREADABLE:
            return 0
        return sum(to - from_ + 1 for from_, to in rows)


_SELECT = "SELECT segment, first_id, stream, first_seq, count, ids, times, vals FROM segment"


class Fates:
    """Looks up fates for seqs that rise within each stream: one run of each stream is held at a time."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._runs: dict[int, tuple[int, int, str]] = {}

    def of(self, stream: int, seq: int) -> str:
        """What became of a reading."""
        run = self._runs.get(stream)
        if run is None or seq > run[1]:
            run = self._runs[stream] = self._next_run(stream, seq)
        return run[2] if seq >= run[0] else Fate.PENDING

    def _next_run(self, stream: int, seq: int) -> tuple[int, int, str]:
        try:
            row = self._connection.execute(
                "SELECT first, last, fate FROM settled WHERE stream = ? AND first >="
                " (SELECT coalesce(max(first), 0) FROM settled WHERE stream = ? AND first <= ?)"
                " AND last >= ? ORDER BY first LIMIT 1",
                (stream, stream, seq, seq),
            ).fetchone()
        except _UNREADABLE:
            return seq, seq, UNKNOWN_FATE
        return row or (END, END, Fate.PENDING)
