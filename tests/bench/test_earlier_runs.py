"""The readings of earlier runs are there after a restart."""

from __future__ import annotations

from tests.bench.clock import NOON_US
from tests.bench.trial import Trial


def test_earlier_runs_have_their_readings_too(trial: Trial) -> None:
    """Even after a restart, when nothing is in memory; and those of this run as they come."""
    trial.left(["v1=1\n", "v1=2\n"], age_days=1.0)
    trial.started()
    trial.say("v1=3\n")
    trial.stop()
    readings = trial.started().readings
    day_s = NOON_US / 1e6 - 90_000, NOON_US / 1e6 + 90_000
    first = readings.window("board", "v1", *day_s, 1000)[1].tolist()
    trial.wait(lambda: readings.extent("board", "v1") is not None)
    trial.say("v1=4\n")
    assert readings.extent("board", "v1") == (NOON_US / 1e6 - 86_400, NOON_US / 1e6 + trial.clock.now_s)
    last = readings.window("board", "v1", *day_s, 1000)[1].tolist()
    trial.stop()
    assert readings.window("board", "v1", *day_s, 1000)[1].tolist() == last
    assert (first, last) == ([], [1, 2, 3, 4])


def test_texts_of_earlier_runs_go_on_with_those_that_a_board_sends(trial: Trial) -> None:
    trial.left(["v1=idle\n", "v1=on\n"], age_days=1.0)
    readings = trial.started().readings
    key, day_s = ("board", "v1"), (NOON_US / 1e6 - 90_000, NOON_US / 1e6 + 90_000)
    assert readings.states(*key, *day_s, 10**9) == []
    trial.wait(lambda: bool(readings.states(*key, *day_s, 10**9)))
    trial.say("v1=on\nv1=off\n")
    assert [row.text for row in readings.states(*key, *day_s, 10**9)] == ["idle", "on", "on", "off"]
    trial.stop()
    assert [row.text for row in readings.states(*key, *day_s, 10**9)] == ["idle", "on", "on", "off"]


def test_the_newest_value_of_an_earlier_run_is_shown_until_another_comes(trial: Trial) -> None:
    trial.left(["v1=1\n", "v1=2\n"], age_days=1.0)
    trial.started()
    (row,) = trial.device.datastreams
    assert (row.value, row.received_at_us) == (2, NOON_US - 86_400_000_000)
    trial.say("v1=3\n")
    (row,) = trial.device.datastreams
    assert row.value == 3


def test_a_datastream_with_min_change_is_known_to_have_only_changes(trial: Trial) -> None:
    trial.left(["v1=1\n", "v2=2\n"], age_days=1.0)
    trial.keys.update({"device.datastream.virtual_pin": "1", "device.datastream.min_change": "2"})
    trial.started()
    assert [row.only_changes for row in trial.device.datastreams] == [True, False]
