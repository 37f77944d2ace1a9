"""Notices when the files of an open journal are deleted, renamed, replaced or overwritten.

SQLite goes on writing to a file that has lost its name, and everything in it is gone when the program ends.
So the writer looks at the names from time to time.

Invariants: nothing is written here; only a file that was open from the start, and still has a journal's
content (or never had, see `_is_torn`), is the journal's own; if the operating system cannot say what a name
leads to, the file counts as being in place. On Windows, a file that SQLite has open cannot be deleted or
renamed: it is always in place.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path

from app.journal.file.beside import FileKey, close_idle, key_of, opened_beside_sqlite
from app.journal.file.neighbours import index_of, log_of, names_beside
from app.journal.file.pages import PAGE_BYTES
from app.journal.file.schema import is_header_of_journal
from app.journal.file.wal import (
    EMPTY_LOG,
    INDEX_HEADER_BYTES,
    LogIndex,
    has_frame,
    is_start_of_log,
    read_index,
)

_START_BYTES = 4 * PAGE_BYTES
_GONE = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)


class OpenFiles:
    """The files of one open journal: the database, and beside it SQLite's log and the index of the log."""

    def __init__(self, path: Path, secret: bytes, name: Path) -> None:
        """`path` is the journal, which must be open, so that SQLite has created the files beside it.

        `secret` is the journal's own. `name` is how the user calls it: it may be a link to `path`.
        """
        self.path = path
        self.log = log_of(path)
        self.index = index_of(path)
        self._name, self._real = name, os.path.realpath(name)
        self._wanted, self._secret = secret, b""
        self._is_torn = False
        """Whether a power cut has left a part of the first page, which is only in the log until SQLite copies
        it from there: then it cannot be told from the content of another file."""
        self._look_at(self._start())
        self._frames_seen = EMPTY_LOG
        self._keys = {name: _key(name) for name in (path, self.log, self.index)}

    def close(self) -> None:
        """Close what was opened to look at the files. SQLite must have closed them before."""
        close_idle(key for key in self._keys.values() if key)

    @property
    def is_place_free(self) -> bool:
        """Whether a new file can have the journal's path: no other file is there, or beside it for SQLite."""
        if os.path.realpath(self._name) != self._real:
            return False
        names = (self.path, *names_beside(self.path))
        return not any(os.path.lexists(name) and not self.is_own(name) for name in names)

    def lost(self) -> Path | None:
        """The first file that is no longer the journal's own under its name; None if all are in place."""
        if os.path.realpath(self._name) != self._real:
            return self._name
        return next((name for name in self._keys if not self._is_in_place(name)), None)

    def is_own(self, name: Path) -> bool:
        """Whether there is a file `name` that is the journal's own, and has not been overwritten."""
        return os.path.lexists(name) and name in self._keys and self._is_in_place(name)

    @property
    def is_overwritten(self) -> bool:
        """Whether the database or the log has other content, although it is still the file that is open."""
        return any(
            found is not None and found == _key(name) and not self._is_in_place(name)
            for name, found in self._keys.items()
        )

    def _is_in_place(self, name: Path) -> bool:
        try:
            found = _key(name)
            return found == self._keys[name] and (found is None or self._has_own_content(name))
        except OSError:
            return True

    def _has_own_content(self, name: Path) -> bool:
        if name == self.path:
            start = self._start()
            if self._is_torn:
                self._look_at(start)
            return self._is_torn or (is_header_of_journal(start) and self._secret in start)
        if name == self.log:
            return self._has_own_log()
        return True

    def _look_at(self, start: bytes) -> None:
        """Remember what the file begins with."""
        self._is_torn = not is_header_of_journal(start)
        # In a journal that another SQLite has rearranged, the secret may be elsewhere.
        self._secret = self._wanted if self._wanted in start else b""

    def _has_own_log(self) -> bool:
        """Whether the log has the last frames that its index names, now and when it was last looked at.

        SQLite leaves a hole in a log that was cut off: the frames that were the last ones then are missing.
        """
        index = self._log_index()
        with self.log.open("rb", buffering=0) as log:
            start = log.read(4)
            has_start = is_start_of_log(start) and (any(start) or not index.frames)
            last = index.frames, self._frames_seen.frames if self._frames_seen.salts == index.salts else 0
            has_frames = all(has_frame(log, frame, index) for frame in last if frame)
        if index != self._log_index():
            return has_start  # SQLite has just written to the log.
        if has_start and has_frames:
            self._frames_seen = index
        return has_start and has_frames

    def _log_index(self) -> LogIndex:
        """What the index says. That the log is empty if another file has the index's name."""
        if _key(self.index) != self._keys[self.index]:
            return EMPTY_LOG
        with opened_beside_sqlite(self.index) as file:
            return read_index(file.read(INDEX_HEADER_BYTES))

    def _start(self) -> bytes:
        """The first pages of the database. One of them has the only row of the first table: the secret."""
        with opened_beside_sqlite(self.path) as file:
            return file.read(_START_BYTES)


def _key(path: Path) -> FileKey | None:
    """The key of the file at `path`; None if there is none. Raises OSError."""
    try:
        return key_of(path)
    except OSError as error:
        if error.errno in _GONE:
            return None
        raise
