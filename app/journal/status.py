"""What the journal says of a device, as values: its counts, rejected lines and refused readings. Pure."""

from __future__ import annotations

import msgspec

from app.messages.message import Message
from app.wire.datastreams import Reason, Value


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


class RejectedLine(msgspec.Struct, frozen=True):
    """One of the last lines, of all runs, that were no good."""

    received_at_us: int
    text: str
    reason: Reason
    hint: Message


class RefusedReading(msgspec.Struct, frozen=True):
    """A reading that the cloud did not take, with the cloud's reason."""

    id: int
    target: str
    value: Value
    received_at_us: int
    reason: Message
