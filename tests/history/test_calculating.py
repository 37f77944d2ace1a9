"""Calculations run in a thread of their own, and their results are those of the readings of the period."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Generator, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.history import calculating
from app.history.calculating import Calculating, stretch_of
from app.history.calculation import Calculated, Calculation, Key, Series, Stretch
from app.journal.journal import JournalError
from tests.waiting import PATIENCE_S, wait_until

KEY, OTHER = ("board", "v1"), ("hall", "v1")
Function = Callable[[Sequence[Stretch]], list[float]]


def total(stretches: Sequence[Stretch]) -> list[float]:
    return [float(stretch.values.sum()) for stretch in stretches]


def lengths(stretches: Sequence[Stretch]) -> list[float]:
    return [float(len(stretch.times_s)) for stretch in stretches]


def fail(_stretches: Sequence[Stretch]) -> list[float]:
    raise ArithmeticError("wrong")


class Reader:
    """Has a reading of each second; its value is the second. It waits while `gate` is closed."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.asked: list[Key] = []
        self.errors: list[Exception] = []
        self.failure: Exception | None = None
        self.now_s = 0.0
        self.takes_s = 0.0
        self.was_closed = False

    def read(self, key: Key, from_s: float, to_s: float) -> Generator[Series, None, None]:
        self.asked.append(key)
        assert self.gate.wait(PATIENCE_S)
        self.now_s += self.takes_s
        if self.failure:
            failure, self.failure = self.failure, None
            raise failure
        try:
            for second in range(int(to_s) + 1, int(from_s) - 2, -1):
                yield np.array([float(second)]), np.array([float(second)])
        finally:
            self.was_closed = True


@contextmanager
def calculations() -> Iterator[tuple[Calculating, Reader]]:
    reader = Reader()
    made = Calculating(reader.read, reader.errors.append, lambda: reader.now_s)
    try:
        yield made, reader
    finally:
        reader.gate.set()
        assert made.stop(PATIENCE_S)


def over(from_s: float, to_s: float, function: Function = total, *keys: Key) -> Calculation[list[float]]:
    return Calculation(keys or (KEY,), from_s, to_s, function)


def finished(made: Calculating, wanted: Calculation[list[float]], stamp: Hashable = 0) -> list[float]:
    """The result for just this period, when it is there."""
    found: list[Calculated[list[float]]] = []

    def has_come() -> bool:
        if result := made.calculate(wanted, stamp):
            found.append(result)
        return bool(found) and found[-1][:2] == (wanted.from_s, wanted.to_s)

    wait_until(has_come)
    return found[-1].result


def test_a_result_is_of_all_readings_between_two_times() -> None:
    with calculations() as (made, reader):
        wanted = over(3, 5, total, KEY, OTHER)
        assert made.calculate(wanted, 0) is None
        assert finished(made, wanted) == [12, 12]
        assert reader.asked == [KEY, OTHER]
        assert reader.was_closed


def test_while_a_newer_result_is_calculated_the_earlier_one_is_there() -> None:
    with calculations() as (made, reader):
        finished(made, over(3, 5))
        reader.gate.clear()
        for to_s in (6, 7, 8):
            assert made.calculate(over(3, to_s), 0) == (3, 5, [12])
            wait_until(lambda: len(reader.asked) == 2)
        reader.gate.set()
        assert finished(made, over(3, 8)) == [33]
        # The request for 7 s was replaced by the one for 8 s.
        assert len(reader.asked) == 3


def test_nothing_is_calculated_again_unless_period_or_stamp_change() -> None:
    with calculations() as (made, reader):
        for _ in range(3):
            finished(made, over(3, 5))
        assert len(reader.asked) == 1
        made.calculate(over(3, 5), 1)
        wait_until(lambda: len(reader.asked) == 2)
        # Another function, or other datastreams, are another calculation.
        assert made.calculate(over(3, 5, lengths), 1) is None
        assert made.calculate(over(3, 5, total, OTHER), 1) is None
        assert made.calculate(over(3, 5), 1) == (3, 5, [12])


def test_only_the_results_of_the_newest_calculations_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calculating, "_MOST_TASKS", 2)
    with calculations() as (made, reader):
        finished(made, over(1, 1))
        finished(made, over(1, 1, lengths))
        finished(made, over(1, 1))
        reader.gate.clear()
        assert made.calculate(over(1, 1, total, OTHER), 0) is None  # `lengths` was asked for least recently.
        wait_until(lambda: reader.asked[-1] == OTHER)
        assert made.calculate(over(1, 1), 0) == (1, 1, [1])
        assert made.calculate(over(1, 1, lengths), 0) is None
        made.calculate(over(1, 1), 0)
        made.calculate(over(1, 1, total, KEY, OTHER), 0)
        count = len(reader.asked)
        reader.gate.set()
        # What is no longer wanted is not calculated either.
        finished(made, over(1, 1, total, KEY, OTHER))
        assert reader.asked[count:] == [KEY, OTHER]


def test_what_is_forgotten_while_it_is_read_is_no_result() -> None:
    with calculations() as (made, reader):
        finished(made, over(3, 5))
        finished(made, over(3, 5, total, OTHER))
        reader.gate.clear()
        made.calculate(over(3, 6), 0)
        wait_until(lambda: len(reader.asked) == 3)
        made.calculate(over(3, 7, total, KEY, OTHER), 0)
        made.forget(lambda key: key == KEY)
        assert made.calculate(over(3, 5, total, OTHER), 0) == (3, 5, [12])
        assert made.calculate(over(3, 5, lengths), 0) is None
        reader.gate.set()
        assert finished(made, over(3, 5, lengths)) == [3]
        assert reader.asked == [KEY, OTHER, KEY, KEY]
        assert made.calculate(over(3, 6), 0) is None
        made.forget()
        assert made.calculate(over(3, 5, lengths), 0) is None


ERRORS = [sqlite3.DatabaseError("broken"), JournalError("journal_not_found", path="j"), OSError("closed")]


@pytest.mark.parametrize("failure", ERRORS, ids=repr)
def test_what_could_not_be_read_is_read_again_a_second_later(failure: Exception) -> None:
    with calculations() as (made, reader):
        reader.failure = failure
        made.calculate(over(3, 5), 0)
        wait_until(lambda: reader.errors == [failure] and made._thread is None)
        reader.now_s = 0.99
        assert made.calculate(over(3, 5), 0) is None
        assert made._thread is None
        reader.now_s = 1.0
        assert finished(made, over(3, 5)) == [12]


def test_an_error_in_a_function_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    with calculations() as (made, reader), caplog.at_level(logging.ERROR):
        for to_s in (5, 6):
            made.calculate(over(3, to_s, fail), 0)
            wait_until(lambda: made._thread is None)
        assert finished(made, over(3, 5)) == [12]
        assert len(reader.asked) == 3
        assert reader.errors == []
        assert [record.message for record in caplog.records] == ["internal error in a calculation"]


def test_the_thread_rests_after_a_long_calculation_but_not_at_its_stop() -> None:
    with calculations() as (made, reader):
        reader.takes_s = 1.0
        finished(made, over(3, 5))
        made.calculate(over(3, 6), 0)
        assert made._rest_until_s == 4.0
        assert len(reader.asked) == 1
        assert made.stop(PATIENCE_S)
        assert len(reader.asked) == 1
        reader.takes_s, reader.now_s = 100.0, 4.0
        finished(made, over(3, 7))
        wait_until(lambda: made._rest_until_s == 109.0)


def test_the_stop_ends_a_long_read_and_results_can_be_asked_for_afterwards() -> None:
    with calculations() as (made, reader):
        finished(made, over(3, 5))
        reader.gate.clear()
        made.calculate(over(3, 6), 0)
        wait_until(lambda: len(reader.asked) == 2)
        assert not made.stop(0.0)
        reader.was_closed = False
        reader.gate.set()
        wait_until(lambda: made._thread is None)
        assert reader.was_closed
        assert made.calculate(over(3, 5), 0) == (3, 5, [12])
        assert finished(made, over(3, 6)) == [18]


def test_what_waited_at_the_stop_is_calculated_when_it_is_asked_for_again() -> None:
    with calculations() as (made, reader):
        reader.gate.clear()
        made.calculate(over(3, 5), 0)
        wait_until(lambda: reader.asked == [KEY])
        made.calculate(over(3, 5, lengths), 0)
        assert not made.stop(0.0)
        reader.gate.set()
        wait_until(lambda: made._thread is None)
        assert reader.asked == [KEY]
        assert finished(made, over(3, 5, lengths)) == [3]


def test_a_stretch_has_the_newest_readings_if_there_are_too_many() -> None:
    taken = []

    def pieces() -> Iterable[Series]:
        for number in (3, 2, 1, 0):
            taken.append(number)
            yield np.array([2.0 * number, 2.0 * number + 1]), np.array([20.0 * number, 20.0 * number + 10])

    times_s, values, is_cut, _ = stretch_of(pieces(), 0, 6, most=3)
    assert (times_s.tolist(), values.tolist(), is_cut) == ([4, 5, 6], [40, 50, 60], True)
    assert taken == [3, 2, 1]
    times_s, values, is_cut, _ = stretch_of(pieces(), 4, 6, most=3)
    assert (times_s.tolist(), values.tolist(), is_cut) == ([4, 5, 6], [40, 50, 60], False)
    assert stretch_of([], 4, 6)[0].tolist() == []


@given(st.lists(st.lists(st.integers(0, 9), max_size=4), max_size=4))
def test_where_the_clock_was_set_back_readings_are_in_the_order_of_their_times(
    seconds: list[list[int]],
) -> None:
    numbers = iter(range(99))
    parts = [(piece, [next(numbers) for _ in piece]) for piece in seconds]
    pieces = [(np.array(times, float), np.array(values, float)) for times, values in reversed(parts)]
    found = stretch_of(pieces, 2, 7)
    expected = [
        (at_s, value)
        for times, values in parts
        for at_s, value in zip(times, values, strict=True)
        if 2 <= at_s <= 7
    ]
    # Of readings at the same time, the first that came is the first.
    expected.sort(key=lambda reading: reading[0])
    assert list(zip(found.times_s, found.values, strict=True)) == expected
