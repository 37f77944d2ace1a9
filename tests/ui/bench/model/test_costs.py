"""What the way to forward costs, in sentences."""

from __future__ import annotations

import pytest

from tests.ui.bench.model.benches import draft
from ui.bench.model.costs import costs, exceeds, per_second


def said(per_s: float | None, **values: object) -> list[str]:
    made = draft()
    made.put(made.organisations[0], "monthly_messages", values.pop("monthly", 0))
    for key, value in values.items():
        made.put(made.devices[0], key, value)
    return list(map(str, costs(made, made.devices[0], 2, per_s)))


def test_the_sum_is_a_share_of_the_free_plan_or_of_the_organisation() -> None:
    assert said(1 / 60) == ["43,000 messages a month: 43 % of the free plan."]
    assert said(1 / 60, monthly=500_000) == [
        "43,000 messages a month: 8.6 % of the 500,000 messages of school."
    ]
    assert said(1 / 60, monthly="many") == said(1 / 60)
    assert said(1 / 60, monthly=-5) == said(1 / 60)
    assert said(1 / 60, organisation="") == said(1 / 60)


def test_sets_have_a_sum_of_points_too() -> None:
    found = said(0.01, forward="timestamped", interval_s=60.0)
    assert len(found) == 2
    assert found[1] == "860 points a day: 8.6 % of the 10,000 points of a day."


def test_without_readings_the_worst_is_said() -> None:
    (worst,) = said(None, forward="latest", interval_s=60.0, batch=True)
    assert worst.startswith("At most, if readings come as fast as they may be sent: 43,000 messages")
    assert said(0.0) == ["No messages: no readings come in."]


def test_nothing_is_said_of_a_device_that_is_wrong_or_sends_to_no_plan() -> None:
    assert said(1.0, baud_rate="fast") == []
    assert said(1.0, server="", auth_token="") == []
    assert said(1.0, server="http://127.0.0.1:8080") == []
    assert said(None, server="http://127.0.0.1:8080", requests_per_s=0.0) == []


def test_an_organisation_has_a_plan_on_this_computer_too() -> None:
    local = {"server": "http://127.0.0.1:8080", "monthly": 500_000}
    assert said(1 / 60, **local) == said(1 / 60, monthly=500_000)
    assert said(None, **local) == said(None, monthly=500_000)
    assert said(1 / 60, organisation="", **local) == []


def test_a_sum_above_the_plan_is_known() -> None:
    made = draft()
    made.put(made.organisations[0], "monthly_messages", 0)
    device = made.devices[0]
    assert exceeds(costs(made, device, 2, 1.0))
    assert not exceeds(costs(made, device, 2, 0.001))
    assert exceeds(costs(made, device, 2, None))
    device.put("forward", "latest")
    device.put("interval_s", 3600.0)
    assert not exceeds(costs(made, device, 2, None))


@pytest.mark.parametrize(
    ("times_us", "rate"),
    [([], None), ([5], None), ([5, 5], None), ([0, 0, 1_000_000], 2.0), ([0, 4_000_000], 0.25)],
)
def test_the_rate_is_that_of_the_lines_at_hand(times_us: list[int], rate: float | None) -> None:
    assert per_second(times_us) == rate
