"""What a bench says of itself: immutable snapshots for the window and the ledger, values alone.

Invariants: readings = forwarded + superseded + refused + expired + pending, `held` being a part of pending;
lines is the sum of their fates; no snapshot holds a token.
"""

from __future__ import annotations

import enum
from typing import Any, NamedTuple

import msgspec

from app.wire.batches import LineCounts
from app.wire.datastreams import Reason, Value
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


class CloudState(enum.StrEnum):
    """How a device's road to the cloud is doing."""

    OFF = "off"
    """No server is set, or the bridge has not been started."""
    IDLE = "idle"
    SENDING = "sending"
    WAITING = "waiting"
    """A call failed for a reason that passes; it is repeated by itself."""
    PAUSED = "paused"
    """A person is needed: the sentence says for what."""


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
    """A port's state and the one plain sentence about it."""

    state: LinkState = LinkState.CLOSED
    sentence: str = ""
    choices: tuple[PortInfo, ...] = ()
    """The boards that could be meant; a person chooses one."""


class CloudStatus(msgspec.Struct, frozen=True):
    """A forwarder's state and the one plain sentence about it."""

    state: CloudState = CloudState.OFF
    sentence: str = "No server is set: readings are kept in the journal and not sent."
    requests: int = 0
    last_success_us: int | None = None
    sendable: int = 0
    """Readings that wait and are not held."""
    forecast: str = ""
    """Until when the month's messages and the day's points last; empty where there is no budget."""
    messages_left: int | None = None
    """Of this month; None where there is no budget."""
    warning: str = ""
    """What a person should know though all is well now: more comes in than may go out, a reading blocks its
    lane, readings become too old for the cloud."""


class JournalCounts(msgspec.Struct, frozen=True):
    """A device's or a stream's side of the ledger that the journal keeps."""

    readings: int = 0
    forwarded: int = 0
    superseded: int = 0
    refused: int = 0
    expired: int = 0
    pending: int = 0
    held: int = 0

    def __add__(self, other: JournalCounts) -> JournalCounts:
        pairs = zip(msgspec.structs.astuple(self), msgspec.structs.astuple(other), strict=True)
        return JournalCounts(*(mine + theirs for mine, theirs in pairs))


class DatastreamStatus(msgspec.Struct, frozen=True):
    """One row of the datastream table."""

    target: str
    name: str
    unit: str
    color: str
    """`#RRGGBB` from the bench file; empty where it names none."""
    value: Value | None
    received_at_us: int | None
    counts: JournalCounts


class RecordingStatus(msgspec.Struct, frozen=True):
    """A raw session that is being written."""

    path: str
    bytes: int


class DeviceStatus(msgspec.Struct, frozen=True):
    """One device at one instant."""

    name: str
    port: str
    server: str
    link: LinkStatus
    cloud: CloudStatus
    lines: LineCounts
    lost_bytes: int
    reconnects: int
    counts: JournalCounts
    datastreams: tuple[DatastreamStatus, ...]
    orphan: bool = False
    """The device has left the bench file; the journal still holds readings of it."""
    recording: RecordingStatus | None = None
    reasons: tuple[tuple[Reason, int], ...] = ()
    """How many lines were rejected for each reason, in all runs; the most frequent first."""


class BenchStatus(msgspec.Struct, frozen=True):
    """A whole bench at one instant."""

    name: str
    devices: tuple[DeviceStatus, ...]
    journal: str
    """Path of the journal."""
    at_us: int
    warnings: tuple[str, ...] = ()


class ConsoleLine(msgspec.Struct, frozen=True):
    """A line as the console shows it; numbers count from 1 for each device and run."""

    number: int
    received_at_us: int
    verdict: Verdict


class RejectedLine(msgspec.Struct, frozen=True):
    """One of the last lines, of all runs, that were no good."""

    received_at_us: int
    text: str
    reason: Reason
    hint: str


class RefusedReading(msgspec.Struct, frozen=True):
    """A reading that the cloud did not take, with the cloud's reason."""

    id: int
    target: str
    value: Value
    received_at_us: int
    reason: str


def ledger(status: BenchStatus) -> dict[str, Any]:
    """The ledger that `run --json` prints, of the shape that the README describes."""
    return {"bench": status.name, "devices": [_device_ledger(device) for device in status.devices]}


def _device_ledger(device: DeviceStatus) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "name": device.name,
        "run": {
            "lines": device.lines.lines,
            **msgspec.structs.asdict(device.lines),
            "lost_bytes": device.lost_bytes,
            "requests": device.cloud.requests,
            "reconnects": device.reconnects,
        },
        "journal": msgspec.structs.asdict(device.counts),
    }
    if device.orphan:
        entry["orphan"] = True
    return entry
