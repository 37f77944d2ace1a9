"""The ports of Linux that pyserial misses, and the USB identity of each board, from a tree like `/sys`."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from serial.tools import list_ports

from app.boards.ports import linux
from app.boards.ports.registry import serial_ports
from app.boards.status import PortInfo

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links need privileges on Windows")

BOARD = {"idVendor": "1a86", "idProduct": "7523", "bNumInterfaces": " 1", "product": "USB Serial"}


class Computer:
    """A computer's `/dev` and `/sys`."""

    def __init__(self, folder: Path) -> None:
        self.dev, self.sysfs = folder / "dev", folder / "sys"
        self.dev.mkdir()
        (self.sysfs / "class/tty").mkdir(parents=True)

    def plug(
        self, name: str, *, place: str = "1-2", driver: str = "usb-serial", interface: str = "", **board: str
    ) -> None:
        """Add a USB board at `place`, whose driver belongs to the subsystem `driver` and calls it `name`."""
        hub = self.sysfs / f"devices/pci0000:00/usb1/{place}"
        part = hub / f"{place}:1.0"
        device = part / name if driver == "usb-serial" else part
        device.mkdir(parents=True, exist_ok=True)
        for key, value in {**BOARD, **board}.items():
            (hub / key).write_text(f"{value}\n", encoding="utf-8")
        if interface:
            (part / "interface").write_text(f"{interface}\n")
        self.add(name, device, driver)

    def add(self, name: str, device: Path | None = None, subsystem: str = "", kind: str = "") -> None:
        """Add the port `name`, which belongs to `device`, with its file `type`."""
        (self.dev / name).touch()
        facts = self.sysfs / f"class/tty/{name}"
        facts.mkdir()
        if kind:
            (facts / "type").write_text(f"{kind}\n")
        if device:
            device.mkdir(parents=True, exist_ok=True)
            (facts / "device").symlink_to(device)
            bus = self.sysfs / "bus" / subsystem
            bus.mkdir(parents=True, exist_ok=True)
            if not (device / "subsystem").exists():
                (device / "subsystem").symlink_to(bus)

    def ports(self) -> list[PortInfo]:
        return [
            port._replace(device=Path(port.device).name) for port in linux.more_ports(self.dev, self.sysfs)
        ]


@pytest.fixture
def computer(tmp_path: Path) -> Computer:
    return Computer(tmp_path)


@pytest.mark.parametrize(
    ("name", "driver"),
    [("ttyCH341USB0", "usb-serial"), ("ttyCH341USB0", "usb"), ("ttyCH343USB0", "usb"),
     ("ttyCH9344USB3", "usb"), ("ttyMXUSB1", "usb-serial")],
)  # fmt: skip
def test_a_usb_board_has_its_identity_whatever_its_driver_calls_it(
    name: str, driver: str, computer: Computer
) -> None:
    computer.plug(name, driver=driver, serial="5B1D0034")
    assert computer.ports() == [PortInfo(name, "USB Serial", "1A86:7523", "5B1D0034", "1-2")]


@pytest.mark.parametrize(
    "name",
    ["ttyGS0", "ttyTHS1", "ttymxc2", "ttyO0", "ttyAMA0", "ttySAC1", "ttyPS0", "ttyLP0", "ttyMSM0", "ttySTM3",
     "ttyAML0", "ttySC0", "ttyUL0", "ttyHS0", "ttySIF0", "ttyS0"],
)  # fmt: skip
def test_the_chips_of_embedded_boards_are_ports(name: str, computer: Computer) -> None:
    computer.add(name, computer.sysfs / "devices/platform/uart", "platform", kind="120")
    assert computer.ports() == [PortInfo(name, "", "", "", "")]
    # Some drivers tell sysfs nothing, and a container may lack sysfs.
    (computer.dev / "ttyXY7").touch()
    assert [port.device for port in computer.ports()] == sorted([name, "ttyXY7"])


@pytest.mark.parametrize(
    "name",
    ["tty", "tty1", "tty63", "ttyS", "ttyp0", "ttyef", "ttyprintk", "ttynull", "console", "hvc0", "ttyUSB"],
)
def test_other_terminals_are_no_ports(name: str, computer: Computer) -> None:
    computer.add(name)
    assert computer.ports() == []


def test_only_ports_with_a_chip_are_listed(computer: Computer) -> None:
    real = computer.sysfs / "devices/pnp0/00:01"
    reserved = computer.sysfs / "devices/platform/serial8250"
    soc = computer.sysfs / "devices/platform/fe650000.serial"
    # pyserial lists those that are not of the subsystem `platform`.
    computer.add("ttyS0", real, "serial-base", kind="4")
    computer.add("ttyS1", reserved, "serial-base", kind="0")
    computer.add("ttyS2", soc, "platform", kind="16")
    computer.add("ttyS3", reserved / "3", "platform", kind="0")
    computer.add("ttyS4", reserved / "4", "platform")  # a kernel without the file `type`
    computer.add("ttyO0", soc / "0", "platform", kind="13")
    computer.add("ttyO1", soc / "1", "platform", kind="0")
    assert [port.device for port in computer.ports()] == ["ttyO0", "ttyS2"]
    names = [f"ttyS{number}" for number in range(6)]
    assert [name for name in names if linux.is_reserved(name, computer.sysfs)] == ["ttyS1", "ttyS3"]


def test_the_ports_of_one_board_differ_in_their_places(computer: Computer) -> None:
    computer.plug("ttyCH343USB0", driver="usb", bNumInterfaces=" 4", interface="JTAG", serial="77")
    computer.plug("ttyCH341USB0", place="1-4.2", product="")
    computer.plug("ttyCH341USB1", place="1-5", bNumInterfaces="")
    assert computer.ports() == [
        PortInfo("ttyCH341USB0", "", "1A86:7523", "", "1-4.2"),
        PortInfo("ttyCH341USB1", "USB Serial", "1A86:7523", "", "1-5"),
        PortInfo("ttyCH343USB0", "USB Serial - JTAG", "1A86:7523", "77", "1-2:1.0"),
    ]


def test_a_board_that_is_going_or_has_strange_descriptors_hides_no_other(computer: Computer) -> None:
    computer.plug("ttyCH341USB0", place="1-1", idVendor="")
    computer.plug("ttyCH341USB1", place="1-2")
    computer.plug("ttyCH341USB2", place="1-3")
    hub = computer.sysfs / "devices/pci0000:00/usb1"
    (hub / "1-2/serial").write_bytes(b" \xff\x1b[2J@%: \nmore\n")
    (hub / "1-3/idProduct").unlink()
    (computer.dev / "ttyCH341USB3").symlink_to(computer.dev / "gone")
    assert computer.ports() == [
        PortInfo("ttyCH341USB0", "", "", "", ""),
        PortInfo("ttyCH341USB1", "USB Serial", "1A86:7523", "\ufffd\x1b[2J@%:", "1-2"),
        PortInfo("ttyCH341USB2", "", "", "", ""),
        PortInfo("ttyCH341USB3", "", "", "", ""),
    ]


def test_a_second_name_of_a_port_is_not_listed_but_a_name_for_another_file_is(computer: Computer) -> None:
    computer.plug("ttyCH341USB0")
    computer.add("ttyUSB0")  # pyserial lists this one
    (computer.dev / "ttyCH341USB9").symlink_to("ttyCH341USB0")
    (computer.dev / "ttyBENCH1").symlink_to(computer.dev / "ttyUSB0")
    (computer.dev / "pts7").touch()
    (computer.dev / "ttyV0").symlink_to("pts7")
    assert [port.device for port in computer.ports()] == ["ttyCH341USB0", "ttyV0"]


def test_without_dev_there_is_no_port(tmp_path: Path) -> None:
    assert linux.more_ports(tmp_path / "dev", tmp_path / "sys") == []


def test_the_list_of_ports_has_those_of_pyserial_and_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    uno = SimpleNamespace(
        device="/dev/ttyACM0", description="Uno", vid=0x2341, pid=0x43, serial_number="7", location="1-1"
    )
    none = {"description": "n/a", "vid": None, "pid": None, "serial_number": None, "location": None}
    chips = [SimpleNamespace(device=f"/dev/ttyS{number}", **none) for number in range(3)]
    wch = PortInfo("/dev/ttyCH341USB0", "", "1A86:5523", "", "1-2")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(list_ports, "comports", lambda: [*chips, uno])
    monkeypatch.setattr(linux, "is_reserved", lambda name: name == "ttyS1")
    monkeypatch.setattr(linux, "more_ports", lambda: [wch])
    names = ["/dev/ttyACM0", "/dev/ttyCH341USB0", "/dev/ttyS0", "/dev/ttyS2"]
    assert [port.device for port in serial_ports()] == names
    monkeypatch.setattr(sys, "platform", "win32")
    assert "/dev/ttyS1" in [port.device for port in serial_ports()]
    assert wch not in serial_ports()
