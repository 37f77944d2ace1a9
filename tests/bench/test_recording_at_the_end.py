"""Stopping a bench completes its recordings."""

from __future__ import annotations

from tests.bench.trial import Trial


def test_a_recording_is_complete_once_the_bench_has_stopped(trial: Trial) -> None:
    trial.started(record="true")
    trial.say("v1=1\n")
    trial.bench.stop()
    assert trial.bench.status().devices[0].recording is None
    assert trial.recordings(ended=True) == [b"# hello\nv1=1\n"]
