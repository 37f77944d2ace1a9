"""Forwards the readings of one device: a planner chooses the next call, and another thread sends it.

The planner runs in the forwarder's own thread. The threads that send calls are called carriers.

Invariants: only the forwarder's own thread changes the plan, and all events reach this thread through one
queue; every answer is processed, even after `stop` has been called; nothing polls: each wait ends with an
event or at a time that the planner sets. A forwarder that replaces another one sends nothing before the
calls of the other one are answered, and before the journal has what became of their readings: so no reading
is sent twice, and the order within a lane is kept.
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
from app.cloud.plan.budget import Budget, events_of, points_of
from app.cloud.planner import OnTrouble, Planner, Store, ignore_trouble
from app.cloud.status import CloudStatus, Tally
from app.config.bench_file import DeviceConfig

log = logging.getLogger(__name__)


class Forwarder:
    """Sends the readings of one device, in order within each lane, as fast as pace and budgets allow."""

    def __init__(
        self,
        device: DeviceConfig,
        destination: Destination,
        store: Store,
        messages: Budget | None = None,
        points: Budget | None = None,
        events: Budget | None = None,
        *,
        tally: Tally | None = None,
        on_trouble: OnTrouble = ignore_trouble,
        waits: bool = False,
    ) -> None:
        """`messages` is the budget of the device's organisation; the other two are the device's own.

        `tally` counts what all forwarders of the device do. For `on_trouble`, see `OnTrouble`. With `waits`,
        this one sends nothing before `begin` is called, because it replaces another one (see `hand_over`).
        """
        allowance = Allowance(
            device.requests_per_s, messages, points or points_of(device), events or events_of(device)
        )
        self._store = store
        self._planner = Planner(device, destination, store, allowance, random.random, tally, on_trouble)
        self._carriers = Carriers(device.name, destination.connect, self._on_delivery)
        self._events: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=f"plan {device.name}", daemon=True)
        self._stopping = False
        self._waits = waits
        self._then: Callable[[], None] | None = None

    def start(self) -> None:
        """Start the thread that forwards the pending readings."""
        self._thread.start()

    def begin(self) -> None:
        """Send calls from now on, if this forwarder was made with `waits`."""
        self._events.put(self._begin)

    def hand_over(self, then: Callable[[], None]) -> None:
        """Send no more calls, because another forwarder replaces this one.

        When the calls in flight are answered and the journal has the fates of their readings, the thread that
        writes the journal calls `then`. If this forwarder was never started, `then` is called at once.
        """
        if self._thread.ident is None:
            then()
            return
        self._then = then
        self._events.put(self._leave)

    def wake(self) -> None:
        """Make the forwarder look for new readings. The journal's writer calls this after each commit."""
        self._events.put(self._planner.journal_changed)

    def try_now(self) -> None:
        """Try again at once: end every wait that a failure has caused."""
        self._events.put(self._planner.try_now)

    def skip(self) -> bool:
        """At the user's request, refuse all readings that block their lanes.

        Returns False if no lane is blocked.
        """
        is_stuck = self._planner.is_stuck
        if is_stuck:
            self._events.put(self._planner.skip)
        return is_stuck

    def stop(self, timeout_s: float) -> None:
        """Send no more calls. Wait until the calls in flight are answered, but at most `timeout_s`."""
        self._events.put(self._stop)
        if self._thread.ident is not None:
            self._thread.join(timeout_s)

    def status(self) -> CloudStatus:
        """The current state of forwarding for this device, with a message for the user."""
        return self._planner.status(time.monotonic(), _now_us())

    def _on_delivery(self, delivery: Delivery) -> None:
        self._events.put(partial(self._planner.delivered, delivery))

    # In the forwarder's thread

    def _run(self) -> None:
        """Handle events and send calls until `stop` is called. Then wait for the calls in flight."""
        wait_s: float | None = None if self._waits else 0.0
        while self._waits or not self._stopping or self._planner.in_flight:
            self._take_in(wait_s)
            wait_s = self._go_on()
        self._carriers.stop()
        if self._then:
            self._store.settle((), self._then, ())

    def _begin(self) -> None:
        self._waits = False

    def _leave(self) -> None:
        """Stop, but only when it is this forwarder's turn: the one that it replaces may still send calls."""
        self._stopping = True

    def _stop(self) -> None:
        self._stopping = True
        self._waits = False

    def _take_in(self, wait_s: float | None) -> None:
        """Wait up to `wait_s` for an event (None: without limit), then handle all events in the queue."""
        try:
            self._events.get(timeout=wait_s)()
            while True:
                self._events.get_nowait()()
        except Empty:
            pass

    def _go_on(self) -> float | None:
        """Send what may be sent now, and prefetch readings.

        Returns the maximum wait for the next event, in seconds; None if there is no limit.
        """
        if self._stopping or self._waits:
            self._settle()
            return None
        # Send first: then the journal is read while the calls are in flight.
        self._send()
        try:
            if self._planner.look(time.monotonic(), _now_us()):
                self._send()
        except Exception:
            # A failed read must not end the forwarder: the planner tries again later.
            log.exception("what is to be sent cannot be read")
        return self._planner.wait_s(time.monotonic(), _now_us())

    def _send(self) -> None:
        while flight := self._planner.next_flight(time.monotonic(), _now_us()):
            self._carriers.send(flight, self._planner.in_flight)
        self._settle()

    def _settle(self) -> None:
        """Take the new fates and budget totals from the planner, and store them in the journal."""
        for settlement in self._planner.take_settlements():
            done = _nothing
            if settlement.flight or settlement.left_out:
                done = partial(self._events.put, partial(self._planner.stored, settlement))
            self._store.settle(settlement.runs, done, settlement.usage)


def _nothing() -> None:
    """Do nothing: the `done` callback for `Store.settle` when no lane waits for the journal."""


def _now_us() -> int:
    return time.time_ns() // 1000
