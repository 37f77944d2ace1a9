"""The doctor's checks of the computer find each problem with its fix, and report nothing else."""

from __future__ import annotations

import os
import re
import runpy
import sys
import time
from collections.abc import Callable
from pathlib import Path

import keyring
import pytest

from app.doctor import computer
from app.doctor.computer import QT_LIBRARIES, clock, keyring_present, python, window
from app.doctor.finding import Grade
from tests.doctor.shown import shown

FIX = 'keep auth tokens in the environment, with auth_token = "env:PINBRIDGE_NAME".'


def test_this_computer_has_no_problem() -> None:
    assert python().grade is Grade.OK
    assert re.fullmatch(r"Python 3\.\d+\.\d+, 64 bits\.", str(python().message))
    assert clock().grade is Grade.OK


@pytest.mark.parametrize("minor", [11, 12, 13])
def test_a_supported_python_is_ok(minor: int) -> None:
    found = python((3, minor, 2), 64)
    assert shown(found) == ("python", Grade.OK, f"Python 3.{minor}.2, 64 bits.")
    assert found.device == ""


@pytest.mark.parametrize(
    ("version", "bits"), [((3, 10, 2), 64), ((3, 14, 0), 64), ((4, 12, 0), 64), ((3, 12, 1), 32)]
)
def test_an_unsupported_python_is_wrong(version: tuple[int, ...], bits: int) -> None:
    found = python(version, bits)
    assert (found.check, found.grade) == ("python", Grade.WRONG)
    assert str(found.message).endswith(f"{bits} bits: install Python 3.11, 3.12 or 3.13 with 64 bits.")


INSTALLED_S = 1.79e9
TODAY = "This computer's clock says 2026-09-21 14:13 UTC"


@pytest.mark.parametrize(
    ("now_s", "grade", "sentence"),
    [
        (INSTALLED_S, Grade.OK, f"{TODAY}."),
        (INSTALLED_S - 86_400, Grade.OK, "This computer's clock says 2026-09-20 14:13 UTC."),
        (
            INSTALLED_S - 86_401,
            Grade.WRONG,
            "This computer's clock says 2026-09-20 14:13 UTC, "
            "before the program was installed: set the clock.",
        ),
        (4_102_444_800, Grade.OK, "This computer's clock says 2100-01-01 00:00 UTC."),
        (4_102_444_801, Grade.WRONG, "This computer's clock says 2100-01-01 00:00 UTC: set the clock."),
    ],
)
def test_a_clock_that_cannot_be_right_is_wrong(now_s: float, grade: Grade, sentence: str) -> None:
    assert shown(clock(now_s, INSTALLED_S)) == ("clock", grade, sentence)


def test_the_clock_is_compared_with_the_time_of_the_installation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "module.py").touch()
    (tmp_path / "program").touch()
    os.utime(tmp_path / "module.py", (1e9, 1e9))
    os.utime(tmp_path / "program", (1.1e9, 1.1e9))
    monkeypatch.setattr(computer, "program_file", str(tmp_path / "module.py"))
    assert clock(1e9).grade is Grade.OK
    assert clock(1e9 - 90_000).grade is Grade.WRONG
    # In a package, only the program itself is a file.
    monkeypatch.setattr(computer, "program_file", str(tmp_path / "program" / "app" / "__init__.py"))
    assert clock(1e9 - 90_000).grade is Grade.OK
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "program"))
    assert clock(1.1e9).grade is Grade.OK
    assert clock(1.1e9 - 90_000).grade is Grade.WRONG


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has its time zone for all programs")
def test_the_century_ends_at_the_same_instant_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert runpy.run_path(computer.__file__)["_CENTURY_S"] == 4_102_444_800
    finally:
        monkeypatch.undo()
        time.tzset()


class Backend:
    """A stand-in for a keyring with a given priority."""

    name = "the safe"

    def __init__(self, priority: float) -> None:
        self.priority = priority


class Broken:
    """A stand-in for a keyring whose service does not answer."""

    @property
    def priority(self) -> float:
        raise RuntimeError("no session bus")


@pytest.mark.parametrize(
    ("backend", "grade", "sentence"),
    [
        (Backend(1.0), Grade.OK, "Auth tokens can be kept in the safe."),
        (Backend(0.9), Grade.NOTE, f"This computer has no keyring: {FIX}"),
        (object(), Grade.NOTE, f"This computer has no keyring: {FIX}"),
        (Broken(), Grade.NOTE, f"The keyring does not work (RuntimeError): {FIX}"),
    ],
)
def test_a_missing_or_broken_keyring_is_only_a_note(
    backend: object, grade: Grade, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shown(keyring_present(backend)) == ("keyring", grade, sentence)
    monkeypatch.setattr(keyring, "get_keyring", lambda: backend)
    assert shown(keyring_present()) == ("keyring", grade, sentence)


def test_a_keyring_without_a_name_can_be_used() -> None:
    class Nameless:
        priority = 5

    assert str(keyring_present(Nameless()).message) == "Auth tokens can be kept in Nameless."


def everything(_: str) -> object:
    """Load a package or library, as on a computer that has all of them."""
    return object()


def without(*missing: str) -> Callable[[str], object]:
    """Make a loader that finds every library except those in `missing`."""

    def load(name: str) -> object:
        if name in missing:
            raise OSError
        return object()

    return load


@pytest.mark.parametrize(
    ("platform", "has_screen", "missing", "grade", "sentence"),
    [
        ("linux", True, [], Grade.OK, "The window can be shown."),
        ("win32", False, ["libGL.so.1"], Grade.OK, "The window can be shown."),
        ("linux", False, [], Grade.NOTE, "There is no screen: use 'pinbridge run', which needs none."),
        (
            "linux",
            True,
            ["libGL.so.1", "libxcb-cursor.so.0"],
            Grade.WRONG,
            "The window lacks libGL.so.1 and libxcb-cursor.so.0: "
            "run 'sudo apt-get install libgl1 libxcb-cursor0'.",
        ),
        (
            "linux",
            False,
            ["libGL.so.1"],
            Grade.NOTE,
            "The window lacks libGL.so.1: run 'sudo apt-get install libgl1'.",
        ),
    ],
)
def test_missing_libraries_are_named_with_their_packages(
    platform: str, has_screen: bool, missing: list[str], grade: Grade, sentence: str
) -> None:
    found = window(platform, has_screen, everything, without(*missing))
    assert shown(found) == ("window", grade, sentence)


QT = {
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


@pytest.mark.parametrize("library", QT)
def test_each_library_of_qt_is_checked(library: str) -> None:
    found = window("linux", True, everything, without(library))
    assert str(found.message) == f"The window lacks {library}: run 'sudo apt-get install {QT[library]}'."
    assert QT == QT_LIBRARIES


@pytest.mark.parametrize(("display", "is_there"), [("", False), ("DISPLAY", True), ("WAYLAND_DISPLAY", True)])
def test_a_screen_is_known_by_its_variable(
    display: str, is_there: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    if display:
        monkeypatch.setenv(display, ":0")
    found = window("linux", None, everything, everything)
    assert found.grade is (Grade.OK if is_there else Grade.NOTE)


def test_without_qt_there_is_no_window() -> None:
    asked: list[str] = []
    found = window("win32", True, asked.append, everything)
    assert asked == ["PySide6"]
    assert shown(found) == ("window", Grade.WRONG, "PySide6 is not installed: install Pinbridge again.")
