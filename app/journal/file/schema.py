"""The journal's file: how it is opened, brought up to date, and distinguished from any other file.

Invariants: only an empty file, or one with Pinbridge's `application_id`, is written to; a new file gets the
id and the tables in one transaction; an older file is brought up to date in one transaction, by the `STEPS`
that it lacks; a file of a newer program is left alone; when COMMIT returns, the commit is on the disk (WAL,
FULL sync), unless the transaction was begun without `synced`.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from app.errors import PinbridgeError
from app.journal.file.damage import complaint, is_damage
from app.journal.file.pages import pages_of
from app.journal.file.tables import STEPS
from app.journal.file.wal import APPLICATION_ID, has_foreign_log, log_of
from app.messages.message import Message, verbatim

SCHEMA_VERSION = len(STEPS)
_MAGIC = b"SQLite format 3\x00"
_LOG_BYTES = 16_000_000


class JournalError(PinbridgeError):
    """The journal cannot be used. The message says which file, why, and what to do."""


class NoJournal(JournalError):  # noqa: N818 - a state of the file
    """The file does not have a journal's `application_id`."""


class JournalDamaged(JournalError):  # noqa: N818 - a state of the file
    """The file has a journal's `application_id`, but its content is wrong."""


def open_for_writing(path: Path, secret: bytes | None = None) -> sqlite3.Connection:
    """Open the journal at `path` for writing, and create it if it does not exist.

    A journal that is created gets `secret`; if that is None, a new one.

    Raises JournalDamaged if the journal's content is wrong, and JournalError if the file is not a journal,
    was made by a newer program, or cannot be written.
    """
    connection = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        check_header(path)
        if path.exists() and not path.stat().st_size and _has_log(path):
            raise _damaged(path, Message("damage_empty_file"))
        # Before SQLite opens the file, because it would replay a foreign log, or overwrite it.
        if has_foreign_log(path):
            raise _damaged(path, Message("damage_foreign_log", log=log_of(path).name))
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5)
        connection.execute("PRAGMA synchronous = FULL")
        # The log may grow while another program reads; afterwards it is cut to this size.
        connection.execute(f"PRAGMA journal_size_limit = {_LOG_BYTES}")
        version = _checked_version(path, connection)
        if version:
            found = complaint(connection)
            if found:
                raise _damaged(path, found)
        if version < SCHEMA_VERSION:
            _bring_up_to_date(connection, version, secret)
        # Switch to WAL after making the tables: the application_id must be in the file, not only in the log.
        connection.execute("PRAGMA journal_mode = WAL")
    except (sqlite3.Error, UnicodeDecodeError, OSError, JournalError) as error:
        if connection:
            connection.close()
        raise _explained(path, error) from None
    return connection


def open_for_reading(path: Path, *, version: int = 1) -> sqlite3.Connection:
    """Open the journal at `path` for reading only.

    The file may be of any version from `version` on, and is not brought up to date. Raises JournalError if
    there is no journal at `path`, or only one of a lower version.
    """
    check_header(path)
    if not path.exists():
        raise JournalError("journal_not_found", path=str(path))
    # In a read-only folder, SQLite can read a file only if the file has no log and is opened as immutable.
    # A file opened as immutable is read without its log.
    may_lock = _has_log(path) or os.access(path.absolute().parent, os.W_OK)
    still = "" if may_lock and not has_foreign_log(path) else "&immutable=1"
    uri = f"{path.absolute().as_uri()}?mode=ro{still}"
    connection = None
    try:
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False, timeout=5)
        if _checked_version(path, connection) < version:
            raise JournalError("journal_of_older_version", path=str(path))
    except (sqlite3.Error, UnicodeDecodeError, JournalError) as error:
        if connection:
            connection.close()
        raise _explained(path, error) from None
    return connection


@contextmanager
def one_instant(path: Path, *, version: int = 1) -> Iterator[sqlite3.Connection]:
    """Open the journal at `path` for reading, so that all queries see it as of one instant.

    `version` is the lowest accepted version of the journal's tables. Raises JournalError like
    `open_for_reading`, and JournalDamaged if the `with` block finds damage.
    """
    with closing(open_for_reading(path, version=version)) as connection:
        try:
            connection.execute("BEGIN")
            yield connection
        except (sqlite3.DatabaseError, ValueError) as error:
            if isinstance(error, sqlite3.Error) and not is_damage(error):
                raise _explained(path, error) from None
            # A ValueError is damage too: it means that a row cannot be unpacked, which SQLite does not check.
            raise JournalDamaged("journal_damaged_export", path=str(path), words=str(error)) from None


def _has_log(path: Path) -> bool:
    log = log_of(path)
    return log.exists() and log.stat().st_size > 0


def _explained(path: Path, error: Exception) -> JournalError:
    """The JournalError for an error that occurred when the journal at `path` was opened or read."""
    if isinstance(error, JournalError):
        return error
    if isinstance(error, OSError):
        return JournalError("journal_cannot_be_written", path=str(path), words=str(error.strerror))
    # A UnicodeDecodeError is damage too: SQLite's message may quote bytes that are not text.
    if isinstance(error, UnicodeDecodeError) or (isinstance(error, sqlite3.Error) and is_damage(error)):
        return _damaged(path, verbatim(str(error)))
    if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
        return JournalError("journal_disk_full", path=str(path))
    return JournalError("journal_cannot_be_opened", path=str(path), words=str(error))


def _damaged(path: Path, damage: Message) -> JournalDamaged:
    return JournalDamaged("journal_damaged", path=str(path), damage=damage)


def check_header(path: Path) -> None:
    """Raise NoJournal if there is a file at `path` that is neither empty nor a journal.

    Raises JournalError if the file cannot be read. Nothing is changed or locked, with one exception: if a
    crash interrupted the creation of a journal, the creation is undone. Only SQLite and
    `opened_beside_sqlite` open the file. If other code opened and closed it, SQLite could lose its locks on a
    journal that this process has open.
    """
    try:
        if not path.exists():
            return
        if not path.is_file():
            raise JournalError("journal_not_a_file", path=str(path))
        _undo_half_a_change(path)
        if path.stat().st_size == 0:
            return
        uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            (found,) = connection.execute("PRAGMA application_id").fetchone()
    except OSError as error:
        raise JournalError("journal_file_cannot_be_read", path=str(path), words=str(error.strerror)) from None
    except sqlite3.OperationalError as error:
        raise JournalError("journal_cannot_be_read", path=str(path), words=str(error)) from None
    except sqlite3.DatabaseError:
        # The file is damaged or not a database. Its header decides; after a crash, it may be only in the log.
        with pages_of(path) as pages:
            page = pages.page(1)
        found = int.from_bytes(page[68:72], "big") if page.startswith(_MAGIC) else None
    if found != APPLICATION_ID:
        raise NoJournal("not_a_journal", path=str(path))


def is_header_of_journal(header: bytes) -> bool:
    """Whether `header`, the first 100 bytes of a file, is that of a journal."""
    return header.startswith(_MAGIC) and int.from_bytes(header[68:72], "big") == APPLICATION_ID


def _undo_half_a_change(path: Path) -> None:
    """If a crash interrupted the creation of the journal at `path`, let SQLite undo the creation.

    Files of other programs are left alone. A file counts as Pinbridge's if it has the `application_id` of a
    journal, or if it was empty before the creation began. The file's size before the creation is in SQLite's
    rollback file, which stays beside the journal after such a crash (https://sqlite.org/fileformat2.html,
    section 3).
    """
    rollback = path.with_name(f"{path.name}-journal")
    if not rollback.exists():
        return
    with pages_of(path) as pages:
        is_ours = int.from_bytes(pages.page(1)[68:72], "big") == APPLICATION_ID
    with rollback.open("rb") as file:
        pages_before = file.read(20)[16:]
    if is_ours or pages_before == bytes(4):
        uri = f"{path.absolute().as_uri()}?mode=rw"
        with suppress(sqlite3.Error), closing(sqlite3.connect(uri, uri=True)) as connection:
            connection.execute("PRAGMA application_id").fetchone()


def _checked_version(path: Path, connection: sqlite3.Connection) -> int:
    """The version of the file's tables; 0 for a new file.

    Raises JournalError if the version is newer than the program's, and JournalDamaged if the file has content
    but no version.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > SCHEMA_VERSION:
        raise JournalError("journal_of_newer_version", path=str(path), version=version)
    if not version and path.stat().st_size:
        raise _damaged(path, Message("damage_no_version"))
    return int(version)


def _bring_up_to_date(connection: sqlite3.Connection, version: int, secret: bytes | None) -> None:
    """Carry out all `STEPS` after version `version` in one transaction.

    If a step fails, the caller has to close the connection. That undoes all steps.
    """
    pragmas = f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {SCHEMA_VERSION};"
    # auto_vacuum must be set before the first table; in a file with tables it has no effect. INCREMENTAL
    # lets pruning return pages to the disk in small steps.
    begin = "BEGIN; PRAGMA auto_vacuum = INCREMENTAL;"
    connection.executescript("\n".join([begin, *STEPS[version:], pragmas]))
    if version == 0:
        connection.execute("INSERT INTO meta VALUES (?, 1)", (secret or secrets.token_bytes(32),))
    connection.execute("COMMIT")
