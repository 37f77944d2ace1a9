"""How many readings of a period were pruned is known from their summaries."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.journal.journal import Journal
from app.journal.pruning import Pruner
from app.journal.summaries import pruned, rows
from app.journal.summaries.pruned import count_pruned
from app.wire.streams import Fate, Run
from tests.journal.summaries.small import Reading, made, small_blocks, steady, summarize, write

LAST_US = 10**15


def prune(journal: Journal, *settled: tuple[int, int]) -> None:
    """Settle these ranges of seqs, and prune what can be pruned."""
    journal.write([], [Run(1, first, last, Fate.FORWARDED, "") for first, last in settled])
    pruner = Pruner(journal, 1, 1000)
    while pruner.step() == 0:
        pass


def test_what_is_in_the_file_is_not_counted(tmp_path: Path) -> None:
    journal = made(tmp_path, steady(40))
    assert count_pruned(journal, "board", "v1", 0, LAST_US) == 0
    assert count_pruned(journal, "board", "v2", 0, LAST_US) == 0
    journal.close()


@pytest.mark.parametrize(("most_rows", "error"), [(64, 2), (2, 3), (0, 8)])
def test_pruned_numbers_are_counted_and_texts_are_not(tmp_path: Path, most_rows: int, error: int) -> None:
    """Within a block, the readings are taken to have come evenly."""
    texts = [Reading(100_000 + n, "text") for n in range(10)]
    with small_blocks(), mock.patch.object(pruned, "_MOST_ROWS", most_rows):
        journal = made(tmp_path, steady(100), texts, steady(100, 200), steady(50, 300))
        prune(journal, (1, 210))
        assert count_pruned(journal, "board", "v1", 0, LAST_US) == 200
        assert count_pruned(journal, "board", "v1", 150_000, LAST_US) == pytest.approx(100, abs=error)
        assert count_pruned(journal, "board", "v1", 300_000, LAST_US) == 0
        assert count_pruned(journal, "board", "v1", 0, 51_000) == pytest.approx(52, abs=error)
        journal.close()
        assert count_pruned(journal, "board", "v1", 0, LAST_US) == 200


def test_what_waits_among_pruned_readings_is_not_counted(tmp_path: Path) -> None:
    with small_blocks():
        journal = made(tmp_path, *(steady(10, 10 * n) for n in range(20)))
        prune(journal, (1, 50), (61, 120), (131, 160))
        assert count_pruned(journal, "board", "v1", 0, LAST_US) == 140
        assert count_pruned(journal, "board", "v1", 50_000, 59_000) == pytest.approx(0, abs=1)
        journal.close()


def test_it_is_also_known_where_only_higher_levels_are_left(tmp_path: Path) -> None:
    with small_blocks():
        journal = made(tmp_path, steady(200), steady(10, 200))
        prune(journal, (1, 200))
        left, dropped = [], 1
        while dropped:
            left.append(count_pruned(journal, "board", "v1", 0, LAST_US))
            with journal.transaction() as change:
                dropped = rows.drop_oldest(change.connection)
        assert left == sorted(left, reverse=True)
        assert left.count(200) > 2
        journal.close()


@settings(max_examples=15)
@given(st.lists(st.integers(1, 30), min_size=1, max_size=8), st.data())
def test_the_count_is_that_of_the_readings_that_are_missing(sizes: list[int], data: st.DataObject) -> None:
    with TemporaryDirectory() as folder, small_blocks():
        journal, begins = made(Path(folder)), [sum(sizes[:n]) for n in range(len(sizes))]
        for begin, size in zip(begins, sizes, strict=True):
            write(journal, steady(size, begin))
        gone = data.draw(st.sets(st.sampled_from(range(len(sizes)))))
        prune(journal, *((begins[n] + 1, begins[n] + sizes[n]) for n in sorted(gone)))
        summarize(journal)
        assert count_pruned(journal, "board", "v1", 0, LAST_US) == sum(sizes[n] for n in gone)
        journal.close()
