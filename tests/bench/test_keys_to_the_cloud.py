"""Each key of the bench file that is about forwarding has its effect on the calls to the cloud.

The name of each decorated function says where the effect is seen.
"""

from __future__ import annotations

import pytest

from app.bench.status import CloudState, JournalCounts
from tests.bench.clock import NOON_US
from tests.bench.keys import Key, Keys
from tests.bench.trial import Trial
from tests.bench.trial_cloud import TrialCloud

KEYS = Keys()
NOON_MS = NOON_US // 1000
V1 = {"device.datastream.virtual_pin": "1"}
SCHOOL = {"device.organisation": '"school"'}
EACH = ["update v1=1", "update v1=2", "update v1=3"]
SET = f"batch/update pin=v1 [[{NOON_MS},1],[{NOON_MS + 1},2],[{NOON_MS + 2},3]]"
AT_ONCE = {"device.interval_s": "0.001"}


@KEYS.row("device.server", '"OTHER"', instead='"CLOUD"', by_default=("here", 0), by_value=("there", 1))
def _as_the_server_of_the_calls_and_as_the_account_of_what_waits(trial: Trial) -> object:
    """The pending reading of an earlier run is held if it was meant for another server."""
    with TrialCloud(trial.token) as other:
        there = {'"CLOUD"': trial.cloud, '"OTHER"': other}[trial.keys["device.server"]]
        trial.keys["device.server"] = f'"{trial.cloud.url}"'
        trial.left(["v2=2\n"])
        trial.keys["device.server"] = f'"{there.url}"'
        trial.started()
        trial.say("v1=1\n")
        trial.wait(lambda: bool(there.calls.of(trial.token)) and trial.device.cloud.sendable == 0)
        assert trial.device.server == there.url
        held = trial.counts.held
        trial.stop()
        return "here" if there is trial.cloud else "there", held


@KEYS.row(
    "device.auth_token",
    '"env:PINBRIDGE_U"',
    instead='"env:PINBRIDGE_T"',
    by_default=("T", 0),
    by_value=("U", 1),
)
def _as_the_token_of_the_calls_and_as_the_account_of_what_waits(trial: Trial) -> object:
    other = trial.cloud.token()
    trial.monkeypatch.setenv("PINBRIDGE_U", other)
    trial.left(["v2=2\n"])
    trial.started()
    trial.say("v1=1\n")
    trial.wait(lambda: trial.device.cloud.sendable == 0)
    held = trial.counts.held
    heard = {name: len(trial.cloud.calls.of(token)) for name, token in (("T", trial.token), ("U", other))}
    assert sum(heard.values()) == 2 - held
    return max(heard, key=lambda name: heard[name]), held


@KEYS.row("device.organisation", '"school"', by_default=None, by_value=999,
          needs={"organisation.monthly_messages": "1000"})  # fmt: skip
def _in_the_messages_that_are_left(trial: Trial) -> object:
    trial.started()
    trial.say("v1=1\n")
    trial.sent()
    return trial.device.cloud.messages_left


@KEYS.row(
    "organisation.monthly_messages", "2", by_default=(EACH, None, 3), by_value=(EACH[:2], 0, 2), needs=SCHOOL
)
def _in_the_calls_of_a_month_and_after_a_restart(trial: Trial) -> object:
    trial.left(["v1=1\nv1=2\nv1=3\n"])
    trial.started()
    trial.wait(lambda: _is_over(trial))
    trial.stop()
    trial.started()
    left = trial.device.cloud.messages_left
    assert (trial.device.cloud.state is CloudState.PAUSED) is (left == 0)
    return trial.calls(), left, trial.counts.forwarded


@KEYS.row("device.daily_points", "2", by_default=([3], 3), by_value=([2], 2),
          needs={"device.forward": '"timestamped"', **AT_ONCE})  # fmt: skip
def _in_the_points_of_a_day_and_after_a_restart(trial: Trial) -> object:
    trial.left(["v1=1\nv1=2\nv1=3\n"])
    trial.started()
    trial.wait(lambda: _is_over(trial))
    trial.stop()
    trial.started()
    assert _is_used_up(trial) is (trial.counts.pending > 0)
    return [call.count(",") // 2 + 1 for call in trial.calls()], trial.counts.forwarded


@KEYS.row(
    "device.forward",
    '"latest"',
    by_default=(EACH, JournalCounts(readings=3, forwarded=3)),
    by_value=(EACH[2:], JournalCounts(readings=3, forwarded=1, superseded=2)),
    needs=AT_ONCE,
)
@KEYS.row(
    "device.forward",
    '"timestamped"',
    by_default=(EACH, JournalCounts(readings=3, forwarded=3)),
    by_value=([SET], JournalCounts(readings=3, forwarded=3)),
    needs=AT_ONCE,
)
def _in_the_calls_for_three_readings_of_a_pin(trial: Trial) -> object:
    trial.left(["v1=1\nv1=2\nv1=3\n"])
    trial.started()
    return trial.sent(), trial.counts


@KEYS.row(
    "device.batch", "true", by_default=["update v1=1", "update v2=2"], by_value=["batch/update v1=1 v2=2"]
)
def _in_the_calls_for_two_pins(trial: Trial) -> object:
    trial.left(["v1=1\nv2=2\n"])
    trial.started()
    return sorted(trial.sent())


@KEYS.row("device.backlog", '"timestamped"', by_default=[*EACH, "update v1=4"], by_value=[SET, "update v1=4"])
def _in_the_calls_for_what_an_earlier_run_left(trial: Trial) -> object:
    trial.left(["v1=1\nv1=2\nv1=3\n"])
    trial.started()
    trial.sent()
    trial.say("v1=4\n")
    return trial.sent()


@KEYS.row("device.interval_s", "60", by_default=1.0, by_value=60.0, needs={"device.forward": '"latest"'})
def _in_the_time_between_two_calls(trial: Trial) -> object:
    trial.clock.let_waits_pass()
    trial.started()
    for value in range(2):
        trial.say(f"v1={value}\n")
        trial.sent()
    first, second = trial.stamps()
    return second - first


@KEYS.row("device.requests_per_s", "200", by_default=10, by_value=200)
@KEYS.row("device.requests_per_s", "0.5", by_default=10, by_value=0.5)
def _in_the_calls_of_a_second(trial: Trial) -> object:
    """The first ten calls are left out: they may go at once, because nothing was sent before."""
    trial.clock.let_waits_pass()
    trial.left(["v1=1\n" * 40])
    trial.started()
    trial.sent()
    stamps = trial.stamps()[10:]
    # Not exactly: two carriers that wait at the same time may send one call too early or too late.
    return pytest.approx((len(stamps) - 1) / (stamps[-1] - stamps[0]), rel=0.15)


@KEYS.row("device.max_age_days", "60", needs={"device.forward": '"timestamped"', **AT_ONCE},
          by_default=(0, JournalCounts(readings=1, expired=1)),
          by_value=(1, JournalCounts(readings=1, forwarded=1)))  # fmt: skip
def _in_what_becomes_of_an_old_reading(trial: Trial) -> object:
    trial.left(["v1=1\n"], age_days=40)
    trial.started()
    return len(trial.sent()), trial.counts


@KEYS.row(
    "device.datastream.id",
    "7",
    by_default=["update v1=1"],
    by_value=["update dataStreamId=7 value=1"],
    needs=V1,
)
def _in_how_the_call_names_the_datastream(trial: Trial) -> object:
    trial.started()
    trial.say("v1=1\n")
    return trial.sent()


@KEYS.row(
    "device.datastream.min_change",
    "1.5",
    by_default=(EACH, JournalCounts(readings=3, forwarded=3)),
    by_value=([EACH[0], EACH[2]], JournalCounts(readings=3, forwarded=2, superseded=1)),
    needs=V1,
)
@KEYS.row(
    "device.datastream.min_change",
    "0.25",
    by_default=(["update v1=0.1", "update v1=0.2", "update v1=0.3"], JournalCounts(readings=3, forwarded=3)),
    by_value=(["update v1=0.1"], JournalCounts(readings=3, forwarded=1, superseded=2)),
    needs={**V1, "device.datastream.scale": "0.1"},
)
def _in_the_calls_for_readings_that_change_little(trial: Trial) -> object:
    trial.started()
    trial.say("v1=1\nv1=2\nv1=3\n")
    return trial.sent(), trial.counts


@KEYS.row(
    "device.datastream.max_silence_s",
    "60",
    by_default=["update v1=1"],
    by_value=["update v1=1", "update v1=1"],
    needs={**V1, "device.datastream.min_change": "1"},
)
def _in_the_calls_for_readings_that_do_not_change(trial: Trial) -> object:
    trial.started()
    trial.say("v1=1\n")
    trial.clock.now_s += 60.0
    trial.say("v1=1\n")
    return trial.sent()


def _is_over(trial: Trial) -> bool:
    """Whether all three readings were sent and answered, or only two if the budget allows no more."""
    return trial.counts.pending == (1 if _is_used_up(trial) else 0)


def _is_used_up(trial: Trial) -> bool:
    """Whether the budget of messages or of points is used up."""
    return any("used up" in str(message) for message in trial.device.cloud.forecast)


@pytest.mark.parametrize("row", KEYS, ids=lambda row: f"{row.key} {row.value}")
def test_a_key_that_is_left_out_has_its_default(row: Key, trial: Trial) -> None:
    assert row.seen(trial, row.instead) == row.by_default


@pytest.mark.parametrize("row", KEYS, ids=lambda row: f"{row.key} {row.value}")
def test_a_key_has_its_effect(row: Key, trial: Trial) -> None:
    assert row.seen(trial, row.value) == row.by_value
