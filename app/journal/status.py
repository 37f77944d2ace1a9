"""What the journal says of a device, as values: its counts, rejected lines and refused readings. Pure."""

from __future__ import annotations

import msgspec

from app.messages.message import Message
from app.wire.datastreams import Reason, Value


class JournalCounts(msgspec.Struct, frozen=True):
    """The journal's part of the ledger, for a device or a stream."""

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
    """One of the newest rejected lines of all runs."""

    received_at_us: int
    text: str
    reason: Reason
    hint: Message


class RefusedReading(msgspec.Struct, frozen=True):
    """A reading that the cloud has refused, with its reason."""

    id: int
    target: str
    value: Value
    received_at_us: int
    reason: Message
