"""The status of forwarding for one device. Pure."""

from __future__ import annotations

import enum

import msgspec

from app.messages.message import Message


class CloudState(enum.StrEnum):
    """The state of forwarding for one device."""

    OFF = "off"
    """No server is set, or forwarding has not been started."""
    IDLE = "idle"
    SENDING = "sending"
    WAITING = "waiting"
    """A call failed for a reason that should pass by itself. The device tries again automatically."""
    PAUSED = "paused"
    """Only the user can fix the cause of a failure, or a budget is nearly or fully used up. The message says
    which of these it is."""


class Tally:
    """What the forwarders of one device have done since the program was started.

    A device has one forwarder after another if its settings change; only one of them sends calls at a time.
    """

    def __init__(self) -> None:
        self.requests = 0
        self.last_success_us: int | None = None
        """When a call was last accepted, in microseconds since 1970, UTC; None if none was."""


class Trend(enum.StrEnum):
    """How the delay between the arrival of readings and their sending changes."""

    STEADY = "steady"
    """It stays about the same, or is not known yet."""
    GROWING = "growing"
    SHRINKING = "shrinking"


class CloudStatus(msgspec.Struct, frozen=True):
    """The state of one device's forwarder, with a message for the user, counts, forecasts and warnings."""

    state: CloudState = CloudState.OFF
    message: Message = Message("no_server")
    requests: int = 0
    last_success_us: int | None = None
    sendable: int = 0
    """How many readings are pending and not held."""
    forecast: tuple[Message, ...] = ()
    """How long the month's messages and the day's points last; empty if there is no budget."""
    messages_left: int | None = None
    """Messages left this month; None if there is no budget."""
    warnings: tuple[Message, ...] = ()
    """Problems that do not stop the device: more readings come in than may be sent, a lane fails while others
    work, or readings become too old for the cloud."""
    can_skip: bool = False
    """Whether a reading blocks its lane, so that the user may skip it."""
    is_blocked: bool = False
    """Whether all readings that wait are in lanes that have failed for a while, and wait for the next try."""
    notes: tuple[Message, ...] = ()
    """What the user may want to know, but what is no problem."""
    behind_s: float = 0.0
    """How long the oldest reading that waits, and is not held, has been waiting. It is rounded, so that it
    can be read. 0 if readings are sent soon after they come in."""
    trend: Trend = Trend.STEADY
    """Whether `behind_s` grows; while nothing can be sent, whether more and more readings wait."""
    expired: int = 0
    """How many readings have become too old for the cloud since the start; discarded ones do not count."""
