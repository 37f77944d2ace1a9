"""The status of a device's way to the cloud, as values. Pure."""

from __future__ import annotations

import enum

import msgspec

from app.messages.message import Message


class CloudState(enum.StrEnum):
    """The state of a device's way to the cloud."""

    OFF = "off"
    """No server is set, or forwarding has not been started."""
    IDLE = "idle"
    SENDING = "sending"
    WAITING = "waiting"
    """A call failed for a reason that passes by itself. It is repeated automatically."""
    PAUSED = "paused"
    """It does not go on until the user acts or a budget's next period begins: the message says which."""


class CloudStatus(msgspec.Struct, frozen=True):
    """A forwarder's state and the message about it."""

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
    """Trouble that does not stop the device: more comes in than may be sent, a reading blocks its lane,
    readings become too old for the cloud."""
