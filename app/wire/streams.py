"""Streams: a stream consists of the readings of one target of one device, numbered without gaps.

Invariants: the first reading of a stream has seq 1; a reading has at most one fate; all readings of a run
belong to one stream and share their fate; a reading that is in no run has no fate yet: it is pending.
"""

from __future__ import annotations

import enum
from typing import NamedTuple

from app.messages.message import Message
from app.wire.datastreams import Value

EVENT = "event."
"""How the target of an event begins; the code of the event follows."""
END = 2**62
"""A number greater than the seq of any reading."""


class Fate(enum.StrEnum):
    """What became of a reading; `PENDING` stands for "nothing yet"."""

    FORWARDED = "forwarded"
    SUPERSEDED = "superseded"
    REFUSED = "refused"
    EXPIRED = "expired"
    PENDING = "pending"


class Reading(NamedTuple):
    """One reading as the journal holds it."""

    id: int
    """The place of the reading in the order of arrival, counted over the whole journal."""
    stream: int
    seq: int
    target: str
    value: Value
    received_at_us: int
    """Microseconds since 1970, UTC."""


class Run(NamedTuple):
    """The readings `first` to `last` (inclusive) of a stream; all have the same fate for the same reason."""

    stream: int
    first: int
    last: int
    fate: Fate
    reason: str = ""
    """The message that explains the fate, as `app.messages.stored` encodes it; empty if there is none."""


class Newest(NamedTuple):
    """The pending readings in a part of a stream: the newest one, and the seq ranges of the others."""

    reading: Reading | None
    """None if there is no pending reading that can be read."""
    older: list[tuple[int, int]]
    """The first and the last seq of each range."""


class Usage(NamedTuple):
    """How much of a budget of messages or points has been used in a period."""

    budget: str
    period: str
    used: int


class StreamExtent(NamedTuple):
    """How far a stream reaches, for the forwarder: its next seq, and how many readings are pending."""

    stream: int
    target: str
    next_seq: int
    pending: int
    held: int
    """How many of the pending readings wait for the user's decision."""
    resent: int
    """How many of the pending readings were refused before. They are sent before all others, out of order."""
    generation: int
    """Grows when readings that the forwarder may have read are deleted or become pending again. The forwarder
    then reads the stream again from seq 1, but leaves out readings that it is sending, and readings that the
    cloud has answered but whose fate is not in the journal yet."""
    superseded: int = 0
    refused: int = 0
    expired: int = 0


class UnwrittenReadings(NamedTuple):
    """The accepted readings of a device that are not in the journal yet. A crash would lose them."""

    readings: int = 0
    reason: Message | None = None
    """Why they cannot be written at present; None if they are being written, which takes milliseconds."""


ALL_WRITTEN = UnwrittenReadings()


def pin_of(target: str) -> int | None:
    """The virtual pin of a target such as `v1` or `v1.label`; None for `ds7` and for an event."""
    return int(target.partition(".")[0][1:]) if target.startswith("v") else None


def is_event(target: str) -> bool:
    """Whether a target is an event, such as `event.overheat`."""
    return target.startswith(EVENT)
