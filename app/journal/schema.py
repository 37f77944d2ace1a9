"""The journal's file: its tables, how it is opened, and how it is told from any other file.

Invariants: only a file that bears Pinbridge's `application_id` is written to; a new file gets the id and the
schema in one transaction; every commit is on the disk when it returns (WAL, FULL sync).
"""

from __future__ import annotations

import os
import secrets
import sqlite3
from pathlib import Path

APPLICATION_ID = 0x50696E62  # "Pinb"
SCHEMA_VERSION = 1

_SCHEMA = f"""
BEGIN IMMEDIATE;
CREATE TABLE meta (
    secret  BLOB NOT NULL,          -- keys the fingerprints of token and server
    next_id INTEGER NOT NULL        -- the next reading's number over the whole journal
);
CREATE TABLE device (
    device INTEGER PRIMARY KEY,
    name   TEXT NOT NULL UNIQUE
);
CREATE TABLE stream (
    stream     INTEGER PRIMARY KEY,
    device     INTEGER NOT NULL REFERENCES device,
    target     TEXT NOT NULL,
    next_seq   INTEGER NOT NULL DEFAULT 1,
    forwarded  INTEGER NOT NULL DEFAULT 0,
    superseded INTEGER NOT NULL DEFAULT 0,
    refused    INTEGER NOT NULL DEFAULT 0,
    expired    INTEGER NOT NULL DEFAULT 0,
    UNIQUE (device, target)
);
CREATE TABLE segment (
    segment   INTEGER PRIMARY KEY,  -- grows with every commit: the order of arrival
    first_id  INTEGER NOT NULL,     -- the commit's first reading id; segments of one commit share it
    stream    INTEGER NOT NULL REFERENCES stream,
    first_seq INTEGER NOT NULL,
    count     INTEGER NOT NULL,
    account   BLOB NOT NULL,        -- fingerprint of the token and server it was meant for
    ids       BLOB NOT NULL,        -- count x uint32, from first_id
    times     BLOB NOT NULL,        -- count x int64, microseconds since 1970, UTC
    vals      BLOB NOT NULL         -- count x float64; text and locations make it JSON, stored as TEXT
);
CREATE UNIQUE INDEX segment_of_stream ON segment (stream, first_seq);
CREATE TABLE settled (
    stream INTEGER NOT NULL REFERENCES stream,
    first  INTEGER NOT NULL,
    last   INTEGER NOT NULL,
    fate   TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (stream, first)
) WITHOUT ROWID;
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {SCHEMA_VERSION};
"""


class JournalError(Exception):
    """The journal cannot be used; the text says which file, why, and what to do."""


def open_for_writing(path: Path) -> sqlite3.Connection:
    """The journal at `path`, made if it is not there.

    Raises JournalError where the file is no journal, is of a newer program, or cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new = not path.exists() or path.stat().st_size == 0
        if not new:
            _check_header(path)
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5)
        # Before the first table, and for good: pages of a pruned journal go back to the disk by steps.
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        connection.execute("PRAGMA synchronous = FULL")
        if new:
            connection.executescript(_SCHEMA)
            connection.execute("INSERT INTO meta VALUES (?, 1)", (secrets.token_bytes(32),))
            connection.execute("COMMIT")
        # After the schema, so that the file itself bears the application_id, not a log beside it.
        connection.execute("PRAGMA journal_mode = WAL")
        _check_version(path, connection)
    except sqlite3.Error as error:
        raise JournalError(f"{path}: the journal cannot be opened: {error}") from None
    except OSError as error:
        raise JournalError(
            f"{path}: the journal cannot be written: {error.strerror}: choose another folder for it"
        ) from None
    return connection


def open_for_reading(path: Path) -> sqlite3.Connection:
    """A second look at the journal at `path`, which never writes.

    Raises JournalError where there is no such journal.
    """
    if not path.exists():
        raise JournalError(f"{path}: there is no such journal")
    _check_header(path)
    uri = f"{path.absolute().as_uri()}?mode=ro"
    try:
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False, timeout=5)
        _check_version(path, connection)
    except sqlite3.Error as error:
        raise JournalError(f"{path}: the journal cannot be read: {error}") from None
    return connection


def _check_header(path: Path) -> None:
    """SQLite keeps `application_id` in bytes 68…71 of the file: looked at without opening a database."""
    try:
        with path.open("rb") as file:
            header = file.read(100)
    except OSError as error:
        raise JournalError(f"{path}: the journal cannot be read: {error.strerror}") from None
    is_database = header[:16] == b"SQLite format 3\x00"
    if not is_database or int.from_bytes(header[68:72], "big") != APPLICATION_ID:
        raise JournalError(f"{path}: is not a Pinbridge journal and is left as it is: name another file")
    if not os.access(path, os.R_OK):
        raise JournalError(f"{path}: the journal cannot be read: no permission")


def _check_version(path: Path, connection: sqlite3.Connection) -> None:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > SCHEMA_VERSION:
        connection.close()
        raise JournalError(
            f"{path}: was written by a newer Pinbridge (schema {version}): install that version"
        )
