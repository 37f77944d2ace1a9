"""The interface between a cloud and the plan that decides what is sent: calls, outcomes and protocols.

Invariants: the plan uses the readings and the outcome of a call, but neither its URL nor the HTTP answer; any
`Connection` can send the calls of any `Destination`. Pure: values and protocols only.
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
    """How many of the readings are sent with their times. Each of these uses one of the day's points."""
    is_event: bool = False
    """Whether the call sends an event. It uses one of the day's events."""


class OutcomeKind(enum.StrEnum):
    """What to do with the readings of a call."""

    ACCEPT = enum.auto()
    REJECT = enum.auto()
    BACK_OFF = enum.auto()
    """Keep the readings: the cloud or the connection to it failed. The device waits and tries again."""
    PAUSE = enum.auto()
    """Keep the readings: only the user can fix the cause. The device tries again after growing waits."""
    UNKNOWN = enum.auto()
    """Keep the readings: the answer is not a known one. The lane waits and tries again."""
    LIMIT = enum.auto()
    """Keep the readings: the cloud reports a limit, of a rate or of a plan. The lane or the device waits."""
    TOO_LARGE = enum.auto()
    """Keep the readings: the call carries more than the cloud accepts at once, so the call is split."""


SERVER_ERROR = 500
"""The lowest HTTP status that reports a server error."""


class Outcome(NamedTuple):
    """The result of a call, with a message for the user and any wait that the cloud asked for."""

    kind: OutcomeKind
    message: Message = Message("call_accepted")
    retry_after_s: float = 0.0
    status: int = 0
    """The HTTP status; 0 if no answer came."""
    asks_to_wait: bool = False
    """Whether an answer of kind `BACK_OFF` asks to try later or speaks of a limit: no reading is to blame."""

    @property
    def binds_all(self) -> bool:
        """Whether no call at all may be sent during the wait after this failure.

        True if no answer came, or the cloud asks for a slower pace. After any other failure, only those wait
        that have failed: some servers answer a wrong pin with a server error (5xx) too.
        """
        return self.kind is OutcomeKind.BACK_OFF and (self.status < SERVER_ERROR or self.retry_after_s > 0)

    @property
    def sentence(self) -> Message:
        """The message as a whole sentence; that of some kinds of outcome is only a part of one."""
        if self.kind is OutcomeKind.LIMIT:
            return Message("cloud_limit_reached", answer=self.message)
        if self.kind in (OutcomeKind.UNKNOWN, OutcomeKind.TOO_LARGE):
            return Message("cloud_answers_all", answer=self.message)
        return self.message


class Connection(Protocol):
    """A connection to the cloud. It sends one call at a time, and only one thread may use it."""

    def send(self, call: Call) -> Outcome:
        """Send a call and return its outcome. A network error is an outcome too and is never raised."""

    def take_counts(self) -> tuple[int, int]:
        """Return two counts, and reset both to 0.

        The first count is the requests sent; the second is those of them that the cloud may have counted as
        messages.
        """

    def close(self) -> None:
        """Close the connection."""


class Destination(Protocol):
    """The cloud account of a device. It builds calls that carry readings, and connections that send calls."""

    @property
    def max_points(self) -> int:
        """The maximum number of readings in one set."""

    @property
    def batch_room(self) -> int:
        """The maximum size of a batch. Its size is the sum of `batched_size` over its readings."""

    def connect(self) -> Connection:
        """Make a new connection for the calling thread."""

    def single(self, reading: Reading, now_us: int) -> Call:
        """The call that sends one reading, at the Unix time `now_us` in microseconds."""

    def batched_size(self, pin: int, reading: Reading) -> int | None:
        """The size of `reading` in a batch, in the unit of `batch_room`; None if no batch can carry it."""

    def batch(self, members: Sequence[tuple[int, Reading]]) -> Call:
        """The call that sends one reading for each of several pins. Each member is a pin and its reading."""

    def timestamped(self, pin: int, readings: Sequence[Reading], after_ms: int) -> tuple[Call, int]:
        """Build the call that sends readings of `pin` with their times.

        Returns the call and the last timestamp in it. The call carries as many of `readings` as fit, from the
        first one on. Timestamps are Unix milliseconds and strictly increase. They are later than `after_ms`,
        unless the clock was set back by a minute or more.
        """
