"""All readings of a period are found, wherever they are, and whatever the computer's clock did."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.journal.journal import Journal, JournalError
from app.journal.summaries import period
from app.journal.summaries.period import read_period
from app.wire.datastreams import Value
from tests.journal.summaries.small import Reading, mark_clock, write
from tests.journal.test_journal import opened

Pairs = list[tuple[int, float]]
Commit = tuple[int, list[tuple[int, Value]], bool]
"""By how much the clock was set afterwards, the readings (each with the time since the one before), and
whether they were pruned later."""


def found(journal: Journal, from_us: int, to_us: int, target: str = "v1") -> Pairs:
    """The readings of the period, in the order in which they came."""
    pairs: Pairs = []
    for piece in read_period(journal, "board", target, from_us, to_us):
        pairs[:0] = zip(piece.times_us.tolist(), piece.numbers.tolist(), strict=True)
    return [pair for pair in pairs if from_us <= pair[0] <= to_us]


_GAP_US = st.integers(0, 3)
_READING = st.tuples(_GAP_US, st.sampled_from([0, 1, 2, "text"]))
_COMMITS = st.lists(
    st.tuples(st.sampled_from([0, 0, -4, 9]), st.lists(_READING, min_size=1, max_size=4), st.booleans()),
    max_size=6,
)


@settings(max_examples=12)
@given(_COMMITS, st.integers(80, 130), st.integers(0, 30))
@example([(0, [(0, 1)] * 3, False), (-4, [(1, 2)], False), (0, [(1, 3)], True), (0, [(0, 4)], False)], 96, 9)
def test_all_readings_of_a_period_are_found(commits: list[Commit], from_us: int, length_us: int) -> None:
    expected: Pairs = []
    with TemporaryDirectory() as folder, mock.patch.object(period, "_SEGMENTS", 2):
        journal = opened(Path(folder) / "j.db")
        at_us = 100
        pruned: list[int] = []
        seq = 1
        for by_us, said, is_pruned in commits:
            readings = []
            for gap_us, value in said:
                at_us += gap_us
                readings.append(Reading(at_us, value))
            write(journal, readings)
            if is_pruned:
                pruned.append(seq)
            else:
                expected += [
                    (reading.at_us, reading.number) for reading in readings if reading.value != "text"
                ]
            seq += len(readings)
            at_us += by_us
            if by_us:
                mark_clock(journal, at_us, by_us)
        for first in pruned:
            journal.execute(f"DELETE FROM segment WHERE first_seq = {first} AND stream = 1")
        to_us = from_us + length_us
        assert found(journal, from_us, to_us) == [pair for pair in expected if from_us <= pair[0] <= to_us]
        journal.close()


def test_a_segment_in_which_the_clock_was_set_back_is_searched_whole(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    write(journal, [Reading(at_us, at_us) for at_us in (10, 20)])
    write(journal, [Reading(at_us, at_us) for at_us in (30, 40, 5, 6)])
    journal.execute(
        "INSERT INTO clock_mark (device, first_id, at_us, monotonic_us, stepped_us) VALUES (1, 5, 5, 0, -35)"
    )
    write(journal, [Reading(at_us, at_us) for at_us in (7, 8)])
    assert found(journal, 40, 50) == [(40, 40)]
    assert found(journal, 6, 10) == [(10, 10), (6, 6), (7, 7), (8, 8)]
    journal.close()


def test_a_long_period_far_from_the_newest_readings_costs_little(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    for number in range(100):
        write(journal, [Reading(10 * number, number)])
    pieces = list(read_period(journal, "board", "v1", 500, 519))
    # One more segment may have to be looked into at the end.
    assert sum(len(piece.times_us) for piece in pieces) <= 3
    assert found(journal, 500, 519) == [(500, 50), (510, 51)]
    journal.close()


def test_readings_are_read_also_after_the_journal_was_closed(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    assert found(journal, 0, 9) == []
    write(journal, [Reading(1, 1.5)])
    write(journal, [Reading(1, 2.5)], target="v2")
    assert found(journal, 0, 9) == [(1, 1.5)]
    assert found(journal, 0, 9, "v3") == []
    journal.close()
    assert found(journal, 0, 9, "v2") == [(1, 2.5)]
    (tmp_path / "j.db").unlink()
    with pytest.raises(JournalError):
        found(journal, 0, 9)
