"""The plan in any interleaving of events: all readings are settled once and in order.

Each rule first creates the situation that it needs. Answers and effects are counted: the test fails if a
kind of answer, or an effect that the plan promises, has never occurred.
"""

from __future__ import annotations

import itertools
import sys
from collections import Counter

import msgspec
import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from app.cloud.blynk.destination import Blynk
from app.cloud.plan.decisions import SKIPPED
from app.cloud.plan.lanes import Flight
from app.cloud.plan.plan import Plan
from app.cloud.plan.routing import Form
from app.config.bench_file import Backlog, DeviceConfig, Forward
from app.messages.stored import encode
from app.wire.datastreams import Datastream
from app.wire.streams import Fate
from tests.cloud.plan.checker import AMBIGUOUS, ANSWERS, EFFECTS, Checker
from tests.cloud.plan.memory_journal import MemoryJournal

pytestmark = pytest.mark.untraced

DEVICE = DeviceConfig(
    port="simulated:",
    server="http://127.0.0.1",
    auth_token="env:PINBRIDGE_T",
    requests_per_s=0,
    datastream=(Datastream(virtual_pin=1, id=7), Datastream(id=9)),
)
TARGETS = ("v1", "ds7", "v1.label", "v2", "ds9", "ds10", "v3")
MAX_POINTS = 10_000
WINDOW = 8
SET_ROOM = 80
DAY_US = 86_400_000_000
MAX_AGE_US = 30 * DAY_US
LONG_S = 700.0
"""Longer than any wait."""
SEEN: Counter[str] = Counter()
DRAWN: Counter[str] = Counter()

targets = st.sampled_from(TARGETS)


class Interleavings(RuleBasedStateMachine):
    """Random steps of a plan, its journal, the cloud and the user."""

    @initialize(
        forward=st.sampled_from(Forward),
        backlog=st.sampled_from(Backlog),
        batch=st.booleans(),
        before=st.integers(0, 9),
    )
    def begin(self, forward: Forward, backlog: Backlog, batch: bool, before: int) -> None:
        self.device = msgspec.structs.replace(DEVICE, forward=forward, backlog=backlog, batch=batch)
        self.plan = Plan(self.device, Blynk(self.device, "token"), lambda: 0.5)
        self.journal = MemoryJournal()
        self.checker = Checker(self.device, self.plan, self.journal, SEEN)
        self.in_flight = self.checker.in_flight
        self.now_s, self.wall_us = 0.0, 100 * DAY_US
        self.known_generation = 0
        for target in TARGETS[:before]:
            self.journal.append(target, at_us=self.wall_us)

    # Steps of the program's threads

    @rule(names=st.lists(targets, min_size=1, max_size=4), count=st.integers(1, 12), set_back=st.booleans())
    def arrive(self, names: list[str], count: int, set_back: bool) -> None:
        for name in names * count:
            self.journal.append(name, at_us=self.wall_us)
        if set_back:
            self.wall_us -= DAY_US // 24

    @rule(late=st.sampled_from(("", *TARGETS)))
    def refill(self, late: str) -> None:
        """Let the plan read the journal. If `late` is given, a reading of this target comes in meanwhile."""
        before = len(self.journal.fates)
        self.journal.refill(self.plan, self.now_s, late)
        self.known_generation = self.journal.generation
        self.checker.see("superseded in the journal", len(self.journal.fates) - before)

    @rule(elapsed_s=st.sampled_from([0.0, 1.0, 60.0, LONG_S]), points=st.sampled_from([0, 1, MAX_POINTS]))
    def on_sent(self, elapsed_s: float, points: int) -> None:
        self.now_s += elapsed_s
        self.wall_us += int(elapsed_s * 1e6)
        self.checker.see("points were short", not points and self.plan.waits_for_points)
        self.leaves(points)

    @rule(place=st.integers(0, 99), names=st.lists(st.sampled_from(sorted(ANSWERS)), min_size=3, max_size=6))
    def answer(self, place: int, names: list[str]) -> None:
        for name in names:
            DRAWN[name] += 1
            self.take(self.flight(place), name)

    @rule()
    def settle(self) -> None:
        for flight, runs in self.checker.unsettled:
            self.journal.settle(runs)
            waited = any(lane.unsettled > 1 for lane in flight.lanes)
            self.checker.see("the journal was waited for", waited)
            self.plan.settled(flight)
        self.checker.unsettled.clear()

    @rule()
    def settle_late(self) -> None:
        """Let the cloud answer three rounds of calls before the journal stores any of the answers."""
        self.settle()
        self.arrive(["v2"] * 3, 1, False)
        for _ in range(3):
            self.refill_and_send()
            for flight in list(self.in_flight):
                self.take(flight, "accepted")

    # Decisions of the user

    @rule()
    def try_now(self) -> None:
        self.plan.try_now()

    @rule(in_flight_first=st.booleans(), name=st.sampled_from([*AMBIGUOUS, "accepted", "no answer"]))
    def skip(self, in_flight_first: bool, name: str) -> None:
        bad = self.flight().lanes[0]
        while not self.plan.stuck():
            if not bad.flight and not bad.head():
                bad = self.flight().lanes[0]
            for flight in list(self.in_flight):
                self.take(flight, "unknown words" if bad in flight.lanes else "accepted")
            self.settle()
            self.arrive(["v3" if bad.target == "ds10" else "ds10"], 1, False)
            self.refill_and_send()
        if in_flight_first:
            self.refill_and_send()
        stuck = {reading.id for reading, _ in self.plan.stuck()}
        was_stuck, runs = bool(self.plan.stuck()), self.plan.skip()
        assert was_stuck == bool(stuck)
        assert all((run.fate, run.reason) == (Fate.REFUSED, encode(SKIPPED)) for run in runs)
        gone = {self.journal.rows[run.stream - 1][run.first - 1].id for run in runs}
        assert gone <= stuck
        self.checker.refused |= gone
        self.journal.settle(runs)
        self.checker.see("skipped at once", len(runs))
        given_up = [lane.poison.given_up for lane in self.plan.prefetch.lanes]
        for flight in [flight for flight in self.in_flight if flight.call.readings[0] in given_up]:
            self.take(flight, name)

    @rule(name=st.sampled_from(["accepted", "refused", "no answer"]))
    def send_again(self, name: str) -> None:
        while not any(fate is Fate.REFUSED for fate, _ in self.journal.fates.values()):
            self.take(self.flight(), "refused")
            self.settle()
        self.journal.send_again()
        while not (flight := self.flight()).lanes[0].is_resend:
            self.take(flight, "accepted")
            self.settle()
        self.refill("")
        self.take(flight, name)

    @rule(name=targets, count=st.integers(1, 5), in_flight_first=st.booleans())
    def release_held(self, name: str, count: int, in_flight_first: bool) -> None:
        """Hold new readings, and later let them be sent. The plan has by then passed their seqs."""
        for _ in range(count):
            self.journal.hold(name)
        self.arrive([name], 1, False)
        self.refill("")
        if in_flight_first:
            self.flight()
        self.checker.released |= {reading.id for reading in self.journal.held}
        self.journal.release()
        self.checker.see("released with a call in flight", bool(self.in_flight))

    @rule(in_flight_first=st.booleans())
    def delete(self, in_flight_first: bool) -> None:
        if in_flight_first:
            self.flight()
        self.settle()
        self.journal.delete()
        self.checker.see("deleted with a call in flight" if self.in_flight else "deleted")

    # Answers of the cloud, and the time that passes

    @rule(name=st.sampled_from(["refused", "unknown words", "too large"]))
    def reject_what_was_sent_together(self, name: str) -> None:
        self.arrive(["v2", "v3"], 2, False)
        self.refill_and_send()
        for flight in [flight for flight in self.in_flight if not flight.is_single]:
            self.take(flight, name)

    @rule(name=st.sampled_from(AMBIGUOUS))
    def fail_for_long(self, name: str) -> None:
        """Let one reading fail again and again while the cloud accepts others."""
        bad = self.flight().call.readings[0]
        for _ in range(12):
            for flight in list(self.in_flight):
                self.take(flight, name if bad in flight.call.readings else "accepted")
            self.settle()
            if not self.checker.is_pending(bad):
                break
            self.arrive(["ds10"], 1, False)
            self.refill_and_send(LONG_S / 4)

    @precondition(lambda self: self.device.forward is Forward.LATEST)
    @rule(name=st.sampled_from([*AMBIGUOUS, "no answer", "pause"]))
    def overtake(self, name: str) -> None:
        """Let a call fail after a newer reading of its target has come in."""
        while not (newest := [f for f in self.in_flight if f.parts[0][0].form is Form.NEWEST]):
            self.take(self.flight(), "accepted")
            self.settle()
            self.arrive(["v2"], 1, False)
            self.refill_and_send()
        self.arrive([newest[0].call.readings[0].target], 1, False)
        self.now_s += LONG_S
        self.refill("")
        self.take(newest[0], name)

    @rule()
    def have_an_outage(self) -> None:
        """Go through a long outage and its end."""
        self.take(self.flight(), "pause")
        for _ in range(2):
            self.arrive(["v2"], 3, False)
            self.refill_and_send()
            self.take(self.flight(), "accepted")
        cut_off = any(lane.is_past and lane.flows for lane in self.plan.prefetch.lanes)
        self.checker.see("the past was cut off", cut_off)

    @precondition(lambda self: self.device.forward is Forward.TIMESTAMPED or self.checker.has_past)
    @rule(later_us=st.sampled_from([DAY_US, MAX_AGE_US, MAX_AGE_US + DAY_US]))
    def grow_old(self, later_us: int) -> None:
        self.have_an_outage()
        self.arrive(["v2"], 3, False)
        self.now_s += LONG_S
        self.refill("")
        self.wall_us += later_us
        oldest_us = self.wall_us - MAX_AGE_US
        for run in self.plan.prefetch.expire(self.wall_us):
            assert run.fate is Fate.EXPIRED
            old = set(self.journal.rows[run.stream - 1][run.first - 1 : run.last])
            assert max(reading.received_at_us for reading in old) < oldest_us
            assert not old & self.checker.away
            self.journal.settle([run])
            self.checker.see("expired", len(old))
        assert (self.plan.prefetch.oldest_us() or oldest_us) >= oldest_us

    # Steps that several rules share

    def leaves(self, points: int = MAX_POINTS) -> bool:
        """Send a call if one may be sent. Returns whether one was sent."""
        flight = self.plan.next_call(self.now_s, points)
        if flight:
            self.checker.leaves(flight, points, self.known_generation)
        return flight is not None

    def refill_and_send(self, elapsed_s: float = LONG_S) -> None:
        """After `elapsed_s`, let the plan read the journal and send all calls that may be sent."""
        self.now_s += elapsed_s
        self.refill("")
        while self.leaves():
            pass

    def flight(self, place: int = 0) -> Flight:
        """Return a call in flight. If there is none, let all waits pass and send one."""
        if not self.in_flight:
            self.settle()
            if not any(map(self.checker.is_pending, itertools.chain(*self.journal.rows))):
                self.arrive(["v2"], 1, False)
            self.now_s += LONG_S
            self.refill("")
            assert self.leaves()
        return self.in_flight[place % len(self.in_flight)]

    def take(self, flight: Flight, name: str) -> None:
        self.checker.answer(flight, name, self.now_s)

    @invariant()
    def each_lane_is_in_order_and_has_one_call(self) -> None:
        self.checker.each_lane_is_in_order_and_has_one_call()

    @invariant()
    def memory_is_bounded(self) -> None:
        assert len(self.plan.prefetch._in_flight) <= len(self.in_flight) + len(self.checker.unsettled)
        for flow in (flow for lane in self.plan.prefetch.lanes for flow in lane.flows):
            assert len(flow.buffer) <= (SET_ROOM if flow.form is Form.SET else 64 + WINDOW)

    def teardown(self) -> None:
        """Let the cloud accept everything that is left, and check that all readings are settled."""
        if not hasattr(self, "plan") or sys.exc_info()[0]:
            return
        for _ in range(2 * self.journal.total + 10):
            for flight in list(self.in_flight):
                self.take(flight, "accepted")
            self.settle()
            if len(self.journal.fates) == self.journal.total:
                break
            self.refill_and_send()
        self.each_lane_is_in_order_and_has_one_call()
        self.checker.all_is_settled_as_it_was()


def test_in_any_interleaving_each_reading_is_sent_once_and_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    # Small windows, so that few readings fill them.
    monkeypatch.setattr("app.cloud.plan.prefetch.WINDOW", WINDOW)
    monkeypatch.setattr("app.cloud.plan.prefetch.SET_ROOM", SET_ROOM)
    SEEN.clear()
    DRAWN.clear()
    # Shrinking a failure takes minutes, so it is off. Add `Phase.shrink` to look for the cause of a failure.
    chosen = settings(max_examples=200, stateful_step_count=30, phases=[Phase.generate])
    run_state_machine_as_test(Interleavings, settings=chosen)
    assert not (EFFECTS | ANSWERS.keys()) - (+SEEN).keys()
    assert DRAWN["accepted"] < DRAWN.total() / 4
    assert min(DRAWN[name] for name in ANSWERS) > DRAWN.total() / 32
