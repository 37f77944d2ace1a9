"""The plan: order in each lane, one call in flight, every seq settled once, whatever happens."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from app.cloud.calls import Call
from app.cloud.outcomes import Outcome, OutcomeKind
from app.cloud.plan import PROBE_S, WINDOW, Plan, lane_of
from app.config import DeviceConfig
from app.wire.datastreams import Datastream
from app.wire.streams import Fate, Reading, Run, StreamExtent

DEVICE = DeviceConfig(
    port="simulated:",
    server="http://127.0.0.1",
    auth_token="env:PINBRIDGE_T",
    requests_per_s=0,
    datastream=(Datastream(virtual_pin=1, id=7), Datastream(id=9)),
)
TARGETS = ("v1", "ds7", "v1.label", "v2", "ds9", "ds10")
ACCEPT = Outcome(OutcomeKind.ACCEPT)
BACK_OFF = Outcome(OutcomeKind.BACK_OFF, "unwell")
PAUSE = Outcome(OutcomeKind.PAUSE, "token")
UNKNOWN = Outcome(OutcomeKind.UNKNOWN, "HTTP 404")
REJECT = Outcome(OutcomeKind.REJECT, "no such pin")


class Shelf:
    """A journal in memory: what has been appended, by stream."""

    def __init__(self) -> None:
        self.readings: dict[int, list[Reading]] = {}
        self.settled: set[tuple[int, int]] = set()
        self._next_id = 1

    def append(self, target: str) -> None:
        stream = TARGETS.index(target)
        rows = self.readings.setdefault(stream, [])
        rows.append(Reading(self._next_id, stream, len(rows) + 1, target, self._next_id, 0))
        self._next_id += 1

    def extents(self) -> list[StreamExtent]:
        return [
            StreamExtent(stream, rows[0].target, len(rows) + 1, 0, 0)
            for stream, rows in self.readings.items()
        ]

    def refill(self, plan: Plan) -> None:
        plan.extend(self.extents())
        for want in plan.wants():
            rows = self.readings[want.stream]
            found = [r for r in rows if r.seq >= want.from_seq and (r.stream, r.seq) not in self.settled]
            plan.fill(want, found[: want.limit], len(rows) + 1)

    def settle(self, runs: list[Run]) -> None:
        for run in runs:
            for seq in range(run.first, run.last + 1):
                assert (run.stream, seq) not in self.settled
                self.settled.add((run.stream, seq))


def plan_of(*targets: str) -> tuple[Plan, Shelf]:
    plan, shelf = Plan(DEVICE, lambda: 1.0), Shelf()
    for target in targets:
        shelf.append(target)
    shelf.refill(plan)
    return plan, shelf


def target_of(call: Call | None) -> str:
    assert call
    return call.readings[0].target


def test_a_pin_its_id_and_its_properties_share_a_lane() -> None:
    assert [lane_of(target, DEVICE) for target in TARGETS] == ["v1", "v1", "v1", "v2", "ds9", "ds10"]


def test_the_oldest_goes_first_and_a_lane_has_one_call() -> None:
    plan, _ = plan_of("v1", "ds7", "v2")
    first, second = plan.next_call(0), plan.next_call(0)
    assert (target_of(first), target_of(second)) == ("v1", "v2")
    assert plan.next_call(0) is None
    assert plan.wait_s(0) is None
    assert first
    assert plan.answered(first, ACCEPT, 0) == [Run(0, 1, 1, Fate.FORWARDED)]
    assert target_of(plan.next_call(0)) == "ds7"


def test_the_id_of_the_bench_file_is_used() -> None:
    plan, _ = plan_of("v1")
    call = plan.next_call(0)
    assert call
    assert call.query[0] == ("dataStreamId", "7")


def test_a_third_answer_waits_for_the_journal() -> None:
    plan, _ = plan_of("v2", "v2", "v2")
    runs = []
    for _ in range(2):
        call = plan.next_call(0)
        assert call
        runs += plan.answered(call, ACCEPT, 0)
    assert plan.next_call(0) is None
    plan.settled(runs[:1])
    assert plan.next_call(0)


def test_a_refused_reading_stands_in_no_ones_way() -> None:
    plan, _ = plan_of("v2", "v2")
    call = plan.next_call(0)
    assert call
    assert plan.answered(call, REJECT, 0) == [Run(3, 1, 1, Fate.REFUSED, "no such pin")]
    assert plan.next_call(0)


def test_after_a_failure_the_same_reading_goes_again_alone() -> None:
    plan, _ = plan_of("v2", "ds9")
    call, other = plan.next_call(0), plan.next_call(0)
    assert call
    assert other
    assert plan.answered(call, BACK_OFF, 1) == []
    assert plan.answered(other, BACK_OFF, 1) == []
    assert plan.trouble == BACK_OFF
    assert plan.next_call(1.5) is None
    assert plan.wait_s(1.5) == 0.5
    again = plan.next_call(2)
    assert again == call
    assert plan.next_call(2) is None
    plan.answered(call, ACCEPT, 2)
    assert plan.trouble is None
    assert plan.next_call(2) == other


def test_the_cloud_s_own_wait_is_kept() -> None:
    plan, _ = plan_of("v2")
    call = plan.next_call(0)
    assert call
    plan.answered(call, Outcome(OutcomeKind.BACK_OFF, "slower", 120.0), 0)
    assert plan.wait_s(0) == 120
    plan.try_now()
    assert plan.next_call(0)


def test_a_pause_probes_every_five_minutes() -> None:
    plan, _ = plan_of("v2")
    call = plan.next_call(0)
    assert call
    plan.answered(call, PAUSE, 0)
    assert plan.paused
    assert plan.next_call(PROBE_S - 1) is None
    assert plan.next_call(PROBE_S) == call


def test_unknown_words_on_every_lane_pause_the_device() -> None:
    plan, _ = plan_of("v2")
    call = plan.next_call(0)
    assert call
    plan.answered(call, UNKNOWN, 0)
    assert plan.paused


def test_a_reading_that_fails_while_others_pass_is_refused_in_the_end() -> None:
    plan, shelf = plan_of("v2")
    runs: list[Run] = []
    now_s = 0.0
    while not runs and now_s < 2000:
        shelf.append("ds9")
        shelf.refill(plan)
        while call := plan.next_call(now_s):
            sick = target_of(call) == "v2"
            settled = plan.answered(call, UNKNOWN if sick else ACCEPT, now_s)
            plan.settled(settled)
            runs += [run for run in settled if run.fate is Fate.REFUSED]
        now_s += 30
    assert runs == [Run(3, 1, 1, Fate.REFUSED, "HTTP 404")]
    assert 600 <= now_s < 800


def test_a_stream_with_less_than_a_window_is_read_to_its_end() -> None:
    plan, shelf = plan_of(*["v2"] * (WINDOW + 10))
    for _ in range(WINDOW + 10):
        call = plan.next_call(0)
        assert call
        runs = plan.answered(call, ACCEPT, 0)
        shelf.settle(runs)
        plan.settled(runs)
        shelf.refill(plan)
    assert plan.next_call(0) is None
    assert plan.wants() == []


def test_a_lane_waits_for_a_stream_that_is_not_read_yet() -> None:
    plan, shelf = plan_of("v1")
    shelf.append("ds7")
    plan.extend(shelf.extents())
    assert plan.next_call(0) is None
    shelf.refill(plan)
    assert target_of(plan.next_call(0)) == "v1"


def test_what_came_while_the_journal_was_read_is_sent_once() -> None:
    plan, shelf = plan_of("v2")
    shelf.append("v2")
    plan.extend(shelf.extents())
    (want,) = plan.wants()
    extents = shelf.extents()
    shelf.append("v2")
    found = [reading for reading in shelf.readings[3] if reading.seq >= want.from_seq]
    plan.fill(want, found, extents[0].next_seq)
    sent = []
    for _ in range(5):
        shelf.refill(plan)
        if call := plan.next_call(0):
            sent.append(call.readings[0].seq)
            runs = plan.answered(call, ACCEPT, 0)
            shelf.settle(runs)
            plan.settled(runs)
    assert sent == [1, 2, 3]


class Interleavings(RuleBasedStateMachine):
    """Arrivals, refills, calls, answers and settlements in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.plan = Plan(DEVICE, lambda: 0.5)
        self.shelf = Shelf()
        self.in_flight: list[Call] = []
        self.unsettled: list[Run] = []
        self.sent: dict[str, list[int]] = {}
        self.now_s = 0.0

    @rule(name=st.sampled_from(TARGETS), count=st.integers(1, 300))
    def arrive(self, name: str, count: int) -> None:
        for _ in range(count):
            self.shelf.append(name)

    @rule(late=st.integers(0, 3))
    def refill(self, late: int) -> None:
        """Read the journal, which grows by `late` readings while it is read."""
        extents = self.shelf.extents()
        self.plan.extend(extents)
        wants = self.plan.wants()
        for want in wants:
            for _ in range(late):
                self.shelf.append(TARGETS[want.stream])
            rows = [row for row in self.shelf.readings[want.stream] if row.seq >= want.from_seq]
            found = [row for row in rows if (row.stream, row.seq) not in self.shelf.settled][: want.limit]
            self.plan.fill(want, found, {e.stream: e.next_seq for e in extents}[want.stream])

    @rule(elapsed_s=st.sampled_from([0.0, 1.0, 60.0, 700.0]))
    def call(self, elapsed_s: float) -> None:
        self.now_s += elapsed_s
        if call := self.plan.next_call(self.now_s):
            self.in_flight.append(call)

    @precondition(lambda self: self.in_flight)
    @rule(
        place=st.integers(0, 99), outcome=st.sampled_from([ACCEPT, ACCEPT, REJECT, BACK_OFF, PAUSE, UNKNOWN])
    )
    def answer(self, place: int, outcome: Outcome) -> None:
        call = self.in_flight.pop(place % len(self.in_flight))
        runs = self.plan.answered(call, outcome, self.now_s)
        self.shelf.settle(runs)
        self.unsettled += runs
        if runs:
            reading = call.readings[0]
            self.sent.setdefault(lane_of(reading.target, DEVICE), []).append(reading.id)

    @precondition(lambda self: self.unsettled)
    @rule()
    def settle(self) -> None:
        self.plan.settled(self.unsettled)
        self.unsettled = []

    @rule()
    def hurry(self) -> None:
        self.plan.try_now()

    @invariant()
    def each_lane_is_in_order_and_has_one_call(self) -> None:
        lanes = [lane_of(target_of(call), DEVICE) for call in self.in_flight]
        assert len(lanes) == len(set(lanes))
        for ids in self.sent.values():
            assert ids == sorted(ids)

    @invariant()
    def memory_is_bounded(self) -> None:
        assert all(want.limit <= WINDOW for want in self.plan.wants())

    def teardown(self) -> None:
        """Whatever happened, a well cloud gets the rest."""
        for call in self.in_flight:
            self.unsettled += (runs := self.plan.answered(call, ACCEPT, self.now_s))
            self.shelf.settle(runs)
        total = sum(map(len, self.shelf.readings.values()))
        for _ in range(2 * total + 10):
            self.plan.settled(self.unsettled)
            self.unsettled = []
            self.shelf.refill(self.plan)
            self.now_s += 700
            while call := self.plan.next_call(self.now_s):
                runs = self.plan.answered(call, ACCEPT, self.now_s)
                self.shelf.settle(runs)
                self.unsettled += runs
            if len(self.shelf.settled) == total:
                break
        assert len(self.shelf.settled) == total


TestInterleavings = pytest.mark.filterwarnings("default")(Interleavings.TestCase)
TestInterleavings.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
