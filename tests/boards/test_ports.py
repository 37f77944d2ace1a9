"""Which port a bench file means."""

from __future__ import annotations

import pytest

from app.boards import ports
from app.boards.failures import PortError
from app.boards.ports import resolve, serial_ports
from app.status import PortInfo

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
    assert CLONES[0].port == CLONES[0].place == "usb:1A86:7523@1-3"
    assert PortInfo("COM1", "", "", "", "").port == "COM1"
    assert UNO.hwid == "2341:0043 85734323"


def test_the_list_of_this_computer_s_ports_can_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(serial_ports(), list)

    def broken() -> list[object]:
        raise AttributeError

    monkeypatch.setattr(ports.list_ports, "comports", broken)
    assert serial_ports() == []
