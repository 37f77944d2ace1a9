"""A journal that is damaged or cut anywhere: every reading whose bytes are still there is exported, what is
missing is told, and the file stays as it is.

Which pages hold the bytes of which readings is found by looking for the bytes in the sound file.
"""

from __future__ import annotations

import csv
import io
import random
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from click.testing import CliRunner

from app.cli import cli
from app.journal.export import Exported, Selection, export
from app.journal.journal import Journal
from app.journal.pages import Pages
from app.journal.pruning import Pruner
from app.journal.recovery import Look
from app.journal.schema import JournalError
from app.wire.batches import Batch
from app.wire.datastreams import Value
from app.wire.streams import Fate, Run
from tests.journal.test_journal import opened

PAGE = 4096
WINDOW = 16
STEP = 8
Row = dict[str, str]


class Sound(NamedTuple):
    """A journal before the damage."""

    content: bytes
    rows: list[Row]
    places: dict[tuple[int, ...], list[int]]
    """Of each segment, by the ids of its readings: where in the file its bytes are found."""


def readings(chance: random.Random, at_us: int) -> Batch:
    """Numbers that fit a page on two pins, and now and then texts that take several."""
    codes = [0] * 20 + [1] * 15
    numbers = [chance.random() * 1e6 for _ in codes]
    others: dict[int, Value] = {}
    if at_us % 4 == 0:
        others = {len(codes) + n: chance.randbytes(150).hex() for n in range(25)}
        codes += [2] * 25
        numbers += [np.nan] * 25
    return Batch(
        ["v1", "v2", "v3"],
        np.array(codes, np.uint16),
        np.array(numbers),
        others,
        np.full(len(codes), at_us * 1_000_000),
    )


def written(path: Path, commits: int) -> Journal:
    """A journal with all kinds of pages in it, pruned once, still open."""
    chance = random.Random(commits)
    journal = opened(path)
    # What is deleted leaves no second copy of its bytes in the file.
    journal.execute("PRAGMA secure_delete = ON")
    for commit in range(1, commits + 1):
        journal.write([("board", readings(chance, commit))], [])
        first = 15 * commit - 10
        runs = [
            Run(1, first, first + 5, Fate.FORWARDED),
            Run(2, first, first + 2, Fate.REFUSED, f"no {commit}"),
        ]
        journal.write([], runs)
        if commit == commits // 4:
            journal.write([], [Run(1, 1, 90, Fate.FORWARDED), Run(2, 1, 60, Fate.EXPIRED)])
            pruner = Pruner(journal, keep_days=1, max_journal_mb=1000)
            while pruner.step() == 0:
                pass
    return journal


def exported(path: Path) -> tuple[list[Row], Exported]:
    output = io.StringIO()
    told = export(path, output, Selection())
    return list(csv.DictReader(io.StringIO(output.getvalue()))), told


def sound(path: Path) -> Sound:
    content = path.read_bytes()
    rows, told = exported(path)
    assert told == (len(rows), [])
    segments: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        segments.setdefault((row["received_at"], row["target"]), []).append(row)
    places = {}
    for (_, target), segment in segments.items():
        values = [row["value"] for row in segment]
        if target == "v3":
            packed = "".join(f'"{value}",' for value in values).encode()
        else:
            packed = np.array([float(value) for value in values]).tobytes()
        # A window that a page's end cuts in two is not found, and its neighbours are.
        found = [content.find(packed[at : at + WINDOW]) for at in range(0, len(packed) - WINDOW, STEP)]
        ids = tuple(int(row["id"]) for row in segment)
        places[ids] = [place for place in found if place >= 0]
        assert places[ids]
    return Sound(content, rows, places)


def check(before: Sound, path: Path, gone: range, unsure: range = range(0)) -> int:
    """That the export of the damaged file lacks what was on bytes that are `gone`, and nothing else.

    What has bytes in `unsure` may be there or not.
    """
    damaged = path.read_bytes()
    found, told = exported(path)
    assert path.read_bytes() == damaged
    assert told.readings == len(found)
    lost: set[int] = set()
    maybe: set[int] = set()
    for ids, places in before.places.items():
        if any(gone.start - WINDOW < place < gone.stop for place in places):
            lost.update(ids)
        elif any(place in unsure or 0 < place + WINDOW + STEP - gone.start <= STEP for place in places):
            maybe.update(ids)
    missing = {int(row["id"]) for row in before.rows} - {int(row["id"]) for row in found}
    assert lost <= missing <= lost | maybe
    was = {row["id"]: row for row in before.rows}
    assert [row["id"] for row in found] == sorted((row["id"] for row in found), key=int)
    for row in found:
        one = was[row["id"]]
        assert (row["received_at"], row["value"]) == (one["received_at"], one["value"])
        assert row["device"] in (one["device"], "unknown")
        assert row["target"] == one["target"] or row["target"].startswith("stream ")
        assert row["fate"] in (one["fate"], "")
    words = " ".join(told.unreadable)
    if not re.search("its name cannot be read|unless they were pruned|may be missing", words):
        assert sum(int(count) for count in re.findall(r": (\d+) readings between", words)) == len(missing)
    assert words or not missing
    return len(missing)


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Sound:
    """A journal whose program has ended: it has no log."""
    path = tmp_path_factory.mktemp("sound") / "j.db"
    written(path, 24).close()
    return sound(path)


@pytest.mark.parametrize(
    ("size", "shift"),
    [
        (PAGE, 0),
        *(pytest.param(size, shift, marks=pytest.mark.long) for size in (PAGE, 700) for shift in (0, 1)),
    ],
)
def test_a_damaged_page_takes_its_own_readings_alone(
    closed: Sound, tmp_path: Path, size: int, shift: int
) -> None:
    path = tmp_path / "j.db"
    counts = set()
    for page in range(0, len(closed.content), PAGE):
        content = bytearray(closed.content)
        is_rubbish = (page // PAGE + shift) % 2
        content[page : page + size] = random.Random(page).randbytes(size) if is_rubbish else bytes(size)
        path.write_bytes(content)
        counts.add(check(closed, path, range(page, page + size), range(page, page + PAGE)))
    # Pages without readings, with the rest of a long segment, and with several short ones.
    assert {0, 25, 140} <= counts


def test_damage_that_is_met_on_the_way_takes_its_own_readings_alone(
    closed: Sound, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the second of looking had not been enough."""
    monkeypatch.setattr("app.journal.recovery.complaint", lambda _: "")
    path = tmp_path / "j.db"
    for page in range(PAGE, len(closed.content), PAGE):
        rubbish = random.Random(page).randbytes(PAGE)
        path.write_bytes(closed.content[:page] + rubbish + closed.content[page + PAGE :])
        check(closed, path, range(page, page + PAGE), range(page, page + PAGE))


@pytest.mark.parametrize(
    ("code", "is_the_file_s"),
    [
        (sqlite3.SQLITE_CORRUPT_INDEX, True),
        (sqlite3.SQLITE_NOTADB, True),
        (sqlite3.SQLITE_IOERR_READ, True),
        (sqlite3.SQLITE_ERROR, True),
        (sqlite3.SQLITE_BUSY, False),
        (sqlite3.SQLITE_NOMEM, False),
    ],
)
def test_only_what_is_the_file_s_fault_is_recovered_from(
    closed: Sound, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, is_the_file_s: bool
) -> None:
    def meet(_connection: sqlite3.Connection) -> str:
        error = sqlite3.DatabaseError("no")
        error.sqlite_errorcode = code
        raise error

    monkeypatch.setattr("app.journal.recovery.complaint", meet)
    path = tmp_path / "j.db"
    path.write_bytes(closed.content)
    if is_the_file_s:
        assert exported(path)[0] == closed.rows
    else:
        with pytest.raises(JournalError, match="the journal cannot be read: no"):
            exported(path)


class FailingAtOnce(sqlite3.Connection):
    """A disk that fails as soon as it is read from."""

    def execute(self, *_: object) -> sqlite3.Cursor:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR
        raise error


def test_what_fails_at_the_first_look_and_is_cut_too_is_recovered(
    closed: Sound, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "j.db"
    path.write_bytes(closed.content[:-1])
    monkeypatch.setattr(
        "app.journal.recovery.open_for_reading", lambda path: sqlite3.connect(path, factory=FailingAtOnce)
    )
    assert check(closed, path, range(len(closed.content) - 1, len(closed.content))) < len(closed.rows)


def test_a_damaged_journal_that_cannot_be_opened_again_is_told(
    closed: Sound, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_path: Path) -> None:
        raise OSError(13, "Permission denied")

    path = tmp_path / "j.db"
    path.write_bytes(closed.content[:-PAGE])
    monkeypatch.setattr("app.journal.recovery.opened_beside_sqlite", fail)
    with pytest.raises(JournalError) as raised:
        exported(path)
    told = "what can be read of it cannot be copied: [Errno 13] Permission denied"
    assert str(raised.value) == f"{path}: {told}"


def test_a_look_sees_no_later_commit(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    with closing(Look(tmp_path / "j.db")) as look:
        journal.write([("board", readings(random.Random(1), 1))], [])
        assert look.fetch("SELECT count(*) FROM segment") == [(0,)]
    journal.close()


def test_a_look_lets_go_of_what_it_turns_away_from(
    closed: Sound, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "j.db"
    path.write_bytes(closed.content)
    with closing(Look(path)) as look:
        dropped = [look.connection]
        look.recover()

    def fail(_pages: Pages, copy: sqlite3.Connection) -> int:
        dropped.append(copy)
        raise sqlite3.OperationalError("database or disk is full")

    def find_nothing(_pages: Pages, copy: sqlite3.Connection) -> int:
        dropped.append(copy)
        return 0

    path.write_bytes(bytes(PAGE) + closed.content[PAGE:])
    for copy_rows in (fail, find_nothing):
        monkeypatch.setattr("app.journal.recovery.copy_rows", copy_rows)
        with pytest.raises(JournalError):
            Look(path)
    assert len(dropped) == 3
    for connection in dropped:
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            connection.execute("SELECT 1")


@pytest.mark.parametrize("step", [3 * PAGE + 1234, pytest.param(PAGE, marks=pytest.mark.long)])
def test_a_cut_journal_gives_all_that_lies_before_the_cut(closed: Sound, tmp_path: Path, step: int) -> None:
    path = tmp_path / "j.db"
    whole = len(closed.content)
    counts = []
    for cut in sorted({*range(PAGE, whole, step), whole - PAGE, whole - 1}):
        path.write_bytes(closed.content[:cut])
        counts.append(check(closed, path, range(cut, whole)))
    assert counts == sorted(counts, reverse=True)
    assert counts[0] == len(closed.rows)
    assert 0 < counts[-2] < 200


def test_nothing_but_the_pages_with_readings_is_needed(closed: Sound, tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    needed = {place // PAGE for places in closed.places.values() for place in places}
    assert 0 not in needed
    content = bytearray(closed.content)
    for page in set(range(len(content) // PAGE)) - needed:
        content[page * PAGE : (page + 1) * PAGE] = bytes(PAGE)
    path.write_bytes(content)
    assert check(closed, path, range(0)) == 0
    words = exported(path)[1].unreadable
    for stream in (1, 2, 3):
        assert f"stream {stream}: its name cannot be read, nor how many readings it has had" in words


@pytest.mark.parametrize("flips", [40, pytest.param(1000, marks=pytest.mark.long)])
def test_a_wrong_byte_where_no_reading_lies_takes_none(closed: Sound, tmp_path: Path, flips: int) -> None:
    path = tmp_path / "j.db"
    chance = random.Random(flips)
    needed = {place // PAGE for places in closed.places.values() for place in places}
    others = [page for page in range(len(closed.content) // PAGE) if page not in needed]
    for _ in range(flips):
        content = bytearray(closed.content)
        # Half of them in the page with the header and the tables' names.
        place = chance.choice((0, chance.choice(others))) * PAGE + chance.randrange(PAGE)
        if place in range(60, 64):
            continue  # The version: a newer one's journal is left alone.
        content[place] ^= chance.randrange(1, 256)
        path.write_bytes(content)
        found = {(row["id"], row["received_at"], row["value"]) for row in exported(path)[0]}
        assert found == {(row["id"], row["received_at"], row["value"]) for row in closed.rows}, place


def test_a_journal_that_has_lost_its_version_is_damaged(closed: Sound, tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    path.write_bytes(closed.content[:60] + bytes(4) + closed.content[64:])
    rows, told = exported(path)
    assert rows == closed.rows
    assert told.unreadable == ["the file is damaged, but no reading is missing"]
    journal = opened(path)
    assert f"{path}: the journal is damaged: it has lost its version. It lies now at" in journal.warning
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
def test_a_wrong_letter_in_a_table_s_definition_takes_no_reading(
    closed: Sound, tmp_path: Path, word: bytes, wrong: bytes
) -> None:
    """SQLite takes the table for another one, and finds nothing wrong with it."""
    path = tmp_path / "j.db"
    assert closed.content.count(word) == 1
    path.write_bytes(closed.content.replace(word, wrong))
    rows, told = exported(path)
    assert rows == closed.rows
    assert told.unreadable == ["the file is damaged, but no reading is missing"]
    # Nothing more is written to such a table.
    journal = opened(path)
    assert "the journal is damaged: the definition of segment is wrong. It lies now at" in journal.warning
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
    assert journal.warning == ""
    journal.close()


def test_the_command_gives_what_is_readable_of_a_cut_journal_and_names_the_rest(
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


def test_what_is_no_journal_at_all_stays_none(tmp_path: Path) -> None:
    for content in (b"my homework", bytes(20_000), random.Random(1).randbytes(20_000)):
        (tmp_path / "j.db").write_bytes(content)
        with pytest.raises(JournalError, match="is not a Pinbridge journal"):
            export(tmp_path / "j.db", io.StringIO(), Selection())
