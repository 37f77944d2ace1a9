"""A model of a stream of the journal, in plain lists: the reading with seq n is at index n - 1."""

from __future__ import annotations

from collections import Counter
from itertools import groupby

from app.journal.status import JournalCounts
from app.wire.streams import Fate


class StreamModel:
    """The readings of one stream, and everything that has happened to them."""

    def __init__(self) -> None:
        self.ids: list[int] = []
        self.meant: list[bytes] = []
        self.fates: dict[int, tuple[Fate, str]] = {}
        self.again: set[int] = set()
        self.segments: list[range] = []

    def append(self, ids: list[int], account: bytes) -> None:
        first = len(self.ids) + 1
        self.ids += ids
        self.meant += [account] * len(ids)
        self.segments.append(range(first, first + len(ids)))

    def settle(self, first: int, last: int, fate: Fate, reason: str) -> int:
        """Settle all unsettled readings from `first` to `last`, and return their number."""
        fresh = [seq for seq in range(first, min(last, len(self.ids)) + 1) if seq not in self.fates]
        for seq in fresh:
            self.fates[seq] = fate, reason
            self.again.discard(seq)
        return len(fresh)

    def waiting(self, account: bytes, *, own: bool = True) -> list[int]:
        """The pending seqs that are meant for `account`, or for any other account if `own` is false."""
        return [
            seq
            for seq, meant in enumerate(self.meant, 1)
            if seq not in self.fates and (meant == account) == own
        ]

    def there(self) -> list[int]:
        """The seqs whose readings have not been pruned."""
        return [seq for segment in self.segments for seq in segment]

    def refused(self, account: bytes) -> list[int]:
        """The seqs of refused readings that can be sent again to `account`."""
        return [
            seq
            for seq in self.there()
            if seq in self.fates and self.fates[seq][0] is Fate.REFUSED and self.meant[seq - 1] == account
        ]

    def send_again(self, seqs: list[int]) -> None:
        for seq in seqs:
            del self.fates[seq]
            self.again.add(seq)

    def free_what_is_settled(self, account: bytes) -> None:
        """Assign each account range to `account` if all its readings are settled.

        An account range consists of all neighbouring readings that are meant for the same account.
        """
        seq = 0
        for _, group in groupby(self.meant):
            size = len(list(group))
            if all(number in self.fates for number in range(seq + 1, seq + size + 1)):
                self.meant[seq : seq + size] = [account] * size
            seq += size

    def free_if_refused(self, account: bytes) -> None:
        """Call `free_what_is_settled` if the stream has refused readings."""
        if any(fate is Fate.REFUSED for fate, _ in self.fates.values()):
            self.free_what_is_settled(account)

    def restamp(self, account: bytes) -> None:
        self.meant = [account] * len(self.ids)

    def prune(self) -> int:
        """Prune the segments that are completely settled, and return their number."""
        kept = [segment for segment in self.segments if any(seq not in self.fates for seq in segment)]
        gone, self.segments = len(self.segments) - len(kept), kept
        return gone

    def lose_all(self, account: bytes) -> None:
        """Let the pending readings expire, assign all seqs to `account`, and remove all segments."""
        self.settle(1, len(self.ids), Fate.EXPIRED, "")
        self.restamp(account)
        self.segments = []

    def counts(self, account: bytes) -> JournalCounts:
        told = Counter(fate for fate, _ in self.fates.values())
        return JournalCounts(
            len(self.ids),
            forwarded=told[Fate.FORWARDED],
            superseded=told[Fate.SUPERSEDED],
            refused=told[Fate.REFUSED],
            expired=told[Fate.EXPIRED],
            pending=len(self.ids) - len(self.fates),
            held=len(self.waiting(account, own=False)),
        )

    def rows(self) -> list[tuple[int, str]]:
        """The id and fate that an export shows for each reading."""
        return [(self.ids[seq - 1], self.fates.get(seq, (Fate.PENDING, ""))[0]) for seq in self.there()]
