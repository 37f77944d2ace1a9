"""Runs all gates and all tests, and reports at the end what did not run.

It uses only the standard library, and any Python from 3.9 on can run it. Invariants: each test runs once; the
last line says how many tests were skipped and why, and which system packages are missing for them; coverage
is always checked on Linux, and on other systems only if no test was skipped.
"""

from __future__ import annotations

import ast
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
PURE = re.compile(r"\bpure\b", re.IGNORECASE)
"""Marks a module that does no I/O and reads no clock. The tests must cover every branch of it."""


def run(python: Path, arguments: list[str], lacking: list[str]) -> int:
    """Run the gates, then the tests, in the environment of `python` until one fails; return the exit status.

    `--long` adds the long tests. With any other arguments only pytest runs, with these arguments. `lacking`
    are lines about missing system packages, which the last line repeats.
    """
    whole = arguments in ([], ["--long"])
    if whole and run_gates(python):
        return 1
    with tempfile.TemporaryDirectory(prefix="pinbridge-test-") as folder:
        report = Path(folder) / "tests.xml"
        say("== tests")
        pytest = ["-m", "pytest", f"--junitxml={report}", *arguments]
        if whole:
            pytest = ["-m", "coverage", "run", f"--source={','.join(pure_modules())}", *pytest]
        status = run_child([str(python), *pytest])
        skips, words = summary(report)
        # On other systems some tests are skipped, such as those with a pty on Windows, so coverage is lower.
        is_checked = whole and (sys.platform == "linux" or not skips)
        if is_checked and not status:
            say("== branch coverage of the pure modules")
            status = run_child([str(python), "-m", "coverage", "report"])
    if whole and not is_checked:
        words += "; coverage was therefore not checked"
    if whole and not arguments:
        words += "; the long tests did not run: use test --long"
    print("checks:", " ".join(". ".join([words, *lacking]).split()), flush=True)
    return status


def run_gates(python: Path) -> int:
    """Run the gates in the environment of `python` until one fails; return the exit status."""
    for gate in GATES:
        say(f"== {' '.join(gate)}")
        path = shutil.which(gate[0], path=str(python.parent)) or gate[0]
        if run_child([path, *gate[1:]]):
            return 1
    return 0


def pure_modules() -> list[str]:
    """The modules of the program that are called pure in their own docstring or in that of their package."""
    files = [path for name in ("app", "ui") for path in sorted((ROOT / name).rglob("*.py"))]
    pure = {path for path in files if PURE.search(docstring(path))}
    within = [path for path in files if {path, path.with_name("__init__.py")} & pure]
    modules = [path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".") for path in within]
    return [module for module in modules if not module.endswith(".__init__")]


def docstring(path: Path) -> str:
    """A module's docstring, or an empty string."""
    return ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""


def say(text: str) -> None:
    """Print progress to standard error."""
    print(text, file=sys.stderr, flush=True)


def summary(report: Path) -> tuple[int, str]:
    """The number of skipped tests, and a sentence with the reasons, from pytest's JUnit file."""
    cases = list(ET.parse(report).iter("testcase")) if report.exists() else []
    skips = [skip for case in cases for skip in case.iter("skipped")]
    words = f"{len(cases)} tests, {len(skips) or 'none'} skipped"
    reasons = Counter(map(reason_of, skips)).most_common()
    if reasons:
        words += ": " + "; ".join(f"{reason} ({count})" for reason, count in reasons)
    return len(skips), words


def reason_of(skip: ET.Element) -> str:
    """Why a test was skipped; for a whole file, the reason is inside the element's text."""
    whole_file = re.search(r"Skipped: (.*?)['\"]\)$", skip.text or "")
    return whole_file[1] if whole_file else skip.get("message", "")


def run_child(command: list[str]) -> int:
    """Run a program in the project's folder, pass signals on to it, and return its exit status."""
    with subprocess.Popen(command, cwd=ROOT) as process:

        def pass_on(number: int, _frame: object) -> None:
            process.send_signal(number)

        # A terminal sends Ctrl+C to the child as well; a second signal would interrupt its clean-up.
        on_ctrl_c = (lambda *_: None) if sys.stdin.isatty() else pass_on
        handlers = {signal.SIGINT: on_ctrl_c, signal.SIGTERM: pass_on}
        before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
        try:
            status = process.wait()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
    return status if status >= 0 else 128 - status
