"""How a port is opened, read and written, and what happens if it fails."""

from __future__ import annotations

import errno
import re
import select
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import serial

from app.boards import sources
from app.boards.errors import NotTakenError, PortError
from app.boards.ports import registry as ports
from app.boards.ports.holders import Holder
from app.boards.ports.registry import PortRegistry
from app.boards.reset import after_open
from app.boards.sources import SerialSource, Source, open_source
from app.boards.status import LinkState, PortInfo
from app.config.bench_file import DeviceConfig
from app.config.serial_settings import FlowControl, Parity
from app.messages.message import Message

pytest.importorskip("pty", reason="a pty stands for a port; Windows has none")

import termios

from tests.boards.opened_ports import Settings, note_settings
from tests.processes import pty_board
from tests.waiting import wait_until


def heard(source: Source) -> bytes:
    """Wait for the next chunk from a source, and return it."""
    said = b""

    def has_come() -> bool:
        nonlocal said
        said = source.read()
        return bool(said)

    wait_until(has_come)
    return said


def test_a_port_that_is_not_there_is_reported(tmp_path: Path) -> None:
    with pytest.raises(PortError, match="no port") as raised:
        open_source(DeviceConfig(port=str(tmp_path / "none")))
    assert raised.value.status.state is LinkState.NO_SUCH_PORT


PORT = "/dev/ttyACM0"
CLOSE_IT = str(Message("port_busy", port=PORT))
SETTINGS = str(Message("port_settings_not_taken", port=PORT))


def test_the_program_that_has_a_busy_port_open_is_searched_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.EBUSY, "busy")

    now_s = 100.0
    asked: list[tuple[str, float]] = []

    def holders(port: str) -> list[Holder]:
        asked.append((port, now_s))
        return []

    monkeypatch.setattr(sources, "SerialSource", fail)
    monkeypatch.setattr(ports, "holders", lambda port: [Holder(42, f"holder of {port}")])
    with pytest.raises(PortError, match=f"in use by holder of {PORT} \\(process 42\\): close it"):
        open_source(DeviceConfig(port=PORT))
    # If none is found, all programs are examined again only after 2 s, however often the port is tried.
    monkeypatch.setattr(ports, "holders", holders)
    registry = PortRegistry(list, lambda: 0, lambda: now_s)
    registry.register("board", PORT)
    for at_s in (100.0, 101.9, 102.0):
        now_s = at_s
        with pytest.raises(PortError, match=CLOSE_IT):
            open_source(DeviceConfig(name="board", port=PORT), registry)
    assert asked == [(PORT, 100.0), (PORT, 102.0)]


def test_the_board_of_a_device_is_remembered_while_the_list_of_ports_lacks_it() -> None:
    now_s = 0.0
    with pty_board() as board:
        uno = PortInfo(board.port, "Arduino Uno", "2341:0043", "77", "1-2")
        elsewhere = uno._replace(device="/dev/ttyACM9")
        looks = {0.0: [uno], 10.0: [], 20.0: [elsewhere]}
        registry = PortRegistry(lambda: looks[now_s], lambda: None, lambda: now_s)
        device = DeviceConfig(name="board", port=board.port)
        registry.register(device.name, device.port)
        open_source(device, registry).close()
        now_s = 10.0
        open_source(device, registry).close()
        now_s = 20.0
        assert registry.find("board") == elsewhere


def test_a_baud_rate_that_a_port_does_not_take_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(port: serial.Serial) -> None:
        raise ValueError(f"Failed to set custom baud rate ({port.baudrate})")

    monkeypatch.setattr(serial.Serial, "open", fail)
    with pytest.raises(PortError, match=f"^{re.escape(SETTINGS)}$"):
        open_source(DeviceConfig(port=PORT, baud_rate=123457))


@pytest.mark.parametrize("keys", [{"data_bits": 7}, {"parity": Parity.EVEN}])
def test_settings_that_a_port_does_not_have_are_reported(keys: dict[str, Any]) -> None:
    with pty_board() as board:
        sentence = str(Message("port_settings_not_taken", port=board.port))
        with pytest.raises(PortError, match=f"^{re.escape(sentence)}$"):
            open_source(DeviceConfig(port=board.port, **keys))


@pytest.mark.parametrize("keys", [{}, {"data_bits": 5}, {"stop_bits": 2}])
def test_an_invalid_argument_is_about_the_settings_only_if_they_are_unusual(
    keys: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: serial.Serial) -> None:
        raise termios.error(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(serial.Serial, "open", fail)
    expected = Message("port_settings_not_taken" if keys else "port_not_serial", port=PORT)
    with pytest.raises(PortError, match=f"^{re.escape(str(expected))}$"):
        open_source(DeviceConfig(port=PORT, **keys))


def test_a_file_is_not_a_port(tmp_path: Path) -> None:
    (tmp_path / "homework").write_text("v1=1")
    with pytest.raises(PortError, match="is not a serial port"):
        open_source(DeviceConfig(port=str(tmp_path / "homework")))


def test_a_port_is_busy_for_the_second_device_that_opens_it() -> None:
    with pty_board() as board:
        first = open_source(DeviceConfig(port=board.port))
        with pytest.raises(PortError) as raised:
            open_source(DeviceConfig(port=board.port))
        assert raised.value.status.state is LinkState.BUSY
        assert "another device of this bench" in str(raised.value.status.message)
        first.close()
        open_source(DeviceConfig(port=board.port)).close()


@pytest.mark.parametrize("reset", [True, False])
@pytest.mark.parametrize(("baud_rate", "speed"), [(9600, termios.B9600), (115200, termios.B115200)])
def test_a_port_is_opened_with_the_settings_of_the_bench_file_and_exclusively(
    reset: bool, baud_rate: int, speed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, DeviceConfig, bool]] = []
    for name in ("before_open", "after_open"):

        def note(port: serial.Serial, device: DeviceConfig, name: str = name) -> None:
            asked.append((name, device, port.is_open))

        monkeypatch.setattr(sources, name, note)
    with pty_board() as board:
        device = DeviceConfig(port=board.port, baud_rate=baud_rate, reset_on_connect=reset)
        source = open_source(device)
        assert termios.tcgetattr(board.slave)[4:6] == [speed, speed]
        with pytest.raises(PortError, match="another device of this bench"):
            open_source(DeviceConfig(port=board.port))
        source.close()
    assert asked[:2] == [("before_open", device, False), ("after_open", device, True)]


def test_on_windows_an_open_port_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    port = serial.Serial()  # not open: any use would raise
    after_open(port, DeviceConfig(port="COM5"))
    assert not port.is_open


@pytest.mark.parametrize("reset", [True, False])
def test_dtr_turns_off_at_the_close_or_stays_on_as_the_bench_file_says(reset: bool) -> None:
    """The port's setting HUPCL tells the system whether to turn DTR off when the port closes."""
    with pty_board() as board:
        # Leave the port as a run with the other setting would.
        open_source(DeviceConfig(port=board.port, reset_on_connect=not reset)).close()
        source = open_source(DeviceConfig(port=board.port, baud_rate=74880, reset_on_connect=reset))
        assert bool(termios.tcgetattr(board.slave)[2] & termios.HUPCL) is reset
        board.say(b"v1=1\n")
        assert heard(source) == b"v1=1\n"
        source.close()


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({}, Settings(True, True, 8, "N", 1, rts_cts=False, xon_xoff=False)),
        (
            {"data_bits": 7, "parity": Parity.EVEN, "flow_control": FlowControl.XON_XOFF},
            Settings(True, True, 7, "E", 1, rts_cts=False, xon_xoff=True),
        ),
        (
            {"data_bits": 5, "parity": Parity.MARK, "stop_bits": 1.5, "flow_control": FlowControl.RTS_CTS},
            Settings(True, True, 5, "M", 1.5, rts_cts=True, xon_xoff=False),
        ),
        (
            {"data_bits": 6, "parity": Parity.SPACE, "stop_bits": 2, "dtr": False},
            Settings(False, False, 6, "S", 2, rts_cts=False, xon_xoff=False),
        ),
        ({"parity": Parity.ODD}, Settings(True, True, 8, "O", 1, rts_cts=False, xon_xoff=False)),
    ],
)
def test_a_port_has_its_settings_before_it_opens(
    keys: dict[str, Any], expected: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted = note_settings(monkeypatch)
    with pty_board() as board:
        source = open_source(DeviceConfig(port=board.port, **keys))
        flags = termios.tcgetattr(board.slave)
        source.close()
    assert noted == [expected]
    # Of these settings, a pty takes only stop bits and flow control.
    assert bool(flags[2] & termios.CSTOPB) is (expected.stop_bits > 1)
    assert bool(flags[2] & termios.CRTSCTS) is expected.rts_cts
    assert bool(flags[0] & termios.IXON) is expected.xon_xoff


class Port(serial.Serial):
    """A port that notes its calls, with a buffer of adjustable size as on Windows."""

    made: Port

    def __init__(self, port: None, baud_rate: int, *, timeout: float, write_timeout: float) -> None:
        self.buffers: list[int] = []
        self.reads: list[int] = []
        super().__init__(port, baud_rate, timeout=timeout, write_timeout=write_timeout)
        Port.made = self

    def set_buffer_size(self, rx_size: int) -> None:
        self.buffers.append(rx_size)

    def read(self, size: int = 1) -> bytes:
        self.reads.append(size)
        return bytes(super().read(size))


@pytest.mark.parametrize(
    ("system", "timeout_s", "is_exclusive", "buffers", "reads"),
    [("linux", 0, True, [], [4096]), ("win32", 0.2, None, [1_048_576], [1, 5])],
)
def test_a_read_returns_what_came_and_waits_at_most_200_ms(
    system: str,
    timeout_s: float,
    is_exclusive: bool | None,
    buffers: list[int],
    reads: list[int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It waits with `select`. Windows has that only for sockets, so there a read of one byte waits.

    Ports on Windows also get a larger buffer.
    """
    waits_s: list[float] = []

    def wait(
        read: list[int], write: list[int], failed: list[int], wait_s: float
    ) -> tuple[list[int], list[int], list[int]]:
        waits_s.append(wait_s)
        return select.select(read, write, failed, wait_s)

    monkeypatch.setattr(serial, "Serial", Port)
    monkeypatch.setattr(sources, "select", SimpleNamespace(select=wait))
    with pty_board() as board:
        monkeypatch.setattr(sys, "platform", system)
        source = SerialSource(board.port, DeviceConfig(port=board.port))
        port = Port.made
        assert (port.timeout, port.write_timeout, port.exclusive) == (timeout_s, 0.5, is_exclusive)
        assert port.buffers == buffers
        assert source.read() == b""
        board.say(b"v1=1\n")
        wait_until(lambda: port.in_waiting == 5)
        assert source.read() == b"v1=1\n"
        assert port.reads == reads
        assert set(waits_s) <= {0.2}
        source.close()


@pytest.mark.parametrize(
    ("pieces", "chunk", "left"),
    [
        ([b"x" * 2047, b"y"], b"x" * 2047, [b"y"]),  # after a small piece, no more is read
        ([b"x" * 2048, b"y", b"z"], b"x" * 2048 + b"y", [b"z"]),
        ([b"x" * 4095, OSError()], b"x" * 4095, []),  # the bytes that came before the port went away
        ([b"x" * 70000, b"y"], b"x" * 65536, [b"x" * 4464, b"y"]),  # a read ends even in a flood
        ([b"x" * 65535, b"yz"], b"x" * 65535 + b"y", [b"z"]),
    ],
)
def test_a_read_returns_everything_that_has_come(
    pieces: list[bytes | OSError], chunk: bytes, left: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(_port: serial.Serial, size: int) -> bytes:
        assert size > 0
        piece = pieces.pop(0)
        if isinstance(piece, OSError):
            raise piece
        if piece[size:]:
            pieces.insert(0, piece[size:])
        return piece[:size]

    pieces = list(pieces)
    with pty_board() as board:
        source = SerialSource(board.port, DeviceConfig(port=board.port))
        board.say(b"!")  # so that there is something to read
        monkeypatch.setattr(serial.Serial, "read", read)
        assert source.read() == chunk
        assert pieces == left
        source.close()


@pytest.mark.parametrize("error", [OSError(errno.EIO, "Input/output error"), termios.error(5, "gone")])
def test_a_port_that_went_away_can_be_closed(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    close = serial.Serial.close
    closed: list[serial.Serial] = []

    def gone(port: serial.Serial) -> None:
        close(port)
        closed.append(port)
        raise error

    with pty_board() as board:
        source = SerialSource(board.port, DeviceConfig(port=board.port))
        with monkeypatch.context() as patch:
            patch.setattr(serial.Serial, "close", gone)
            source.close()
    (port,) = closed
    assert not port.is_open


def test_a_board_that_accepts_nothing_does_not_block_the_reader() -> None:
    with pty_board() as board:
        source = open_source(DeviceConfig(port=board.port))
        with pytest.raises(NotTakenError):
            source.write(b"x" * 1_000_000)
        board.say(b"v1=1\n")
        assert heard(source) == b"v1=1\n"
        source.close()


def test_a_port_that_fails_while_it_is_set_up_is_reported_and_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(port: serial.Serial, _: DeviceConfig) -> None:
        raise OSError(errno.ENXIO, f"{port.port} went away")

    with pty_board() as board:
        device = DeviceConfig(name="board", port=board.port)
        with monkeypatch.context() as patch:
            patch.setattr(sources, "after_open", fail)
            with pytest.raises(PortError):
                open_source(device)
        # The port was closed, so it can be opened again.
        open_source(device).close()
