"""What the boards say of themselves, as values: their ports, links, consoles and recordings. Pure."""

from __future__ import annotations

import enum
from typing import NamedTuple

import msgspec

from app.messages.message import Message
from app.wire.readings import Verdict


class LinkState(enum.StrEnum):
    """How a board's port is doing."""

    CLOSED = "closed"
    NO_SUCH_PORT = "no_such_port"
    AMBIGUOUS = "ambiguous"
    """Two boards could be meant: the status has them as `choices`."""
    BUSY = "busy"
    NO_PERMISSION = "no_permission"
    OPEN = "open"
    """It has only just been opened: nothing can be said of the board yet."""
    SILENT = "silent"
    NO_LINE_ENDS = "no_line_ends"
    NONE_GOOD = "none_good"
    UNREADABLE = "unreadable"
    GOOD = "good"
    RELEASED = "released"
    """The port is left to another program, and taken back after it."""
    ENDED = "ended"
    """A simulated or replayed board that has said all it had to say."""


class PortInfo(NamedTuple):
    """A serial port of this computer."""

    device: str
    """The system's name: `COM5`, `/dev/ttyACM0`."""
    description: str
    vid_pid: str
    """`2341:0043`; empty where it is no USB port."""
    serial_number: str
    location: str

    @property
    def port(self) -> str:
        """What to write into a bench file: the board by its serial number or its place, else the port."""
        if self.vid_pid and self.serial_number:
            return f"usb:{self.vid_pid}:{self.serial_number}"
        return self.place or self.device

    @property
    def place(self) -> str:
        """The board by its place on the bus; empty where the system does not tell it."""
        return f"usb:{self.vid_pid}@{self.location}" if self.vid_pid and self.location else ""

    @property
    def hwid(self) -> str:
        """The USB identity for a person; empty where it is no USB port."""
        return " ".join(filter(None, (self.vid_pid, self.serial_number)))


class LinkStatus(msgspec.Struct, frozen=True):
    """A port's state and the message about it."""

    state: LinkState = LinkState.CLOSED
    message: Message | None = None
    choices: tuple[PortInfo, ...] = ()
    """The boards that could be meant; a person chooses one."""


class ConsoleLine(msgspec.Struct, frozen=True):
    """A line as the console shows it; numbers count from 1 for each device and run."""

    number: int
    received_at_us: int
    verdict: Verdict


class RecordingStatus(msgspec.Struct, frozen=True):
    """A raw session that is being written."""

    path: str
    bytes: int
