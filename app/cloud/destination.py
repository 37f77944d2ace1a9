"""The seam between the plan and a cloud: what the one knows of the other.

Invariants: the plan sees which readings a call carries and what became of it, never how the cloud spells
either; a call can be carried by another connection than the one that the destination makes. Pure: the values
and protocols alone.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from app.messages.message import Message
from app.wire.streams import Reading


class Call(NamedTuple):
    """One HTTP request and the readings that it carries. It holds no token."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    body: bytes | None
    readings: tuple[Reading, ...]
    points: int = 0
    """How many of the readings go with their times, which a day's points are counted by."""


class OutcomeKind(enum.StrEnum):
    """What to do with the readings of a call."""

    ACCEPT = enum.auto()
    REJECT = enum.auto()
    BACK_OFF = enum.auto()
    """Keep: the cloud or the way to it is unwell; the device waits and tries again."""
    PAUSE = enum.auto()
    """Keep: a person is needed; the device probes once in five minutes."""
    UNKNOWN = enum.auto()
    """Keep: an answer that says nothing known; the lane waits and tries again."""
    TOO_LARGE = enum.auto()
    """Keep: the call carries more than the cloud takes at once; it goes in parts."""


class Outcome(NamedTuple):
    """What became of a call, with a message for the user and the wait that the cloud asked for."""

    kind: OutcomeKind
    message: Message = Message("call_accepted")
    retry_after_s: float = 0.0
    status: int = 0
    """The HTTP status; 0 where no answer came."""


class Connection(Protocol):
    """Carries calls, one at a time, for one thread."""

    def send(self, call: Call) -> Outcome:
        """Send a call and tell what became of it; never raises for what a network can do."""

    def take_counts(self) -> tuple[int, int]:
        """Requests since the last time, and how many of them the cloud may have counted as messages."""

    def close(self) -> None:
        """Close it."""


class Destination(Protocol):
    """Where a device's readings go: how calls to it are made, and who carries them."""

    @property
    def max_points(self) -> int:
        """How many readings a call may carry with their times."""

    @property
    def batch_room(self) -> int:
        """How much a batch may hold, measured as `batched_size` measures."""

    def connect(self) -> Connection:
        """A connection for the thread that calls."""

    def single(self, reading: Reading) -> Call:
        """The call that brings one reading."""

    def batched_size(self, pin: int, reading: Reading) -> int | None:
        """How much of a batch's room a reading takes as a value of `pin`; None where it cannot share one."""

    def batch(self, members: Sequence[tuple[int, Reading]]) -> Call:
        """The call that brings readings of several pins at once, each pin once."""

    def timestamped(self, pin: int, readings: Sequence[Reading], after_ms: int) -> tuple[Call, int]:
        """The call that brings the first of a pin's readings with their times, and the last stamp.

        As many as fit. Stamps are Unix milliseconds, and strictly increase from `after_ms` on.
        """
