"""The real plan on the real journal, in any interleaving of what may happen to both: each reading goes when
it is the oldest of its stream that may, nothing is settled that the cloud had no chance to see, and in the
end nothing waits but what is held."""

from __future__ import annotations

import random
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from app.cloud.lanes import Flight
from app.cloud.outcomes import Outcome, OutcomeKind
from app.cloud.plan import Plan
from app.config import DeviceConfig
from app.journal import decisions
from app.journal.journal import Journal
from app.journal.outbox import Outbox
from app.journal.pruning import Pruner
from app.journal.writer import JournalWriter
from app.wire.streams import Fate, Run
from tests.journal.test_journal import after_a_crash, batch

ACCOUNTS = (b"a" * 16, b"b" * 16)
TARGETS = ("v1", "v2", "v1.label")
KINDS = (
    OutcomeKind.ACCEPT,
    OutcomeKind.ACCEPT,
    OutcomeKind.REJECT,
    OutcomeKind.BACK_OFF,
    OutcomeKind.UNKNOWN,
)


class PlanAndJournal(RuleBasedStateMachine):
    """A forwarder without threads: what its threads do is done in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.path = Path(self.folder.name) / "j.db"
        self.said = 0
        self.lives = 0
        self.now_s = 0.0
        self.reached_the_cloud: set[int] = set()
        self.refused_once: set[int] = set()

    @initialize(in_batches=st.booleans())
    def begin(self, in_batches: bool) -> None:
        self.device = DeviceConfig(
            port="COM1", server="http://127.0.0.1:9", auth_token="env:PINBRIDGE_T", batch=batch
        )
        self.open(ACCOUNTS[0])

    def open(self, account: bytes) -> None:
        self.journal = Journal(self.path)
        self.journal.bind("board", account)
        self.outbox = Outbox(self.journal, JournalWriter(self.journal, lambda written: None), "board")
        self.plan = Plan(self.device, random.Random(self.lives).random)
        self.in_flight: list[Flight] = []
        self.answered: list[tuple[Flight, list[Run]]] = []
        self.knows_of_the_freed = True

    @rule(names=st.lists(st.sampled_from(TARGETS), min_size=1, max_size=6))
    def append(self, names: list[str]) -> None:
        lines = ""
        for name in names:
            self.said += 1
            lines += f"{name}={self.said}\n"
        self.journal.write([("board", batch(lines))], [])

    @rule()
    def look(self) -> None:
        """What the planner does."""
        supply = self.plan.supply
        extents = self.outbox.extents()
        supply.extend(extents)
        self.knows_of_the_freed = True
        supply.tick(extents, self.now_s)
        for want in supply.wants():
            assert supply.fill(want, self.outbox.pending(want.flow.stream, want.from_seq, want.limit)) == []
        if supply.wants_resent and any(extent.resent for extent in extents):
            supply.resend(self.outbox.resent(64))

    @rule(looks=st.booleans())
    def depart(self, looks: bool) -> None:
        """What a sender does first, mostly after the planner has done its part."""
        if looks:
            self.look()
        self.now_s += 1000.0
        flight = self.plan.next_call(self.now_s)
        if flight is None:
            return
        again = flight.lanes[0].goes_first
        for reading in flight.call.readings:
            assert (reading.stream, reading.seq) not in self.away()
            waiting = self.outbox.resent(1000) if again else self.outbox.pending(reading.stream, 1, 1000)
            left = [other for other in waiting if (other.stream, other.seq) not in self.away()]
            if again:
                assert reading.id in self.refused_once
            if self.knows_of_the_freed:
                assert left[0] == reading
        self.in_flight.append(flight)

    @rule(count=st.integers(1, 8), answers=st.booleans())
    def go_on(self, count: int, answers: bool) -> None:
        """The usual: what leaves is taken, but for the last ones, which are under way."""
        for _ in range(count):
            self.depart(looks=True)
            if answers and self.in_flight:
                self.answer(0, OutcomeKind.ACCEPT, False)
                self.commit()
        self.depart(looks=True)

    def away(self) -> set[tuple[int, int]]:
        """What has left and is not settled yet."""
        flights = [*self.in_flight, *(flight for flight, _ in self.answered if flight.is_settled)]
        return {(reading.stream, reading.seq) for flight in flights for reading in flight.call.readings}

    @precondition(lambda self: self.in_flight)
    @rule(place=st.integers(0, 7), kind=st.sampled_from(KINDS), is_lost=st.booleans())
    def answer(self, place: int, kind: OutcomeKind, is_lost: bool) -> None:
        """What a sender does then; a lost answer is one to a call that the cloud took."""
        flight = self.in_flight.pop(place % len(self.in_flight))
        taken = kind is OutcomeKind.ACCEPT or (kind is OutcomeKind.BACK_OFF and is_lost)
        ids = {reading.id for reading in flight.call.readings}
        if taken:
            self.reached_the_cloud |= ids
        self.now_s += 1.0
        runs = self.plan.answered(flight, Outcome(kind, "words"), self.now_s)
        if kind is OutcomeKind.REJECT and flight.is_settled:
            self.refused_once |= ids
        if any(run.fate is Fate.REFUSED for run in runs):
            self.refused_once |= ids
        if flight.is_settled:
            self.answered.append((flight, runs))
        else:
            assert runs == []

    @precondition(lambda self: self.answered)
    @rule()
    def commit(self) -> None:
        """What the journal's writer does."""
        answered, self.answered = self.answered, []
        self.journal.write([], [run for _, runs in answered for run in runs])
        for flight, _ in answered:
            self.plan.settled(flight)

    @precondition(lambda self: any(stream.refused for stream in self.journal.streams()))
    @rule(name=st.sampled_from((None, *TARGETS)))
    def resend(self, name: str | None) -> None:
        decisions.resend(self.journal, "board", name)

    @precondition(lambda self: any(stream.held for stream in self.journal.streams()))
    @rule()
    def send_here(self) -> None:
        if decisions.send_here(self.journal, "board"):
            self.knows_of_the_freed = False

    @precondition(lambda self: any(stream.held for stream in self.journal.streams()))
    @rule()
    def discard(self) -> None:
        decisions.discard(self.journal, "board")

    @rule()
    def prune(self) -> None:
        pruner = Pruner(self.journal, keep_days=1, max_journal_mb=1000)
        while pruner.step() == 0:
            pass

    @rule()
    def try_now(self) -> None:
        self.plan.try_now()

    @rule(account=st.sampled_from(ACCOUNTS), reached=st.booleans(), dice=st.integers(0, 3))
    def crash(self, account: bytes, reached: bool, dice: int) -> None:
        """The end of the program, now and then: what was in flight has reached the cloud, or has not."""
        if dice:
            return
        if reached:
            self.reached_the_cloud |= {r.id for flight in self.in_flight for r in flight.call.readings}
        self.lives += 1
        copy = after_a_crash(self.path, self.lives)
        self.journal.close()
        self.path = copy
        self.open(account)

    @invariant()
    def what_is_forwarded_has_reached_the_cloud(self) -> None:
        if not hasattr(self, "journal"):
            return
        counts = [stream.counts() for stream in self.journal.streams()]
        assert sum(c.readings for c in counts) == self.said
        assert sum(c.forwarded for c in counts) <= len(self.reached_the_cloud)
        assert sum(c.refused for c in counts) <= len(self.refused_once)

    def teardown(self) -> None:
        if hasattr(self, "journal"):
            self.drain()
            self.journal.close()
        self.folder.cleanup()

    def drain(self) -> None:
        """The cloud is well: all that is not held reaches it."""
        for _ in range(10 * self.said + 10):
            self.depart(looks=True)
            if self.in_flight:
                self.answer(0, OutcomeKind.ACCEPT, False)
            self.commit()
        counts = [stream.counts() for stream in self.journal.streams()]
        assert sum(c.pending for c in counts) == sum(c.held for c in counts)
        gone = sum(c.refused + c.expired + c.held for c in counts)
        assert self.said - gone <= len(self.reached_the_cloud)


TestPlanAndJournal = PlanAndJournal.TestCase
TestPlanAndJournal.settings = settings(max_examples=20, stateful_step_count=30, deadline=None)


class LongPlanAndJournal(PlanAndJournal):
    """The same, for longer."""


TestLongPlanAndJournal = pytest.mark.long(LongPlanAndJournal.TestCase)
TestLongPlanAndJournal.settings = settings(max_examples=400, stateful_step_count=60, deadline=None)
