"""Rejected lines in the journal: the newest lines of each device, and the number of lines for each reason.

Invariants: lines and counts survive a restart of the program; the newest `KEPT` lines of each device are
kept; a table row holds one or more lines, and is deleted when none of these is among the newest `KEPT`;
counts only grow, until the data of their device is deleted; even a flood of unreadable bytes adds only one
row a second for each device; auth tokens that the program knows are redacted.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import Counter, deque
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from app.journal.status import RejectedLine, RejectedTarget
from app.security import redaction
from app.wire.batches import Rejected
from app.wire.datastreams import Reason
from app.wire.readings import FREE_GRAMMAR, Grammar

KEPT = 1000
_MOST_TARGETS = 300
"""For how many targets of a device the rejected lines are counted: a device has at most 256 pins."""

_Line = tuple[int, str, Reason]
"""When the line arrived (microseconds since 1970, UTC), its text, and why it was rejected."""
_LINES = msgspec.json.Decoder(list[_Line])


class Unwritten(NamedTuple):
    """A device's rejected lines that are not in the journal yet: the newest of them, and counts by reason."""

    device: str
    lines: list[_Line]
    counts: Counter[Reason]

    def write(self, connection: sqlite3.Connection) -> None:
        """Write the lines and counts in an open transaction.

        The lines become one table row. Rows that hold none of the device's newest `KEPT` lines are deleted.
        """
        row = connection.execute("SELECT device FROM device WHERE name = ?", (self.device,)).fetchone()
        if row is None or not self.lines:
            # The device or its data has been deleted in the meantime.
            return
        connection.execute(
            "INSERT INTO rejected (device, count, lines) VALUES (?, ?, ?)",
            (*row, len(self.lines), msgspec.json.encode(self.lines).decode()),
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
            [(*row, reason, count) for reason, count in self.counts.items()],
        )


class RejectedLines:
    """The rejected lines of one device.

    The thread that reads the device's port adds lines. The journal's writer takes the new lines. Any thread
    may call `lines` and `reasons`.
    """

    goes_with_readings = False
    """See `Source`: a flood of them would slow down the readings."""

    def __init__(self, device: str, lines: Iterable[_Line] = (), counts: Iterable[tuple[Reason, int]] = ()):
        """`lines` and `counts` are those that are already in the journal."""
        self.device = device
        """The name of the device. Only the thread that writes the journal changes it, see `Owner`."""
        self._lock = threading.Lock()
        self._earlier = list(lines)
        self._counts = Counter(dict(counts))
        self._recent = _Newest()
        self._unwritten = _Newest()
        self._uncounted: Counter[Reason] = Counter()
        self._of_targets: dict[str, RejectedTarget] = {}

    def add(self, rejected: Rejected) -> None:
        """Add the rejected lines of a chunk."""
        reasons = Counter(verdict.reason for verdict in rejected.verdicts if verdict.reason)
        with self._lock:
            self._counts.update(reasons)
            self._uncounted.update(reasons)
            self._recent.add(rejected)
            self._unwritten.add(rejected)
            self._count_targets(rejected)

    def take(self) -> Unwritten:
        """Return the lines and counts added since the last call, so that the caller can write them."""
        with self._lock:
            newest, self._unwritten = self._unwritten, _Newest()
            counts, self._uncounted = self._uncounted, Counter()
        return Unwritten(self.device, newest.lines(), counts)

    def lines(self, grammar: Grammar = FREE_GRAMMAR) -> list[RejectedLine]:
        """The newest `KEPT` lines, oldest first. They may be from before the program was started.

        `grammar` is the device's, for the hints.
        """
        with self._lock:
            lines = [*self._earlier, *self._recent.lines()][-KEPT:]
        return [RejectedLine(at_us, text, reason, grammar) for at_us, text, reason in lines]

    def reasons(self) -> tuple[tuple[Reason, int], ...]:
        """Each reason, and how many lines were rejected for it. The most frequent reason is first."""
        with self._lock:
            return tuple(self._counts.most_common())

    def of_targets(self) -> dict[str, RejectedTarget]:
        """For each target, the lines that were rejected since the program was started."""
        with self._lock:
            return dict(self._of_targets)

    def _count_targets(self, rejected: Rejected) -> None:
        counts = Counter(verdict.target for verdict in rejected.verdicts)
        newest = {verdict.target: place for place, verdict in enumerate(rejected.verdicts)}
        for target, count in counts.items():
            before = self._of_targets.get(target) if target else None
            if not target or (before is None and len(self._of_targets) >= _MOST_TARGETS):
                continue
            reason = rejected.verdicts[newest[target]].reason
            at_us = int(rejected.received_at_us[newest[target]])
            assert reason  # noqa: S101 - for the type checker; each of these lines was rejected
            self._of_targets[target] = RejectedTarget(reason, count + (before.count if before else 0), at_us)

    def forget(self) -> None:
        """Forget all lines and counts, because the journal has deleted them."""
        with self._lock:
            self._earlier = []
            self._recent, self._unwritten = _Newest(), _Newest()
            self._counts, self._uncounted = Counter(), Counter()
            self._of_targets = {}


class _Newest:
    """The newest rejected lines, grouped by the chunk in which they arrived.

    The oldest chunk is dropped when the newer chunks together have at least `KEPT` lines.
    """

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


def read(connection: sqlite3.Connection, device: str) -> RejectedLines:
    """The rejected lines of `device` in the journal; no lines if the file has no table for them."""
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
