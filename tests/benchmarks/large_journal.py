"""Makes journals of millions of readings fast, as those of slow boards: with short segments and runs."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from app.journal.journal import Journal
from app.wire.streams import Fate

STREAMS = 8
ACCOUNT, OTHER = b"a" * 16, b"b" * 16


def make(
    path: Path, readings: int, in_segment: int = 1, in_run: int = 0, fates: Sequence[Fate] = (Fate.FORWARDED,)
) -> None:
    """Make a journal with `readings` readings of the device `board`, for `STREAMS` targets.

    `in_segment` readings of a target arrive in each commit. They were meant for the account `ACCOUNT`. If
    `in_run` is 0, all are pending; otherwise, `in_run` readings have the first of `fates`, as many the next,
    and so on.
    """
    journal = Journal(path)
    journal.bind("board", ACCOUNT)
    each = readings // STREAMS
    now_us = time.time_ns() // 1000
    assert each % in_segment == 0
    ids = [(np.arange(in_segment) * STREAMS + n).astype("<u4").tobytes() for n in range(STREAMS)]
    values = np.arange(in_segment, dtype="<f8").tobytes()

    def segments() -> Iterator[tuple[object, ...]]:
        for first in range(1, each + 1, in_segment):
            times = (now_us + np.arange(first, first + in_segment, dtype="<i8")).tobytes()
            for number in range(STREAMS):
                first_id = (first - 1) * STREAMS + 1
                yield first_id, number + 1, first, in_segment, ids[number], times, values

    def runs(number: int) -> Iterator[tuple[object, ...]]:
        for place, first in enumerate(range(1, each + 1, in_run) if in_run else ()):
            fate = fates[place % len(fates)]
            if fate is not Fate.PENDING:
                yield number, first, min(each, first + in_run - 1), fate, "no" * (fate is Fate.REFUSED)

    with journal.transaction() as change:
        for number in range(1, STREAMS + 1):
            counts = dict.fromkeys(Fate, 0)
            for _, first, last, fate, _ in runs(number):
                counts[Fate(str(fate))] += int(str(last)) - int(str(first)) + 1
            change.connection.execute(
                "INSERT INTO stream SELECT ?, device, ?, ?, ?, ?, ?, ? FROM device WHERE name = 'board'",
                (number, f"v{number}", each + 1, *list(counts.values())[:4]),
            )
            change.connection.execute("INSERT INTO meant VALUES (?, 1, ?, 0)", (number, ACCOUNT))
            change.connection.executemany("INSERT INTO settled VALUES (?, ?, ?, ?, ?)", runs(number))
        change.connection.executemany(
            "INSERT INTO segment (first_id, stream, first_seq, count, ids, times, vals)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            segments(),
        )
        change.connection.execute("UPDATE meta SET next_id = ?", (readings + 1,))
    journal.close()
