"""Pruning: deletes old settled readings from the journal, a little at a time, between two commits.

Invariants: pending readings, including those in flight, are never pruned; ids, seqs and counters stay as they
are; the runs of the deleted readings are replaced by one run that has `pruned` in place of a fate; no reading
is pruned that is not in a summary; the time that a step takes is short and bounded.
"""

from __future__ import annotations

import heapq
import time
from dataclasses import dataclass

from app.journal.journal import Journal
from app.journal.streams import ranges
from app.journal.streams.ranges import PRUNED
from app.journal.streams.transaction import Transaction
from app.journal.summaries.rows import SIZE, drop_oldest
from app.journal.summaries.summarizer import Summarizer
from app.messages.message import Message

_STREAMS_AT_ONCE = 8
_SEGMENTS_AT_ONCE = 128
_READINGS_AT_ONCE = 50_000
_PAGES_AT_ONCE = 256
_LEAST_SLACK = 32
_PAUSE_S = 30.0
"""Seconds from the end of one pass to the start of the next."""
_FULL, _ROOMY = 0.95, 0.9
"""Fractions of `max_journal_mb` at which pruning by size begins and ends."""
_SUMMARIES = 0.1
"""The fraction of `max_journal_mb` that summaries may take if the file is too large."""
_SLACK = 0.03
"""The fraction of the file that may be free pages, kept for the next readings."""


@dataclass(order=True)
class _Trail:
    """Where pruning of a stream continues: at the stream's next segment that has no pending readings."""

    segment: int
    stream: int
    seq: int
    last_us: int


class Pruner:
    """Keeps a journal within a maximum age and size. Only for the thread that writes the journal."""

    def __init__(
        self,
        journal: Journal,
        keep_days: float,
        max_journal_mb: float,
        summarizer: Summarizer | None = None,
    ) -> None:
        """`summarizer` makes the summaries of what is to be pruned; None for one that does only this."""
        self._journal = journal
        self._summarizer = summarizer or Summarizer(journal)
        self.limit(keep_days, max_journal_mb)
        self._unseen: list[int] | None = None
        self._trails: list[_Trail] = []
        self._by_size = False
        self._summaries_bytes = 0
        self.warning: Message | None = None
        """The message that the journal is larger than `max_journal_mb`; None while it is not."""

    def limit(self, keep_days: float, max_journal_mb: float) -> None:
        """Set the maximum age of settled readings, and the maximum size of the file."""
        self._keep_us = keep_days * 86_400e6
        self._max_bytes = max_journal_mb * 1e6

    def step(self) -> float:
        """Prune a little. Returns how many seconds to wait until the next step."""
        used, free, page = self._pages()
        if self._unseen is None:
            self._by_size = used * page > _FULL * self._max_bytes
            self._summaries_bytes = self._journal.execute(SIZE)[0][0] if self._by_size else 0
            self._unseen = [stream.stream for stream in self._journal.streams() if stream.settled]
        if self._unseen:
            self._look(self._unseen)
            return 0.0
        self._by_size = self._by_size and used * page > _ROOMY * self._max_bytes
        if self._by_size and self._summaries_bytes > _SUMMARIES * self._max_bytes and self._drop_summaries():
            return 0.0
        oldest = self._trails[0] if self._trails else None
        if oldest and (self._by_size or oldest.last_us < time.time_ns() // 1000 - self._keep_us):
            self._prune(oldest)
            return 0.0
        if self._by_size and self._drop_summaries():
            return 0.0
        if free > max(_LEAST_SLACK, _SLACK * (used + free)):
            self._journal.give_back(_PAGES_AT_ONCE)
            return 0.0
        self._unseen, self._trails = None, []
        self.warning = self._what_is_too_large(used * page)
        return _PAUSE_S

    def _pages(self) -> tuple[int, int, int]:
        """The number of pages in use, the number of free pages, and the bytes per page."""
        count, free, page = (
            self._journal.execute(f"PRAGMA {name}")[0][0]
            for name in ("page_count", "freelist_count", "page_size")
        )
        return count - free, free, page

    def _look(self, unseen: list[int]) -> None:
        """Remove a few streams from `unseen`.

        For each of them, add its oldest segment without pending readings, if it has one, to `self._trails`.
        """
        with self._journal.transaction() as change:
            for stream in unseen[-_STREAMS_AT_ONCE:]:
                trail = _trail(change, stream, 1)
                if trail:
                    heapq.heappush(self._trails, trail)
        del unseen[-_STREAMS_AT_ONCE:]

    def _prune(self, oldest: _Trail) -> None:
        """Delete some segments of a stream, beginning with the one that `oldest` describes.

        If some of their readings are in no summary yet, only do a part of that now.

        Then replace `oldest` in `self._trails` by an entry for a later segment of the stream: the first one
        without pending readings. If there is none, remove `oldest`.
        """
        before_us = None if self._by_size else time.time_ns() // 1000 - self._keep_us
        with self._journal.transaction() as change:
            next_seq = _end_of_part(change, oldest, before_us)
            stream = change.stream(oldest.stream)
            if stream and next_seq > oldest.seq:
                if not self._summarizer.reach(change.connection, stream, next_seq - 1):
                    return
                change.prune(oldest.stream, oldest.seq, next_seq - 1)
            trail = _trail(change, oldest.stream, next_seq)
        if trail:
            heapq.heapreplace(self._trails, trail)
        else:
            heapq.heappop(self._trails)

    def _drop_summaries(self) -> bool:
        """Delete some of the oldest summaries of pruned readings. Returns False if there are none."""
        with self._journal.transaction() as change:
            dropped = drop_oldest(change.connection)
        self._summaries_bytes -= dropped
        return dropped > 0

    def _what_is_too_large(self, used_bytes: float) -> Message | None:
        if used_bytes <= self._max_bytes:
            return None
        return Message(
            "journal_too_large",
            path=str(self._journal.path),
            megabytes=used_bytes / 1e6,
            limit=self._max_bytes / 1e6,
        )


def _trail(change: Transaction, stream: int, seq: int) -> _Trail | None:
    """Of the segments of `stream` that contain or follow `seq`, find the first without pending readings.

    Returns None if there is no such segment.
    """
    while True:
        run = _next_run(change, stream, seq)
        if run is None:
            return None
        seq = max(seq, run[0])
        row = change.connection.execute(
            "SELECT segment, first_seq, count, substr(times, -8) FROM segment WHERE stream = ?"
            " AND first_seq >= (SELECT coalesce(max(first_seq), 0) FROM segment"
            " WHERE stream = ? AND first_seq <= ?) ORDER BY first_seq LIMIT 1",
            (stream, stream, seq),
        ).fetchone()
        if row is None:
            return None
        segment, first, count, last_us = row
        if next(ranges.gaps(change.connection, stream, first, first + count - 1), None) is None:
            return _Trail(segment, stream, first, int.from_bytes(last_us, "little", signed=True))
        seq = max(seq, first + count - 1) + 1


def _next_run(change: Transaction, stream: int, seq: int) -> tuple[int, int] | None:
    """Find the first run of `stream` that ends at `seq` or later. Runs of pruned readings do not count.

    Returns the first and the last seq of the run, or None if there is no such run.
    """
    rows = change.connection.execute(
        "SELECT first, last, fate FROM settled WHERE stream = ? AND first >="
        " (SELECT coalesce(max(first), 0) FROM settled WHERE stream = ? AND first <= ?) ORDER BY first",
        (stream, stream, seq),
    )
    for first, last, fate in rows:
        if last >= seq and fate != PRUNED:
            return first, last
    return None


def _end_of_part(change: Transaction, trail: _Trail, before_us: float | None) -> int:
    """Find old segments without pending readings, beginning with the one that `trail` describes.

    A segment is old if its last reading arrived before `before_us` (µs since 1970, UTC); None means that all
    segments are old. Returns the seq after the last reading of those that can be deleted in one step.
    """
    rows = change.connection.execute(
        "SELECT first_seq, count, substr(times, -8) FROM segment"
        " WHERE stream = ? AND first_seq >= ? ORDER BY first_seq LIMIT ?",
        (trail.stream, trail.seq, _SEGMENTS_AT_ONCE),
    ).fetchall()
    end = trail.seq
    if rows and rows[0][0] != trail.seq:
        # The user has deleted the segment meanwhile. The next one may be young.
        return end
    for first, count, last_us in rows:
        is_young = before_us is not None and int.from_bytes(last_us, "little", signed=True) >= before_us
        is_next = first == end and first + count - trail.seq <= _READINGS_AT_ONCE
        if end > trail.seq and (is_young or not is_next):
            break
        end = first + count
    gap = next(ranges.gaps(change.connection, trail.stream, trail.seq, end - 1), None)
    if gap:
        end = max((first for first, _, _ in rows if first <= gap[0]), default=trail.seq)
    return end
