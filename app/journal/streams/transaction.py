"""One transaction: its changes are committed all together or not at all.

It can change streams and their runs, and mark readings to be sent again.

Invariants: a seq is settled only once; the counters of a stream change with its runs, in the same commit;
other threads do not see a change before it is committed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from app.journal.streams import accounts, ranges
from app.journal.streams.ranges import PRUNED
from app.journal.streams.stream import Stream, with_refusals
from app.wire.streams import END, Fate, Run, Usage


class Transaction:
    """An open transaction and the streams that it has changed so far.

    Only for the thread that writes the journal.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        streams: Mapping[int, Stream],
        bound: Mapping[str, bytes],
    ) -> None:
        """`streams` are the streams as of the last commit.

        `bound` maps the name of each device to the fingerprint of the device's present account.
        """
        self.connection = connection
        self._before = streams
        self._bound = bound
        self.changed: dict[int, Stream] = {}
        self.dropped: list[Stream] = []
        self.used: dict[str, Usage] = {}
        """How much of budgets is used now, by their names, as far as this transaction has changed it."""
        self.unused: Collection[str] = ()
        """Names that no budget has any more, unless they are in `used`."""
        self._begun: dict[tuple[str, str], int] = {}

    def stream(self, number: int) -> Stream | None:
        """The stream with this number, including the changes of this transaction; None if there is none."""
        return self.changed.get(number) or self._before.get(number)

    def begun(self, device: str, target: str) -> Stream:
        """The stream of `device` and `target` that this transaction has begun. It is begun if necessary."""
        number = self._begun.get((device, target))
        if number is None:
            cursor = self.connection.execute(
                "INSERT INTO stream (device, target) SELECT device, ? FROM device WHERE name = ?",
                (target, device),
            )
            number = cursor.lastrowid
            assert number is not None  # noqa: S101 - an INSERT sets it
            self._begun[(device, target)] = number
        return self.changed.get(number) or Stream(number, device, target)

    def put(self, stream: Stream) -> None:
        """Record that `stream` has changed, and recalculate how many of its readings are held."""
        self.changed[stream.stream] = stream.seen_by(self._bound.get(stream.device))

    def settle(self, run: Run) -> int:
        """Store the fate of `run` for those of its readings that are not settled yet. Returns how many.

        Readings that are settled already keep their fate, so a late or repeated answer of the cloud changes
        nothing.
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
        if settled and run.fate is Fate.REFUSED:
            kept = stream.refused_kept + settled
            stream = replace(stream, refused_kept=kept, last_refusal=run.reason)
        total = getattr(stream, run.fate) + settled
        self.put(replace(stream, **{run.fate.value: total}))
        return settled

    def send_again(self, stream: Stream, first: int, last: int) -> None:
        """Mark the refused readings `first`…`last`, so that they are sent again.

        They become pending, and are sent before all other readings. Call `recount_refused` afterwards.
        """
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

    def discard_refused(self, stream: Stream, spans: Collection[tuple[int, int]] | None, reason: str) -> int:
        """Give refused readings of `stream` the fate expired, for `reason`. Returns how many.

        `spans` are their first and last seqs; None stands for all refused readings that are in the file.
        """
        if spans is None:
            self.connection.execute(
                "UPDATE settled SET fate = ?, reason = ? WHERE stream = ? AND fate = ?",
                (Fate.EXPIRED, reason, stream.stream, Fate.REFUSED),
            )
        for first, last in spans or ():
            ranges.cut(self.connection, "settled", stream.stream, first, last)
            ranges.cover(self.connection, Run(stream.stream, first, last, Fate.EXPIRED, reason))
        now = self.stream(stream.stream) or stream
        left = with_refusals(self.connection, now)
        count = now.refused_kept - left.refused_kept
        self.put(replace(left, refused=now.refused - count, expired=now.expired + count))
        return count

    def recount_refused(self, number: int) -> None:
        """Read anew how many refused readings of the stream are in the file, after some were removed."""
        stream = self.stream(number)
        if stream is not None and stream.refused_kept:
            self.put(with_refusals(self.connection, stream))

    def forget_refused(self, number: int, first: int, last: int) -> None:
        """Count the refused readings `first`…`last` of a stream no longer as kept, because they are pruned.

        Unlike `recount_refused`, this takes a short time however many other refused readings there are.
        """
        stream = self.stream(number)
        if stream is None or not stream.refused_kept:
            return
        if gone := ranges.refused_within(self.connection, number, first, last):
            kept = stream.refused_kept - gone
            self.put(replace(stream, refused_kept=kept, last_refusal=stream.last_refusal if kept else ""))

    def bind(self, stream: Stream, account: bytes, earlier: Collection[bytes] = ()) -> None:
        """Adapt `stream` to `account`, which is now the present account of the stream's device.

        Each `AccountRange` whose readings are all settled is assigned to `account`: it has no reading that
        could be held. So is each range for one of `earlier`, which are other fingerprints of the same
        account. Then the counts `Stream.held` and `Stream.resent` are calculated again.
        """
        account_ranges = accounts.without_settled(
            stream.account_ranges, stream.next_seq, stream.settled, account, earlier
        )
        resent = sum(
            ranges.covered(self.connection, "resent", stream.stream, first, last)
            for first, last in accounts.ranges(account_ranges, account)
        )
        self.put(replace(stream, account_ranges=account_ranges, resent=resent))

    def adopt(
        self, device: str, streams: Iterable[Stream], account: bytes, earlier: Collection[bytes] = ()
    ) -> None:
        """Make `account` the present account of `device`, whose streams are `streams` (see `bind`)."""
        self.connection.execute("INSERT OR IGNORE INTO device (name) VALUES (?)", (device,))
        for stream in streams:
            self.bind(self.stream(stream.stream) or stream, account, earlier)

    def rename(self, devices: Mapping[str, tuple[str, Iterable[Stream]]]) -> None:
        """Give devices new names; `devices` maps their names to the new ones and to their streams."""
        rows = [
            (new, *row)
            for old, (new, _) in devices.items()
            for row in self.connection.execute("SELECT device FROM device WHERE name = ?", (old,))
        ]
        # No device of a bench has such a name. Without it, two devices could not swap their names.
        aside = [(f"\n{number}", number) for _, number in rows]
        self.connection.executemany("UPDATE device SET name = ? WHERE device = ?", aside)
        self.connection.executemany("UPDATE device SET name = ? WHERE device = ?", rows)
        for new, streams in devices.values():
            for stream in streams:
                self.put(replace(stream, device=new))

    def rename_budgets(self, stored: Iterable[Usage], names: Mapping[str, str]) -> None:
        """Store under other names how much of budgets has been used; `names` maps their names to new ones."""
        self.unused = {*names, *names.values()}
        for used in stored:
            if name := names.get(used.budget):
                self.used[name] = used._replace(budget=name)
        self.connection.executemany("DELETE FROM usage WHERE budget = ?", [(name,) for name in self.unused])
        self.connection.executemany("INSERT INTO usage VALUES (?, ?, ?)", self.used.values())

    def restamp(self, stream: Stream, account: bytes) -> None:
        """Assign all readings of `stream` to `account`.

        The stream's `generation` grows, so that the `Forwarder` reads the stream from seq 1 again.
        """
        account_ranges = (accounts.AccountRange(1, account),)
        resent = ranges.covered(self.connection, "resent", stream.stream, 1, END)
        self.put(
            replace(stream, account_ranges=account_ranges, resent=resent, generation=stream.generation + 1)
        )

    def carry_over(self, stream: Stream) -> None:
        """Continue `stream` in a new journal, which replaces a damaged one.

        The earlier readings stay in the damaged journal. Those that were pending become expired.
        """
        self.connection.execute(
            "INSERT INTO stream (stream, device, target) SELECT ?, device, ? FROM device WHERE name = ?",
            (stream.stream, stream.target, stream.device),
        )
        self.fold_all(replace(stream, expired=stream.expired + stream.pending))

    def fold_all(self, stream: Stream) -> None:
        """Cover all seqs of `stream` by one run that has `pruned` in place of a fate.

        The counters of the stream stay the same. Before the call, the file must not have any readings or runs
        of the stream.
        """
        if stream.next_seq > 1:
            run = (stream.stream, 1, stream.next_seq - 1, PRUNED, "")
            self.connection.execute("INSERT INTO settled VALUES (?, ?, ?, ?, ?)", run)
        self.put(replace(stream, account_ranges=(), resent=0, refused_kept=0, last_refusal=""))

    def drop(self, stream: Stream) -> None:
        """Delete `stream` with its counters; its readings must have been deleted."""
        self.changed.pop(stream.stream, None)
        self.dropped.append(stream)
        self.connection.execute("DELETE FROM stream WHERE stream = ?", (stream.stream,))

    def _unmark(self, stream: Stream, first: int, last: int) -> int:
        """Remove the mark "to be sent again" from the readings `first`…`last`, because they are settled now.

        Returns how many of those that had the mark were meant for the device's present account.
        """
        account = self._bound.get(stream.device)
        cut = {True: 0, False: 0}
        for others in cut:
            for from_seq, to_seq in accounts.ranges(stream.account_ranges, account, others=others):
                part = max(first, from_seq), min(last, to_seq)
                if part[0] <= part[1]:
                    cut[others] += ranges.cut(self.connection, "resent", stream.stream, *part)
        return cut[False]

    def finish(self) -> None:
        """Write the changed streams to the database."""
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
