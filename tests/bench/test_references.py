"""With `min_change`, a bench compares the first reading with the last one that this account has."""

from __future__ import annotations

import pytest

from app.wire.streams import Fate
from tests.bench.trial import Trial

KEYS = {"device.datastream.virtual_pin": "1", "device.datastream.min_change": "1"}


@pytest.mark.parametrize(
    ("age_days", "fate", "is_same", "calls"),
    [
        (0.0, Fate.FORWARDED, True, []),
        (0.0, Fate.FORWARDED, False, ["update v1=1"]),
        (0.0, Fate.REFUSED, True, ["update v1=1"]),
        (0.1, Fate.FORWARDED, True, ["update v1=1"]),
    ],
    ids=["the same account", "another token", "refused", "over ten minutes ago"],
)
def test_a_reading_of_an_earlier_run_is_the_reference_if_it_is_recent_and_this_account_has_it(
    trial: Trial, age_days: float, fate: Fate, is_same: bool, calls: list[str]
) -> None:
    trial.keys.update(KEYS)
    trial.left(["v1=1\n"], age_days=age_days, fate=fate, token="" if is_same else trial.cloud.token())
    trial.started()
    trial.say("v1=1\n")
    assert trial.sent() == calls
    assert trial.counts.superseded == 1 - len(calls)


def test_a_reference_stays_one_over_two_restarts_without_a_reading(trial: Trial) -> None:
    trial.keys.update(KEYS)
    trial.left(["v1=1\n"], fate=Fate.FORWARDED)
    for _ in range(2):
        trial.started()
        trial.stop()
    trial.started()
    trial.say("v1=1\n")
    assert trial.sent() == []


def test_a_clock_that_was_set_back_silences_no_datastream(trial: Trial) -> None:
    trial.keys.update(KEYS)
    trial.started()
    trial.say("v1=1\nv1=1\n")
    trial.clock.set_forward_s = -7200.0
    trial.say("v1=1\nv1=1\n")
    assert trial.sent() == ["update v1=1"] * 2
    assert trial.counts.superseded == 2
