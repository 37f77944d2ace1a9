"""What a device's way to the cloud says of itself, as values. Pure."""

from __future__ import annotations

import enum

import msgspec

from app.messages.message import Message


class CloudState(enum.StrEnum):
    """How a device's road to the cloud is doing."""

    OFF = "off"
    """No server is set, or the bridge has not been started."""
    IDLE = "idle"
    SENDING = "sending"
    WAITING = "waiting"
    """A call failed for a reason that passes; it is repeated by itself."""
    PAUSED = "paused"
    """A person is needed: the sentence says for what."""


class CloudStatus(msgspec.Struct, frozen=True):
    """A forwarder's state and the message about it."""

    state: CloudState = CloudState.OFF
    message: Message = Message("no_server")
    requests: int = 0
    last_success_us: int | None = None
    sendable: int = 0
    """Readings that wait and are not held."""
    forecast: tuple[Message, ...] = ()
    """Until when the month's messages and the day's points last; empty where there is no budget."""
    messages_left: int | None = None
    """Of this month; None where there is no budget."""
    warnings: tuple[Message, ...] = ()
    """What a person should know though all is well now: more comes in than may go out, a reading blocks its
    lane, readings become too old for the cloud."""
