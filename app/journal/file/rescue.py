"""Copies a journal whose files were taken away, through the connection that still has them open.

Invariants: the copy gets its name only when it is whole; only files of the journal itself are replaced or
removed, and no name that another file has is taken.
"""

from __future__ import annotations

import os
import re
import secrets
import sqlite3
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from app.journal.file.damage import complaint, is_damage, set_aside
from app.journal.file.neighbours import names_beside
from app.journal.file.new_file import move
from app.journal.file.open_files import OpenFiles
from app.journal.file.schema import JournalDamaged, open_for_writing
from app.messages.message import Message, verbatim

_NEEDED = frozenset({"meta", "device", "stream", "segment", "settled", "meant"})
"""The tables without which the readings and their fates are not known."""
_RESCUED = re.compile(r"\.rescued-[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9]{6}(-[0-9]+)?\Z")
"""The end of a name that `new_place` has made."""


def new_place(files: OpenFiles, now: datetime) -> Path:
    """The path for the new file: the journal's own if no other file is there, else a free one beside it.

    The name of a file beside the journal contains the time `now`.
    """
    if files.is_place_free:
        return files.path
    # The name does not grow with each loss, or it would soon be too long for the file system.
    first = _RESCUED.sub("", files.path.stem)
    stem, number = f"{first}.rescued-{now:%Y-%m-%d-%H%M%S}", 1
    while True:
        place = files.path.with_name(f"{stem}{f'-{number}' if number > 1 else ''}{files.path.suffix}")
        if not any(map(os.path.lexists, (place, *names_beside(place)))):
            return place
        number += 1


def copy_to(place: Path, connection: sqlite3.Connection, files: OpenFiles) -> None:
    """Copy the journal that `connection` has open to a new file at `place`, which `new_place` has returned.

    If the files were overwritten, the copy may lack lists of rejected lines and the like, but no reading.
    Raises JournalDamaged if the readings cannot be read completely, and OSError, sqlite3.Error or
    JournalError if the copy cannot be written. Then there is no new file.
    """
    copy = place.with_name(f"pinbridge-{secrets.token_hex(8)}.new")
    try:
        if files.is_overwritten:
            _copy_tables(connection, copy)
        else:
            _copy_pages(connection, copy)
        if place == files.path:
            _remove_log(files)
        if files.is_own(place):
            copy.replace(place)
        else:
            move(copy, place)
        if not files.is_own(files.path):
            # Another file is there now. SQLite would replay the log into it.
            _remove_log(files)
    finally:
        for path in (copy, *names_beside(copy)):
            with suppress(OSError):
                path.unlink()


def make_way(place: Path, files: OpenFiles, now: datetime) -> None:
    """Rename the journal's own file if it is still at `place`, so that an empty one can be created there.

    The new name contains the time `now`. Raises OSError.
    """
    if files.is_own(place):
        set_aside(place, now)
    if place == files.path:
        _remove_log(files)


def _remove_log(files: OpenFiles) -> None:
    """Remove the journal's own log, so that SQLite does not replay it into another file."""
    for beside in (files.log, files.index):
        if files.is_own(beside):
            beside.unlink()


def _copy_pages(connection: sqlite3.Connection, copy: Path) -> None:
    """Copy the file as it is, which is the fastest way and leaves nothing out."""
    with closing(sqlite3.connect(copy)) as target:
        try:
            connection.backup(target)
            found = complaint(target)
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            found = verbatim(str(error))
    if found:
        raise _damaged(copy, found)


def _copy_tables(connection: sqlite3.Connection, copy: Path) -> None:
    """Copy the rows of each table that can be read.

    SQLite still has what is in its log and in its memory, which for a small journal is everything.
    """
    with closing(open_for_writing(copy)) as target:
        target.execute("BEGIN")
        target.execute("DELETE FROM meta")
        tables = target.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        for (table,) in tables:
            try:
                rows = connection.execute(f"SELECT * FROM {table}")  # noqa: S608 - our table names
                places = ", ".join("?" * len(rows.description))
                target.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608
            except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
                if isinstance(error, sqlite3.Error) and not is_damage(error):
                    raise
                if table in _NEEDED:
                    raise _damaged(copy, verbatim(str(error))) from None
        target.execute("COMMIT")
        target.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _damaged(copy: Path, damage: Message) -> JournalDamaged:
    return JournalDamaged("journal_damaged", path=str(copy), damage=damage)
