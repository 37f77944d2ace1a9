"""The plan in any interleaving of what may happen to it: all is settled once and in order.

A rule first makes true what it needs, and what was seen is counted: the test fails where a kind of answer, or
an effect that the plan promises, never came about.
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
from app.cloud.plan.lanes import Flight
from app.cloud.plan.plan import SKIPPED, Plan
from app.cloud.plan.routing import Form
from app.config.bench_file import Backlog, DeviceConfig, Forward
from app.messages.stored import encode
from app.wire.datastreams import Datastream
from app.wire.streams import Fate
from tests.cloud.plan.shelf import Shelf
from tests.cloud.plan.witness import ANSWERS, DOUBTS, EFFECTS, Witness

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
    """A forwarder without threads, its journal, and its person."""

    @initialize(
        forward=st.sampled_from(Forward),
        backlog=st.sampled_from(Backlog),
        batch=st.booleans(),
        before=st.integers(0, 9),
    )
    def begin(self, forward: Forward, backlog: Backlog, batch: bool, before: int) -> None:
        self.device = msgspec.structs.replace(DEVICE, forward=forward, backlog=backlog, batch=batch)
        self.plan = Plan(self.device, Blynk(self.device, "token"), lambda: 0.5)
        self.shelf = Shelf()
        self.witness = Witness(self.device, self.plan, self.shelf, SEEN)
        self.in_flight = self.witness.in_flight
        self.now_s, self.wall_us = 0.0, 100 * DAY_US
        self.told_of = 0
        for target in TARGETS[:before]:
            self.shelf.append(target, at_us=self.wall_us)

    # What the threads do, one step at a time.

    @rule(names=st.lists(targets, min_size=1, max_size=4), count=st.integers(1, 12), set_back=st.booleans())
    def arrive(self, names: list[str], count: int, set_back: bool) -> None:
        for name in names * count:
            self.shelf.append(name, at_us=self.wall_us)
        if set_back:
            self.wall_us -= DAY_US // 24

    @rule(late=st.sampled_from(("", *TARGETS)))
    def refill(self, late: str) -> None:
        """Read the journal, which grows while it is read."""
        before = len(self.shelf.fates)
        self.shelf.refill(self.plan, self.now_s, late)
        self.told_of = self.shelf.generation
        self.witness.see("superseded in the journal", len(self.shelf.fates) - before)

    @rule(elapsed_s=st.sampled_from([0.0, 1.0, 60.0, LONG_S]), points=st.sampled_from([0, 1, MAX_POINTS]))
    def on_sent(self, elapsed_s: float, points: int) -> None:
        self.now_s += elapsed_s
        self.wall_us += int(elapsed_s * 1e6)
        self.witness.see("points were short", not points and self.plan.waits_for_points)
        self.leaves(points)

    @rule(place=st.integers(0, 99), names=st.lists(st.sampled_from(sorted(ANSWERS)), min_size=3, max_size=6))
    def answer(self, place: int, names: list[str]) -> None:
        for name in names:
            DRAWN[name] += 1
            self.take(self.flight(place), name)

    @rule()
    def settle(self) -> None:
        for flight, runs in self.witness.unsettled:
            self.shelf.settle(runs)
            waited = any(lane.unsettled > 1 for lane in flight.lanes)
            self.witness.see("the journal was waited for", waited)
            self.plan.settled(flight)
        self.witness.unsettled.clear()

    @rule()
    def settle_late(self) -> None:
        """The disk is slower than the cloud."""
        self.settle()
        self.arrive(["v2"] * 3, 1, False)
        for _ in range(3):
            self.look_and_depart()
            for flight in list(self.in_flight):
                self.take(flight, "taken")

    # What a person does.

    @rule()
    def hurry(self) -> None:
        self.plan.try_now()

    @rule(under_way=st.booleans(), name=st.sampled_from([*DOUBTS, "taken", "no answer"]))
    def skip(self, under_way: bool, name: str) -> None:
        while not self.plan.stuck():
            self.take(self.flight(), "unknown words")
        if under_way:
            self.look_and_depart()
        stuck = {reading.id for reading, _ in self.plan.stuck()}
        was_stuck, runs = bool(self.plan.stuck()), self.plan.skip()
        assert was_stuck == bool(stuck)
        assert all((run.fate, run.reason) == (Fate.REFUSED, encode(SKIPPED)) for run in runs)
        gone = {self.shelf.rows[run.stream - 1][run.first - 1].id for run in runs}
        assert gone <= stuck
        self.witness.refused |= gone
        self.shelf.settle(runs)
        self.witness.see("skipped at once", len(runs))
        given_up = [lane.poison.given_up for lane in self.plan.prefetch.lanes]
        for flight in [flight for flight in self.in_flight if flight.call.readings[0] in given_up]:
            self.take(flight, name)

    @rule(name=st.sampled_from(["taken", "refused", "no answer"]))
    def send_again(self, name: str) -> None:
        while not any(fate is Fate.REFUSED for fate, _ in self.shelf.fates.values()):
            self.take(self.flight(), "refused")
            self.settle()
        self.shelf.send_again()
        while not (flight := self.flight()).lanes[0].is_resend:
            self.take(flight, "taken")
            self.settle()
        self.refill("")
        self.take(flight, name)

    @rule(name=targets, count=st.integers(1, 5), under_way=st.booleans())
    def free(self, name: str, count: int, under_way: bool) -> None:
        """What was held becomes pending behind what has been read."""
        for _ in range(count):
            self.shelf.hold(name)
        self.arrive([name], 1, False)
        self.refill("")
        if under_way:
            self.flight()
        self.witness.freed |= {reading.id for reading in self.shelf.held}
        self.shelf.free()
        self.witness.see("freed with a call under way", bool(self.in_flight))

    @rule(under_way=st.booleans())
    def delete(self, under_way: bool) -> None:
        if under_way:
            self.flight()
        self.settle()
        self.shelf.delete()
        self.witness.see("deleted with a call under way" if self.in_flight else "deleted")

    # What a cloud and time do.

    @rule(name=st.sampled_from(["refused", "unknown words", "too large"]))
    def doubt_what_goes_together(self, name: str) -> None:
        self.arrive(["v2", "v3"], 2, False)
        self.look_and_depart()
        for flight in [flight for flight in self.in_flight if not flight.is_single]:
            self.take(flight, name)

    @rule(name=st.sampled_from(DOUBTS))
    def fail_for_long(self, name: str) -> None:
        """One reading fails again and again while others pass."""
        sick = self.flight().call.readings[0]
        for _ in range(12):
            for flight in list(self.in_flight):
                self.take(flight, name if sick in flight.call.readings else "taken")
            self.settle()
            if not self.witness.is_pending(sick):
                break
            self.arrive(["ds10"], 1, False)
            self.look_and_depart(LONG_S / 4)

    @precondition(lambda self: self.device.forward is Forward.LATEST)
    @rule(name=st.sampled_from([*DOUBTS, "no answer", "pause"]))
    def overtake(self, name: str) -> None:
        """A newer reading has come when a call fails."""
        while not (newest := [f for f in self.in_flight if f.parts[0][0].form is Form.NEWEST]):
            self.take(self.flight(), "taken")
            self.settle()
            self.arrive(["v2"], 1, False)
            self.look_and_depart()
        self.arrive([newest[0].call.readings[0].target], 1, False)
        self.now_s += LONG_S
        self.refill("")
        self.take(newest[0], name)

    @rule()
    def be_away(self) -> None:
        """The cloud is away for long, and comes back."""
        self.take(self.flight(), "pause")
        for _ in range(2):
            self.arrive(["v2"], 3, False)
            self.look_and_depart()
            self.take(self.flight(), "taken")
        cut_off = any(lane.is_past and lane.flows for lane in self.plan.prefetch.lanes)
        self.witness.see("the past was cut off", cut_off)

    @precondition(lambda self: self.device.forward is Forward.TIMESTAMPED or self.witness.has_past)
    @rule(later_us=st.sampled_from([DAY_US, MAX_AGE_US, MAX_AGE_US + DAY_US]))
    def grow_old(self, later_us: int) -> None:
        self.be_away()
        self.arrive(["v2"], 3, False)
        self.now_s += LONG_S
        self.refill("")
        self.wall_us += later_us
        oldest_us = self.wall_us - MAX_AGE_US
        for run in self.plan.prefetch.expire(self.wall_us):
            assert run.fate is Fate.EXPIRED
            old = set(self.shelf.rows[run.stream - 1][run.first - 1 : run.last])
            assert max(reading.received_at_us for reading in old) < oldest_us
            assert not old & self.witness.away
            self.shelf.settle([run])
            self.witness.see("expired", len(old))
        assert (self.plan.prefetch.oldest_us() or oldest_us) >= oldest_us

    # What the rules are made of.

    def leaves(self, points: int = MAX_POINTS) -> bool:
        """Whether a call may leave now; it is under way then."""
        flight = self.plan.next_call(self.now_s, points)
        if flight:
            self.witness.leaves(flight, points, self.told_of)
        return flight is not None

    def look_and_depart(self, elapsed_s: float = LONG_S) -> None:
        """All that may go goes."""
        self.now_s += elapsed_s
        self.refill("")
        while self.leaves():
            pass

    def flight(self, place: int = 0) -> Flight:
        """A call that is under way; whatever was waited for, one can be made to be."""
        if not self.in_flight:
            self.settle()
            if not any(map(self.witness.is_pending, itertools.chain(*self.shelf.rows))):
                self.arrive(["v2"], 1, False)
            self.now_s += LONG_S
            self.refill("")
            assert self.leaves()
        return self.in_flight[place % len(self.in_flight)]

    def take(self, flight: Flight, name: str) -> None:
        self.witness.answer(flight, name, self.now_s)

    @invariant()
    def each_lane_is_in_order_and_has_one_call(self) -> None:
        self.witness.each_lane_is_in_order_and_has_one_call()

    @invariant()
    def memory_is_bounded(self) -> None:
        assert len(self.plan.prefetch._in_flight) <= len(self.in_flight) + len(self.witness.unsettled)
        for flow in (flow for lane in self.plan.prefetch.lanes for flow in lane.flows):
            assert len(flow.buffer) <= (SET_ROOM if flow.form is Form.SET else 64 + WINDOW)

    def teardown(self) -> None:
        """Whatever happened, a well cloud gets the rest."""
        if not hasattr(self, "plan") or sys.exc_info()[0]:
            return
        for _ in range(2 * self.shelf.total + 10):
            for flight in list(self.in_flight):
                self.take(flight, "taken")
            self.settle()
            if len(self.shelf.fates) == self.shelf.total:
                break
            self.look_and_depart()
        self.each_lane_is_in_order_and_has_one_call()
        self.witness.all_is_settled_as_it_was()


def test_whatever_happens_each_reading_goes_once_and_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    # Small windows are read to their ends by few readings.
    monkeypatch.setattr("app.cloud.plan.prefetch.WINDOW", WINDOW)
    monkeypatch.setattr("app.cloud.plan.prefetch.SET_ROOM", SET_ROOM)
    SEEN.clear()
    DRAWN.clear()
    # To shorten a failure takes minutes: whoever looks for one adds Phase.shrink.
    chosen = settings(max_examples=200, stateful_step_count=30, phases=[Phase.generate])
    run_state_machine_as_test(Interleavings, settings=chosen)
    assert not (EFFECTS | ANSWERS.keys()) - (+SEEN).keys()
    assert DRAWN["taken"] < DRAWN.total() / 4
    assert min(DRAWN[name] for name in ANSWERS) > DRAWN.total() / 32
