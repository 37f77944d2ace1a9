"""A bench sends the events of a board, with the time of those that waited, and keeps to a hundred a day."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.bench.status import CloudState, JournalCounts
from app.journal.journal import Journal
from app.wire.streams import Usage
from tests.bench.clock import NOON_US
from tests.bench.trial import Trial

HOT = "logEvent code=hot description="


def test_an_event_is_counted_and_has_no_row_and_no_curve(trial: Trial) -> None:
    trial.started()
    trial.say("event.hot=Too hot\n")
    assert trial.sent() == ["logEvent code=hot description=Too hot"]
    assert trial.device.datastreams == ()
    assert (trial.counts.readings, trial.counts.forwarded) == (1, 1)
    times, values = trial.bench.readings.recent("board", "event.hot", 0, NOON_US)
    assert (len(times), len(values)) == (0, 0)
    assert [line.verdict.target for line in trial.bench.console("board", 0, 9)] == [None, "event.hot"]


@pytest.mark.parametrize(
    ("age_days", "calls", "counts"),
    [
        (0.0001, [f"{HOT}x"], JournalCounts(readings=1, forwarded=1)),
        (0.01, [f"{HOT}x (2026-11-15 11:45:36 UTC)"], JournalCounts(readings=1, forwarded=1)),
        (1.01, [], JournalCounts(readings=1, expired=1)),
    ],
    ids=["9 s", "14 min", "a day"],
)
def test_an_event_that_waited_says_when_it_occurred_and_expires_after_a_day(
    trial: Trial, age_days: float, calls: list[str], counts: JournalCounts
) -> None:
    trial.left(["event.hot=x\n"], age_days=age_days)
    trial.started()
    assert trial.sent() == calls
    assert trial.counts == counts


def test_the_events_of_an_earlier_run_count_and_those_beyond_a_hundred_let_a_run_end(trial: Trial) -> None:
    trial.left(["event.hot=a\nevent.hot=b\nv1=1\n"])
    journal = Journal(Path(trial.config().bench.journal))
    journal.write([], [], [Usage("events of board", "2026-11-15", 99)])
    journal.close()
    for _ in range(2):
        trial.started()
        trial.wait(lambda: trial.device.cloud.state is CloudState.PAUSED)
        assert sorted(trial.calls()) == [f"{HOT}a", "update v1=1"]
        assert "The day's 100 events are used up" in str(trial.device.cloud.message)
        trial.wait(lambda: trial.bench.idle_s() is not None)
        assert trial.counts == JournalCounts(readings=3, forwarded=2, pending=1)
        trial.stop()
