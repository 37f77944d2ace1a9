"""Every reading whose bytes are still in a damaged or cut journal is exported.

Missing readings are reported, and the file is not changed.
"""

from __future__ import annotations

import csv
import io
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import cli
from app.journal.export.rows import Exported, Selection, export
from app.journal.file.pages import Column, Pages
from app.journal.file.recovery import copy_rows
from app.journal.file.schema import JournalError
from app.messages.message import Message
from tests.journal.file.sound import PAGE, Sound, check, exported
from tests.journal.test_journal import opened


@pytest.mark.parametrize(
    ("size", "shift"),
    [
        (PAGE, 0),
        *(pytest.param(size, shift, marks=pytest.mark.long) for size in (PAGE, 700) for shift in (0, 1)),
    ],
)
def test_a_damaged_page_loses_only_its_own_readings(
    closed: Sound, tmp_path: Path, size: int, shift: int
) -> None:
    path = tmp_path / "j.db"
    counts = set()
    for page in range(0, len(closed.content), PAGE):
        content = bytearray(closed.content)
        is_garbage = (page // PAGE + shift) % 2
        content[page : page + size] = random.Random(page).randbytes(size) if is_garbage else bytes(size)
        path.write_bytes(content)
        counts.add(check(closed, path, range(page, page + size), range(page, page + PAGE)))
    # A page without readings loses 0 of them, a page of a long segment 25, one with short segments 140.
    assert {0, 25, 140} <= counts


def test_damage_that_is_met_while_reading_loses_only_its_own_readings(
    closed: Sound, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The search for damage at the start finds none here, as if its limit of one second had run out."""
    monkeypatch.setattr("app.journal.file.recovery.complaint", lambda _: None)
    path = tmp_path / "j.db"
    for page in range(PAGE, len(closed.content), PAGE):
        garbage = random.Random(page).randbytes(PAGE)
        path.write_bytes(closed.content[:page] + garbage + closed.content[page + PAGE :])
        check(closed, path, range(page, page + PAGE), range(page, page + PAGE))


@pytest.mark.parametrize("step", [3 * PAGE + 1234, pytest.param(PAGE, marks=pytest.mark.long)])
def test_a_cut_journal_gives_everything_before_the_cut(closed: Sound, tmp_path: Path, step: int) -> None:
    path = tmp_path / "j.db"
    whole = len(closed.content)
    counts = []
    for cut in sorted({*range(PAGE, whole, step), whole - PAGE, whole - 1}):
        path.write_bytes(closed.content[:cut])
        counts.append(check(closed, path, range(cut, whole)))
    assert counts == sorted(counts, reverse=True)
    assert counts[0] == len(closed.rows)
    assert 0 < counts[-2] < 200


def test_the_pages_with_readings_are_enough(closed: Sound, tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    needed = {place // PAGE for places in closed.places.values() for place in places}
    assert 0 not in needed
    content = bytearray(closed.content)
    for page in set(range(len(content) // PAGE)) - needed:
        content[page * PAGE : (page + 1) * PAGE] = bytes(PAGE)
    path.write_bytes(content)
    assert check(closed, path, range(0)) == 0
    told = exported(path)[1].unreadable
    for stream in (1, 2, 3):
        assert Message("stream_without_name", stream=stream) in told


@pytest.mark.parametrize("flips", [40, pytest.param(1000, marks=pytest.mark.long)])
def test_a_wrong_byte_outside_the_readings_loses_none(closed: Sound, tmp_path: Path, flips: int) -> None:
    path = tmp_path / "j.db"
    chance = random.Random(flips)
    needed = {place // PAGE for places in closed.places.values() for place in places}
    others = [page for page in range(len(closed.content) // PAGE) if page not in needed]
    for _ in range(flips):
        content = bytearray(closed.content)
        # Half of the wrong bytes are on the first page, with the header and the tables' definitions.
        place = chance.choice((0, chance.choice(others))) * PAGE + chance.randrange(PAGE)
        if place in range(60, 64):
            continue  # The version stays as it is: the journal of a newer version would be left alone.
        content[place] ^= chance.randrange(1, 256)
        path.write_bytes(content)
        found = {(row["id"], row["received_at"], row["value"]) for row in exported(path)[0]}
        assert found == {(row["id"], row["received_at"], row["value"]) for row in closed.rows}, place


def test_a_journal_that_has_lost_its_version_is_damaged(closed: Sound, tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    path.write_bytes(closed.content[:60] + bytes(4) + closed.content[64:])
    rows, told = exported(path)
    assert rows == closed.rows
    assert told.unreadable == [Message("damaged_without_loss")]
    journal = opened(path)
    assert f"{path}: the journal is damaged: it has lost its version number. The damaged file is now" in str(
        journal.warning
    )
    journal.close()


@pytest.mark.parametrize(
    ("word", "wrong"),
    [
        (b"segment   INTEGER PRIMARY", b"segment   INTEGER PLIMARY"),
        (b"segment   INTEGER PRIMARY", b"segment   INTEGER PRI\xffARY"),
        (b"times     BLOB", b"thyme     BLOB"),
    ],
    ids=["key", "no-text", "column"],
)
def test_a_wrong_letter_in_a_table_s_definition_loses_no_reading(
    closed: Sound, tmp_path: Path, word: bytes, wrong: bytes
) -> None:
    """SQLite takes the table for a different one, and reports no damage."""
    path = tmp_path / "j.db"
    assert closed.content.count(word) == 1
    path.write_bytes(closed.content.replace(word, wrong))
    rows, told = exported(path)
    assert rows == closed.rows
    assert told.unreadable == [Message("damaged_without_loss")]
    # No more readings are written to such a table.
    journal = opened(path)
    assert "the journal is damaged: the definition of segment is wrong. The damaged file is now" in str(
        journal.warning
    )
    journal.close()


def test_a_wrong_letter_in_a_comment_of_a_table_s_definition_is_no_damage(
    closed: Sound, tmp_path: Path
) -> None:
    path = tmp_path / "j.db"
    path.write_bytes(closed.content.replace(b"grows with every commit", b"grows with every summit"))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("ANALYZE")
    assert exported(path) == (closed.rows, Exported(len(closed.rows), []))
    journal = opened(path)
    assert journal.warning is None
    journal.close()


def test_the_command_exports_what_is_readable_of_a_cut_journal_and_reports_the_rest(
    closed: Sound, tmp_path: Path
) -> None:
    path = tmp_path / "j.db"
    path.write_bytes(closed.content[:-PAGE])
    arguments = ["export", "--journal", str(path), "--output", str(tmp_path / "out.csv")]
    result = CliRunner().invoke(cli, arguments, standalone_mode=False)
    assert result.exception is None
    assert result.return_value == 1
    assert f"{path}: board v3: 25 readings between seq 126 and 150 cannot be read\n" in result.stderr
    with (tmp_path / "out.csv").open() as file:
        found = list(csv.DictReader(file))
    lost = {str(n) for ids in list(closed.places)[-1:] for n in ids}
    assert len(lost) == 25
    assert found == [row for row in closed.rows if row["id"] not in lost]


class Rows(Pages):
    """A file of a single page that has just the given rows."""

    def __init__(self, rows: list[list[Column]]) -> None:
        self._rows = rows

    def in_use(self) -> Iterator[int]:
        yield 1

    def rows(self, number: int) -> Iterator[tuple[int, list[Column]]]:
        yield from enumerate(self._rows, number)


@pytest.mark.parametrize(
    ("run", "left"),
    [
        ([1, 5, 7, "pruned", ""], 0),
        ([1, 1, 9, "pruned", ""], 0),
        ([1, 6, 7, "pruned", ""], 1),
        ([1, 5, 6, "pruned", ""], 1),
        ([1, 5, 7, "forwarded", ""], 1),
        ([2, 5, 7, "pruned", ""], 1),
    ],
)
def test_pruned_segments_do_not_come_back(run: list[Column], left: int) -> None:
    segment: list[Column] = [None, 1, 1, 5, 3, bytes(12), bytes(24), bytes(24)]
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        assert copy_rows(Rows([segment, run]), connection) == left


def test_a_file_that_is_no_journal_is_not_recovered(tmp_path: Path) -> None:
    for content in (b"my homework", bytes(20_000), random.Random(1).randbytes(20_000)):
        (tmp_path / "j.db").write_bytes(content)
        with pytest.raises(JournalError, match="is not a Pinbridge journal"):
            export(tmp_path / "j.db", io.StringIO(), Selection())
