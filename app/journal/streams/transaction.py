"""One durable change of the journal: all of its streams, runs and marks, or none.

Invariants: a seq is settled once; the counters of a stream change with its runs, in the same commit; other
threads see nothing of a change before it is committed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import replace

from app.journal.streams import accounts, ranges
from app.journal.streams.ranges import PRUNED
from app.journal.streams.stream import Stream
from app.wire.streams import END, Run


class Transaction:
    """Changed streams, beside the streams as of the last commit; for the writer's thread."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        streams: Mapping[int, Stream],
        bound: Mapping[str, bytes],
    ) -> None:
        """`bound` holds the account that each device feeds now."""
        self.connection = connection
        self._before = streams
        self._bound = bound
        self.changed: dict[int, Stream] = {}
        self.dropped: list[Stream] = []

    def stream(self, number: int) -> Stream | None:
        """A stream as this change has left it so far; None if there is no such stream any more."""
        return self.changed.get(number) or self._before.get(number)

    def put(self, stream: Stream) -> None:
        """Keep a changed stream."""
        self.changed[stream.stream] = stream.seen_by(self._bound.get(stream.device))

    def settle(self, run: Run) -> int:
        """Settle the seqs of `run` that no run covers. Returns how many those are.

        So a late or repeated answer changes nothing.
        """
        stream = self.stream(run.stream)
        if stream is None:
            return 0
        settled = 0
        last_seq = min(run.last, stream.next_seq - 1)
        for first, last in ranges.some_gaps(self.connection, run.stream, run.first, last_seq):
            ranges.cover(self.connection, run._replace(first=first, last=last))
            stream = replace(stream, account_ranges=accounts.settle(stream.account_ranges, first, last))
            settled += last - first + 1
        if stream.resent or stream.held:
            stream = replace(stream, resent=stream.resent - self._unmark(stream, run.first, last_seq))
        total = getattr(stream, run.fate) + settled
        self.put(replace(stream, **{run.fate.value: total}))
        return settled

    def send_again(self, stream: Stream, first: int, last: int) -> None:
        """Make refused readings of one run pending again, and mark them to go before all others."""
        count = last - first + 1
        ranges.cut(self.connection, "settled", stream.stream, first, last)
        self.connection.execute("INSERT INTO resent VALUES (?, ?, ?)", (stream.stream, first, last))
        now = self.stream(stream.stream) or stream
        self.put(
            replace(
                now,
                refused=now.refused - count,
                resent=now.resent + count,
                account_ranges=accounts.settle(now.account_ranges, first, last, -1),
            )
        )

    def bind(self, stream: Stream, account: bytes) -> None:
        """Count the held and resent readings of a stream for `account`.

        Completely settled ranges no longer keep accounts apart.
        """
        account_ranges = accounts.without_settled(
            stream.account_ranges, stream.next_seq, stream.settled, account
        )
        resent = sum(
            ranges.covered(self.connection, "resent", stream.stream, first, last)
            for first, last in accounts.ranges(account_ranges, account)
        )
        self.put(replace(stream, account_ranges=account_ranges, resent=resent))

    def restamp(self, stream: Stream, account: bytes) -> None:
        """Change the account that all readings of a stream are meant for."""
        account_ranges = (accounts.AccountRange(1, account),)
        resent = ranges.covered(self.connection, "resent", stream.stream, 1, END)
        self.put(
            replace(stream, account_ranges=account_ranges, resent=resent, generation=stream.generation + 1)
        )

    def carry_over(self, stream: Stream) -> None:
        """Continue a stream whose readings are in a damaged file."""
        self.connection.execute(
            "INSERT INTO stream (stream, device, target) SELECT ?, device, ? FROM device WHERE name = ?",
            (stream.stream, stream.target, stream.device),
        )
        self.fold_all(replace(stream, expired=stream.expired + stream.pending))

    def fold_all(self, stream: Stream) -> None:
        """Replace all runs of a stream by one: no reading is left, and its counters know the fates."""
        if stream.next_seq > 1:
            run = (stream.stream, 1, stream.next_seq - 1, PRUNED, "")
            self.connection.execute("INSERT INTO settled VALUES (?, ?, ?, ?, ?)", run)
        self.put(replace(stream, account_ranges=(), resent=0))

    def drop(self, stream: Stream) -> None:
        """Forget a stream of which no reading is left."""
        self.changed.pop(stream.stream, None)
        self.dropped.append(stream)
        self.connection.execute("DELETE FROM stream WHERE stream = ?", (stream.stream,))

    def _unmark(self, stream: Stream, first: int, last: int) -> int:
        """Remove the marks of settled readings. Returns how many were in the device's own ranges."""
        account = self._bound.get(stream.device)
        cut = {True: 0, False: 0}
        for others in cut:
            for from_seq, to_seq in accounts.ranges(stream.account_ranges, account, others=others):
                part = max(first, from_seq), min(last, to_seq)
                if part[0] <= part[1]:
                    cut[others] += ranges.cut(self.connection, "resent", stream.stream, *part)
        return cut[False]

    def finish(self) -> None:
        """Write the streams that have changed."""
        self.connection.executemany(
            "UPDATE stream SET next_seq=?, forwarded=?, superseded=?, refused=?, expired=? WHERE stream=?",
            [
                (s.next_seq, s.forwarded, s.superseded, s.refused, s.expired, s.stream)
                for s in self.changed.values()
            ],
        )
        for stream in self.changed.values():
            before = self._before.get(stream.stream)
            if before is None or stream.account_ranges != before.account_ranges:
                self.connection.execute("DELETE FROM meant WHERE stream = ?", (stream.stream,))
                self.connection.executemany(
                    "INSERT INTO meant VALUES (?, ?, ?, ?)",
                    [(stream.stream, *part) for part in stream.account_ranges],
                )
