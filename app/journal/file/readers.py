"""Connections for reading an open journal: one for each thread. They never wait for the writer.

Invariant: a connection is closed by the thread that uses it, or when the journal is closed.
"""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

from app.journal.file.schema import open_for_reading


class Readers:
    """The connections of all threads that read one journal."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._own = threading.local()
        self._all: list[sqlite3.Connection] = []
        self._file = object()

    def connection(self) -> sqlite3.Connection:
        """The calling thread's own connection, which is opened when it is first needed."""
        own: tuple[object, sqlite3.Connection] | None = getattr(self._own, "connection", None)
        if own is None or own[0] is not self._file:
            if own:
                self._all.remove(own[1])
                own[1].close()
            own = self._own.connection = (self._file, open_for_reading(self._path))
            self._all.append(own[1])
        return own[1]

    def turn_to_new_file(self, path: Path) -> None:
        """Make each thread open a connection to the file `path` when it next needs one."""
        self._path = path
        self._file = object()

    def close(self) -> None:
        """Close the connections of all threads."""
        for connection in self._all:
            connection.close()
