"""The window's interface to the rest of the program: benches, faults, tokens and ports.

Invariants: the window uses only those members of a bench that are declared here; it calls all of them in its
own thread, except `BenchView.export` and `export_text`, `Tokens.test`, and the decisions, which change the
journal: `resend`, `send_here`, `discard`, `decide_unassigned`, `discard_refused` and `delete_data`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from app.bench.status import (
    BenchStatus,
    ConsoleLine,
    EarlierReadings,
    Form,
    PortInfo,
    RawBytes,
    RefusedReading,
    RejectedLine,
    Selection,
    SentLine,
)
from app.config.bench_file import BenchConfig, DeviceConfig
from app.messages.message import Message

if TYPE_CHECKING:
    from ui.plot.feed.contract import ReadingsView, TimelinesView

TellProgress = Callable[[int, int], object]
"""Takes how much is done, and how much there is."""


class ExportedView(Protocol):
    """The result of an export."""

    @property
    def readings(self) -> int:
        """The number of readings that were written."""

    @property
    def unreadable(self) -> Sequence[Message]:
        """The messages about unreadable parts of the journal, one message for each part."""


class BenchView(Protocol):
    """The part of a bench that the window uses; `app.bench.bench.Bench` implements it."""

    @property
    def config(self) -> BenchConfig:
        """The present settings of the bench, for example the contents of a bench file."""

    @property
    def timelines(self) -> TimelinesView:
        """What happened to the devices over time, and the user's markers."""

    def start(self) -> None:
        """Open the ports; start reading and forwarding. Raises PinbridgeError or OSError."""

    def stop(self) -> None:
        """Stop the bench within 5 s; a second call does nothing."""

    def reconfigure(
        self, config: BenchConfig, tokens: Mapping[str, str], renamed: Mapping[str, str] = {}
    ) -> None:
        """Continue with `config`, which has absolute paths, while the bench runs or before it starts.

        Devices may be added, removed, changed, renamed and reordered; `renamed` maps the new name of a device
        to its old name. `tokens` maps device names to tokens that the user has typed now. Other devices keep
        their token; if their server or `auth_token` is new, it is read from the place in the bench file. A
        port is opened again only where a change needs it. The next `status` has the new names and settings.

        Waits at most some seconds, for the journal and until the ports of removed devices are closed. Raises
        PinbridgeError and changes nothing if a token is missing, if `config` has another journal, or if the
        journal cannot be written.
        """

    def status(self) -> BenchStatus:
        """A snapshot of the whole bench."""

    def console(self, device: str, after: int, limit: int) -> list[ConsoleLine]:
        """The console lines whose `ConsoleLine.number` is greater than `after`, oldest first.

        If there are more than `limit`, the newest `limit` lines are returned, but rejected lines first. Where
        the numbers have a gap, lines are left out.
        """

    @property
    def readings(self) -> ReadingsView:
        """The readings of any period, also of earlier runs. They stay when the bench has stopped."""

    def sent(self, device: str, after: int) -> list[SentLine]:
        """The lines that were sent to a board and have a number above `after`, oldest first."""

    def raw_bytes(self, device: str) -> RawBytes:
        """The last bytes that have come from a board."""

    def try_now(self, device: str) -> None:
        """Try at once to send the readings of a device, without waiting for the next retry."""

    def send(self, device: str, text: str, line_end: str | None = None) -> bool:
        """Send a line to a board. Returns False if the board's port is not open.

        If `line_end` is None, the device's line end from the bench file is used.
        """

    def release_port(self, device: str) -> None:
        """Close a board's port for a sketch upload. The bench reopens the port after the upload."""

    def take_port(self, device: str) -> None:
        """Reopen a released port now."""

    def choose_port(self, device: str, port: str) -> None:
        """Use the board at `port` for a device. `LinkStatus.choices` lists the possible ports.

        Raises PinbridgeError.
        """

    def find_baud_rate(self, device: str, on: bool = True) -> bool:
        """Start a search for a board's baud rate, or cancel it; `DeviceStatus.baud_search` has the result.

        Returns False if the port is not open, or has no baud rate.
        """

    def record(self, device: str, on: bool) -> None:
        """Start a recording of a board if `on` is true, otherwise end it.

        Raises PinbridgeError or OSError.
        """

    def rejected(self, device: str) -> list[RejectedLine]:
        """The most recent rejected lines of a device, oldest first.

        They include lines from before the program was started.
        """

    def refused(self, device: str) -> list[RefusedReading]:
        """The most recent refused readings of a device, oldest first."""

    def resend(
        self,
        device: str,
        target: str | None = None,
        ids: Collection[int] | None = None,
        progress: TellProgress | None = None,
    ) -> int:
        """Send again the refused readings that are for `target` and whose id is in `ids`.

        If `target` is None, it stands for all targets. If `ids` is None, it stands for all reading ids.

        Returns the number of these readings. Raises PinbridgeError.

        Any thread may call this method and the other decisions about readings. While it runs, `progress` is
        called with two numbers: how many readings have been decided about, and about how many there are. An
        exception that it raises ends the decision: what has been decided stays, the other readings are as
        before.
        """

    def skip(self, device: str) -> bool:
        """Give the fate "refused" to the readings that block lanes of a device, so that the lanes go on.

        Returns False if no lane is blocked.

        Raises PinbridgeError.
        """

    def send_here(self, device: str, progress: TellProgress | None = None) -> int:
        """Send the held readings to the account that the device uses now. Returns how many there were.

        Raises PinbridgeError.
        """

    def discard(self, device: str, progress: TellProgress | None = None) -> int:
        """Discard the held readings, so that they are never sent. Returns how many there were.

        Raises PinbridgeError.
        """

    def decide_unassigned(self, device: str, *, send: bool, progress: TellProgress | None = None) -> int:
        """Send here, or else discard, the readings that arrived while the device had no server.

        Readings that were meant for another account stay held. Returns how many there were. Raises
        PinbridgeError.
        """

    def discard_refused(
        self,
        device: str,
        target: str | None = None,
        ids: Collection[int] | None = None,
        progress: TellProgress | None = None,
    ) -> int:
        """Discard the refused readings that are for `target` and whose id is in `ids`.

        None stands for all, as in `resend`. Returns the number of these readings. Raises PinbridgeError.
        """

    def delete_data(self, device: str, progress: TellProgress | None = None) -> int:
        """Delete all readings of a device, the oldest first. Returns how many there were.

        Raises PinbridgeError.
        """

    def export(self, selection: Selection, form: Form, path: Path, progress: TellProgress) -> ExportedView:
        """Write the selected readings to a file, completely or not at all.

        Any thread may call this method, even after the bench was stopped. `progress` is called with two
        numbers: how many segments of the journal have been read so far, and how many there are in total. An
        exception that `progress` raises cancels the export. Raises PinbridgeError or OSError.
        """

    def export_text(
        self, selection: Selection, form: Form, most_rows: int, progress: TellProgress
    ) -> tuple[str, ExportedView]:
        """The text of the CSV file that `export` would write, for the clipboard.

        Raises PinbridgeError if it has more than `most_rows` rows below its header.
        """


class FaultView(Protocol):
    """One of the faults that a demo can simulate."""

    @property
    def name(self) -> str:
        """The name to pass to `Faults.switch`."""

    @property
    def message(self) -> Message:
        """The message that tells the user what the demo plays."""

    @property
    def on(self) -> bool:
        """Whether the fault is on now."""


class Faults(Protocol):
    """The faults that a demo can simulate. The user can switch each fault on and off."""

    def shown(self) -> Sequence[FaultView]:
        """All faults. `FaultView.on` is the current state of a fault."""

    def switch(self, name: str, on: bool) -> None:
        """Switch a fault on or off."""


class DemoView(Protocol):
    """A running demo: a simulated board, and a local cloud on this computer."""

    @property
    def config(self) -> BenchConfig:
        """The settings of the demo's bench."""

    @property
    def faults(self) -> Faults:
        """The faults that the demo can simulate."""

    def bench(self) -> BenchView:
        """Make a bench of the demo; the last one must have been stopped. Raises PinbridgeError."""

    def close(self) -> None:
        """End the demo, after its bench was stopped. A second call does nothing."""


class AcceptanceView(Protocol):
    """What a server has answered about a token."""

    @property
    def accepted(self) -> bool:
        """Whether readings would arrive with this server and token."""

    @property
    def message(self) -> Message:
        """The answer in words."""

    @property
    def server(self) -> str:
        """Another server, which accepts the token and is to be chosen instead; empty if none is known."""


class Tokens(Protocol):
    """The store of auth tokens. The window can write tokens to it, but cannot read them."""

    def missing(self, config: BenchConfig) -> Mapping[str, Message]:
        """The devices whose tokens are not where the bench file says they are.

        The keys are device names, and the values are messages that say what to do.
        """

    def store(self, device: DeviceConfig, token: str) -> None:
        """Store a token in the keyring, for use with the device's server only. Raises PinbridgeError."""

    def copy(self, device: DeviceConfig, to: DeviceConfig) -> None:
        """Store the token of `device` for `to` too, which has the same server. Raises PinbridgeError."""

    def forget(self, device: DeviceConfig) -> None:
        """Remove a device's token from the keyring, if it is there. Raises PinbridgeError."""

    def test(self, device: DeviceConfig, typed: str) -> AcceptanceView:
        """Ask the device's server whether it accepts the token `typed`; if that is empty, the stored one.

        Nothing changes in the cloud. Waits for the answer, at most about half a minute, so that the window
        calls this method in a thread of its own.
        """


MakeBench = Callable[[BenchConfig, Mapping[str, str]], BenchView]
"""Makes a bench from a bench file and a mapping of device names to the tokens that the user has typed.

All other tokens are read from where the bench file says they are. Raises PinbridgeError."""

MakeDemo = Callable[[], DemoView]
"""Starts a demo. Raises PinbridgeError or OSError."""

ListPorts = Callable[[], Sequence[PortInfo]]

FindEarlier = Callable[[Path, str], EarlierReadings]
"""Looks up what a journal has of a device; see `app.journal.earlier.find`. Raises nothing."""


class Program(NamedTuple):
    """The parts of the program that a window uses."""

    make_bench: MakeBench
    list_ports: ListPorts
    tokens: Tokens | None = None
    """The store for the tokens that the user types; None if the window does not ask for tokens."""
    make_demo: MakeDemo | None = None
    """Starts the demo that the user asks for; None if the window offers none."""
    find_earlier: FindEarlier | None = None
    """Looks into a journal before connecting; None if the window asks nothing about earlier readings."""
