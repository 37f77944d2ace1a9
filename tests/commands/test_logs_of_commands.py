"""Commands that run for a while write their errors to the user's log."""

from __future__ import annotations

import logging
import logging.handlers
from pathlib import Path

import pytest

from app.program.logs import Redactor
from tests.commands.table import Done, Runner

COMMANDS = (
    "run bench.toml --for 0",
    "demo --headless --seconds 0.05",
    "cloud --listen nowhere",
    "record --port simulated: --output a.pbrec --for 0",
    "replay quick.pbrec --speed 0",
    "replay quick.pbrec --speed 0 --server http://127.0.0.1:9 --auth-token env:PINBRIDGE_T",
)


def check_log(done: Done) -> None:
    (log,) = [h for h in logging.getLogger().handlers if isinstance(h.formatter, Redactor)]
    assert isinstance(log, logging.handlers.RotatingFileHandler)
    assert log.baseFilename.startswith(str(done.folder / "home"))
    logging.getLogger("test").warning("it went wrong")
    assert "it went wrong" in Path(log.baseFilename).read_text(encoding="utf-8")


@pytest.mark.parametrize("words", COMMANDS)
def test_a_running_command_writes_a_log(words: str, runner: Runner) -> None:
    check_log(runner.run(words, looks=3))


def test_the_window_writes_a_log_once_it_is_connected(runner: Runner) -> None:
    done = runner.run("gui other.toml")
    (window,) = done.windows
    window["program"].make_bench(window["config"], {}).stop()
    check_log(done)
