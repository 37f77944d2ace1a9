"""The status of a bench: immutable snapshots for the window and the ledger. Pure.

The status types of boards, cloud and journal can be imported from here too, because the window must not
import from those packages.

Invariants: readings = forwarded + superseded + refused + expired + pending; `held` is a part of `pending`.
lines = accepted + rejected + comments + blank + partial. No snapshot holds a token.
"""

from __future__ import annotations

from typing import Any

import msgspec

from app.boards.status import AcceptedLine as AcceptedLine
from app.boards.status import BaudSearchStatus as BaudSearchStatus
from app.boards.status import ConsoleLine as ConsoleLine
from app.boards.status import EndedRecording as EndedRecording
from app.boards.status import LinkState as LinkState
from app.boards.status import LinkStatus as LinkStatus
from app.boards.status import PortInfo as PortInfo
from app.boards.status import RawBytes as RawBytes
from app.boards.status import RecordingStatus as RecordingStatus
from app.boards.status import SearchState as SearchState
from app.boards.status import SentLine as SentLine
from app.boards.status import addresses as addresses
from app.cloud.status import CloudState as CloudState
from app.cloud.status import CloudStatus as CloudStatus
from app.cloud.status import Trend as Trend
from app.journal.export.form import FileKind as FileKind
from app.journal.export.form import Form as Form
from app.journal.export.form import Layout as Layout
from app.journal.export.form import Selection as Selection
from app.journal.export.form import TimeForm as TimeForm
from app.journal.status import EarlierReadings as EarlierReadings
from app.journal.status import JournalCounts as JournalCounts
from app.journal.status import RefusedReading as RefusedReading
from app.journal.status import RejectedLine as RejectedLine
from app.journal.status import RejectedTarget as RejectedTarget
from app.messages.message import Message
from app.security.redaction import REDACTED as REDACTED
from app.wire.counts import LineCounts
from app.wire.datastreams import Datastream, LineStyle, Reason, Value
from app.wire.streams import ALL_WRITTEN
from app.wire.streams import UnwrittenReadings as UnwrittenReadings


class Refusal(msgspec.Struct, frozen=True):
    """Refused readings of a device that were refused for one reason, and wait for the user's decision."""

    targets: tuple[str, ...]
    count: int
    reason: Message
    """The cloud's words, or why else they are refused."""
    fix: Message
    """A sentence that says what to do."""

    @property
    def sentence(self) -> Message:
        """The fix, the number of readings and the reason in one text."""
        return Message("readings_refused_why", fix=self.fix, count=self.count, reason=self.reason)


class DatastreamStatus(msgspec.Struct, frozen=True):
    """The status of one datastream: one row of a table in the window."""

    target: str
    name: str
    unit: str
    color: str
    """`#RRGGBB` from the bench file; empty if the file sets no color."""
    line_style: LineStyle
    value: Value | None
    received_at_us: int | None
    counts: JournalCounts
    rejected: RejectedTarget | None = None
    """The lines for this target that were rejected in this run; None if there are none."""
    only_changes: bool = False
    """Whether `min_change` leaves out readings that have not changed."""
    beyond_at_us: int | None = None
    """When the last number outside `min`…`max` came that was rejected or clamped; None: none in this run."""


class ReplayStatus(msgspec.Struct, frozen=True):
    """The position of a recording that is only shown: nothing of it is kept in a journal or forwarded."""

    position_us: int
    """The time from its start."""
    length_us: int


class DeviceStatus(msgspec.Struct, frozen=True):
    """The status of one device at one instant."""

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
    """Whether the device is no longer in the bench file, but still has readings in the journal."""
    recording: RecordingStatus | None = None
    recorded: EndedRecording | None = None
    """The newest recording of this run, if it has ended."""
    reasons: tuple[tuple[Reason, int], ...] = ()
    """Each reason with the number of lines rejected for it, also in earlier runs of the program. The most
    frequent reason is first."""
    announced: tuple[Datastream, ...] = ()
    """The datastreams that the board has announced in comments (see `app.wire.announced`)."""
    kept: int = 0
    """How many readings the journal still has: `counts` includes those that were pruned or deleted, too."""
    refusals: tuple[Refusal, ...] = ()
    """The refused readings about which the user can still decide, by reason. `counts.refused` counts refused
    readings that were pruned, too."""
    baud_search: BaudSearchStatus | None = None
    """The last search for the board's baud rate; None if the rate was set otherwise since."""
    unwritten: UnwrittenReadings = ALL_WRITTEN
    """The accepted readings that are not in the journal yet, so that `counts` does not count them. They are
    lost if the program ends while they cannot be written, and stay here if the bench has stopped without
    them."""
    replay: ReplayStatus | None = None
    """Set if the device is a recording that is only shown. Its readings are those up to the position."""


class BenchStatus(msgspec.Struct, frozen=True):
    """The status of a whole bench at one instant."""

    name: str
    devices: tuple[DeviceStatus, ...]
    journal: str
    """The path of the journal."""
    at_us: int
    warnings: tuple[Message, ...] = ()
    started_at_us: int | None = None
    """When this run was started (µs since 1970, UTC); None before that, and for recordings."""


def ledger(status: BenchStatus) -> dict[str, Any]:
    """The ledger as `run --json` prints it; app/journal/README.md describes it."""
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
