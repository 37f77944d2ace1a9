"""The file of an open journal: its lock, the connection that writes it, and the connections that read it.

Invariants: only the thread that writes the journal uses `writing` and replaces the file; a damaged file is
renamed, not deleted; when the file was taken away, nothing is written to or removed from what has its name
now.
"""

from __future__ import annotations

import enum
import sqlite3
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from app.journal.file.damage import set_aside
from app.journal.file.lock import JournalLock
from app.journal.file.open_files import OpenFiles
from app.journal.file.readers import Readers
from app.journal.file.recovery import pending_in
from app.journal.file.rescue import copy_to, make_way, new_place
from app.journal.file.schema import (
    JournalDamaged,
    JournalError,
    check_header,
    followed,
    open_for_reading,
    open_for_writing,
)
from app.journal.streams.stream import Stream, read_streams
from app.messages.message import Message, verbatim
from app.wire.streams import Usage


class State(NamedTuple):
    """What is read from the file when it is opened."""

    secret: bytes
    next_id: int
    streams: list[Stream]
    usage: dict[str, Usage]


class Return(enum.Enum):
    """What `JournalFile.return_to_place` has done."""

    WAS_IN_PLACE = enum.auto()
    WITH_READINGS = enum.auto()
    """It has continued in a copy with all readings."""
    WITHOUT_READINGS = enum.auto()
    """It has continued in an empty file."""


class JournalFile:
    """The open file of a journal. It may be replaced by another one while it is open."""

    def __init__(self, path: Path) -> None:
        """Open the journal at `path`, or create it; a damaged one is replaced. Raises JournalError."""
        self.path = followed(path)
        self.warning: Message | None = None
        """A message for the user if the file was replaced, with the reason; None if it was not."""
        self.was_taken_away = False
        """Whether a file of the journal has been deleted, renamed, replaced or overwritten meanwhile."""
        self._name, self._first_path = path, self.path
        self._is_open = True
        self.readers = Readers(self.path)
        check_header(self.path)
        self._lock = JournalLock(self.path)
        try:
            try:
                self.writing, self.state = _open(self.path)
            except JournalDamaged as error:
                self._set_aside(error.message, pending_in(self.path))
                self.writing, self.state = _open(self.path)
            self._watch(self.path, self.state.secret)
        except JournalError:
            self._lock.release()
            raise

    def close(self) -> None:
        """Close all connections, and release the lock."""
        self.readers.close()
        # SQLite copies its log into the file and removes it only if the connection that writes is the last.
        self._guard.close()
        self.writing.close()
        self._files.close()
        self._is_open = False
        self._lock.release()

    @property
    def is_taken_away(self) -> bool:
        """Whether a file of the open journal is not in its place now."""
        return self._is_open and self._files.lost() is not None

    def replace_damaged(self, damage: Message, pending: int, secret: bytes) -> None:
        """Rename the file, which is damaged, and create an empty one that has `secret`.

        `pending` is how many readings in the damaged file are pending. Raises JournalError.
        """
        self._guard.close()
        self.writing.close()
        self._files.close()
        # If an earlier attempt failed to make the new file, nothing is left to set aside.
        if self.path.exists() and self.path.stat().st_size:
            self._set_aside(Message("journal_damaged", path=str(self.path), damage=damage), pending)
        self._begin(self.path, secret)

    def return_to_place(self, pending: int, secret: bytes) -> Return:
        """If a file of the journal was taken away, continue in a copy of the journal.

        The copy gets the path of the journal; if another file is there now, it gets a name beside it. If the
        files that are open cannot be read completely, an empty file with `secret` is created instead, and
        `pending` is how many pending readings are lost. Raises JournalError if there can be no new file.
        """
        lost = self._files.lost()
        if lost is None:
            return Return.WAS_IN_PLACE
        self.was_taken_away = True
        old, guard, files = self.writing, self._guard, self._files
        try:
            place, result = self._copied()
        except (OSError, sqlite3.Error) as error:
            words = str(getattr(error, "strerror", None) or error)
            raise JournalError("journal_not_rescued", file=str(lost), words=words) from None
        self._begin(place, secret)
        # The guard keeps SQLite from writing to the old path, or from removing a file there, when the
        # connection that writes is closed. It cannot do so itself, because it may only read.
        old.close()
        guard.close()
        files.close()
        self.warning = self._rescued(lost, place, pending if result is Return.WITHOUT_READINGS else None)
        return result

    def _copied(self) -> tuple[Path, Return]:
        """Copy the journal to a new file, and lock it. Returns the path of the new file, which may be empty.

        Raises JournalError, OSError or sqlite3.Error if there can be no new file.
        """
        now = datetime.now().astimezone()
        place = new_place(self._files, now)
        self._lock.release()
        self._lock = JournalLock(place)
        if not self._files.is_overwritten:
            with suppress(sqlite3.Error):
                # If the file was renamed, it has all readings under its new name too.
                self.writing.execute("PRAGMA wal_checkpoint(PASSIVE)")
        try:
            copy_to(place, self.writing, self._files)
        except JournalDamaged:
            make_way(place, self._files, now)
            return place, Return.WITHOUT_READINGS
        return place, Return.WITH_READINGS

    def _begin(self, path: Path, secret: bytes) -> None:
        """Open the file at `path`, which the journal continues in. It is created if there is none."""
        self.writing = open_for_writing(path, secret)
        self._watch(path, secret)

    def _watch(self, path: Path, secret: bytes) -> None:
        self.path = path
        self._guard = open_for_reading(path)
        self._files = OpenFiles(path, secret, self._name if path == self._first_path else path)
        self.readers.turn_to_new_file(path, lambda: self.is_taken_away)

    def _set_aside(self, reason: Message, pending: int | None) -> None:
        """Rename the damaged file, and warn that its pending readings will not be sent.

        `pending` is their number; None if it is unknown.
        """
        try:
            place = str(set_aside(self.path, datetime.now().astimezone()))
        except OSError as error:
            raise JournalError(
                "journal_cannot_be_set_aside", reason=reason, words=str(error.strerror)
            ) from None
        if pending is None:
            self.warning = Message("journal_replaced_uncounted", reason=reason, place=place)
        else:
            self.warning = Message("journal_replaced", reason=reason, place=place, count=pending)

    def _rescued(self, lost: Path, place: Path, missing: int | None) -> Message:
        if missing is not None:
            return Message("journal_rescued_in_part", file=str(lost), place=str(place), count=missing)
        code = "journal_rescued" if place == self._first_path else "journal_rescued_elsewhere"
        return Message(code, file=str(lost), place=str(place))


def _open(path: Path) -> tuple[sqlite3.Connection, State]:
    """Open the journal at `path` for writing, and read its state. Raises JournalError."""
    connection = open_for_writing(path)
    try:
        secret, next_id = connection.execute("SELECT secret, next_id FROM meta").fetchone()
        rows = connection.execute("SELECT budget, period, used FROM usage")
        usage = {row[0]: Usage(*row) for row in rows}
        return connection, State(secret, next_id, read_streams(connection), usage)
    except (sqlite3.Error, UnicodeDecodeError, TypeError) as error:
        connection.close()
        raise JournalDamaged("journal_damaged", path=str(path), damage=verbatim(str(error))) from None
