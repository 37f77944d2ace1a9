"""One transaction: its changes are committed all together or not at all.

It can change streams and their runs, and mark readings to be sent again.

Invariants: a seq is settled only once; the counters of a stream change with its runs, in the same commit;
other threads do not see a change before it is committed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping

from msgspec.structs import replace

from app.journal.streams import accounts, ranges
from app.journal.streams.ranges import PRUNED
from app.journal.streams.stream import Stream
from app.wire.streams import END, Fate, Run, Usage

_REFUSED_WITHIN = f"WHERE stream = ? AND {ranges.REFUSED} AND first BETWEEN ? AND ?"


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

    def _known(self, number: int) -> Stream:
        stream = self.stream(number)
        assert stream is not None  # noqa: S101 - it has readings in the file
        return stream

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
            stream = replace(stream, last_refusal=run.reason)
        total = getattr(stream, run.fate) + settled
        self.put(replace(stream, **{run.fate.value: total}))
        return settled

    def send_again(self, number: int, first: int, last: int) -> int:
        """Mark the refused readings within `first`…`last` of a stream, so that they are sent again.

        They become pending, and are sent before all other readings. All of them must have been meant for the
        present account of the device. Returns how many.
        """
        stream = self.stream(number)
        count = ranges.split_refused(self.connection, number, first, last)
        if stream is None or not count:
            return 0
        within = (number, first, last)
        self.connection.execute(
            f"INSERT INTO resent SELECT stream, first, last FROM settled {_REFUSED_WITHIN}",  # noqa: S608
            within,
        )
        self.connection.execute(f"DELETE FROM settled {_REFUSED_WITHIN}", within)  # noqa: S608
        account_ranges = accounts.reopen(stream.account_ranges, first, count)
        left = self._with_fewer_refused(stream, count)
        self.put(replace(left, resent=stream.resent + count, account_ranges=account_ranges))
        return count

    def discard_refused(self, number: int, first: int, last: int, reason: str) -> int:
        """Give the refused readings within `first`…`last` of a stream the fate expired, for `reason`.

        Returns how many.
        """
        stream = self.stream(number)
        count = ranges.split_refused(self.connection, number, first, last)
        if stream is None or not count:
            return 0
        self.connection.execute(
            f"UPDATE settled SET fate = ?, reason = ? {_REFUSED_WITHIN}",  # noqa: S608
            (Fate.EXPIRED, reason, number, first, last),
        )
        self.put(replace(self._with_fewer_refused(stream, count), expired=stream.expired + count))
        return count

    def _with_fewer_refused(self, stream: Stream, count: int) -> Stream:
        """A copy of `stream` after `count` of its refused readings have got another fate."""
        reason = ranges.last_refusal(self.connection, stream.stream)
        return replace(stream, refused=stream.refused - count, last_refusal=reason)

    def delete(self, number: int, first: int, last: int) -> None:
        """Delete the readings `first`…`last` of a stream; pending ones end as expired.

        No segment may be partly within. If any was pending, the stream's `generation` grows, so that the
        `Forwarder` drops the readings that it has prefetched.
        """
        if self.settle(Run(number, first, last, Fate.EXPIRED)):
            stream = self._known(number)
            self.put(replace(stream, generation=stream.generation + 1))
        self.prune(number, first, last)

    def prune(self, number: int, first: int, last: int) -> None:
        """Delete the readings `first`…`last` of a stream, all of which are settled; its counters stay.

        No segment may be partly within. The runs of these readings are replaced by one that has `pruned` in
        place of a fate; neighbouring runs that already have `pruned` are merged into it.
        """
        self.connection.execute(
            "DELETE FROM segment WHERE stream = ? AND first_seq BETWEEN ? AND ?", (number, first, last)
        )
        stream = self._known(number)
        within = (self.connection, "settled", number, first, last)
        pruned = stream.pruned + last - first + 1 - ranges.covered(*within, ranges.IS_PRUNED)
        refused_pruned = stream.refused_pruned + ranges.covered(*within, ranges.REFUSED)
        reason = stream.last_refusal if refused_pruned < stream.refused else ""
        for neighbour in self.connection.execute(
            "SELECT first, last FROM settled WHERE stream = ? AND fate = ? AND (last = ? OR first = ?)"
            " AND first BETWEEN"
            " (SELECT coalesce(max(first), 0) FROM settled WHERE stream = ? AND first < ?) AND ?",
            (number, PRUNED, first - 1, last + 1, number, first, last + 1),
        ).fetchall():
            first, last = min(first, neighbour[0]), max(last, neighbour[1])
        ranges.cut(self.connection, "settled", number, first, last)
        self.connection.execute(
            "INSERT INTO settled VALUES (?, ?, ?, ?, ?)", (number, first, last, PRUNED, "")
        )
        self.put(replace(stream, pruned=pruned, refused_pruned=refused_pruned, last_refusal=reason))

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
        self.put(
            replace(
                stream,
                account_ranges=(),
                resent=0,
                last_refusal="",
                pruned=stream.next_seq - 1,
                refused_pruned=stream.refused,
            )
        )

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
            if stream.pruned and (before is None or stream.pruned != before.pruned):
                row = (stream.stream, stream.pruned, stream.refused_pruned)
                self.connection.execute("INSERT OR REPLACE INTO pruned VALUES (?, ?, ?)", row)
            if before is None or stream.account_ranges != before.account_ranges:
                self.connection.execute("DELETE FROM meant WHERE stream = ?", (stream.stream,))
                self.connection.executemany(
                    "INSERT INTO meant VALUES (?, ?, ?, ?)",
                    [(stream.stream, *part) for part in stream.account_ranges],
                )
