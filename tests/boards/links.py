"""What the tests of a link share: a link that hands on to the test, a computer's ports, a port that fails."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from app.boards.link import Link
from app.boards.ports.registry import PortRegistry
from app.boards.retry import Retry
from app.boards.status import PortInfo
from app.config.bench_file import DeviceConfig
from app.wire.batches import Batch, Rejected
from app.wire.readings import Grammar
from tests.boards.waiting import PATIENCE_S, wait_until

if TYPE_CHECKING:
    from tests.processes import Board  # needs a pty


class Heard:
    """A link's sink: what it hands on, and a way to wait for it."""

    def __init__(self, port: str, **options: object) -> None:
        self.changed = threading.Condition()
        self.values: list[float] = []
        self.batches: list[Batch] = []
        self.rejected: list[Rejected] = []
        self.has_room = True
        self.link = Link(DeviceConfig(port=port), Grammar(), self, **options)  # type: ignore[arg-type]

    def append(self, batch: Batch) -> None:
        with self.changed:
            self.batches.append(batch)
            self.values += batch.numbers.tolist()
            self.changed.notify_all()

    def reject(self, rejected: Rejected) -> None:
        self.rejected.append(rejected)

    def wait(self, values: list[float]) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: self.values == values, PATIENCE_S), self.values

    def wait_until(self, true: Callable[[], bool]) -> None:
        wait_until(true)

    def wait_until_open(self, times: int = 1) -> None:
        """Wait until the port is open, opened for so often: that it was opened is counted a little before."""
        wait_until(lambda: self.link.opened == times and self.link._trouble is None)


class Computer:
    """The list of ports of a computer, whose boards are ptys."""

    def __init__(self) -> None:
        self.there: list[PortInfo] = []
        self.name: object = None
        self.registry = PortRegistry(lambda: self.there, lambda: self.name)

    def plug(self, board: Board, location: str = "1-2", serial_number: str = "77") -> PortInfo:
        info = PortInfo(board.port, "Arduino Uno", "2341:0043", serial_number, location)
        self.there = [*self.there, info]
        return info


class Sick:
    """A port that opens, and whose every read fails."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.closed = threading.Semaphore(0)

    def __call__(self, _device: DeviceConfig, _registry: PortRegistry) -> Sick:
        return self

    def read(self) -> bytes:
        raise self.error

    def write(self, data: bytes) -> None:
        """Nobody writes."""

    def close(self) -> None:
        self.closed.release()


class Impatient(Retry):
    """A wait of one length."""

    def __init__(self, wait_s: float) -> None:
        super().__init__()
        self.wait_s = wait_s

    def refused(self) -> None:
        """It stays so."""
