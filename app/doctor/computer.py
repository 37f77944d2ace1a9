"""Checks of the computer: its Python, its clock, its keyring, and what the window needs.

Invariants: every argument of a check is optional, and is a fact about the computer or a function that looks
up facts; by default, the check looks up the facts itself. Qt is never imported, because importing Qt ends the
program if a library is missing.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import struct
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import keyring

from app import __file__ as program_file
from app.doctor.finding import Finding, Grade
from app.messages.message import Message

_PYTHONS = ((3, 11), (3, 12), (3, 13))
_BITS = 8 * struct.calcsize("P")
_DAY_S = 86400.0
_CENTURY_S = datetime(2100, 1, 1, tzinfo=UTC).timestamp()
QT_LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libX11.so.6": "libx11-6",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libX11-xcb.so.1": "libx11-xcb1",
}
"""The libraries that Qt loads on Linux, each with the Debian package that has it."""


def python(version: tuple[int, ...] = tuple(sys.version_info[:3]), bits: int = _BITS) -> Finding:
    """Check whether this Python has 64 bits and a version with which the program is tested."""
    shown = ".".join(map(str, version))
    if version[:2] not in _PYTHONS or bits != 64:
        return Finding("python", Grade.WRONG, Message("python_wrong", version=shown, bits=bits))
    return Finding("python", Grade.OK, Message("python_good", version=shown, bits=bits))


def clock(now_s: float | None = None, installed_s: float | None = None) -> Finding:
    """Check whether the computer's clock can be right, because certificates and time stamps depend on it.

    Times are in seconds since 1970; `installed_s` is the time at which the program was installed.
    """
    now_s = time.time() if now_s is None else now_s
    installed_s = _installed_s() if installed_s is None else installed_s
    at_us = round(now_s * 1e6)
    if now_s < installed_s - _DAY_S:
        return Finding("clock", Grade.WRONG, Message("clock_before_installation", at_us=at_us))
    if now_s > _CENTURY_S:
        return Finding("clock", Grade.WRONG, Message("clock_far_ahead", at_us=at_us))
    return Finding("clock", Grade.OK, Message("clock_good", at_us=at_us))


def _installed_s() -> float:
    """The time at which the program was installed, in seconds since 1970; 0 if that is unknown.

    In a frozen program, the modules are inside of an archive, so only the program itself is a file.
    """
    program = sys.executable if getattr(sys, "frozen", False) else program_file
    try:
        return Path(program).stat().st_mtime
    except OSError:
        return 0.0


def keyring_present(backend: object | None = None) -> Finding:
    """Check whether the operating system has a keyring for auth tokens."""
    try:
        backend = backend or keyring.get_keyring()
        works = float(getattr(backend, "priority", 0)) >= 1
    except Exception as error:  # noqa: BLE001 - a backend is a third-party plug-in, and may raise anything
        return Finding("keyring", Grade.NOTE, Message("keyring_fails", words=type(error).__name__))
    if not works:
        return Finding("keyring", Grade.NOTE, Message("keyring_not_there"))
    name = str(getattr(backend, "name", type(backend).__name__))
    return Finding("keyring", Grade.OK, Message("keyring_good", keyring=name))


def window(
    platform: str = sys.platform,
    has_screen: bool | None = None,
    is_installed: Callable[[str], object] = importlib.util.find_spec,
    load: Callable[[str], object] = ctypes.CDLL,
) -> Finding:
    """Check whether the window can be shown. The commands `run` and `demo --headless` need no window."""
    if not is_installed("PySide6"):
        return Finding("window", Grade.WRONG, Message("window_without_qt"))
    if platform != "linux":
        return Finding("window", Grade.OK, Message("window_good"))
    if has_screen is None:
        has_screen = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    missing = tuple(name for name in QT_LIBRARIES if not _loads(name, load))
    if missing:
        packages = " ".join(QT_LIBRARIES[name] for name in missing)
        message = Message("window_lacks_libraries", libraries=missing, packages=packages)
        return Finding("window", Grade.WRONG if has_screen else Grade.NOTE, message)
    if not has_screen:
        return Finding("window", Grade.NOTE, Message("window_without_screen"))
    return Finding("window", Grade.OK, Message("window_good"))


def _loads(name: str, load: Callable[[str], object]) -> bool:
    try:
        load(name)
    except OSError:
        return False
    return True
