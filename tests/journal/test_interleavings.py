"""A journal agrees with a model in plain lists, in any order of the steps that can change the two.

So the ledger balances, streams stay in order, nothing is settled twice, and no pending reading is lost. Each
example takes every step, in its own order. A step first creates the readings that it needs to have an effect.
The test counts the effects, and fails if one of them never occurred.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.journal import decisions, deleting
from app.journal.pruning import Pruner
from app.journal.steps import carry_out
from app.messages.message import verbatim
from app.wire.streams import Fate, Run
from tests.journal.journal_and_model import ACCOUNTS, TARGETS, JournalAndModel, seen
from tests.journal.outboxes import outbox
from tests.journal.stream_model import StreamModel
from tests.journal.test_journal import NO_USAGE, after_a_crash, batch

FATES = (Fate.FORWARDED, Fate.SUPERSEDED, Fate.REFUSED, Fate.EXPIRED)
REASONS = st.sampled_from(("", "why"))
EFFECTS = {
    *(f"settled as {fate}" for fate in FATES),
    *(f"answered as {fate}" for fate in FATES),
    "a late answer changed nothing",
    "resent by name",
    "resent by id, none of them neighbours",
    "resent all",
    "sent again and settled",
    "sent here",
    "discarded",
    "pruned, with something in flight",
    "opened for another account",
    "opened with something to be sent again",
    "crashed with something in flight",
    "a commit failed",
    "deleted what waited",
    "began anew with something waiting",
}
T = TypeVar("T")


class Draw(Protocol):
    """A function that draws a value from a strategy: `data.draw` of Hypothesis."""

    def __call__(self, strategy: st.SearchStrategy[T]) -> T: ...


class Machine(JournalAndModel):
    """A journal, its model, and a method for each step that changes both; details of a step are drawn."""

    def __init__(self, draw: Draw, folder: Path) -> None:
        super().__init__(folder)
        self.draw = draw

    def target(self) -> str:
        return self.draw(st.sampled_from(TARGETS))

    def fate(self) -> Fate:
        return self.draw(st.sampled_from(FATES))

    # Preparations for the steps.

    def with_waiting(self, name: str) -> StreamModel:
        if not self.models[name].waiting(self.account):
            self.say([name] * 3)
        return self.models[name]

    def with_refused(self, name: str, count: int) -> list[int]:
        """Let `count` new readings be refused; return the seqs of all that can be sent again."""
        self.say([name] * count)
        end = len(self.models[name].ids)
        self.write(name, end - count + 1, end, Fate.REFUSED, "why")
        self.models[name].free_what_is_settled(self.account)
        return self.models[name].refused(self.account)

    def with_held(self, name: str) -> None:
        if not self.models[name].waiting(self.account, own=False):
            self.say([name])
            self.journal.close()
            self.open(next(account for account in ACCOUNTS if account != self.account))

    # The steps.

    def append(self) -> None:
        self.say(self.draw(st.lists(st.sampled_from(TARGETS), min_size=1, max_size=30)))

    def settle(self) -> None:
        """Settle several runs in one commit, some after a gap, some beyond the end of the stream."""
        name = self.target()
        self.say([name] * self.draw(st.integers(1, 9)))
        model = self.models[name]
        first = max(1, model.waiting(self.account)[0] - self.draw(st.integers(0, 3)))
        runs = []
        for fate in self.draw(st.permutations(FATES)):
            first += self.draw(st.sampled_from((0, 0, 1, 3)))
            last = first + self.draw(st.integers(0, 5))
            runs.append(Run(self.stream(name).stream, first, last, fate, self.draw(REASONS)))
            first = last + 1
        self.journal.write([], runs)
        for _, first, last, fate, reason in runs:
            if model.settle(first, last, fate, reason):
                seen[f"settled as {fate}"] += 1

    def plan(self) -> None:
        """Put the next readings in flight, resent ones first; a later step settles them."""
        name, limit = self.target(), self.draw(st.integers(1, 5))
        self.with_waiting(name)
        stream = self.stream(name).stream
        found = outbox(self.journal).resent(limit) + outbox(self.journal).pending(stream, 1, limit)
        self.in_flight += [reading for reading in found if reading not in self.in_flight]

    def answer(self) -> None:
        if not self.in_flight:
            self.plan()
        reading = self.in_flight.pop(self.draw(st.sampled_from((0, -1))))
        fate = self.fate()
        if self.write(reading.target, reading.seq, reading.seq, fate, "cloud"):
            seen[f"answered as {fate}"] += 1
        self.answered.append(reading)

    def answer_late(self) -> None:
        if not self.answered:
            self.answer()
        reading = self.draw(st.sampled_from(self.answered))
        before = self.counts()
        if self.write(reading.target, reading.seq, reading.seq, self.fate(), "late") == 0:
            assert self.counts() == before
            seen["a late answer changed nothing"] += 1

    def answer_what_goes_again(self) -> None:
        if not outbox(self.journal).resent(1):
            self.resend_by_name()
        (reading,) = outbox(self.journal).resent(1)
        assert self.write(reading.target, reading.seq, reading.seq, self.fate(), "again") == 1
        seen["sent again and settled"] += 1

    def resend_by_name(self) -> None:
        name = self.target()
        freed = self.with_refused(name, 2)
        assert carry_out(decisions.resend(self.journal, "board", name)) == len(freed)
        self.models[name].send_again(freed)
        seen["resent by name"] += 1

    def resend_by_id(self) -> None:
        """Send every second refused reading again; the others stay refused."""
        name = self.target()
        model = self.models[name]
        chosen = self.with_refused(name, 5)[self.draw(st.integers(0, 1)) :: 2]
        ids = {model.ids[seq - 1] for seq in chosen}
        # This also frees settled ranges in the streams of the other targets.
        for other in self.models.values():
            other.free_if_refused(self.account)
        assert (
            carry_out(decisions.resend(self.journal, "board", None, ids | {self.last_id + 1}))
            == len(chosen)
            >= 2
        )
        model.send_again(chosen)
        seen["resent by id, none of them neighbours"] += 1

    def resend_all(self) -> None:
        self.with_refused(self.target(), 1)
        for model in self.models.values():
            model.free_if_refused(self.account)
        freed = {name: self.models[name].refused(self.account) for name in TARGETS}
        assert carry_out(decisions.resend(self.journal, "board")) == sum(map(len, freed.values()))
        for name, seqs in freed.items():
            self.models[name].send_again(seqs)
        seen["resent all"] += 1

    def prune(self) -> None:
        """Prune all completely settled segments; pending readings and those in flight stay."""
        name = self.target()
        self.plan()
        self.say([name])
        end = len(self.models[name].ids)
        self.write(name, end, end, Fate.FORWARDED, "")
        pruner = Pruner(self.journal, keep_days=1, max_journal_mb=1000)
        while pruner.step() == 0:
            pass
        assert sum(model.prune() for model in self.models.values()) >= 1
        seen["pruned, with something in flight"] += bool(self.in_flight)

    def reopen(self) -> None:
        self.journal.close()
        self.open(self.draw(st.sampled_from(ACCOUNTS)))

    def crash(self) -> None:
        """Go on with a copy of the files as they would be if the program had been killed now."""
        self.plan()
        self.crashes += 1
        copy = after_a_crash(self.path, self.crashes)
        self.journal.close()
        self.path = copy
        seen["crashed with something in flight"] += bool(self.in_flight)
        self.open(self.draw(st.sampled_from(ACCOUNTS)))

    def send_here(self) -> None:
        self.with_held(self.target())
        held = self.held()
        generation = {name: self.stream(name).generation for name in held}
        assert carry_out(decisions.send_here(self.journal, "board")) == sum(map(len, held.values())) > 0
        for name, seqs in held.items():
            # If readings were held, a new generation makes the plan read the stream from its beginning.
            assert self.stream(name).generation == generation[name] + bool(seqs)
            if seqs:
                self.models[name].restamp(self.account)
        seen["sent here"] += 1

    def discard(self) -> None:
        self.with_held(self.target())
        held = self.held()
        assert carry_out(decisions.discard(self.journal, "board")) == sum(map(len, held.values())) > 0
        for name, seqs in held.items():
            for seq in seqs:
                self.models[name].settle(seq, seq, Fate.EXPIRED, "discarded")
        seen["discarded"] += 1

    def fail(self) -> None:
        """Let a commit fail half-way, and check that it leaves nothing behind."""
        name = self.target()
        self.with_waiting(name)
        run = Run(self.stream(name).stream, 1, 9, Fate.EXPIRED)
        with pytest.raises(sqlite3.IntegrityError):
            self.journal.write([("board", batch(f"{name}=0\nv9=0\n"))], [run], [NO_USAGE])
        assert "v9" not in [stream.target for stream in self.journal.streams()]
        seen["a commit failed"] += 1

    def delete(self) -> None:
        self.with_waiting(self.target())
        there = sum(len(model.there()) for model in self.models.values())
        assert carry_out(deleting.delete_data(self.journal, "board")) == there > 0
        for model in self.models.values():
            model.lose_all(self.account)
        seen["deleted what waited"] += 1

    def begin_anew(self) -> None:
        self.with_waiting(self.target())
        self.journal.begin_anew(verbatim("page 7 is wrong"))
        for model in self.models.values():
            model.lose_all(self.account)
        seen["began anew with something waiting"] += 1


STEPS = (
    Machine.append,
    Machine.settle,
    Machine.plan,
    Machine.answer,
    Machine.answer_late,
    Machine.answer_what_goes_again,
    Machine.resend_by_name,
    Machine.resend_by_id,
    Machine.resend_all,
    Machine.prune,
    Machine.reopen,
    Machine.crash,
    Machine.send_here,
    Machine.discard,
    Machine.fail,
    Machine.delete,
    Machine.begin_anew,
)


def play(draw: Draw, rounds: int) -> None:
    """Take every step once in each of `rounds` rounds, and compare journal and model after each step."""
    with TemporaryDirectory() as folder:
        machine = Machine(draw, Path(folder))
        try:
            for _ in range(rounds):
                for step in draw(st.permutations(STEPS)):
                    step(machine)
                    machine.check()
        finally:
            machine.journal.close()


@pytest.mark.parametrize(
    ("examples", "rounds"), [(10, 2), pytest.param(400, 4, marks=pytest.mark.long, id="longer")]
)
def test_any_interleaving_keeps_every_promise(examples: int, rounds: int) -> None:
    seen.clear()

    @settings(max_examples=examples)
    @given(st.data())
    def any_interleaving(data: st.DataObject) -> None:
        play(data.draw, rounds)

    any_interleaving()
    assert EFFECTS - (+seen).keys() == set()
