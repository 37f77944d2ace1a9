"""The carriers: plain threads that take a call to the cloud and bring its answer.

Invariants: a connection belongs to one thread; a carrier knows nothing of plans; whatever happens to a call,
an answer comes back.
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
    """What became of a flight, and when that was known."""

    flight: Flight
    outcome: Outcome
    requests: int
    """How many requests it took, hops included."""
    messages: int
    """How many of them the cloud may have counted."""
    at_s: float
    """Monotonic."""
    at_us: int
    """Microseconds since 1970, UTC."""


class Carriers:
    """As many threads as there ever were flights at once. For one thread, but for `delivered`."""

    def __init__(
        self, name: str, connect: Callable[[], Connection], delivered: Callable[[Delivery], None]
    ) -> None:
        """`delivered` is called by a carrier's thread, and must not wait."""
        self._name = name
        self._connect = connect
        self._delivered = delivered
        self._flights: SimpleQueue[Flight | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []

    def send(self, flight: Flight, in_flight: int) -> None:
        """Take a flight to the cloud; with it `in_flight` have left and not been delivered."""
        if in_flight > len(self._threads):
            thread = threading.Thread(target=self._carry, name=f"send {self._name}", daemon=True)
            self._threads.append(thread)
            thread.start()
        self._flights.put(flight)

    def stop(self) -> None:
        """End the threads; each delivers first what it carries."""
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
                # A mistake of ours must not leave a lane waiting for ever for an answer.
                log.exception("a call for %s", self._name)
                outcome = Outcome(OutcomeKind.BACK_OFF, Message("cloud_internal_error"))
            requests, messages = connection.take_counts() if connection else (0, 0)
            now_us = time.time_ns() // 1000
            self._delivered(Delivery(flight, outcome, requests, messages, time.monotonic(), now_us))
        if connection:
            connection.close()
