"""A device that is renamed while its bench does not run keeps its readings, even if the program is killed."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest

from app.bench import at_rest
from app.bench.at_rest import rename_at_rest
from app.bench.errors import BenchError
from app.config.bench_file import BenchConfig
from app.config.loading import load
from app.journal.journal import Journal
from tests.bench.trial import Trial


def note(trial: Trial, renamed: Mapping[str, str]) -> None:
    """Note new names for a bench file that is then saved."""
    path = trial.folder / "bench.toml"
    at_rest.note(trial.folder / "b.db", path, renamed)
    with path.open("a", encoding="utf-8") as file:
        file.write("# saved\n")


def devices(trial: Trial) -> list[tuple[str, int]]:
    """Each device in the journal, and how many of its readings are pending."""
    journal = Journal(trial.folder / "b.db")
    try:
        return [(name, sum(s.pending for s in journal.streams(name))) for name in sorted(journal.devices())]
    finally:
        journal.close()


def two(trial: Trial, first: str, second: str) -> BenchConfig:
    config = trial.config(name=f'"{first}"')
    other = msgspec.structs.replace(config.device[0], name=second, port="COM9")
    return msgspec.structs.replace(config, device=(*config.device, other))


def test_waiting_readings_of_a_renamed_device_are_sent_to_its_account(trial: Trial) -> None:
    trial.left(["v1=1\n", "v1=2\n"])
    note(trial, {"roof": "board"})
    trial.started(name='"roof"')
    assert trial.sent() == ["update v1=1", "update v1=2"]
    assert [(device.name, device.orphan) for device in trial.bench.status().devices] == [("roof", False)]
    assert not list(trial.folder.glob("*.pinbridge-names"))


def test_devices_swap_their_names_once(trial: Trial) -> None:
    trial.left(["v1=1\n"], device="a")
    trial.left(["v1=1\n", "v1=2\n"], device="b")
    note(trial, {"a": "b", "b": "a"})
    place = trial.folder / "b.db.pinbridge-names"
    kept = place.read_bytes()
    for _ in range(2):
        rename_at_rest(two(trial, "a", "b"))
        assert devices(trial) == [("a", 2), ("b", 1)]
        assert not place.exists()
        place.write_bytes(kept)  # as after a crash between the change of the journal and the end of the note


def test_names_are_changed_again_before_the_journal_has_them(trial: Trial) -> None:
    trial.left(["v1=1\n"], device="a")
    trial.left(["v1=1\n", "v1=2\n"], device="b")
    note(trial, {"a": "b", "b": "a"})
    note(trial, {"c": "b"})
    note(trial, {"b": "c", "d": "gone"})
    note(trial, {"roof": "b"})
    rename_at_rest(two(trial, "a", "roof"))
    assert devices(trial) == [("a", 2), ("roof", 1)]


def test_a_name_that_left_the_bench_file_makes_room(trial: Trial) -> None:
    trial.left(["v1=1\n"], device="roof")
    trial.left(["v1=1\n", "v1=2\n"], device="board")
    note(trial, {"roof": "board", "gone": "x"})
    rename_at_rest(trial.config(name='"roof"'))
    assert devices(trial) == [("roof", 2), ("roof (2)", 1)]


def test_a_name_that_was_changed_again_outside_is_given_to_no_device(trial: Trial) -> None:
    trial.left(["v1=1\n"])
    note(trial, {"roof": "board"})
    rename_at_rest(trial.config(name='"attic"'))
    assert devices(trial) == [("board", 1)]
    rename_at_rest(trial.config(name='"roof"'))
    assert devices(trial) == [("board", 1)]


def test_without_a_journal_none_is_made_and_nothing_is_noted(trial: Trial) -> None:
    note(trial, {"roof": "board"})
    config = trial.config(name='"roof"')
    rename_at_rest(config)
    assert not Path(config.bench.journal).exists()
    assert not list(trial.folder.glob("*.pinbridge-names"))


def test_a_journal_in_use_is_renamed_later(trial: Trial) -> None:
    trial.left(["v1=1\n"])
    note(trial, {"roof": "board"})
    journal = Journal(trial.folder / "b.db")
    with pytest.raises(BenchError, match="The bench was not changed: "):
        rename_at_rest(trial.config(name='"roof"'))
    journal.close()
    assert devices(trial) == [("board", 1)]
    rename_at_rest(trial.config(name='"roof"'))
    assert devices(trial) == [("roof", 1)]


def test_names_that_cannot_be_written_stay_noted(trial: Trial) -> None:
    trial.left(["v1=1\n"])
    note(trial, {"roof": "board"})
    with trial.monkeypatch.context() as patch:

        def fail(*_args: object, **_options: object) -> None:
            raise sqlite3.OperationalError("disk I/O error")

        patch.setattr("app.bench.at_rest.change_devices", fail)
        with pytest.raises(BenchError, match="disk I/O error"):
            trial.made(name='"roof"')
    rename_at_rest(trial.config(name='"roof"'))
    assert devices(trial) == [("roof", 1)]


SAVE = """
import os, signal, sys
from pathlib import Path
from app.bench import at_rest
from app.config.loading import load
journal, path, when = *map(Path, sys.argv[1:3]), sys.argv[3]
def die(*_args):
    os.kill(os.getpid(), signal.SIGKILL)
at_rest.note(journal, path, {"roof": "board"})
if when == "before the file is saved":
    die()
path.write_text(path.read_text().replace('"board"', '"roof"'))
if when == "before the journal is changed":
    die()
at_rest.forget = die
at_rest.rename_at_rest(load(path))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9")
@pytest.mark.parametrize(
    ("when", "name"),
    [
        ("before the file is saved", "board"),
        ("before the journal is changed", "roof"),
        ("before the note is deleted", "roof"),
    ],
)
@pytest.mark.parametrize("is_edited_outside", [False, True])
def test_a_killed_program_leaves_file_and_journal_that_fit(
    trial: Trial, when: str, name: str, is_edited_outside: bool
) -> None:
    trial.left(["v1=1\n"])
    path = trial.folder / "bench.toml"
    path.write_text(trial.text(trial.keys), encoding="utf-8")
    command = [sys.executable, "-c", SAVE, str(trial.folder / "b.db"), str(path), when]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    if is_edited_outside:
        path.write_text(path.read_text() + "# by hand\n", encoding="utf-8")
    config = load(path)
    assert [device.name for device in config.device] == [name]
    trial.keys["device.name"] = f'"{name}"'
    trial.started()
    assert trial.sent() == ["update v1=1"]
    assert [(device.name, device.orphan) for device in trial.bench.status().devices] == [(name, False)]
