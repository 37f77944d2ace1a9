"""A forwarder replaces another one: no reading is sent twice, and all that both have done is counted."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence

import pytest

from app.cloud.blynk.destination import Blynk
from app.cloud.forwarder import Forwarder
from app.cloud.status import Tally
from app.config.bench_file import DeviceConfig
from app.wire.streams import Run, Usage
from tests.cloud.rude_server import RudeServer
from tests.cloud.sending import OK, Store


class SlowStore(Store):
    """A store that settles only when the test says so, as a journal on a slow disk."""

    def __init__(self, count: int) -> None:
        super().__init__(count, ("v0",))
        self.waiting: list[Callable[[], None]] = []
        self.asked = threading.Semaphore(0)

    def settle(self, runs: Sequence[Run], done: Callable[[], None], usage: Iterable[Usage]) -> None:
        self.waiting.append(lambda: Store.settle(self, runs, done, usage))
        self.asked.release()

    def go_on(self) -> None:
        """Wait for the next settlement, and store it."""
        assert self.asked.acquire(timeout=60)
        self.waiting.pop(0)()


class Calls:
    """A server that answers each call when the test says so."""

    def __init__(self) -> None:
        self.asked = threading.Semaphore(0)
        self.answered = threading.Semaphore(0)

    def __call__(self, peer: socket.socket) -> None:
        self.asked.release()
        assert self.answered.acquire(timeout=60)
        OK(peer)

    def arrives(self) -> None:
        assert self.asked.acquire(timeout=60)


@pytest.fixture
def calls() -> Calls:
    return Calls()


@pytest.fixture
def server(calls: Calls) -> Iterator[RudeServer]:
    with RudeServer(calls) as server:
        yield server


def made(server: RudeServer, store: Store, tally: Tally | None = None, *, waits: bool = False) -> Forwarder:
    device = DeviceConfig(
        port="simulated:", server=server.url, auth_token="env:PINBRIDGE_T", requests_per_s=0
    )
    return Forwarder(device, Blynk(device, "token"), store, tally=tally, waits=waits)


def test_the_next_one_begins_when_the_journal_has_the_last_answer(calls: Calls, server: RudeServer) -> None:
    store, tally = SlowStore(2), Tally()
    first, second = made(server, store, tally), made(server, store, tally, waits=True)
    first.start()
    second.start()
    calls.arrives()
    first.hand_over(second.begin)
    second.wake()
    assert len(server.requests) == 1
    calls.answered.release()
    store.go_on()  # the fate of the reading
    assert len(store.journal.fates) == 1
    assert len(server.requests) == 1
    store.go_on()  # the end of the first forwarder
    calls.arrives()
    assert second.status().requests == tally.requests == 2
    assert second.status().last_success_us == tally.last_success_us
    calls.answered.release()
    store.go_on()
    assert len(server.requests) == len(store.journal.fates) == 2
    second.stop(60)


def test_one_that_is_replaced_before_its_turn_sends_nothing(calls: Calls, server: RudeServer) -> None:
    store, tally = Store(2, ("v0",)), Tally()
    first, second, third = (made(server, store, tally, waits=waits) for waits in (False, True, True))
    for forwarder in (first, second, third):
        forwarder.start()
    calls.arrives()
    second.hand_over(third.begin)
    first.hand_over(second.begin)
    for _ in range(2):
        calls.answered.release()
    store.wait_for(2)
    third.stop(60)
    assert (len(server.requests), tally.requests) == (2, 2)


def test_one_that_waits_can_be_stopped(calls: Calls, server: RudeServer) -> None:
    store = Store(1)
    first, second = made(server, store), made(server, store, waits=True)
    first.start()
    second.start()
    calls.arrives()
    first.hand_over(second.begin)
    second.stop(60)
    assert "plan board" in {thread.name for thread in threading.enumerate()}
    calls.answered.release()
    first.stop(60)
    store.wait_for(1)
    assert len(server.requests) == 1


def test_one_that_was_never_started_is_replaced_at_once(server: RudeServer) -> None:
    begun: list[str] = []
    made(server, Store(1)).hand_over(lambda: begun.append("now"))
    assert begun == ["now"]
