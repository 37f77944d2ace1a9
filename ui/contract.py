"""What the window asks of the world below it.

Invariant: these are the only calls that leave the window, and all of them are made from its own thread.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from app.bench.status import BenchStatus, ConsoleLine, RefusedReading, RejectedLine
from app.config.bench_file import BenchConfig, DeviceConfig
from app.messages.message import Message
from ui.plot.trace import Series


class ExportedView(Protocol):
    """What came of an export."""

    @property
    def readings(self) -> int:
        """How many are in the file."""

    @property
    def unreadable(self) -> Sequence[Message]:
        """What could not be read of the journal."""


class BenchView(Protocol):
    """A bench as the window sees it; `app.bench.bench.Bench` is one."""

    @property
    def config(self) -> BenchConfig:
        """What the bench was made from."""

    def start(self) -> None:
        """Open the ports and begin; raises ValueError or OSError with one plain sentence."""

    def stop(self) -> None:
        """End within 5 s; a second call does nothing."""

    def status(self) -> BenchStatus:
        """The whole bench at this instant."""

    def console(self, device: str, after: int, limit: int) -> list[ConsoleLine]:
        """The newest `limit` lines with a number above `after`, oldest first."""

    def history(self, device: str, target: str, from_s: float, to_s: float) -> Series:
        """The numbers of one target between two times in seconds since 1970."""

    def try_now(self, device: str) -> None:
        """Wait no longer before the next call to the cloud."""

    def send(self, device: str, text: str, line_end: str | None = None) -> bool:
        """Send a line to a board; False where its port is not open."""

    def release_port(self, device: str) -> None:
        """Let go of a board's port, for an upload; it comes back by itself."""

    def take_port(self, device: str) -> None:
        """Take a released port back now."""

    def choose_port(self, device: str, port: str) -> None:
        """Say which board is meant, by the name of one of `LinkStatus.choices`; raises ValueError."""

    def record(self, device: str, on: bool) -> None:
        """Begin or end a recording; raises ValueError or OSError with one plain sentence."""

    def rejected(self, device: str) -> list[RejectedLine]:
        """The last rejected lines of all runs, oldest first."""

    def refused(self, device: str) -> list[RefusedReading]:
        """The newest readings that the cloud has refused, oldest first."""

    def resend(self, device: str, target: str | None = None, ids: Collection[int] | None = None) -> int:
        """Send refused readings once more: those of `ids`, of a target, or all; how many those are."""

    def skip(self, device: str) -> bool:
        """Give up the readings that a device's pins are stuck on; False where none is."""

    def send_here(self, device: str) -> int:
        """Send held readings to the present account; how many."""

    def discard(self, device: str) -> int:
        """Give up held readings; how many."""

    def delete_data(self, device: str) -> int:
        """Delete all readings of a device; how many. These four raise ValueError where that cannot be."""

    def export(
        self,
        device: str,
        path: Path,
        *,
        separator: str,
        decimal: str,
        progress: Callable[[int, int], None],
    ) -> ExportedView:
        """Write a device's readings to a CSV file. For any thread, also once the bench is stopped.

        `progress` is told readings seen and in all; what it raises ends the export. Raises ValueError or
        OSError with one plain sentence; a file is there whole or not at all.
        """


class FaultView(Protocol):
    """A fault that a demo can play."""

    @property
    def name(self) -> str:
        """What `switch` calls it."""

    @property
    def words(self) -> str:
        """What a person calls it."""

    @property
    def on(self) -> bool:
        """Whether it is on now."""


class Faults(Protocol):
    """The faults of a demo."""

    def shown(self) -> Sequence[FaultView]:
        """All of them as they are now."""

    def switch(self, name: str, on: bool) -> None:
        """Switch one on or off."""


class Tokens(Protocol):
    """Where auth tokens are kept; hands none out."""

    def missing(self, config: BenchConfig) -> Mapping[str, str]:
        """The devices whose token is not where the file says, each with one sentence about it."""

    def store(self, device: DeviceConfig, token: str) -> None:
        """Keep a token in this computer's keyring, bound to the device's server; raises ValueError."""


class PortView(Protocol):
    """A serial port of this computer."""

    @property
    def device(self) -> str:
        """The system's name: `COM5`, `/dev/ttyACM0`."""

    @property
    def description(self) -> str:
        """What the board calls itself; may be empty."""

    @property
    def port(self) -> str:
        """What a bench file writes for it."""


MakeBench = Callable[[BenchConfig, Mapping[str, str]], BenchView]
"""Makes a bench from its file and the tokens typed in the window, by the device's name; the maker finds those
that the file names. Raises ValueError with one plain sentence."""

ListPorts = Callable[[], Sequence[PortView]]


class Program(NamedTuple):
    """What the program offers a window."""

    make_bench: MakeBench
    list_ports: ListPorts
    tokens: Tokens | None = None
    """Where typed tokens go; None where none is missing."""
