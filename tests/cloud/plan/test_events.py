"""Events have a lane of their own: one at a time, a second apart, a hundred a day, and for a day at most."""

from __future__ import annotations

import json

import pytest

from app.cloud.plan.budget import Budget, budgets_of, events_of
from app.cloud.status import CloudState, CloudStatus
from app.config.bench_file import BenchConfig, DeviceConfig, Forward
from app.wire.streams import Fate, Usage
from tests.cloud.plan.rig import ACCEPT, GONE, LATEST, PAST, REJECT, SETS, Rig, Settings
from tests.cloud.planner_rig import NOW_US, PlannerRig
from tests.cloud.sending import Store

S = 1_000_000
DAY_US = 86_400 * S
HOT, COLD = "code=hot&description=", "code=cold&description="


@pytest.mark.parametrize(
    "settings", [{}, {"batch": True}, LATEST, SETS, PAST], ids=["every", "batch", "latest", "sets", "past"]
)
def test_an_event_is_a_call_of_its_own_at_once(settings: Settings) -> None:
    rig = Rig(("event.hot", "Too hot"), ("event.cold", "b"), **settings)
    assert rig.all() == [f"{HOT}Too hot"]


def test_all_events_share_a_lane_and_go_a_second_after_the_answer_to_the_last() -> None:
    rig = Rig(("event.hot", "a"), ("v1", 1.0), ("event.cold", "b"), ("event.hot", "c"))
    first = rig.go()
    assert first.call.is_event
    assert rig.all() == ["dataStreamId=7&value=1"]
    rig.wait(5.0)
    assert rig.plan.next_call(rig.now_s) is None
    rig.answer(first)
    assert rig.plan.wait_s(rig.now_s) == 1.0
    rig.wait(0.999)
    assert rig.all() == []
    rig.wait(0.001)
    assert rig.all() == [f"{COLD}b"]
    rig.wait(1.0)
    assert rig.all() == [f"{HOT}c"]
    assert rig.plan.wait_s(rig.now_s) is None


def test_an_event_holds_up_no_value() -> None:
    rig = Rig(("event.hot", "a"), ("event.hot", "b"), ("v1", 1.0), ("v2", 2.0))
    assert rig.all() == [f"{HOT}a", "dataStreamId=7&value=1", "v2=2"]
    assert rig.journal.fates_of("event.hot") == ["forwarded", "pending"]


def test_a_refused_event_is_refused_and_the_next_goes_on() -> None:
    rig = Rig(("event.hot", "a"), ("event.hot", "b"))
    assert rig.all(REJECT) == [f"{HOT}a"]
    rig.wait(1.0)
    assert rig.all() == [f"{HOT}b"]
    assert rig.journal.fates_of("event.hot") == ["refused", "forwarded"]


def test_an_event_that_is_sent_again_keeps_the_pace_of_all_events() -> None:
    rig = Rig(("event.hot", "a"), ("event.cold", "b"))
    rig.all(REJECT)
    rig.journal.send_again()
    rig.wait(1.0)
    assert rig.all() == [f"{HOT}a"]
    rig.wait(1.0)
    assert rig.all() == [f"{COLD}b"]


def test_an_event_in_flight_waits_again_if_no_answer_comes() -> None:
    rig = Rig(("event.hot", "a"), ("event.hot", "b"))
    rig.answer(rig.go(), GONE)
    rig.wait(60.0)
    assert rig.all() == [f"{HOT}a"]


def test_the_day_s_events_hold_back_events_alone_but_none_that_the_user_sends_again() -> None:
    rig = Rig(("event.hot", "a"), ("event.hot", "b"), ("v1", 1.0))
    rig.answer(rig.go(), REJECT)
    rig.wait(1.0)
    flight = rig.plan.next_call(rig.now_s, events=False)
    assert flight
    assert flight.call.query == (("dataStreamId", "7"), ("value", "1"))
    rig.answer(flight)
    assert not rig.plan.next_call(rig.now_s, events=False)
    assert rig.plan.wait_s(rig.now_s, events=False) is None
    rig.journal.send_again()
    rig.wait(0.0)
    flight = rig.plan.next_call(rig.now_s, events=False)
    assert flight
    assert flight.call.query == (("code", "hot"), ("description", "a"))


def test_the_plan_knows_whether_only_events_wait() -> None:
    rig = Rig(("event.hot", "a"), ("v1", 1.0))
    assert not rig.plan.waits_for_events_alone
    event, value = rig.go(), rig.go()
    rig.answer(value)
    assert not rig.plan.waits_for_events_alone
    rig.answer(event, GONE)
    assert rig.plan.waits_for_events_alone
    rig.wait(60.0)
    rig.all()
    assert not rig.plan.waits_for_events_alone


def test_a_device_has_a_hundred_events_a_day_and_may_use_them_at_once() -> None:
    device = DeviceConfig(name="a", port="COM1")
    events = next(each for each in budgets_of(BenchConfig(device=(device,))) if each.name == "events of a")
    assert (events.limit, events.allowed(NOW_US)) == (100, 100)
    assert events.take(99, NOW_US) == Usage("events of a", "2001-09-09", 99)
    assert (events.allowed(NOW_US), events.wait_s(NOW_US)) == (1, 0.0)
    events.take(1, NOW_US)
    # 2001-09-09 01:46:40 UTC: the next day begins in 22:13:20.
    assert (events.allowed(NOW_US), events.wait_s(NOW_US)) == (0, 80_000)
    assert events.left(NOW_US + 80_000 * S) == 100


def rig_with(*targets: str, count: int, age_s: float = 0.0, events: Budget | None = None) -> PlannerRig:
    store = Store(0, targets)
    for number in range(count):
        store.journal.append(targets[number % len(targets)], "x", int(NOW_US - age_s * S))
    rig = PlannerRig(store, events=events)
    rig.look()
    return rig


def sent(rig: PlannerRig) -> int:
    """Send all events that may be sent, and accept each at once. Returns how many calls that were."""
    calls = 0
    while flights := rig.all():
        for flight in flights:
            rig.answer(flight)
        calls += len(flights)
        if rig.look() == 1.0:
            rig.now_s += 1.0
    return calls


def status(rig: PlannerRig) -> CloudStatus:
    return rig.planner.status(rig.now_s, rig.now_us)


def test_events_beyond_a_hundred_wait_for_the_next_day_and_the_user_is_warned() -> None:
    rig = rig_with("event.hot", "event.cold", count=104)
    assert sent(rig) == 100
    assert rig.now_s == 99.0
    told = status(rig)
    assert (told.state, told.sendable) == (CloudState.PAUSED, 4)
    assert str(told.message).startswith(
        "4 readings wait, none is lost. The day's 100 events are used up: later ones wait until midnight"
    )
    assert rig.store.usage["events of board"] == Usage("events of board", "2001-09-09", 100)
    rig.now_s += 60.0
    (warning,) = status(rig).warnings
    assert str(warning) == (
        "Events have been waiting since 2001-09-09 01:46 UTC and will expire in 23 h if they cannot be sent."
    )
    # 01:46:40 plus 80,000 s is midnight.
    rig.now_s = 79_999.0
    assert rig.look() == 1.0
    assert not rig.all()
    rig.now_s = 80_000.0
    assert sent(rig) == 4
    assert rig.store.fates() == {Fate.FORWARDED}


def test_an_event_that_was_not_accepted_is_not_counted() -> None:
    events = events_of(DeviceConfig(name="board", port="COM1"))
    rig = rig_with("event.hot", count=1, events=events)
    flight = rig.go()
    assert events.left(NOW_US) == 99
    rig.answer(flight, GONE)
    assert events.left(NOW_US) == 100


@pytest.mark.parametrize(("age_us", "fate"), [(DAY_US, Fate.FORWARDED), (DAY_US + 1, Fate.EXPIRED)])
def test_an_event_expires_when_it_has_waited_for_a_day(age_us: int, fate: Fate) -> None:
    rig = rig_with("event.hot", count=1, age_s=age_us / S)
    sent(rig)
    assert rig.store.fates() == {fate}


def test_waiting_events_expire_and_the_warning_goes() -> None:
    events = events_of(DeviceConfig(name="board", port="COM1"))
    store = Store(0, ("event.hot",))
    for number in range(300):
        store.journal.append("event.hot", "x", NOW_US - DAY_US + 90 * S + number)
    rig = PlannerRig(store, events=events)
    events.take(100, NOW_US)
    assert rig.look() == 60.0
    (warning,) = status(rig).warnings
    assert str(warning).startswith(
        "Events have been waiting since 2001-09-08 01:48 UTC and will expire within the hour if they"
    )
    rig.now_s = 91.0
    while store.extents()[0].pending:
        assert rig.look() is not None
    assert store.fates() == {Fate.EXPIRED}
    assert status(rig).warnings == ()


def test_an_event_on_its_way_is_not_announced_to_expire() -> None:
    rig = rig_with("event.hot", count=1, age_s=59.9)
    assert status(rig).warnings == ()
    rig.now_s = 0.1
    assert len(status(rig).warnings) == 1


def test_an_event_that_waited_says_when_it_occurred() -> None:
    rig = rig_with("event.hot", count=2, age_s=59.5)
    first = rig.go()
    rig.answer(first, ACCEPT)
    rig.settle()
    rig.now_s = 1.0
    second = rig.go()
    texts = [dict(flight.call.query)["description"] for flight in (first, second)]
    assert texts == ["x", "x (2001-09-09 01:45:40 UTC)"]


def test_events_do_not_expire_with_the_sets() -> None:
    rig = Rig(forward=Forward.TIMESTAMPED)
    now_us = 100 * DAY_US
    rig.add(("v1", 1.0), ("event.hot", "x"), at_us=now_us - 2 * DAY_US)
    rig.wait(1.0)
    assert (rig.plan.prefetch.oldest_us(), rig.plan.prefetch.oldest_event_us()) == (
        98 * DAY_US,
        98 * DAY_US,
    )
    rig.journal.settle(rig.plan.prefetch.expire(now_us))
    assert rig.journal.fates_of("v1") == ["pending"]
    assert rig.journal.fates_of("event.hot") == ["expired"]
    assert rig.plan.prefetch.oldest_event_us() is None
    flight = rig.go()
    assert flight.call.body
    assert [value for _, value in json.loads(flight.call.body)] == [1]
