"""Takes random steps with a real plan on a real journal, in any order.

Invariants: a reading is sent only when it is the oldest of its stream that may be sent, unless the user sends
it again; none is settled before the cloud has answered it or the user has given it up; at the end, only held
ones are pending.

A step first creates what it needs. All steps and all outcomes are equally likely. The test counts the effects
in `seen`, and fails if one of `EFFECTS` never occurred.
"""

from __future__ import annotations

import csv
import io
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from app.cloud.blynk.destination import Blynk
from app.cloud.destination import Outcome, OutcomeKind
from app.cloud.plan.lanes import Flight
from app.cloud.plan.plan import Plan
from app.config.bench_file import DeviceConfig, Forward
from app.journal import decisions
from app.journal.export.rows import Selection, export
from app.journal.journal import Journal
from app.journal.outbox import Outbox
from app.journal.owner import Owner
from app.journal.pruning import Pruner
from app.journal.steps import carry_out
from app.journal.writer import JournalWriter
from app.messages.message import verbatim
from app.wire.streams import Fate, Run
from tests.journal.test_journal import after_a_crash, batch

ACCOUNTS = (b"a" * 16, b"b" * 16)
TARGETS = ("v1", "v2", "v1.label")
KINDS = tuple(OutcomeKind)
SIZES = ("one", "several")
EFFECTS = {
    *(f"{kind} to {size}" for kind, size in product(OutcomeKind, SIZES)),
    "an answer was lost",
    "refused after failures",
    "skipped",
    "skipped in flight",
    "sent again and accept",
    "sent again and reject",
    "sent again by name",
    "sent here",
    "discarded",
    "pruned",
    "crashed with calls that reached the cloud",
    "crashed with calls that did not",
    "opened with something to be sent again",
}

seen: Counter[str] = Counter()


class PlanAndJournal:
    """A forwarder without threads: the steps of its threads are methods that the test calls in any order."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self.chance = chance
        self.path = folder / "j.db"
        self.said, self.lives, self.now_s = 0, 0, 0.0
        self.reached_the_cloud, self.refused_once = set[int](), set[int]()
        self.given_up: set[int] = set()
        self.settled_and_pruned: set[int] = set()
        self.account = ACCOUNTS[0]
        way = chance.choice(("alone", "in batches", "in sets"))
        self.device = DeviceConfig(
            port="COM1",
            server="http://127.0.0.1:9",
            auth_token="env:PINBRIDGE_T",
            batch=way == "in batches",
            forward=Forward.TIMESTAMPED if way == "in sets" else Forward.EVERY,
        )
        self.open()

    def open(self) -> None:
        self.journal = Journal(self.path)
        self.journal.bind("board", self.account)
        owner, writer = Owner("board"), JournalWriter(self.journal, lambda _: None)
        self.outbox = Outbox(self.journal, writer, owner, self.journal.account("board"))
        self.plan = Plan(self.device, Blynk(self.device, "token"), random.Random(self.lives).random)
        self.in_flight: list[Flight] = []
        self.answered: list[tuple[Flight, list[Run]]] = []
        self.knows_of_the_freed = True

    def append(self) -> None:
        self.say(self.chance.choices(TARGETS, k=self.chance.randint(1, 6)))

    def say(self, names: Sequence[str]) -> None:
        lines = "".join(f"{name}={self.said + n}\n" for n, name in enumerate(names, 1))
        self.said += len(names)
        self.journal.write([("board", batch(lines))], [])

    def look(self) -> None:
        """Update the plan from the journal, as the planner does."""
        prefetch = self.plan.prefetch
        extents = self.outbox.extents()
        prefetch.extend(extents)
        self.knows_of_the_freed = True
        prefetch.tick(extents, self.now_s)
        for fetch in prefetch.fetches():
            found = self.outbox.pending(fetch.flow.stream, fetch.from_seq, fetch.limit)
            assert prefetch.fill(fetch, found) == []
        if prefetch.needs_resent and any(extent.resent for extent in extents):
            prefetch.resend(self.outbox.resent(64))

    def look_and_depart(self) -> None:
        """Update the plan from the journal, then send the next call if one is due."""
        self.now_s += 1000.0
        self.look()
        self.leave()

    def leave(self) -> None:
        """Send the next call, if one is due. Asserts that its readings are the ones to send now."""
        self.now_s += 1000.0
        flight = self.plan.next_call(self.now_s)
        if flight is None:
            return
        again = flight.lanes[0].is_resend
        away = self.away()
        for reading in flight.call.readings:
            assert (reading.stream, reading.seq) not in away
            waiting = self.outbox.resent(1000) if again else self.outbox.pending(reading.stream, 1, 1000)
            left = [other for other in waiting if (other.stream, other.seq) not in away]
            if again:
                # These have no order: the user may later decide to send older readings again.
                assert reading.id in self.refused_once
                assert reading in left
            elif self.knows_of_the_freed:
                assert left[0] == reading
            away.add((reading.stream, reading.seq))
        self.in_flight.append(flight)

    def go_on(self) -> None:
        """Send, answer and settle up to eight calls one by one; then send one more, which stays in flight."""
        for _ in range(self.chance.randint(1, 8)):
            self.look_and_depart()
            if self.in_flight:
                self.hear(0, self.any_kind())
                self.commit()
        self.look_and_depart()

    def away(self) -> set[tuple[int, int]]:
        """The stream and seq of each reading that was sent and still waits for its answer or for `commit`."""
        flights = [*self.in_flight, *(flight for flight, _ in self.answered if flight.is_settled)]
        return {(reading.stream, reading.seq) for flight in flights for reading in flight.call.readings}

    def answer(self) -> None:
        """Answer a call in flight at random. If the answer gets lost, the cloud still has the readings."""
        while not self.in_flight or self.chance.random() < 0.3:
            self.say(["v1", "v2"] * self.chance.randint(1, 3))
            self.commit()
            self.look_and_depart()
        kind, status = self.any_kind(), self.chance.choice((0, 503))
        is_lost = kind is OutcomeKind.BACK_OFF and self.chance.random() < 0.5
        # Prefer the calls with the most parts, because calls with several readings are rarer.
        places = sorted(range(len(self.in_flight)), key=lambda place: -len(self.in_flight[place].parts))
        place = places[0] if self.chance.random() < 0.5 else self.chance.choice(places)
        self.hear(place, kind, status, is_lost)

    def any_kind(self) -> OutcomeKind:
        kind = self.chance.choice(KINDS)
        seen[f"drew {kind}"] += 1
        return kind

    def hear(self, place: int, kind: OutcomeKind, status: int = 0, is_lost: bool = False) -> Flight:
        flight = self.in_flight.pop(place)
        ids = {reading.id for reading in flight.call.readings}
        seen[f"{kind} to {SIZES[len(ids) > 1]}"] += 1
        seen["an answer was lost"] += is_lost
        if kind is OutcomeKind.ACCEPT or is_lost:
            self.reached_the_cloud |= ids
        if flight.lanes[0].is_resend:
            seen[f"sent again and {kind}"] += 1
        was_to_be_skipped = flight.lanes[0].poison.given_up in flight.call.readings
        self.now_s += 1.0
        runs = self.plan.answered(flight, Outcome(kind, verbatim("words"), status=status), self.now_s)
        assert bool(runs) == flight.is_settled
        if flight.is_settled:
            accepted = kind is OutcomeKind.ACCEPT
            assert {run.fate for run in runs} == {Fate.FORWARDED if accepted else Fate.REFUSED}
            assert sum(run.last - run.first + 1 for run in runs) == len(ids)
            if not accepted:
                assert len(ids) == 1
                self.refused_once |= ids
                seen["skipped in flight"] += was_to_be_skipped and kind is not OutcomeKind.REJECT
                seen["refused after failures"] += not was_to_be_skipped and kind is not OutcomeKind.REJECT
            self.answered.append((flight, runs))
        return flight

    def commit(self) -> None:
        """Settle the answered calls in the journal, as its writer does, and report that to the plan."""
        answered, self.answered = self.answered, []
        self.journal.write([], [run for _, runs in answered for run in runs])
        for flight, _ in answered:
            self.plan.settled(flight)

    def single_answer(self, kind: OutcomeKind) -> Flight:
        """Send calls and answer each with `kind`, until one carries a single reading. Returns that call."""
        self.say(["v1"])
        for _ in range(10 * self.said):
            self.commit()
            self.look_and_depart()
            if self.in_flight and (flight := self.hear(0, kind)).is_single:
                self.commit()
                return flight
        raise AssertionError("no reading goes by itself")

    def fail_for_long(self) -> None:
        """Let one reading fail again and again while others are accepted or rejected, until it is refused."""
        self.say(["v1"])
        refused = seen["refused after failures"]
        for _ in range(30):
            self.say(["v2"])
            self.commit()
            self.look_and_depart()
            if self.in_flight:
                is_bad = self.in_flight[0].lanes[0].pin == 1
                self.hear(0, OutcomeKind.UNKNOWN if is_bad else self.chance.choice(KINDS[:2]))
            if seen["refused after failures"] > refused:
                return

    def resend(self) -> None:
        by_name = self.chance.random() < 0.5
        refused = self.single_answer(OutcomeKind.REJECT).call.readings[0]
        assert carry_out(decisions.resend(self.journal, "board", refused.target if by_name else None)) > 0
        seen["sent again by name"] += by_name
        assert refused in self.outbox.resent(1000)

    def skip(self) -> None:
        """Let the user skip the readings that block lanes."""
        self.say(["v1", "v2"])
        for _ in range(10 * self.said):
            if self.plan.stuck():
                break
            self.say(["v2"])
            self.commit()
            self.look_and_depart()
            if self.in_flight:
                is_bad = any(lane.pin == 1 for lane in self.in_flight[0].lanes)
                self.hear(0, OutcomeKind.UNKNOWN if is_bad else OutcomeKind.ACCEPT)
        assert self.plan.stuck()
        # Half of the time, the reading is sent once more, so that it is in flight when it is skipped.
        if self.chance.random() < 0.5:
            self.look_and_depart()
        waiting = {reading.id for reading, _ in self.plan.stuck()}
        away = {reading.id for flight in self.in_flight for reading in flight.call.readings}
        runs = self.plan.skip()
        assert sum(run.last - run.first + 1 for run in runs) == len(waiting - away)
        self.refused_once |= waiting - away
        seen["skipped"] += bool(runs)
        self.journal.write([], runs)

    def hold(self) -> None:
        """Make sure that some readings are held: pending, but meant for another account."""
        if not any(stream.held for stream in self.journal.streams()):
            self.say(["v1", "v2"])
            self.journal.close()
            self.account = ACCOUNTS[self.account == ACCOUNTS[0]]
            self.open()

    def send_here(self) -> None:
        self.hold()
        assert carry_out(decisions.send_here(self.journal, "board")) > 0
        assert not any(stream.held for stream in self.journal.streams())
        self.knows_of_the_freed = False
        seen["sent here"] += 1

    def discard(self) -> None:
        self.hold()
        before = self.fates()
        count = carry_out(decisions.discard(self.journal, "board"))
        given_up = {id_ for id_, fate in self.fates().items() if fate != before[id_]}
        assert len(given_up) == count > 0
        self.given_up |= given_up
        seen["discarded"] += 1

    def prune(self) -> None:
        before = self.fates()
        pruner = Pruner(self.journal, keep_days=1, max_journal_mb=1000)
        while pruner.step() == 0:
            pass
        gone = before.keys() - self.fates().keys()
        self.check({id_: before[id_] for id_ in gone})
        self.settled_and_pruned |= gone
        seen["pruned"] += bool(gone)

    def try_now(self) -> None:
        self.plan.try_now()
        assert self.plan.wait_s(self.now_s) is None

    def crash(self) -> None:
        """End the program and start it again; the calls in flight have all reached the cloud, or none has."""
        reached = self.chance.random() < 0.5
        if self.in_flight:
            seen[f"crashed with calls that {'reached the cloud' if reached else 'did not'}"] += 1
        if reached:
            self.reached_the_cloud |= {r.id for flight in self.in_flight for r in flight.call.readings}
        self.lives += 1
        copy = after_a_crash(self.path, self.lives)
        self.journal.close()
        self.path = copy
        self.account = self.chance.choice(ACCOUNTS)
        self.open()
        seen["opened with something to be sent again"] += bool(self.outbox.resent(1))

    def fates(self) -> dict[int, str]:
        """The fate of each reading in the journal, by the reading's id."""
        output = io.StringIO()
        assert export(self.path, output, Selection()).unreadable == []
        return {int(row["id"]): row["fate"] for row in csv.DictReader(io.StringIO(output.getvalue()))}

    def check(self, fates: Mapping[int, str]) -> None:
        """Assert that each reading has its fate for a reason: it was sent, refused or given up."""
        had_a_reason = {
            Fate.FORWARDED: self.reached_the_cloud,
            Fate.REFUSED: self.refused_once,
            Fate.EXPIRED: self.given_up,
        }
        for id_, fate in fates.items():
            assert id_ in had_a_reason[Fate(fate)]

    def the_ledger_balances(self) -> None:
        counts = [stream.counts() for stream in self.journal.streams()]
        assert sum(c.readings for c in counts) == self.said
        assert sum(c.forwarded for c in counts) <= len(self.reached_the_cloud)
        assert sum(c.refused for c in counts) <= len(self.refused_once)
        assert sum(c.expired for c in counts) == len(self.given_up)

    def reasons_are_messages(self) -> None:
        """Assert that the journal stores reasons as codes and parameters, not as sentences of the program."""
        for (reason,) in self.journal.execute("SELECT DISTINCT reason FROM settled WHERE reason <> ''"):
            assert reason.startswith("message:")

    def drain(self) -> None:
        """Let the cloud accept every call, and assert that in the end only held readings are pending."""
        for _ in range(3 * self.said + 10):
            self.look_and_depart()
            if self.in_flight:
                flight = self.in_flight.pop(0)
                self.reached_the_cloud |= {reading.id for reading in flight.call.readings}
                runs = self.plan.answered(flight, Outcome(OutcomeKind.ACCEPT), self.now_s)
                self.answered.append((flight, runs))
            self.commit()
        counts = [stream.counts() for stream in self.journal.streams()]
        assert sum(c.pending for c in counts) == sum(c.held for c in counts)
        fates = self.fates()
        assert fates.keys() | self.settled_and_pruned == set(range(1, self.said + 1))
        self.check({id_: fate for id_, fate in fates.items() if fate != Fate.PENDING})
        assert list(fates.values()).count(Fate.PENDING) == sum(c.held for c in counts)


STEPS = (
    PlanAndJournal.append,
    PlanAndJournal.look,
    PlanAndJournal.leave,
    PlanAndJournal.look_and_depart,
    PlanAndJournal.go_on,
    PlanAndJournal.answer,
    PlanAndJournal.commit,
    PlanAndJournal.fail_for_long,
    PlanAndJournal.resend,
    PlanAndJournal.skip,
    PlanAndJournal.send_here,
    PlanAndJournal.discard,
    PlanAndJournal.prune,
    PlanAndJournal.try_now,
    PlanAndJournal.crash,
)


@pytest.mark.parametrize(("stories", "steps"), [(20, 40), pytest.param(600, 80, marks=pytest.mark.long)])
def test_plan_and_journal(stories: int, steps: int) -> None:
    seen.clear()
    for seed in range(stories):
        chance = random.Random(seed)
        with TemporaryDirectory() as folder:
            machine = PlanAndJournal(Path(folder), chance)
            print(f"story {seed}:")
            for step in chance.choices(STEPS, k=steps):
                print(f"  {step.__name__}")
                step(machine)
                machine.the_ledger_balances()
                machine.reasons_are_messages()
            machine.drain()
            machine.journal.close()
    print(dict(sorted(seen.items())))
    assert set(+seen) >= EFFECTS
    least = min(seen[f"drew {kind}"] for kind in OutcomeKind)
    assert seen[f"drew {OutcomeKind.ACCEPT}"] <= 3 * least
