"""Which ports a bench file may name, and what is reported for others: the fix, and nothing is opened."""

from __future__ import annotations

import pytest

from app.config.addresses import check_port, is_network, is_uart, port_identity, recording_path
from tests.config.test_addresses import refusal


@pytest.mark.parametrize(
    "port",
    [
        "COM5",
        "COM255",
        "/dev/ttyACM0",
        "/dev/cu.usbmodem14101",
        "/dev/serial/by-path/pci-0000:00:14.0-usb-0:2:1.0",
        "usb:2341:0043",
        "usb:1A86:7523:85734323",
        "usb:1a86:7523@1-1.4",
        "socket://192.168.1.5:4000",
        "socket://board.local:1",
        "socket://board.local:65535",
        "socket://[::1]:23",
        "rfc2217://192.168.1.5:2217",
        "rfc2217://[::1]:23",
        "COM10",
        "com256",
        "CNCA0",
        "/dev/ttyCH343USB0",
        "usb:1A86:7523:a%40b%20%C2%B0",
        "usb:1A86:7523:50%",
        "usb:1A86:7523:a b/c:d",
        "usb:1A86:7523:a\\b",
        "simulated:",
        "replay:morning.rec",
        "replay:C:\\data\\morning.rec",
    ],
)
def test_valid_ports(port: str) -> None:
    check_port(port)


NO_PLACE = 'port is empty: write "COM5", "/dev/ttyACM0", "usb:2341:0043" or "simulated:"'
NO_SHARE = (
    'port names a network share or a Windows path, or has a control character: write "COM5" or "/dev/ttyACM0"'
)
NO_SOCKET = 'port of a board on the network is written "socket://HOST:PORT"'
NO_SERVER = 'port of a board on the network is written "rfc2217://HOST:PORT"'
NOT_UTF8 = "port has a path that is not UTF-8: rename the file or its folder"
NO_DEVICE = "port names a network share or a device: name a file on this computer"


SHARES = [
    *(f"{start}host{between}share" for start in ("\\\\", "//", "\\/", "/\\") for between in ("\\", "/")),
    *(f"{start}C:\\x" for start in ("\\\\?\\", "//?/", "/\\?\\", "\\/?/")),
    "\\\\?\\UNC\\host\\share",
    *("\\\\.\\pipe\\x", "//./pipe/x", "/\\./PhysicalDrive0", "\\??\\COM7", "/??/COM7", " //host/share"),
]  # fmt: skip
"""Network shares, and paths to devices of Windows, with every mixture of slashes."""
OTHER_NAMES = [
    ("\\\\.\\COM7", "COM7"),
    ("//./COM12", "COM12"),
    ("\\/?\\COM7", "COM7"),
    ("/\\.\\com256", "COM256"),
    ("ttyUSB0", "/dev/ttyUSB0"),
    ("ttyusb12", "/dev/ttyUSB12"),
    ("TTYACM0", "/dev/ttyACM0"),
    ("dev/ttyAMA0", "/dev/ttyAMA0"),
    ("ttyS0", "/dev/ttyS0"),
    ("ttyCH341USB0", "/dev/ttyCH341USB0"),
    ("ttymxc1", "/dev/ttymxc1"),
    ("rfcomm0", "/dev/rfcomm0"),
    ("serial0", "/dev/serial0"),
    ("pts/3", "/dev/pts/3"),
    ("/ttyUSB0", "/dev/ttyUSB0"),
    ("/pts/3", "/dev/pts/3"),
    ("cu.usbmodem1", "/dev/cu.usbmodem1"),
    ("usbmodem14101", "/dev/cu.usbmodem14101"),
    ("wchusbserial1410", "/dev/cu.wchusbserial1410"),
    ("SLAB_USBtoUART", "/dev/cu.SLAB_USBtoUART"),
    ("tty.usbserial-0001", "/dev/tty.usbserial-0001"),
    ("serial/by-id/usb-Arduino_Uno", "/dev/serial/by-id/usb-Arduino_Uno"),
]
"""Names of ports as other programs take them, each with the name to write."""


def no_usb(port: str) -> str:
    return f'port = "{port}": write "usb:VID:PID", "usb:VID:PID:SERIAL" or "usb:VID:PID@LOCATION"'


def unknown(port: str) -> str:
    return f'port = "{port}": known are usb:, socket://, rfc2217://, simulated: and replay:'


@pytest.mark.parametrize(
    ("port", "sentence"),
    [
        ("", NO_PLACE),
        ("  ", NO_PLACE),
        ("COM5\n", NO_SHARE),
        ("COM\x7f5", NO_SHARE),
        ("COM\udce45", NOT_UTF8),
        ("replay:Ger\udce4t.pbrec", NOT_UTF8),
        ("replay:C:\temp.pbrec", "port has a control character in its path: write / instead of \\"),
        ("\\\\evil\\pipe\\x", NO_SHARE),
        ("\\COM5", NO_SHARE),
        *((path, NO_SHARE) for path in SHARES),
        *((f"replay:{path}", NO_DEVICE) for path in SHARES),
        *((path, f'port = "{path}": write "{name}"') for path, name in OTHER_NAMES),
        *(
            (port, no_usb(port))
            for port in (
                "usb:2341",
                "usb:2341:43",
                "usb:2341:00431",
                "usb:zzzz:0043",
                "usb:2341:0043:",
                "usb:2341:0043@",
                "usb:2341:0043:1234@1-1",
                "usb:",
            )
        ),
        ("socket://host", NO_SOCKET),
        ("socket://host:65536", NO_SOCKET),
        ("socket://host:0", NO_SOCKET),
        ("socket://:4000", NO_SOCKET),
        ("socket://host:4000/path", NO_SOCKET),
        ("socket://me@host:4000", NO_SOCKET),
        ("socket:host:4000", NO_SOCKET),
        ("rfc2217://host", NO_SERVER),
        ("rfc2217://host:2217?logging=debug", NO_SERVER),
        ("rfc2217://host:0", NO_SERVER),
        ("rfc2217:host:2217", NO_SERVER),
        ("simulated:x", 'port of a simulated board is written "simulated:"'),
        ("replay:", "port names no file"),
        ("replay:\\\\evil\\share\\x.rec", NO_DEVICE),
        ("replay:/dev/zero", NO_DEVICE),
        *(
            (port, unknown(port))
            for port in ("spy:///dev/ttyACM0?file=/x", "RFC2217://host:4000", "loop://", "COM5:")
        ),
    ],
)
def test_invalid_ports(port: str, sentence: str) -> None:
    assert refusal(lambda: check_port(port)) == sentence


def test_two_spellings_of_a_port_are_the_same_port() -> None:
    assert port_identity("usb:2341:00AF") == port_identity("usb:2341:00af")
    assert port_identity("usb:2341:00AF:a%2Db") == port_identity("usb:2341:00af:a-b")
    assert port_identity("usb:2341:00AF@1%2D2") == port_identity("usb:2341:00af@1-2")
    assert port_identity("usb:2341:00AF:ab") != port_identity("usb:2341:00AF:AB")
    assert port_identity("COM5") == port_identity("com5")
    assert port_identity("/dev/ttyS0") != port_identity("/dev/ttys0")
    assert port_identity("/dev//x/../ttyS0") == port_identity("/dev/ttyS0")
    assert port_identity("replay:A") != port_identity("replay:a")


@pytest.mark.parametrize(
    ("port", "recording", "uart"),
    [
        ("COM5", "", True),
        ("/dev/ttyACM0", "", True),
        ("usb:2341:0043", "", True),
        ("socket://host:4000", "", False),
        ("rfc2217://host:4000", "", True),
        ("simulated:", "", False),
        ("replay:a.pbrec", "a.pbrec", False),
        ("replay:replay:a", "replay:a", False),
    ],
)
def test_recordings_and_serial_ports_are_recognised(port: str, recording: str, uart: bool) -> None:
    assert (recording_path(port), is_uart(port)) == (recording, uart)
    assert is_network(port) == ("://" in port)
