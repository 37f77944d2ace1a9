"""Tells the files that SQLite makes beside a journal from files of others that have such a name.

SQLite takes every file named `NAME-wal`, `NAME-shm` or `NAME-journal` for its own: it writes to it, removes
it, and plays `NAME-journal` back into the journal. So these files are looked at before SQLite is.

Invariants: nothing is written; a file is the journal's only if its content says so, or if it is empty and has
no second name (a hard link); a link, a folder or a device is never the journal's. Whether a log (`NAME-wal`)
with SQLite's content belongs to this journal is not judged here. The sections are those of
https://sqlite.org/fileformat2.html.
"""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from app.journal.file.beside import opened_beside_sqlite

APPLICATION_ID = 0x50696E62  # "Pinb"
ENDINGS = _LOG, _INDEX, _ROLLBACK = "-wal", "-shm", "-journal"
"""What SQLite appends to the name of a journal for the files that it makes beside it."""
_HEADER_BYTES = 100
_MODES, _WAL = slice(18, 20), b"\x02\x02"
_ID = slice(68, 72)
_ROLLBACK_MAGIC = b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"
_ROLLBACK_HEADER = struct.Struct(">8s5I")
_INDEX_VERSION = struct.pack("=I", 3_007_000)


def log_of(path: Path) -> Path:
    """The path of the write-ahead log of the journal at `path`, whether the log exists or not."""
    return path.with_name(f"{path.name}{_LOG}")


def index_of(path: Path) -> Path:
    """The path of the index of the log (https://sqlite.org/walformat.html) of the journal at `path`."""
    return path.with_name(f"{path.name}{_INDEX}")


def rollback_of(path: Path) -> Path:
    """The path of the rollback journal of the database at `path`. A journal in WAL mode has none."""
    return path.with_name(f"{path.name}{_ROLLBACK}")


def names_beside(path: Path) -> tuple[Path, Path, Path]:
    """The paths of all files that SQLite may make beside the journal at `path`."""
    return log_of(path), index_of(path), rollback_of(path)


def foreign_neighbour(path: Path) -> Path | None:
    """The first file beside `path` that SQLite would use, although it is not the journal's. Raises OSError.

    If there is no file at `path`, every such file belongs to another.
    """
    is_new = not os.path.lexists(path)
    log, index, rollback = names_beside(path)
    own: dict[Path, Callable[[], bool]] = {
        log: lambda: True,
        index: lambda: is_index(index),
        rollback: lambda: _is_own(path),
    }
    for beside, is_own in own.items():
        # A file may go away meanwhile, because a program that closes the journal removes it.
        with suppress(FileNotFoundError, NotADirectoryError):
            found = beside.lstat()
            if not stat.S_ISREG(found.st_mode) or is_new or not is_own():
                return beside
            # Nothing in an empty file says that it is the journal's, and another program may know it by its
            # second name.
            if found.st_nlink > 1 and _is_blank(beside):
                return beside
    return None


def has_rollback(path: Path) -> bool:
    """Whether there is a rollback journal beside the journal at `path`, which SQLite would play back."""
    with suppress(FileNotFoundError, NotADirectoryError), rollback_of(path).open("rb") as rollback:
        return rollback.read(len(_ROLLBACK_MAGIC)) == _ROLLBACK_MAGIC
    return False


def is_index(path: Path) -> bool:
    """Whether the file at `path` is an index of a log. After a power cut, it may be empty or zeros."""
    if path.is_symlink():
        return False
    # Only SQLite may close this file: its locks on the journal are on it.
    with opened_beside_sqlite(path) as file:
        start = file.read(len(_INDEX_VERSION))
    return start == _INDEX_VERSION or not any(start)


def _is_blank(path: Path) -> bool:
    """Whether the file at `path` is empty or begins with zeros."""
    with opened_beside_sqlite(path) as file:
        return not any(file.read(len(_INDEX_VERSION)))


def _is_own(path: Path) -> bool:
    """Whether the rollback journal beside the journal at `path` is its own, or no file that SQLite would use.

    An old version that crashed while it made a journal may have left one: of the creation itself, or of the
    switch to WAL. In the second case it has the first page, with the `application_id` of a journal.
    """
    with opened_beside_sqlite(path) as file:
        header = file.read(_HEADER_BYTES)
    is_wal = header[_MODES] == _WAL
    with rollback_of(path).open("rb") as rollback:
        start = rollback.read(_ROLLBACK_HEADER.size)
        if not start.strip(b"\0"):
            # SQLite ignores such a file, and never uses one of this name in WAL mode.
            return is_wal
        if len(start) < _ROLLBACK_HEADER.size or not start.startswith(_ROLLBACK_MAGIC):
            return False
        _, _, _, pages_before, sector_bytes, page_bytes = _ROLLBACK_HEADER.unpack(start)
        if pages_before == 0:
            return not is_wal
        # Section 3: the header fills a sector; a number is before each page, a checksum after it.
        at = sector_bytes
        while 0 < page_bytes <= 65536 and at:
            rollback.seek(at)
            record = rollback.read(4 + page_bytes + 4)
            if len(record) < 8 + page_bytes:
                return False
            if record[:4] == b"\0\0\0\1":
                return record[4:-4][_ID] == APPLICATION_ID.to_bytes(4, "big")
            at += len(record)
    return False
