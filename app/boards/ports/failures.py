"""How a port fails, and what that is called in the words of the person at the bench.

Invariants: every way in which a port can fail to open is told as a PortError with a state and a sentence.
"""

from __future__ import annotations

import errno
import sys
from collections.abc import Sequence

from app.boards.errors import PortError
from app.boards.ports.holders import Holder, is_ours
from app.boards.ports.permission import fix
from app.boards.status import LinkState
from app.messages.message import verbatim

try:
    from termios import error as _TermiosError  # noqa: N812 - the module's own name is lower case
except ImportError:  # Windows has no termios
    _TermiosError = OSError  # type: ignore[assignment,misc]

PORT_FAILURES = (OSError, _TermiosError)
"""What a port raises when it goes away; SerialException is an OSError, termios.error is not."""


def explain(name: str, error: Exception, holders: Sequence[Holder] = ()) -> PortError:
    """What an error at opening means, in the words of the person at the bench.

    `holders` are the programs that have the port open, where the system tells.
    """
    number = _number(error)
    text = str(error)
    if name.startswith("socket://"):
        return PortError(
            LinkState.NO_SUCH_PORT, verbatim(f"Nothing answers at {name}: start the board's server.")
        )
    if number == errno.EACCES and sys.platform != "win32":
        return PortError(
            LinkState.NO_PERMISSION, verbatim(f"{name} is there, but this user may not open it: {fix(name)}.")
        )
    if number in (errno.EBUSY, errno.EAGAIN, errno.EACCES) or "PermissionError" in text:
        return PortError(LinkState.BUSY, verbatim(_busy(name, holders)))
    if number in (errno.ENOTTY, errno.EISDIR, errno.EINVAL):
        return PortError(LinkState.NO_SUCH_PORT, verbatim(f"{name} is no serial port: choose another one."))
    if isinstance(error, ValueError) or ("configure port" in text and sys.platform == "win32"):
        return PortError(
            LinkState.NO_SUCH_PORT,
            verbatim(f"{name} does not take its settings: is another baud rate meant?"),
        )
    if number in (errno.ENOENT, None) and "OSError(22" not in text:
        return PortError(LinkState.NO_SUCH_PORT, verbatim(f"There is no port {name}: plug the board in."))
    return PortError(
        LinkState.NO_SUCH_PORT,
        verbatim(f"{name} does not answer: unplug the board and plug it in again."),
    )


def _busy(name: str, holders: Sequence[Holder]) -> str:
    if is_ours(name):
        return f"{name} is the port of another device of this bench: give each board a device of its own."
    if holders:
        program, pid = holders[0].program, holders[0].pid
        return f"{name} is in use by {program} (process {pid}): close it, or let it release the port."
    if sys.platform == "win32":
        # Windows also refuses for a while after an unplug, until its driver has let go of the old board.
        return (
            f"{name} is in use by another program: close its serial monitor or plotter; "
            "if there is none, unplug the board and plug it in again."
        )
    return f"{name} is in use by another program: close its serial monitor or plotter."


def _number(error: BaseException) -> int | None:
    """The system's number of an error, or of the one that it was made from."""
    number = getattr(error, "errno", None)
    if number is None and error.args and isinstance(error.args[0], int):
        number = error.args[0]
    if number is None and error.__context__ is not None:
        return _number(error.__context__)
    return number
