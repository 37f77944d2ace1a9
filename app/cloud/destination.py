"""The interface between the plan and a cloud: calls, outcomes, and the protocols of a destination.

Invariants: the plan sees which readings a call carries and its outcome, but neither URLs nor status texts; a
call can be sent through any `Connection`, not only through one that its destination made. Pure: values and
protocols only.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from app.messages.message import Message
from app.wire.streams import Reading


class Call(NamedTuple):
    """One HTTP request and the readings that it carries. It contains no token."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    body: bytes | None
    readings: tuple[Reading, ...]
    points: int = 0
    """How many of the readings are sent with their times: each uses one of the day's points."""


class OutcomeKind(enum.StrEnum):
    """What to do with the readings of a call."""

    ACCEPT = enum.auto()
    REJECT = enum.auto()
    BACK_OFF = enum.auto()
    """Keep: the cloud or the connection to it fails. The device waits and tries again."""
    PAUSE = enum.auto()
    """Keep: only the user can fix it. The device probes every five minutes."""
    UNKNOWN = enum.auto()
    """Keep: the answer is not a known one. The lane waits and tries again."""
    TOO_LARGE = enum.auto()
    """Keep: the call carries more than the cloud accepts at once. It is split."""


class Outcome(NamedTuple):
    """The result of a call, with a message for the user and the wait that the cloud asked for."""

    kind: OutcomeKind
    message: Message = Message("call_accepted")
    retry_after_s: float = 0.0
    status: int = 0
    """The HTTP status; 0 if no answer came."""


class Connection(Protocol):
    """Sends calls, one at a time, for one thread."""

    def send(self, call: Call) -> Outcome:
        """Send a call and give its outcome. Network errors are outcomes too and are never raised."""

    def take_counts(self) -> tuple[int, int]:
        """The number of requests since the last call, and how many of them may count as messages."""

    def close(self) -> None:
        """Close it."""


class Destination(Protocol):
    """The cloud account that a device's readings are sent to: makes calls, and connections to send them."""

    @property
    def max_points(self) -> int:
        """How many readings one timestamped call may carry."""

    @property
    def batch_room(self) -> int:
        """The size that a batch may have, in the unit of `batched_size`."""

    def connect(self) -> Connection:
        """A new connection, for the calling thread."""

    def single(self, reading: Reading) -> Call:
        """The call that sends one reading."""

    def batched_size(self, pin: int, reading: Reading) -> int | None:
        """The size of a reading in a batch, as a value of `pin`; None if it cannot be part of one."""

    def batch(self, members: Sequence[tuple[int, Reading]]) -> Call:
        """The call that sends readings of several pins at once, at most one of each pin."""

    def timestamped(self, pin: int, readings: Sequence[Reading], after_ms: int) -> tuple[Call, int]:
        """The call that sends a pin's readings with their times, and the last timestamp in it.

        It carries as many of `readings` as fit, from the first one on. Timestamps are Unix milliseconds,
        strictly increasing and later than `after_ms`.
        """
