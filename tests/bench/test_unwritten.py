"""Readings that were accepted, but cannot be written to the journal, are in the status of their device."""

from __future__ import annotations

from app.messages.message import Message
from tests.bench.trial import Trial


def test_the_status_counts_readings_that_cannot_be_written(trial: Trial) -> None:
    trial.started()
    trial.say("v1=1\n")
    trial.sent()
    assert not trial.device.unwritten.readings
    assert str(trial.device.cloud.message) == "All readings are in the cloud."
    trial.fill_the_disk()
    said = trial.say_until_warned("is the disk full?")
    trial.wait(lambda: trial.device.unwritten.reason is not None)
    device = trial.device
    assert device.unwritten.reason in trial.bench.status().warnings
    # Everything that was accepted is either in the journal, or is counted here.
    assert device.counts.readings + device.unwritten.readings == said + 1
    assert device.cloud.message == Message("cloud_not_written", count=device.unwritten.readings)
    trial.bench.stop()
    assert trial.device.unwritten.readings == trial.bench.lost_readings > 0
