"""The programs that have a port open, found in a folder that stands for /proc."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from app.boards.ports import holders as holders_module
from app.boards.ports.holders import Holder, can_tell, holders, is_ours, programs, still_holds

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows lets few users make links")


class Processes:
    """A folder that stands for /proc."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "self/fd").mkdir(parents=True)
        (folder / "sys").mkdir()

    def add(self, pid: int, *opened: Path, words: bytes | None = None, name: str | None = None) -> None:
        """Add a process with the open files `opened`, the command line `words` and the short name `name`."""
        (self.folder / f"{pid}/fd").mkdir(parents=True)
        for number, path in enumerate(opened):
            (self.folder / f"{pid}/fd/{number}").symlink_to(path)
        if words is not None:
            (self.folder / f"{pid}/cmdline").write_bytes(words)
        if name is not None:
            (self.folder / f"{pid}/comm").write_text(f"{name}\n")


@pytest.fixture
def port(tmp_path: Path) -> Path:
    (tmp_path / "ttyACM0").touch()
    (tmp_path / "ttyACM1").touch()
    return tmp_path / "ttyACM0"


@pytest.fixture
def processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Processes:
    monkeypatch.setattr(holders_module, "_PROCESSES", tmp_path / "proc")
    return Processes(tmp_path / "proc")


def test_the_other_programs_that_have_a_port_open_are_named(port: Path, processes: Processes) -> None:
    other = port.with_name("ttyACM1")
    (port.with_name("by-id")).symlink_to(port)
    processes.add(os.getpid(), port, words=b"python\0")
    processes.add(100, other, port, words=b"/usr/bin/avrdude\0-p\0m328p\0", name="avr")
    (processes.folder / "100/fd/9").touch()  # no link any more: the file was closed meanwhile
    processes.add(200, other, words=b"brltty\0")
    processes.add(300, port, words=b"\0", name="kworker")
    processes.add(400, port)  # it has ended meanwhile: its command line is gone
    processes.add(500, port, words=b"")
    (processes.folder / "600").mkdir()  # another user's: its files cannot be listed
    for name in (port, port.with_name("by-id")):
        assert sorted(holders(str(name))) == [
            Holder(100, "avrdude"),
            Holder(300, "kworker"),
            Holder(500, ""),
        ]
        assert is_ours(str(name))
        held = [still_holds(Holder(pid, ""), str(name)) for pid in (100, 200, 600, 700)]
        assert held == [True, False, False, False]
    assert not is_ours(str(other))


def test_a_file_of_the_same_name_in_a_container_is_another_file(
    port: Path, processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    processes.add(100, port, words=b"avrdude\0")
    monkeypatch.setattr(Path, "samefile", lambda *_: False)
    assert holders(str(port)) == []


def test_running_programs_are_listed_by_the_short_name_of_the_system(processes: Processes) -> None:
    processes.add(100, words=b"/usr/sbin/ModemManager\0", name="ModemManager")
    processes.add(200, name="brltty")
    processes.add(300)
    assert sorted(programs()) == ["", "ModemManager", "brltty"]


@pytest.mark.parametrize(("system", "tells"), [("linux", True), ("darwin", False), ("win32", False)])
def test_only_linux_can_tell_who_has_a_port_open(
    system: str, tells: bool, processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    assert can_tell() is tells
    (processes.folder / "self/fd").rmdir()
    assert not can_tell()


def test_without_a_list_of_processes_no_program_has_the_port(
    port: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holders_module, "_PROCESSES", tmp_path / "none")
    assert holders(str(port)) == []
    assert programs() == []
    assert not is_ours(str(port))
