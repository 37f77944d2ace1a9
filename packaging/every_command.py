"""Runs every command of the frozen program once, so that none needs a file that is not in the package.

The list of commands is the program's own help, so a new command without an entry here fails the check.
"""

from __future__ import annotations

import re
import urllib.request
from pathlib import Path
from typing import NamedTuple

from frozen import Home, check
from steps.running import say

TOKEN_NAME = "pinbridge-smoke"


class Trial(NamedTuple):
    """How to run a command once, with the statuses that it may end with."""

    arguments: str = ""
    statuses: tuple[int, ...] = (0,)
    out: str = ""
    """A text in the standard output."""
    given: str = ""
    """The standard input."""


_NO_KEYRING = (0, 1, 2)
"""The statuses of the commands for tokens: a computer for builds may have no keyring."""
TRIALS: dict[str, Trial] = {
    "run": Trial("--port simulated: --journal j.db --for 2 --json", (0, 1), '"journal":{"readings":'),
    "check": Trial("- --json", out='"verdict":"accepted"', given="v1=1\n"),
    "ports": Trial("--json", out="["),
    "doctor": Trial("--json", (0, 1), '"check":"clock"'),
    "record": Trial("--port simulated: --output r.pbrec --for 1", out="r.pbrec"),
    "replay": Trial("r.pbrec --speed 0 --json", out='"verdict":"accepted"'),
    "pending": Trial("--journal j.db --json", out='"device":"board"'),
    "refused": Trial("--journal j.db --json"),
    "rejected": Trial("--journal j.db --json", out='"devices"'),
    "export": Trial("--journal j.db --output -", out="id,received_at,device,target,value,fate"),
    "resend": Trial("--journal j.db --all"),
    "discard": Trial("--journal j.db"),
    "delete": Trial("--journal j.db --yes"),
    "token set": Trial(TOKEN_NAME, _NO_KEYRING, given="not-a-real-token-0123456789abcdef\n"),
    "token check": Trial(TOKEN_NAME, _NO_KEYRING),
    "token clear": Trial(TOKEN_NAME, _NO_KEYRING),
    # The window itself is tried by the demo.
    "gui": Trial("none.toml", (2,)),
}
"""The commands in the order in which they are run."""
OTHERS = ("demo", "cloud")
"""The demo is a check of its own (`smoke`); the cloud is asked for its page."""


def run_every_command(where: Home, program: Path) -> None:
    """Run every command of `program` once. Raises CheckError at the first that fails."""
    unknown = [name for name in commands(where, program) if name not in (*TRIALS, *OTHERS)]
    check(not unknown, f"packaging/every_command.py has no entry for {unknown}")
    for name, trial in TRIALS.items():
        words = [*name.split(), *trial.arguments.split()]
        status, out, err = where.run(where.command(program, *words), given=trial.given)
        said = f"{' '.join(words)} ended with {status}: {out}{err}"
        check(status in trial.statuses and trial.out in out, said)
        check("Traceback" not in err and "Internal error" not in err, said)
    _shows_the_page_of_the_cloud(where, program)
    say(f"smoke: all {len(TRIALS) + len(OTHERS)} commands run")


def commands(where: Home, program: Path) -> list[str]:
    """The commands in the program's help; those in a group, such as `token set`, with its name."""
    groups = {name.split()[0] for name in TRIALS if " " in name}
    found = []
    for name in _listed(where, program):
        found += (
            [f"{name} {command}" for command in _listed(where, program, name)] if name in groups else [name]
        )
    return found


def _listed(where: Home, program: Path, *group: str) -> list[str]:
    _, out, err = where.run(where.command(program, *group, "--help"))
    names = re.findall(r"^  (\w[\w-]*)", out.partition("\nCommands:\n")[2], re.MULTILINE)
    check(names, f"the help lists no commands: {out}{err}")
    return names


def _shows_the_page_of_the_cloud(where: Home, program: Path) -> None:
    with where.start(where.command(program, "cloud", "--listen", "127.0.0.1:0")) as process:
        try:
            assert process.stdout
            said = process.stdout.readline()
            address = re.search(r"http://[\d.:]+\d", said)
            check(address, f"the local cloud printed no address: {said}")
            assert address
            with urllib.request.urlopen(address[0], timeout=60) as answer:
                page = answer.read().decode()
        finally:
            process.kill()
            process.wait()
    check("<html" in page, f"the local cloud shows no page: {page[:200]}")
