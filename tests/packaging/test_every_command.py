"""The smoke test of a package runs every command, and every command runs where no module is a file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

import every_command
from app.cli import cli
from every_command import OTHERS, TRIALS, commands, run_every_command
from frozen import CheckError, home
from tests.commands.table import commands_of
from tests.packaging import as_frozen
from tests.processes import ENV

posix = pytest.mark.skipif(sys.platform == "win32", reason="the program is a script, and the home is real")


def program(folder: Path) -> Path:
    """Make a script that runs the program as if it were frozen."""
    as_frozen.unpack(folder / "program")
    path = folder / "program" / "pinbridge"
    path.write_text(
        f"#!/bin/sh\nAS_FROZEN='{path.parent}' exec '{sys.executable}' '{as_frozen.__file__}' \"$@\"\n"
    )
    path.chmod(0o755)
    return path


def test_every_command_has_an_entry() -> None:
    names = {path for path, command in commands_of(cli) if not isinstance(command, click.Group)}
    assert {*TRIALS, *OTHERS} == names


@posix
def test_the_doctor_works_where_no_module_is_a_file(tmp_path: Path) -> None:
    done = subprocess.run(
        [program(tmp_path), "doctor", "--json"],
        capture_output=True,
        env={**ENV, "HOME": str(tmp_path)},
        cwd=tmp_path,
        timeout=60,
        check=False,
    )
    assert done.stderr == b""
    findings = {finding["check"]: finding for finding in json.loads(done.stdout)["findings"]}
    assert findings["clock"]["grade"] == "ok"
    assert not any(path.suffix == ".py" for path in (tmp_path / "program").rglob("*"))
    assert os.access(tmp_path / "program" / "app" / "messages" / "locale", os.R_OK)


@posix
def test_a_command_without_an_entry_is_found(tmp_path: Path) -> None:
    with home(tmp_path, under_wine=False) as where:
        path = tmp_path / "pinbridge"
        path.write_text("#!/bin/sh\nprintf 'Usage\\n\\nCommands:\\n  new-one  Do.\\n  token  Do.\\n'\n")
        path.chmod(0o755)
        assert commands(where, path) == ["new-one", "token new-one", "token token"]
        with pytest.raises(CheckError, match=r"no entry for \['new-one', 'token new-one', 'token token'\]"):
            run_every_command(where, path)
        path.write_text("#!/bin/sh\nexit 1\n")
        with pytest.raises(CheckError, match="the help lists no commands"):
            run_every_command(where, path)


@posix
@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("exit 3", "ended with 3"),
        ("echo nothing", "ended with 0: nothing"),
        ("echo good; echo Traceback >&2", "Traceback"),
    ],
)
def test_a_command_that_fails_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, said: str
) -> None:
    monkeypatch.setattr(every_command, "TRIALS", {"check": every_command.Trial("-", out="good")})
    path = tmp_path / "pinbridge"
    listed = "printf 'Usage\\n\\nCommands:\\n  check  Do.\\n'"
    path.write_text(f'#!/bin/sh\nif [ "$1" = --help ]; then {listed}; exit; fi\n{script}\n')
    path.chmod(0o755)
    with home(tmp_path, under_wine=False) as where, pytest.raises(CheckError, match=said):
        run_every_command(where, path)


@posix
@pytest.mark.long
def test_every_command_runs_where_no_module_is_a_file(tmp_path: Path) -> None:
    with home(tmp_path, under_wine=False) as where:
        run_every_command(where, program(tmp_path))
