"""After a running bench finds its journal damaged, the next start still respects budgets and accounts."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.trial import Trial
from tests.bench.trial_cloud import TrialCloud

SCHOOL = {"device.organisation": '"school"'}
IN_SETS = {"device.forward": '"timestamped"', "device.interval_s": "0.001"}


@pytest.fixture
def trial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trial]:
    with TrialCloud() as cloud:
        trial = Trial(tmp_path, cloud, monkeypatch)
        yield trial
        trial.close()


def meet_damage(trial: Trial) -> None:
    """Report damage to the writer, as a reader of the journal does, and wait until there is a new journal."""
    error = sqlite3.DatabaseError("database disk image is malformed")
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    trial.parts.writer.report(error)
    trial.wait(lambda: any(told.code == "journal_replaced" for told in trial.bench.status().warnings))


@pytest.mark.parametrize(
    ("limit", "keys"),
    [("organisation.monthly_messages", SCHOOL), ("device.daily_points", IN_SETS)],
    ids=["messages-of-the-month", "points-of-the-day"],
)
def test_a_budget_that_was_used_up_before_the_damage_stays_so_after_the_next_start(
    trial: Trial, limit: str, keys: dict[str, str]
) -> None:
    trial.keys |= {**keys, limit: "2"}
    for number in (1, 2):
        trial.started()
        trial.say(f"v1={number}\n")
        trial.sent()
        trial.stop()
    trial.started()
    meet_damage(trial)
    trial.stop()
    trial.started()
    trial.say("v1=3\n")
    trial.wait(lambda: any("used up" in str(told) for told in trial.device.cloud.forecast))
    assert (trial.counts.forwarded, trial.counts.pending) == (2, 1)
    assert len(trial.calls()) == 2


def test_readings_since_the_damage_go_to_their_account_after_the_next_start(trial: Trial) -> None:
    trial.keys |= {**SCHOOL, "organisation.monthly_messages": "1"}
    trial.started()
    trial.say("v1=1\n")
    trial.sent()
    meet_damage(trial)
    trial.say("v1=2\n")
    trial.stop()
    trial.without("device.organisation", "organisation.monthly_messages")
    trial.started()
    trial.sent()
    assert [call[-1] for call in trial.calls()] == ["1", "2"]
    assert trial.counts.forwarded == 2
