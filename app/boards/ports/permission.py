"""Checks whether this user may open a port, and explains how to get the permission."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from app.messages.message import Message


def may_open(port: str) -> bool:
    """Whether this user may open a port. Always True on Windows and for ports that do not exist."""
    return sys.platform == "win32" or not Path(port).exists() or os.access(port, os.R_OK | os.W_OK)


def fix(port: str) -> Message:
    """What the user must do to be allowed to open `port`, as a clause without a full stop."""
    group, joined = _group_of(port)
    return Message("log_in_for_port_group" if joined else "join_port_group", group=group)


def _group_of(port: str) -> tuple[str, bool]:
    """The group that may open a port, and whether this user has joined it but must still log in again."""
    if sys.platform != "win32":
        import grp
        import pwd

        with suppress(OSError, KeyError):
            entry = grp.getgrgid(Path(port).stat().st_gid)
            user = pwd.getpwuid(os.geteuid()).pw_name
            if entry.gr_name != "root":
                return entry.gr_name, user in entry.gr_mem and entry.gr_gid not in os.getgroups()
    return "dialout", False
