"""A carrier is added only if more calls are in flight than ever before; every call gets an outcome."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from queue import SimpleQueue

import pytest

from app.cloud.carriers import Carriers, Delivery
from app.cloud.destination import Call, Outcome, OutcomeKind
from app.cloud.plan.lanes import Flight
from app.messages.message import Message

ACCEPT = Outcome(OutcomeKind.ACCEPT)
PATIENCE_S = 60.0


def flight(path: str) -> Flight:
    return Flight(Call("GET", path, (), None, ()), [], [], time.monotonic())


class Port:
    """Carriers whose connections answer a call each time `gate` is released."""

    def __init__(self) -> None:
        self.entered: SimpleQueue[str] = SimpleQueue()
        self.gate = threading.Semaphore(0)
        self.connected: list[threading.Thread] = []
        self.closed: list[threading.Thread] = []
        self.errors: list[Exception] = []
        self.delivered: SimpleQueue[Delivery] = SimpleQueue()
        self.carriers = Carriers("board", self.connect, self.delivered.put)

    def connect(self) -> Port:
        if self.errors:
            raise self.errors.pop()
        self.connected.append(threading.current_thread())
        return self

    def send(self, call: Call) -> Outcome:
        self.entered.put(call.path)
        assert self.gate.acquire(timeout=PATIENCE_S)
        if call.path == "an internal error":
            raise ZeroDivisionError(call.path)
        return ACCEPT

    def take_counts(self) -> tuple[int, int]:
        return 3, 2

    def close(self) -> None:
        self.closed.append(threading.current_thread())

    def carry(self, *paths: str) -> list[str]:
        """Send flights to `paths` together. Returns the paths in the order in which they are answered."""
        for in_flight, path in enumerate(paths, 1):
            self.carriers.send(flight(path), in_flight)
        entered = {self.entered.get(timeout=PATIENCE_S) for _ in paths}
        assert entered == set(paths)
        self.gate.release(len(paths))
        return [self.delivered.get(timeout=PATIENCE_S).flight.call.path for _ in paths]


@pytest.fixture
def port() -> Iterator[Port]:
    port = Port()
    yield port
    port.gate.release(99)
    port.carriers.stop()
    assert set(port.closed) == set(port.connected)


def test_an_answer_comes_with_its_counts_and_times(port: Port) -> None:
    began_s, began_us = time.monotonic(), time.time_ns() // 1000
    port.carriers.send(flight("one"), 1)
    port.gate.release()
    delivery = port.delivered.get(timeout=PATIENCE_S)
    assert (delivery.outcome, delivery.requests, delivery.messages) == (ACCEPT, 3, 2)
    assert began_s <= delivery.at_s <= time.monotonic()
    assert began_us <= delivery.at_us <= time.time_ns() // 1000


def test_there_are_as_many_threads_as_there_have_been_flights_at_once(port: Port) -> None:
    for count in (1, 1, 3, 2, 3, 1):
        paths = [f"{number} of {count}" for number in range(count)]
        assert sorted(port.carry(*paths)) == paths
    assert len(port.connected) == 3
    assert {thread.name for thread in port.connected} == {"send board"}
    assert all(thread.daemon for thread in port.connected)


def test_an_internal_error_is_logged_and_answered_with_a_back_off(
    port: Port, caplog: pytest.LogCaptureFixture
) -> None:
    port.carriers.send(flight("an internal error"), 1)
    assert port.entered.get(timeout=PATIENCE_S) == "an internal error"
    port.gate.release()
    delivery = port.delivered.get(timeout=PATIENCE_S)
    assert delivery.outcome == Outcome(OutcomeKind.BACK_OFF, Message("cloud_internal_error"))
    assert [(record.name, record.message) for record in caplog.records] == [
        ("app.cloud.carriers", "a call for board")
    ]
    assert port.carry("another") == ["another"]
    assert len(port.connected) == 1


def test_a_call_without_a_connection_is_answered_and_counts_no_request(
    port: Port, caplog: pytest.LogCaptureFixture
) -> None:
    port.errors.append(ValueError("an internal error"))
    port.carriers.send(flight("one"), 1)
    delivery = port.delivered.get(timeout=PATIENCE_S)
    assert delivery.outcome.kind is OutcomeKind.BACK_OFF
    assert (delivery.requests, delivery.messages) == (0, 0)
    assert [record.message for record in caplog.records] == ["a call for board"]
    assert port.carry("another") == ["another"]


def test_a_thread_that_never_connected_ends_too(port: Port) -> None:
    port.errors.append(ValueError("an internal error"))
    port.carriers.send(flight("one"), 1)
    assert port.delivered.get(timeout=PATIENCE_S).requests == 0
    port.carriers.stop()
    assert (port.connected, port.closed) == ([], [])


def test_stop_delivers_the_calls_in_flight_and_closes_connections(port: Port) -> None:
    port.carriers.send(flight("one"), 1)
    assert port.entered.get(timeout=PATIENCE_S) == "one"
    stopping = threading.Thread(target=port.carriers.stop)
    stopping.start()
    assert port.closed == []
    port.gate.release()
    stopping.join(PATIENCE_S)
    assert not stopping.is_alive()
    assert not any(thread.is_alive() for thread in port.connected)
    assert port.closed == port.connected
    assert port.delivered.get_nowait().flight.call.path == "one"
