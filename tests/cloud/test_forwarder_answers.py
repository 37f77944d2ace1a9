"""What a sender does as a call goes and as its answer comes: whom it wakes, and what it settles."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Sequence
from types import SimpleNamespace

import pytest

from app.cloud.blynk.client import Client
from app.cloud.destination import Outcome, OutcomeKind
from app.cloud.forwarder import Forwarder
from app.cloud.plan.budget import Budget, Period
from app.wire.streams import Run, Usage
from tests.cloud.rude_server import RudeServer
from tests.cloud.sending import OK, Store, forwarder

ACCEPT, GONE = Outcome(OutcomeKind.ACCEPT), Outcome(OutcomeKind.BACK_OFF, "gone")


class Answering:
    """A forwarder that nobody has started: its next call goes in this thread, and is answered at once."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, store: Store, messages: Budget | None = None) -> None:
        self._monkeypatch = monkeypatch
        self.settled: list[Sequence[Run]] = []
        settle = store.settle

        def note(runs: Sequence[Run], done: Callable[[], None], usage: Iterable[Usage]) -> None:
            self.settled.append(runs)
            settle(runs, done, usage)

        monkeypatch.setattr(store, "settle", note)
        monkeypatch.setattr(Client, "take_counts", lambda _: (1, 1))
        with RudeServer(OK) as server:
            self.sender = forwarder(server, store, messages)
        self.sender._stopping = True  # So that nobody is hired to send.
        self.sender._look()

    def answer(self, outcome: Outcome) -> Forwarder:
        flights = [None, self.sender._plan.next_call(0.0)]
        assert flights[1]
        self._monkeypatch.setattr(self.sender, "_next", flights.pop)
        self._monkeypatch.setattr(Client, "send", lambda *_: outcome)
        self.sender._news = False
        self.sender._send()
        return self.sender


def test_the_planner_is_woken_when_a_lane_is_nearly_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.cloud.plan.prefetch.WINDOW", 4)
    answering = Answering(monkeypatch, Store(30, ("v0",)))
    assert [answering.answer(ACCEPT)._news for _ in range(3)] == [False, False, True]


def test_a_call_that_failed_leaves_nothing_to_settle(monkeypatch: pytest.MonkeyPatch) -> None:
    answering = Answering(monkeypatch, Store(1))
    status = answering.answer(GONE).status()
    assert answering.settled == []
    assert status.last_success_us is None


def test_of_a_call_that_failed_its_message_alone_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    store, messages = Store(1), Budget("messages of school", 10, Period.MONTH, "messages")
    answering = Answering(monkeypatch, store, messages)
    sender = answering.answer(GONE)
    assert set(store.usage) == {"messages of school"}
    assert answering.settled == [[]]
    # Its lane waits for no entry in the journal.
    assert {lane.unsettled for lane in sender._plan.prefetch.lanes} == {0}


@pytest.mark.parametrize(("unsettled", "is_resend"), [(1, False), (2, False), (1, True)])
def test_what_the_journal_holds_wakes_who_waited_for_that(
    monkeypatch: pytest.MonkeyPatch, unsettled: int, is_resend: bool
) -> None:
    answering = Answering(monkeypatch, Store(1))
    sender, woken = answering.sender, []
    flight = sender._plan.next_call(0.0)
    assert flight
    lane = flight.lanes[0]
    lane.unsettled, lane.is_resend = unsettled, is_resend
    monkeypatch.setattr(sender, "_wake_or_hire", lambda: woken.append("a sender"))
    sender._news = False
    sender._settled(flight)
    assert woken == ["a sender"] * (unsettled > 1)
    # What a person sends again is read once what went of it is settled.
    assert sender._news is is_resend


@pytest.mark.parametrize(
    ("next_at_s", "watched_until_s", "woken"),
    [
        (None, math.inf, []),  # nothing else waits
        (40.0, math.inf, ["one more for a call"]),
        (150.0, math.inf, ["one to watch the clock"]),
        (150.0, 151.0, ["one to watch the clock"]),
        (150.0, 150.0, []),  # the clock is watched already
    ],
)
def test_a_sender_that_leaves_with_a_call_wakes_one_for_the_next(
    monkeypatch: pytest.MonkeyPatch, next_at_s: float | None, watched_until_s: float, woken: list[str]
) -> None:
    with RudeServer(OK) as server:
        sender = forwarder(server, Store(1) if next_at_s is None else Store(2))
    seen: list[str] = []
    monkeypatch.setattr(sender, "_wake_or_hire", lambda: seen.append("one more for a call"))
    sender._look()
    seen.clear()
    sender._plan.prefetch.lanes[-1].breaker.not_before_s = next_at_s or 0.0
    sender._watched_until_s = watched_until_s
    monkeypatch.setattr(sender._for_senders, "notify", lambda: seen.append("one to watch the clock"))
    clock = SimpleNamespace(monotonic=lambda: 50.0, time_ns=time.time_ns)
    monkeypatch.setattr("app.cloud.forwarder.time", clock)
    assert sender._next()
    assert seen == woken


def test_a_call_that_is_no_set_begins_no_count_of_points() -> None:
    with RudeServer(OK) as server:
        sender = forwarder(server, Store(1, ("v0",)))
    sender._senders = [sender._planner] * 8  # So that nobody is hired to send.
    sender._look()
    assert sender._next()
    said = sender._points.forecast(time.time_ns() // 1000 + 60_000_000)
    assert said == "10,000 of the day's 10,000 points are left."
