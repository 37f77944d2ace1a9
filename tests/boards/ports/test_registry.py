"""The list of ports that all devices share, and the programs that have a port open."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from serial.tools import list_ports

from app.boards.errors import PortError
from app.boards.ports import registry as ports
from app.boards.ports.holders import Holder
from app.boards.ports.registry import PortRegistry, names_in_use, serial_ports
from app.boards.status import PortInfo

UNO = PortInfo("/dev/ttyACM0", "Arduino Uno", "2341:0043", "85734323", "1-2")
CLONES = (
    PortInfo("/dev/ttyUSB0", "CH340", "1A86:7523", "", "1-3"),
    PortInfo("/dev/ttyUSB1", "CH340", "1A86:7523", "", "1-4"),
)


class Computer:
    """A registry of ports; the test sets which ports there are, and the time."""

    def __init__(self, *there: PortInfo) -> None:
        self.there = list(there)
        self.names: object = 0
        self.now_s = 0.0
        self.looks = 0
        self.registry = PortRegistry(self._look, lambda: self.names, lambda: self.now_s)

    def _look(self) -> list[PortInfo]:
        self.looks += 1
        return self.there


def test_a_port_is_written_into_a_bench_file_by_its_identity() -> None:
    assert UNO.port == "usb:2341:0043:85734323"
    assert CLONES[0].port == CLONES[0].place == "usb:1A86:7523@1-3"
    assert PortInfo("COM1", "", "", "", "").port == "COM1"
    assert UNO.hwid == "2341:0043 85734323"


def listed(device: str, description: str | None = None, **known: object) -> SimpleNamespace:
    """A port as pyserial lists it."""
    usb = {"vid": None, "pid": None, "serial_number": None, "location": None}
    return SimpleNamespace(device=device, description=description, **{**usb, **known})


def test_the_ports_of_a_computer_are_listed_usb_first(monkeypatch: pytest.MonkeyPatch) -> None:
    uno = {"vid": 0x2341, "pid": 0x43, "serial_number": "85734323", "location": "1-2"}
    found = [
        listed("/dev/ttyS0", "n/a"),
        listed("/dev/ttyUSB1", "CH340", vid=0x1A86, pid=0x7523, location="1-4"),
        listed("/dev/ttyACM0", "Arduino Uno", **uno),
        listed("/dev/ttyS1", vid=0x1A86),
        listed("/dev/rfcomm0", pid=0x7523),
    ]
    monkeypatch.setattr(list_ports, "comports", lambda: found)
    assert serial_ports() == [
        UNO,
        CLONES[1],
        PortInfo("/dev/rfcomm0", "", "", "", ""),
        PortInfo("/dev/ttyS0", "", "", "", ""),
        PortInfo("/dev/ttyS1", "", "", "", ""),
    ]


@pytest.mark.parametrize("error", [OSError, AttributeError, TypeError, ValueError])
def test_if_ports_cannot_be_listed_there_are_none(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> list[object]:
        raise error

    monkeypatch.setattr(list_ports, "comports", broken)
    assert serial_ports() == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has a registry in place of files")
def test_names_in_use_change_when_a_port_comes_goes_or_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scandir = os.scandir
    monkeypatch.setattr(ports, "os", SimpleNamespace(scandir=lambda path: scandir({"/dev": tmp_path}[path])))
    for name in ("tty", "tty1", "ttyS", "ttyp0", "ttyprintk", "random", "xttyS0", "ttyS0x"):
        (tmp_path / name).touch()
    assert names_in_use() is None
    seen: list[object] = [None]
    names = ("ttyS0", "ttyUSB12", "ttyCH341USB0", "ttyACM0", "ttymxc1", "rfcomm1", "cu.usbmodem1")
    for name in names:
        (tmp_path / name).touch()
        now = names_in_use()
        assert now not in seen
        assert now == names_in_use()
        seen.append(now)
    # The port was replaced: it is a new device node under the old name.
    (tmp_path / "ttyS0").rename(tmp_path / "old")
    (tmp_path / "ttyS0").touch()
    assert names_in_use() not in seen
    (tmp_path / "ttyS1").symlink_to(tmp_path / "nowhere")
    names_in_use()
    monkeypatch.setattr(ports, "os", SimpleNamespace(scandir=lambda _: scandir(tmp_path / "none")))
    assert names_in_use() is None


def test_all_devices_share_one_list_which_is_read_again_only_after_a_change_or_five_seconds() -> None:
    computer = Computer(UNO)
    for device in ("a", "b", "c"):
        computer.registry.register(device, "usb:2341:0043:1")
    for step in range(400):
        computer.now_s = step / 100
        for device in ("a", "b", "c"):
            with pytest.raises(PortError):
                computer.registry.find(device)
    # For a second, the list may lack the serial number of a new board, so it is read at every look.
    settled = computer.looks
    assert settled == 5
    for now_s, looks in ((4.9, 5), (5.5, 5), (6.0, 6), (10.75, 6), (11.0, 7)):  # every 5 s
        computer.now_s = now_s
        computer.registry.changes()
        assert computer.looks == looks


def test_a_change_of_names_is_seen_after_200_ms() -> None:
    computer = Computer()
    computer.registry.register("board", "usb:2341:0043")
    changes = computer.registry.changes()
    computer.names = 1
    for now_s, more in ((0.19, 0), (0.2, 1)):
        computer.now_s = now_s
        assert computer.registry.changes() == changes + more
    computer.now_s = 3.0
    with pytest.raises(PortError):
        computer.registry.find("board")
    computer.there, computer.names = [UNO], 2
    computer.now_s = 3.3
    assert computer.registry.find("board") == UNO
    assert computer.registry.changes() == changes + 2


def test_a_port_that_comes_is_listed_at_the_first_look_at_the_names_after_it() -> None:
    computer = Computer()
    for now_s, names, there, listed_now in (
        (0.0, 0, [], []),
        (1.0, 0, [UNO], []),  # the cheap look sees no change
        (1.5, 1, [UNO], [UNO]),
        (2.0, 2, [], []),
    ):
        computer.now_s, computer.names, computer.there = now_s, names, there
        assert computer.registry.ports() == listed_now


def test_without_names_the_ports_are_listed_each_time() -> None:
    computer = Computer()
    computer.names = None
    for step in range(1, 11):
        computer.now_s = float(step)
        computer.registry.changes()
    assert computer.looks == 10
    assert computer.registry.changes() == 0


def test_a_board_that_was_open_or_chosen_is_found_again() -> None:
    computer = Computer(*CLONES)
    computer.registry.register("a", "usb:1A86:7523")
    with pytest.raises(PortError, match="could mean"):
        computer.registry.find("a")
    computer.registry.choose("a", "/dev/ttyUSB1")
    assert computer.registry.find("a") == CLONES[1]
    computer.registry.register("b", "/dev/ttyUSB0")
    computer.registry.opened("b", CLONES[0])
    computer.there = [CLONES[0]._replace(device="/dev/ttyUSB5")]
    computer.now_s = 100.0
    assert computer.registry.find("b") == computer.there[0]


def test_a_chosen_board_stays_chosen_after_it_was_opened() -> None:
    computer = Computer(*CLONES)
    computer.registry.register("a", "usb:1A86:7523")
    computer.registry.choose("a", "/dev/ttyUSB1")
    computer.registry.opened("a", CLONES[1])
    computer.there = [CLONES[0]]
    computer.now_s = 100.0
    with pytest.raises(PortError, match="one of its kind is at /dev/ttyUSB0"):
        computer.registry.find("a")


def test_a_link_to_a_port_is_that_port(tmp_path: Path) -> None:
    link = tmp_path / "usb-Arduino_Uno_85734323"
    link.symlink_to(UNO.device)
    computer = Computer(UNO)
    computer.registry.register("a", str(link))
    computer.registry.register("b", "usb:2341:0043")
    assert computer.registry.find("a") == UNO
    with pytest.raises(PortError, match="plug it in"):
        computer.registry.find("b")


@pytest.fixture
def other_program() -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The name of a pty that another program has open, and that program."""
    pty = pytest.importorskip("pty", reason="a pty stands for a port; Windows has none")
    master, slave = pty.openpty()
    name = os.ttyname(slave)
    os.close(slave)
    code = "import os, sys; os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY); print('open', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout
        assert program.stdout.readline() == "open\n"
        yield name, program
        program.kill()
    os.close(master)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can tell who has a port open")
def test_programs_that_have_a_port_open_are_listed(
    other_program: tuple[str, subprocess.Popen[str]],
) -> None:
    name, program = other_program
    computer = Computer()
    computer.registry.register("a", name)
    there, holders = computer.registry.use_of("a", name)
    assert there
    assert holders is not None
    mine = [holder for holder in holders if holder.pid == program.pid]
    assert mine[0].program.startswith("python")
    program.kill()
    program.wait()
    assert mine[0] not in (computer.registry.use_of("a", name)[1] or [])
    assert computer.registry.holders("/dev/none", 1.0) == []


def test_all_programs_are_examined_only_if_the_last_answer_is_old_or_no_longer_true(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one, two = Holder(1, "screen"), Holder(2, "cu")
    answers = [[one, two], [], [one], []]
    asked: list[float] = []
    hold = {one, two}

    def ask(port: str) -> list[Holder]:
        assert port == "/dev/ttyACM0"
        asked.append(computer.now_s)
        return answers.pop(0)

    def holds(holder: Holder, port: str) -> bool:
        assert port == "/dev/ttyACM0"
        return holder in hold

    monkeypatch.setattr(ports, "holders", ask)
    monkeypatch.setattr(ports, "still_holds", holds)
    computer = Computer()
    for now_s, still, found in (
        (0.0, {one, two}, [one, two]),
        (100.0, {one, two}, [one, two]),
        (200.0, {two}, [two]),
        (300.0, set(), []),  # all programs are examined again: none has the port open
        (300.75, set(), []),
        (301.0, {one}, [one]),  # and again, because the last answer is a second old
        (301.5, set(), []),  # and again, because the program has closed the port
    ):
        computer.now_s, hold = now_s, still
        assert computer.registry.holders("/dev/ttyACM0", 1.0) == found
    assert asked == [0.0, 300.0, 301.0, 301.5]


def test_the_use_of_a_port_is_that_of_the_device_s_board(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[float, str]] = []

    def ask(port: str) -> list[Holder]:
        asked.append((computer.now_s, port))
        return [Holder(1, "screen")] if port == "COM5" else []

    monkeypatch.setattr(ports, "holders", ask)
    monkeypatch.setattr(ports, "can_tell", lambda: True)
    # A port counts as there if the system lists it, or if its name is not a path.
    computer = Computer(UNO._replace(device="/dev/no-such-port"))
    computer.registry.register("a", "usb:2341:0043")
    computer.registry.register("b", "COM5")
    assert computer.registry.use_of("b", "COM5") == (True, [Holder(1, "screen")])
    for now_s in (0.0, 0.125, 0.25):
        computer.now_s = now_s
        assert computer.registry.use_of("a", "usb:2341:0043") == (True, [])
    assert asked == [(0.0, "COM5"), (0.0, "/dev/no-such-port"), (0.25, "/dev/no-such-port")]
    monkeypatch.setattr(ports, "can_tell", lambda: False)
    assert computer.registry.use_of("a", "usb:2341:0043") == (True, None)


def test_a_port_that_is_not_there_is_not_in_use() -> None:
    computer = Computer()
    computer.registry.register("a", "usb:2341:0043")
    assert computer.registry.use_of("a", "usb:2341:0043") == (False, [])
    computer.registry.register("b", "/dev/no-such-port")
    assert computer.registry.use_of("b", "/dev/no-such-port")[0] is False


def test_a_windows_without_a_function_that_lists_ports_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "serial.tools.list_ports":
                raise AttributeError("function 'CM_MapCrToWin32Err' not found")

    monkeypatch.delitem(sys.modules, "serial.tools.list_ports")
    monkeypatch.delattr("serial.tools.list_ports")
    monkeypatch.setattr(sys, "meta_path", [Broken(), *sys.meta_path])
    assert serial_ports() == []
