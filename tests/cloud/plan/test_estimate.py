"""What a way of forwarding uses is computed exactly, and said in a sentence."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.bench import estimates
from app.cloud.destination import Outcome, OutcomeKind
from app.cloud.plan.estimate import FREE_PLAN, Estimate, estimate
from app.config.bench_file import DeviceConfig, Forward
from tests.cloud.plan.simulation import Simulation

LATEST, SETS = {"forward": Forward.LATEST}, {"forward": Forward.TIMESTAMPED}
BATCH = {"batch": True}
MONTH_S = 30 * 86_400
ACCEPTED = Outcome(OutcomeKind.ACCEPT)


def device(**settings: object) -> DeviceConfig:
    given = {"port": "COM1", "server": "http://127.0.0.1", "auth_token": "env:PINBRIDGE_T", **settings}
    return DeviceConfig(**given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("settings", "datastreams", "readings_per_s", "messages", "most"),
    [
        # Every reading is a message, and a round of pins is one with batch.
        ({}, 1, 1.0, 2_592_000, 25_920_000),
        ({}, 4, 1.0, 2_592_000, 25_920_000),
        ({}, 1, 0.1, 259_200, 25_920_000),
        ({}, 1, 100.0, 25_920_000, 25_920_000),
        ({"requests_per_s": 2.0}, 1, 100.0, 5_184_000, 5_184_000),
        ({"requests_per_s": 0.0}, 1, 100.0, 259_200_000, None),
        (BATCH, 4, 1.0, 648_000, 25_920_000),
        (BATCH, 0, 1.0, 2_592_000, 25_920_000),
        (BATCH, 4, 100.0, 25_920_000, 25_920_000),
        # The newest reading of each datastream in an interval.
        ({**LATEST, "interval_s": 60.0}, 1, 5.0, 43_200, 43_200),
        ({**LATEST, "interval_s": 60.0}, 3, 5.0, 129_600, 129_600),
        ({**LATEST, **BATCH, "interval_s": 60.0}, 3, 5.0, 43_200, 43_200),
        ({**LATEST, "interval_s": 60.0}, 3, 0.01, 25_920, 129_600),
        ({**LATEST, **BATCH, "interval_s": 60.0}, 3, 0.01, 25_920, 43_200),
        ({**LATEST, "interval_s": 60.0}, 0, 5.0, 43_200, 43_200),
        ({**LATEST, "interval_s": 7.0}, 1, 5.0, 370_286, 370_286),
        ({**LATEST, "interval_s": 0.01}, 1, 5.0, 12_960_000, 25_920_000),
        ({**LATEST, "interval_s": 0.01, "requests_per_s": 0.0}, 1, 500.0, 259_200_000, 259_200_000),
        # A set for each pin in an interval. No more sets than points are sent; batch has no effect.
        ({**SETS, "interval_s": 60.0}, 1, 5.0, 43_200, 43_200),
        ({**SETS, **BATCH, "interval_s": 60.0}, 3, 5.0, 129_600, 129_600),
        ({**SETS, "interval_s": 60.0}, 3, 0.01, 25_920, 129_600),
        ({**SETS, "interval_s": 1.0}, 1, 5.0, 300_000, 300_000),
        ({**SETS, "interval_s": 1.0, "daily_points": 100}, 1, 5.0, 3_000, 3_000),
        (
            {**SETS, "interval_s": 1.0, "daily_points": 10**9, "requests_per_s": 0.5},
            3,
            5.0,
            1_296_000,
            1_296_000,
        ),
        # Nothing comes in.
        ({}, 3, 0.0, 0, 25_920_000),
        ({}, 1, 1e-9, 1, 25_920_000),
    ],
)
def test_the_messages_of_a_month_are_those_that_the_plan_would_send(
    settings: dict[str, object], datastreams: int, readings_per_s: float, messages: int, most: int | None
) -> None:
    found = estimate(device(**settings), datastreams, readings_per_s)
    assert (found.messages, found.most) == (messages, most)


@pytest.mark.parametrize(
    ("settings", "datastreams"),
    [
        ({}, 2),
        (BATCH, 2),
        ({**LATEST, "interval_s": 20.0}, 2),
        ({**LATEST, **BATCH, "interval_s": 20.0}, 2),
        ({**SETS, "interval_s": 20.0, "daily_points": 10**6}, 3),
        ({**LATEST, "interval_s": 0.5}, 2),
    ],
)
def test_a_plan_sends_as_many_messages_as_were_estimated(settings: dict[str, Any], datastreams: int) -> None:
    board = Simulation({f"v{pin}": 1.0 for pin in range(datastreams)}, lambda *_: ACCEPTED, **settings)
    board.run(900.0)
    found = estimate(device(**settings), datastreams, float(datastreams))
    # The last round may still be on its way.
    assert board.calls.total() == pytest.approx(found.messages * 900 / MONTH_S, abs=datastreams)


@pytest.mark.parametrize(
    ("settings", "readings_per_s", "points"),
    [
        (SETS, 0.1, 8_640),
        (SETS, 5.0, 432_000),
        (SETS, 1e-9, 1),
        (SETS, 0.0, 0),
        ({}, 5.0, 0),
        (LATEST, 5.0, 0),
    ],
)
def test_only_sets_use_points(settings: dict[str, object], readings_per_s: float, points: int) -> None:
    assert estimate(device(**settings), 1, readings_per_s).points == points


@given(
    st.builds(
        device,
        forward=st.sampled_from(Forward),
        batch=st.booleans(),
        interval_s=st.floats(1e-3, 1e5),
        requests_per_s=st.just(0.0) | st.floats(0.01, 100),
        daily_points=st.integers(1, 10**6),
    ),
    st.integers(0, 50),
    st.floats(0, 1000),
    st.floats(0, 1000),
)
def test_more_readings_never_need_fewer_messages_and_never_more_than_at_most(
    config: DeviceConfig, datastreams: int, one: float, other: float
) -> None:
    less, more = (estimate(config, datastreams, rate) for rate in sorted((one, other)))
    assert 0 <= less.messages <= more.messages
    assert more.most == less.most
    assert more.most is None or more.messages <= more.most
    assert more.messages <= math.ceil(Fraction(repr(max(one, other))) * MONTH_S)


@pytest.mark.parametrize(
    ("messages", "words"),
    [
        (0, "No messages: no readings come in."),
        (1, "1 message a month: 0.001 % of the free plan."),
        (43_200, "43,000 messages a month: 43 % of the free plan."),
        (949, "950 messages a month: 0.95 % of the free plan."),
        (99_999, "100,000 messages a month: 100 % of the free plan."),
        (100_000, "100,000 messages a month: 100 % of the free plan."),
        (100_001, "100,001 messages a month: 101 % of the free plan, which is used up after 30 days."),
        (104_600, "105,000 messages a month: 105 % of the free plan, which is used up after 29 days."),
        (129_600, "130,000 messages a month: 130 % of the free plan, which is used up after 23 days."),
        (25_920_000, "26,000,000 messages a month: 26,000 % of the free plan, which is used up after 2.8 h."),
        (25_600_000, "26,000,000 messages a month: 26,000 % of the free plan, which is used up after 2.8 h."),
        (2_592_000, "2,600,000 messages a month: 2,600 % of the free plan, which is used up after 28 h."),
    ],
)
def test_the_messages_are_said_as_a_part_of_the_free_plan(messages: int, words: str) -> None:
    found = Estimate(messages, messages, 0, FREE_PLAN, "", 10_000)
    assert str(found.message) == words
    assert str(found.most_message) == f"At most, if readings come as fast as they may be sent: {words}"
    assert found.share == messages / 100_000


@pytest.mark.parametrize(
    ("messages", "words"),
    [
        (1, "1 message a month: 0.5 % of the 200 messages of school."),
        (151, "150 messages a month: 75 % of the 200 messages of school."),
        (200, "200 messages a month: 100 % of the 200 messages of school."),
        (
            300,
            "300 messages a month: 150 % of the 200 messages of school, which are used up after 20 days.",
        ),
    ],
)
def test_the_messages_are_said_as_a_part_of_the_organisations_budget(messages: int, words: str) -> None:
    assert str(Estimate(messages, None, 0, 200, "school", 10_000).message) == words


@given(st.integers(1, 10**12), st.integers(1, 10**12))
def test_the_number_and_its_percentage_agree(messages: int, limit: int) -> None:
    found = Estimate(messages, None, messages, limit, "school", limit).message.params
    shown = found.get("count", found.get("messages"))
    assert isinstance(shown, int)
    assert (shown > limit) == (messages > limit)
    assert shown == pytest.approx(messages, rel=0.05)
    assert found["percent"] == pytest.approx(100 * shown / limit, rel=0.05, abs=1)


@pytest.mark.parametrize(("messages", "limit", "shown"), [(5, 3, 5), (95, 94, 95), (96_600, 95_500, 97_000)])
def test_a_number_has_as_many_digits_as_show_that_it_is_too_large(
    messages: int, limit: int, shown: int
) -> None:
    assert Estimate(messages, None, 0, limit, "school", 1).message.params["messages"] == shown


def test_a_number_that_is_not_too_large_does_not_look_so() -> None:
    assert Estimate(94_600, None, 0, 94_700, "school", 1).message.params["count"] == 94_700


def test_the_limit_is_that_of_the_organisation_if_it_has_one() -> None:
    school = device(organisation="school", daily_points=5)
    found = estimate(school, 1, 1.0, monthly_messages=200)
    assert (found.limit, found.organisation, found.daily_points) == (200, "school", 5)
    found = estimate(school, 1, 1.0)
    assert (found.limit, found.organisation) == (100_000, "")


def test_without_a_limit_there_is_no_worst_case() -> None:
    assert estimate(device(requests_per_s=0.0), 1, 1.0).most_message is None


@pytest.mark.parametrize(
    ("points", "words"),
    [
        (0, "None"),
        (1, "1 point a day: 0.01 % of the 10,000 points of a day."),
        (8_640, "8,600 points a day: 86 % of the 10,000 points of a day."),
        (10_000, "10,000 points a day: 100 % of the 10,000 points of a day."),
        (
            10_001,
            "10,001 readings a day come in, but only 10,000 may be sent (daily_points): the others wait "
            "until they expire.",
        ),
        (
            86_400,
            "86,000 readings a day come in, but only 10,000 may be sent (daily_points): the others wait "
            "until they expire.",
        ),
    ],
)
def test_the_points_are_said_as_a_part_of_the_days(points: int, words: str) -> None:
    assert str(Estimate(0, None, points, FREE_PLAN, "", 10_000).points_message) == words


def test_the_window_finds_the_estimate_in_the_bench() -> None:
    assert estimates.estimate is estimate
    assert (estimates.Estimate, estimates.FREE_PLAN) == (Estimate, FREE_PLAN)
