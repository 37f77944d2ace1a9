"""Every problem of a bench is among its warnings, and without a problem there are none."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.bench.trial import Trial

CASES: list[tuple[str, Callable[[Trial], None]]] = []
Case = Callable[[Trial], None]


def warns(words: str) -> Callable[[Case], Case]:
    """A decorator that adds a case, which causes a warning that contains `words`."""

    def add(case: Case) -> Case:
        CASES.append((words, case))
        return case

    return add


@warns('device "board": http://192.168.1.5 is not encrypted: everybody in this network can read the values')
def _a_server_in_the_network_without_encryption(trial: Trial) -> None:
    trial.made(server='"http://192.168.1.5"', requests_per_s="10")


@warns("the journal is in a folder that OneDrive copies")
def _a_folder_that_is_copied(trial: Trial) -> None:
    trial.keys["bench.journal"] = '"OneDrive/b.db"'
    trial.made()


@warns("board: A recording is forwarded only to servers on this computer, not to https://fra1.blynk.cloud")
def _a_recording_for_the_cloud(trial: Trial) -> None:
    trial.made(port='"replay:a.pbrec"', server='"https://fra1.blynk.cloud"', requests_per_s="10")


@warns("a new one was started")
def _a_damaged_journal(trial: Trial) -> None:
    trial.left(["v1=1\n" * 1000])
    path = trial.folder / "b.db"
    path.write_bytes(path.read_bytes()[:4096] + b"\xff" * 8192)
    trial.made()


@warns("the journal cannot be written (database or disk is full)")
def _a_full_disk(trial: Trial) -> None:
    trial.without("device.server", "device.auth_token", "device.requests_per_s")
    trial.started()
    trial.say("v1=1\n")
    trial.fill_the_disk()
    trial.say_until_warned("is the disk full?")


@warns("more than max_journal_mb = 0: what is left waits to be sent")
def _a_journal_that_cannot_be_pruned(trial: Trial) -> None:
    trial.without("device.server", "device.auth_token", "device.requests_per_s")
    trial.left(["v1=1\n"])
    trial.keys["bench.max_journal_mb"] = "0.001"
    trial.started()


@warns("the recording cannot be started")
def _a_recording_that_has_no_place(trial: Trial) -> None:
    (trial.folder / "recordings").write_text("no folder")
    trial.started()
    trial.bench.record("board", True)


@pytest.mark.parametrize(("words", "case"), CASES, ids=[case.__name__ for _, case in CASES])
def test_a_problem_is_among_the_warnings(words: str, case: Callable[[Trial], None], trial: Trial) -> None:
    case(trial)
    trial.wait(lambda: bool(trial.bench.status().warnings))
    (warning,) = trial.bench.status().warnings
    assert words in str(warning)


def test_without_a_problem_there_are_no_warnings(trial: Trial) -> None:
    trial.started()
    trial.say("v1=1\n")
    assert trial.bench.status().warnings == ()
