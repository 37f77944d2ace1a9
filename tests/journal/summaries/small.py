"""Journals with small blocks, so that few readings have summaries of several levels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import numpy as np

from app.journal.journal import Journal
from app.journal.summaries import entries
from app.journal.summaries.summarizer import Summarizer
from app.wire.arrival import ClockMark
from app.wire.batches import Batch
from app.wire.datastreams import Value
from tests.journal.test_journal import opened


class Reading(NamedTuple):
    at_us: int
    value: Value

    @property
    def number(self) -> float:
        """The value, or NaN if it is a text."""
        return float(self.value) if isinstance(self.value, int | float) else np.nan


@contextmanager
def small_blocks(block: int = 4, factor: int = 2, in_row: int = 4) -> Iterator[None]:
    """Blocks of level 1 have `block` readings, each further level `factor` blocks, a row `in_row` blocks."""
    with mock.patch.multiple(entries, BLOCK=block, FACTOR=factor, IN_ROW=in_row):
        yield


def write(journal: Journal, readings: Sequence[Reading], target: str = "v1", device: str = "board") -> None:
    """Commit `readings`; where their times go back, the computer's clock was set."""
    times = np.array([reading.at_us for reading in readings], np.int64)
    numbers = np.array([reading.number for reading in readings])
    others: dict[int, Value] = {n: r.value for n, r in enumerate(readings) if np.isnan(r.number)}
    batch = Batch([target], np.zeros(len(readings), np.uint16), numbers, others, times)
    journal.write([(device, batch)] * bool(readings), [])


def mark_clock(journal: Journal, at_us: int, by_us: int, device: str = "board") -> None:
    """Record that the clock was set before the next reading of `device`; a reading of v9 has the mark."""
    batch = Batch(["v9"], np.zeros(1, np.uint16), np.zeros(1), {}, np.array([at_us], np.int64))
    journal.write([(device, batch._replace(marks=(ClockMark(at_us, 0, by_us),)))], [])


def summarize(journal: Journal) -> Summarizer:
    """Let all readings be summarised that fill rows."""
    summarizer = Summarizer(journal)
    while summarizer.step():
        pass
    return summarizer


def made(folder: Path, *commits: Sequence[Reading]) -> Journal:
    """A journal with these commits of the target v1."""
    journal = opened(folder / "j.db")
    for readings in commits:
        write(journal, readings)
    return journal


def steady(count: int, first: int = 0) -> list[Reading]:
    """Readings a millisecond apart, with values that go up and down."""
    return [Reading(1_000 * n, float((n * 7919) % 101 - 50)) for n in range(first, first + count)]
