"""Summaries outlive readings that are pruned, but not those that are deleted, nor the limit of the size."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from app.journal import deleting
from app.journal.journal import Journal
from app.journal.pruning import Pruner
from app.journal.steps import carry_out
from app.journal.summaries import rows, summarizer
from app.journal.summaries.summarizer import Summarizer
from app.journal.summaries.view import read_view
from app.messages.message import verbatim
from app.wire.streams import Fate, Run
from tests.journal.summaries.small import Reading, made, small_blocks, steady, summarize, write
from tests.journal.summaries.test_summarizer import numbers, ranges, table

MARK = 1234.56789
"""A value that is easily found in a file."""


def pruned(journal: Journal, keep_days: float = 1, max_journal_mb: float = 1000) -> Pruner:
    pruner = Pruner(journal, keep_days, max_journal_mb)
    while not pruner.step():
        pass
    return pruner


def settle_all(journal: Journal) -> None:
    runs = [Run(stream.stream, 1, stream.next_seq - 1, Fate.FORWARDED) for stream in journal.streams()]
    journal.write([], runs)


def all_bytes(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))


def drop(journal: Journal) -> int:
    """Delete the oldest summaries once. Returns about how many bytes that makes free."""
    with journal.transaction() as change:
        return rows.drop_oldest(change.connection)


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], int]], None]:
    """A function that takes what tells how many pages of 4,096 bytes are in use."""

    def take(used: Callable[[], int]) -> None:
        monkeypatch.setattr(Pruner, "_pages", lambda _: (used(), 0, 4096))

    return take


def test_nothing_is_pruned_before_it_is_summarised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each step does a part: no reading is ever in neither of the two."""
    monkeypatch.setattr(summarizer, "_READINGS_AT_ONCE", 10)
    with small_blocks():
        readings = steady(101)
        journal = made(tmp_path, *(readings[first : first + 5] for first in range(0, 101, 5)))
        settle_all(journal)
        pruner = Pruner(journal, 1, 1000)
        count = 0
        while not pruner.step():
            count += 1
            shown = numbers(journal)
            for first in range(0, 101, 4):
                block = [reading.number for reading in readings[first : first + 4]]
                assert {min(block), max(block), block[0], block[-1]} <= set(shown)
        assert count > 5
        assert journal.streams("board")[0].kept == 0
        assert ranges(journal)[-1] == (97, 101)
        # It goes on with what comes later, even in the same block.
        write(journal, [Reading(101_000, 99.0), Reading(102_000, -99.0)])
        settle_all(journal)
        pruned(journal)
        assert numbers(journal)[-2:] == [99, -99]
        assert ranges(journal)[-1] == (97, 103)
        journal.close()


def test_pending_readings_are_summarised_and_stay(tmp_path: Path) -> None:
    with small_blocks():
        journal = made(tmp_path, *(steady(5, 5 * n) for n in range(10)))
        journal.write([], [Run(1, 26, 50, Fate.FORWARDED)])
        pruned(journal)
        assert journal.streams("board")[0].kept == 25
        assert ranges(journal)[-1] == (49, 50)
        assert numbers(journal)[:25] == [reading.number for reading in steady(25)]
        journal.close()


def test_old_summaries_get_coarser_and_end_at_last(tmp_path: Path) -> None:
    with small_blocks():
        journal = made(tmp_path, steady(1000))
        settle_all(journal)
        pruned(journal)
        levels = [len(ranges(journal, level)) for level in range(1, 8)]
        assert levels == [63, 31, 15, 7, 3, 1, 0]
        seen = []
        while drop(journal):
            seen.append(([len(ranges(journal, level)) for level in range(1, 7)], numbers(journal)))
        # The rows of level 1 that have others above them go first, the oldest before the others.
        assert [levels[0] for levels, _ in seen[:3]] == [61, 59, 57]
        assert seen[0][1][-200:] == seen[20][1][-200:]
        highs = [max(shown) for _, shown in seen[:-1] if shown]
        assert highs[:60] == [max(reading.number for reading in steady(1000))] * 60
        counts = [len(shown) for _, shown in seen]
        assert counts == sorted(counts, reverse=True)
        assert (table(journal), numbers(journal)) == ([], [])
        journal.close()


def test_summaries_of_readings_that_are_still_there_do_not_end(tmp_path: Path) -> None:
    with small_blocks():
        journal = made(tmp_path, *(steady(100, 100 * n) for n in range(5)))
        summarize(journal)
        whole = table(journal)
        assert not drop(journal)
        journal.write([], [Run(1, 1, 100, Fate.FORWARDED)])
        pruned(journal)
        while drop(journal):
            pass
        # A group of rows ends as a whole, and only if none of its readings is there.
        assert ranges(journal)[0] == (97, 112)
        assert table(journal)[-20:] == whole[-20:]
        assert numbers(journal)[-400:] == [reading.number for reading in steady(400, 100)]
        journal.close()


def test_summaries_take_a_tenth_of_a_full_file(
    tmp_path: Path, pages: Callable[[Callable[[], int]], None]
) -> None:
    with small_blocks():
        journal = made(tmp_path, *(steady(100, 100 * n) for n in range(20)))
        journal.write([], [Run(1, 1, 1900, Fate.FORWARDED)])
        pruned(journal)
        (size,) = journal.execute(rows.SIZE)[0]
        limit = 0.05
        assert size > 0.1 * limit * 1e6
        pages(lambda: 12 if journal.execute(rows.SIZE)[0][0] > 0.1 * limit * 1e6 else 10)
        pruned(journal, 10_000, limit)
        (left,) = journal.execute(rows.SIZE)[0]
        assert 0.05 * limit * 1e6 < left <= 0.1 * limit * 1e6
        assert journal.streams("board")[0].kept == 100
        journal.close()


def test_a_file_that_is_not_full_keeps_all_summaries(tmp_path: Path) -> None:
    with small_blocks():
        journal = made(tmp_path, steady(1000))
        settle_all(journal)
        pruned(journal)
        whole = table(journal)
        pruned(journal, 1, 1000)
        assert table(journal) == whole
        journal.close()


@pytest.mark.parametrize("is_in_bench", [True, False])
def test_deleted_data_is_in_no_summary_and_in_no_file(tmp_path: Path, is_in_bench: bool) -> None:
    device = "board" if is_in_bench else "left"
    with small_blocks():
        journal = made(tmp_path, steady(40))
        write(journal, [Reading(n, MARK) for n in range(100)], device=device, target="v2")
        write(journal, steady(20), device="other")
        number = journal.streams(device)[-1].stream
        journal.write([], [Run(number, 1, 50, Fate.FORWARDED)])
        pruned(journal)
        summarize(journal)
        others = [row for row in table(journal) if row[0] != number]
        assert set(read_view(journal, device, "v2", 0, 1000, 1000).points.numbers.tolist()) == {MARK}
        packed = [bytes(row[-1]) for row in table(journal) if row[0] == number]  # type: ignore[call-overload]
        assert any(content in all_bytes(journal.path) for content in packed)
        carry_out(deleting.delete_data(journal, device))
        assert [row for row in table(journal) if row[0] == number] == []
        if not is_in_bench:
            assert table(journal) == others
        content = all_bytes(journal.path)
        assert not any(one in content for one in packed)
        assert struct.pack("<d", MARK) not in content
        journal.close()


def test_summaries_that_are_made_while_data_is_deleted_are_deleted_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deleting, "_READINGS_IN_PART", 30)
    monkeypatch.setattr("app.journal.steps._STEP_S", 0.0)
    with small_blocks():
        journal = made(tmp_path, *(steady(10, 10 * n) for n in range(20)))
        making = summarize(journal)
        steps = deleting.delete_data(journal, "board")
        total = next(steps).total
        made_meanwhile = 0
        for _ in steps:
            making = Summarizer(journal)
            while making.step():
                pass
            made_meanwhile += len(table(journal))
        assert total == 200
        assert made_meanwhile > 0
        assert table(journal) == []
        journal.close()


def test_a_deletion_that_ends_early_leaves_what_can_be_summarised_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deleting, "_READINGS_IN_PART", 30)
    monkeypatch.setattr("app.journal.steps._STEP_S", 0.0)
    with small_blocks():
        journal = made(tmp_path, *(steady(10, 10 * n) for n in range(20)))
        summarize(journal)
        steps = deleting.delete_data(journal, "board")
        while journal.streams("board")[0].kept == 200:
            next(steps)
        steps.close()  # type: ignore[attr-defined]
        left = journal.streams("board")[0].kept
        assert 0 < left < 200
        summarize(journal)
        assert numbers(journal) == [reading.number for reading in steady(left, 200 - left)]
        assert ranges(journal)[-1] == (177, 192)
        journal.close()


def test_a_journal_that_was_taken_away_keeps_its_summaries(tmp_path: Path) -> None:
    with small_blocks():
        journal = made(tmp_path, steady(100))
        settle_all(journal)
        pruned(journal)
        whole, shown = table(journal), numbers(journal)
        journal.path.unlink()
        assert journal.return_to_place()
        assert (table(journal), numbers(journal)) == (whole, shown)
        journal.close()


def test_a_damaged_journal_goes_on_with_new_summaries(tmp_path: Path) -> None:
    with small_blocks():
        journal = made(tmp_path, steady(100))
        making = summarize(journal)
        journal.begin_anew(verbatim("damaged"))
        making.forget()
        assert (table(journal), numbers(journal)) == ([], [])
        write(journal, steady(60, 100))
        while making.step():
            pass
        assert ranges(journal) == [(97, 112), (113, 128), (129, 144), (145, 160)]
        assert numbers(journal) == [reading.number for reading in steady(60, 100)]
        journal.close()
