"""A half-made change to a journal is undone, and a disk that cannot be read is reported.

A half-changed file of another program is left as it is.
"""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from app.journal.export.rows import Selection, export
from app.journal.file import schema
from app.journal.file.neighbours import APPLICATION_ID
from app.journal.file.tables import STEPS
from app.journal.journal import Journal, JournalError
from tests.journal.file.test_schema import exported


def cut_short(path: Path, live: sqlite3.Connection, statements: str) -> None:
    """Write to `path` the files that a power cut would leave while `live` executes `statements`.

    The file has some new pages; SQLite's rollback journal beside it has their old content.
    """
    live.execute("PRAGMA cache_size = 1")
    live.executescript(f"BEGIN; {statements}")
    (_, _, file), *_ = live.execute("PRAGMA database_list").fetchall()
    path.write_bytes(Path(file).read_bytes())
    path.with_name(f"{path.name}-journal").write_bytes(Path(f"{file}-journal").read_bytes())
    live.execute("ROLLBACK")


@pytest.mark.parametrize("use", [Journal, schema.check_header])
def test_an_interrupted_creation_by_an_old_version_is_undone(
    tmp_path: Path, use: Callable[[Path], Journal | None]
) -> None:
    path = tmp_path / "j.db"
    with closing(sqlite3.connect(tmp_path / "live.db", isolation_level=None)) as live:
        statements = f"{''.join(STEPS)} PRAGMA application_id = {APPLICATION_ID};"
        cut_short(path, live, statements)
        live.executescript(f"BEGIN; {statements} COMMIT;")
    # Later pages are on the disk before the first one. Once that is there, the file is known for a journal.
    assert path.stat().st_size > 4096
    assert path.read_bytes()[:4096] == bytes(4096)
    files = {name: (tmp_path / name).read_bytes() for name in ("j.db", "j.db-journal")}
    with pytest.raises(JournalError, match="is not a Pinbridge journal"):
        use(path)
    assert {name: (tmp_path / name).read_bytes() for name in files} == files
    path.write_bytes((tmp_path / "live.db").read_bytes()[:4096] + files["j.db"][4096:])
    journal = use(path)
    assert not path.with_name("j.db-journal").exists()
    if journal:
        assert (journal.streams(), journal.warning) == ([], None)
        journal.close()
    else:
        assert not path.exists()


def test_an_interrupted_change_is_undone_for_a_reader_too(old: Path, tmp_path: Path) -> None:
    before = exported(old)
    with closing(sqlite3.connect(old, isolation_level=None)) as live:
        live.execute("PRAGMA journal_mode = DELETE")
        cut_short(tmp_path / "cut.db", live, "CREATE TABLE more AS SELECT randomblob(50000);")
    assert exported(tmp_path / "cut.db") == before


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(5, "Input/output error"), "Input/output error: name another file"),
        (sqlite3.OperationalError("disk I/O error"), "disk I/O error"),
    ],
)
def test_a_disk_that_cannot_be_read_is_reported_with_its_file(
    old: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, told: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(sqlite3, "connect", fail)
    with pytest.raises(JournalError) as raised:
        schema.check_header(old)
    assert str(raised.value) == f"{old}: the journal cannot be read: {told}"


@pytest.mark.parametrize("use", [Journal, lambda path: export(path, io.StringIO(), Selection())])
def test_a_half_changed_file_of_another_program_is_left_alone(
    tmp_path: Path, use: Callable[[Path], object]
) -> None:
    path, rollback = tmp_path / "theirs.db", tmp_path / "theirs.db-journal"
    with closing(sqlite3.connect(tmp_path / "live.db", isolation_level=None)) as theirs:
        theirs.execute("CREATE TABLE t AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                       " WHERE i < 2000) SELECT i, hex(zeroblob(50)) AS x FROM n")  # fmt: skip
        cut_short(path, theirs, "UPDATE t SET x = hex(randomblob(50));")
    before = path.read_bytes(), rollback.read_bytes()
    with pytest.raises(JournalError, match="not a Pinbridge journal"):
        use(path)
    assert (path.read_bytes(), rollback.read_bytes()) == before
    with closing(sqlite3.connect(path)) as theirs:
        assert theirs.execute("SELECT count(DISTINCT x) FROM t").fetchone() == (1,)
