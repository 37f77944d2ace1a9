"""The doctor's checks of serial ports, which open no port."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from app.boards.ports import permission
from app.boards.ports.holders import Holder
from app.boards.status import PortInfo
from app.doctor import ports as doctor_ports
from app.doctor.finding import Grade
from app.doctor.ports import boards_without_port, grabbers, ports
from tests.doctor.shown import shown

UNO = PortInfo("/dev/ttyACM0", "Arduino Uno", "2341:0043", "85734323", "1-2")
BARE = PortInfo("/dev/ttyS0", "", "", "", "")


def test_a_missing_port_is_only_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    none = (
        "ports",
        Grade.NOTE,
        "There is no serial port: plug a board in, with a cable that carries data.",
    )
    assert [*map(shown, ports([]))] == [none]
    monkeypatch.setattr(doctor_ports, "serial_ports", list)
    assert [*map(shown, ports())] == [none]
    monkeypatch.setattr(doctor_ports, "serial_ports", lambda: [UNO])
    assert UNO.device in str(next(ports()).message)


@pytest.mark.parametrize(
    ("may_open", "holders", "grade", "words"),
    [
        (True, [], Grade.OK, "free."),
        (
            True,
            [Holder(42, "screen"), Holder(43, "cu")],
            Grade.NOTE,
            "screen (process 42) has it open; only one program at a time can.",
        ),
        (False, [], Grade.WRONG, "this user may not open it: join the group."),
        (False, [Holder(42, "screen")], Grade.WRONG, "this user may not open it: join the group."),
    ],
)
def test_each_port_has_a_finding(
    may_open: bool, holders: list[Holder], grade: Grade, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(permission, "fix", lambda _: "join the group")
    told = ports([UNO, BARE], lambda _: may_open, lambda _: holders)
    assert [*map(shown, told)] == [
        ("ports", grade, f"/dev/ttyACM0 Arduino Uno 2341:0043 85734323: {words}"),
        ("ports", grade, f"/dev/ttyS0: {words}"),
    ]


def test_programs_that_take_ports_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    brltty, manager = grabbers(["brltty", "init", "ModemManager"])
    assert (brltty.check, brltty.grade) == ("grabbers", Grade.WRONG)
    assert "sudo apt-get remove brltty" in str(brltty.message)
    assert (manager.check, manager.grade) == ("grabbers", Grade.NOTE)
    assert "sudo systemctl disable --now ModemManager" in str(manager.message)
    assert [*grabbers(["init"])] == []
    monkeypatch.setattr(doctor_ports, "programs", lambda: ["init", "ModemManager"])
    assert [*grabbers()] == [manager]


def test_a_board_without_a_port_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for place, vendor, product, tty in (
        ("1-1", "1a86", "", ""),
        ("1-2", "2341", "Uno", "1-2:1.0/tty/ttyACM0"),
        ("1-3", "1a86", "", "1-3:1.0/ttyUSB0"),
        ("1-4", "1d6b", "a hub", ""),
        ("1-5", "2341", "Arduino Uno", "1-5:1.0/net/usb0"),
    ):
        folder = tmp_path / place
        folder.mkdir()
        (folder / "idVendor").write_text(f"{vendor}\n")
        if product:
            (folder / "product").write_text(f"{product}\n")
        if tty:
            (folder / tty).mkdir(parents=True)
    fix = (
        "but has no serial port: plug it in again, "
        "and check whether another program holds it or a driver is missing."
    )
    glob = Path.glob  # systems list a folder in any order
    monkeypatch.setattr(Path, "glob", lambda path, pattern: sorted(glob(path, pattern), reverse=True))
    assert [*map(shown, boards_without_port(tmp_path))] == [
        ("ports", Grade.WRONG, f"CH340 is plugged in at 1-1, {fix}"),
        ("ports", Grade.WRONG, f"Arduino Uno is plugged in at 1-5, {fix}"),
    ]
    assert [*boards_without_port(tmp_path / "none")] == []
    monkeypatch.setattr(sys, "platform", "darwin")
    assert [*boards_without_port(tmp_path)] == []


@pytest.mark.parametrize(
    ("vendor", "name"),
    [
        ("2341", "Arduino"),
        ("2a03", "Arduino"),
        ("1a86", "CH340"),
        ("10c4", "CP210x"),
        ("0403", "FTDI"),
        ("239a", "Adafruit"),
        ("2e8a", "Raspberry Pi Pico"),
        ("303a", "Espressif"),
        ("1b4f", "SparkFun"),
    ],
)
def test_the_vendors_of_boards_are_known(
    vendor: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    (tmp_path / "1-1").mkdir()
    (tmp_path / "1-1" / "idVendor").write_text(vendor)
    (found,) = boards_without_port(tmp_path)
    assert str(found.message).startswith(f"{name} is plugged in at 1-1,")
