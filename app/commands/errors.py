"""The error for wrong arguments of a command. Pure."""

from __future__ import annotations

from app.errors import PinbridgeError
from app.messages.message import Message


class CommandError(PinbridgeError):
    """The arguments of a command do not fit together, or name something that does not exist."""

    @classmethod
    def of(cls, message: Message) -> CommandError:
        """A CommandError with `message`."""
        return cls(message.code, **message.params)
