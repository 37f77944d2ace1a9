"""The errors of ports. The user sees all of them, except `NotTakenError`, which `outbound` handles.

This module is pure: it does no I/O.
"""

from __future__ import annotations

from app.boards.status import LinkState, LinkStatus, PortInfo
from app.errors import PinbridgeError
from app.messages.message import Message


class PortError(PinbridgeError):
    """A port cannot be used now. `status` is the status to report; the message in it says why."""

    def __init__(self, state: LinkState, message: Message, choices: tuple[PortInfo, ...] = ()) -> None:
        super().__init__(message.code, **message.params)
        self.status = LinkStatus(state, message, choices)


class ChoiceError(PinbridgeError, ValueError):
    """The port that the user chose no longer exists."""


class NotTakenError(PinbridgeError):
    """The board does not accept the bytes sent to it, although its port works."""

    def __init__(self) -> None:
        super().__init__("line_not_taken")
