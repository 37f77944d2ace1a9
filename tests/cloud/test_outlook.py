"""What a person should know before it hurts is told in time, with the sum and the way out."""

from __future__ import annotations

import pytest

from app.cloud.outlook import Inflow, Steady, ageing, overload
from app.config import DeviceConfig, Forward

DAY = 86_400_000_000


def device(**settings: object) -> DeviceConfig:
    given = {
        "port": "COM1",
        "server": "https://fra1.blynk.cloud",
        "auth_token": "env:PINBRIDGE_T",
        **settings,
    }
    return DeviceConfig(**given)  # type: ignore[arg-type]


def test_a_steady_inflow_is_known_within_ten_seconds() -> None:
    inflow = Inflow()
    assert inflow.steady_per_s() == 0
    now_s, told_s = 100.0, None
    while told_s is None:
        inflow.observe(int((now_s - 100) * 1440), now_s)
        if inflow.steady_per_s():
            told_s = now_s - 100
        now_s += 0.1
    assert told_s <= 10.0
    assert inflow.steady_per_s() == pytest.approx(1440, rel=0.02)


def test_a_burst_is_no_steady_inflow() -> None:
    inflow = Inflow()
    for step in range(200):
        inflow.observe(500 if step > 20 else 0, step * 0.1)
        assert inflow.steady_per_s() == 0


def test_a_sentence_changes_when_its_figure_does() -> None:
    steady = Steady()
    assert steady.say(100, "100 come") == "100 come"
    assert steady.say(110, "110 come") == "100 come"
    assert steady.say(130, "130 come") == "130 come"
    assert steady.say(0, "") == ""
    assert steady.say(130, "130 come") == "130 come"


@pytest.mark.parametrize(
    ("settings", "datastreams", "comes_per_s", "slowed_per_s", "said"),
    [
        ({}, 1, 1440, None, "1,440 lines a second come in, 10 may go out: choose latest."),
        ({}, 3, 1440, None, "1,440 lines a second come in, 10 may go out: choose batch or latest."),
        ({"batch": True}, 3, 29, None, ""),
        ({"batch": True}, 3, 31, None, "31 lines a second come in, 30 may go out: choose latest."),
        ({"requests_per_s": 1.0}, 1, 1.5, None, "1.5 lines a second come in, 1 may go out: choose latest."),
        ({}, 1, 1, 1 / 26, "1 line a second come in, one in 26 s may go out: choose latest."),
        ({}, 1, 10, None, ""),
        (
            {"forward": Forward.TIMESTAMPED},
            1,
            1,
            None,
            "1 line a second come in, 10,000 a day may go out, one in 8.64 s: choose latest.",
        ),
        ({"forward": Forward.TIMESTAMPED}, 1, 0.1, None, ""),
        (
            {"forward": Forward.LATEST},
            12,
            100,
            None,
            "12 datastreams every 1 s are 12 requests a second, 10 may go out: "
            "choose batch or a longer interval_s.",
        ),
        (
            {"forward": Forward.LATEST, "batch": True, "interval_s": 0.05},
            12,
            100,
            None,
            "12 datastreams every 0.05 s are 20 requests a second, 10 may go out: "
            "choose a longer interval_s.",
        ),
        ({"forward": Forward.LATEST, "batch": True}, 12, 100, None, ""),
        ({"forward": Forward.LATEST}, 12, 0, None, ""),
    ],
)
def test_more_coming_in_than_may_go_out_is_told_with_the_way_out(
    settings: dict[str, object], datastreams: int, comes_per_s: float, slowed_per_s: float | None, said: str
) -> None:
    assert overload(device(**settings), datastreams, comes_per_s, slowed_per_s)[1] == said


def test_an_unpaced_device_may_send_all() -> None:
    unpaced = device(server="http://127.0.0.1", requests_per_s=0.0)
    assert overload(unpaced, 1, 1e6, None) == (0, "")


def test_age_is_announced_a_day_ahead() -> None:
    now_us = 1_790_000_000_000_000
    assert ageing(device(), None, now_us) == ""
    assert ageing(device(), now_us - 29 * DAY + 1, now_us) == ""
    said = ageing(device(), now_us - 29 * DAY - 7_300_000_000, now_us)
    assert said.startswith("Readings from 2026-08-23 12:11 UTC on are too old for the cloud in 21 h")
    assert "for the cloud now and" in ageing(device(), now_us - 30 * DAY, now_us)
