"""Connections for reading an open journal: one for each thread. They never wait for the writer.

Invariants: the connection of a thread is closed by the thread, or when the journal is closed; no connection
reads another file that has taken the journal's name.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

from app.journal.file.schema import JournalError, open_for_reading


class Readers:
    """The connections of all threads that read one journal."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._own = threading.local()
        self._all: list[sqlite3.Connection] = []
        self._file = object()
        self._is_lost: Callable[[], bool] = lambda: False

    def connection(self) -> sqlite3.Connection:
        """The calling thread's own connection, which is opened when it is first needed.

        Raises JournalError if the journal cannot be opened, or is not under its name.
        """
        own: tuple[object, sqlite3.Connection] | None = getattr(self._own, "connection", None)
        if own is None or own[0] is not self._file:
            if own:
                # Forget it first: the new file may be gone too, and the next call must try again.
                del self._own.connection
                self._all.remove(own[1])
                own[1].close()
            own = self._own.connection = (self._file, self.opened())
            self._all.append(own[1])
        return own[1]

    def turn_to_new_file(self, path: Path, is_lost: Callable[[], bool] = lambda: False) -> None:
        """Make each thread open a connection to the file `path` when it next needs one.

        `is_lost` tells whether another file, or none, has this name now.
        """
        self._path, self._is_lost = path, is_lost
        self._file = object()

    def opened(self) -> sqlite3.Connection:
        """A new connection, which the caller closes, also after `close`.

        Raises JournalError if the journal cannot be opened, or is not under its name.
        """
        path = self._path
        connection = open_for_reading(path)
        # SQLite would combine a file that was put there with the journal's log.
        if self._is_lost():
            connection.close()
            raise JournalError("journal_not_found", path=str(path))
        return connection

    def close(self) -> None:
        """Close the connections of all threads."""
        for connection in self._all:
            connection.close()
