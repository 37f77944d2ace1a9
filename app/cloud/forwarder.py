"""The threads that send: one planner a device reads the journal, up to eight senders carry its calls.

Invariants: the plan is touched under one lock; a session belongs to one thread; what was answered is settled,
also while stopping; nothing polls: every wait is for an event or for a time that the plan names.
"""

from __future__ import annotations

import logging
import math
import random
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Protocol

from app.bench.status import CloudStatus
from app.cloud.destination import Destination, Outcome, OutcomeKind
from app.cloud.plan.budget import Budget, points_of
from app.cloud.plan.lanes import Fetch, Flight
from app.cloud.plan.pacing import TokenBucket
from app.cloud.plan.plan import Plan
from app.cloud.report import Report
from app.config.bench_file import DeviceConfig
from app.wire.streams import Newest, Reading, Run, StreamExtent, Usage

MAX_SENDERS = 8
_ENOUGH_SENDERS = 2
"""More than these share one processor in vain where answers come at once: measured, eight lanes to a server
of this computer went 1.3 times as fast with two senders as with eight. One that hangs leaves the other."""
_SLOW_S = 0.005
"""A call that takes longer spends its time on the way, so that others may go beside it."""
_BURST_S = 0.02
"""What a late wake-up may make up for, so that a pace is reached and not only kept below."""
_AGES_S = 60.0
"""How often it is looked whether a reading has become too old."""
_MAX_RESENT = 64
_RETRY_S = 1.0

log = logging.getLogger(__name__)


class Store(Protocol):
    """The side of the journal that a forwarder sees."""

    def extents(self) -> list[StreamExtent]:
        """The device's streams as of the last commit."""

    def pending(self, stream: int, from_seq: int, limit: int) -> list[Reading]:
        """At most `limit` readings from `from_seq` on that wait for their turn, in order."""

    def newest(self, stream: int, from_seq: int) -> Newest:
        """The newest of them, and which stretches of older ones there are."""

    def resent(self, limit: int) -> list[Reading]:
        """The first readings that a person wants to be sent again, until they are settled."""

    def settle(self, runs: Sequence[Run], done: Callable[[], None], usage: Iterable[Usage]) -> None:
        """Hand over what became of readings and of budgets; `done` is called when the journal holds it."""


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
        self._device = device
        self._store = store
        self._connect = destination.connect
        self._plan = Plan(device, destination, random.random)
        self._messages = messages
        self._points = points or points_of(device)
        self._report = Report(device, self._plan, messages, self._points)
        rate_per_s = device.requests_per_s
        self._bucket = TokenBucket(rate_per_s, 1.0 + _BURST_S * rate_per_s)
        self._lock = threading.Lock()
        self._for_planner = threading.Condition(self._lock)
        self._for_senders = threading.Condition(self._lock)
        self._news = True
        self._stopping = False
        self._idle_senders = 0
        self._under_way: set[Flight] = set()
        self._took_s = math.inf
        """How long the last call took; before the first answer no lane waits for another."""
        self._watched_until_s = math.inf
        self._requests = 0
        self._last_success_us: int | None = None
        self._senders: list[threading.Thread] = []
        self._planner = threading.Thread(target=self._read, name=f"plan {device.name}", daemon=True)

    def start(self) -> None:
        """Begin to send what is pending."""
        self._planner.start()

    def wake(self) -> None:
        """The journal has more; called by its writer after each commit."""
        with self._lock:
            self._wake_planner()

    def try_now(self) -> None:
        """Try at once, whatever the wait."""
        with self._lock:
            self._plan.try_now()
            self._for_senders.notify_all()

    def skip(self) -> bool:
        """Refuse the readings that lanes are stuck on; False where none is."""
        with self._lock:
            stuck, runs = self._plan.skip()
            self._for_senders.notify_all()
        self._store.settle(runs, self.wake, ())
        return stuck

    def stop(self, timeout_s: float) -> None:
        """Start no call any more; answers that come within `timeout_s` are settled."""
        with self._lock:
            self._stopping = True
            self._for_planner.notify_all()
            self._for_senders.notify_all()
        deadline_s = time.monotonic() + timeout_s
        for thread in [self._planner, *self._senders]:
            if thread.ident is not None:
                thread.join(max(0.0, deadline_s - time.monotonic()))

    def status(self) -> CloudStatus:
        """The state of this device's road to the cloud, and one sentence that is true now."""
        extents = self._store.extents()
        with self._lock:
            return self._report.status(
                extents, self._requests, self._last_success_us, time.monotonic(), _now_us()
            )

    # The planner's thread

    def _read(self) -> None:
        """Keep the plan filled from the journal."""
        wait_s: float | None = None
        while True:
            with self._lock:
                self._for_planner.wait_for(lambda: self._news or self._stopping, wait_s)
                if self._stopping:
                    return
                self._news = False
            try:
                wait_s = self._look()
            except Exception:
                # What cannot be read now can be read later: the road does not end here.
                log.exception("what is to be sent cannot be read")
                wait_s = _RETRY_S

    def _look(self) -> float | None:
        """Read what the plan wants; how long until it may want something by itself."""
        prefetch = self._plan.prefetch
        with self._lock:
            extents = self._store.extents()
            prefetch.extend(extents)
            wait_s = prefetch.tick(extents, time.monotonic())
            self._report.observe(extents, time.monotonic())
            fetches = prefetch.fetches()
            resent = prefetch.needs_resent and any(extent.resent for extent in extents)
        for fetch in fetches:
            self._settle(self._fill(fetch))
        again = self._store.resent(_MAX_RESENT) if resent else []
        with self._lock:
            prefetch.resend(again)
            expired = prefetch.expire(_now_us())
            if prefetch.oldest_us() is not None:
                wait_s = min(_AGES_S, wait_s or _AGES_S)
            if fetches or again:
                self._wake_or_hire()
            if expired:
                self._news = True
        self._settle(expired)
        return wait_s

    def _settle(self, runs: Sequence[Run]) -> None:
        """Settle what became of readings without a call."""
        if runs:
            self._store.settle(runs, lambda: None, ())

    def _fill(self, fetch: Fetch) -> list[Run]:
        """Bring what the plan wants; what that supersedes."""
        stream = fetch.flow.stream
        if fetch.newest:
            newest = self._store.newest(stream, fetch.from_seq)
            older = fetch.superseded(newest)
            readings = [newest.reading] if newest.reading else []
        else:
            older, readings = [], self._store.pending(stream, fetch.from_seq, fetch.limit)
        with self._lock:
            return older + self._plan.prefetch.fill(fetch, readings)

    # The senders' threads

    def _wake_planner(self) -> None:
        self._news = True
        self._for_planner.notify()

    def _wake_or_hire(self) -> None:
        """There may be a call for one more sender; how long calls take decides how many are at work."""
        if len(self._senders) - self._idle_senders >= _ENOUGH_SENDERS and not self._is_slow():
            return  # Whoever is at work now looks for the next call afterwards.
        if self._idle_senders:
            self._for_senders.notify()
        elif len(self._senders) < MAX_SENDERS and not self._stopping:
            thread = threading.Thread(target=self._send, name=f"send {self._device.name}", daemon=True)
            self._senders.append(thread)
            thread.start()

    def _is_slow(self) -> bool:
        """Whether the last call took long, or one under way does."""
        oldest_s = min((flight.sent_s for flight in self._under_way), default=math.inf)
        return max(self._took_s, time.monotonic() - oldest_s) > _SLOW_S

    def _send(self) -> None:
        connection = self._connect()
        while flight := self._next():
            try:
                outcome = connection.send(flight.call)
            except Exception:
                # A mistake of ours must not leave a lane waiting for ever for an answer.
                log.exception("a call for %s", self._device.name)
                outcome = Outcome(OutcomeKind.BACK_OFF, "The request could not be made: see the log.")
            now_us = _now_us()
            requests, messages = connection.take_counts()
            now_s = time.monotonic()
            with self._lock:
                self._under_way.discard(flight)
                self._took_s = now_s - flight.sent_s
                self._requests += requests - 1
                runs = self._plan.answered(flight, outcome, now_s)
                if outcome.kind is OutcomeKind.ACCEPT:
                    self._last_success_us = now_us
                if self._plan.prefetch.fetches():
                    self._wake_planner()
            usage = self._used(flight, outcome, messages, now_us)
            if runs or usage:
                done = partial(self._settled, flight) if flight.is_settled else lambda: None
                self._store.settle(runs, done, usage)
        connection.close()

    def _used(self, flight: Flight, outcome: Outcome, messages: int, now_us: int) -> list[Usage]:
        """What a call has used of the budgets: one message and its points were taken when it left."""
        used = []
        if self._messages:
            used.append(self._messages.take(messages - 1, now_us))
        if flight.call.points:
            accepted = outcome.kind is OutcomeKind.ACCEPT
            used.append(self._points.take(0 if accepted else -flight.call.points, now_us))
        return used

    def _next(self) -> Flight | None:
        """The next call, as soon as one may go; None when it is time to stop."""
        with self._lock:
            while not self._stopping:
                now_s, now_us = time.monotonic(), _now_us()
                points = self._points.allowed(now_us)
                wait_s: float | None = self._wait_s(now_s, now_us)
                if not wait_s:
                    flight = self._plan.next_call(now_s, points)
                    if flight:
                        self._under_way.add(flight)
                        self._bucket.take(now_s)
                        self._requests += 1
                        if self._messages:
                            self._messages.take(1, now_us)
                        if flight.call.points:
                            self._points.take(flight.call.points, now_us)
                        if self._plan.has_more:
                            self._wake_or_hire()
                        elif now_s + (self._plan.wait_s(now_s, points) or math.inf) < self._watched_until_s:
                            self._for_senders.notify()
                        return flight
                    wait_s = self._plan.wait_s(now_s, points)
                    if not points and self._plan.waits_for_points:
                        wait_s = min(wait_s or _AGES_S, self._points.wait_s(now_us))
                self._rest(wait_s)
            return None

    def _rest(self, wait_s: float | None) -> None:
        """Wait for an event; the sender that has the earliest time to wait for watches the clock for all."""
        until_s = math.inf if wait_s is None else time.monotonic() + wait_s
        watches = until_s < self._watched_until_s
        if watches:
            self._watched_until_s = until_s
        self._idle_senders += 1
        self._for_senders.wait(wait_s if watches else None)
        self._idle_senders -= 1
        if self._watched_until_s == until_s:
            self._watched_until_s = math.inf

    def _wait_s(self, now_s: float, now_us: int) -> float:
        """How long pace and budget keep the next call back."""
        wait_s = self._bucket.wait_s(now_s)
        return max(wait_s, self._messages.wait_s(now_us)) if self._messages else wait_s

    def _settled(self, flight: Flight) -> None:
        with self._lock:
            if self._plan.settled(flight):
                self._wake_or_hire()
            if flight.lanes[0].is_resend:
                self._wake_planner()


def _now_us() -> int:
    return time.time_ns() // 1000
