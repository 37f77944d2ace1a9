"""What goes wrong with a port: an error that is told to a person, and one that the link deals with. Pure."""

from __future__ import annotations

from app.boards.status import LinkState, LinkStatus, PortInfo
from app.errors import PinbridgeError
from app.messages.message import Message


class PortError(PinbridgeError):
    """A port cannot be used now; carries the link's status."""

    def __init__(self, state: LinkState, message: Message, choices: tuple[PortInfo, ...] = ()) -> None:
        super().__init__(message.code, **message.params)
        self.status = LinkStatus(state, message, choices)


class NotTakenError(PinbridgeError):
    """The board does not take what is sent to it; the port itself works."""

    def __init__(self) -> None:
        super().__init__("line_not_taken")
