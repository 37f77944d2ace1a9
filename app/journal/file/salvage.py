"""Reads a journal's segments one after the other, and continues after each damaged place.

Invariants: everything readable is returned, in the order of arrival; a gap in the seqs means that readings
were pruned or cannot be read; in an undamaged file, all gaps come from pruning; the segments of an undamaged
file are read with one query.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.journal.file.recovery import UNREADABLE, Look
from app.journal.streams.ranges import PRUNED
from app.journal.streams.segments import unpack_ids, unpack_times, unpack_values
from app.messages.message import Message
from app.wire.datastreams import Value
from app.wire.streams import END, Fate

_LAST_US = 253_402_300_799_000_000
"""The last second of the year 9999 (µs since 1970, UTC); `datetime` has no later year."""
UNKNOWN_FATE = ""
"""Used instead of a fate if damage has destroyed it."""


class Segment(NamedTuple):
    """Neighbouring readings of one stream, unpacked from one row."""

    first_id: int
    device: str
    target: str
    stream: int
    first_seq: int
    readings: list[tuple[int, int, Value]]
    """The id, time (µs since 1970, UTC) and value of each reading."""
    place: int
    """How many of the segments that `Salvage.total` counts come before this one."""
    size: int
    """How many readings the row has, also if they were not unpacked."""


class Outline(NamedTuple):
    """What is known of a segment without its values."""

    device: str
    target: str
    times_us: NDArray[np.int64]
    are_numbers: bool
    """Whether all its values are numbers."""
    place: int


Wanted = Callable[[str, str, NDArray[np.int64]], bool]
"""Whether readings of a device and a target that arrived at these times are wanted."""


class Salvage:
    """Reads a journal once, from its first segment to its last."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._skipped_any = False
        self._next_seq: dict[int, int] = {}
        self._missing: list[tuple[int, int, int]] = []
        rows = look.fetch("SELECT stream, name, target, next_seq FROM stream LEFT JOIN device USING (device)")
        self._names = {stream: (device or "unknown", target) for stream, device, target, _ in rows}
        self._ends = {stream: next_seq for stream, _, _, next_seq in rows}
        # Two queries: SQLite would read the whole table for both in one.
        ((first,),) = look.fetch("SELECT coalesce(min(segment), 1) FROM segment")
        ((last,),) = look.fetch("SELECT coalesce(max(segment), 0) FROM segment")
        self._first: int = first
        self._last: int = last

    @property
    def total(self) -> int:
        """The highest segment number in the file, less the lowest, plus 1.

        Deleted segments (for example, pruned ones) with numbers in between are therefore included.
        """
        return self._last - self._first + 1

    def segments(self, wanted: Wanted | None = None) -> Iterator[Segment]:
        """All segments that can be read, in the order of arrival.

        Those that are not `wanted` have no readings: they are not unpacked, and their values may be damaged.
        """
        for row in self._rows():
            segment = self._unpacked(row, wanted)
            if segment:
                self._notice(segment.stream, segment.first_seq, segment.first_seq + segment.size)
                yield segment

    def outlines(self) -> Iterator[Outline]:
        """The outlines of at least the segments that `segments` returns, in the order of arrival."""
        for number, _, stream, _, _, _, times, values in self._rows():
            with suppress(ValueError, TypeError):
                times_us = np.frombuffer(times, "<i8")
                yield Outline(*self._name(stream), times_us, isinstance(values, bytes), number - self._first)

    def unreadable(self) -> list[Message]:
        """Messages about readings lost to damage. Call this only after reading all of `segments`."""
        for stream, end in self._ends.items():
            self._notice(stream, end, end)
        found = []
        for stream, first, last in self._missing:
            left = last - first + 1 - self._pruned(stream, first, last)
            if left > 0:
                device, target = self._name(stream)
                is_sure = _has_all_runs(self._look, stream)
                found.append(
                    Message(
                        "readings_unreadable" if is_sure else "readings_unreadable_or_pruned",
                        device=device,
                        target=target,
                        count=left,
                        first=first,
                        last=last,
                    )
                )
        found += [
            Message("stream_without_name", stream=stream)
            for stream in sorted(self._next_seq.keys() - self._ends.keys())
        ]
        if found or not (self._skipped_any or self._look.is_recovered):
            return found
        ids = sum(end - 1 for end in self._ends.values())
        if self._look.fetch("SELECT * FROM meta WHERE next_id = ?", (ids + 1,)):
            return [Message("damaged_without_loss")]
        return [Message("damaged_streams_may_be_missing")]

    def _rows(self) -> Iterator[tuple[Any, ...]]:
        query = f"{_SELECT} WHERE segment >= ? ORDER BY segment"
        start = self._first
        while True:
            connection = self._look.connection
            try:
                for row in connection.execute(query, (start,)):
                    # In a damaged file, segment numbers may decrease. Recover, so that none is read twice.
                    if row[0] < start:
                        self._look.recover()
                        break
                    start = row[0] + 1
                    yield row
                    if self._look.connection is not connection:
                        # Another query has found damage and switched to the recovered copy: continue there.
                        break
                else:
                    return
            except UNREADABLE as error:
                self._look.recover(error)

    def _unpacked(self, row: tuple[Any, ...], wanted: Wanted | None) -> Segment | None:
        number, first_id, stream, first_seq, count, ids, times, values = row
        device, target = self._name(stream)
        place = number - self._first
        try:
            times_us = np.frombuffer(times, "<i8")
            if wanted and len(times_us) == count and not wanted(device, target, times_us):
                return Segment(first_id, device, target, stream, first_seq, [], place, count)
            columns = unpack_ids(ids, first_id), unpack_times(times), unpack_values(values)
            readings = list(zip(*columns, strict=True))
        except (ValueError, TypeError):
            readings = []
        if len(readings) != count or not all(abs(at_us) < _LAST_US for _, at_us, _ in readings):
            self._skipped_any = True
            return None
        return Segment(first_id, device, target, stream, first_seq, readings, place, count)

    def _notice(self, stream: int, first: int, end: int) -> None:
        """Record which seqs of `stream`, if any, are missing before the segment just read.

        The segment has the seqs from `first` up to, but not including, `end`. At the end of a stream there is
        no segment: the method `unreadable` then calls this with the stream's next seq as both `first` and
        `end`. Seqs of pruned readings are recorded too; later, `unreadable` subtracts them.
        """
        expected = self._next_seq.get(stream, 1)
        if first > expected:
            self._missing.append((stream, expected, first - 1))
        self._next_seq[stream] = max(end, expected)

    def _name(self, stream: int) -> tuple[str, str]:
        return self._names.get(stream, ("unknown", f"stream {stream}"))

    def _pruned(self, stream: int, first: int, last: int) -> int:
        rows = self._look.fetch(
            "SELECT max(first, ?), min(last, ?) FROM settled"
            " WHERE stream = ? AND fate = ? AND first <= ? AND last >= ?",
            (first, last, stream, PRUNED, last, first),
        )
        return sum(to - from_ + 1 for from_, to in rows)


_SELECT = "SELECT segment, first_id, stream, first_seq, count, ids, times, vals FROM segment"


class Fates:
    """Looks up the fates of readings.

    The readings of a stream must be looked up in the order of their seqs, because only one run of each stream
    is in memory.
    """

    def __init__(self, look: Look) -> None:
        self._look = look
        self._runs: dict[int, tuple[int, int, str]] = {}
        self._uncovered: dict[tuple[int, bool], str] = {}

    def of(self, stream: int, seq: int) -> str:
        """The fate of the reading with this seq in `stream`."""
        run = self._runs.get(stream)
        if run is None or seq > run[1]:
            run = self._runs[stream] = self._next_run(stream, seq)
        return run[2] if seq >= run[0] else self._without_run(stream)

    def _next_run(self, stream: int, seq: int) -> tuple[int, int, str]:
        rows = self._look.fetch(
            "SELECT first, last, fate FROM settled WHERE stream = ?1 AND first >="
            " (SELECT coalesce(max(first), ?2) FROM settled WHERE stream = ?1 AND first <= ?2)"
            " AND last >= ?2 ORDER BY first LIMIT 1",
            (stream, seq),
        )
        return next(iter(rows), (END, END, UNKNOWN_FATE))

    def _without_run(self, stream: int) -> str:
        """The fate of readings of `stream` that no run covers: pending, or unknown if runs may be lost."""
        known = stream, self._look.is_recovered
        if known not in self._uncovered:
            self._uncovered[known] = Fate.PENDING if _has_all_runs(self._look, stream) else UNKNOWN_FATE
        return self._uncovered[known]


def _has_all_runs(look: Look, stream: int) -> bool:
    """Whether the runs of a stream cover as many readings as the stream's counters say."""
    rows = look.fetch(
        "SELECT * FROM stream WHERE stream = ? AND forwarded + superseded + refused + expired ="
        " (SELECT coalesce(sum(last - first + 1), 0) FROM settled WHERE stream = ?)",
        (stream, stream),
    )
    return bool(rows)
