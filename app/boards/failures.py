"""How a port fails, and what that is called in the words of the person at the bench.

Invariants: every way in which a port can fail to open is told as a PortError with a state and a sentence.
"""

from __future__ import annotations

import errno
import sys

from app.status import LinkState, LinkStatus, PortInfo

try:
    from termios import error as _TermiosError  # noqa: N812 - the module's own name is lower case
except ImportError:  # Windows has no termios
    _TermiosError = OSError  # type: ignore[assignment,misc]

PORT_FAILURES = (OSError, _TermiosError)
"""What a port raises when it goes away; SerialException is an OSError, termios.error is not."""


class PortError(Exception):
    """A port cannot be used now; carries the link's status, with a sentence for a person."""

    def __init__(self, state: LinkState, sentence: str, choices: tuple[PortInfo, ...] = ()) -> None:
        super().__init__(sentence)
        self.status = LinkStatus(state, sentence, choices)


def explain(name: str, error: Exception) -> PortError:
    """What an error at opening means, in the words of the person at the bench."""
    number = getattr(error, "errno", None)
    text = str(error)
    if number == errno.EACCES and sys.platform != "win32":
        return PortError(
            LinkState.NO_PERMISSION,
            f"{name} is there, but this user may not open it: run 'sudo usermod -aG dialout $USER', "
            "then log out and in again.",
        )
    busy = number in (errno.EBUSY, errno.EAGAIN, errno.EACCES) or "exclusively lock" in text
    if busy or "PermissionError" in text:
        return PortError(
            LinkState.BUSY, f"{name} is in use by another program: close its serial monitor or plotter."
        )
    if number == errno.ECONNREFUSED or name.startswith("socket://"):
        return PortError(LinkState.NO_SUCH_PORT, f"Nothing answers at {name}: start the board's server.")
    return PortError(LinkState.NO_SUCH_PORT, f"There is no port {name}: plug the board in.")
