"""The journal's file: how it is opened, brought up to date, and distinguished from any other file.

Invariants: only a file with Pinbridge's `application_id` is written to, and SQLite opens it for writing only
if the files beside it are its own, too; a new file appears with all its tables, or not at all; an older file
is brought up to date in one transaction, by the `STEPS` that it lacks; a file of a newer program is left
alone; when COMMIT returns, the commit is on the disk (WAL, FULL sync), unless the transaction was begun
without `synced`.
"""

from __future__ import annotations

import errno
import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from app.errors import PinbridgeError
from app.journal.file import new_file
from app.journal.file.beside import opened_beside_sqlite
from app.journal.file.damage import complaint, is_damage
from app.journal.file.neighbours import APPLICATION_ID, foreign_neighbour, has_rollback, log_of
from app.journal.file.pages import PAGE_BYTES, pages_of
from app.journal.file.tables import STEPS
from app.journal.file.wal import SECRET_BYTES, has_foreign_log, move_unusable_log
from app.messages.message import Message, verbatim

SCHEMA_VERSION = len(STEPS)
_MAGIC = b"SQLite format 3\x00"
_LOG_BYTES = 16_000_000


class JournalError(PinbridgeError):
    """The journal cannot be used. The message says which file, why, and what to do."""


class NoJournal(JournalError):  # noqa: N818 - a state of the file
    """The file does not have a journal's `application_id`, or it is empty."""


class JournalDamaged(JournalError):  # noqa: N818 - a state of the file
    """The file has a journal's `application_id`, but its content is wrong."""


def open_for_writing(path: Path, secret: bytes | None = None) -> sqlite3.Connection:
    """Open the journal at `path` for writing, and create it if there is no file at `path`.

    A journal that is created gets `secret`; if that is None, a new one.

    Raises JournalDamaged if the journal's content is wrong, and JournalError if the file is not a journal,
    was made by a newer program, or cannot be written.
    """
    connection = None
    try:
        path = followed(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        check_header(path)
        if not path.exists():
            new_file.make(path, _new_content(secret))
        elif not path.stat().st_size:
            raise _damaged(path, Message("damage_empty_file"))
        # Before SQLite opens the file, because it would replay a foreign log, or overwrite it.
        if has_foreign_log(path):
            raise _damaged(path, Message("damage_foreign_log", log=log_of(path).name))
        move_unusable_log(path, datetime.now().astimezone())
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5)
        connection.execute("PRAGMA synchronous = FULL")
        # What is pruned or deleted is overwritten, so that nothing of it is left when the user deletes data.
        connection.execute("PRAGMA secure_delete = ON")
        # The log may grow while another program reads; afterwards it is cut to this size.
        connection.execute(f"PRAGMA journal_size_limit = {_LOG_BYTES}")
        version = _checked_version(path, connection)
        if version:
            found = complaint(connection)
            if found:
                raise _damaged(path, found)
        if version < SCHEMA_VERSION:
            _bring_up_to_date(connection, version)
        # If an older version of the program crashed while it made the file, this is not yet the mode.
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
    path = followed(path)
    check_header(path)
    if not path.exists():
        raise JournalError("journal_not_found", path=str(path))
    if not path.stat().st_size:
        # SQLite would delete the log of an empty file.
        raise _damaged(path, Message("damage_empty_file"))
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
        if error.errno == errno.ENOSPC:
            return JournalError("journal_disk_full", path=str(path))
        return JournalError("journal_cannot_be_written", path=str(path), words=str(error.strerror))
    # A UnicodeDecodeError is damage too: SQLite's message may quote bytes that are not text.
    if isinstance(error, UnicodeDecodeError) or (isinstance(error, sqlite3.Error) and is_damage(error)):
        return _damaged(path, verbatim(str(error)))
    if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
        return JournalError("journal_disk_full", path=str(path))
    return JournalError("journal_cannot_be_opened", path=str(path), words=str(error))


def _damaged(path: Path, damage: Message) -> JournalDamaged:
    return JournalDamaged("journal_damaged", path=str(path), damage=damage)


def followed(path: Path) -> Path:
    """`path`, or the file that the link at `path` leads to, so that SQLite's files are beside that one.

    Raises JournalError if the link leads to nothing: no file is created through a link.
    """
    if not path.is_symlink():
        return path
    if not path.exists():
        raise JournalError("journal_link_broken", path=str(path))
    return Path(os.path.realpath(path))


def check_header(path: Path) -> None:
    """Raise NoJournal if there is a file at `path` that is not a journal.

    Raises JournalError if the file cannot be read, or if a file of another program is where SQLite keeps a
    file beside the journal. Nothing is changed or locked, with one exception: if an older version of the
    program crashed while it made the journal, the creation is undone. Only SQLite and `opened_beside_sqlite`
    open the file. If other code opened and closed it, SQLite could lose its locks on a journal that this
    process has open.
    """
    try:
        path = followed(path)
        if path.exists():
            if not path.is_file():
                raise JournalError("journal_not_a_file", path=str(path))
            _check_content(path)
        if foreign := foreign_neighbour(path):
            raise JournalError("journal_beside_foreign_file", path=str(path), other=str(foreign))
        if has_rollback(path):
            _undo_half_a_change(path)
    except OSError as error:
        raise JournalError("journal_file_cannot_be_read", path=str(path), words=str(error.strerror)) from None
    except sqlite3.OperationalError as error:
        raise JournalError("journal_cannot_be_read", path=str(path), words=str(error)) from None


def is_header_of_journal(header: bytes) -> bool:
    """Whether `header`, the first 100 bytes of a file, is that of a journal."""
    return header.startswith(_MAGIC) and int.from_bytes(header[68:72], "big") == APPLICATION_ID


def is_journal(path: Path) -> bool:
    """Whether there is a journal at `path`, damaged or not. Raises OSError."""
    if not path.is_file():
        return False
    with opened_beside_sqlite(path) as file:
        return is_header_of_journal(file.read(100))


def _check_content(path: Path) -> None:
    """Raise NoJournal unless the file at `path`, or the log of an empty file, is a journal's."""
    if path.stat().st_size == 0:
        if not _has_own_log(path):
            raise NoJournal("journal_file_empty", path=str(path))
        return
    try:
        uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            (found,) = connection.execute("PRAGMA application_id").fetchone()
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        # The file is damaged or not a database, or SQLite has copied only a part of its log into the file.
        # The header decides. After a crash, it may be only in the log, which takes 0.1 s to read.
        if is_journal(path):
            return
        with pages_of(path) as pages:
            page = pages.page(1)
        found = int.from_bytes(page[68:72], "big") if page.startswith(_MAGIC) else None
    if found != APPLICATION_ID:
        raise NoJournal("not_a_journal", path=str(path))


def _has_own_log(path: Path) -> bool:
    """Whether the log beside the empty file at `path` is a journal's.

    Every commit with readings writes the row with the secret again.
    """
    with pages_of(path) as pages:
        rows = (row for number in pages.logged for _, row in pages.rows(number))
        return any(
            len(row) == 2 and isinstance(row[0], bytes) and len(row[0]) == SECRET_BYTES for row in rows
        )


def _undo_half_a_change(path: Path) -> None:
    """Let SQLite undo a change of the journal at `path` that a crash interrupted: its creation, or a switch.

    The rollback journal beside it is the journal's own (see `foreign_neighbour`).
    """
    uri = f"{path.absolute().as_uri()}?mode=rw"
    with suppress(sqlite3.Error), closing(sqlite3.connect(uri, uri=True)) as connection:
        connection.execute("PRAGMA application_id").fetchone()
    if path.stat().st_size == 0:
        # The crash was before the first commit. The file that is left has never held anything.
        path.unlink()


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


def _new_content(secret: bytes | None) -> bytes:
    """The content of a new journal: a database with all tables, in WAL mode."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
        _bring_up_to_date(connection, 0, secret)
        content = bytearray(connection.serialize())
    # Section 1.3 of https://sqlite.org/fileformat2.html. A switch by PRAGMA would need a rollback journal.
    content[18:20] = b"\2\2"
    return bytes(content)


def _bring_up_to_date(connection: sqlite3.Connection, version: int, secret: bytes | None = None) -> None:
    """Carry out all `STEPS` after version `version` in one transaction.

    If a step fails, the caller has to close the connection. That undoes all steps.
    """
    pragmas = f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {SCHEMA_VERSION};"
    # auto_vacuum must be set before the first table; in a file with tables it has no effect. INCREMENTAL
    # lets pruning return pages to the disk in small steps.
    begin = "BEGIN; PRAGMA auto_vacuum = INCREMENTAL;"
    connection.executescript("\n".join([begin, *STEPS[version:], pragmas]))
    if version == 0:
        connection.execute("INSERT INTO meta VALUES (?, 1)", (secret or secrets.token_bytes(SECRET_BYTES),))
    connection.execute("COMMIT")
