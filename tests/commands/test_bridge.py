"""The options of `gui`, `demo` and `run`."""

from __future__ import annotations

import json

import pytest

from tests.commands.keys import key_rows
from tests.commands.table import Done, Row, Runner, shape, who_ended_it


def bench_name(done: Done) -> str:
    """The bench of the ledger, which is all that standard output has."""
    return str(json.loads(done.out)["bench"])


def journals(done: Done) -> list[str]:
    """The journals that were not there before."""
    found = {str(path.relative_to(done.folder)) for path in done.folder.rglob("*.db")}
    return sorted(found - {"two.db", "other.db"})


def shown(done: Done) -> list[str]:
    """The bench that each window was to show."""
    return [str(window["config"] and window["config"].bench.name) for window in done.windows]


def pictures(done: Done) -> list[str]:
    return [str(window["screenshot"]) for window in done.windows]


def rejected(done: Done) -> bool:
    return bool(json.loads(done.out)["devices"][0]["run"]["rejected"])


RUN = "run --port simulated:"
SILENT = "run --port /dev/none"
DEMO = "demo --headless"
ROWS = {
    "gui BENCH_FILE": Row("gui", "gui bench.toml", shown, ["None"], ["Two"]),
    "demo --seconds": Row(DEMO, f"{DEMO} --seconds 0.05", who_ended_it, "a person", "itself"),
    "demo --headless": Row("demo", DEMO, lambda done: len(done.windows), 1, 0),
    "demo --screenshot": Row("demo", "demo --screenshot a.png", pictures, ["None"], ["a.png"]),
    "demo --faults": Row(DEMO, f"{DEMO} --faults rubbish.toml", rejected, False, True),
    "run BENCH_FILE": Row(
        "run bench.toml --for 0 --json", "run other.toml --for 0 --json", bench_name, "Two", "Other"
    ),
    "run --for": Row(RUN, f"{RUN} --for 0.05", who_ended_it, "a person", "itself"),
    "run --until-idle": Row(SILENT, f"{SILENT} --until-idle 0.05", who_ended_it, "a person", "itself"),
    "run --json": Row(f"{RUN} --for 0", f"{RUN} --for 0 --json", shape, "words", "JSON"),
    "run --journal": Row(
        f"{SILENT} --for 0",
        f"{SILENT} --for 0 --journal mine.db",
        journals,
        ["home/pinbridge/board.db"],
        ["mine.db"],
    ),
    **key_rows("run", "--port simulated:"),
}


@pytest.mark.parametrize("option", ROWS)
def test_an_option_does_what_it_says(option: str, runner: Runner) -> None:
    runner.hold(ROWS[option])
