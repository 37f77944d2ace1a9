"""The errors of ports: those that are shown to the user, and one that the link handles itself. Pure."""

from __future__ import annotations

from app.boards.status import LinkState, LinkStatus, PortInfo
from app.errors import PinbridgeError
from app.messages.message import Message


class PortError(PinbridgeError):
    """A port cannot be used now; carries the link's status."""

    def __init__(self, state: LinkState, message: Message, choices: tuple[PortInfo, ...] = ()) -> None:
        super().__init__(message.code, **message.params)
        self.status = LinkStatus(state, message, choices)


class ChoiceError(PinbridgeError, ValueError):
    """The port that the user chose is not there any more."""


class NotTakenError(PinbridgeError):
    """The board does not accept what is sent to it; the port itself works."""

    def __init__(self) -> None:
        super().__init__("line_not_taken")
