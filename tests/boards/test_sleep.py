"""A port that is dead after the computer slept is told from one that is merely quiet."""

from __future__ import annotations

import pytest

from app.boards.sleep import SleepWatch, asleep_s


class Clock:
    """For how long the computer has slept; None where it does not tell."""

    def __init__(self, asleep_s: float | None) -> None:
        self.asleep_s = asleep_s

    def __call__(self) -> float | None:
        return self.asleep_s


def test_a_quiet_board_is_let_be() -> None:
    watch = SleepWatch(0.0, Clock(100.0))
    watch.bytes_came(1.0)
    for now_s in range(2, 1000):
        watch.nothing_came(now_s, patience_s=10.0)


def test_a_board_that_says_nothing_after_sleep_is_opened_again() -> None:
    clock = Clock(0.0)
    watch = SleepWatch(0.0, clock)
    watch.bytes_came(1.0)
    clock.asleep_s = 3600.0
    watch.nothing_came(1.2, patience_s=10.0)
    watch.nothing_came(11.0, patience_s=10.0)
    with pytest.raises(OSError, match="slept"):
        watch.nothing_came(11.3, patience_s=10.0)


def test_a_board_that_talks_on_after_sleep_is_well() -> None:
    clock = Clock(0.0)
    watch = SleepWatch(0.0, clock)
    watch.bytes_came(1.0)
    clock.asleep_s = 3600.0
    watch.nothing_came(1.2, patience_s=10.0)
    watch.bytes_came(5.0)
    watch.nothing_came(100.0, patience_s=10.0)


def test_a_board_that_never_spoke_is_not_reset_for_it() -> None:
    clock = Clock(0.0)
    watch = SleepWatch(0.0, clock)
    clock.asleep_s = 3600.0
    for now_s in range(100):
        watch.nothing_came(now_s, patience_s=10.0)


def test_where_the_system_does_not_tell_a_reader_that_did_not_come_round_does() -> None:
    watch = SleepWatch(0.0, Clock(None))
    watch.bytes_came(1.0)
    watch.nothing_came(1.2, patience_s=10.0)
    for now_s in (3600.0, 3605.0, 3609.0):
        watch.nothing_came(now_s, patience_s=10.0)
    with pytest.raises(OSError, match="slept"):
        watch.nothing_came(3610.5, patience_s=10.0)


def test_this_computer_s_own_answer() -> None:
    told = asleep_s()
    assert told is None or told > -1.0
