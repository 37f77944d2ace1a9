"""A bench that returns scripted statuses, to test each rule of `app.commands.running.run` by itself."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import msgspec

from app.bench.bench import Bench
from app.bench.status import (
    BenchStatus,
    CloudState,
    CloudStatus,
    DeviceStatus,
    JournalCounts,
    LinkState,
    LinkStatus,
)
from app.messages.message import Message, verbatim
from app.wire.counts import LineCounts

GOOD = LinkStatus(LinkState.GOOD, verbatim("lines come in."))
GONE = LinkStatus(LinkState.NO_SUCH_PORT, verbatim("COM7 went away."))
WAITS = CloudStatus(CloudState.WAITING, verbatim("The network is down."))
TAKES = CloudStatus(CloudState.IDLE, verbatim("All is sent."), last_success_us=1)


def device(name: str = "a", **fields: Any) -> DeviceStatus:
    lone = DeviceStatus(
        name, "COM7", "", LinkStatus(), CloudStatus(), LineCounts(), 0, 0, JournalCounts(), ()
    )
    return msgspec.structs.replace(lone, **fields)


def bench(*devices: DeviceStatus, warnings: Sequence[Message] = ()) -> BenchStatus:
    return BenchStatus("Bench", devices, "b.db", 0, tuple(warnings))


def counts(**figures: int) -> JournalCounts:
    return JournalCounts(readings=sum(figures.values()) - figures.get("held", 0), **figures)


FINE = bench(device(counts=counts(forwarded=2)))


class Scripted(Bench):
    """A bench whose `status` returns the given statuses in order, one per call, and then always the last.

    `app.commands.running.run` reads one before the start, one at each look, and one at the end. The values of
    `idle_s` and `unwritten` are scripted too; when they are used up, `idle_s` returns None, and `unwritten`
    is 0. `done` lists the calls that start or stop the bench.
    """

    def __init__(
        self,
        *statuses: BenchStatus,
        idle_s: Sequence[float | None] = (),
        lost_readings: int = 0,
        was_taken_away: bool = False,
        unwritten: Sequence[int] = (),
    ) -> None:
        self.statuses = list(statuses)
        self.inbox = list(unwritten)
        self.silences = list(idle_s)
        self.lost = lost_readings
        self.was_taken_away = was_taken_away
        self.done: list[str] = []

    def start(self) -> None:
        self.done.append("start")

    def stop(self) -> None:
        self.done.append("stop")

    def stop_boards(self) -> None:
        self.done.append("stop boards")

    @property
    def lost_readings(self) -> int:
        return self.lost

    @property
    def journal_was_taken_away(self) -> bool:
        return self.was_taken_away

    @property
    def unwritten(self) -> int:
        return self.inbox.pop(0) if self.inbox else 0

    def idle_s(self) -> float | None:
        return self.silences.pop(0) if self.silences else None

    def status(self) -> BenchStatus:
        return self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]


class Looks(threading.Event):
    """A stop event for runs and drains: the wait that follows `count` waits sets it. No wait takes time."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count
        self.waits_s: list[float | None] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.waits_s.append(timeout)
        if len(self.waits_s) > self.count:
            self.set()
        return self.is_set()
