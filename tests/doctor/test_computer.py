"""What the doctor says of the computer: each fault is found, told with its mend, and no fault is made up."""

from __future__ import annotations

import pytest

from app.doctor.computer import clock, keyring_present, python, window
from app.doctor.finding import Grade


def test_this_computer_runs_the_tests_so_it_is_well() -> None:
    assert python().grade is clock().grade is Grade.OK
    assert keyring_present().grade in (Grade.OK, Grade.NOTE)
    assert window().grade in (Grade.OK, Grade.NOTE)


@pytest.mark.parametrize(("version", "bits"), [((3, 10, 2), 64), ((3, 14, 0), 64), ((3, 12, 1), 32)])
def test_a_python_that_is_not_tested_is_told(version: tuple[int, ...], bits: int) -> None:
    assert python(version, bits).grade is Grade.WRONG


@pytest.mark.parametrize(("now_s", "grade"), [(0.0, Grade.WRONG), (1.8e9, Grade.OK), (5e9, Grade.WRONG)])
def test_a_clock_that_cannot_be_right_is_told(now_s: float, grade: Grade) -> None:
    assert clock(now_s, installed_s=1.79e9).grade is grade


def test_a_keyring_that_is_none_or_is_broken_is_no_fault() -> None:
    class Backend:
        name = "the safe"
        priority = 5.0

    class Broken:
        @property
        def priority(self) -> float:
            raise RuntimeError("no session bus")

    assert "the safe" in keyring_present(Backend()).sentence
    for backend in (Broken(), object()):
        finding = keyring_present(backend)
        assert finding.grade is Grade.NOTE
        assert "env:PINBRIDGE_NAME" in finding.sentence


def test_what_the_window_lacks_is_named_with_its_package() -> None:
    def load(name: str) -> None:
        if name == "libxcb-cursor.so.0":
            raise OSError

    lacking = window("linux", True, str, load)
    assert lacking.grade is Grade.WRONG
    assert lacking.sentence.endswith("run 'sudo apt-get install libxcb-cursor0'.")
    assert window("linux", False, str, load).grade is Grade.NOTE
    assert window("linux", True, str, str).grade is Grade.OK
    assert "pinbridge run" in window("linux", False, str, str).sentence
    assert window("win32", None, str, load).grade is Grade.OK
    assert window("linux", True, lambda _: None, str).grade is Grade.WRONG
