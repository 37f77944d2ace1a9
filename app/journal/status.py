"""Values that describe a device's part of the journal: counts, rejected lines and refused readings. Pure."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from app.messages.message import Message
from app.security.redaction import REDACTED
from app.wire.datastreams import Reason, Value
from app.wire.readings import FREE_GRAMMAR, Grammar


class JournalCounts(msgspec.Struct, frozen=True):
    """The journal's part of the ledger: how many readings a device or stream has, in total and by fate."""

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
    """A rejected line in the journal. It may be from before the program was started."""

    received_at_us: int
    text: str
    reason: Reason
    judged_by: Grammar = FREE_GRAMMAR
    """The grammar of the device, for the hint; one without datastreams if it is not known."""

    @property
    def hint(self) -> Message:
        """How to fix the line. It is made only when it is asked for."""
        if REDACTED in self.text:
            return Message("hint_token_in_line")
        from app.wire.diagnosis import hint  # here, so that the window opens sooner

        return hint(self.reason, self.text, self.judged_by)


class RejectedTarget(msgspec.Struct, frozen=True):
    """The lines for one target that were rejected in this run."""

    reason: Reason
    """The reason of the newest of these lines."""
    count: int
    received_at_us: int
    """When the newest of these lines arrived."""


class RefusedReading(msgspec.Struct, frozen=True):
    """A reading that the cloud refused, and the cloud's reason."""

    id: int
    target: str
    value: Value
    received_at_us: int
    reason: Message


class EarlierReadings(NamedTuple):
    """The readings of one device in a journal that no bench has opened yet: see `app.journal.earlier`."""

    readings: int = 0
    """All of them; those that were pruned or deleted count too."""
    last_at_us: int | None = None
    """When the newest one arrived (µs since 1970); None if the journal has none that was not pruned."""
    waiting: int = 0
    """How many are pending and meant for an account."""
    unassigned: int = 0
    """How many are pending, and arrived while the device had no server."""
