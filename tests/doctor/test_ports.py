"""What the doctor says of the ports, without opening one."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from app.boards.holders import Holder, programs
from app.doctor.finding import Grade
from app.doctor.ports import boards_without_port, grabbers, ports
from app.status import PortInfo

UNO = PortInfo("/dev/ttyACM0", "Arduino Uno", "2341:0043", "85734323", "1-2")


def test_no_port_is_no_fault() -> None:
    (finding,) = ports([])
    assert finding.grade is Grade.NOTE
    assert "cable that carries data" in finding.sentence


def test_each_port_is_told() -> None:
    (free,) = ports([UNO], lambda _: True, lambda _: [])
    assert free.sentence == "/dev/ttyACM0 Arduino Uno 2341:0043 85734323: free."
    (busy,) = ports([UNO], lambda _: True, lambda _: [Holder(42, "screen")])
    assert (busy.grade, "screen (process 42)" in busy.sentence) == (Grade.NOTE, True)
    (closed,) = ports([UNO], lambda _: False, lambda _: [])
    assert (closed.grade, "usermod -aG" in closed.sentence) == (Grade.WRONG, True)
    assert list(ports())


def test_programs_that_take_boards_are_told() -> None:
    assert [finding.grade for finding in grabbers(["brltty", "init", "ModemManager"])] == [
        Grade.WRONG,
        Grade.NOTE,
    ]
    assert not list(grabbers(["init"]))
    list(grabbers())
    if sys.platform == "linux":
        assert any(name.startswith(("python", "pytest")) for name in programs())


@pytest.mark.skipif(sys.platform != "linux", reason="the bus is to be seen on Linux alone")
def test_a_board_that_got_no_port_is_told(tmp_path: Path) -> None:
    for place, vendor, tty in (
        ("1-1", "1a86", ""),
        ("1-2", "2341", "1-2:1.0/tty/ttyACM0"),
        ("1-3", "1a86", "1-3:1.0/ttyUSB0"),
        ("1-4", "1d6b", ""),
    ):
        folder = tmp_path / place
        folder.mkdir()
        (folder / "idVendor").write_text(f"{vendor}\n")
        if tty:
            (folder / tty).mkdir(parents=True)
    (finding,) = boards_without_port(tmp_path)
    assert finding.grade is Grade.WRONG
    assert finding.sentence.startswith("CH340 is plugged in at 1-1, but has no serial port")
    assert not list(boards_without_port(tmp_path / "none"))
