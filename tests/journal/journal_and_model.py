"""A journal of one device, a model of it in plain lists, and the checks that compare the two."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path

from app.journal.export.rows import Selection, export
from app.journal.journal import Journal
from app.journal.status import JournalCounts
from app.journal.streams.stream import Stream
from app.wire.streams import Fate, Reading, Run, Usage
from tests.journal.outboxes import outbox
from tests.journal.stream_model import StreamModel
from tests.journal.test_journal import batch

TARGETS = ("v1", "v2", "ds3")
ACCOUNTS = (b"a" * 16, b"b" * 16)

seen: Counter[str] = Counter()
"""How often the steps have had each effect."""


class JournalAndModel:
    """A journal with one device, and a model of each stream; the value of each reading is its id."""

    def __init__(self, folder: Path) -> None:
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

    # Checks of what must be true after each step.

    def the_ledger_balances(self) -> None:
        for name in self.known():
            assert self.stream(name).counts() == self.models[name].counts(self.account)

    def what_waits_is_what_was_not_settled(self) -> None:
        again: list[int] = []
        for name in self.known():
            model, stream = self.models[name], self.stream(name)
            own = model.waiting(self.account)
            first_time = [seq for seq in own if seq not in model.again]
            found = outbox(self.journal).pending(stream.stream, 1, 10_000)
            assert [reading.seq for reading in found] == first_time
            assert [reading.value for reading in found] == [model.ids[seq - 1] for seq in first_time]
            newest = outbox(self.journal).newest(stream.stream, 1)
            older = [seq for first, last in newest.older for seq in range(first, last + 1)]
            assert [*older, *([newest.reading.seq] if newest.reading else [])] == first_time
            again += [model.ids[seq - 1] for seq in own if seq in model.again]
            assert stream.resent == len(own) - len(first_time)
        assert [reading.value for reading in outbox(self.journal).resent(10_000)] == sorted(again)

    def what_is_refused_is_listed_until_it_is_pruned(self) -> None:
        told = [
            (reading.id, reading.value, str(reason))
            for reading, reason in self.journal.refused("board", 10_000)
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
