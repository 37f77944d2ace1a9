"""Readings get times that continue those of the last run; a step of the computer's clock is marked."""

from __future__ import annotations

import sqlite3

from tests.bench.clock import NOON_US
from tests.bench.trial import Trial


def marks(trial: Trial) -> list[tuple[int, int]]:
    """The clock marks of the journal: the id of the first reading after a step, and the step in µs."""
    connection = sqlite3.connect(trial.folder / "b.db")
    try:
        return connection.execute("SELECT first_id, stepped_us FROM clock_mark ORDER BY first_id").fetchall()
    finally:
        connection.close()


def test_a_clock_that_is_set_while_the_bench_runs_is_marked(trial: Trial) -> None:
    trial.started()
    trial.say("v1=1\n")
    trial.clock.set_forward_s = 10
    trial.say("v1=2\nv1=3\n")
    trial.stop()
    assert marks(trial) == [(2, 10_000_000)]


def test_a_clock_that_was_set_back_since_the_last_run_is_marked(trial: Trial) -> None:
    trial.started()
    trial.say("v1=1\n")
    trial.stop()
    trial.clock.set_forward_s = -10
    trial.started()
    trial.say("v1=2\n")
    trial.stop()
    assert marks(trial) == [(2, -10_000_000)]


def test_a_clock_that_goes_back_a_little_does_not_turn_times_back(trial: Trial) -> None:
    trial.started()
    trial.say("v1=1\n")
    trial.clock.set_forward_s = -1
    trial.say("v1=2\n")
    times = trial.bench.readings.recent("board", "v1", 0, 1e12)[0]
    trial.stop()
    assert (times * 1e6).round().tolist() == [NOON_US, NOON_US]
    assert marks(trial) == []
