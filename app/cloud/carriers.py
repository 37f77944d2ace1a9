"""The carriers: plain threads that send calls to the cloud and deliver their outcomes.

Invariants: a connection belongs to one thread; a carrier does not decide what is sent or when; every
call gets an outcome, even if an exception is raised while it is sent.
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
    """The outcome of a call, and when it became known."""

    flight: Flight
    outcome: Outcome
    requests: int
    """How many HTTP requests the call took, redirects included."""
    messages: int
    """How many of these requests the cloud may have counted as messages."""
    at_s: float
    """When the outcome became known, in monotonic seconds."""
    at_us: int
    """The same time in microseconds since 1970, UTC."""


class Carriers:
    """The carriers of one device: the threads that send its calls.

    A thread is added whenever there are more calls in flight than threads. All methods must be called from
    the same thread.
    """

    def __init__(
        self, name: str, connect: Callable[[], Connection], delivered: Callable[[Delivery], None]
    ) -> None:
        """`connect` and `delivered` are called in the carriers' threads; `delivered` must not block."""
        self._name = name
        self._connect = connect
        self._delivered = delivered
        self._flights: SimpleQueue[Flight | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []

    def send(self, flight: Flight, in_flight: int) -> None:
        """Send the call of `flight`. `in_flight` is the number of calls in flight, including this one."""
        if in_flight > len(self._threads):
            thread = threading.Thread(target=self._carry, name=f"send {self._name}", daemon=True)
            self._threads.append(thread)
            thread.start()
        self._flights.put(flight)

    def stop(self) -> None:
        """End the threads after the outcomes of all calls in flight have been delivered."""
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
                # An internal error must give an outcome too: without one, the lane would wait forever.
                log.exception("a call for %s", self._name)
                outcome = Outcome(OutcomeKind.BACK_OFF, Message("cloud_internal_error"))
            requests, messages = connection.take_counts() if connection else (0, 0)
            now_us = time.time_ns() // 1000
            self._delivered(Delivery(flight, outcome, requests, messages, time.monotonic(), now_us))
        if connection:
            connection.close()
