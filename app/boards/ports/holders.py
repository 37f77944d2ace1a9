"""Finds the programs that have a port open. Only Linux shows this, and only for programs of the same user.

Invariants: no port is opened and no program is disturbed; a program that ends during the search is no error.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NamedTuple

_PROCESSES = Path("/proc")


class Holder(NamedTuple):
    """A program that has a port open."""

    pid: int
    program: str


def can_tell() -> bool:
    """Whether this system can tell which program has a port open."""
    return sys.platform == "linux" and (_PROCESSES / "self" / "fd").is_dir()


def holders(port: str) -> list[Holder]:
    """The other programs that have `port` open. An empty list can also mean that the system cannot tell."""
    path = os.path.realpath(port)
    pids = [pid for pid in _pids() if pid != os.getpid() and _has_open(pid, path)]
    return [Holder(pid, program) for pid in pids if (program := _program(pid)) is not None]


def is_ours(port: str) -> bool:
    """Whether this program itself has `port` open."""
    return _has_open(os.getpid(), os.path.realpath(port))


def still_holds(holder: Holder, port: str) -> bool:
    """Whether `holder` still has `port` open. This is cheaper than a new search with `holders`."""
    return _has_open(holder.pid, os.path.realpath(port))


def programs() -> list[str]:
    """The names of the running programs, as shortened by the system; empty if the system shows none."""
    return [_short_name(pid) for pid in _pids()]


def _pids() -> list[int]:
    try:
        return [int(entry.name) for entry in _PROCESSES.iterdir() if entry.name.isdecimal()]
    except OSError:
        return []


def _has_open(pid: int, path: str) -> bool:
    try:
        with os.scandir(_PROCESSES / str(pid) / "fd") as entries:
            # In a container, the same name may stand for another file: compare the files themselves.
            found = [entry.path for entry in entries if _target(entry.path) == path]
            return any(Path(link).samefile(path) for link in found)
    except OSError:
        # The process is another user's, or has ended.
        return False


def _target(link: str) -> str:
    try:
        return os.readlink(link)  # noqa: PTH115 - thousands of Path objects take three times as long
    except OSError:
        return ""


def _program(pid: int) -> str | None:
    """The program name of the process `pid`, as users know it; None if the process has just ended."""
    try:
        words = (_PROCESSES / str(pid) / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return None
    return Path(os.fsdecode(words[0])).name or _short_name(pid)


def _short_name(pid: int) -> str:
    try:
        return (_PROCESSES / str(pid) / "comm").read_text(errors="replace").strip()
    except OSError:
        return ""
