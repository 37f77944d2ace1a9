"""Any interleaving of what happens to a journal, beside a model of plain lists: the ledger balances, streams
stay in order, nothing is settled twice, and nothing that waits is lost."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from app.journal import decisions
from app.journal.journal import Journal
from app.journal.pruning import Pruner
from app.journal.stream import Stream
from app.wire.datastreams import Value
from app.wire.streams import Fate, Reading, Run
from tests.journal.test_journal import after_a_crash, batch, values

FATES = (Fate.FORWARDED, Fate.SUPERSEDED, Fate.REFUSED, Fate.EXPIRED)
TARGETS = ("v1", "v2", "ds3")
ACCOUNTS = (b"a" * 16, b"b" * 16)


class Interleavings(RuleBasedStateMachine):
    """One device; reading n of a stream has the number n of all that the board ever said."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.path = Path(self.folder.name) / "j.db"
        self.account = ACCOUNTS[0]
        self.journal = Journal(self.path)
        self.journal.bind("board", self.account)
        self.crashes = 0
        self.said: dict[str, list[int]] = {target: [] for target in TARGETS}
        self.fates: dict[str, dict[int, Fate]] = {target: {} for target in TARGETS}
        self.meant: dict[str, list[bytes]] = {target: [] for target in TARGETS}
        self.again: dict[str, set[int]] = {target: set() for target in TARGETS}
        self.in_flight: list[Reading] = []

    def stream(self, name: str) -> Stream:
        return next(stream for stream in self.journal.streams() if stream.target == name)

    def known(self) -> list[str]:
        return [name for name in TARGETS if self.said[name]]

    def waiting(self, name: str, *, own: bool) -> list[int]:
        """The seqs that are not settled, of the present account or of another one."""
        return [
            seq
            for seq, account in enumerate(self.meant[name], 1)
            if seq not in self.fates[name] and (account == self.account) == own
        ]

    def settle_here(self, name: str, seq: int, fate: Fate) -> None:
        if seq not in self.fates[name]:
            self.fates[name][seq] = fate
            self.again[name].discard(seq)

    def free_what_is_settled(self, name: str) -> None:
        seq = 0
        for _, group in groupby(self.meant[name]):
            size = len(list(group))
            if all(number in self.fates[name] for number in range(seq + 1, seq + size + 1)):
                self.meant[name][seq : seq + size] = [self.account] * size
            seq += size

    @rule(names=st.lists(st.sampled_from(TARGETS), min_size=1, max_size=30))
    def append(self, names: list[str]) -> None:
        lines = []
        for name in names:
            number = sum(map(len, self.said.values()))
            self.said[name].append(number)
            self.meant[name].append(self.account)
            lines.append(f"{name}={number}\n")
        self.journal.write([("board", batch("".join(lines)))], [])

    @rule(
        name=st.sampled_from(TARGETS),
        first=st.integers(1, 40),
        count=st.integers(1, 10),
        fate=st.sampled_from(FATES),
        reason=st.sampled_from(["", "why"]),
    )
    def settle(self, name: str, first: int, count: int, fate: Fate, reason: str) -> None:
        if self.said[name]:
            stream = self.stream(name).stream
            self.journal.write([], [Run(stream, first, first + count - 1, fate, reason)])
            for seq in range(first, min(first + count, len(self.said[name]) + 1)):
                self.settle_here(name, seq, fate)

    @rule(name=st.sampled_from(TARGETS), limit=st.integers(1, 5))
    def plan(self, name: str, limit: int) -> None:
        """Take what is next, those that go again first; the answer comes whenever it comes."""
        if self.said[name]:
            self.in_flight += self.journal.resent("board", limit)
            self.in_flight += self.journal.pending(self.stream(name).stream, 1, limit)

    @rule(fate=st.sampled_from((Fate.FORWARDED, Fate.REFUSED)), late=st.booleans())
    def answer(self, fate: Fate, late: bool) -> None:
        if self.in_flight:
            reading = self.in_flight[0 if late else -1]
            # A late answer stays, and comes once more.
            if not late:
                self.in_flight.pop()
            self.journal.write([], [Run(reading.stream, reading.seq, reading.seq, fate, "cloud")])
            self.settle_here(reading.target, reading.seq, fate)

    @rule(name=st.sampled_from((None, *TARGETS)), by_id=st.booleans(), pick=st.integers(0, 3))
    def resend(self, name: str | None, by_id: bool, pick: int) -> None:
        listed = self.journal.refused("board", 10_000)
        ids = {refused.reading.id for refused in listed[pick::2]} if by_id else None
        for target in self.known():
            if name in (None, target) and Fate.REFUSED in self.fates[target].values():
                self.free_what_is_settled(target)
        freed = [
            reading
            for reading, reason in listed
            if (ids is None or reading.id in ids)
            and name in (None, reading.target)
            and self.meant[reading.target][reading.seq - 1] == self.account
        ]
        assert decisions.resend(self.journal, "board", name, ids) == len(freed)
        for reading in freed:
            assert self.fates[reading.target].pop(reading.seq) is Fate.REFUSED
            self.again[reading.target].add(reading.seq)

    @rule()
    def prune(self) -> None:
        Pruner(self.journal, keep_days=1, max_journal_mb=1000).step()
        pruner = Pruner(self.journal, keep_days=1, max_journal_mb=1000)
        while pruner.step() == 0:
            pass

    @rule(account=st.sampled_from(ACCOUNTS))
    def reopen(self, account: bytes) -> None:
        self.journal.close()
        self.open(account)

    @rule(account=st.sampled_from(ACCOUNTS))
    def crash(self, account: bytes) -> None:
        """The program ends at once: what it had written is on the disk, and that is all there is."""
        self.crashes += 1
        copy = after_a_crash(self.path, self.crashes)
        self.journal.close()
        self.path = copy
        self.open(account)

    def open(self, account: bytes) -> None:
        self.account = account
        self.journal = Journal(self.path)
        self.journal.bind("board", account)
        for name in TARGETS:
            self.free_what_is_settled(name)

    @rule()
    def send_here(self) -> None:
        held = {name: self.waiting(name, own=False) for name in self.known()}
        assert decisions.send_here(self.journal, "board") == sum(map(len, held.values()))
        for name, seqs in held.items():
            if seqs:
                self.meant[name] = [self.account] * len(self.said[name])

    @rule()
    def discard(self) -> None:
        held = {name: self.waiting(name, own=False) for name in self.known()}
        assert decisions.discard(self.journal, "board") == sum(map(len, held.values()))
        for name, seqs in held.items():
            for seq in seqs:
                self.settle_here(name, seq, Fate.EXPIRED)

    @invariant()
    def the_ledger_balances(self) -> None:
        for name in self.known():
            counts = self.stream(name).counts()
            told = Counter(self.fates[name].values())
            assert counts.readings == len(self.said[name])
            assert counts.forwarded == told[Fate.FORWARDED]
            assert counts.superseded == told[Fate.SUPERSEDED]
            assert counts.refused == told[Fate.REFUSED]
            assert counts.expired == told[Fate.EXPIRED]
            assert counts.pending == len(self.said[name]) - len(self.fates[name])
            assert counts.held == len(self.waiting(name, own=False))

    @invariant()
    def what_waits_is_what_was_not_settled(self) -> None:
        for name in self.known():
            own = self.waiting(name, own=True)
            expected: list[Value] = [self.said[name][seq - 1] for seq in own if seq not in self.again[name]]
            assert values(self.journal, name) == expected
        again = [self.said[name][seq - 1] for name in self.known() for seq in self.again_here(name)]
        assert [reading.value for reading in self.journal.resent("board", 10_000)] == sorted(again)
        assert sum(self.stream(name).resent for name in self.known()) == len(again)

    def again_here(self, name: str) -> list[int]:
        return [seq for seq in self.waiting(name, own=True) if seq in self.again[name]]

    @invariant()
    def what_is_refused_is_listed_until_it_is_pruned(self) -> None:
        for reading, reason in self.journal.refused("board", 10_000):
            assert self.fates[reading.target][reading.seq] is Fate.REFUSED
            assert self.said[reading.target][reading.seq - 1] == reading.value
            assert reason in ("", "why", "cloud")

    def teardown(self) -> None:
        self.journal.close()
        self.folder.cleanup()


TestInterleavings = Interleavings.TestCase
TestInterleavings.settings = settings(max_examples=30, stateful_step_count=30, deadline=None)


class LongInterleavings(Interleavings):
    """The same, for longer."""


TestLongInterleavings = pytest.mark.long(LongInterleavings.TestCase)
TestLongInterleavings.settings = settings(max_examples=600, stateful_step_count=60, deadline=None)
