"""A damaged journal: how it is noticed, and how it is put out of the way with nothing of it deleted.

Invariants: only SQLite's own word that the file's content is wrong counts as damage, never a full disk or a
missing permission; the file keeps its log, under a name that says when it was set aside.
"""

from __future__ import annotations

import sqlite3
import time
from datetime import datetime
from pathlib import Path

_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_LOOK_S = 1.0
_OPERATIONS = 2_000


def is_damage(error: Exception) -> bool:
    """Whether an error means that the file's content is wrong."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in _DAMAGE


def complaint(connection: sqlite3.Connection) -> str:
    """What SQLite finds wrong in at most a second; empty where it finds nothing, or not in that time."""
    ends_s = time.monotonic() + _LOOK_S
    connection.set_progress_handler(lambda: time.monotonic() > ends_s, _OPERATIONS)
    try:
        found: str = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except UnicodeDecodeError as error:
        return str(error)
    except sqlite3.DatabaseError as error:
        if is_damage(error):
            return str(error)
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
            return ""
        raise
    finally:
        connection.set_progress_handler(None, 0)
    return "" if found == "ok" else found.replace("\n", " ")


def set_aside(path: Path, now: datetime) -> Path:
    """Rename a damaged journal and its log; where it lies now. Raises OSError."""
    place = path.with_name(f"{path.stem}.damaged-{now:%Y-%m-%d-%H%M%S}{path.suffix}")
    number = 1
    while place.exists():
        number += 1
        place = path.with_name(f"{path.stem}.damaged-{now:%Y-%m-%d-%H%M%S}-{number}{path.suffix}")
    path.rename(place)
    log = path.with_name(f"{path.name}-wal")
    if log.exists():
        log.rename(place.with_name(f"{place.name}-wal"))
    # The log's index is made anew whenever it is needed.
    path.with_name(f"{path.name}-shm").unlink(missing_ok=True)
    return place
