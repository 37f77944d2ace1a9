"""Turns the error raised when a port is opened into a `PortError` that tells the user what is wrong.

Invariant: every such error becomes a PortError with a state and a message.
"""

from __future__ import annotations

import errno
import socket
import sys
from collections.abc import Sequence

from app.boards.errors import PortError
from app.boards.ports.holders import Holder, is_ours
from app.boards.ports.permission import fix
from app.boards.status import LinkState
from app.config.addresses import is_network
from app.messages.message import Message

try:
    from termios import error as _TermiosError  # noqa: N812 - the module's own name is lower case
except ImportError:  # Windows has no termios
    _TermiosError = OSError  # type: ignore[assignment,misc]

PORT_FAILURES = (OSError, _TermiosError)
"""What a port raises when it goes away. SerialException is an OSError, termios.error is not."""


def explain(
    name: str, error: Exception, holders: Sequence[Holder] = (), *, is_unusual: bool = False
) -> PortError:
    """Turn `error`, which was raised when the port `name` was opened, into a PortError.

    `holders` are the programs that have the port open; empty if unknown. `is_unusual`: whether the port was
    opened with settings that some ports do not have, such as 7 data bits.
    """
    number = _number(error)
    text = str(error)
    if is_network(name):
        return PortError(LinkState.NO_SUCH_PORT, Message(_network_code(error), port=name))
    if number == errno.EACCES and sys.platform != "win32":
        return PortError(LinkState.NO_PERMISSION, Message("port_no_permission", port=name, fix=fix(name)))
    if number in (errno.EBUSY, errno.EAGAIN, errno.EACCES) or "PermissionError" in text:
        return PortError(LinkState.BUSY, _busy(name, holders))
    if number == errno.EINVAL and is_unusual:
        return PortError(LinkState.NO_SUCH_PORT, Message("port_settings_not_taken", port=name))
    if number in (errno.ENOTTY, errno.EISDIR, errno.EINVAL):
        return PortError(LinkState.NO_SUCH_PORT, Message("port_not_serial", port=name))
    if isinstance(error, ValueError) or ("configure port" in text and sys.platform == "win32"):
        return PortError(LinkState.NO_SUCH_PORT, Message("port_settings_not_taken", port=name))
    if number in (errno.ENOENT, None) and "OSError(22" not in text:
        return PortError(LinkState.NO_SUCH_PORT, Message("port_not_found", port=name))
    return PortError(LinkState.NO_SUCH_PORT, Message("port_not_answering", port=name))


def _network_code(error: BaseException | None) -> str:
    """The code of the message about a board on the network that cannot be connected to."""
    while error:
        if isinstance(error, ConnectionRefusedError):
            return "socket_not_answering"
        if isinstance(error, (BrokenPipeError, ConnectionAbortedError, ConnectionResetError)):
            return "connection_fails_at_once"
        if isinstance(error, socket.gaierror):
            return "network_name_unknown"
        text = str(error)
        if "parameter change" in text or "rejected value" in text:
            return "port_settings_not_taken"
        if "support RFC2217" in text or "waiting for option" in text:
            return "rfc2217_not_spoken"
        error = error.__context__
    return "network_not_reached"


def _busy(name: str, holders: Sequence[Holder]) -> Message:
    if is_ours(name):
        return Message("port_of_other_device", port=name)
    if holders:
        return Message("port_held", port=name, program=holders[0].program, pid=holders[0].pid)
    # Windows also refuses a port for a while after an unplug, until its driver has released the old board.
    return Message("port_busy_or_stale" if sys.platform == "win32" else "port_busy", port=name)


def _number(error: BaseException) -> int | None:
    """The first errno found in `error` and the exceptions that led to it; None if they have none."""
    number = getattr(error, "errno", None)
    if number is None and error.args and isinstance(error.args[0], int):
        number = error.args[0]
    if number is None and error.__context__ is not None:
        return _number(error.__context__)
    return number
