"""Which port a bench file means, and what an error at opening is called."""

from __future__ import annotations

import errno
import socket
from pathlib import Path

import pytest

from app.boards import ports
from app.boards.ports import PortError, PortInfo, open_source, resolve, serial_ports
from app.config import DeviceConfig
from app.status import LinkState

UNO = PortInfo("/dev/ttyACM0", "Arduino Uno", "2341:0043", "85734323", "1-2")
CLONES = (
    PortInfo("/dev/ttyUSB0", "CH340", "1A86:7523", "", "1-3"),
    PortInfo("/dev/ttyUSB1", "CH340", "1A86:7523", "", "1-4"),
)


@pytest.mark.parametrize(
    ("port", "device"),
    [
        ("COM5", "COM5"),
        ("/dev/ttyACM3", "/dev/ttyACM3"),
        ("usb:2341:0043:85734323", "/dev/ttyACM0"),
        ("usb:2341:0043", "/dev/ttyACM0"),
        ("usb:1a86:7523@1-4", "/dev/ttyUSB1"),
    ],
)
def test_a_board_is_found(port: str, device: str) -> None:
    assert resolve(port, (UNO, *CLONES)) == device


@pytest.mark.parametrize(
    ("port", "words"), [("usb:2341:0043:1", "plugged in"), ("usb:1A86:7523", "could mean /dev/ttyUSB0")]
)
def test_a_board_that_is_not_there_or_could_be_two_is_told(port: str, words: str) -> None:
    with pytest.raises(PortError, match=words):
        resolve(port, (UNO, *CLONES))


def test_a_port_s_own_words() -> None:
    assert UNO.port == "usb:2341:0043:85734323"
    assert CLONES[0].port == "/dev/ttyUSB0"
    assert UNO.hwid == "2341:0043 85734323"


def test_the_list_of_this_computer_s_ports_can_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(serial_ports(), list)

    def broken() -> list[object]:
        raise AttributeError

    monkeypatch.setattr(ports.list_ports, "comports", broken)
    assert serial_ports() == []


def test_no_port_is_told(tmp_path: Path) -> None:
    with pytest.raises(PortError, match="no port") as told:
        open_source(DeviceConfig(port=str(tmp_path / "none")))
    assert told.value.state is LinkState.NO_SUCH_PORT


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (OSError(errno.EACCES, "Permission denied"), LinkState.NO_PERMISSION),
        (OSError(errno.EBUSY, "busy"), LinkState.BUSY),
        (OSError("Could not exclusively lock port"), LinkState.BUSY),
        (OSError("PermissionError(13, 'Access is denied.')"), LinkState.BUSY),
        (OSError(errno.ENOENT, "none"), LinkState.NO_SUCH_PORT),
    ],
)
def test_each_error_has_its_state(error: OSError, state: LinkState, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(ports, "SerialSource", fail)
    with pytest.raises(PortError) as told:
        open_source(DeviceConfig(port="/dev/ttyACM0"))
    assert told.value.state is state
    assert "/dev/ttyACM0" in told.value.sentence


def test_a_socket_is_a_port_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        number = server.getsockname()[1]
        source = open_source(DeviceConfig(port=f"socket://127.0.0.1:{number}"))
        peer, _ = server.accept()
        with peer:
            peer.sendall(b"v1=1\n")
            assert source.read() == b"v1=1\n"
            assert source.read() == b""
            source.write(b"hello")
            assert peer.recv(10) == b"hello"
        with pytest.raises(OSError, match="disconnected"):
            source.read()
        source.close()
    with pytest.raises(PortError, match="Nothing answers"):
        open_source(DeviceConfig(port=f"socket://127.0.0.1:{number}"))
