"""The state of one stream: its number of readings of each fate, and the accounts that they were meant for.

Invariants: pending = all readings - settled readings; held readings are pending; marked readings are
pending; `resent` is the number of marked readings that are not held; an instance never changes, so that any
thread may read it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

import msgspec
from msgspec.structs import replace

from app.journal.status import JournalCounts
from app.journal.streams import accounts, ranges
from app.journal.streams.accounts import AccountRange, AccountRanges


class Stream(msgspec.Struct, frozen=True, gc=False):
    """The state of a stream: its number of readings of each fate, and the accounts they were meant for."""

    stream: int
    device: str
    target: str
    next_seq: int = 1
    forwarded: int = 0
    superseded: int = 0
    refused: int = 0
    expired: int = 0
    account_ranges: AccountRanges = ()
    held: int = 0
    """How many pending readings were meant for another account than the device's present one."""
    resent: int = 0
    """How many pending readings are marked to be sent again. Held readings are not counted."""
    generation: int = 0
    """Grows when a forwarder has to read the stream from seq 1 again; 0 at the start of the program."""
    last_refusal: str = ""
    """Why the newest refusal happened, encoded; empty if `refused_kept` is 0."""
    pruned: int = 0
    """How many readings are no longer in the file, because they were pruned or deleted."""
    refused_pruned: int = 0
    """How many of these were refused."""

    @property
    def settled(self) -> int:
        """How many readings are settled. A reading is settled if a run covers it."""
        return self.forwarded + self.superseded + self.refused + self.expired

    @property
    def pending(self) -> int:
        """How many readings are not settled."""
        return self.next_seq - 1 - self.settled

    @property
    def kept(self) -> int:
        """How many readings are still in the file."""
        return self.next_seq - 1 - self.pruned

    @property
    def refused_kept(self) -> int:
        """How many refused readings are still in the file, so that the user can decide about them."""
        return self.refused - self.refused_pruned

    @property
    def unassigned(self) -> int:
        """How many pending readings were not to be forwarded, because the device had no server."""
        return accounts.pending_for(self.account_ranges, self.next_seq, self.settled, b"")

    def counts(self) -> JournalCounts:
        """The stream's part of the ledger: the number of its readings, in total and by fate."""
        return JournalCounts(
            self.next_seq - 1,
            self.forwarded,
            self.superseded,
            self.refused,
            self.expired,
            self.pending,
            self.held,
        )

    def seen_by(self, account: bytes | None) -> Stream:
        """The stream with `held` recalculated.

        `account` is the device's present account; if it is None, all pending readings are held.
        """
        held = accounts.held(self.account_ranges, self.next_seq, self.settled, account)
        return self if held == self.held else replace(self, held=held)


def read_devices(connection: sqlite3.Connection) -> list[str]:
    """The names of a journal's devices, in the order in which they first appeared."""
    return [name for (name,) in connection.execute("SELECT name FROM device ORDER BY device")]


def read_device_numbers(connection: sqlite3.Connection) -> dict[int, str]:
    """The name of each device of a journal, by its number, which stays when the name changes."""
    return dict(connection.execute("SELECT device, name FROM device").fetchall())


def read_streams(connection: sqlite3.Connection) -> list[Stream]:
    """All streams of a journal, oldest first.

    All pending readings count as held, because the journal does not store which account a device has now.
    """
    account_ranges: dict[int, AccountRanges] = {}
    for stream, *row in connection.execute("SELECT * FROM meant ORDER BY stream, first"):
        account_ranges[stream] = (*account_ranges.get(stream, ()), AccountRange(*row))
    rows = connection.execute(
        "SELECT stream, name, target, next_seq, forwarded, superseded, refused, expired"
        " FROM stream JOIN device USING (device) ORDER BY stream"
    )
    pruned = _read_pruned(connection)
    return [_with(Stream(*row), account_ranges, pruned, connection) for row in rows.fetchall()]


def _with(
    stream: Stream,
    account_ranges: Mapping[int, AccountRanges],
    pruned: Mapping[int, tuple[int, int]],
    connection: sqlite3.Connection,
) -> Stream:
    count, refused = pruned.get(stream.stream, (0, 0))
    return replace(
        stream,
        account_ranges=account_ranges.get(stream.stream, ()),
        last_refusal=ranges.last_refusal(connection, stream.stream),
        pruned=count,
        refused_pruned=refused,
    ).seen_by(None)


def _read_pruned(connection: sqlite3.Connection) -> dict[int, tuple[int, int]]:
    """For each stream, how many of its readings are no longer in the file, and how many of them were refused.

    Empty if an earlier version of the program has made the file, and it was not yet opened for writing.
    """
    if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'pruned'").fetchone():
        return {}
    rows = connection.execute("SELECT stream, count, refused FROM pruned")
    return {stream: (count, refused) for stream, count, refused in rows}
