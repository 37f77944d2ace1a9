"""Summaries are made of committed readings, in steps, and go on where they were, whatever happens between."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest

from app.journal import deleting
from app.journal.file.tables import STEPS
from app.journal.journal import Journal
from app.journal.steps import carry_out
from app.journal.summaries import rows, summarizer
from app.journal.summaries.summarizer import Summarizer
from app.journal.summaries.view import read_view
from app.wire.streams import Fate, Run
from tests.journal.summaries.small import Reading, made, small_blocks, steady, summarize, write
from tests.journal.test_journal import ACCOUNT, after_a_crash, opened
from tests.journal.write_golden import GOLDEN

FIELDS = "stream, level, first, last, from_us, to_us, entries"


def table(journal: Journal) -> list[tuple[object, ...]]:
    return journal.execute(f"SELECT {FIELDS} FROM summary ORDER BY stream, level, first")


def ranges(journal: Journal, level: int = 1) -> list[tuple[int, int]]:
    return journal.execute(f"SELECT first, last FROM summary WHERE level = {level} ORDER BY first")


def numbers(journal: Journal, columns: int = 100_000) -> list[float]:
    found: list[float] = read_view(journal, "board", "v1", 0, 1 << 60, columns).points.numbers.tolist()
    return found


def test_rows_are_made_when_their_readings_are_there(tmp_path: Path) -> None:
    with small_blocks():
        journal = made(tmp_path, steady(15))
        summarize(journal)
        assert ranges(journal) == []
        write(journal, steady(1, 15))
        summarize(journal)
        assert ranges(journal) == [(1, 16)]
        # Two rows of a level make one of the next.
        write(journal, steady(120, 16))
        summarize(journal)
        assert [len(ranges(journal, level)) for level in (1, 2, 3, 4, 5)] == [8, 4, 2, 1, 0]
        assert ranges(journal, 4) == [(1, 128)]
        assert numbers(journal) == [reading.value for reading in steady(136)]
        journal.close()


def test_a_summary_is_the_same_however_the_readings_came(tmp_path: Path) -> None:
    with small_blocks():
        readings = steady(200)
        found = []
        for name, size in (("one", 1), ("some", 7), ("all", 200)):
            (tmp_path / name).mkdir()
            journal = made(tmp_path / name)
            for first in range(0, 200, size):
                write(journal, readings[first : first + size])
                summarize(journal)
            found.append(table(journal))
            journal.close()
        assert found[0] == found[1] == found[2]
        assert len(found[0]) == 12 + 6 + 3 + 1


def test_a_crash_after_any_step_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summarizer, "_READINGS_AT_ONCE", 20)
    with small_blocks():
        journal = made(tmp_path, *(steady(9, 9 * n) for n in range(30)))
        making = Summarizer(journal)
        copies = [after_a_crash(journal.path, 0)]
        while making.step():
            copies.append(after_a_crash(journal.path, len(copies)))
        whole = table(journal)
        journal.close()
        assert len(copies) > 10
        for copy in copies:
            again = Journal(copy)
            summarize(again)
            assert table(again) == whole
            again.close()


CHILD = """
import sys
from pathlib import Path
from app.journal.journal import Journal
from app.journal.summaries import summarizer
from tests.journal.summaries.small import small_blocks
summarizer._READINGS_AT_ONCE = 20
with small_blocks():
    making = summarizer.Summarizer(Journal(Path(sys.argv[1])))
    while making.step():
        print("step", flush=True)
        sys.stdin.readline()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_killed_program_goes_on_at_the_next_start(tmp_path: Path) -> None:
    made(tmp_path, *(steady(9, 9 * n) for n in range(30))).close()
    path, whole_path = tmp_path / "j.db", tmp_path / "whole.db"
    shutil.copy(path, whole_path)
    with small_blocks():
        whole = Journal(whole_path)
        summarize(whole)
        expected = table(whole)
        whole.close()
    steps = 0
    for count in (1, 2, 3, 1000):
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert child.stdin
        assert child.stdout
        for _ in range(count):
            if not child.stdout.readline():
                break
            steps += 1
            child.stdin.write("\n")
            child.stdin.flush()
        # It is somewhere in a later step, or between two.
        child.send_signal(signal.SIGKILL)
        child.communicate()
    assert steps > 8
    with small_blocks():
        journal = Journal(path)
        summarize(journal)
        assert table(journal) == expected
        journal.close()


def test_texts_have_rows_without_entries(tmp_path: Path) -> None:
    with small_blocks():
        journal = made(tmp_path, [Reading(n, "calm") for n in range(40)])
        summarize(journal)
        assert ranges(journal) == [(1, 16), (17, 32)] or ranges(journal) == [(17, 32)]
        assert {row[-3:] for row in table(journal)} == {(None, None, b"")}
        write(journal, [Reading(100, 7.0), Reading(101, "storm"), Reading(102, 9.0)])
        write(journal, steady(30))
        summarize(journal)
        found = read_view(journal, "board", "v1", 100, 102, 10).points
        assert found.numbers.tolist() == [7, 9]
        assert found.times_us.tolist() == [100, 102]
        journal.close()


def test_a_segment_whose_content_is_damaged_has_no_numbers(tmp_path: Path) -> None:
    with small_blocks():
        journal = made(tmp_path, steady(10), steady(10, 10), steady(10, 20), steady(10, 30))
        with journal.transaction() as change:
            for segment, damage in ((1, b"odd"), (2, bytes(8)), (3, '["x"')):
                change.connection.execute("UPDATE segment SET vals = ? WHERE segment = ?", (damage, segment))
        summarize(journal)
        assert numbers(journal) == [reading.value for reading in steady(10, 30)]
        journal.close()


def test_a_row_whose_content_is_damaged_has_no_entries(tmp_path: Path) -> None:
    with small_blocks():
        journal = made(tmp_path, steady(64))
        summarize(journal)
        with journal.transaction() as change:
            change.connection.execute("UPDATE summary SET entries = x'00' WHERE level = 1 AND first = 1")
        assert numbers(journal) == [reading.value for reading in steady(64)][16:]
        journal.close()


def test_deleted_readings_are_in_no_row_afterwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summarizer, "_READINGS_AT_ONCE", 5)
    with small_blocks():
        journal = made(tmp_path, *([Reading(n, 1e9)] for n in range(20)))
        making = Summarizer(journal)
        assert making.step()  # Some are read, and in no row yet.
        assert ranges(journal) == []
        assert carry_out(deleting.delete_data(journal, "board")) == 20
        write(journal, steady(40, 20))
        while making.step():
            pass
        assert {value for row in table(journal) for value in row} & {1e9} == set()
        assert numbers(journal) == [reading.value for reading in steady(40, 20)]
        assert max(rows.within(journal.reader(), 1, 1, 1, 100)["high"]) < 1e9
        journal.close()


def test_a_device_that_comes_again_is_summarised_from_the_start(tmp_path: Path) -> None:
    with small_blocks():
        journal = made(tmp_path)
        write(journal, steady(100), device="left")
        making = summarize(journal)
        carry_out(deleting.delete_data(journal, "left"))
        assert table(journal) == []
        for first in range(0, 130, 10):
            write(journal, steady(10, first), device="left")
            making.step()
        while making.step():
            pass
        assert ranges(journal) == [(first, first + 15) for first in range(1, 128, 16)]
        journal.close()


def test_pruned_and_missing_readings_are_skipped(tmp_path: Path) -> None:
    with small_blocks():
        journal = made(tmp_path, steady(100), steady(100, 100), steady(100, 200))
        journal.write([], [Run(1, 1, 200, Fate.FORWARDED)])
        with journal.transaction() as change:
            change.prune(1, 1, 200)
        summarize(journal)
        assert ranges(journal)[0] == (193, 208)
        assert numbers(journal) == [reading.value for reading in steady(100, 200)]
        # All of it is pruned before it was looked at.
        (tmp_path / "b").mkdir()
        other = made(tmp_path / "b", steady(50))
        other.write([], [Run(1, 1, 50, Fate.FORWARDED)])
        with other.transaction() as change:
            change.prune(1, 1, 50)
        summarize(other)
        assert table(other) == []
        journal.close()
        other.close()


def test_readings_that_are_to_be_pruned_are_summarised_before_their_row_is_full(tmp_path: Path) -> None:
    with small_blocks():
        journal = made(tmp_path, steady(6), steady(6, 6), steady(50, 12))
        making = Summarizer(journal)
        with journal.transaction() as change:
            stream = change.stream(1)
            assert stream
            assert making.reach(change.connection, stream, 6)
            assert making.reach(change.connection, stream, 6)
        assert ranges(journal) == [(1, 6)]
        while making.step():
            pass
        assert ranges(journal) == [(1, 16), (17, 32), (33, 48)]
        (tmp_path / "b").mkdir()
        other = made(tmp_path / "b", steady(62))
        summarize(other)
        assert table(journal) == table(other)
        journal.close()
        other.close()


def test_a_step_is_short_however_much_there_is_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summarizer, "_READINGS_AT_ONCE", 32)
    monkeypatch.setattr(summarizer, "_BYTES_AT_ONCE", 4000)
    with small_blocks():
        journal = made(tmp_path, steady(1000), *([Reading(n, "x" * 900)] for n in range(1000, 1100)))
        making = Summarizer(journal)
        before, most = 0, 0
        while making.step():
            ends = ranges(journal)
            most, before = max(most, len(ends) - before), len(ends)
        assert most <= 3
        assert ranges(journal)[-1][1] >= 1088
        assert numbers(journal) == [reading.value for reading in steady(1000)]
        journal.close()


def test_the_longest_backlog_comes_first_and_what_was_begun_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summarizer, "_READINGS_AT_ONCE", 16)
    with small_blocks():
        journal = made(tmp_path)
        for target, count in (("v1", 96), ("v2", 64), ("v3", 160)):
            for first in range(0, count, 8):
                write(journal, steady(8, first), target=target)
        summarize(journal)
        counts = journal.execute("SELECT stream, count(*) FROM summary WHERE level = 1 GROUP BY stream")
        assert counts == [(1, 6), (2, 4), (3, 10)]
        order = journal.execute("SELECT stream FROM summary ORDER BY summary")
        assert [stream for stream, _ in groupby(order)] == [(3,), (1,), (2,)]
        journal.close()


def test_after_a_new_file_all_is_looked_at_again(tmp_path: Path) -> None:
    with small_blocks():
        journal = made(tmp_path, steady(40))
        making = summarize(journal)
        whole = table(journal)
        with journal.transaction() as change:
            change.connection.execute("DELETE FROM summary")
        assert not making.step()
        making.forget()
        while making.step():
            pass
        assert table(journal) == whole
        journal.close()


@pytest.mark.parametrize("version", range(1, 7))
def test_a_journal_of_an_earlier_version_is_summarised(tmp_path: Path, version: int) -> None:
    shutil.copy(GOLDEN / f"version-{version}.journal", tmp_path / "j.db")
    with small_blocks(2, 2, 2):
        journal = opened(tmp_path / "j.db", ACCOUNT)
        summarize(journal)
        with closing(sqlite3.connect(tmp_path / "j.db")) as connection:
            kept = connection.execute(
                "SELECT vals FROM segment JOIN stream USING (stream) WHERE target = 'v2' ORDER BY first_seq"
            ).fetchall()
        values = np.frombuffer(b"".join(value for (value,) in kept)).tolist()
        found = read_view(journal, "board", "v2", 0, 1 << 60, 100_000)
        assert found.points.numbers.tolist() == values
        assert len(values) > 4
        assert len(ranges(journal, 2)) > 0
        journal.close()
    assert len(STEPS) >= 7
