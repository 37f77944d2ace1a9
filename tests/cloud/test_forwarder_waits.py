"""The forwarder's threads look when there is news or when something is due, and wait else."""

from __future__ import annotations

import math
import time
from types import SimpleNamespace

import pytest

from app.bench.status import CloudState
from app.cloud.forwarder import Forwarder
from app.cloud.plan.budget import Budget, Period
from app.config.bench_file import Forward
from app.wire.streams import Fate, Run
from tests.cloud.rude_server import RudeServer, close
from tests.cloud.sending import OK, Store, forwarder, wait_until

STOPPED = SimpleNamespace(monotonic=lambda: 50.0, time_ns=lambda: 10**18)
"""A clock that stands."""


def test_the_planner_waits_once_it_has_looked() -> None:
    store = Store(3)
    with RudeServer(OK) as server:
        sender = forwarder(server, store)
        sender.start()
        store.wait_for(3)
        wait_until(sender, store, lambda _: not sender._news)
        sender.stop(60)


def test_the_planner_looks_again_when_an_interval_ends_or_a_reading_may_be_too_old() -> None:
    with RudeServer(OK) as server:
        store = Store(1)
        sender = forwarder(server, store, forward=Forward.TIMESTAMPED, interval_s=50.0)
        sender._stopping = True  # So that nobody is hired to send.
        assert sender._look() == 60.0
        store.add(1)
        assert 0 < (sender._look() or 0) <= 50.0
        idle = forwarder(server, Store(1))
        idle._stopping = True
        assert idle._look() is None


def test_after_a_journal_that_cannot_be_read_the_planner_looks_again_in_a_second(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    waits: list[float | None] = []

    def wait_for(_fits: object, wait_s: float | None) -> None:
        waits.append(wait_s)
        sender._stopping = len(waits) == 2

    with RudeServer(OK) as server:
        sender = forwarder(server, Store(1))
    monkeypatch.setattr(sender._for_planner, "wait_for", wait_for)
    monkeypatch.setattr(sender._store, "extents", lambda: 1 // 0)
    sender._read()
    assert waits == [None, 1.0]
    assert [record.message for record in caplog.records] == ["what is to be sent cannot be read"]


def test_what_comes_in_is_counted_though_nobody_asks_how_it_goes() -> None:
    with RudeServer(OK) as server:
        sender = forwarder(server, Store(3))
        sender._stopping = True  # So that nobody is hired to send.
        sender._look()
    assert [total for _, total in sender._report._inflow._seen] == [3]


def test_a_late_wake_up_makes_up_for_a_fiftieth_of_a_second() -> None:
    with RudeServer(OK) as server:
        bucket = forwarder(server, Store(0), requests_per_s=100)._bucket
    waits = []
    for _ in range(4):
        waits.append(round(bucket.wait_s(0.0), 6))
        bucket.take(0.0)
    assert waits == [0.0, 0.0, 0.0, 0.01]


def test_nobody_is_hired_where_nothing_is_to_be_sent() -> None:
    with RudeServer(OK) as server:
        store = Store(0)
        sender = forwarder(server, store)
        sender._look()
        assert sender._senders == []
        store.add(1)
        sender._look()
        assert len(sender._senders) == 1
        sender.stop(60)


def test_the_planner_looks_again_at_once_where_expiry_made_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.cloud.plan.prefetch.WINDOW", 4)
    monkeypatch.setattr("app.cloud.plan.prefetch.SET_ROOM", 4)
    store = Store(0)
    for _ in range(10):
        store.shelf.append("v0", at_us=time.time_ns() // 1000 - 31 * 86_400_000_000)
    with RudeServer(OK) as server:
        sender = forwarder(server, store, forward=Forward.TIMESTAMPED)
        sender.start()
        store.wait_for(10)
        sender.stop(60)
        sender._news = False
        sender._look()  # and only there
    assert not sender._news
    assert store.fates() == {Fate.EXPIRED}
    assert server.requests == []


def test_of_many_readings_whose_newest_goes_one_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(1000, ("v0",))
    monkeypatch.delattr(store.__class__, "pending")
    with RudeServer(OK) as server:
        sender = forwarder(server, store, forward=Forward.LATEST)
        sender._stopping = True  # So that nobody is hired to send.
        sender._look()
        assert store.shelf.told("v0") == ["superseded"] * 999 + ["pending"]
        # A journal that has none left to be sent, though the stream has grown, is read too.
        store.settle([Run(1, 1000, 1000, Fate.REFUSED)], lambda: None, ())
        again = forwarder(server, store, forward=Forward.LATEST)
        again._stopping = True
        again._look()
    assert again._plan.next_call(0.0) is None


def test_the_sender_with_the_shortest_wait_watches_the_clock_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    rests: list[tuple[float | None, int]] = []

    def wait(wait_s: float | None) -> None:
        rests.append((wait_s, sender._idle_senders))
        if len(rests) == 1:  # While the first one rests, others do.
            sender._rest(2000.0)
            assert sender._watched_until_s < math.inf
            sender._rest(1000.0)
            sender._rest(500.0)

    with RudeServer(OK) as server:
        sender = forwarder(server, Store(0))
        monkeypatch.setattr("app.cloud.forwarder.time", STOPPED)
        monkeypatch.setattr(sender._for_senders, "wait", wait)
        sender._rest(1000.0)
    assert rests == [(1000.0, 1), (None, 2), (None, 2), (500.0, 2)]
    assert (sender._watched_until_s, sender._idle_senders) == (math.inf, 0)


@pytest.fixture
def rests(monkeypatch: pytest.MonkeyPatch) -> list[float | None]:
    """How long senders want to rest."""
    wanted: list[float | None] = []
    rest = Forwarder._rest

    def note(self: Forwarder, wait_s: float | None) -> None:
        wanted.append(wait_s)
        rest(self, wait_s)

    monkeypatch.setattr(Forwarder, "_rest", note)
    return wanted


def is_resting(sender: Forwarder, rests: list[float | None]) -> bool:
    """Whether the one sender there is waits for a time, and not for the planner."""
    return sender._idle_senders == 1 and rests[-1] is not None


def test_a_back_off_is_waited_out_though_points_are_left(rests: list[float | None]) -> None:
    store = Store(1, ("v0",))
    with RudeServer(close) as server:
        sender = forwarder(server, store, forward=Forward.TIMESTAMPED, interval_s=0.05)
        sender.start()
        wait_until(
            sender, store, lambda status: status.state is CloudState.WAITING and is_resting(sender, rests)
        )
        assert 0 < (rests[-1] or 0) <= 60
        sender.stop(60)


def test_a_day_s_points_that_are_used_up_are_waited_for(rests: list[float | None]) -> None:
    store = Store(2, ("v0",))
    with RudeServer(OK) as server:
        sender = forwarder(server, store, forward=Forward.TIMESTAMPED, interval_s=0.05, daily_points=1)
        sender.start()
        store.wait_for(1)
        wait_until(
            sender, store, lambda status: status.state is CloudState.PAUSED and is_resting(sender, rests)
        )
        # Once a minute it is looked whether a reading has become too old.
        assert 0 < (rests[-1] or 0) <= 60
        sender.stop(60)


@pytest.mark.parametrize(
    ("targets", "wait_s"),
    [((), None), (("v0",), 60.0), (("v0", "v1.label"), 5.0)],
)
def test_without_points_the_next_look_is_when_something_else_may_go(
    monkeypatch: pytest.MonkeyPatch, targets: tuple[str, ...], wait_s: float | None
) -> None:
    waits: list[float | None] = []

    def rest(wait_s: float | None) -> None:
        waits.append(wait_s)
        sender._stopping = True

    monkeypatch.setattr("app.cloud.forwarder.time", STOPPED)
    points = Budget("points of board", 1, Period.DAY, "points")
    points.take(1, 10**15)
    with RudeServer(OK) as server:
        sender = forwarder(server, Store(len(targets), targets), points=points, forward=Forward.TIMESTAMPED)
    monkeypatch.setattr(sender, "_wake_or_hire", lambda: None)
    sender._look()
    sender._plan.prefetch.lanes[-1].breaker.not_before_s = 55.0
    monkeypatch.setattr(sender, "_rest", rest)
    assert sender._next() is None
    assert waits == [wait_s]
