"""DTR and RTS: a board is reset once at each opening, or not at all."""

from __future__ import annotations

import errno
import sys
from types import SimpleNamespace

import pytest
import serial

from app.boards.reset import after_open, before_open
from app.config.bench_file import DeviceConfig

pytest.importorskip("pty", reason="a pty stands for a port; Windows has none")

import termios

from tests.processes import pty_board

SYSTEMS = ("linux", "darwin", "win32")


class Lines(serial.Serial):
    """A port at a pty, with the DTR that a pty lacks; notes in `said` what is done to it."""

    def __init__(self, name: str) -> None:
        self.said: list[bool | float | str] = []
        super().__init__(name, 74880)

    def _reconfigure_port(self, **_: bool) -> None:
        self.said.append(f"{self.baudrate} baud")

    def _update_dtr_state(self) -> None:
        self.said.append(self.dtr)

    def reset_input_buffer(self) -> None:
        self.said.append("flush")


@pytest.mark.parametrize(
    ("stayed_on", "reset", "dtr", "said"),
    [
        # Opening the port has not reset the board, so a pulse does. The changed setting may lose the baud
        # rate, so it is set again.
        (True, True, None, ["74880 baud", False, 0.05, True, 0.02, "flush"]),
        (True, True, True, ["74880 baud", False, 0.05, True, 0.02, "flush"]),
        (True, True, False, ["74880 baud"]),  # DTR is to stay off
        (False, True, None, []),  # opening the port has reset the board
        (True, False, None, []),
        (False, False, None, ["74880 baud"]),
        (False, False, False, ["74880 baud"]),
    ],
)
def test_a_board_is_reset_once_or_not_at_all(
    stayed_on: bool,
    reset: bool,
    dtr: bool | None,
    said: list[bool | float | str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pty_board() as board:
        settings = termios.tcgetattr(board.slave)
        settings[2] = settings[2] & ~termios.HUPCL if stayed_on else settings[2] | termios.HUPCL
        termios.tcsetattr(board.slave, termios.TCSANOW, settings)
        with Lines(board.port) as port:
            port.said.clear()
            with monkeypatch.context() as patch:
                patch.setattr("app.boards.reset.time", SimpleNamespace(sleep=port.said.append))
                after_open(port, DeviceConfig(port=board.port, reset_on_connect=reset, dtr=dtr))
            assert port.said == said
            assert bool(termios.tcgetattr(port.fileno())[2] & termios.HUPCL) is reset


@pytest.mark.parametrize(
    ("system", "reset", "dtr", "rts", "levels"),
    [
        ("linux", True, None, None, (True, True)),
        ("linux", False, None, None, (True, True)),
        ("win32", True, None, None, (True, True)),
        ("win32", False, None, None, (False, False)),
        *((system, reset, False, None, (False, False)) for system in SYSTEMS for reset in (True, False)),
        *((system, reset, True, None, (True, True)) for system in SYSTEMS for reset in (True, False)),
        *((system, True, None, False, (True, False)) for system in SYSTEMS),
        ("win32", False, None, True, (False, True)),
        *((system, True, False, True, (False, True)) for system in SYSTEMS),
        *((system, False, True, False, (True, False)) for system in SYSTEMS),
    ],
)
def test_dtr_and_rts_as_a_port_opens(
    system: str,
    reset: bool,
    dtr: bool | None,
    rts: bool | None,
    levels: tuple[bool, bool],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    port = serial.Serial()
    port.dtr, port.rts = not levels[0], not levels[1]
    before_open(port, DeviceConfig(port="COM5", reset_on_connect=reset, dtr=dtr, rts=rts))
    assert (port.dtr, port.rts) == levels


def test_windows_has_no_part_in_the_levels_of_a_remote_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    port = serial.Serial()
    port.dtr = port.rts = False
    before_open(port, DeviceConfig(port="COM5", reset_on_connect=False), is_remote=True)
    assert (port.dtr, port.rts) == (True, True)


class Wires(serial.Serial):
    """A port that notes in which order DTR and RTS are set, and perhaps has neither, as a pty."""

    def __init__(self, port: str, *, has_dtr: bool) -> None:
        self.said: list[str] = []
        self.has_dtr = has_dtr
        super().__init__()
        self.port = port

    def _update_dtr_state(self) -> None:
        self.said.append(f"dtr {self.dtr}")
        if not self.has_dtr:
            raise OSError(errno.ENOTTY, "Inappropriate ioctl for device")

    def _update_rts_state(self) -> None:
        self.said.append(f"rts {self.rts}")


@pytest.mark.parametrize(("has_dtr", "said"), [(True, ["dtr False", "rts False"]), (False, ["dtr False"])])
def test_dtr_turns_off_before_rts_as_far_as_a_port_has_them(has_dtr: bool, said: list[str]) -> None:
    """When RTS releases a board from reset, the board reads the pin behind DTR."""
    with pty_board() as board:
        port = Wires(board.port, has_dtr=has_dtr)
        device = DeviceConfig(port=board.port, dtr=False, rts=False)
        before_open(port, device)
        port.open()
        after_open(port, device)
        assert port.said == said
        port.close()
