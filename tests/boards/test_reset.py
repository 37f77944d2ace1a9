"""DTR and RTS: a board is reset once at each opening, or not at all."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import serial

from app.boards.reset import after_open

pytest.importorskip("pty", reason="a pty stands for a port; Windows has none")

import termios

from tests.processes import pty_board


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
    ("stayed_on", "reset", "said"),
    [
        # Opening the port has not reset the board, so a pulse does. The changed setting may lose the baud
        # rate, so it is set again.
        (True, True, ["74880 baud", False, 0.05, True, 0.02, "flush"]),
        (False, True, []),  # opening the port has reset the board
        (True, False, []),
        (False, False, ["74880 baud"]),
    ],
)
def test_a_board_is_reset_once_or_not_at_all(
    stayed_on: bool, reset: bool, said: list[bool | float | str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pty_board() as board:
        settings = termios.tcgetattr(board.slave)
        settings[2] = settings[2] & ~termios.HUPCL if stayed_on else settings[2] | termios.HUPCL
        termios.tcsetattr(board.slave, termios.TCSANOW, settings)
        with Lines(board.port) as port:
            port.said.clear()
            with monkeypatch.context() as patch:
                patch.setattr("app.boards.reset.time", SimpleNamespace(sleep=port.said.append))
                after_open(port, reset=reset)
            assert port.said == said
            assert bool(termios.tcgetattr(port.fileno())[2] & termios.HUPCL) is reset
