"""The checks of a frozen program find a ledger that does not balance, and files and processes left behind."""

from __future__ import annotations

import json
import runpy
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from frozen import CheckError, home, ledger, processes_of
from steps.product import PACKAGING

RUN = {"lines": 3, "accepted": 2, "rejected": 1, "comments": 0, "blank": 0, "partial": 0, "lost_bytes": 0}
JOURNAL = {"readings": 2, "forwarded": 2, "superseded": 0, "refused": 0, "expired": 0, "pending": 0}


def _printed(**changes: Any) -> str:
    run = {key: changes.get(key, value) for key, value in RUN.items()}
    journal = {key: changes.get(key, value) for key, value in JOURNAL.items()}
    return json.dumps({"devices": [{"run": run, "journal": journal}]})


def test_a_ledger_that_balances_is_returned() -> None:
    assert ledger(_printed())["journal"]["forwarded"] == 2


@pytest.mark.parametrize("changes", [{"lines": 4}, {"readings": 3}, {"lost_bytes": 1}])
def test_a_ledger_that_does_not_balance_is_reported(changes: dict[str, int]) -> None:
    with pytest.raises(CheckError, match="does not balance"):
        ledger(_printed(**changes))


@pytest.mark.parametrize("out", ["", "Traceback", "{}", '{"devices":[]}'])
def test_output_that_is_no_ledger_is_reported(out: str) -> None:
    with pytest.raises(CheckError, match="not a ledger of one device"):
        ledger(out)


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_a_process_left_behind_is_found(tmp_path: Path) -> None:
    echo = shutil.which("cat")
    assert echo
    program = tmp_path / "program"
    shutil.copy(echo, program)
    with subprocess.Popen([program, "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(b"started\n")
        process.stdin.flush()
        assert process.stdout.readline() == b"started\n"
        assert processes_of(tmp_path) == [f"{program} - "]
        process.stdin.close()
    assert processes_of(tmp_path) == []


@pytest.mark.skipif(sys.platform == "win32", reason="on Windows the user's folders cannot be moved")
def test_files_left_behind_in_the_home_folder_are_found(tmp_path: Path) -> None:
    with home(tmp_path, under_wine=False) as where:
        leaves = "import pathlib, tempfile; (pathlib.Path.home() / 'left').touch(); tempfile.mkstemp()"
        where.run([sys.executable, "-c", leaves])
        assert "left" in where.files()
        assert len(where.files()) == 2


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (["a.pinbridge"], ["gui", "a.pinbridge"]),
        (["C.TOML"], ["gui", "C.TOML"]),
        (["--version"], ["--version"]),
        (["run", "a.toml"], ["run", "a.toml"]),
        ([], []),
    ],
)
def test_a_file_dropped_on_the_program_opens_in_the_window(
    given: list[str], wanted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[str]] = []
    monkeypatch.setattr(sys, "argv", ["pinbridge", *given])
    monkeypatch.setattr("app.__main__.main", lambda: seen.append(sys.argv[1:]))
    runpy.run_path(str(PACKAGING / "start.py"), run_name="__main__")
    assert seen == [wanted]
