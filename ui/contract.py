"""What the window needs from the program below it.

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
    """The result of an export."""

    @property
    def readings(self) -> int:
        """How many readings are in the file."""

    @property
    def unreadable(self) -> Sequence[Message]:
        """A message for each part of the journal that could not be read."""


class BenchView(Protocol):
    """A bench as the window sees it; `app.bench.bench.Bench` is one."""

    @property
    def config(self) -> BenchConfig:
        """The bench file that the bench was made from."""

    def start(self) -> None:
        """Open the ports and begin. Raises PinbridgeError or OSError."""

    def stop(self) -> None:
        """Stop within 5 s; a second call does nothing."""

    def status(self) -> BenchStatus:
        """A snapshot of the whole bench."""

    def console(self, device: str, after: int, limit: int) -> list[ConsoleLine]:
        """The newest `limit` lines with a number above `after`, oldest first."""

    def history(self, device: str, target: str, from_s: float, to_s: float) -> Series:
        """The numbers of one target between two times in seconds since 1970."""

    def try_now(self, device: str) -> None:
        """Make the next call to the cloud now."""

    def send(self, device: str, text: str, line_end: str | None = None) -> bool:
        """Send a line to a board; False if its port is not open."""

    def release_port(self, device: str) -> None:
        """Release a board's port for an upload; it is taken back afterwards."""

    def take_port(self, device: str) -> None:
        """Take a released port back now."""

    def choose_port(self, device: str, port: str) -> None:
        """Use the board at `port`, which is one of `LinkStatus.choices`. Raises PinbridgeError."""

    def record(self, device: str, on: bool) -> None:
        """Begin or end a recording. Raises PinbridgeError or OSError."""

    def rejected(self, device: str) -> list[RejectedLine]:
        """The last rejected lines of all runs, oldest first."""

    def refused(self, device: str) -> list[RefusedReading]:
        """The newest readings that the cloud has refused, oldest first."""

    def resend(self, device: str, target: str | None = None, ids: Collection[int] | None = None) -> int:
        """Send refused readings again: those of `ids`, of a target, or all. Returns how many."""

    def skip(self, device: str) -> bool:
        """Give up the readings that block a lane of the device; False if there are none."""

    def send_here(self, device: str) -> int:
        """Send held readings to the present account. Returns how many."""

    def discard(self, device: str) -> int:
        """Give up held readings. Returns how many."""

    def delete_data(self, device: str) -> int:
        """Delete all readings of a device. Returns how many. `resend` and these four raise PinbridgeError."""

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

        `progress` is called with the number of readings written so far and the total; an exception from it
        ends the export. Raises PinbridgeError or OSError. The file is written whole or not at all.
        """


class FaultView(Protocol):
    """A fault that a demo can play."""

    @property
    def name(self) -> str:
        """What `switch` calls it."""

    @property
    def message(self) -> Message:
        """Its name for the user."""

    @property
    def on(self) -> bool:
        """Whether it is on now."""


class Faults(Protocol):
    """The faults of a demo."""

    def shown(self) -> Sequence[FaultView]:
        """All faults as they are now."""

    def switch(self, name: str, on: bool) -> None:
        """Switch a fault on or off."""


class Tokens(Protocol):
    """Where auth tokens are kept. The window can store tokens there, but not read them."""

    def missing(self, config: BenchConfig) -> Mapping[str, Message]:
        """The devices whose token is not where the file says, each with a message about it."""

    def store(self, device: DeviceConfig, token: str) -> None:
        """Keep a token in this computer's keyring, bound to the device's server. Raises PinbridgeError."""


class PortView(Protocol):
    """A serial port of this computer."""

    @property
    def device(self) -> str:
        """The system's name: `COM5`, `/dev/ttyACM0`."""

    @property
    def description(self) -> str:
        """The board's own name; may be empty."""

    @property
    def port(self) -> str:
        """How a bench file writes this port."""


MakeBench = Callable[[BenchConfig, Mapping[str, str]], BenchView]
"""Makes a bench from its file and the tokens that were typed in the window, by device name; the other tokens
are found where the file says. Raises PinbridgeError."""

ListPorts = Callable[[], Sequence[PortView]]


class Program(NamedTuple):
    """What the program gives a window."""

    make_bench: MakeBench
    list_ports: ListPorts
    tokens: Tokens | None = None
    """Where typed tokens are kept; None if the window keeps none."""
