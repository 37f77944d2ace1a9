"""A damaged journal: how damage is recognised, and how the file is set aside (renamed), not deleted.

Invariants: damage is only content that SQLite reports as wrong, or a table whose definition is not the
program's; a full disk or a missing permission is not damage; SQLite's write-ahead log of a file is renamed
together with the file, and the new names of both contain the time; no name is taken from another file.
"""

from __future__ import annotations

import itertools
import os
import sqlite3
import time
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from app.journal.file.neighbours import index_of, is_index, log_of
from app.journal.file.new_file import move
from app.journal.file.tables import STEPS
from app.messages.message import Message, verbatim

_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_LOOK_S = 1.0
_OPERATIONS = 2_000


def is_damage(error: Exception) -> bool:
    """Whether SQLite says with `error` that the file is damaged, or that it is no database."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in _DAMAGE


def complaint(connection: sqlite3.Connection) -> Message | None:
    """The first damage found in the file; None if a search of at most about one second finds no damage."""
    ends_s = time.monotonic() + _LOOK_S
    connection.set_progress_handler(lambda: time.monotonic() > ends_s, _OPERATIONS)
    try:
        table = _changed_definition(connection)
        if table:
            return Message("damage_table_definition", table=table)
        (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except UnicodeDecodeError as error:
        return verbatim(str(error))
    except sqlite3.DatabaseError as error:
        if is_damage(error):
            return verbatim(str(error))
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
            return None
        raise
    finally:
        connection.set_progress_handler(None, 0)
    return None if found == "ok" else verbatim(found.replace("\n", " "))


def _changed_definition(connection: sqlite3.Connection) -> str:
    """The name of a table that is not defined as in `STEPS`; empty if all tables are defined correctly.

    SQLite trusts the definitions in the file. Their text differs between versions of SQLite, so only the
    columns and indexes that SQLite derives from the text are compared. The file may have further tables and
    indexes, for instance those of ANALYZE.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    with closing(sqlite3.connect(":memory:")) as sound:
        sound.executescript("".join(STEPS[:version]))
        for (name,) in sound.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
            if not _meaning(sound, name) <= _meaning(connection, name):
                return str(name)
    return ""


def _meaning(connection: sqlite3.Connection, table: str) -> set[tuple[object, ...]]:
    """The rows with which SQLite itself describes a table.

    They give its columns (with type, default value and key), its indexes, and whether it has rowids.
    """
    # Text is compared as bytes, because damaged text may be invalid UTF-8.
    queries = (
        'SELECT CAST(name AS BLOB), CAST(type AS BLOB), "notnull", CAST(dflt_value AS BLOB), pk, hidden'
        " FROM pragma_table_xinfo(?)",
        'SELECT CAST(name AS BLOB), "unique", CAST(origin AS BLOB), partial FROM pragma_index_list(?)',
        "SELECT wr, strict FROM pragma_table_list(?)",
    )
    return {row for query in queries for row in connection.execute(query, (table,))}


def set_aside(path: Path, now: datetime) -> Path:
    """Rename a damaged journal and, if there is one, SQLite's write-ahead log beside it.

    The new names contain the time `now`. Returns the new path of the journal. Raises OSError.
    """
    for number in itertools.count(1):
        ending = f"-{number}" if number > 1 else ""
        place = path.with_name(f"{path.stem}.damaged-{now:%Y-%m-%d-%H%M%S}{ending}{path.suffix}")
        log = log_of(place)
        if not os.path.lexists(log):
            with suppress(FileExistsError):
                move(path, place)
                break
    with suppress(FileNotFoundError):
        move(log_of(path), log)
    # Delete the index of the write-ahead log. SQLite makes a new index when it needs one.
    with suppress(FileNotFoundError):
        if is_index(index_of(path)):
            index_of(path).unlink()
    return place
