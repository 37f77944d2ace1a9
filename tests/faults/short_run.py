"""Runs `pinbridge run` with a board that prints some lines, until nothing is left to be sent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.last_words import ending
from tests.processes import TOKEN, Board, balances, read_until, start


def short_run(bench: Path, board: Board, lines: bytes, *variables: str) -> tuple[int, dict[str, Any], str]:
    """Run the bench file `bench` while `board` prints `lines`.

    `variables` are environment variables, such as `NAME=value`. Returns the exit status, the ledger of the
    first device, and all that was said on standard error.
    """
    options = ("--until-idle", "0.3", "--json")
    with start("run", str(bench), *options, prefix=("env", *variables)) as process:
        said = read_until(process, "open", "lines come in")
        board.say(b"# boot\n" + lines)
        board.wait_until_read()
        out, err = ending(process)
    assert TOKEN not in out + said + err
    ledger = json.loads(out)["devices"][0]
    assert balances(ledger)
    return process.returncode, ledger, said + err
