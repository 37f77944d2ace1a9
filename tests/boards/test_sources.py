"""How a port is opened, read and written, and what happens if it fails."""

from __future__ import annotations

import errno
import re
import select
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import serial

from app.boards import sources
from app.boards.errors import NotTakenError, PortError
from app.boards.ports import registry as ports
from app.boards.ports.holders import Holder
from app.boards.ports.registry import PortRegistry
from app.boards.reset import after_open, before_open
from app.boards.sources import SerialSource, Source, open_source
from app.boards.status import LinkState, PortInfo
from app.config.bench_file import DeviceConfig
from app.messages.message import Message

pytest.importorskip("pty", reason="a pty stands for a port; Windows has none")

import termios

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
    asked: list[tuple[str, bool, bool]] = []
    for name in ("before_open", "after_open"):

        def note(port: serial.Serial, *, reset: bool, name: str = name) -> None:
            asked.append((name, reset, port.is_open))

        monkeypatch.setattr(sources, name, note)
    with pty_board() as board:
        source = open_source(DeviceConfig(port=board.port, baud_rate=baud_rate, reset_on_connect=reset))
        assert termios.tcgetattr(board.slave)[4:6] == [speed, speed]
        with pytest.raises(PortError, match="another device of this bench"):
            open_source(DeviceConfig(port=board.port))
        source.close()
    assert asked[:2] == [("before_open", reset, False), ("after_open", reset, True)]


@pytest.mark.parametrize(
    ("system", "reset", "is_on"),
    [("linux", True, True), ("linux", False, True), ("win32", True, True), ("win32", False, False)],
)
def test_dtr_and_rts_as_a_port_opens(
    system: str, reset: bool, is_on: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    port = serial.Serial()
    port.dtr = port.rts = not is_on
    before_open(port, reset=reset)
    assert (port.dtr, port.rts) == (is_on, is_on)


def test_on_windows_an_open_port_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    port = serial.Serial()  # not open: any use would raise
    after_open(port, reset=True)
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
    [("linux", 0, True, [], [65536]), ("win32", 0.2, None, [1_048_576], [1, 5])],
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
    def fail(port: serial.Serial, *, reset: bool) -> None:
        raise OSError(errno.ENXIO, f"{port.port} went away", str(reset))

    with pty_board() as board:
        device = DeviceConfig(name="board", port=board.port)
        with monkeypatch.context() as patch:
            patch.setattr(sources, "after_open", fail)
            with pytest.raises(PortError):
                open_source(device)
        # The port was closed, so it can be opened again.
        open_source(device).close()
