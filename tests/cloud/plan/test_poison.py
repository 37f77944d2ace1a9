"""The poison message: when a reading that fails again and again becomes suspect, and when it is to blame."""

from __future__ import annotations

import math

import pytest

from app.cloud.plan.poison import PoisonMessage
from app.wire.streams import Reading

FIRST, SECOND = (Reading(number, 1, number, "v1", 1.0, 0) for number in (1, 2))


def failed(*at_s: float, reading: Reading = FIRST) -> PoisonMessage:
    poison = PoisonMessage()
    for now_s in at_s:
        poison.on_failure(reading, now_s)
    return poison


def test_nothing_is_suspect_before_it_has_failed() -> None:
    poison = PoisonMessage()
    assert (poison.reading, poison.given_up) == (None, None)
    assert not poison.is_suspect(math.inf)
    assert not poison.is_to_blame(math.inf, math.inf)


@pytest.mark.parametrize(
    ("failures", "last_success_s", "is_suspect"), [(2, 99.0, False), (3, 11.0, True), (3, 10.0, False)]
)
def test_three_failures_while_others_pass_make_a_reading_suspect(
    failures: int, last_success_s: float, is_suspect: bool
) -> None:
    assert failed(*[10.0] * failures).is_suspect(last_success_s) is is_suspect


@pytest.mark.parametrize(
    ("failures", "last_success_s", "now_s", "is_to_blame"),
    [
        (5, 11.0, 610.0, True),
        (4, 11.0, 610.0, False),
        (5, 10.0, 610.0, False),
        (5, 11.0, 609.9, False),
    ],
)
def test_five_failures_over_ten_minutes_while_others_pass_blame_a_reading(
    failures: int, last_success_s: float, now_s: float, is_to_blame: bool
) -> None:
    assert failed(*[10.0] * failures).is_to_blame(last_success_s, now_s) is is_to_blame


def test_failures_are_counted_for_one_reading_at_a_time() -> None:
    poison = failed(10.0, 20.0)
    poison.on_failure(SECOND, 30.0)
    assert poison.reading == SECOND
    for now_s in (40.0, 50.0):
        assert not poison.is_suspect(99.0)
        poison.on_failure(SECOND, now_s)
    assert poison.is_suspect(31.0)
    assert not poison.is_suspect(30.0)


def test_a_success_clears_it() -> None:
    poison = failed(1.0, 2.0, 3.0)
    poison.given_up = FIRST
    poison.forget()
    assert [poison.reading, poison.given_up] == [None, None]
    poison.on_failure(FIRST, 5.0)
    assert not poison.is_suspect(math.inf)
