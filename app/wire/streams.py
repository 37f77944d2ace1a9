"""Streams: a stream is the readings of one target of one device, numbered without gaps, each with its fate.

Invariants: the first reading of a stream has seq 1; a run covers readings of one stream with one fate; a
reading that no run covers is pending.
"""

from __future__ import annotations

import enum
from typing import NamedTuple

from app.wire.datastreams import Value

END = 2**62
"""A number greater than the seq of any reading."""


class Fate(enum.StrEnum):
    """What became of a reading."""

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
    """Readings `first` to `last` (inclusive) of a stream, which share a fate and its reason."""

    stream: int
    first: int
    last: int
    fate: Fate
    reason: str = ""
    """The message that says why, as `app.messages.stored` encodes it; empty if there is none."""


class Newest(NamedTuple):
    """The newest pending reading in a range of a stream, and the ranges of the older pending readings."""

    reading: Reading | None
    older: list[tuple[int, int]]
    """The first and the last seq of each range."""


class Usage(NamedTuple):
    """How much of a budget has been used in a period."""

    budget: str
    period: str
    used: int


class StreamExtent(NamedTuple):
    """What the forwarder needs to know of a stream: where it ends, and how much of it is not settled."""

    stream: int
    target: str
    next_seq: int
    pending: int
    held: int
    """How many of the pending readings wait for the user's decision."""
    resent: int
    """How many of the pending readings were refused before; they are sent again first, out of order."""
    generation: int
    """Grows when readings that the forwarder may have read are deleted or become pending again. The forwarder
    then reads the stream from seq 1, without readings that are in flight, or answered but not settled yet."""


def pin_of(target: str) -> int | None:
    """The virtual pin of a target such as `v1` or `v1.label`; None for `ds7`."""
    return None if target.startswith("ds") else int(target.partition(".")[0][1:])
