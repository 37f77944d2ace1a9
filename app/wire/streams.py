"""Streams: the readings of one target of one device, numbered without gaps, and what became of each.

Invariants: a stream's first reading has seq 1; a run covers readings of one stream and one fate; a reading
that no run covers is pending.
"""

from __future__ import annotations

import enum
from typing import NamedTuple

from app.wire.datastreams import Value

END = 2**62
"""Beyond every seq."""


class Fate(enum.StrEnum):
    """What became of a reading."""

    FORWARDED = "forwarded"
    SUPERSEDED = "superseded"
    REFUSED = "refused"
    EXPIRED = "expired"
    PENDING = "pending"


class Reading(NamedTuple):
    """One accepted line as the journal holds it."""

    id: int
    """Order of arrival over the whole journal."""
    stream: int
    seq: int
    target: str
    value: Value
    received_at_us: int
    """Microseconds since 1970, UTC."""


class Run(NamedTuple):
    """Readings `first`…`last` (both included) of a stream share a fate and its reason."""

    stream: int
    first: int
    last: int
    fate: Fate
    reason: str = ""
    """The message that says why, as `app.messages.stored` encodes it; empty for none."""


class Newest(NamedTuple):
    """The newest pending reading of a stretch of a stream, and which stretches of older ones are pending."""

    reading: Reading | None
    older: list[tuple[int, int]]
    """First and last seqs."""


class Usage(NamedTuple):
    """How much of a budget has been used in a period."""

    budget: str
    period: str
    used: int


class StreamExtent(NamedTuple):
    """A stream as the forwarder sees it: where it ends now, and how much of it is not settled."""

    stream: int
    target: str
    next_seq: int
    pending: int
    held: int
    """How many of the pending wait for a person's word."""
    resent: int
    """How many of the pending were refused and go once more, before all others and outside their order."""
    generation: int
    """Grows when older readings have become pending behind what was read: read the stream from seq 1 again,
    and leave out what is in flight or answered and not settled yet."""


def pin_of(target: str) -> int | None:
    """The virtual pin of `v1` and `v1.label`; None for `ds7`."""
    return None if target.startswith("ds") else int(target.partition(".")[0][1:])
