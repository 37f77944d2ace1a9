"""Reading a damaged journal that is open in this process does not release SQLite's locks on it.

So no other program can take the journal over, or delete the log that holds its last commits.
"""

from __future__ import annotations

import io
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from app.bench.bench import Bench
from app.config.loading import parse
from app.journal.export.form import PLAIN
from app.journal.export.rows import Selection, export
from app.journal.file.beside import opened_beside_sqlite
from app.journal.file.schema import JournalError, check_header
from app.journal.journal import Journal
from tests.journal.file.test_damage import PAGE, corrupt, large, pages_of_segments
from tests.journal.test_journal import batch, opened, values

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="locks belong to a handle there")

TAKE_OVER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None)
try:
    # If no lock stops it, a program writes to the file itself and deletes the log.
    print(connection.execute("PRAGMA journal_mode = DELETE").fetchone())
except sqlite3.OperationalError as error:
    print(error)
connection.close()
"""


def what_another_program_gets(path: Path) -> str:
    """Return what another program prints when it tries to take the journal over."""
    run = subprocess.run(
        [sys.executable, "-c", TAKE_OVER, str(path)], capture_output=True, text=True, check=True, timeout=60
    )
    return run.stdout.strip()


@pytest.fixture
def damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A damaged, closed journal; opening it finds no damage, as if the search for it ran out of time."""
    path = tmp_path / "j.db"
    large(path)
    corrupt(path, pages_of_segments(path)[3])
    monkeypatch.setattr("app.journal.file.schema.complaint", lambda _: None)
    return path


@pytest.fixture
def journal(damaged: Path) -> Iterator[Journal]:
    journal = opened(damaged)
    journal.write([("board", batch("v2=1\n"))], [])
    yield journal
    journal.close()


def check_that_it_is_still_ours(path: Path) -> None:
    assert what_another_program_gets(path) == "database is locked"
    assert path.with_name(f"{path.name}-wal").stat().st_size > 0


def test_a_journal_that_is_not_open_can_be_taken_over(damaged: Path) -> None:
    assert what_another_program_gets(damaged) == "('delete',)"


def test_an_export_of_the_damaged_journal_keeps_its_locks(journal: Journal) -> None:
    for _ in range(2):
        assert export(journal.path, io.StringIO(), Selection()).unreadable
        check_that_it_is_still_ours(journal.path)
    journal.write([("board", batch("v2=2\n"))], [])
    assert values(journal, "v2") == [1, 2]


def test_an_export_by_the_window_keeps_its_locks(damaged: Path, tmp_path: Path) -> None:
    text = f'[bench]\njournal = "{damaged}"\n[[device]]\nname = "board"\nport = "COM1"\n'
    bench = Bench(parse(text.encode(), "bench.toml", tmp_path), {})
    csv = tmp_path / "board.csv"
    told = bench.export(Selection({"board"}), PLAIN, csv, lambda _seen, _of: None)
    assert told.unreadable
    assert what_another_program_gets(damaged) == "database is locked"
    bench.stop()


def test_reading_a_header_that_sqlite_rejects_keeps_its_locks(journal: Journal) -> None:
    held = os.open(journal.path, os.O_RDWR)  # not closed before the end, because that would release the locks
    sound = os.pread(held, PAGE, 0)
    for garbage in (random.Random(1).randbytes(PAGE), sound[:16] + bytes(PAGE - 16)):
        os.pwrite(held, garbage, 0)
        with suppress(JournalError):
            check_header(journal.path)
        with suppress(JournalError):
            export(journal.path, io.StringIO(), Selection())
        os.pwrite(held, sound, 0)
        check_that_it_is_still_ours(journal.path)
    os.close(held)


@pytest.mark.parametrize("platform", ["linux", "win32"])
def test_a_file_is_read_as_it_is_now_and_cannot_be_read_after_the_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    (tmp_path / "file").write_bytes(b"word")
    with opened_beside_sqlite(tmp_path / "file") as file:
        assert file.read(1) == b"w"
        # A change made in the meantime is seen.
        (tmp_path / "file").write_bytes(b"wind")
        assert file.read() == b"ind"
    assert file.closed


def test_a_descriptor_is_used_again(tmp_path: Path) -> None:
    path = tmp_path / "file"
    numbers = set()
    for word in (b"first", b"other"):
        path.write_bytes(word)
        with opened_beside_sqlite(path) as one, opened_beside_sqlite(path) as two:
            # Each of the two has its own position in the file.
            assert (one.read(), two.read()) == (word, word)
            numbers.add(frozenset((one.fileno(), two.fileno())))
    (found,) = numbers
    assert len(found) == 2
    with pytest.raises(FileNotFoundError), opened_beside_sqlite(tmp_path / "none"):
        pass


def test_a_closed_journal_leaves_no_descriptor_behind(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    Journal(path).close()
    before = len(list(Path("/dev/fd").iterdir()))
    for _ in range(3):
        journal = Journal(path)
        journal.bind("board", b"account")
        journal.write([("board", batch("v1=1\n"))], [])
        journal.close()
    assert len(list(Path("/dev/fd").iterdir())) == before
