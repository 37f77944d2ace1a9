"""What is said of a device's road to the cloud is true now, and plain."""

from __future__ import annotations

import msgspec
import pytest

from app.bench.status import CloudState, CloudStatus
from app.cloud.destination import Outcome, OutcomeKind
from app.cloud.plan.budget import Budget, Period, points_of
from app.cloud.report import Report
from app.config.bench_file import DeviceConfig, Forward
from app.messages.message import verbatim
from tests.cloud.plan.desk import ACCEPT, DEVICE, PAST, SETS, Desk

UNKNOWN = Outcome(OutcomeKind.UNKNOWN, verbatim("HTTP 404: no such page"), status=404)
NOW_US = 1_790_000_000_000_000


def told(desk: Desk, device: DeviceConfig = DEVICE) -> CloudStatus:
    report = Report(device, desk.plan, None, points_of(device))
    return report.status(desk.shelf.extents(), 3, 1, desk.now_s, NOW_US)


def test_pins_that_are_stuck_while_others_pass_are_told_in_one_sentence() -> None:
    desk = Desk(("v1", 1.0), ("v2", 2.0), ("v3", 3.0))
    flights = [desk.go(), desk.go(), desk.go()]
    assert told(desk).warning == ""
    desk.answer(flights[0], UNKNOWN)
    assert told(desk).warning.startswith("v1 is stuck on one reading (HTTP 404: no such page): it is tried")
    desk.answer(flights[1], Outcome(OutcomeKind.UNKNOWN, verbatim("HTTP 418: tea"), status=418))
    assert told(desk).warning.startswith("v1, v2 are each stuck on one reading (HTTP 404: no such page):")
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
    assert status.warning == ""


def test_all_is_told_while_the_first_calls_are_out() -> None:
    desk = Desk(("v1", 1.0))
    assert told(desk) == CloudStatus(
        CloudState.SENDING, verbatim("Sending: 1 reading waits."), 3, 1, 1, "", None, ""
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
    desk.answer(flight, Outcome(OutcomeKind.BACK_OFF, verbatim("The cloud is unwell (HTTP 503)."), 2.4, 503))
    assert told(desk).state is CloudState.WAITING
    desk.now_s = 10.0
    desk.go()
    assert str(told(desk).message) == (
        "The cloud is unwell (HTTP 503). 2 readings wait, none is lost; trying now."
    )
    desk.shelf.delete()
    assert told(desk).state is CloudState.IDLE


def test_a_budget_that_is_nearly_used_up_slows_down_and_says_so() -> None:
    messages = Budget("messages of school", 100_000, Period.MONTH, "messages")
    desk = Desk(("v1", 1.0))
    report = Report(DEVICE, desk.plan, messages, points_of(DEVICE))

    def status() -> CloudStatus:
        return report.status(desk.shelf.extents(), 3, 1, desk.now_s, NOW_US)

    assert status().messages_left == 100_000
    assert str(status().message) == "Sending: 1 reading waits."
    assert status().forecast == "100,000 of the month's 100,000 messages are left."
    messages.take(85_000, NOW_US)
    slow = status()
    assert slow.state is CloudState.SENDING
    assert str(slow.message) == (
        "1 reading waits, none is lost. 15,000 of the month's 100,000 messages are left: one goes in 54 s, "
        "so that they last. The next goes in 54 s."
    )
    messages.take(15_000 - 1000, NOW_US)
    assert status().state is CloudState.PAUSED
    assert "one goes in 14 min" in str(status().message)
    desk.answer(desk.go())
    assert status().state is CloudState.IDLE


@pytest.mark.parametrize(("wait_s", "is_told"), [(1.0, False), (1.1, True)])
def test_a_budget_that_keeps_readings_back_for_a_moment_is_not_told(
    wait_s: float, is_told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    messages = Budget("messages of school", 100, Period.MONTH, "messages")
    messages.take(90, NOW_US)
    monkeypatch.setattr(Budget, "wait_s", lambda _budget, _now_us: wait_s)
    desk = Desk(("v1", 1.0))
    report = Report(DEVICE, desk.plan, messages, points_of(DEVICE))
    sentence = str(report.status(desk.shelf.extents(), 3, 1, desk.now_s, NOW_US).message)
    assert ("The next goes in" in sentence) is is_told


def test_the_day_s_points_are_told_where_sets_go() -> None:
    points = points_of(DEVICE)
    sets = msgspec.structs.replace(DEVICE, forward=Forward.TIMESTAMPED)
    desk = Desk(**SETS)
    messages = Budget("messages of school", 100_000, Period.MONTH, "messages")
    assert Report(sets, desk.plan, messages, points).status([], 0, None, 0.0, NOW_US).forecast == (
        "100,000 of the month's 100,000 messages are left. 10,000 of the day's 10,000 points are left."
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
    assert told(desk).forecast == "10,000 of the day's 10,000 points are left."
    desk.all()
    assert told(desk).forecast == ""


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
    warning = ""
    for second in range(10):
        desk.say(*[("v1", float(n)) for n in range(100)])
        warning = report.status(desk.shelf.extents(), 0, None, float(second), NOW_US).warning
    assert warning == "100 lines a second come in, 10 may go out: choose latest."


def test_all_that_a_person_should_know_is_told_in_one_text() -> None:
    sets = msgspec.structs.replace(DEVICE, forward=Forward.TIMESTAMPED)
    desk = Desk(**SETS)
    report = Report(sets, desk.plan, None, points_of(sets))
    warning = ""
    for second in range(10):
        desk.now_s = float(second)
        desk.say(*[("v1", 1.0)] * 100, at_us=NOW_US - 29 * 86_400_000_000)
        warning = report.status(desk.shelf.extents(), 0, None, desk.now_s, NOW_US).warning
    assert warning.startswith("100 lines a second come in, 10,000 a day may go out")
    assert "choose latest. Readings from 2026-08-23 14:13 UTC on are too old for the cloud in 24 h" in warning


def test_a_budget_that_slows_down_is_outrun_by_a_line_a_second() -> None:
    messages = Budget("messages of school", 100_000, Period.MONTH, "messages")
    messages.take(85_000, NOW_US)
    desk = Desk()
    report = Report(DEVICE, desk.plan, messages, points_of(DEVICE))
    warning = ""
    for second in range(10):
        desk.say(("v1", 1.0))
        warning = report.status(desk.shelf.extents(), 0, None, float(second), NOW_US).warning
    assert warning == "1 line a second come in, one in 54 s may go out: choose latest."


@pytest.mark.parametrize(("readings", "is_told"), [(40, False), (41, True)])
def test_a_datastream_that_appears_later_counts_its_own_readings(readings: int, is_told: bool) -> None:
    """The slower half decides, which is the one that it appears in: 40 in four seconds may go out."""
    desk = Desk()
    report = Report(DEVICE, desk.plan, None, points_of(DEVICE))
    for second, target, count in ((0, "v1", 1), (4, "v1", 100), (6, "ds9", readings)):
        desk.say(*[(target, 1.0)] * count)
        report.observe(desk.shelf.extents(), float(second))
    assert bool(report.status(desk.shelf.extents(), 0, None, 8.0, NOW_US).warning) is is_told


def test_a_pause_is_told_as_such_and_no_pin_is_blamed() -> None:
    desk = Desk(("v1", 1.0), ("v2", 2.0), ("v3", 3.0))
    flights = [desk.go() for _ in range(3)]
    desk.answer(flights[0], UNKNOWN)
    desk.answer(flights[1], Outcome(OutcomeKind.BACK_OFF, verbatim("gone")))
    assert "v1 is stuck" in told(desk).warning
    desk.answer(flights[2], Outcome(OutcomeKind.PAUSE, verbatim("token")))
    assert told(desk).state in (CloudState.WAITING, CloudState.PAUSED)


def test_the_next_try_is_told_in_whole_seconds() -> None:
    desk = Desk(("v1", 1.0))
    desk.answer(
        desk.go(), Outcome(OutcomeKind.BACK_OFF, verbatim("The cloud is unwell (HTTP 503)."), 2.4, 503)
    )
    assert str(told(desk).message).endswith("next try in 3 s.")
