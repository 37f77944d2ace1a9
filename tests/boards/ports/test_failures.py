"""The status for a port that cannot be opened: its state, and a message with a fix."""

from __future__ import annotations

import errno
import runpy
import sys

import pytest
import serial

from app.boards.ports import failures
from app.boards.ports.failures import explain
from app.boards.ports.holders import Holder
from app.boards.status import LinkState, LinkStatus
from app.messages.message import Message, verbatim

termios = pytest.importorskip("termios", reason="its error is one of those that are explained")

PORT = "/dev/ttyACM0"
LET_IN = Message("port_no_permission", port=PORT, fix=verbatim("join the group"))
CLOSE_IT = Message("port_busy", port=PORT)
CLOSE_IT_OR_UNPLUG = Message("port_busy_or_stale", port=PORT)
NO_SUCH = Message("port_not_found", port=PORT)
NO_PORT = Message("port_not_serial", port=PORT)
NO_ANSWER = Message("port_not_answering", port=PORT)
SETTINGS = Message("port_settings_not_taken", port=PORT)


def raised_from(cause: Exception, error: Exception | None = None) -> Exception:
    """Return `error` as if it was raised while `cause` was handled. By default, `error` has no `errno`."""
    error = error or serial.SerialException("could not open port")
    error.__context__ = cause
    return error


@pytest.mark.parametrize(
    ("system", "error", "state", "message"),
    [
        ("linux", OSError(errno.EACCES, "Permission denied"), LinkState.NO_PERMISSION, LET_IN),
        ("darwin", OSError(errno.EACCES, "Permission denied"), LinkState.NO_PERMISSION, LET_IN),
        ("win32", OSError(errno.EACCES, "Permission denied"), LinkState.BUSY, CLOSE_IT_OR_UNPLUG),
        ("linux", OSError(errno.EBUSY, "busy"), LinkState.BUSY, CLOSE_IT),
        ("linux", OSError(errno.EAGAIN, "could not be locked"), LinkState.BUSY, CLOSE_IT),
        ("linux", raised_from(OSError(errno.EBUSY, "busy")), LinkState.BUSY, CLOSE_IT),
        (
            "linux",
            raised_from(OSError(errno.EBUSY, "busy"), OSError(5, "I/O")),
            LinkState.NO_SUCH_PORT,
            NO_ANSWER,
        ),
        ("win32", OSError("PermissionError(13, 'denied.')"), LinkState.BUSY, CLOSE_IT_OR_UNPLUG),
        ("linux", OSError(errno.ENOENT, "none"), LinkState.NO_SUCH_PORT, NO_SUCH),
        ("win32", OSError("FileNotFoundError(2, 'None', None, 2)"), LinkState.NO_SUCH_PORT, NO_SUCH),
        ("win32", OSError("OSError(22, 'not functioning')"), LinkState.NO_SUCH_PORT, NO_ANSWER),
        ("linux", OSError(errno.EIO, "Input/output error"), LinkState.NO_SUCH_PORT, NO_ANSWER),
        ("linux", termios.error(errno.EIO, "Input/output error"), LinkState.NO_SUCH_PORT, NO_ANSWER),
        ("linux", OSError(errno.ENOTTY, "no tty"), LinkState.NO_SUCH_PORT, NO_PORT),
        ("linux", OSError(errno.EISDIR, "a folder"), LinkState.NO_SUCH_PORT, NO_PORT),
        ("linux", OSError(errno.EINVAL, "no tty"), LinkState.NO_SUCH_PORT, NO_PORT),
        ("linux", ValueError("Invalid baud rate"), LinkState.NO_SUCH_PORT, SETTINGS),
        ("win32", OSError("Cannot configure port"), LinkState.NO_SUCH_PORT, SETTINGS),
        ("linux", OSError("Cannot configure port"), LinkState.NO_SUCH_PORT, NO_SUCH),
    ],
)
def test_each_error_has_its_state_and_its_message(
    system: str, error: Exception, state: LinkState, message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failures, "fix", lambda _: verbatim("join the group"))
    monkeypatch.setattr(sys, "platform", system)
    problem = explain(PORT, error)
    assert problem.status == LinkStatus(state, message)
    assert str(problem) == str(message)


def test_the_program_that_has_the_port_open_is_named() -> None:
    problem = explain("COM5", OSError(errno.EBUSY, "busy"), [Holder(42, "avrdude"), Holder(43, "cu")])
    assert str(problem.status.message) == (
        "COM5 is in use by avrdude (process 42): close it, or let it release the port."
    )


def test_on_windows_which_has_no_termios_only_os_errors_are_failures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "termios", None)
    assert set(runpy.run_path(failures.__file__)["PORT_FAILURES"]) == {OSError}
