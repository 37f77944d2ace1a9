"""Runs every check and every test, and tells at the end what did not run.

Standard library alone, any Python from 3.9. Invariants: the last line says how many tests were skipped and
why, and which system packages are missing for them; with `CI` set a skipped test is a failure.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GATES = (("ruff", "check", "."), ("ruff", "format", "--check", "."), ("mypy",), ("lint-imports",))
PURE = (
    "wire",
    *(f"cloud/test_{name}.py" for name in ("budget", "calls", "lanes", "outcomes", "outlook")),
    *(f"cloud/test_{name}.py" for name in ("pacing", "past", "plan", "policies", "supply")),
    "journal/test_history.py",
    *(f"boards/test_{name}.py" for name in ("gathering", "health", "identity", "recording")),
    *(f"boards/test_{name}.py" for name in ("release", "retry")),
    *(f"ui/test_{name}.py" for name in ("cursors", "rates", "sent_lines", "time_view", "trace")),
    "journal/test_accounts.py",
    "localcloud/test_faults.py",
    "test_redaction.py",
)


def run(python: Path, arguments: list[str], lacking: list[str]) -> int:
    """Run all gates and all tests in the environment of `python`, until one fails; the exit status.

    `--long` adds the long tests; other arguments are pytest's, which then runs alone. `lacking` says what
    could not be installed for the tests.
    """
    whole = arguments in ([], ["--long"])
    for gate in GATES if whole else ():
        say(f"== {' '.join(gate)}")
        path = shutil.which(gate[0], path=str(python.parent)) or gate[0]
        if run_child([path, *gate[1:]]):
            return 1
    with tempfile.TemporaryDirectory(prefix="pinbridge-test-") as folder:
        reports = [Path(folder) / name for name in ("pure.xml", "rest.xml")]
        pure = [f"tests/{name}" for name in PURE] if whole else []
        status = 0
        if pure:
            say("== the pure modules, covered to the last branch")
            pytest = ["-m", "pytest", "-q", f"--junitxml={reports[0]}", *arguments, *pure]
            status = run_child([str(python), "-m", "coverage", "run", *pytest])
            status = status or run_child([str(python), "-m", "coverage", "report"])
        if not status:
            say("== the other tests" if pure else "== tests")
            others = [f"--junitxml={reports[1]}", *(f"--ignore={path}" for path in pure), *arguments]
            status = run_child([str(python), "-m", "pytest", *others])
        skips, words = summary(reports)
    if whole and not arguments:
        words += "; the long ones were left out: test --long"
    print("checks:", " ".join(". ".join([words, *lacking]).split()), flush=True)
    return status or int(skips > 0 and bool(os.environ.get("CI")))


def say(text: str) -> None:
    """Tell the person what takes the time."""
    print(text, file=sys.stderr, flush=True)


def summary(reports: list[Path]) -> tuple[int, str]:
    """How many tests were skipped, as a number and in words with the reasons, from pytest's JUnit files."""
    cases = [case for report in reports if report.exists() for case in ET.parse(report).iter("testcase")]
    skips = [skip for case in cases for skip in case.iter("skipped")]
    words = f"{len(cases)} tests, {len(skips) or 'none'} skipped"
    reasons = Counter(map(reason_of, skips)).most_common()
    if reasons:
        words += ": " + "; ".join(f"{reason} ({count})" for reason, count in reasons)
    return len(skips), words


def reason_of(skip: ET.Element) -> str:
    """Why a test was skipped; the reason of a whole file stands in the text, in quotes."""
    whole_file = re.search(r"Skipped: (.*?)['\"]\)$", skip.text or "")
    return whole_file[1] if whole_file else skip.get("message", "")


def run_child(command: list[str]) -> int:
    """The exit status of a program that runs in the project's folder and is passed what signals come."""
    with subprocess.Popen(command, cwd=ROOT) as process:

        def pass_on(number: int, _frame: object) -> None:
            process.send_signal(number)

        # Ctrl+C at a terminal reaches the child by itself, and a second one would cut off its last words.
        on_ctrl_c = (lambda *_: None) if sys.stdin.isatty() else pass_on
        handlers = {signal.SIGINT: on_ctrl_c, signal.SIGTERM: pass_on}
        before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
        try:
            status = process.wait()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
    return status if status >= 0 else 128 - status
