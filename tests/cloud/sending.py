"""A forwarder with its threads and a journal in memory; tests can wait for its status."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence

from app.bench.status import CloudStatus
from app.cloud.blynk.destination import Blynk
from app.cloud.forwarder import Forwarder
from app.cloud.plan.budget import Budget
from app.config.bench_file import DeviceConfig
from app.wire.streams import Fate, Newest, Reading, Run, StreamExtent, UnwrittenReadings, Usage
from tests.cloud.plan.memory_journal import MemoryJournal
from tests.cloud.rude_server import RudeServer, answer

TARGETS = ("v0", "v1", "v2")
OK = answer("200 OK", b"", "Connection: close")


class Store:
    """A journal in memory that any thread may use. Tests can wait until its readings are settled."""

    def __init__(self, count: int, targets: tuple[str, ...] = TARGETS) -> None:
        self.targets = targets
        self.changed = threading.Condition()
        self.journal = MemoryJournal()
        self.usage: dict[str, Usage] = {}
        self.not_written = UnwrittenReadings()
        self.add(count)

    def add(self, count: int) -> None:
        now_us = time.time_ns() // 1000
        with self.changed:
            for number in range(count):
                self.journal.append(self.targets[number % len(self.targets)], at_us=now_us)

    def extents(self) -> list[StreamExtent]:
        with self.changed:
            return self.journal.extents()

    def unwritten(self) -> UnwrittenReadings:
        return self.not_written

    def pending(self, stream: int, from_seq: int, limit: int) -> list[Reading]:
        with self.changed:
            return self.journal.pending(stream, from_seq, limit)

    def last_forwarded(self, stream: int) -> Reading | None:
        with self.changed:
            return self.journal.last_forwarded(stream)

    def newest(self, stream: int, from_seq: int, until_seq: int) -> Newest:
        with self.changed:
            return self.journal.newest(stream, from_seq, until_seq)

    def resent(self, limit: int) -> list[Reading]:
        with self.changed:
            return self.journal.resent(limit)

    def settle(self, runs: Sequence[Run], done: Callable[[], None], usage: Iterable[Usage]) -> None:
        with self.changed:
            self.journal.settle(list(runs))
            self.usage.update((use.budget, use) for use in usage)
            self.changed.notify_all()
        done()

    def wait_for(self, count: int) -> None:
        with self.changed:
            settled = self.changed.wait_for(lambda: len(self.journal.fates) >= count, 60)
            assert settled, len(self.journal.fates)

    def fates(self) -> set[Fate]:
        return {fate for fate, _ in self.journal.fates.values()}


def forwarder(
    server: RudeServer,
    store: Store,
    messages: Budget | None = None,
    points: Budget | None = None,
    **settings: object,
) -> Forwarder:
    chosen = {"requests_per_s": 0, **settings}
    device = DeviceConfig(
        port="simulated:",
        server=server.url,
        auth_token="env:PINBRIDGE_T",
        **chosen,  # type: ignore[arg-type]
    )
    return Forwarder(device, Blynk(device, "token"), store, messages, points)


def wait_until(sender: Forwarder, store: Store, fits: Callable[[CloudStatus], bool]) -> CloudStatus:
    deadline_s = time.monotonic() + 60
    while not fits(status := sender.status()):
        assert time.monotonic() < deadline_s, status
        with store.changed:
            store.changed.wait(0.01)
    return status
