"""What goes wrong with a port: an error that is told to a person, and one that the link deals with. Pure."""

from __future__ import annotations

from app.boards.status import LinkState, LinkStatus, PortInfo
from app.errors import PinbridgeError


class PortError(PinbridgeError):
    """A port cannot be used now; carries the link's status, with a sentence for a person."""

    def __init__(self, state: LinkState, sentence: str, choices: tuple[PortInfo, ...] = ()) -> None:
        super().__init__(sentence)
        self.status = LinkStatus(state, sentence, choices)


class NotTakenError(PinbridgeError):
    """The board does not take what is sent to it; the port itself is well."""
