"""The threads that send: one planner a device reads the journal, up to eight senders carry its calls.

Invariants: the plan is touched under one lock; a session belongs to one thread; what was answered is settled,
also while stopping; nothing polls: every wait is for an event or for a time that the plan names.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from app.cloud.client import Client
from app.cloud.outcomes import OutcomeKind
from app.cloud.pacing import TokenBucket
from app.cloud.plan import Plan
from app.config import DeviceConfig
from app.status import CloudState, CloudStatus
from app.wire.streams import Reading, Run, StreamExtent

MAX_SENDERS = 8


class Store(Protocol):
    """The side of the journal that a forwarder sees."""

    def extents(self) -> list[StreamExtent]:
        """The device's streams as of the last commit."""

    def pending(self, stream: int, from_seq: int, limit: int) -> list[Reading]:
        """At most `limit` readings from `from_seq` on, neither settled nor held, in order."""

    def settle(self, runs: Sequence[Run], done: Callable[[], None]) -> None:
        """Hand over what became of readings; `done` is called when that is durable."""


class Forwarder:
    """Sends the readings of one device, in order in each lane, within its pace."""

    def __init__(self, device: DeviceConfig, token: str, store: Store) -> None:
        self._device = device
        self._store = store
        self._make_client = partial(Client, device.server, token)
        self._plan = Plan(device, random.random)
        self._bucket = TokenBucket(device.requests_per_s)
        self._changed = threading.Condition()
        self._news = True
        self._stopping = False
        self._idle_senders = 0
        self._requests = 0
        self._last_success_us: int | None = None
        self._senders: list[threading.Thread] = []
        self._planner = threading.Thread(target=self._read, name=f"plan {device.name}", daemon=True)

    def start(self) -> None:
        """Begin to send what is pending."""
        self._planner.start()

    def wake(self) -> None:
        """The journal has more; called by its writer after each commit."""
        with self._changed:
            self._news = True
            self._changed.notify_all()

    def try_now(self) -> None:
        """Try at once, whatever the wait."""
        with self._changed:
            self._plan.try_now()
            self._changed.notify_all()

    def stop(self, timeout_s: float) -> None:
        """Start no call any more; answers that come within `timeout_s` are settled."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        deadline_s = time.monotonic() + timeout_s
        for thread in [self._planner, *self._senders]:
            if thread.ident is not None:
                thread.join(max(0.0, deadline_s - time.monotonic()))

    def status(self) -> CloudStatus:
        """The state of this device's road to the cloud, and one sentence that is true now."""
        extents = self._store.extents()
        sendable = sum(extent.pending - extent.held for extent in extents)
        held = sum(extent.held for extent in extents)
        with self._changed:
            state, sentence = self._say(sendable, held)
            return CloudStatus(state, sentence, self._requests, self._last_success_us, sendable)

    def _say(self, sendable: int, held: int) -> tuple[CloudState, str]:
        trouble = self._plan.trouble
        if sendable and trouble:
            wait_s = self._plan.wait_s(time.monotonic())
            soon = f"next try in {wait_s:.0f} s" if wait_s else "trying now"
            state = CloudState.PAUSED if trouble.kind is OutcomeKind.PAUSE else CloudState.WAITING
            return state, f"{trouble.sentence} {sendable} readings wait, none is lost; {soon}."
        if sendable:
            return CloudState.SENDING, f"Sending: {sendable} readings wait."
        if held:
            return CloudState.IDLE, f"{held} readings were meant for another token or server and are held."
        return (
            CloudState.IDLE,
            "All readings are in the cloud." if self._last_success_us else "Nothing to send yet.",
        )

    def _read(self) -> None:
        """The planner: keep the plan filled from the journal."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._news or self._stopping)
                if self._stopping:
                    return
                self._news = False
                extents = self._store.extents()
                self._plan.extend(extents)
                wants = self._plan.wants()
            ends = {extent.stream: extent.next_seq for extent in extents}
            for want in wants:
                readings = self._store.pending(*want)
                with self._changed:
                    self._plan.fill(want, readings, ends[want.stream])
            if wants:
                with self._changed:
                    self._hire()
                    self._changed.notify_all()

    def _hire(self) -> None:
        """One more sender where all are busy; the first calls decide how many there are."""
        if self._idle_senders == 0 and len(self._senders) < MAX_SENDERS and not self._stopping:
            thread = threading.Thread(target=self._send, name=f"send {self._device.name}", daemon=True)
            self._senders.append(thread)
            thread.start()

    def _send(self) -> None:
        client = self._make_client()
        while True:
            with self._changed:
                call = None
                while call is None:
                    if self._stopping:
                        client.close()
                        return
                    now_s = time.monotonic()
                    wait_s: float | None = self._bucket.wait_s(now_s)
                    if not wait_s:
                        call = self._plan.next_call(now_s)
                        wait_s = self._plan.wait_s(now_s)
                    if call is None:
                        self._idle_senders += 1
                        self._changed.wait(wait_s)
                        self._idle_senders -= 1
                self._bucket.take(now_s)
                self._hire()
            before = client.requests
            outcome = client.send(call)
            with self._changed:
                self._requests += client.requests - before
                runs = self._plan.answered(call, outcome, time.monotonic())
                if outcome.kind is OutcomeKind.ACCEPT:
                    self._last_success_us = time.time_ns() // 1000
                if self._plan.wants():
                    self._news = True
                self._changed.notify_all()
            if runs:
                self._store.settle(runs, partial(self._settled, runs))

    def _settled(self, runs: Sequence[Run]) -> None:
        with self._changed:
            self._plan.settled(runs)
            self._changed.notify_all()
