"""The allowance: a call's use of pace and budgets is booked when it is sent, and corrected by its answer."""

from __future__ import annotations

import pytest

from app.cloud.destination import Call
from app.cloud.plan.allowance import Allowance
from app.cloud.plan.budget import Budget, Period
from app.wire.streams import Usage

NOW_US = 1_700_000_000_000_000
LATER_US = NOW_US + 60_000_000
ONE = Call("GET", "/update", (), None, ())
SET = Call("POST", "/batch", (), b"[]", (), points=30)


def points() -> Budget:
    return Budget("points", 100, Period.DAY)


def events() -> Budget:
    return Budget("events", 100, Period.DAY, reserve=0.0)


def messages() -> Budget:
    return Budget("messages", 10, Period.MONTH)


def test_a_late_wake_up_catches_up_by_at_most_20_ms() -> None:
    allowance = Allowance(100, None, points(), events())
    waits = []
    for _ in range(4):
        waits.append(round(allowance.wait_s(0.0, NOW_US), 6))
        allowance.on_sent(ONE, 0.0, NOW_US)
    assert waits == [0.0, 0.0, 0.0, 0.01]


def test_a_call_waits_for_the_slower_of_pace_and_messages() -> None:
    spent = messages()
    spent.take(10, NOW_US)
    assert Allowance(0, spent, points(), events()).wait_s(0.0, NOW_US) == spent.wait_s(NOW_US) > 1
    allowance = Allowance(0.5, messages(), points(), events())
    allowance.on_sent(ONE, 0.0, NOW_US)
    assert allowance.wait_s(0.0, NOW_US) == pytest.approx(1.98)


def test_a_call_that_is_no_set_uses_no_points() -> None:
    allowance = Allowance(0, None, points(), events())
    allowance.on_sent(ONE, 0.0, NOW_US)
    assert str(allowance.points.forecast(LATER_US)) == "100 of the day's 100 points are left."
    assert allowance.on_answer(ONE, 1, accepted=True, now_us=LATER_US) == []


def test_a_call_s_use_is_booked_when_it_is_sent() -> None:
    allowance = Allowance(0, messages(), points(), events())
    allowance.on_sent(SET, 0.0, NOW_US)
    assert allowance.points.left(NOW_US) == 70
    assert allowance.messages
    assert allowance.messages.left(NOW_US) == 9


@pytest.mark.parametrize(("accepted", "used_points"), [(True, 30), (False, 0)])
@pytest.mark.parametrize(("sent", "used_messages"), [(0, 0), (1, 1), (3, 3)])
def test_an_answer_corrects_the_use_to_the_real_one(
    accepted: bool, used_points: int, sent: int, used_messages: int
) -> None:
    allowance = Allowance(0, messages(), points(), events())
    allowance.on_sent(SET, 0.0, NOW_US)
    usage = allowance.on_answer(SET, sent, accepted=accepted, now_us=NOW_US)
    assert usage == [Usage("messages", "2023-11", used_messages), Usage("points", "2023-11-14", used_points)]
