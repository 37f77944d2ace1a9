"""The window's interface to the rest of the program: benches, faults, tokens and ports.

Invariants: the window calls a bench only as declared here; it makes every call from its own thread, except
`BenchView.export`.
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
        """The number of readings in the file."""

    @property
    def unreadable(self) -> Sequence[Message]:
        """A message for each part of the journal that could not be read."""


class BenchView(Protocol):
    """The part of a bench that the window uses; `app.bench.bench.Bench` implements it."""

    @property
    def config(self) -> BenchConfig:
        """The bench file that the bench was made from."""

    def start(self) -> None:
        """Open the ports and start to read and forward. Raises PinbridgeError or OSError."""

    def stop(self) -> None:
        """Stop the bench within 5 s; a second call does nothing."""

    def status(self) -> BenchStatus:
        """A snapshot of the whole bench."""

    def console(self, device: str, after: int, limit: int) -> list[ConsoleLine]:
        """The newest console lines numbered above `after`, at most `limit`, oldest first."""

    def history(self, device: str, target: str, from_s: float, to_s: float) -> Series:
        """The times and numeric values of a target from `from_s` to `to_s`, in seconds since 1970."""

    def try_now(self, device: str) -> None:
        """Make the next call to the cloud now, without waiting any longer."""

    def send(self, device: str, text: str, line_end: str | None = None) -> bool:
        """Send a line to a board; False if its port is not open."""

    def release_port(self, device: str) -> None:
        """Close a board's port for a sketch upload; it is reopened automatically afterwards."""

    def take_port(self, device: str) -> None:
        """Reopen a released port now."""

    def choose_port(self, device: str, port: str) -> None:
        """Use the board at `port`, one of `LinkStatus.choices`, for a device. Raises PinbridgeError."""

    def record(self, device: str, on: bool) -> None:
        """Start or end a recording of a board. Raises PinbridgeError or OSError."""

    def rejected(self, device: str) -> list[RejectedLine]:
        """The newest rejected lines of a device, oldest first, also from earlier runs of the program."""

    def refused(self, device: str) -> list[RefusedReading]:
        """The newest readings that the cloud has refused, oldest first."""

    def resend(self, device: str, target: str | None = None, ids: Collection[int] | None = None) -> int:
        """Send refused readings again: those of `ids`, of `target`, or all. Returns their number.

        Raises PinbridgeError.
        """

    def skip(self, device: str) -> bool:
        """Refuse the readings that block a device's lanes; False if none does. Raises PinbridgeError."""

    def send_here(self, device: str) -> int:
        """Send held readings to the device's present account. Returns their number. Raises PinbridgeError."""

    def discard(self, device: str) -> int:
        """Discard held readings, which are then never sent. Returns their number. Raises PinbridgeError."""

    def delete_data(self, device: str) -> int:
        """Delete all readings of a device. Returns their number. Raises PinbridgeError."""

    def export(
        self,
        device: str,
        path: Path,
        *,
        separator: str,
        decimal: str,
        progress: Callable[[int, int], None],
    ) -> ExportedView:
        """Write a device's readings to a CSV file. Any thread may call it, even after the bench was stopped.

        `progress` is called with the number of readings written so far and the total; an exception from it
        ends the export. Raises PinbridgeError or OSError. The file is written whole or not at all.
        """


class FaultView(Protocol):
    """A fault that the user can switch on in a demo."""

    @property
    def name(self) -> str:
        """The name to pass to `Faults.switch`."""

    @property
    def message(self) -> Message:
        """The label of the fault for the user."""

    @property
    def on(self) -> bool:
        """Whether the fault is on now."""


class Faults(Protocol):
    """The faults of a demo."""

    def shown(self) -> Sequence[FaultView]:
        """All faults, with their present states."""

    def switch(self, name: str, on: bool) -> None:
        """Switch a fault on or off."""


class Tokens(Protocol):
    """The store of auth tokens. The window can write tokens to it, but cannot read them."""

    def missing(self, config: BenchConfig) -> Mapping[str, Message]:
        """A message for each device whose token is not where the bench file says, by device name."""

    def store(self, device: DeviceConfig, token: str) -> None:
        """Keep a token in this computer's keyring, bound to the device's server. Raises PinbridgeError."""


class PortView(Protocol):
    """A serial port of this computer."""

    @property
    def device(self) -> str:
        """The system's name of the port: `COM5`, `/dev/ttyACM0`."""

    @property
    def description(self) -> str:
        """The name that the board reports; may be empty."""

    @property
    def port(self) -> str:
        """The port as it is written in a bench file."""


MakeBench = Callable[[BenchConfig, Mapping[str, str]], BenchView]
"""Makes a bench from a bench file and the tokens that were typed in the window, by device name. Reads all
other tokens from where the file says they are. Raises PinbridgeError."""

ListPorts = Callable[[], Sequence[PortView]]


class Program(NamedTuple):
    """The parts of the program that a window uses."""

    make_bench: MakeBench
    list_ports: ListPorts
    tokens: Tokens | None = None
    """The store for the tokens that the user types; None if the window does not ask for tokens."""
