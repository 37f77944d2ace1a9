"""How often a chart asks for another period, and what it asks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.history.calculation import Stretch
from ui.plot.analysis.asking import Asked, Found, Question, Scope

NOON_S = 1_790_000_000.0


def total(times_s: NDArray[np.float64], values: NDArray[np.float64], doubled: bool = False) -> float:
    return float(values.sum()) * (2 if doubled else 1) + len(times_s)


def stretch(*values: float, is_cut: bool = False) -> Stretch:
    return Stretch(NOON_S + np.arange(float(len(values))), np.array(values), is_cut)


def test_a_question_gets_times_and_values_and_its_options() -> None:
    assert Question(total)([stretch(1, 2)]) == Found(5.0, is_cut=False)
    assert Question(total, (True,))([stretch(1, 2, is_cut=True)]) == Found(8.0, is_cut=True)
    both = Question(lambda *arrays: [len(array) for array in arrays])
    pruned = stretch(1)._replace(pruned=4), stretch(2, 3)._replace(pruned=5)
    assert Question(lambda *_: None)(pruned) == Found(None, is_cut=False, pruned=9)
    assert both([stretch(1), stretch(2, 3, is_cut=True)]) == Found([1, 1, 2, 2], is_cut=True)


def test_equal_questions_are_equal() -> None:
    assert Question(total) == Question(total)
    assert hash(Question(total)) == hash(Question(total))
    assert Question(total) != Question(total, (True,))


def until(to_s: float, length_s: float = 10.0, *, is_between: bool = False) -> Scope:
    return Scope(NOON_S + to_s - length_s, NOON_S + to_s, is_between)


def test_a_period_stays_until_it_has_moved_by_a_two_hundredth() -> None:
    asked = Asked()
    assert asked.scope(until(0)) == until(0)
    assert asked.scope(until(0.0499)) == until(0)
    assert asked.scope(until(0.0501)) == until(0.0501)
    assert asked.scope(until(0.06)) == until(0.0501)


def test_a_long_period_moves_after_a_second() -> None:
    asked = Asked()
    assert asked.scope(until(0, 86400)) == until(0, 86400)
    assert asked.scope(until(0.9, 86400)) == until(0, 86400)
    assert asked.scope(until(1, 86400)) == until(1, 86400)


def test_a_period_that_the_user_has_changed_is_asked_for_at_once() -> None:
    asked = Asked()
    asked.scope(until(0, 86400))
    assert asked.scope(until(0, 86399)) == until(0, 86399)
    assert asked.scope(until(0, 86400)) == until(0, 86400)
    assert asked.scope(until(-1, 86400)) == until(-1, 86400)
    between = until(-1, 86400, is_between=True)
    assert asked.scope(between) == between


def test_a_result_is_for_what_was_asked_and_not_for_what_is_asked_now() -> None:
    asked = Asked()
    for scope in (until(0), until(-4, 3, is_between=True), until(1)):
        asked.scope(scope)
    for scope in (until(0), until(-4, 3, is_between=True), until(1)):
        assert asked.answered(scope.from_s, scope.to_s) == scope
    assert asked.scope(until(-4, 3)).is_between is False
    assert asked.answered(*until(-4, 3)[:2]) == until(-4, 3)


def test_a_result_that_was_asked_for_long_ago_is_taken_for_one_of_now() -> None:
    asked = Asked()
    for number in range(100):
        asked.scope(until(number, is_between=number < 50))
    assert asked.answered(*until(40)[:2]) == until(40, is_between=True)
    assert asked.answered(*until(0)[:2]) == until(0)
