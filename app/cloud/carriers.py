"""The carriers: plain threads that send calls to the cloud and deliver the answers.

Invariants: a connection belongs to one thread; a carrier knows nothing about plans; every call gets an
answer, even if sending it raises.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from queue import SimpleQueue
from typing import NamedTuple

from app.cloud.destination import Connection, Outcome, OutcomeKind
from app.cloud.plan.lanes import Flight
from app.messages.message import Message

log = logging.getLogger(__name__)


class Delivery(NamedTuple):
    """The outcome of a flight, and when it was known."""

    flight: Flight
    outcome: Outcome
    requests: int
    """How many requests it took, redirects included."""
    messages: int
    """How many of them the cloud may have counted as messages."""
    at_s: float
    """Monotonic."""
    at_us: int
    """Microseconds since 1970, UTC."""


class Carriers:
    """The threads of one device: as many as the highest number of flights at once so far.

    To be used from one thread.
    """

    def __init__(
        self, name: str, connect: Callable[[], Connection], delivered: Callable[[Delivery], None]
    ) -> None:
        """`connect` and `delivered` are called in a carrier's thread; `delivered` must not block."""
        self._name = name
        self._connect = connect
        self._delivered = delivered
        self._flights: SimpleQueue[Flight | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []

    def send(self, flight: Flight, in_flight: int) -> None:
        """Send a flight to the cloud. `in_flight` counts the flights without an answer, this one included."""
        if in_flight > len(self._threads):
            thread = threading.Thread(target=self._carry, name=f"send {self._name}", daemon=True)
            self._threads.append(thread)
            thread.start()
        self._flights.put(flight)

    def stop(self) -> None:
        """End the threads. Each first delivers the answer to the call that it is sending."""
        for _ in self._threads:
            self._flights.put(None)
        for thread in self._threads:
            thread.join()

    def _carry(self) -> None:
        connection: Connection | None = None
        while flight := self._flights.get():
            try:
                connection = connection or self._connect()
                outcome = connection.send(flight.call)
            except Exception:
                # After an internal error too, an answer must come: without one the lane would wait forever.
                log.exception("a call for %s", self._name)
                outcome = Outcome(OutcomeKind.BACK_OFF, Message("cloud_internal_error"))
            requests, messages = connection.take_counts() if connection else (0, 0)
            now_us = time.time_ns() // 1000
            self._delivered(Delivery(flight, outcome, requests, messages, time.monotonic(), now_us))
        if connection:
            connection.close()
