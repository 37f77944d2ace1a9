"""The report on a device's way to the cloud: its state, message, forecast and warnings."""

from __future__ import annotations

import msgspec
import pytest

from app.bench.status import CloudState, CloudStatus, Trend
from app.cloud.destination import Outcome, OutcomeKind
from app.cloud.plan.budget import Budget, Period, events_of, points_of
from app.cloud.report import Report
from app.config.bench_file import DeviceConfig, Forward
from app.messages.message import Message
from app.wire.streams import Fate, UnwrittenReadings
from tests.cloud.plan.rig import ACCEPT, DEVICE, PAST, SETS, Rig, Settings

SERVER_ERROR = Message("cloud_server_error", status=503)
NOW_US = 1_790_000_000_000_000


def report_of(
    device: DeviceConfig, rig: Rig, messages: Budget | None = None, points: Budget | None = None
) -> Report:
    return Report(device, rig.plan, messages, points or points_of(device), events_of(device))


def status_of(rig: Rig, device: DeviceConfig = DEVICE) -> CloudStatus:
    return report_of(device, rig).status(rig.journal.extents(), 3, 1, rig.now_s, NOW_US)


def test_the_status_is_complete_while_the_first_calls_are_in_flight() -> None:
    rig = Rig(("v1", 1.0))
    assert status_of(rig) == CloudStatus(
        CloudState.SENDING, Message("cloud_sending", count=1), 3, 1, 1, (), None, ()
    )
    rig.answer(rig.go())
    assert str(status_of(rig).message) == "All readings are in the cloud."
    report = report_of(DEVICE, rig)
    assert str(report.status([], 0, None, 0.0, NOW_US).message) == "Nothing to send yet."


def test_held_readings_do_not_count_as_waiting() -> None:
    rig = Rig()
    for _ in range(1200):
        rig.journal.hold("v1")
    rig.wait(0)
    status = status_of(rig)
    assert (status.state, status.sendable) == (CloudState.IDLE, 0)
    assert str(status.message) == "1,200 readings were not meant for this token and server and are held."
    rig.add(("v2", 1.0))
    assert str(status_of(rig).message) == "Sending: 1 reading waits."


def test_a_failure_is_reported_as_long_as_readings_wait() -> None:
    rig = Rig(("v1", 1.0))
    flight = rig.go()
    rig.add(("v1", 2.0))
    rig.answer(flight, Outcome(OutcomeKind.BACK_OFF, SERVER_ERROR, 2.4, 503))
    assert status_of(rig).state is CloudState.WAITING
    rig.now_s = 10.0
    rig.go()
    assert str(status_of(rig).message) == (
        "The cloud has a server error (HTTP 503). 2 readings wait, none is lost; trying now."
    )
    rig.journal.delete()
    assert status_of(rig).state is CloudState.IDLE


def test_a_budget_that_is_nearly_used_up_slows_down_and_says_so() -> None:
    messages = Budget("messages of school", 100_000, Period.MONTH)
    rig = Rig(("v1", 1.0))
    report = report_of(DEVICE, rig, messages)

    def status() -> CloudStatus:
        return report.status(rig.journal.extents(), 3, 1, rig.now_s, NOW_US)

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
    rig.answer(rig.go())
    assert status().state is CloudState.IDLE


@pytest.mark.parametrize(("wait_s", "is_reported"), [(1.0, False), (1.1, True)])
def test_a_budget_that_delays_readings_by_a_second_or_less_is_not_reported(
    wait_s: float, is_reported: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    messages = Budget("messages of school", 100, Period.MONTH)
    messages.take(90, NOW_US)
    monkeypatch.setattr(Budget, "wait_s", lambda _budget, _now_us: wait_s)
    rig = Rig(("v1", 1.0))
    report = report_of(DEVICE, rig, messages)
    sentence = report.status(rig.journal.extents(), 3, 1, rig.now_s, NOW_US).message
    assert (sentence.code == "cloud_budget_spent") is is_reported


def test_the_forecast_has_the_day_s_points_if_sets_are_sent() -> None:
    points = points_of(DEVICE)
    sets = msgspec.structs.replace(DEVICE, forward=Forward.TIMESTAMPED)
    rig = Rig(**SETS)
    messages = Budget("messages of school", 100_000, Period.MONTH)
    assert report_of(sets, rig, messages, points).status([], 0, None, 0.0, NOW_US).forecast == (
        Message("forecast_month_left", count=100_000, limit=100_000),
        Message("forecast_day_left", count=10_000, limit=10_000),
    )
    rig.add(("v1", 1.0))
    rig.wait(1.0)
    points.take(10_000, NOW_US)
    status = report_of(sets, rig, points=points).status(rig.journal.extents(), 0, None, 0.0, NOW_US)
    assert status.state is CloudState.PAUSED
    assert str(status.message).startswith(
        "1 reading waits, none is lost. The day's 10,000 points are used up"
    )


def test_used_up_points_delay_no_readings_that_need_none() -> None:
    points = points_of(DEVICE)
    points.take(10_000, NOW_US)
    rig = Rig(("v1", 1.0))
    status = report_of(DEVICE, rig, points=points).status(rig.journal.extents(), 0, None, 0.0, NOW_US)
    assert str(status.message) == "Sending: 1 reading waits."


def test_the_forecast_has_the_day_s_points_while_the_past_waits() -> None:
    rig = Rig(("v1", 1.0), **PAST)
    assert status_of(rig).forecast == (Message("forecast_day_left", count=10_000, limit=10_000),)
    rig.all()
    assert status_of(rig).forecast == ()


@pytest.mark.parametrize(("left_s", "state"), [(300, CloudState.SENDING), (301, CloudState.PAUSED)])
def test_less_than_one_call_in_five_minutes_counts_as_paused(left_s: int, state: CloudState) -> None:
    day_us = 86_400_000_000
    now_us = (NOW_US // day_us + 1) * day_us - left_s * 1_000_000
    points = points_of(DEVICE)
    points.take(9_999, now_us)
    rig = Rig(("v1", 1.0), **SETS)
    sets = msgspec.structs.replace(DEVICE, forward=Forward.TIMESTAMPED)
    assert report_of(sets, rig, points=points).status(rig.journal.extents(), 0, 1, 0, now_us).state is state


def test_an_overload_is_reported_within_seconds() -> None:
    rig = Rig()
    report = report_of(DEVICE, rig)
    warnings: tuple[Message, ...] = ()
    for second in range(10):
        rig.add(*[("v1", float(n)) for n in range(100)])
        warnings = report.status(rig.journal.extents(), 0, None, float(second), NOW_US).warnings
    assert list(map(str, warnings)) == [
        "Readings come in faster than they may be sent (100 a second, 10 may go out). "
        "Send only the latest values."
    ]


def test_all_warnings_are_shown_side_by_side() -> None:
    sets = msgspec.structs.replace(DEVICE, forward=Forward.TIMESTAMPED)
    rig = Rig(**SETS)
    report = report_of(sets, rig)
    warnings: tuple[Message, ...] = ()
    for second in range(10):
        rig.now_s = float(second)
        rig.add(*[("v1", 1.0)] * 100, at_us=NOW_US - 29 * 86_400_000_000)
        warnings = report.status(rig.journal.extents(), 0, None, rig.now_s, NOW_US).warnings
    assert [warning.code for warning in warnings] == ["overload_points", "readings_too_old_soon"]


def test_one_reading_a_second_is_an_overload_for_a_budget_that_slows_down() -> None:
    messages = Budget("messages of school", 100_000, Period.MONTH)
    messages.take(85_000, NOW_US)
    rig = Rig()
    report = report_of(DEVICE, rig, messages)
    warnings: tuple[Message, ...] = ()
    for second in range(10):
        rig.add(("v1", 1.0))
        warnings = report.status(rig.journal.extents(), 0, None, float(second), NOW_US).warnings
    assert list(map(str, warnings)) == [
        "Readings come in faster than they may be sent (1 a second, one every 54 s may go out). "
        "Send only the latest values."
    ]


@pytest.mark.parametrize(("readings", "is_reported"), [(42, False), (43, True)])
def test_a_datastream_that_appears_later_counts_its_own_readings(readings: int, is_reported: bool) -> None:
    """The report uses the lower of the rates in the first 4 s and in the last 4 s.

    Here this is the rate in the last 4 s, in which only `ds9` has readings. Up to 40 may be sent in 4 s, and
    up to a twentieth more is not reported.
    """
    rig = Rig()
    report = report_of(DEVICE, rig)
    for second, target, count in ((0, "v1", 1), (4, "v1", 100), (6, "ds9", readings)):
        rig.add(*[(target, 1.0)] * count)
        report.observe(rig.journal.extents(), float(second))
    assert bool(report.status(rig.journal.extents(), 0, None, 8.0, NOW_US).warnings) is is_reported


def test_the_wait_for_the_next_try_is_in_whole_seconds() -> None:
    rig = Rig(("v1", 1.0))
    rig.answer(rig.go(), Outcome(OutcomeKind.BACK_OFF, SERVER_ERROR, 2.4, 503))
    assert str(status_of(rig).message).endswith("next try in 3 s.")


@pytest.mark.untraced
def test_a_device_that_says_more_than_it_may_send_is_behind() -> None:
    rig = Rig()
    report = report_of(DEVICE, rig)

    def second(number: int, comes: int, goes: int) -> CloudStatus:
        rig.now_s, now_us = float(number), NOW_US + number * 1_000_000
        rig.add(*[("v1", 1.0)] * comes, at_us=now_us)
        for _ in range(goes):
            rig.answer(rig.go())
        return report.status(rig.journal.extents(), 0, 1, rig.now_s, now_us)

    early = [second(number, 20, 10) for number in range(25)]
    assert {status.behind_s for status in early} == {0}
    status = [second(number, 20, 10) for number in range(25, 30)][-1]
    assert (status.state, status.behind_s, status.trend) == (CloudState.SENDING, 10, Trend.STEADY)
    assert str(status.message) == "Behind by 10 s: 300 readings wait."
    status = [second(number, 20, 10) for number in range(30, 60)][-1]
    growing = "Behind by 25 s, and growing: 600 readings wait. Send only the latest values."
    assert str(status.message) == growing
    status = [second(number, 0, 25) for number in range(60, 80)][-1]
    assert str(status.message) == "Behind by 20 s, catching up: 100 readings wait."
    status = [second(number, 0, 25) for number in range(80, 84)][-1]
    assert (status.behind_s, status.trend) == (0, Trend.STEADY)
    assert str(status.message) == "All readings are in the cloud."


def test_a_cloud_that_answers_slowly_is_no_reason_to_send_less() -> None:
    """Here, 2 readings a second come in, and 10 may go out, but the answers allow only one."""
    rig = Rig()
    report = report_of(DEVICE, rig)
    for number in range(60):
        rig.now_s, now_us = float(number), NOW_US + number * 1_000_000
        rig.add(*[("v1", 1.0)] * 2, at_us=now_us)
        rig.answer(rig.go())
        status = report.status(rig.journal.extents(), 0, 1, rig.now_s, now_us)
    assert str(status.message) == "Behind by 25 s, and growing: 60 readings wait."
    assert status.trend is Trend.GROWING


def test_an_outage_that_is_made_up_for_asks_for_nothing() -> None:
    rig = Rig()
    report = report_of(DEVICE, rig)
    said: list[str] = []
    for number in range(60):
        rig.now_s, now_us = float(number), NOW_US + number * 1_000_000
        rig.add(*[("v1", 1.0)] * 4, at_us=now_us)
        if number == 15:
            rig.answer(rig.go(), Outcome(OutcomeKind.BACK_OFF, SERVER_ERROR, 0.0, 503))
        elif not 15 < number < 30:
            for _ in range(min(10, sum(extent.pending for extent in rig.journal.extents()))):
                rig.answer(rig.go())
        status = report.status(rig.journal.extents(), 0, 1, rig.now_s, now_us)
        assert status.trend is not Trend.GROWING
        assert status.warnings == ()
        said.append(status.message.code)
    assert set(said[15:30]) == {"cloud_next_try", "cloud_trying_now"}
    assert said[33:35] == ["cloud_behind_shrinking"] * 2
    assert set(said[45:]) == {"cloud_all_sent"}


@pytest.mark.untraced
def test_a_board_that_has_fallen_silent_catches_up() -> None:
    """The last readings of a burst wait the longest, yet no setting has to be changed."""
    rig = Rig()
    report = report_of(DEVICE, rig)
    for number in range(60):
        rig.now_s, now_us = float(number), NOW_US + number * 1_000_000
        if number < 10:
            rig.add(*[("v1", 1.0)] * 100, at_us=now_us)
        for _ in range(12):
            rig.answer(rig.go())
        status = report.status(rig.journal.extents(), 0, 1, rig.now_s, now_us)
    assert str(status.message) == "Behind by 50 s, catching up: 280 readings wait."


@pytest.mark.parametrize(
    ("target", "settings"), [("v1", {"forward": Forward.LATEST}), ("event.hot", {}), ("v1", {})]
)
def test_only_readings_that_wait_for_their_turn_are_behind(target: str, settings: Settings) -> None:
    rig = Rig(**settings)
    report = report_of(msgspec.structs.replace(DEVICE, **settings), rig)
    rig.add((target, "x"), at_us=NOW_US - 3_600_000_000)
    for second in range(6):
        rig.now_s = float(second)
        status = report.status(rig.journal.extents(), 0, 1, rig.now_s, NOW_US)
    late = target == "v1" and not settings
    assert (status.behind_s, status.sendable) == (3600 if late else 0, 1)


def test_a_lane_that_fails_alone_does_not_make_the_device_late() -> None:
    rig = Rig(("v1", 1.0), ("v2", 1.0))
    report = report_of(DEVICE, rig)
    for _ in range(2):
        flight = rig.go()
        is_v1 = flight.call.readings[0].target == "v1"
        rig.answer(
            flight,
            Outcome(OutcomeKind.UNKNOWN, Message("cloud_answer_empty", status=404)) if is_v1 else ACCEPT,
        )
    assert rig.plan.trouble is None
    for second in range(6):
        status = report.status(rig.journal.extents(), 0, 1, float(second), NOW_US)
    assert (status.behind_s, status.sendable) == (0, 1)


def test_the_first_readings_of_the_next_look_keep_the_delay() -> None:
    rig = Rig()
    report = report_of(DEVICE, rig)
    rig.add(("v1", 1.0), at_us=NOW_US - 600_000_000)
    for second in range(4):
        status = report.status(rig.journal.extents(), 0, 1, float(second), NOW_US)
    assert status.behind_s == 600
    rig.go()
    assert report.status(rig.journal.extents(), 0, 1, 4.0, NOW_US).behind_s == 600


@pytest.mark.parametrize(
    ("fates", "sentence"),
    [
        ([Fate.FORWARDED], "All readings are in the cloud."),
        ([Fate.REFUSED] * 3, "Sent, but 3 readings were refused."),
        (
            [Fate.REFUSED, Fate.EXPIRED, None],
            "Sent, but 1 reading was refused, 1 reading is held and 1 reading expired "
            "(discarded or too old).",
        ),
        ([Fate.FORWARDED, Fate.EXPIRED], "Sent, but 1 reading expired (discarded or too old)."),
        ([Fate.EXPIRED] * 2, "Nothing is in the cloud: 2 readings expired (discarded or too old)."),
        (
            [Fate.EXPIRED, None],
            "Nothing is in the cloud: 1 reading is held and 1 reading expired (discarded or too old).",
        ),
        ([Fate.SUPERSEDED], "Sent; 1 reading was superseded and is only in the journal."),
        ([Fate.SUPERSEDED, None], "1 reading was not meant for this token and server and is held."),
    ],
)
def test_all_is_in_the_cloud_only_if_it_is(fates: list[Fate | None], sentence: str) -> None:
    rig = Rig()
    for fate in fates:
        if fate is None:
            rig.journal.hold("v2")
        else:
            reading = rig.journal.append("v1")
            rig.journal.fates[(reading.stream, reading.seq)] = fate, ""
    status = status_of(rig)
    assert (status.state, str(status.message)) == (CloudState.IDLE, sentence)


def test_superseded_readings_of_an_earlier_run_are_no_success() -> None:
    rig = Rig()
    reading = rig.journal.append("v1")
    rig.journal.fates[(reading.stream, reading.seq)] = Fate.SUPERSEDED, ""
    report = report_of(DEVICE, rig)
    assert str(report.status(rig.journal.extents(), 0, None, 0.0, NOW_US).message) == "Nothing to send yet."


NOT_WRITTEN = UnwrittenReadings(5, Message("journal_stalled", path="b.db"))


@pytest.mark.parametrize(
    ("pending", "unwritten", "said"),
    [
        (0, UnwrittenReadings(), "All readings are in the cloud."),
        (0, UnwrittenReadings(1), "Sending: 1 reading waits."),
        (2, UnwrittenReadings(1), "Sending: 2 readings wait."),
        (0, NOT_WRITTEN, "5 readings cannot be sent, because they are not in the journal yet."),
        (2, NOT_WRITTEN, "5 readings cannot be sent, because they are not in the journal yet."),
    ],
)
def test_readings_that_are_not_in_the_journal_are_not_in_the_cloud(
    pending: int, unwritten: UnwrittenReadings, said: str
) -> None:
    rig = Rig(*[("v1", 1.0)] * pending)
    status = report_of(DEVICE, rig).status(rig.journal.extents(), 3, 1, rig.now_s, NOW_US, unwritten)
    assert (str(status.message), status.sendable) == (said, pending)
    assert status.state is (CloudState.SENDING if pending or unwritten.readings else CloudState.IDLE)


def test_what_the_cloud_answers_is_said_before_what_is_not_in_the_journal() -> None:
    rig = Rig(("v1", 1.0))
    rig.answer(rig.go(), Outcome(OutcomeKind.BACK_OFF, SERVER_ERROR, 2.4, 503))
    report = report_of(DEVICE, rig)
    status = report.status(rig.journal.extents(), 3, 1, rig.now_s, NOW_US, NOT_WRITTEN)
    assert status.state is CloudState.WAITING
    rig.journal.delete()
    status = report.status(rig.journal.extents(), 3, 1, rig.now_s, NOW_US, NOT_WRITTEN)
    assert status.message == Message("cloud_not_written", count=5)
