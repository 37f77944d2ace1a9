"""Any interleaving of what happens to a journal, beside a model of plain lists: the ledger balances, streams
stay in order, nothing is settled twice, and nothing that waits is lost.

Each example takes every step, in an order of its own. A step first makes what it needs, so that it has an
effect; the run counts the effects, and one that was never seen fails it.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.journal import decisions
from app.journal.export import Selection, export
from app.journal.journal import Journal
from app.journal.pruning import Pruner
from app.journal.stream import Stream
from app.status import JournalCounts
from app.wire.streams import Fate, Reading, Run, Usage
from tests.journal.stream_model import StreamModel
from tests.journal.test_journal import after_a_crash, batch

FATES = (Fate.FORWARDED, Fate.SUPERSEDED, Fate.REFUSED, Fate.EXPIRED)
TARGETS = ("v1", "v2", "ds3")
ACCOUNTS = (b"a" * 16, b"b" * 16)
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

seen: Counter[str] = Counter()


class Draw(Protocol):
    """How a step chooses."""

    def __call__(self, strategy: st.SearchStrategy[T]) -> T: ...


class Machine:
    """One device; a reading's value is its id."""

    def __init__(self, draw: Draw, folder: Path) -> None:
        self.draw = draw
        self.path = folder / "j.db"
        self.account = ACCOUNTS[0]
        self.journal = Journal(self.path)
        self.journal.bind("board", self.account)
        self.crashes = 0
        self.last_id = 0
        self.used = 0
        self.models = {target: StreamModel() for target in TARGETS}
        self.in_flight: list[Reading] = []
        self.answered: list[Reading] = []

    def stream(self, name: str) -> Stream:
        return next(stream for stream in self.journal.streams("board") if stream.target == name)

    def known(self) -> list[str]:
        return [name for name in TARGETS if self.models[name].ids]

    def counts(self) -> list[JournalCounts]:
        return [stream.counts() for stream in self.journal.streams()]

    def write(self, name: str, first: int, last: int, fate: Fate, reason: str) -> int:
        self.used += 1
        run = Run(self.stream(name).stream, first, last, fate, reason)
        self.journal.write([], [run], [Usage("messages", "2026-11", self.used)])
        return self.models[name].settle(first, last, fate, reason)

    def target(self) -> str:
        return self.draw(st.sampled_from(TARGETS))

    def fate(self) -> Fate:
        return self.draw(st.sampled_from(FATES))

    def held(self) -> dict[str, list[int]]:
        return {name: self.models[name].waiting(self.account, own=False) for name in self.known()}

    def say(self, names: list[str]) -> None:
        first = self.last_id + 1
        lines = [f"{name}={id_}\n" for id_, name in enumerate(names, first)]
        self.journal.write([("board", batch("".join(lines)))], [])
        self.last_id += len(names)
        for target in set(names):
            ids = [id_ for id_, name in enumerate(names, first) if name == target]
            self.models[target].append(ids, self.account)

    def open(self, account: bytes) -> None:
        if account != self.account:
            seen["opened for another account"] += 1
        self.account = account
        self.in_flight, self.answered = [], []
        self.journal = Journal(self.path)
        self.journal.bind("board", account)
        for model in self.models.values():
            model.free_what_is_settled(account)
        seen["opened with something to be sent again"] += any(m.again for m in self.models.values())

    # What steps need first.

    def with_waiting(self, name: str) -> StreamModel:
        if not self.models[name].waiting(self.account):
            self.say([name] * 3)
        return self.models[name]

    def with_refused(self, name: str, count: int) -> list[int]:
        """The seqs of refused readings that can be sent again, `count` of them at least."""
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

    # What happens.

    def append(self) -> None:
        self.say(self.draw(st.lists(st.sampled_from(TARGETS), min_size=1, max_size=30)))

    def settle(self) -> None:
        """Several runs in one commit, with gaps between them or none; some reach beyond the stream."""
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
        """Take what is next, those that go again first; the answer comes whenever it comes."""
        name, limit = self.target(), self.draw(st.integers(1, 5))
        self.with_waiting(name)
        stream = self.stream(name).stream
        found = self.journal.resent("board", limit) + self.journal.pending(stream, 1, limit)
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
        if not self.journal.resent("board", 1):
            self.resend_by_name()
        (reading,) = self.journal.resent("board", 1)
        assert self.write(reading.target, reading.seq, reading.seq, self.fate(), "again") == 1
        seen["sent again and settled"] += 1

    def resend_by_name(self) -> None:
        name = self.target()
        freed = self.with_refused(name, 2)
        assert decisions.resend(self.journal, "board", name) == len(freed)
        self.models[name].send_again(freed)
        seen["resent by name"] += 1

    def resend_by_id(self) -> None:
        """Every other one: those between stay refused."""
        name = self.target()
        model = self.models[name]
        chosen = self.with_refused(name, 5)[self.draw(st.integers(0, 1)) :: 2]
        ids = {model.ids[seq - 1] for seq in chosen}
        # The streams of all targets are looked through.
        for other in self.models.values():
            other.free_if_refused(self.account)
        assert decisions.resend(self.journal, "board", None, ids | {self.last_id + 1}) == len(chosen) >= 2
        model.send_again(chosen)
        seen["resent by id, none of them neighbours"] += 1

    def resend_all(self) -> None:
        self.with_refused(self.target(), 1)
        for model in self.models.values():
            model.free_if_refused(self.account)
        freed = {name: self.models[name].refused(self.account) for name in TARGETS}
        assert decisions.resend(self.journal, "board") == sum(map(len, freed.values()))
        for name, seqs in freed.items():
            self.models[name].send_again(seqs)
        seen["resent all"] += 1

    def prune(self) -> None:
        """All that is settled goes, in whole segments; what waits or is in flight stays."""
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
        """The program ends at once: what it had written is on the disk, and that is all there is."""
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
        rewound = {name: self.stream(name).rewound for name in held}
        assert decisions.send_here(self.journal, "board") == sum(map(len, held.values())) > 0
        for name, seqs in held.items():
            # The plan is told to look behind what it has read, where there is something.
            assert self.stream(name).rewound == rewound[name] + bool(seqs)
            if seqs:
                self.models[name].restamp(self.account)
        seen["sent here"] += 1

    def discard(self) -> None:
        self.with_held(self.target())
        held = self.held()
        assert decisions.discard(self.journal, "board") == sum(map(len, held.values())) > 0
        for name, seqs in held.items():
            for seq in seqs:
                self.models[name].settle(seq, seq, Fate.EXPIRED, "discarded")
        seen["discarded"] += 1

    def fail(self) -> None:
        """A commit that fails half way leaves nothing behind."""
        name = self.target()
        self.with_waiting(name)
        run = Run(self.stream(name).stream, 1, 9, Fate.EXPIRED)
        with pytest.raises(KeyError):
            self.journal.write([("board", batch(f"{name}=0\nv9=0\n")), ("stranger", batch("v1=0\n"))], [run])
        assert "v9" not in [stream.target for stream in self.journal.streams()]
        seen["a commit failed"] += 1

    def delete(self) -> None:
        self.with_waiting(self.target())
        there = sum(len(model.there()) for model in self.models.values())
        assert decisions.delete_data(self.journal, "board") == there > 0
        for model in self.models.values():
            model.lose_all(self.account)
        seen["deleted what waited"] += 1

    def begin_anew(self) -> None:
        self.with_waiting(self.target())
        self.journal.begin_anew("page 7 is wrong")
        for model in self.models.values():
            model.lose_all(self.account)
        seen["began anew with something waiting"] += 1

    # What holds after each of them.

    def the_ledger_balances(self) -> None:
        for name in self.known():
            assert self.stream(name).counts() == self.models[name].counts(self.account)

    def what_waits_is_what_was_not_settled(self) -> None:
        again: list[int] = []
        for name in self.known():
            model, stream = self.models[name], self.stream(name)
            own = model.waiting(self.account)
            first_time = [seq for seq in own if seq not in model.again]
            found = self.journal.pending(stream.stream, 1, 10_000)
            assert [reading.seq for reading in found] == first_time
            assert [reading.value for reading in found] == [model.ids[seq - 1] for seq in first_time]
            newest = self.journal.newest(stream.stream, 1)
            older = [seq for first, last in newest.older for seq in range(first, last + 1)]
            assert [*older, *([newest.reading.seq] if newest.reading else [])] == first_time
            again += [model.ids[seq - 1] for seq in own if seq in model.again]
            assert stream.resent == len(own) - len(first_time)
        assert [reading.value for reading in self.journal.resent("board", 10_000)] == sorted(again)

    def what_is_refused_is_listed_until_it_is_pruned(self) -> None:
        told = [
            (reading.id, reading.value, reason) for reading, reason in self.journal.refused("board", 10_000)
        ]
        assert told == sorted(
            (model.ids[seq - 1], model.ids[seq - 1], model.fates[seq][1])
            for model in self.models.values()
            for seq in model.there()
            if seq in model.fates and model.fates[seq][0] is Fate.REFUSED
        )

    def usage_is_kept(self) -> None:
        assert self.journal.usage() == ([Usage("messages", "2026-11", self.used)] if self.used else [])

    def what_is_exported_is_all_that_is_there(self) -> None:
        output = io.StringIO()
        assert export(self.path, output, Selection()).unreadable == []
        rows = [
            (int(row["id"]), row["target"], int(row["value"]), row["fate"])
            for row in csv.DictReader(io.StringIO(output.getvalue()))
        ]
        assert rows == sorted(
            (id_, name, id_, fate) for name, model in self.models.items() for id_, fate in model.rows()
        )

    def check(self) -> None:
        self.the_ledger_balances()
        self.what_waits_is_what_was_not_settled()
        self.what_is_refused_is_listed_until_it_is_pruned()
        self.usage_is_kept()
        self.what_is_exported_is_all_that_is_there()


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
    """Take every step once a round, and look at the journal after each."""
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
    ("examples", "rounds"), [(20, 2), pytest.param(400, 4, marks=pytest.mark.long, id="longer")]
)
def test_any_interleaving_keeps_every_promise(examples: int, rounds: int) -> None:
    seen.clear()

    @settings(max_examples=examples)
    @given(st.data())
    def any_interleaving(data: st.DataObject) -> None:
        play(data.draw, rounds)

    any_interleaving()
    assert EFFECTS - (+seen).keys() == set()
