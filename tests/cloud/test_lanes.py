"""Lanes keep their order under every policy, whatever comes, fails, is repeated, skipped or read again."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from app.cloud.calls import MAX_POINTS, batch
from app.cloud.lanes import Flight, Flow, Form, Lane, Want, runs_of
from app.cloud.outcomes import Outcome, OutcomeKind
from app.cloud.pacing import Backoff
from app.cloud.plan import Plan
from app.cloud.supply import SET_ROOM, WINDOW, lane_pin
from app.config import Backlog, DeviceConfig, Forward
from app.wire.datastreams import Datastream
from app.wire.streams import Fate, Reading, Run
from tests.cloud.shelf import Shelf

DEVICE = DeviceConfig(
    port="simulated:",
    server="http://127.0.0.1",
    auth_token="env:PINBRIDGE_T",
    requests_per_s=0,
    datastream=(Datastream(virtual_pin=1, id=7), Datastream(id=9)),
)
TARGETS = ("v1", "ds7", "v1.label", "v2", "ds9", "ds10", "v3")
ACCEPT = Outcome(OutcomeKind.ACCEPT)
REJECT = Outcome(OutcomeKind.REJECT, "no such pin", status=400)
ANSWERS = [
    ACCEPT,
    ACCEPT,
    REJECT,
    Outcome(OutcomeKind.BACK_OFF, "gone"),
    Outcome(OutcomeKind.BACK_OFF, "unwell", status=503),
    Outcome(OutcomeKind.PAUSE, "token", status=400),
    Outcome(OutcomeKind.UNKNOWN, "HTTP 404", status=404),
    Outcome(OutcomeKind.TOO_LARGE, "HTTP 413", status=413),
]


def lane_of(target: str) -> str:
    pin = lane_pin(target, DEVICE)
    return target if pin is None else f"v{pin}"


def reading(id_: int, stream: int = 1, seq: int | None = None) -> Reading:
    return Reading(id_, stream, seq or id_, "v2", float(id_), 0)


def lane_with(*flows: tuple[Form, list[int]], is_past: bool = False) -> Lane:
    lane = Lane(2, Backoff(lambda: 1.0), is_past)
    for number, (form, ids) in enumerate(flows, 1):
        flow = Flow(number, "v2", form, lane, WINDOW)
        flow.buffer.extend(reading(id_, number) for id_ in ids)
        lane.flows.append(flow)
    return lane


def test_runs_cover_neighbours_of_one_stream_alone() -> None:
    readings = [reading(1), reading(2), reading(4), reading(5, 2)]
    assert runs_of(readings, Fate.REFUSED, "no") == [
        Run(1, 1, 2, Fate.REFUSED, "no"),
        Run(1, 4, 4, Fate.REFUSED, "no"),
        Run(2, 5, 5, Fate.REFUSED, "no"),
    ]
    assert runs_of([], Fate.REFUSED) == []


def test_a_set_follows_the_order_of_arrival_over_streams() -> None:
    lane = lane_with((Form.SET, [1, 2, 5]), (Form.SET, [3, 4, 6]), (Form.ONE, [6]))
    taken = [(flow.stream, [r.id for r in part]) for flow, part in lane.take(5)]
    assert taken == [(1, [1, 2]), (2, [3, 4]), (1, [5])]


def test_what_is_put_back_stands_as_it_stood() -> None:
    lane = lane_with((Form.SET, [1, 2, 5]), (Form.SET, [3, 4, 6]))
    call = batch(())
    Flight(call, list(lane.take(6)), [lane], 0.0).put_back()
    assert [[r.id for r in flow.buffer] for flow in lane.flows] == [[1, 2, 5], [3, 4, 6]]


def test_a_set_ends_before_a_property_and_where_the_next_is_not_known() -> None:
    lane = lane_with((Form.SET, [1, 2, 5]), (Form.ONE, [3]))
    assert [[r.id for r in part] for _, part in lane.take(9)] == [[1, 2]]
    lane = lane_with((Form.SET, [1, 2]), (Form.SET, [3]))
    lane.flows[0].open_seq = 9
    assert [[r.id for r in part] for _, part in lane.take(9)] == [[1, 2]]


def test_the_newest_stays_alone() -> None:
    lane = lane_with((Form.NEWEST, [1, 4]), (Form.NEWEST, [2]), (Form.ONE, [3]))
    assert lane.thin() == [Run(1, 1, 1, Fate.SUPERSEDED), Run(2, 2, 2, Fate.SUPERSEDED)]
    assert [[r.id for r in flow.buffer] for flow in lane.flows] == [[4], [], [3]]


def test_a_past_ends_where_the_present_begins() -> None:
    lane = lane_with((Form.SET, []), is_past=True)
    flow = lane.flows[0]
    flow.open_seq = 3
    want = flow.want()
    assert want
    flow.fill(want, [reading(1), reading(2), reading(3)])
    assert [r.id for r in flow.buffer] == [1, 2]
    assert flow.want() is None


def test_an_answer_to_an_old_question_is_left() -> None:
    flow = lane_with((Form.ONE, [])).flows[0]
    flow.open_seq, flow.unread_seq = 9, 5
    flow.fill(Want(flow, 1, 9, 8), [reading(1)])
    assert not flow.buffer


class Interleavings(RuleBasedStateMachine):
    """Arrivals, refills, calls, answers and settlements in any order, under any policy."""

    @initialize(
        forward=st.sampled_from(Forward),
        backlog=st.sampled_from(Backlog),
        batch=st.booleans(),
        before=st.integers(0, 9),
    )
    def begin(self, forward: Forward, backlog: Backlog, batch: bool, before: int) -> None:
        device = msgspec.structs.replace(DEVICE, forward=forward, backlog=backlog, batch=batch)
        self.device = device
        self.plan = Plan(device, lambda: 0.5)
        self.shelf = Shelf()
        self.in_flight: list[Flight] = []
        self.unsettled: list[tuple[Flight, list[Run]]] = []
        self.sent: dict[tuple[str, bool], list[int]] = {}
        self.again: set[int] = set()
        self.now_s = 0.0
        for number in range(before):
            self.shelf.append(TARGETS[number % len(TARGETS)])

    @rule(name=st.sampled_from(TARGETS), count=st.integers(1, 300))
    def arrive(self, name: str, count: int) -> None:
        for _ in range(count):
            self.shelf.append(name)

    @rule(late=st.sampled_from(("", *TARGETS)))
    def refill(self, late: str) -> None:
        """Read the journal, which grows while it is read."""
        self.shelf.refill(self.plan, self.now_s, late)

    @rule(elapsed_s=st.sampled_from([0.0, 1.0, 60.0, 700.0]), points=st.sampled_from([0, 1, MAX_POINTS]))
    def call(self, elapsed_s: float, points: int) -> None:
        self.now_s += elapsed_s
        if flight := self.plan.next_call(self.now_s, points):
            assert flight.points <= points or flight.lanes[0].goes_first
            for reading in flight.call.readings:
                for other in self.in_flight:
                    assert reading not in other.call.readings
                assert (reading.stream, reading.seq) not in self.shelf.fates
            self.in_flight.append(flight)

    @precondition(lambda self: self.in_flight)
    @rule(place=st.integers(0, 99), outcome=st.sampled_from(ANSWERS))
    def answer(self, place: int, outcome: Outcome) -> None:
        flight = self.in_flight.pop(place % len(self.in_flight))
        self.take(flight, outcome)

    def take(self, flight: Flight, outcome: Outcome) -> None:
        runs = self.plan.answered(flight, outcome, self.now_s)
        if not flight.is_settled:
            self.shelf.settle(runs)
            return
        self.unsettled.append((flight, runs))
        if not flight.lanes[0].goes_first:
            for reading in flight.call.readings:
                key = (lane_of(reading.target), flight.lanes[0].is_past)
                self.sent.setdefault(key, []).append(reading.id)

    @precondition(lambda self: self.unsettled)
    @rule()
    def settle(self) -> None:
        for flight, runs in self.unsettled:
            self.shelf.settle(runs)
            self.plan.settled(flight)
        self.unsettled = []

    @rule()
    def hurry(self) -> None:
        self.plan.try_now()

    @rule()
    def skip(self) -> None:
        _, runs = self.plan.skip()
        self.shelf.settle(runs)

    @precondition(lambda self: not self.unsettled and not self.shelf.marked)
    @rule()
    def send_again(self) -> None:
        self.shelf.send_again()

    @precondition(lambda self: self.device.forward is not Forward.LATEST)
    @rule()
    def free(self) -> None:
        """A person's word made older readings pending: all is read again."""
        self.shelf.rewound += 1

    @invariant()
    def each_lane_is_in_order_and_has_one_call(self) -> None:
        lanes = [id(lane) for flight in self.in_flight for lane in flight.lanes]
        assert len(lanes) == len(set(lanes))
        for ids in self.sent.values():
            assert ids == sorted(set(ids))

    @invariant()
    def memory_is_bounded(self) -> None:
        for want in self.plan.supply.wants():
            assert want.limit <= max(WINDOW, min(MAX_POINTS, SET_ROOM))

    def teardown(self) -> None:
        """Whatever happened, a well cloud gets the rest."""
        if not hasattr(self, "plan"):
            return
        for flight in self.in_flight:
            self.take(flight, ACCEPT)
        for _ in range(2 * self.shelf.total + 10):
            self.settle()
            self.now_s += 700
            self.shelf.refill(self.plan, self.now_s)
            while flight := self.plan.next_call(self.now_s):
                self.take(flight, ACCEPT)
            if len(self.shelf.fates) == self.shelf.total and not self.unsettled:
                break
        self.each_lane_is_in_order_and_has_one_call()
        assert len(self.shelf.fates) == self.shelf.total


TestInterleavings = pytest.mark.filterwarnings("default")(Interleavings.TestCase)
TestInterleavings.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)
