"""Measures views of a long journal at any zoom and place, beside reading all that a view shows."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.history.past import Request, request
from app.journal.journal import Journal
from app.journal.streams.segments import Columns
from app.journal.summaries import readings, rows
from app.journal.summaries.summarizer import Summarizer
from app.journal.summaries.view import View, read_view
from tests.benchmarks.figures import Figure

_MOST_VIEW_MS = 200
_EVERY_US = 1000
_BEGIN_US = 1_700_000_000_000_000
_AT_ONCE = 1_000_000
_COLUMNS = 1920
_ZOOM = 4
_PLACES = (0.0, 0.123, 0.25, 0.5, 0.77, 0.9, 1.0)
_FAST, _SLOW = 10_000, 1
"""Readings in a segment: those of a fast board come together, those of a slow one one by one."""


class _Worst(NamedTuple):
    ms: float
    span_s: float
    processor_ms: float
    """The most processor time of any view; more than that passes if others use the cores."""


def views(seconds: float) -> list[Figure]:
    """Measure views of ten million readings for each of `seconds`; a tenth of that for a slow board.

    Each view is read twice as wide as the plot or wider, as for the window.
    """
    count = max(50_000, int(seconds * 10_000_000))
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        for board, number, in_segment in (("fast", count, _FAST), ("slow", max(50_000, count // 10), _SLOW)):
            path = Path(folder) / f"{board}.db"
            _make(path, number, in_segment)
            what = f"{number:,} readings of a {board} board"
            journal = Journal(path)
            before = _worst(journal, number)
            summarizer, steps_ms = Summarizer(journal), []
            began_s = time.perf_counter()
            while True:
                step_s = time.perf_counter()
                if not summarizer.step():
                    break
                steps_ms.append(1e3 * (time.perf_counter() - step_s))
            took_s = time.perf_counter() - began_s
            share = journal.execute(rows.SIZE)[0][0] / path.stat().st_size
            worst, rival = _worst(journal, number), _all_of(journal, number)
            journal.close()
            path.unlink()
            figures += [
                Figure(f"{what}, worst view", worst.ms, "ms", at_most=_MOST_VIEW_MS),
                Figure("span of that view", worst.span_s, "s"),
                Figure("most processor time of a view", worst.processor_ms, "ms"),
                Figure("worst view before there are summaries", before.ms, "ms"),
                Figure("the widest view from all readings", rival, "ms"),
                Figure("summarised", number / took_s, "readings/s"),
                Figure("longest step of that, 99th percentile", float(np.quantile(steps_ms, 0.99)), "ms"),
                Figure("share of the file", 100 * share, "%"),
            ]
        plain = count // 100
        figures.append(
            Figure(f"{plain:,} readings by GROUP BY of a plain table", _grouped(folder, plain), "ms")
        )
    return figures


def _data(count: int) -> Iterator[tuple[int, NDArray[np.int64], NDArray[np.float64]]]:
    """The places, times and values of many readings at a time: noise, which is the hardest to pack."""
    chance = np.random.default_rng(1)
    for first in range(0, count, _AT_ONCE):
        size = min(_AT_ONCE, count - first)
        yield first, _BEGIN_US + _EVERY_US * np.arange(first, first + size), chance.normal(size=size)


def _make(path: Path, count: int, in_segment: int) -> None:
    """Make a journal with `count` readings of `board` for `v1`, `in_segment` of them in each segment."""
    journal = Journal(path)
    journal.bind("board", b"a" * 16)
    with journal.transaction() as change:
        change.connection.execute(
            "INSERT INTO stream (stream, device, target, next_seq)"
            " SELECT 1, device, 'v1', ? FROM device WHERE name = 'board'",
            (count + 1,),
        )
        change.connection.execute("INSERT INTO meant VALUES (1, 1, ?, 0)", (b"a" * 16,))
        change.connection.execute("UPDATE meta SET next_id = ?", (count + 1,))
    for first, times, values in _data(count):
        with journal.transaction(synced=False) as change:
            change.connection.executemany(
                "INSERT INTO segment (first_id, stream, first_seq, count, ids, times, vals)"
                " VALUES (?, 1, ?, ?, ?, ?, ?)",
                (
                    (first + at + 1, first + at + 1, len(part.ids), *part.packed())
                    for at in range(0, len(times), in_segment)
                    for part in [_columns(times[at : at + in_segment], values[at : at + in_segment])]
                ),
            )
    journal.close()


def _columns(times: NDArray[np.int64], values: NDArray[np.float64]) -> Columns:
    return Columns("v1", np.arange(len(times)), times, values, None)


def _worst(journal: Journal, count: int) -> _Worst:
    """The slowest view of a sweep over all zooms, from a second to all, and places."""
    whole_s = count * _EVERY_US / 1e6
    slowest, processor_ms, span_s = (0.0, 0.0), 0.0, 1.0
    _read(journal, request(("board", "v1"), 0.0, 1.0, 1.0))  # Opens the connection.
    while True:
        span_s = min(span_s, whole_s)
        for place in _PLACES:
            from_s = _BEGIN_US / 1e6 + place * (whole_s - span_s)
            wanted = request(("board", "v1"), from_s, from_s + span_s, span_s / _COLUMNS)
            began_s = time.process_time()
            slowest = max(slowest, (_timed_ms(partial(_read, journal, wanted)), span_s))
            processor_ms = max(processor_ms, 1e3 * (time.process_time() - began_s))
        if span_s == whole_s:
            return _Worst(*slowest, processor_ms)
        span_s *= _ZOOM


def _read(journal: Journal, wanted: Request) -> View:
    return read_view(journal, *wanted.key, *wanted.period_us, wanted.columns)


def _timed_ms(call: Callable[[], object]) -> float:
    began_s = time.perf_counter()
    call()
    return 1e3 * (time.perf_counter() - began_s)


def _all_of(journal: Journal, count: int) -> float:
    """The milliseconds to read all readings and find the extremes of each column, without summaries."""

    def read() -> None:
        width = -(-count // _COLUMNS)
        for first in range(1, count + 1, width):
            found = readings.read(journal.reader(), 1, first, min(count, first + width - 1))
            found.numbers.min(), found.numbers.max()

    return _timed_ms(read)


def _grouped(folder: str, count: int) -> float:
    """The milliseconds in which SQLite groups the rows of a plain table by columns."""
    with closing(sqlite3.connect(Path(folder) / "plain.db")) as plain:
        plain.execute("CREATE TABLE reading (at_us INTEGER PRIMARY KEY, value REAL)")
        for _, times, values in _data(count):
            plain.executemany(
                "INSERT INTO reading VALUES (?, ?)", zip(times.tolist(), values.tolist(), strict=True)
            )
        plain.commit()
        width = max(1, count * _EVERY_US // _COLUMNS)
        query = "SELECT min(value), max(value) FROM reading GROUP BY (at_us - ?) / ?"
        return _timed_ms(plain.execute(query, (_BEGIN_US, width)).fetchall)
