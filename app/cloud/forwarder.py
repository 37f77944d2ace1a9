"""Forwards the readings of one device: a planner decides what goes next, carriers take it to the cloud.

Invariants: the planner's thread alone changes the plan, and all news reach it as events in one queue; what
was answered is settled, also while stopping; nothing polls: every wait is for an event or for a time that the
planner names.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable
from functools import partial
from queue import Empty, SimpleQueue

from app.cloud.carriers import Carriers, Delivery
from app.cloud.destination import Destination
from app.cloud.plan.allowance import Allowance
from app.cloud.plan.budget import Budget, points_of
from app.cloud.planner import Planner, Store
from app.cloud.status import CloudStatus
from app.config.bench_file import DeviceConfig

log = logging.getLogger(__name__)


class Forwarder:
    """Sends the readings of one device, in order in each lane, within its pace."""

    def __init__(
        self,
        device: DeviceConfig,
        destination: Destination,
        store: Store,
        messages: Budget | None = None,
        points: Budget | None = None,
    ) -> None:
        """`messages` is the budget that the device's organisation shares, `points` the device's own."""
        allowance = Allowance(device.requests_per_s, messages, points or points_of(device))
        self._store = store
        self._planner = Planner(device, destination, store, allowance, random.random)
        self._carriers = Carriers(device.name, destination.connect, self._on_delivery)
        self._events: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=f"plan {device.name}", daemon=True)
        self._stopping = False

    def start(self) -> None:
        """Begin to send what is pending."""
        self._thread.start()

    def wake(self) -> None:
        """The journal has more; called by its writer after each commit."""
        self._events.put(self._planner.journal_changed)

    def try_now(self) -> None:
        """Try at once, whatever the wait."""
        self._events.put(self._planner.try_now)

    def skip(self) -> bool:
        """Refuse the readings that lanes are stuck on; False where none is."""
        is_stuck = self._planner.is_stuck
        if is_stuck:
            self._events.put(self._planner.skip)
        return is_stuck

    def stop(self, timeout_s: float) -> None:
        """Start no call any more; answers that come within `timeout_s` are settled."""
        self._events.put(self._stop)
        if self._thread.ident is not None:
            self._thread.join(timeout_s)

    def status(self) -> CloudStatus:
        """The state of this device's road to the cloud, and one sentence that is true now."""
        return self._planner.status(time.monotonic(), _now_us())

    def _on_delivery(self, delivery: Delivery) -> None:
        self._events.put(partial(self._planner.delivered, delivery))

    # The planner's thread

    def _run(self) -> None:
        """Take in what has happened and go on, until all that was in flight at the end has its answer."""
        wait_s: float | None = 0.0
        while not self._stopping or self._planner.in_flight:
            self._take_in(wait_s)
            wait_s = self._go_on()
        self._carriers.stop()

    def _stop(self) -> None:
        self._stopping = True

    def _take_in(self, wait_s: float | None) -> None:
        """Wait for an event, at most so long, and take in all that have come."""
        try:
            self._events.get(timeout=wait_s)()
            while True:
                self._events.get_nowait()()
        except Empty:
            pass

    def _go_on(self) -> float | None:
        """Send what may go and read what comes next; how long until time alone lets more happen."""
        if self._stopping:
            self._settle()
            return None
        # Calls leave first: the journal takes its time beside them.
        self._send()
        try:
            if self._planner.look(time.monotonic(), _now_us()):
                self._send()
        except Exception:
            # What cannot be read now can be read later: the road does not end here.
            log.exception("what is to be sent cannot be read")
        return self._planner.wait_s(time.monotonic(), _now_us())

    def _send(self) -> None:
        while flight := self._planner.next_flight(time.monotonic(), _now_us()):
            self._carriers.send(flight, self._planner.in_flight)
        self._settle()

    def _settle(self) -> None:
        """Hand to the journal what became of readings and budgets."""
        for runs, usage, flight in self._planner.take_settlements():
            done = partial(self._events.put, partial(self._planner.settled, flight)) if flight else _nothing
            self._store.settle(runs, done, usage)


def _nothing() -> None:
    """Nobody waits for it."""


def _now_us() -> int:
    return time.time_ns() // 1000
