"""The values that describe boards: their ports, links, console lines, recordings and baud rates. Pure."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from app.config import usb
from app.messages.message import Message
from app.wire.readings import Grammar, Kind, Verdict


class LinkState(enum.StrEnum):
    """The state of a board's port. For an open port, `app.boards.health` computes the state."""

    CLOSED = "closed"
    NO_SUCH_PORT = "no_such_port"
    AMBIGUOUS = "ambiguous"
    """Several boards could be the device's; they are in `LinkStatus.choices`."""
    BUSY = "busy"
    NO_PERMISSION = "no_permission"
    OPEN = "open"
    """The port is open, but too few bytes have come yet to judge the board."""
    SILENT = "silent"
    NO_LINE_ENDS = "no_line_ends"
    NONE_GOOD = "none_good"
    UNREADABLE = "unreadable"
    RESTARTING = "restarting"
    """The board restarts again and again, or has just crashed, whatever it sends in between."""
    UPLOAD_MODE = "upload_mode"
    """The board waits for an upload, and does nothing until it is reset."""
    GOOD = "good"
    RELEASED = "released"
    """The port is closed, so that another program can use it. It is reopened when that program is done."""
    ENDED = "ended"
    """A replay has been played to its end."""


class SearchState(enum.StrEnum):
    """How far a search is."""

    LISTENING = "listening"
    FOUND = "found"
    NOT_FOUND = "not_found"
    CANCELLED = "cancelled"
    """The user has cancelled it, or the port was closed."""


class BaudSearchStatus(msgspec.Struct, frozen=True):
    """The state of a search for the baud rate."""

    state: SearchState
    baud_rate: int
    """The rate that the search listens at; after its end, the rate that it leaves the port at."""
    number: int
    """How many rates have been tried, including the present one."""
    total: int


class PortInfo(NamedTuple):
    """A serial port of this computer."""

    device: str
    """The system's name of the port: `COM5`, `/dev/ttyACM0`."""
    description: str
    vid_pid: str
    """Vendor and product id, such as `2341:0043`; empty if the port is not a USB port."""
    serial_number: str
    location: str

    @property
    def port(self) -> str:
        """The value for `port` in a bench file, if no other board has the same serial number.

        In order of preference: the board's serial number, its place on the USB bus, the port's name.
        """
        if self.vid_pid and self.serial_number:
            return usb.write(self.vid_pid, self.serial_number)
        return self.place or self.device

    @property
    def place(self) -> str:
        """The board's place on the USB bus, as written in a bench file; empty if the place is unknown."""
        return usb.write(self.vid_pid, "", self.location) if self.vid_pid and self.location else ""

    def is_named(self, port: str) -> bool:
        """Whether `port`, as written in a bench file, names this port. It may name others too."""
        if address := usb.parse(port):
            return address.names(self.vid_pid, self.serial_number, self.location)
        # Upper and lower case differ in paths, but not in other names, such as COM5.
        return port == self.device if port.startswith("/") else port.lower() == self.device.lower()

    @property
    def hwid(self) -> str:
        """The USB ids and the serial number, for display; empty if neither is known."""
        return " ".join(filter(None, (self.vid_pid, self.serial_number)))


def addresses(ports: Sequence[PortInfo]) -> list[str]:
    """The value for `port` in a bench file, for each of `ports`, that names none of the others.

    Cheap boards share a serial number, and so do the ports of one board: their places tell them apart.
    """
    return [
        next(
            (
                address
                for address in (info.port, info.place)
                if address and sum(other.is_named(address) for other in ports) == 1
            ),
            info.device,
        )
        for info in ports
    ]


class LinkStatus(msgspec.Struct, frozen=True):
    """A port's state and the message about it."""

    state: LinkState = LinkState.CLOSED
    message: Message | None = None
    choices: tuple[PortInfo, ...] = ()
    """The boards from which the user can choose the device's board."""

    @property
    def is_fine(self) -> bool:
        """Whether good lines come in, and the message has nothing else to say about them."""
        code = self.message.code if self.message else ""
        return self.state is LinkState.GOOD and code in ("lines_come_in", "last_line_ago")


class AcceptedLine(msgspec.Struct, frozen=True):
    """An accepted line, without its verdict: the grammar that has accepted it gives the same one again."""

    text: str
    target: str
    grammar: Grammar


class ConsoleLine(msgspec.Struct, frozen=True):
    """A line as the console shows it. `number` is 1 for the device's first line since the bench started."""

    number: int
    received_at_us: int
    judged: Verdict | AcceptedLine

    @property
    def text(self) -> str:
        """The line as it was received."""
        return self.judged.text

    @property
    def kind(self) -> Kind:
        """The kind of the verdict; this takes no judging."""
        return Kind.ACCEPTED if isinstance(self.judged, AcceptedLine) else self.judged.kind

    @property
    def target(self) -> str | None:
        """The target of the line, if it names one; this takes no judging."""
        return self.judged.target

    @property
    def verdict(self) -> Verdict:
        """The verdict on the line. That on an accepted line is made again each time."""
        if isinstance(self.judged, AcceptedLine):
            return self.judged.grammar.verdict_on(self.judged.text.encode())
        return self.judged

    def with_verdict(self) -> ConsoleLine:
        """The same line with its whole verdict, which no longer depends on the text."""
        return msgspec.structs.replace(self, judged=self.verdict)


class SentLine(msgspec.Struct, frozen=True):
    """A line that was sent to a board. `number` is 1 for the first one since the bench started."""

    number: int
    after_line: int
    """The number of the line that was received last before this line was sent; 0 if there was none."""
    sent_at_us: int
    text: str
    """The line without its line end."""
    was_taken: bool
    """Whether the board has taken the line: if it has stopped reading, it takes none."""


class RawBytes(msgspec.Struct, frozen=True):
    """The last bytes that have come from a board."""

    first: int = 0
    """How many bytes came before these, since the bench started."""
    data: bytes = b""
    chunks: tuple[tuple[int, int], ...] = ()
    """For each chunk: how many bytes came before it, and when it came (microseconds since 1970)."""


class RecordingStatus(msgspec.Struct, frozen=True):
    """A recording that is being written."""

    path: str
    bytes: int


class EndedRecording(msgspec.Struct, frozen=True):
    """A recording that has ended: its file, and how long it is."""

    path: str
    bytes: int
    length_us: int
    """The time from its start to its end."""
    trouble: Message | None = None
    """Why it ended before it was to end; None if it is complete."""
