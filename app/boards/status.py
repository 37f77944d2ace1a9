"""The values that describe boards: their ports, links, console lines and recordings. Pure."""

from __future__ import annotations

import enum
from typing import NamedTuple

import msgspec

from app.messages.message import Message
from app.wire.readings import Verdict


class LinkState(enum.StrEnum):
    """The state of a board's port. `app.boards.health` tells the states of an open one apart."""

    CLOSED = "closed"
    NO_SUCH_PORT = "no_such_port"
    AMBIGUOUS = "ambiguous"
    """Several boards could be meant: the status has them as `choices`."""
    BUSY = "busy"
    NO_PERMISSION = "no_permission"
    OPEN = "open"
    """Open, but too little has come yet to judge the board."""
    SILENT = "silent"
    NO_LINE_ENDS = "no_line_ends"
    NONE_GOOD = "none_good"
    UNREADABLE = "unreadable"
    GOOD = "good"
    RELEASED = "released"
    """The port is left to another program, and is taken back when that is done."""
    ENDED = "ended"
    """A replay has been played to its end."""


class PortInfo(NamedTuple):
    """A serial port of this computer."""

    device: str
    """The system's name: `COM5`, `/dev/ttyACM0`."""
    description: str
    vid_pid: str
    """`2341:0043`; empty if it is not a USB port."""
    serial_number: str
    location: str

    @property
    def port(self) -> str:
        """What to write into a bench file: the board by its serial number or its place, or else the port."""
        if self.vid_pid and self.serial_number:
            return f"usb:{self.vid_pid}:{self.serial_number}"
        return self.place or self.device

    @property
    def place(self) -> str:
        """The board by its place on the USB bus; empty if the system does not say."""
        return f"usb:{self.vid_pid}@{self.location}" if self.vid_pid and self.location else ""

    @property
    def hwid(self) -> str:
        """The USB identity for display; empty if it is not a USB port."""
        return " ".join(filter(None, (self.vid_pid, self.serial_number)))


class LinkStatus(msgspec.Struct, frozen=True):
    """A port's state and the message about it."""

    state: LinkState = LinkState.CLOSED
    message: Message | None = None
    choices: tuple[PortInfo, ...] = ()
    """The boards that could be meant; the user chooses one."""


class ConsoleLine(msgspec.Struct, frozen=True):
    """A line as the console shows it; numbers count from 1 for each device and run."""

    number: int
    received_at_us: int
    verdict: Verdict


class RecordingStatus(msgspec.Struct, frozen=True):
    """A recording that is being written."""

    path: str
    bytes: int
