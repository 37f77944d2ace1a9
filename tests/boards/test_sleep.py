"""A port that is dead after the computer slept is opened again; a board that only pauses is left alone."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from app.boards import sleep
from app.boards.sleep import SleepWatch, asleep_s


class Clock:
    """A stand-in for `asleep_s`: the seconds that the computer has slept, or None if it cannot tell."""

    def __init__(self, asleep_s: float | None) -> None:
        self.asleep_s = asleep_s

    def __call__(self) -> float | None:
        return self.asleep_s


def test_a_board_that_pauses_is_left_alone() -> None:
    watch = SleepWatch(0.0, Clock(100.0))
    watch.bytes_came(1.0)
    for now_s in range(2, 1000):
        watch.nothing_came(now_s, patience_s=10.0)


def test_a_board_that_sends_nothing_after_sleep_is_opened_again() -> None:
    clock = Clock(0.0)
    watch = SleepWatch(0.0, clock)
    watch.bytes_came(1.0)
    clock.asleep_s = 3600.0
    watch.nothing_came(1.2, patience_s=10.0)
    watch.nothing_came(11.0, patience_s=10.0)
    with pytest.raises(OSError, match="slept"):
        watch.nothing_came(11.3, patience_s=10.0)


def test_a_board_that_sends_after_sleep_is_left_alone() -> None:
    clock = Clock(0.0)
    watch = SleepWatch(0.0, clock)
    watch.bytes_came(1.0)
    clock.asleep_s = 3600.0
    watch.nothing_came(1.2, patience_s=10.0)
    watch.bytes_came(5.0)
    watch.nothing_came(100.0, patience_s=10.0)


def test_a_board_that_never_sent_anything_is_not_opened_again() -> None:
    clock = Clock(0.0)
    watch = SleepWatch(0.0, clock)
    clock.asleep_s = 3600.0
    for now_s in range(100):
        watch.nothing_came(now_s, patience_s=10.0)


def test_a_sleep_before_the_last_byte_does_not_count() -> None:
    clock = Clock(0.0)
    watch = SleepWatch(0.0, clock)
    watch.bytes_came(1.0)
    clock.asleep_s = 3600.0
    watch.bytes_came(1.2)
    for now_s in range(2, 1000):
        watch.nothing_came(now_s, patience_s=10.0)


@pytest.mark.parametrize(
    ("asleep_s", "looked_s", "is_dead"),
    [
        (2.0, 1.25, False),  # two clocks may differ by as much
        (2.25, 1.25, True),
        (None, 11.0, False),  # a busy computer may let ten seconds pass between two calls
        (None, 11.25, True),
    ],
)
def test_how_long_a_sleep_must_be_to_count(asleep_s: float | None, looked_s: float, is_dead: bool) -> None:
    clock = Clock(None if asleep_s is None else 0.0)
    watch = SleepWatch(0.0, clock)
    watch.bytes_came(1.0)
    clock.asleep_s = asleep_s
    watch.nothing_came(looked_s, patience_s=5.0)
    watch.nothing_came(looked_s + 5.0, patience_s=5.0)
    if is_dead:
        with pytest.raises(OSError, match="slept"):
            watch.nothing_came(looked_s + 5.25, patience_s=5.0)
    else:
        watch.nothing_came(looked_s + 5.25, patience_s=5.0)


@pytest.mark.parametrize(("before_s", "after_s"), [(7.0, None), (None, 7.0)])
def test_a_system_that_can_only_sometimes_tell_counts_as_one_that_cannot(
    before_s: float | None, after_s: float | None
) -> None:
    clock = Clock(before_s)
    watch = SleepWatch(0.0, clock)
    watch.bytes_came(1.0)
    clock.asleep_s = after_s
    watch.nothing_came(100.0, patience_s=5.0)
    with pytest.raises(OSError, match="slept"):
        watch.nothing_came(106.0, patience_s=5.0)


def test_if_the_system_cannot_tell_a_reader_that_did_not_run_was_asleep() -> None:
    watch = SleepWatch(0.0, Clock(None))
    watch.bytes_came(1.0)
    watch.nothing_came(1.2, patience_s=10.0)
    for now_s in (3600.0, 3605.0, 3609.0):
        watch.nothing_came(now_s, patience_s=10.0)
    with pytest.raises(OSError, match="slept"):
        watch.nothing_came(3610.5, patience_s=10.0)


@pytest.mark.parametrize(("system", "slept_s"), [("linux", 70.0), ("darwin", 25.0), ("win32", None)])
def test_each_system_measures_sleep_with_its_own_clocks(
    system: str, slept_s: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    clocks = SimpleNamespace(
        CLOCK_BOOTTIME="boot",
        CLOCK_MONOTONIC="monotonic",
        clock_gettime={"boot": 100.0, "monotonic": 30.0}.__getitem__,
        monotonic=lambda: 5.0,
    )
    monkeypatch.setattr(sleep, "time", clocks)
    assert asleep_s() == slept_s
