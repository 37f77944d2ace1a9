"""A device that is renamed while its bench does not run keeps its readings, and they are still sent."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from app.bench.at_rest import rename_at_rest
from app.bench.errors import BenchError
from app.journal.journal import Journal
from tests.bench.trial import Trial


def devices(trial: Trial) -> list[tuple[str, int]]:
    """Each device in the journal, and how many of its readings are pending."""
    journal = Journal(trial.folder / "b.db")
    try:
        return [(name, sum(s.pending for s in journal.streams(name))) for name in sorted(journal.devices())]
    finally:
        journal.close()


def test_waiting_readings_of_a_renamed_device_are_sent_to_its_account(trial: Trial) -> None:
    trial.left(["v1=1\n", "v1=2\n"])
    rename_at_rest(trial.config(name='"roof"'), {"roof": "board"})
    assert devices(trial) == [("roof", 2)]
    trial.started(name='"roof"')
    assert trial.sent() == ["update v1=1", "update v1=2"]
    assert [(device.name, device.orphan) for device in trial.bench.status().devices] == [("roof", False)]


def test_devices_swap_their_names(trial: Trial) -> None:
    trial.left(["v1=1\n"], device="a")
    trial.left(["v1=1\n", "v1=2\n"], device="b")
    config = trial.config(name='"a"')
    other = msgspec.structs.replace(config.device[0], name="b", port="COM9")
    both = msgspec.structs.replace(config, device=(*config.device, other))
    rename_at_rest(both, {"a": "b", "b": "a"})
    assert devices(trial) == [("a", 2), ("b", 1)]


def test_a_name_that_left_the_bench_file_makes_room(trial: Trial) -> None:
    trial.left(["v1=1\n"], device="roof")
    trial.left(["v1=1\n", "v1=2\n"], device="board")
    rename_at_rest(trial.config(name='"roof"'), {"roof": "board", "gone": "x"})
    assert devices(trial) == [("roof", 2), ("roof (2)", 1)]


def test_without_a_journal_none_is_made(trial: Trial) -> None:
    config = trial.config(name='"roof"')
    rename_at_rest(config, {"roof": "board"})
    assert not Path(config.bench.journal).exists()


def test_a_journal_in_use_is_not_changed(trial: Trial) -> None:
    trial.left(["v1=1\n"])
    journal = Journal(trial.folder / "b.db")
    with pytest.raises(BenchError, match="The bench was not changed: "):
        rename_at_rest(trial.config(name='"roof"'), {"roof": "board"})
    journal.close()
    assert devices(trial) == [("board", 1)]
