"""What is said of a device's road to the cloud is true now, and plain."""

from __future__ import annotations

import msgspec
import pytest

from app.bench.status import CloudState, CloudStatus
from app.cloud.destination import Outcome, OutcomeKind
from app.cloud.plan.budget import Budget, Period, points_of
from app.cloud.report import Report
from app.config.bench_file import DeviceConfig, Forward
from app.messages.message import Message, verbatim
from tests.cloud.plan.desk import ACCEPT, DEVICE, PAST, SETS, Desk

UNKNOWN = Outcome(OutcomeKind.UNKNOWN, verbatim("HTTP 404: no such page"), status=404)
SERVER_ERROR = Message("cloud_server_error", status=503)
NOW_US = 1_790_000_000_000_000


def told(desk: Desk, device: DeviceConfig = DEVICE) -> CloudStatus:
    report = Report(device, desk.plan, None, points_of(device))
    return report.status(desk.shelf.extents(), 3, 1, desk.now_s, NOW_US)


def test_pins_that_are_stuck_while_others_pass_are_told_in_one_sentence() -> None:
    desk = Desk(("v1", 1.0), ("v2", 2.0), ("v3", 3.0))
    flights = [desk.go(), desk.go(), desk.go()]
    assert told(desk).warnings == ()
    desk.answer(flights[0], UNKNOWN)
    assert [str(warning) for warning in told(desk).warnings] == [
        "v1 is stuck on one reading (HTTP 404: no such page): it is sent again and again, and later readings "
        "of this pin wait. Skip it to give it up."
    ]
    desk.answer(flights[1], Outcome(OutcomeKind.UNKNOWN, verbatim("HTTP 418: tea"), status=418))
    assert told(desk).warnings == (
        Message("cloud_pins_stuck", count=2, targets=("v1", "v2"), answer=UNKNOWN.message),
    )
    assert str(told(desk).warnings[0]).startswith(
        "v1 and v2 are each stuck on one reading (HTTP 404: no such"
    )
    desk.answer(flights[2], ACCEPT)
    assert told(desk).state is CloudState.SENDING


def test_where_every_pin_is_stuck_the_cloud_is_to_blame() -> None:
    desk = Desk(("v1", 1.0))
    desk.answer(desk.go(), UNKNOWN)
    status = told(desk)
    assert status.state is CloudState.PAUSED
    assert str(status.message) == (
        "The cloud answers: HTTP 404: no such page. 1 reading waits, none is lost; next try in 5 min."
    )
    assert status.warnings == ()


def test_all_is_told_while_the_first_calls_are_out() -> None:
    desk = Desk(("v1", 1.0))
    assert told(desk) == CloudStatus(
        CloudState.SENDING, Message("cloud_sending", count=1), 3, 1, 1, (), None, ()
    )
    desk.answer(desk.go())
    assert str(told(desk).message) == "All readings are in the cloud."
    report = Report(DEVICE, desk.plan, None, points_of(DEVICE))
    assert str(report.status([], 0, None, 0.0, NOW_US).message) == "Nothing to send yet."


def test_what_is_held_is_no_reading_that_waits() -> None:
    desk = Desk()
    for _ in range(1200):
        desk.shelf.hold("v1")
    desk.wait(0)
    status = told(desk)
    assert (status.state, status.sendable) == (CloudState.IDLE, 0)
    assert str(status.message) == "1,200 readings were meant for another token or server and are held."
    desk.say(("v2", 1.0))
    assert str(told(desk).message) == "Sending: 1 reading waits."


def test_trouble_is_told_as_long_as_something_waits() -> None:
    desk = Desk(("v1", 1.0))
    flight = desk.go()
    desk.say(("v1", 2.0))
    desk.answer(flight, Outcome(OutcomeKind.BACK_OFF, SERVER_ERROR, 2.4, 503))
    assert told(desk).state is CloudState.WAITING
    desk.now_s = 10.0
    desk.go()
    assert str(told(desk).message) == (
        "The cloud has a server error (HTTP 503). 2 readings wait, none is lost; trying now."
    )
    desk.shelf.delete()
    assert told(desk).state is CloudState.IDLE


def test_a_budget_that_is_nearly_used_up_slows_down_and_says_so() -> None:
    messages = Budget("messages of school", 100_000, Period.MONTH)
    desk = Desk(("v1", 1.0))
    report = Report(DEVICE, desk.plan, messages, points_of(DEVICE))

    def status() -> CloudStatus:
        return report.status(desk.shelf.extents(), 3, 1, desk.now_s, NOW_US)

    assert status().messages_left == 100_000
    assert str(status().message) == "Sending: 1 reading waits."
    assert status().forecast == (Message("forecast_month_left", count=100_000, limit=100_000),)
    messages.take(85_000, NOW_US)
    slow = status()
    assert slow.state is CloudState.SENDING
    assert str(slow.message) == (
        "1 reading waits, none is lost. 15,000 of the month's 100,000 messages are left: one is sent every "
        "54 s, so that they last. The next one is sent in 54 s."
    )
    messages.take(15_000 - 1000, NOW_US)
    assert status().state is CloudState.PAUSED
    assert "one is sent every 14 min" in str(status().message)
    desk.answer(desk.go())
    assert status().state is CloudState.IDLE


@pytest.mark.parametrize(("wait_s", "is_told"), [(1.0, False), (1.1, True)])
def test_a_budget_that_keeps_readings_back_for_a_moment_is_not_told(
    wait_s: float, is_told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    messages = Budget("messages of school", 100, Period.MONTH)
    messages.take(90, NOW_US)
    monkeypatch.setattr(Budget, "wait_s", lambda _budget, _now_us: wait_s)
    desk = Desk(("v1", 1.0))
    report = Report(DEVICE, desk.plan, messages, points_of(DEVICE))
    sentence = report.status(desk.shelf.extents(), 3, 1, desk.now_s, NOW_US).message
    assert (sentence.code == "cloud_budget_spent") is is_told


def test_the_day_s_points_are_told_where_sets_go() -> None:
    points = points_of(DEVICE)
    sets = msgspec.structs.replace(DEVICE, forward=Forward.TIMESTAMPED)
    desk = Desk(**SETS)
    messages = Budget("messages of school", 100_000, Period.MONTH)
    assert Report(sets, desk.plan, messages, points).status([], 0, None, 0.0, NOW_US).forecast == (
        Message("forecast_month_left", count=100_000, limit=100_000),
        Message("forecast_day_left", count=10_000, limit=10_000),
    )
    desk.say(("v1", 1.0))
    desk.wait(1.0)
    points.take(10_000, NOW_US)
    status = Report(sets, desk.plan, None, points).status(desk.shelf.extents(), 0, None, 0.0, NOW_US)
    assert status.state is CloudState.PAUSED
    assert str(status.message).startswith(
        "1 reading waits, none is lost. The day's 10,000 points are used up"
    )


def test_points_that_are_used_up_keep_nothing_back_that_needs_none() -> None:
    points = points_of(DEVICE)
    points.take(10_000, NOW_US)
    desk = Desk(("v1", 1.0))
    status = Report(DEVICE, desk.plan, None, points).status(desk.shelf.extents(), 0, None, 0.0, NOW_US)
    assert str(status.message) == "Sending: 1 reading waits."


def test_the_day_s_points_are_told_while_the_past_waits() -> None:
    desk = Desk(("v1", 1.0), **PAST)
    assert told(desk).forecast == (Message("forecast_day_left", count=10_000, limit=10_000),)
    desk.all()
    assert told(desk).forecast == ()


@pytest.mark.parametrize(("left_s", "state"), [(300, CloudState.SENDING), (301, CloudState.PAUSED)])
def test_one_call_in_more_than_five_minutes_is_no_sending(left_s: int, state: CloudState) -> None:
    day_us = 86_400_000_000
    now_us = (NOW_US // day_us + 1) * day_us - left_s * 1_000_000
    points = points_of(DEVICE)
    points.take(9_999, now_us)
    desk = Desk(("v1", 1.0), **SETS)
    sets = msgspec.structs.replace(DEVICE, forward=Forward.TIMESTAMPED)
    assert Report(sets, desk.plan, None, points).status(desk.shelf.extents(), 0, 1, 0, now_us).state is state


def test_more_than_may_go_out_is_told_within_seconds() -> None:
    desk = Desk()
    report = Report(DEVICE, desk.plan, None, points_of(DEVICE))
    warnings: tuple[Message, ...] = ()
    for second in range(10):
        desk.say(*[("v1", float(n)) for n in range(100)])
        warnings = report.status(desk.shelf.extents(), 0, None, float(second), NOW_US).warnings
    assert list(map(str, warnings)) == [
        "Readings come in faster than they may be sent (100 a second, 10 may go out). Choose latest."
    ]


def test_all_warnings_are_shown_side_by_side() -> None:
    sets = msgspec.structs.replace(DEVICE, forward=Forward.TIMESTAMPED)
    desk = Desk(**SETS)
    report = Report(sets, desk.plan, None, points_of(sets))
    warnings: tuple[Message, ...] = ()
    for second in range(10):
        desk.now_s = float(second)
        desk.say(*[("v1", 1.0)] * 100, at_us=NOW_US - 29 * 86_400_000_000)
        warnings = report.status(desk.shelf.extents(), 0, None, desk.now_s, NOW_US).warnings
    assert [warning.code for warning in warnings] == ["overload_points", "readings_too_old_soon"]


def test_a_budget_that_slows_down_is_outrun_by_a_line_a_second() -> None:
    messages = Budget("messages of school", 100_000, Period.MONTH)
    messages.take(85_000, NOW_US)
    desk = Desk()
    report = Report(DEVICE, desk.plan, messages, points_of(DEVICE))
    warnings: tuple[Message, ...] = ()
    for second in range(10):
        desk.say(("v1", 1.0))
        warnings = report.status(desk.shelf.extents(), 0, None, float(second), NOW_US).warnings
    assert list(map(str, warnings)) == [
        "Readings come in faster than they may be sent (1 a second, one every 54 s may go out). "
        "Choose latest."
    ]


@pytest.mark.parametrize(("readings", "is_told"), [(40, False), (41, True)])
def test_a_datastream_that_appears_later_counts_its_own_readings(readings: int, is_told: bool) -> None:
    """The slower half decides, which is the one that it appears in: 40 in four seconds may go out."""
    desk = Desk()
    report = Report(DEVICE, desk.plan, None, points_of(DEVICE))
    for second, target, count in ((0, "v1", 1), (4, "v1", 100), (6, "ds9", readings)):
        desk.say(*[(target, 1.0)] * count)
        report.observe(desk.shelf.extents(), float(second))
    assert bool(report.status(desk.shelf.extents(), 0, None, 8.0, NOW_US).warnings) is is_told


def test_a_pause_is_told_as_such_and_no_pin_is_blamed() -> None:
    desk = Desk(("v1", 1.0), ("v2", 2.0), ("v3", 3.0))
    flights = [desk.go() for _ in range(3)]
    desk.answer(flights[0], UNKNOWN)
    desk.answer(flights[1], Outcome(OutcomeKind.BACK_OFF, verbatim("gone")))
    assert [warning.code for warning in told(desk).warnings] == ["cloud_pins_stuck"]
    desk.answer(flights[2], Outcome(OutcomeKind.PAUSE, verbatim("token")))
    assert told(desk).state in (CloudState.WAITING, CloudState.PAUSED)


def test_the_next_try_is_told_in_whole_seconds() -> None:
    desk = Desk(("v1", 1.0))
    desk.answer(desk.go(), Outcome(OutcomeKind.BACK_OFF, SERVER_ERROR, 2.4, 503))
    assert str(told(desk).message).endswith("next try in 3 s.")
