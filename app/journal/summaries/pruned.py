"""Counts the numeric readings of a period that were pruned, so that only summaries are left of them.

Invariants: the count is exact if no block that has pruned readings is partly in the period; of such a block,
as many are counted as if its readings had come evenly. What is in no summary any more is not counted.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import numpy as np
from numpy.typing import NDArray

from app.journal.journal import Journal
from app.journal.streams.ranges import IS_PRUNED
from app.journal.summaries import rows
from app.journal.summaries.entries import Entries, block_seqs
from app.journal.summaries.rows import Reach
from app.wire.streams import END

_MOST_ROWS = 64
"""Of so many rows, the entries are looked at in a fraction of a second."""


def count_pruned(journal: Journal, device: str, target: str, from_us: int, to_us: int) -> int:
    """About how many readings from `from_us` to `to_us` (µs since 1970, UTC) are no longer in the file.

    Any thread may call this, also after the journal was closed. Raises sqlite3.Error or JournalError.
    """
    stream = next((stream for stream in journal.streams(device) if stream.target == target), None)
    if stream is None or not stream.pruned:
        return 0
    with closing(journal.new_reader()) as connection:
        # All queries see the journal as of one instant.
        connection.execute("BEGIN")
        count = 0.0
        for level, last, entries in _entries(connection, stream.stream, from_us, to_us):
            # There may be no more seqs yet.
            sizes = np.minimum(block_seqs(level), last + 1 - entries["seq"])
            parts = _pruned_seqs(connection, stream.stream, entries, sizes) / sizes
            count += float((entries["count"] * parts * _parts(entries, from_us, to_us)).sum())
        return round(count)


def _entries(
    connection: sqlite3.Connection, stream: int, from_us: int, to_us: int
) -> Iterator[tuple[int, int, Entries]]:
    """The entries of the period, with their level, and the last seq that the level is about.

    They are those of the lowest level that has not too many rows there. Where it has none, because its rows
    were dropped or are not made yet, they are those of another level.
    """
    reaches = rows.reaches(connection, stream)
    counts = [
        rows.count_during(connection, stream, level, from_us, to_us) for level in range(1, len(reaches))
    ]
    chosen = next((level for level, count in enumerate(counts, 1) if count <= _MOST_ROWS), len(reaches))
    begin, end = END, 0
    for level, reach in enumerate(reaches[chosen - 1 :], max(1, chosen)):
        found = rows.during(connection, stream, level, Reach(reach.first, begin - 1), from_us, to_us)
        yield level, reach.last, found[found["seq"] < begin]
        begin, end = (min(begin, reach.first), max(end, reach.last)) if reach.last else (begin, end)
    for level in range(chosen - 1, 0, -1):
        reach = Reach(end + 1, reaches[level - 1].last)
        yield level, reach.last, rows.during(connection, stream, level, reach, from_us, to_us)
        end = max(end, reach.last)


def _parts(entries: Entries, from_us: int, to_us: int) -> NDArray[np.float64]:
    """Which part of the readings of each block is in the period, if they came evenly."""
    begins, ends = np.maximum(entries["from_us"], from_us), np.minimum(entries["to_us"], to_us)
    lengths = entries["to_us"] - entries["from_us"] + 1
    parts: NDArray[np.float64] = np.maximum(0, ends - begins + 1) / lengths
    return parts


def _pruned_seqs(
    connection: sqlite3.Connection, stream: int, entries: Entries, sizes: NDArray[np.int64]
) -> NDArray[np.int64]:
    """How many of the first `sizes` seqs of each block were pruned."""
    if not len(entries):
        return np.zeros(0, np.int64)
    first, last = int(entries["seq"][0]), int(entries["seq"][-1] + sizes[-1]) - 1
    found = connection.execute(
        f"SELECT first, last FROM settled WHERE stream = ? AND {IS_PRUNED}"  # noqa: S608
        " AND last >= ? AND first <= ? ORDER BY first",
        (stream, first, last),
    ).fetchall()
    runs = np.array(found, np.int64).reshape(-1, 2)
    # How many seqs before each begin and each end were pruned.
    sums = np.concatenate(([0], np.cumsum(runs[:, 1] - runs[:, 0] + 1)))

    def before(seqs: NDArray[np.int64]) -> NDArray[np.int64]:
        place = np.searchsorted(runs[:, 0], seqs) - 1
        known = np.append(runs, [[0, -1]], axis=0)[place]
        partly = np.minimum(seqs - 1, known[:, 1]) - known[:, 0] + 1
        counts: NDArray[np.int64] = np.where(place < 0, 0, sums[place] + partly)
        return counts

    return before(entries["seq"] + sizes) - before(entries["seq"])
