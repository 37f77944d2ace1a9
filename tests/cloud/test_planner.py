"""The planner: when it reads the journal, how many calls are in flight, and what an answer settles."""

from __future__ import annotations

import pytest

from app.bench.status import CloudState
from app.cloud.destination import Outcome, OutcomeKind
from app.cloud.plan.budget import Budget, Period
from app.config.bench_file import Forward
from app.messages.message import verbatim
from app.wire.streams import Fate, Newest, Reading, Run, StreamExtent
from tests.cloud.planner_rig import ACCEPT, GONE, NOW_US, PlannerRig
from tests.cloud.sending import Store

NOTHING = Outcome(OutcomeKind.UNKNOWN, verbatim("HTTP 404: nothing here"), status=404)
TWELVE = tuple(f"v{pin}" for pin in range(12))
DAY_US = 86_400_000_000


class Read(Store):
    """A journal that notes which streams are read, and how many readings at a time."""

    def __init__(self, count: int, targets: tuple[str, ...] = ("v0",)) -> None:
        super().__init__(count, targets)
        self.read: list[int] = []
        self.streams: list[int] = []
        self.looks = 0

    def extents(self) -> list[StreamExtent]:
        self.looks += 1
        return super().extents()

    def pending(self, stream: int, from_seq: int, limit: int) -> list[Reading]:
        found = super().pending(stream, from_seq, limit)
        self.read.append(len(found))
        self.streams.append(stream)
        return found

    def newest(self, stream: int, from_seq: int, until_seq: int) -> Newest:
        self.streams.append(stream)
        return super().newest(stream, from_seq, until_seq)

    def resent(self, limit: int) -> list[Reading]:
        found = super().resent(limit)
        self.read.append(len(found))
        return found


# Reading the journal


def test_the_journal_is_read_when_a_lane_is_nearly_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.cloud.plan.prefetch.WINDOW", 4)
    store = Read(30)
    rig = PlannerRig(store)
    seen = []
    for _ in range(5):
        rig.look()
        rig.answer(rig.go())
        rig.settle()
        seen.append(list(store.read))
    assert seen == [[4], [4], [4], [4, 3], [4, 3]]


def test_the_journal_is_not_read_while_nothing_comes_in() -> None:
    store = Read(1)
    rig = PlannerRig(store)
    assert rig.wait_s() == 0.0
    assert rig.planner.look(rig.now_s, rig.now_us)
    assert not rig.planner.look(rig.now_s, rig.now_us)
    assert store.looks == 1
    assert rig.wait_s() is None
    rig.answer(rig.go())
    rig.settle()
    assert rig.wait_s() is None
    rig.planner.journal_changed()
    assert rig.wait_s() == 0.0


def test_the_journal_is_read_again_when_an_interval_ends_or_a_reading_may_be_too_old() -> None:
    store = Store(1)
    rig = PlannerRig(store, forward=Forward.TIMESTAMPED, interval_s=50.0)
    assert rig.look() == 60.0
    rig.now_s = 10.0
    store.add(1)
    rig.planner.journal_changed()
    assert rig.look() == 40.0
    rig.now_s = 50.0
    assert rig.wait_s() == 0.0


def test_a_journal_that_cannot_be_read_is_read_again_in_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(1)
    rig = PlannerRig(store)
    with monkeypatch.context() as patch:
        patch.setattr(store, "extents", lambda: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            rig.look()
    assert rig.wait_s() == 1.0
    assert rig.all() == []
    rig.now_s = 1.0
    rig.look()
    assert rig.go()


def test_a_fetch_that_failed_is_repeated_without_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = Store(1)
    rig = PlannerRig(store)
    with monkeypatch.context() as patch:
        patch.setattr(store, "pending", lambda *_: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            rig.look()
    rig.look()
    assert rig.go()


def test_the_inflow_is_measured_also_while_nobody_reads_the_status() -> None:
    store = Store(0)
    rig = PlannerRig(store, requests_per_s=1)
    for second in range(12):
        rig.now_s = float(second)
        store.add(5)
        rig.planner.journal_changed()
        rig.look()
    status = rig.planner.status(rig.now_s, rig.now_us)
    assert [warning.code for warning in status.warnings] == ["overload"]


def test_the_journal_is_read_again_at_once_if_expiry_made_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.cloud.plan.prefetch.WINDOW", 4)
    monkeypatch.setattr("app.cloud.plan.prefetch.SET_ROOM", 4)
    store = Store(0)
    for _ in range(10):
        store.journal.append("v0", at_us=NOW_US - 31 * DAY_US)
    rig = PlannerRig(store, forward=Forward.TIMESTAMPED)
    waits = [rig.look() for _ in range(4)]
    assert waits == [0.0, 0.0, 0.0, None]
    assert store.journal.fates_of("v0") == ["expired"] * 10


def test_only_the_newest_reading_is_read_if_older_ones_are_superseded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = Store(1000, ("v0",))
    monkeypatch.delattr(Store, "pending")
    PlannerRig(store, forward=Forward.LATEST).look()
    assert store.journal.fates_of("v0") == ["superseded"] * 999 + ["pending"]
    # The stream has seqs that were not fetched, but none of them is pending.
    store.settle([Run(1, 1000, 1000, Fate.REFUSED)], lambda: None, ())
    again = PlannerRig(store, forward=Forward.LATEST)
    again.look()
    assert again.all() == []


def test_resent_readings_are_read_64_at_a_time_and_the_next_when_all_are_settled() -> None:
    store = Read(100)
    store.settle([Run(1, 1, 100, Fate.REFUSED)], lambda: None, ())
    rig = PlannerRig(store)
    rig.look()
    store.journal.send_again()
    rig.planner.journal_changed()
    rig.look()
    assert store.read == [0, 64]
    for _ in range(64):
        rig.planner.journal_changed()
        rig.look()
        rig.answer(rig.go())
        rig.settle()
    assert store.read == [0, 64]
    # The last of the 64 is settled in the journal, so the next ones are read without any other event.
    assert rig.wait_s() == 0.0
    rig.look()
    assert store.read == [0, 64, 36]


def test_readings_are_sent_before_the_whole_backlog_is_read() -> None:
    store = Read(30_000, ("v0", "v1", "v2"))
    rig = PlannerRig(store, forward=Forward.TIMESTAMPED, daily_points=10**9)
    for lanes in (1, 2, 3):
        wait_s = rig.look()
        assert store.read == [10_000] * lanes
        assert store.streams == [1, 2, 3][:lanes]
        assert len(rig.all()) == 1
        assert wait_s == (60.0 if lanes == 3 else 0.0)


@pytest.mark.parametrize("forward", [Forward.LATEST, Forward.EVERY])
def test_a_stream_of_few_readings_counts_as_sixteen_of_those_read_at_once(
    monkeypatch: pytest.MonkeyPatch, forward: Forward
) -> None:
    monkeypatch.setattr("app.cloud.planner._READ_AT_ONCE", 32)
    store = Read(3, ("v0", "v1", "v2"))
    rig = PlannerRig(store, forward=forward)
    assert rig.look() == 0.0
    assert store.streams == [1, 2]
    rig.look()
    assert store.streams == [1, 2, 3]


def test_the_newest_of_many_pins_are_read_together() -> None:
    store = Store(500, tuple(f"v{pin}" for pin in range(250)))
    rig = PlannerRig(store, forward=Forward.LATEST, batch=True)
    assert rig.look() is None
    assert len(rig.go().call.readings) > 200


def test_resent_readings_are_read_if_only_one_of_the_pins_has_any() -> None:
    store = Read(2, ("v0", "v1"))
    store.settle([Run(1, 1, 1, Fate.REFUSED), Run(2, 1, 1, Fate.FORWARDED)], lambda: None, ())
    rig = PlannerRig(store)
    rig.look()
    store.journal.send_again()
    rig.planner.journal_changed()
    rig.look()
    assert rig.go().call.readings[0].target == "v0"


# Calls in flight at once


def test_eight_calls_are_in_flight_at_most() -> None:
    rig = PlannerRig(Store(36, TWELVE))
    rig.look()
    flights = rig.all()
    assert len(flights) == rig.planner.in_flight == 8
    rig.now_s = 600.0
    assert rig.wait_s() is None
    rig.answer(flights[0])
    assert len(rig.all()) == 1
    assert rig.planner.in_flight == 8


# Answers


def test_a_call_that_failed_leaves_nothing_to_settle() -> None:
    rig = PlannerRig(Store(1))
    rig.look()
    rig.answer(rig.go(), GONE)
    assert rig.planner.take_settlements() == []
    status = rig.planner.status(rig.now_s, rig.now_us)
    assert (status.last_success_us, status.requests) == (None, 1)


def test_a_call_that_failed_settles_only_its_message() -> None:
    store, messages = Store(1), Budget("messages of school", 10, Period.MONTH)
    rig = PlannerRig(store, messages)
    rig.look()
    rig.answer(rig.go(), GONE)
    ((runs, usage, flight, _),) = rig.planner.take_settlements()
    # The flight is None, because no lane waits until the journal has stored this.
    assert (runs, [use.budget for use in usage], flight) == ([], ["messages of school"], None)


def test_redirects_count_as_requests_and_the_last_success_is_the_time_of_its_answer() -> None:
    rig = PlannerRig(Store(1))
    rig.look()
    flight = rig.go()
    rig.now_s = 3.0
    rig.answer(flight, requests=3, messages=3)
    status = rig.planner.status(rig.now_s, rig.now_us)
    assert (status.requests, status.last_success_us) == (3, NOW_US + 3_000_000)


def test_after_each_answer_is_told_whether_the_cloud_takes_readings() -> None:
    rig = PlannerRig(Store(3, ("v1",)))
    rig.look()
    for outcome in (ACCEPT, GONE, GONE, ACCEPT):
        rig.settle()
        rig.now_s += 200
        rig.answer(rig.go(), outcome)
    assert [why for why, _ in rig.troubles] == ["", "gone", "gone", ""]
    assert rig.troubles[-1][1] == NOW_US + 800 * 1_000_000


def test_a_lane_waits_for_the_journal_after_two_answers() -> None:
    rig = PlannerRig(Store(3, ("v0",)))
    rig.look()
    for _ in range(2):
        rig.answer(rig.go())
    settlements = rig.planner.take_settlements()
    assert rig.all() == []
    assert rig.wait_s() is None
    assert settlements[0].flight
    rig.planner.stored(settlements[0])
    assert rig.go()


# Decisions of the user


def test_trying_now_ends_the_wait() -> None:
    rig = PlannerRig(Store(1))
    rig.look()
    rig.answer(rig.go(), GONE)
    assert rig.wait_s() == 1.0
    assert rig.all() == []
    rig.planner.try_now()
    assert rig.go()


def test_a_reading_that_its_lane_is_stuck_on_is_skipped() -> None:
    store = Store(2, ("v0",))
    rig = PlannerRig(store)
    rig.look()
    assert not rig.planner.is_stuck
    rig.planner.skip()
    assert rig.planner.take_settlements() == []
    for _ in range(3):
        rig.answer(rig.go(), NOTHING)
        rig.now_s += 60.0
    assert rig.planner.is_stuck
    rig.planner.skip()
    rig.settle()
    assert store.journal.fates_of("v0") == ["refused", "pending"]
    assert not rig.planner.is_stuck
    assert rig.go().call.readings[0].seq == 2


# Waiting


def test_the_pace_delays_calls() -> None:
    rig = PlannerRig(Store(36, TWELVE), requests_per_s=10)
    rig.look()
    assert len(rig.all()) == 1
    assert rig.wait_s() == pytest.approx(0.08)
    rig.now_s = 0.09
    assert len(rig.all()) == 1


def test_a_back_off_is_waited_out_even_if_points_are_left() -> None:
    rig = PlannerRig(Store(1), forward=Forward.TIMESTAMPED, interval_s=0.05)
    rig.look()
    rig.answer(rig.go(), GONE)
    assert rig.wait_s() == 1.0


@pytest.mark.parametrize(
    ("targets", "wait_s"),
    [((), None), (("v0",), 60.0), (("v0", "v1.label"), 5.0)],
)
def test_without_points_the_next_look_is_when_something_else_may_be_sent(
    targets: tuple[str, ...], wait_s: float | None
) -> None:
    """Every 60 s, the planner checks for readings that have become too old."""
    points = Budget("points of board", 1, Period.DAY)
    points.take(1, NOW_US)
    rig = PlannerRig(Store(len(targets), targets), points=points, forward=Forward.TIMESTAMPED)
    while rig.look() == 0.0:
        pass
    if len(targets) == 2:
        rig.answer(rig.go(), NOTHING._replace(retry_after_s=5.0))
    assert rig.all() == []
    assert rig.wait_s() == wait_s


def test_the_planner_waits_for_the_next_point_of_a_budget_that_slows_down() -> None:
    points = Budget("points of board", 100_000, Period.DAY)
    points.take(85_000, NOW_US)
    rig = PlannerRig(Store(1), points=points, forward=Forward.TIMESTAMPED)
    rig.look()
    assert rig.all() == []
    assert rig.wait_s() == points.wait_s(NOW_US) < 60.0


def test_the_last_point_of_a_day_is_used_for_one_reading() -> None:
    points = Budget("points of board", 2, Period.DAY)
    points.restore(points.take(1, NOW_US), NOW_US)
    rig = PlannerRig(Store(2, ("v0",)), points=points, forward=Forward.TIMESTAMPED)
    rig.look()
    assert len(rig.go().call.readings) == 1


def test_points_that_an_earlier_run_used_are_not_used_again() -> None:
    points = Budget("points of board", 10, Period.DAY)
    points.take(10, NOW_US)
    rig = PlannerRig(Store(1), points=points, forward=Forward.TIMESTAMPED)
    rig.look()
    assert rig.all() == []
    assert rig.planner.status(rig.now_s, rig.now_us).state is CloudState.PAUSED
