"""Copies everything readable in a damaged journal to a private database, which SQLite can read.

Invariants: from tables that an export needs, every complete row on a page in use is copied, even if the pages
that lead to the row are lost; pruned and deleted rows are not copied; the journal's own files are only read;
the copy is deleted when its connection is closed.
"""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack, closing
from itertools import islice
from pathlib import Path
from typing import Any

from app.journal.file.beside import opened_beside_sqlite
from app.journal.file.damage import complaint
from app.journal.file.neighbours import log_of
from app.journal.file.pages import Column, Pages, pages_of
from app.journal.file.schema import JournalDamaged, JournalError, NoJournal, open_for_reading
from app.journal.file.tables import STEPS
from app.journal.file.wal import has_foreign_log
from app.journal.streams.ranges import PRUNED

UNREADABLE = (sqlite3.DatabaseError, UnicodeDecodeError)
"""The errors that a query may raise if the file is damaged.

UnicodeDecodeError is one of them, because SQLite's error message may quote bytes that are not text.
"""

# SQLITE_ERROR is one of them, because the statements are correct: a table must be missing or damaged.
_FAULTS_OF_THE_FILE = (
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_ERROR,
)


_PAGES_SEARCHED = 10_000
"""How many pages are searched for the counters of streams: 40 MB, which takes a second or two."""


class Look:
    """Reads a journal through SQLite and, once SQLite finds damage, reads a recovered copy instead."""

    def __init__(self, path: Path) -> None:
        """Open the journal at `path`. Raises JournalError if nothing in it can be read or recovered."""
        self._path = path
        self.is_recovered = False
        try:
            self.connection = open_for_reading(path)
        except NoJournal as error:
            # It may be a journal that has lost the page with its application_id.
            self._recover(or_else=error)
            return
        except JournalDamaged:
            self._recover()
            return
        ((page_bytes,),) = self.fetch("PRAGMA page_size")
        self.fetch("BEGIN")
        if self.is_recovered:
            return
        try:
            if _ends_within_a_page(path, page_bytes) or complaint(self.connection):
                self.recover()
        except sqlite3.DatabaseError as error:
            self.recover(error)

    def fetch(self, query: str, parameters: tuple[int | str, ...] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query. If damage is found, the rows come from a recovered copy."""
        try:
            return self.connection.execute(query, parameters).fetchall()
        except UNREADABLE as error:
            self.recover(error)
        return self.connection.execute(query, parameters).fetchall()

    def recover(self, error: Exception | None = None) -> None:
        """Make a recovered copy of the journal, and read the copy from now on.

        `error` is the error that showed the damage; None if a check found the damage. Raises JournalError if
        `error` was not caused by damage to the file, or if this object already reads a recovered copy.
        """
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
        if self.is_recovered or code & 0xFF not in _FAULTS_OF_THE_FILE:
            raise JournalError("journal_cannot_be_read", path=str(self._path), words=str(error))
        self.connection.close()
        self._recover()

    def close(self) -> None:
        """Close the connection; nothing may be fetched afterwards."""
        self.connection.close()

    def _recover(self, or_else: JournalError | None = None) -> None:
        self.is_recovered = True
        # An empty path makes a temporary file, which SQLite deletes.
        self.connection = sqlite3.connect("", isolation_level=None)
        try:
            with ExitStack() as opened:
                log = log_of(self._path)
                file = opened.enter_context(opened_beside_sqlite(self._path))
                has_log = log.exists() and not has_foreign_log(self._path)
                pages = Pages(file, opened.enter_context(log.open("rb")) if has_log else None)
                found = copy_rows(pages, self.connection)
        except (OSError, sqlite3.Error) as error:
            self.connection.close()
            raise JournalError(
                "journal_rows_cannot_be_copied", path=str(self._path), words=str(error)
            ) from None
        if or_else and not found:
            self.connection.close()
            raise or_else


def _ends_within_a_page(path: Path, page_bytes: int) -> bool:
    """Whether the file ends within a page that is not in SQLite's write-ahead log.

    SQLite reports no error for such a page: it reads the missing bytes as zeros. If the log has the page,
    nothing is lost, because SQLite reads the page from the log. A file ends like this if the power fails
    while SQLite is copying the page from the log to the file.
    """
    whole, rest = divmod(path.stat().st_size, page_bytes)
    if not rest:
        return False
    with pages_of(path) as pages:
        return whole + 1 not in pages.logged


def pending_in(path: Path) -> int | None:
    """How many readings of the damaged journal at `path` are pending; None if that cannot be found out.

    Only the counters of the streams are read, so the readings themselves may be damaged. Where SQLite cannot
    read the counters, they are searched on the first `_PAGES_SEARCHED` pages of the file.
    """
    try:
        with closing(open_for_reading(path)) as connection:
            (count,) = connection.execute(
                "SELECT sum(next_seq - 1 - forwarded - superseded - refused - expired) FROM stream"
            ).fetchone()
            return count or 0
    except (JournalError, *UNREADABLE):
        pass
    try:
        with pages_of(path) as pages:
            return _pending_on(pages)
    except OSError:
        return None


def _pending_on(pages: Pages) -> int | None:
    left: dict[int, int] = {}
    for number in islice(pages.in_use(), _PAGES_SEARCHED):
        for rowid, row in pages.rows(number):
            match row:
                case [None, int(), str(), int(next_seq), int(a), int(b), int(c), int(d)]:
                    left[rowid] = next_seq - 1 - (a + b + c + d)
    return sum(left.values()) if left else None


def copy_rows(pages: Pages, copy: sqlite3.Connection) -> int:
    """Copy rows from `pages` to the empty database `copy`: all rows that an export needs.

    Returns how many segments `copy` then has.
    """
    copy.executescript("\n".join(["BEGIN;", *STEPS]))
    for number in pages.in_use():
        for rowid, columns in pages.rows(number):
            statement = _insertion(rowid, columns)
            if statement:
                copy.execute(*statement)
    # If it is unknown which pages are free, pruned segments are copied too: delete them.
    copy.execute(
        "DELETE FROM segment WHERE EXISTS (SELECT 1 FROM settled WHERE settled.stream = segment.stream"
        " AND fate = ? AND first <= first_seq AND last >= first_seq + count - 1)",
        (PRUNED,),
    )
    (found,) = copy.execute("SELECT count(*) FROM segment").fetchone()
    copy.execute("COMMIT")
    return int(found)


def _into(table: str, columns: int) -> str:
    return f"INSERT OR IGNORE INTO {table} VALUES ({', '.join('?' * columns)})"  # noqa: S608 - our table names


def _insertion(rowid: int, row: list[Column]) -> tuple[str, list[Column]] | None:
    """The SQL statement that inserts `row` into the recovered copy of the journal, and its parameters.

    The page of a row does not say which table the row belongs to. So the table is recognised by the types of
    the columns. Returns None if these types fit none of the tables that an export needs.
    """
    match row:
        case [None, int(), int(), int(), int() as count, bytes(), bytes() as ids, bytes(), bytes() | str()]:
            # In version 1, each segment had a column for the account.
            return _insertion(rowid, [*row[:5], *row[6:]]) if len(ids) == 4 * count else None
        case [None, int(), int(), int(), int() as count, bytes() as ids, bytes() as times, bytes() | str()]:
            if len(ids) == 4 * count and len(times) == 8 * count:
                return _into("segment", 8), [rowid, *row[1:]]
        case [None, int(), str(), int(), int(), int(), int(), int()]:
            return _into("stream", 8), [rowid, *row[1:]]
        case [None, str()]:
            return _into("device", 2), [rowid, *row[1:]]
        case [int(), int(), int(), str(), str()]:
            return _into("settled", 5), row
        case [bytes(), int()]:
            return _into("meta", 2), row
    return None
