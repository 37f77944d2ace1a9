"""Rejected lines: the newest of each device with their reasons, and a count for each reason, over all runs.

Invariants: at most `KEPT` lines of a device are kept, the newest; counts only grow; a flood of unreadable
bytes costs one row of the journal a second, however large it is; the lines hold no token that the program
knows.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import Counter, deque
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from app.journal.status import RejectedLine
from app.security import redaction
from app.wire.batches import Rejected
from app.wire.datastreams import Reason
from app.wire.diagnosis import hint

KEPT = 1000

_Line = tuple[int, str, Reason]
"""When the line came (microseconds since 1970, UTC), its text, and why it was rejected."""
_LINES = msgspec.json.Decoder(list[_Line])


class Unwritten(NamedTuple):
    """What the journal does not hold yet of one device."""

    device: str
    lines: list[_Line]
    counts: Counter[Reason]


class RejectedLines:
    """The rejected lines of one device. Its reader thread adds them, the journal's writer takes them, and any
    thread may look.
    """

    def __init__(self, device: str, lines: Iterable[_Line] = (), counts: Iterable[tuple[Reason, int]] = ()):
        """`lines` and `counts` are those of earlier runs."""
        self.device = device
        self._lock = threading.Lock()
        self._earlier = list(lines)
        self._counts = Counter(dict(counts))
        self._recent = _Newest()
        self._unwritten = _Newest()
        self._uncounted: Counter[Reason] = Counter()

    def add(self, rejected: Rejected) -> None:
        """Add the rejected lines of a chunk."""
        reasons = Counter(verdict.reason for verdict in rejected.verdicts if verdict.reason)
        with self._lock:
            self._counts.update(reasons)
            self._uncounted.update(reasons)
            self._recent.add(rejected)
            self._unwritten.add(rejected)

    def take(self) -> Unwritten:
        """What was added since the last call, for the journal."""
        with self._lock:
            newest, self._unwritten = self._unwritten, _Newest()
            counts, self._uncounted = self._uncounted, Counter()
        return Unwritten(self.device, newest.lines(), counts)

    def lines(self) -> list[RejectedLine]:
        """The last lines of all runs, oldest first."""
        with self._lock:
            lines = [*self._earlier, *self._recent.lines()][-KEPT:]
        return [RejectedLine(at_us, text, reason, hint(reason, text)) for at_us, text, reason in lines]

    def reasons(self) -> tuple[tuple[Reason, int], ...]:
        """How many lines each reason has rejected, the most frequent reason first."""
        with self._lock:
            return tuple(self._counts.most_common())

    def forget(self) -> None:
        """Forget all lines and counts, because the journal has deleted them."""
        with self._lock:
            self._earlier = []
            self._recent, self._unwritten = _Newest(), _Newest()
            self._counts, self._uncounted = Counter(), Counter()


class _Newest:
    """The chunks that hold the newest `KEPT` lines."""

    def __init__(self) -> None:
        self._parts: deque[Rejected] = deque()
        self._kept = 0

    def add(self, part: Rejected) -> None:
        self._parts.append(part)
        self._kept += len(part.verdicts)
        while self._kept - len(self._parts[0].verdicts) >= KEPT:
            self._kept -= len(self._parts.popleft().verdicts)

    def lines(self) -> list[_Line]:
        lines = [
            (at_us, redaction.redact(verdict.text), verdict.reason)
            for part in self._parts
            for at_us, verdict in zip(
                part.received_at_us[-KEPT:].tolist(), part.verdicts[-KEPT:], strict=True
            )
            if verdict.reason
        ]
        return lines[-KEPT:]


def write(connection: sqlite3.Connection, unwritten: Unwritten) -> None:
    """Write a device's new lines, and delete all but its newest `KEPT`. Needs an open transaction."""
    row = connection.execute("SELECT device FROM device WHERE name = ?", (unwritten.device,)).fetchone()
    if row is None or not unwritten.lines:
        # The device or its data has been deleted in the meantime.
        return
    connection.execute(
        "INSERT INTO rejected (device, count, lines) VALUES (?, ?, ?)",
        (*row, len(unwritten.lines), msgspec.json.encode(unwritten.lines).decode()),
    )
    connection.execute(
        "DELETE FROM rejected WHERE device = ?1 AND part < ("
        " SELECT max(part) FROM (SELECT part, sum(count) OVER (ORDER BY part DESC) AS newer"
        " FROM rejected WHERE device = ?1) WHERE newer >= ?2)",
        (*row, KEPT),
    )
    connection.executemany(
        "INSERT INTO rejection VALUES (?, ?, ?)"
        " ON CONFLICT DO UPDATE SET count = rejection.count + excluded.count",
        [(*row, reason, count) for reason, count in unwritten.counts.items()],
    )


def read(connection: sqlite3.Connection, device: str) -> RejectedLines:
    """The rejected lines of a device in the journal; none if the file's version has no table for them."""
    if not _has_tables(connection):
        return RejectedLines(device)
    parts = connection.execute(
        "SELECT lines FROM rejected JOIN device USING (device) WHERE name = ? ORDER BY part", (device,)
    )
    counts = connection.execute(
        "SELECT reason, count FROM rejection JOIN device USING (device) WHERE name = ?", (device,)
    )
    return RejectedLines(
        device,
        [line for (part,) in parts for line in _LINES.decode(part)][-KEPT:],
        [(Reason(reason), count) for reason, count in counts],
    )


def _has_tables(connection: sqlite3.Connection) -> bool:
    found = connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'rejected'")
    return found.fetchone() is not None
