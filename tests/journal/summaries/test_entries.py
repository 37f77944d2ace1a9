"""The entries of blocks say what all readings of the blocks say, however they were made."""

from __future__ import annotations

import zlib
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.journal.summaries.entries import (
    ENTRY,
    NONE,
    Entries,
    block_seqs,
    joined,
    packed,
    row_seqs,
    summarized,
    unpacked,
)
from tests.journal.summaries.small import small_blocks

WIDE = st.integers(-(1 << 62), 1 << 62)
NUMBERS = st.floats(allow_nan=False)
ROWS = st.lists(st.tuples(st.integers(1, 60), WIDE, NUMBERS), unique_by=lambda row: row[0])
Row = tuple[int, int, float]


def entries_of(rows: list[Row], level: int = 1) -> Entries:
    ordered = sorted(rows)
    seqs, times = (np.array([row[place] for row in ordered], np.int64) for place in (0, 1))
    return summarized(seqs, times, np.array([row[2] for row in ordered], float), level)


def expected(rows: list[Row], level: int) -> list[tuple[float, ...]]:
    """The fields of the entries, from a plain search of each block."""
    size = block_seqs(level)
    found: list[tuple[float, ...]] = []
    for block in sorted({(seq - 1) // size for seq, _, _ in rows}):
        inside = sorted(row for row in rows if (row[0] - 1) // size == block)
        times = [at_us for _, at_us, _ in inside]
        first, last = inside[0], inside[-1]
        low, high = min(inside, key=lambda row: row[2]), max(inside, key=lambda row: row[2])
        wholes = (block * size + 1, len(inside), first[1], last[1], min(times), max(times), low[1], high[1])
        found.append((*wholes, first[2], last[2], low[2], high[2]))
    return found


def test_a_row_of_each_level_is_eight_rows_of_the_level_before() -> None:
    assert [block_seqs(level) for level in (1, 2, 3)] == [64, 512, 4096]
    assert [row_seqs(level) for level in (1, 2, 3)] == [16_384, 131_072, 1_048_576]


@given(ROWS, st.integers(1, 3))
def test_an_entry_is_what_a_search_of_its_block_finds(rows: list[Row], level: int) -> None:
    with small_blocks():
        assert entries_of(rows, level).tolist() == expected(rows, level)


@given(st.integers(0, 3), st.lists(st.tuples(WIDE, NUMBERS), min_size=4, max_size=24))
def test_whole_blocks_have_the_same_entries(skipped: int, rows: list[tuple[int, float]]) -> None:
    whole = [(4 * skipped + n, *row) for n, row in enumerate(rows[: len(rows) // 4 * 4], 1)]
    with small_blocks():
        assert entries_of(whole).tolist() == expected(whole, 1)


@given(ROWS, st.lists(st.integers(0, 60), max_size=5), st.integers(1, 3))
def test_joined_entries_are_those_of_all_readings(rows: list[Row], cuts: list[int], level: int) -> None:
    with small_blocks():
        parts = [
            entries_of([row for row in rows if after < row[0] <= last])
            for after, last in pairwise(sorted({0, *cuts, 60}))
        ]
        assert joined(np.concatenate(parts), level).tolist() == entries_of(rows, level).tolist()


@given(st.lists(ROWS, max_size=4))
def test_entries_are_unpacked_as_they_were_packed(rows: list[list[Row]]) -> None:
    parts = [entries_of(each) for each in rows]
    found = unpacked([packed(part) for part in parts])
    assert found.dtype == ENTRY
    assert found.tobytes() == np.concatenate([NONE, *parts]).tobytes()


def test_the_entries_of_two_rows_are_unpacked() -> None:
    parts = [entries_of([(seq, 10 * seq, 0.5), (seq + 64, 7, -1.0)]) for seq in (1, 999)]
    assert unpacked(list(map(packed, parts))).tolist() == [row for part in parts for row in part.tolist()]
    assert unpacked([]).tolist() == []


def test_no_readings_have_no_entries() -> None:
    assert entries_of([]).tolist() == joined(NONE, 2).tolist() == []


@pytest.mark.parametrize("content", [b"", b"no", packed(entries_of([(1, 2, 3.0)]))[:-5]])
def test_damaged_content_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"Error -\d"):
        unpacked([content])


def test_a_part_of_the_content_is_refused() -> None:
    with pytest.raises(ValueError, match="reshape"):
        unpacked([zlib.compress(bytes(97))])
