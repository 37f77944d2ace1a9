"""Tools for the tests of links: a link with its sink, a computer's list of ports, and a port that fails."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from app.boards import link as link_module
from app.boards.link import Link
from app.boards.ports.registry import PortRegistry
from app.boards.retry import Retry
from app.boards.status import LinkState, PortInfo
from app.config.bench_file import DeviceConfig
from app.wire.batches import Batch, Rejected
from app.wire.readings import Grammar
from app.wire.timeline import EventKind
from tests.waiting import PATIENCE_S, wait_until

if TYPE_CHECKING:
    from tests.processes import Board  # needs a pty


_OPEN = (
    LinkState.OPEN,
    LinkState.SILENT,
    LinkState.NO_LINE_ENDS,
    LinkState.NONE_GOOD,
    LinkState.UNREADABLE,
    LinkState.GOOD,
)
"""The states of a port that is open."""


class Heard:
    """A link, and the sink that keeps what the link hands on; tests can wait for values and for the port."""

    def __init__(self, port: str, **options: object) -> None:
        self.changed = threading.Condition()
        self.values: list[float] = []
        self.batches: list[Batch] = []
        self.rejected: list[Rejected] = []
        self.events: list[tuple[EventKind, str]] = []
        self.lost: list[int] = []
        self.has_room = True
        self.link = Link(DeviceConfig(port=port), Grammar(), self, **options)  # type: ignore[arg-type]

    def append(self, batch: Batch) -> None:
        with self.changed:
            self.batches.append(batch)
            self.values += batch.numbers.tolist()
            self.changed.notify_all()

    def reject(self, rejected: Rejected) -> None:
        self.rejected.append(rejected)

    def happened(self, kind: EventKind, at_us: int, detail: str = "") -> None:
        assert at_us >= 0
        self.events.append((kind, detail))

    def lose(self, count: int, at_us: int) -> None:
        assert at_us > 0
        self.lost.append(count)

    def wait(self, values: list[float]) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: self.values == values, PATIENCE_S), self.values

    def wait_until_open(self, times: int = 1) -> None:
        """Wait until the port was opened `times` times and is open.

        The link counts an opening before it changes its state.
        """
        wait_until(lambda: self.link.opened == times and self.link.status().state in _OPEN)


class Computer:
    """A computer's list of ports. Its boards are ptys."""

    def __init__(self) -> None:
        self.there: list[PortInfo] = []
        self.name: object = None
        self.registry = PortRegistry(lambda: self.there, lambda: self.name)

    def plug(self, board: Board, location: str = "1-2", serial_number: str = "77") -> PortInfo:
        info = PortInfo(board.port, "Arduino Uno", "2341:0043", serial_number, location)
        self.there = [*self.there, info]
        return info


class Sick:
    """A port that can be opened, but raises `error` at every read."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.closed = threading.Semaphore(0)

    def __call__(self, _device: DeviceConfig, _registry: PortRegistry) -> Sick:
        return self

    def read(self) -> bytes:
        raise self.error

    def set_baud_rate(self, baud_rate: int) -> None:
        """Do nothing."""

    def write(self, data: bytes) -> None:
        """Drop the data."""

    def close(self) -> None:
        self.closed.release()


class Impatient(Retry):
    """A retry whose wait stays the same as long as the port cannot be opened."""

    def __init__(self, wait_s: float) -> None:
        super().__init__()
        self.wait_s = wait_s

    def refused(self) -> None:
        """Keep `wait_s` as it is."""


def retry_after(monkeypatch: pytest.MonkeyPatch, wait_s: float) -> Impatient:
    """Make the links of this test wait for `wait_s` before they try again to open their port."""
    retry = Impatient(wait_s)
    monkeypatch.setattr(link_module, "Retry", lambda: retry)
    return retry


def note_waits(monkeypatch: pytest.MonkeyPatch, note: Callable[[float | None], None]) -> None:
    """Whenever a link of this test waits, call `note` with the time-out of the wait."""

    class Noting(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            note(timeout)
            return super().wait(timeout)

    monkeypatch.setattr(link_module, "threading", SimpleNamespace(Event=Noting, Thread=threading.Thread))


def readers() -> list[str]:
    """The names of all running threads that read a port."""
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("port ")]
