"""The forwarder brings what is pending to a server, in order, and settles it once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence

import pytest

from app.cloud.budget import Budget, Period
from app.cloud.calls import Call
from app.cloud.client import Client
from app.cloud.forwarder import Forwarder
from app.cloud.outcomes import Outcome, OutcomeKind
from app.config import Backlog, DeviceConfig, Forward
from app.status import CloudState, CloudStatus
from app.wire.streams import Fate, Newest, Reading, Run, StreamExtent, Usage
from tests.cloud.rude_server import RudeServer, answer, close
from tests.cloud.shelf import Shelf

TARGETS = ("v0", "v1", "v2")
OK = answer("200 OK", b"", "Connection: close")


class Store:
    """A journal in memory that any thread may use, and that tells when it has changed."""

    def __init__(self, count: int) -> None:
        self.changed = threading.Condition()
        self.shelf = Shelf()
        self.usage: dict[str, Usage] = {}
        self.add(count)

    def add(self, count: int) -> None:
        now_us = time.time_ns() // 1000
        with self.changed:
            for number in range(count):
                self.shelf.append(TARGETS[number % 3], at_us=now_us)

    def extents(self) -> list[StreamExtent]:
        with self.changed:
            return self.shelf.extents()

    def pending(self, stream: int, from_seq: int, limit: int) -> list[Reading]:
        with self.changed:
            return self.shelf.pending(stream, from_seq, limit)

    def newest(self, stream: int, from_seq: int) -> Newest:
        with self.changed:
            return self.shelf.newest(stream, from_seq)

    def resent(self, limit: int) -> list[Reading]:
        with self.changed:
            return self.shelf.resent(limit)

    def settle(self, runs: Sequence[Run], done: Callable[[], None], usage: Iterable[Usage]) -> None:
        with self.changed:
            self.shelf.settle(list(runs))
            self.usage.update((use.budget, use) for use in usage)
            self.changed.notify_all()
        done()

    def wait_for(self, count: int) -> None:
        with self.changed:
            settled = self.changed.wait_for(lambda: len(self.shelf.fates) >= count, 20)
            assert settled, len(self.shelf.fates)

    def fates(self) -> set[Fate]:
        return {fate for fate, _ in self.shelf.fates.values()}


def forwarder(
    server: RudeServer, store: Store, messages: Budget | None = None, **settings: object
) -> Forwarder:
    chosen = {"requests_per_s": 0, **settings}
    device = DeviceConfig(
        port="simulated:",
        server=server.url,
        auth_token="env:PINBRIDGE_T",
        **chosen,  # type: ignore[arg-type]
    )
    return Forwarder(device, "token", store, messages)


def wait_until(sender: Forwarder, store: Store, fits: Callable[[CloudStatus], bool]) -> CloudStatus:
    deadline_s = time.monotonic() + 20
    while not fits(status := sender.status()):
        assert time.monotonic() < deadline_s, status
        with store.changed:
            store.changed.wait(0.01)
    return status


def test_everything_arrives_in_order_in_each_lane() -> None:
    store = Store(60)
    with RudeServer(OK) as server:
        sender = forwarder(server, store)
        sender.start()
        store.wait_for(60)
        sender.stop(5)
    assert store.fates() == {Fate.FORWARDED}
    for target in TARGETS:
        values = [int(line.split("=")[-1].split()[0]) for line in server.requests if f"&{target}=" in line]
        assert values == sorted(values)
        assert len(values) == 20
    status = sender.status()
    assert (status.state, status.requests, status.sendable) == (CloudState.IDLE, 60, 0)
    assert status.last_success_us
    assert (status.forecast, status.messages_left, status.warning) == ("", None, "")


def test_a_slow_way_is_filled_and_a_short_one_is_left_to_two() -> None:
    entered, gate = threading.Semaphore(0), threading.Event()
    at_work: list[int] = []

    def held(self: Client, call: Call) -> Outcome:
        entered.release()
        assert gate.wait(20)
        return Outcome(OutcomeKind.ACCEPT)

    def quick(self: Client, call: Call) -> Outcome:
        at_work.append(len(sender._under_way))
        return Outcome(OutcomeKind.ACCEPT)

    store = Store(len(TARGETS))
    with RudeServer(OK) as server, pytest.MonkeyPatch.context() as patch:
        patch.setattr(Client, "send", held)
        sender = forwarder(server, store)
        sender.start()
        # All lanes are under way before one answer has come.
        for _ in TARGETS:
            assert entered.acquire(timeout=20)
        patch.setattr(Client, "send", quick)
        gate.set()
        store.wait_for(len(TARGETS))
        sender._took_s = 0.0
        store.add(600)
        sender.wake()
        store.wait_for(600 + len(TARGETS))
        sender.stop(timeout_s=20)
    # The odd one more is a call that the machine held up for longer than a short way takes.
    assert sorted(at_work)[len(at_work) // 2] <= 2


def test_a_mistake_in_a_call_keeps_its_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    send, mistakes = Client.send, [ZeroDivisionError("a mistake of ours")]

    def once_wrong(self: Client, call: Call) -> Outcome:
        if mistakes:
            raise mistakes.pop()
        return send(self, call)

    monkeypatch.setattr(Client, "send", once_wrong)
    store = Store(3)
    with RudeServer(OK) as server:
        sender = forwarder(server, store)
        sender.start()
        store.wait_for(3)
        sender.stop(timeout_s=20)
    assert not mistakes
    assert store.fates() == {Fate.FORWARDED}


def test_an_outage_keeps_everything_and_try_now_ends_the_wait() -> None:
    store = Store(3)
    with RudeServer(close, close, close, OK) as server:
        sender = forwarder(server, store)
        sender.start()
        for _ in range(2000):
            if len(store.shelf.fates) == 3:
                break
            if sender.status().state is CloudState.WAITING:
                assert "none is lost" in sender.status().sentence
            sender.try_now()
            with store.changed:
                store.changed.wait(0.01)
        store.wait_for(3)
        sender.stop(5)
    assert sender.status().requests >= 4


def test_a_wrong_token_pauses_after_one_call() -> None:
    store = Store(9)
    refuse = answer("400 Bad", b'{"error":{"message":"Invalid token."}}', "Connection: close")
    with RudeServer(refuse) as server:
        sender = forwarder(server, store)
        sender.start()
        status = wait_until(sender, store, lambda status: status.state is CloudState.PAUSED)
        sender.stop(5)
    assert "Invalid token" in status.sentence
    assert status.sendable == 9
    assert store.shelf.fates == {}


def test_the_pace_is_kept() -> None:
    store = Store(6)
    with RudeServer(OK) as server:
        sender = forwarder(server, store, requests_per_s=50)
        sender.start()
        store.wait_for(6)
        sender.stop(5)
    assert len(server.requests) == 6


def test_neighbours_share_a_call() -> None:
    store = Store(30)
    with RudeServer(OK) as server:
        sender = forwarder(server, store, batch=True, requests_per_s=1000)
        sender.start()
        store.wait_for(30)
        sender.stop(5)
    assert any("batch/update?token=token&v0=1&v1=2&v2=3" in line for line in server.requests)
    assert len(server.requests) < 30


def test_the_newest_goes_and_the_older_ones_are_superseded() -> None:
    store = Store(30)
    with RudeServer(OK) as server:
        sender = forwarder(server, store, forward=Forward.LATEST, batch=True, interval_s=0.05)
        sender.start()
        store.wait_for(30)
        store.add(3)
        sender.wake()
        store.wait_for(33)
        sender.stop(5)
    assert server.requests == [
        "GET /external/api/batch/update?token=token&v0=28&v1=29&v2=30 HTTP/1.1",
        "GET /external/api/batch/update?token=token&v0=31&v1=32&v2=33 HTTP/1.1",
    ]
    assert store.shelf.told("v0") == ["superseded"] * 9 + ["forwarded"] * 2


def test_sets_carry_their_times_and_use_the_day_s_points() -> None:
    store = Store(30)
    with RudeServer(OK) as server:
        sender = forwarder(server, store, forward=Forward.TIMESTAMPED, interval_s=0.05, daily_points=1000)
        sender.start()
        store.wait_for(30)
        sender.stop(5)
    assert sorted(server.requests) == [
        f"POST /external/api/batch/update?token=token&pin={target} HTTP/1.1" for target in TARGETS
    ]
    assert sum(body.count(b"[") - 1 for body in server.bodies) == 30
    assert store.usage["points of board"].used == 30
    assert "970" in sender.status().forecast


def test_what_waited_before_the_start_goes_with_its_times() -> None:
    store = Store(3)
    with RudeServer(OK) as server:
        sender = forwarder(server, store, backlog=Backlog.TIMESTAMPED)
        sender.start()
        store.wait_for(3)
        store.add(3)
        sender.wake()
        store.wait_for(6)
        sender.stop(5)
    assert [line.split()[0] for line in server.requests] == ["POST"] * 3 + ["GET"] * 3


def test_a_request_counts_from_when_it_is_sent_answered_or_not() -> None:
    asked, enough = threading.Event(), threading.Event()

    def hold(_peer: object) -> None:
        asked.set()
        enough.wait(20)

    with RudeServer(hold) as server:
        sender = forwarder(server, Store(1))
        sender.start()
        assert asked.wait(20)
        sender.stop(0)
        assert sender.status().requests == 1
        enough.set()
        sender.stop(20)
        assert sender.status().requests == 1


def test_a_shared_budget_is_used_and_slows_down() -> None:
    store = Store(30)
    messages = Budget("messages of school", 10, Period.MONTH, "messages")
    with RudeServer(OK) as server:
        sender = forwarder(server, store, messages)
        sender.start()
        store.wait_for(8)
        status = wait_until(sender, store, lambda status: "The next goes in" in status.sentence)
        sender.stop(5)
    assert len(server.requests) == 8
    assert status.messages_left == 2
    # The next goes in days: a run that waits for silence need not wait for that.
    assert status.state is CloudState.PAUSED
    assert "of the month's 10 messages are left" in status.forecast
    assert store.usage["messages of school"].used == len(server.requests)


def test_a_journal_that_cannot_be_read_for_a_moment_ends_no_road(monkeypatch: pytest.MonkeyPatch) -> None:
    class Sick(Store):
        troubles = 2

        def pending(self, stream: int, from_seq: int, limit: int) -> list[Reading]:
            if self.troubles:
                self.troubles -= 1
                raise OSError("disk I/O error")
            return super().pending(stream, from_seq, limit)

    monkeypatch.setattr("app.cloud.forwarder._RETRY_S", 0.01)
    store = Sick(6)
    with RudeServer(OK) as server:
        sender = forwarder(server, store)
        sender.start()
        store.wait_for(6)
        sender.stop(5)
    assert store.fates() == {Fate.FORWARDED}


def test_a_budget_that_is_used_up_pauses() -> None:
    store = Store(30)
    with RudeServer(OK) as server:
        sender = forwarder(server, store, forward=Forward.TIMESTAMPED, interval_s=0.05, daily_points=1)
        sender.start()
        status = wait_until(sender, store, lambda status: status.state is CloudState.PAUSED)
        sender.stop(5)
    assert len(store.shelf.fates) == 1
    assert "29 readings wait, none is lost. The day's 1 points are used up" in status.sentence


def test_what_never_reached_the_cloud_uses_no_message() -> None:
    store = Store(1)
    messages = Budget("messages of school", 10, Period.MONTH, "messages")
    with RudeServer(OK) as server:
        pass
    sender = forwarder(server, store, messages)
    sender.start()
    status = wait_until(sender, store, lambda status: status.state is CloudState.WAITING)
    sender.stop(5)
    assert "refuses the connection" in status.sentence
    assert sender.status().messages_left == 10


def test_a_stuck_reading_is_skipped() -> None:
    store = Store(1)
    with RudeServer(answer("404 None", b"nothing here", "Connection: close")) as server:
        sender = forwarder(server, store)
        assert not sender.skip()
        sender.start()
        status = wait_until(sender, store, lambda status: status.state is CloudState.PAUSED)
        assert status.sentence == (
            "The cloud answers: HTTP 404: nothing here. 1 reading waits, none is lost; next try in 5 min."
        )
        # All pins alike: that is the cloud's trouble, and said as such.
        assert status.warning == ""
        assert sender.skip()
        store.wait_for(1)
        sender.stop(5)
    assert store.shelf.fates == {(1, 1): (Fate.REFUSED, "skipped by a person")}
    assert sender.status().warning == ""


def test_what_was_refused_goes_once_more() -> None:
    store = Store(1)
    refuse = answer("400 Bad", b'{"error":{"message":"Wrong pin format."}}', "Connection: close")
    with RudeServer(refuse, OK) as server:
        sender = forwarder(server, store)
        sender.start()
        store.wait_for(1)
        with store.changed:
            store.shelf.send_again()
        sender.wake()
        store.wait_for(1)
        sender.stop(5)
    assert store.fates() == {Fate.FORWARDED}


@pytest.mark.parametrize("age_days", [29.5, 31])
def test_what_is_too_old_is_announced_and_expires(age_days: float) -> None:
    store = Store(0)
    store.shelf.append("v0", at_us=time.time_ns() // 1000 - int(age_days * 86_400_000_000))
    with RudeServer(close) as server:
        sender = forwarder(server, store, forward=Forward.TIMESTAMPED, interval_s=0.05)
        sender.start()
        if age_days > 30:
            store.wait_for(1)
        else:
            status = wait_until(sender, store, lambda status: bool(status.warning))
            assert "are too old for the cloud in 11 h and will expire" in status.warning
        sender.stop(5)
    assert store.fates() == ({Fate.EXPIRED} if age_days > 30 else set())
