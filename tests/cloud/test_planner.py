"""The planner: when the journal is read, how many flights leave at once, and what an answer leaves to do."""

from __future__ import annotations

import pytest

from app.bench.status import CloudState
from app.cloud.destination import Outcome, OutcomeKind
from app.cloud.plan.budget import Budget, Period
from app.config.bench_file import Forward
from app.messages.message import verbatim
from app.wire.streams import Fate, Newest, Reading, Run, StreamExtent
from tests.cloud.planning import GONE, NOW_US, Planning
from tests.cloud.sending import Store

NOTHING = Outcome(OutcomeKind.UNKNOWN, verbatim("HTTP 404: nothing here"), status=404)
TWELVE = tuple(f"v{pin}" for pin in range(12))
DAY_US = 86_400_000_000


class Read(Store):
    """A journal that notes how much is read of it at a time."""

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

    def newest(self, stream: int, from_seq: int) -> Newest:
        self.streams.append(stream)
        return super().newest(stream, from_seq)

    def resent(self, limit: int) -> list[Reading]:
        found = super().resent(limit)
        self.read.append(len(found))
        return found


# Looking at the journal


def test_the_journal_is_read_when_a_lane_is_nearly_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.cloud.plan.prefetch.WINDOW", 4)
    store = Read(30)
    planning = Planning(store)
    seen = []
    for _ in range(5):
        planning.look()
        planning.answer(planning.go())
        planning.settle()
        seen.append(list(store.read))
    assert seen == [[4], [4], [4], [4, 3], [4, 3]]


def test_where_nothing_comes_nothing_is_looked_at() -> None:
    store = Read(1)
    planning = Planning(store)
    assert planning.wait_s() == 0.0
    assert planning.planner.look(planning.now_s, planning.now_us)
    assert not planning.planner.look(planning.now_s, planning.now_us)
    assert store.looks == 1
    assert planning.wait_s() is None
    planning.answer(planning.go())
    planning.settle()
    assert planning.wait_s() is None
    planning.planner.journal_changed()
    assert planning.wait_s() == 0.0


def test_it_looks_again_when_an_interval_ends_or_a_reading_may_be_too_old() -> None:
    store = Store(1)
    planning = Planning(store, forward=Forward.TIMESTAMPED, interval_s=50.0)
    assert planning.look() == 60.0
    planning.now_s = 10.0
    store.add(1)
    planning.planner.journal_changed()
    assert planning.look() == 40.0
    planning.now_s = 50.0
    assert planning.wait_s() == 0.0


def test_a_journal_that_cannot_be_read_is_read_again_in_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(1)
    planning = Planning(store)
    with monkeypatch.context() as patch:
        patch.setattr(store, "extents", lambda: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            planning.look()
    assert planning.wait_s() == 1.0
    assert planning.all() == []
    planning.now_s = 1.0
    planning.look()
    assert planning.go()


def test_what_was_being_fetched_when_the_journal_failed_is_fetched_before_that_second(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = Store(1)
    planning = Planning(store)
    with monkeypatch.context() as patch:
        patch.setattr(store, "pending", lambda *_: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            planning.look()
    planning.look()
    assert planning.go()


def test_what_comes_in_is_counted_though_nobody_asks_how_it_goes() -> None:
    store = Store(0)
    planning = Planning(store, requests_per_s=1)
    for second in range(12):
        planning.now_s = float(second)
        store.add(5)
        planning.planner.journal_changed()
        planning.look()
    status = planning.planner.status(planning.now_s, planning.now_us)
    assert [warning.code for warning in status.warnings] == ["overload"]


def test_it_looks_again_at_once_where_expiry_made_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.cloud.plan.prefetch.WINDOW", 4)
    monkeypatch.setattr("app.cloud.plan.prefetch.SET_ROOM", 4)
    store = Store(0)
    for _ in range(10):
        store.shelf.append("v0", at_us=NOW_US - 31 * DAY_US)
    planning = Planning(store, forward=Forward.TIMESTAMPED)
    waits = [planning.look() for _ in range(4)]
    assert waits == [0.0, 0.0, 0.0, None]
    assert store.shelf.told("v0") == ["expired"] * 10


def test_of_many_readings_whose_newest_goes_one_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(1000, ("v0",))
    monkeypatch.delattr(Store, "pending")
    Planning(store, forward=Forward.LATEST).look()
    assert store.shelf.told("v0") == ["superseded"] * 999 + ["pending"]
    # A journal that has none left to be sent, though the stream has grown, is read too.
    store.settle([Run(1, 1000, 1000, Fate.REFUSED)], lambda: None, ())
    again = Planning(store, forward=Forward.LATEST)
    again.look()
    assert again.all() == []


def test_what_goes_again_is_read_sixty_four_at_a_time_and_when_all_of_it_is_settled() -> None:
    store = Read(100)
    store.settle([Run(1, 1, 100, Fate.REFUSED)], lambda: None, ())
    planning = Planning(store)
    planning.look()
    store.shelf.send_again()
    planning.planner.journal_changed()
    planning.look()
    assert store.read == [0, 64]
    for _ in range(64):
        planning.planner.journal_changed()
        planning.look()
        planning.answer(planning.go())
        planning.settle()
    assert store.read == [0, 64]
    # The journal holds the last of them: that alone makes it look again.
    assert planning.wait_s() == 0.0
    planning.look()
    assert store.read == [0, 64, 36]


def test_what_was_read_may_go_before_all_of_it_is_read() -> None:
    store = Read(30_000, ("v0", "v1", "v2"))
    planning = Planning(store, forward=Forward.TIMESTAMPED, daily_points=10**9)
    for lanes in (1, 2, 3):
        wait_s = planning.look()
        assert store.read == [10_000] * lanes
        assert store.streams == [1, 2, 3][:lanes]
        assert len(planning.all()) == 1
        assert wait_s == (60.0 if lanes == 3 else 0.0)


def test_the_newest_of_a_pin_is_one_reading_of_those_that_are_read_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.cloud.planner._READ_AT_ONCE", 2)
    store = Read(3, ("v0", "v1", "v2"))
    planning = Planning(store, forward=Forward.LATEST)
    assert planning.look() == 0.0
    assert store.streams == [1, 2]
    planning.look()
    assert store.streams == [1, 2, 3]


def test_the_newest_of_many_pins_are_read_together() -> None:
    store = Store(500, tuple(f"v{pin}" for pin in range(250)))
    planning = Planning(store, forward=Forward.LATEST, batch=True)
    assert planning.look() is None
    assert len(planning.go().call.readings) > 200


def test_what_goes_again_of_one_pin_is_read_beside_another_that_has_nothing_refused() -> None:
    store = Read(2, ("v0", "v1"))
    store.settle([Run(1, 1, 1, Fate.REFUSED), Run(2, 1, 1, Fate.FORWARDED)], lambda: None, ())
    planning = Planning(store)
    planning.look()
    store.shelf.send_again()
    planning.planner.journal_changed()
    planning.look()
    assert planning.go().call.readings[0].target == "v0"


# How many leave at once


def test_eight_go_at_once_and_the_next_when_one_is_answered() -> None:
    planning = Planning(Store(36, TWELVE))
    planning.look()
    flights = planning.all()
    assert len(flights) == planning.planner.in_flight == 8
    planning.now_s = 600.0
    assert planning.wait_s() is None
    planning.answer(flights[0])
    assert len(planning.all()) == 1
    assert planning.planner.in_flight == 8


# Answers


def test_a_call_that_failed_leaves_nothing_to_settle() -> None:
    planning = Planning(Store(1))
    planning.look()
    planning.answer(planning.go(), GONE)
    assert planning.planner.take_settlements() == []
    status = planning.planner.status(planning.now_s, planning.now_us)
    assert (status.last_success_us, status.requests) == (None, 1)


def test_of_a_call_that_failed_its_message_alone_is_kept() -> None:
    store, messages = Store(1), Budget("messages of school", 10, Period.MONTH)
    planning = Planning(store, messages)
    planning.look()
    planning.answer(planning.go(), GONE)
    ((runs, usage, flight),) = planning.planner.take_settlements()
    # Its lane waits for no entry in the journal.
    assert (runs, [use.budget for use in usage], flight) == ([], ["messages of school"], None)


def test_hops_are_requests_and_the_last_success_is_when_its_answer_came() -> None:
    planning = Planning(Store(1))
    planning.look()
    flight = planning.go()
    planning.now_s = 3.0
    planning.answer(flight, requests=3, messages=3)
    status = planning.planner.status(planning.now_s, planning.now_us)
    assert (status.requests, status.last_success_us) == (3, NOW_US + 3_000_000)


def test_a_lane_waits_for_the_journal_after_two_answers() -> None:
    planning = Planning(Store(3, ("v0",)))
    planning.look()
    for _ in range(2):
        planning.answer(planning.go())
    settlements = planning.planner.take_settlements()
    assert planning.all() == []
    assert planning.wait_s() is None
    assert settlements[0].flight
    planning.planner.settled(settlements[0].flight)
    assert planning.go()


# What a person decides


def test_trying_now_ends_the_wait() -> None:
    planning = Planning(Store(1))
    planning.look()
    planning.answer(planning.go(), GONE)
    assert planning.wait_s() == 1.0
    assert planning.all() == []
    planning.planner.try_now()
    assert planning.go()


def test_a_reading_that_its_lane_is_stuck_on_is_skipped() -> None:
    store = Store(2, ("v0",))
    planning = Planning(store)
    planning.look()
    assert not planning.planner.is_stuck
    planning.planner.skip()
    assert planning.planner.take_settlements() == []
    planning.answer(planning.go(), NOTHING)
    assert planning.planner.is_stuck
    planning.planner.skip()
    planning.settle()
    assert store.shelf.told("v0") == ["refused", "pending"]
    assert not planning.planner.is_stuck
    assert planning.go().call.readings[0].seq == 2


# Waiting


def test_a_pace_keeps_calls_back() -> None:
    planning = Planning(Store(36, TWELVE), requests_per_s=10)
    planning.look()
    assert len(planning.all()) == 1
    assert planning.wait_s() == pytest.approx(0.08)
    planning.now_s = 0.09
    assert len(planning.all()) == 1


def test_a_back_off_is_waited_out_though_points_are_left() -> None:
    planning = Planning(Store(1), forward=Forward.TIMESTAMPED, interval_s=0.05)
    planning.look()
    planning.answer(planning.go(), GONE)
    assert planning.wait_s() == 1.0


@pytest.mark.parametrize(
    ("targets", "wait_s"),
    [((), None), (("v0",), 60.0), (("v0", "v1.label"), 5.0)],
)
def test_without_points_the_next_look_is_when_something_else_may_go(
    targets: tuple[str, ...], wait_s: float | None
) -> None:
    """Once a minute it is looked whether a reading has become too old."""
    points = Budget("points of board", 1, Period.DAY)
    points.take(1, NOW_US)
    planning = Planning(Store(len(targets), targets), points=points, forward=Forward.TIMESTAMPED)
    while planning.look() == 0.0:
        pass
    if len(targets) == 2:
        planning.answer(planning.go(), NOTHING._replace(retry_after_s=5.0))
    assert planning.all() == []
    assert planning.wait_s() == wait_s


def test_points_that_come_one_by_one_are_waited_for_as_long_as_the_next_takes() -> None:
    points = Budget("points of board", 100_000, Period.DAY)
    points.take(85_000, NOW_US)
    planning = Planning(Store(1), points=points, forward=Forward.TIMESTAMPED)
    planning.look()
    assert planning.all() == []
    assert planning.wait_s() == points.wait_s(NOW_US) < 60.0


def test_a_day_s_last_point_is_waited_for_as_long_as_the_budget_says() -> None:
    points = Budget("points of board", 2, Period.DAY)
    points.restore(points.take(1, NOW_US), NOW_US)
    planning = Planning(Store(2, ("v0",)), points=points, forward=Forward.TIMESTAMPED)
    planning.look()
    assert len(planning.go().call.readings) == 1


def test_points_that_an_earlier_run_used_are_not_used_again() -> None:
    points = Budget("points of board", 10, Period.DAY)
    points.take(10, NOW_US)
    planning = Planning(Store(1), points=points, forward=Forward.TIMESTAMPED)
    planning.look()
    assert planning.all() == []
    assert planning.planner.status(planning.now_s, planning.now_us).state is CloudState.PAUSED
