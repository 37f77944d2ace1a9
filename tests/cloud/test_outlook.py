"""The outlook warns in time; its warnings give figures and advice."""

from __future__ import annotations

import pytest

from app.cloud.outlook import WARNED_WITHIN_S, Inflow, Steady, ageing, overload
from app.config.bench_file import DeviceConfig, Forward
from app.messages.message import Message, verbatim

DAY = 86_400_000_000
POINTS = (
    "Readings come in faster than they may be sent ({} a second; 10,000 a day may go out, one every 8.64 s). "
    "Send only the latest values."
)


ADVICE = {
    "latest": "Send only the latest values.",
    "batch or latest": "Send several pins in one message, or only the latest values.",
}


def fast(comes: str, may: str, choose: str) -> str:
    return f"Readings come in faster than they may be sent ({comes} a second, {may}). {ADVICE[choose]}"


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
    now_s, warned_s = 100.0, None
    while warned_s is None:
        inflow.observe(int((now_s - 100) * 1440), now_s)
        if inflow.steady_per_s():
            warned_s = now_s - 100
        now_s += 0.1
    assert 8.0 <= warned_s <= WARNED_WITHIN_S <= 10.0
    assert inflow.steady_per_s() == pytest.approx(1440, rel=0.02)


def test_the_inflow_is_sampled_at_most_four_times_a_second() -> None:
    inflow = Inflow()
    for number in range(401):
        inflow.observe(number, number / 100)
    assert len(inflow._seen) == 17


def test_the_inflow_is_the_rate_of_the_slower_four_seconds() -> None:
    inflow = Inflow()
    for quarter in range(32):
        now_s = quarter / 4
        inflow.observe(int(100 * min(now_s, 4) + 300 * max(0, now_s - 4)), now_s)
        assert inflow.steady_per_s() == 0
    inflow.observe(1600, 8.0)
    assert inflow.steady_per_s() == 100
    # A sample less than a quarter of a second after the last one is ignored.
    inflow.observe(10**6, 8.24)
    assert inflow.steady_per_s() == 100
    for quarter in range(33, 65):
        inflow.observe(1600 + 75 * (quarter - 32), quarter / 4)
    assert inflow.steady_per_s() == 300


def test_a_burst_does_not_count_as_steady_inflow() -> None:
    inflow = Inflow()
    for step in range(200):
        inflow.observe(500 if step > 20 else 0, step * 0.1)
        assert inflow.steady_per_s() == 0


def test_a_message_changes_when_its_figure_does() -> None:
    steady = Steady()
    first, second, third, fourth = (verbatim(text) for text in ("100", "126", "94", "130"))
    assert steady.latest(100, first) == first
    assert steady.latest(110, verbatim("110")) == first
    assert steady.latest(125, verbatim("125")) == first
    assert steady.latest(75, verbatim("75")) == first
    assert steady.latest(126, second) == second
    assert steady.latest(94, third) == third
    assert steady.latest(130, fourth) == fourth
    assert steady.latest(130, None) is None
    assert steady.latest(130, first) == first
    assert steady.latest(0, None) is None
    assert steady.latest(0, second) == second
    assert Steady().latest(0, third) == third


@pytest.mark.parametrize(
    ("settings", "datastreams", "comes_per_s", "slowed_per_s", "said"),
    [
        ({}, 1, 1440, None, fast("1,440", "10 may go out", "latest")),
        ({}, 3, 1440, None, fast("1,440", "10 may go out", "batch or latest")),
        ({"batch": True}, 3, 29, None, ""),
        ({"batch": True}, 3, 32, None, fast("32", "30 may go out", "latest")),
        ({"requests_per_s": 1.0}, 1, 1.5, None, fast("1.5", "1 may go out", "latest")),
        ({}, 1, 1, 1 / 26, fast("1", "one every 26 s may go out", "latest")),
        ({}, 1, 10, None, ""),
        ({}, 1, 10.5, None, ""),
        ({}, 1, 10.6, None, fast("11", "10 may go out", "latest")),
        ({}, 2, 11, None, fast("11", "10 may go out", "batch or latest")),
        ({}, 1, 9.8, 9.3, fast("9.8", "9.3 may go out", "latest")),
        ({"batch": True}, 0, 11, None, fast("11", "10 may go out", "latest")),
        ({"batch": True}, 2, 20, None, ""),
        ({"requests_per_s": 1.0}, 1, 2, None, fast("2", "1 may go out", "latest")),
        ({"forward": Forward.LATEST}, 10, 100, None, ""),
        (
            {"forward": Forward.TIMESTAMPED},
            1,
            1,
            None,
            POINTS.format("1"),
        ),
        ({"forward": Forward.TIMESTAMPED}, 1, 0.1, None, ""),
        ({"forward": Forward.TIMESTAMPED}, 1, 0.1215, None, ""),
        (
            {"forward": Forward.TIMESTAMPED},
            1,
            0.1216,
            None,
            POINTS.format("0.122"),
        ),
        (
            {"forward": Forward.LATEST},
            12,
            100,
            None,
            "12 datastreams every 1 s need more requests than may be sent (12 a second, 10 may go out). "
            "Send several pins in one message, or choose a longer interval.",
        ),
        (
            {"forward": Forward.LATEST, "batch": True, "interval_s": 0.05},
            12,
            100,
            None,
            "12 datastreams every 0.05 s need more requests than may be sent (20 a second, 10 may go out). "
            "Send less often: choose a longer interval.",
        ),
        ({"forward": Forward.LATEST, "batch": True}, 12, 100, None, ""),
        ({"forward": Forward.LATEST}, 12, 0, None, ""),
        ({"forward": Forward.LATEST}, 12, 10.5, None, ""),
    ],
)
def test_the_overload_warning_has_the_rates_and_an_advice(
    settings: dict[str, object], datastreams: int, comes_per_s: float, slowed_per_s: float | None, said: str
) -> None:
    figure, message = overload(device(**settings), datastreams, comes_per_s, slowed_per_s)
    assert (str(message) if message else "") == said
    if not said:
        assert figure == 0
    elif settings.get("forward") is Forward.LATEST:
        assert f" ({figure:g} a second, " in said
    else:
        assert figure == comes_per_s


def test_an_unpaced_device_is_never_overloaded() -> None:
    unpaced = device(server="http://127.0.0.1", requests_per_s=0.0)
    assert overload(unpaced, 1, 1e6, None) == (0, None)


def test_readings_that_become_too_old_are_announced_a_day_ahead() -> None:
    now_us = 1_790_000_000_000_000
    assert ageing(device(), None, now_us) is None
    assert ageing(device(), now_us - 29 * DAY + 1, now_us) is None
    came_us = now_us - 29 * DAY - 7_300_000_000
    assert ageing(device(), came_us, now_us) == Message("readings_too_old_soon", came=came_us, hours=21)
    for came_us in (now_us - 30 * DAY, now_us - 33 * DAY):
        assert ageing(device(), came_us, now_us) == Message("readings_too_old", came=came_us)
    hour_us = DAY // 24
    came_us = now_us - 30 * DAY + hour_us
    assert str(ageing(device(), came_us, now_us)) == (
        "Readings from 2026-08-22 15:13 UTC on are too old for the cloud in 1 h and will expire: "
        "allow more readings a day (daily_points), or fix the connection to the cloud."
    )
    assert str(ageing(device(), came_us - 1, now_us)) == (
        "Readings from 2026-08-22 15:13 UTC on are too old for the cloud now and expire: "
        "allow more readings a day (daily_points), or fix the connection to the cloud."
    )
    assert "in 24 h" in str(ageing(device(), now_us - 29 * DAY, now_us))
    assert "in 12 h" in str(ageing(device(max_age_days=2.5), now_us - 2 * DAY, now_us))


@pytest.mark.parametrize(
    ("looks", "per_s"),
    [
        ([(t, t * t) for t in range(13)], 12),  # 12 a second from 4 to 8 s, and 20 from 8 to 12 s.
        ([(0, 0), (10, 100)], 0),  # No sample divides the time into two halves.
        ([(0, 0), (1, 1), (9, 161)], 0),  # Nor does one divide the time from 1 to 9 s.
        ([(0, 0), (1, 10), (8.5, 100)], 10),
    ],
)
def test_the_slower_half_of_the_last_eight_seconds_is_steady(
    looks: list[tuple[float, int]], per_s: float
) -> None:
    inflow = Inflow()
    for at_s, total in looks:
        inflow.observe(total, at_s)
    assert inflow.steady_per_s() == per_s
