"""Runs all gates (linters, type checks) and all tests, and reports at the end which tests were skipped.

It uses only the standard library, and any Python from 3.9 on can run it. Invariants: each test runs once; the
last line says how many tests were skipped and why, and which system packages are missing; coverage is checked
after every full run that passed (on systems other than Linux, only if no test was skipped).
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GATES = (("ruff", "check", "."), ("ruff", "format", "--check", "."), ("mypy",), ("lint-imports",))
"""The commands of the gates: checks of the source code that must pass before any test runs."""
IN_PARALLEL = (
    f"--numprocesses={min((os.cpu_count() or 1) + 1, 4)}",
    "--dist=worksteal",
    "--max-worker-restart=0",
)
"""Arguments of pytest for one process more than there are cores, because many tests wait for other processes.
The long tests run alone, because they measure."""
PURE = re.compile(r"\bpure\b", re.IGNORECASE)
"""The word that marks a module without I/O and clock. The tests must cover every branch of such a module."""


def run(python: Path, arguments: list[str], lacking: list[str]) -> int:
    """Run the gates (linters and type checks) and, if all pass, the tests; return the exit status.

    Gates and tests run in the environment that `python` belongs to. `arguments` are passed to pytest.
    `--long` adds the long tests; if there is any other argument, no gate runs and coverage is not checked.
    Each text in `lacking` reports missing system packages; the last line of output ends with these texts.
    """
    # Without the files with compiled code, each process that a test starts would compile the program again.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    whole = arguments in ([], ["--long"])
    if whole:
        # This compiles the tests once. Otherwise each process of pytest would do that at the same time.
        compiling = [str(python), "-m", "pytest", "--collect-only", "-qq"]
        if run_gates(python, [] if arguments else compiling):
            return 1
    with tempfile.TemporaryDirectory(prefix="pinbridge-test-") as folder:
        report = Path(folder) / "tests.xml"
        say("== tests")
        options = [*(IN_PARALLEL if not arguments else []), *(measuring() if whole else [])]
        status = run_child([str(python), "-m", "pytest", f"--junitxml={report}", *options, *arguments])
        skips, words = summary(report)
        # On systems other than Linux, coverage is lower if tests are skipped, such as those with a pty.
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


def run_gates(python: Path, meanwhile: Sequence[str] = ()) -> int:
    """Run the gates (linters and type checks) at once; return 1 if any fails, or 0 if all pass.

    They run in the environment that `python` belongs to. The output of each is printed when all have ended.
    If there is a command `meanwhile`, it runs beside them until they have ended; its result does not count.
    """
    say(f"== {', '.join(' '.join(gate) for gate in GATES)}")
    with tempfile.TemporaryDirectory(prefix="pinbridge-gates-") as folder:
        running: list[subprocess.Popen[bytes]] = []
        for name, *arguments in GATES:
            path = shutil.which(name, path=str(python.parent)) or name
            running.append(start([path, *arguments], Path(folder) / str(len(running))))
        beside = start(meanwhile, Path(folder) / "meanwhile") if meanwhile else None
        statuses = wait_for(running)
        if beside:
            beside.terminate()
            beside.wait()
        for place, gate in enumerate(GATES):
            say(f"== {' '.join(gate)}")
            sys.stdout.buffer.write((Path(folder) / str(place)).read_bytes())
            sys.stdout.flush()
    return int(any(statuses))


def start(command: Sequence[str], output: Path) -> subprocess.Popen[bytes]:
    """Start `command` in the project's folder; what it prints goes to the file `output`."""
    with output.open("wb") as file:
        return subprocess.Popen(command, cwd=ROOT, stdout=file, stderr=subprocess.STDOUT)


def measuring() -> list[str]:
    """Arguments of pytest that make it measure the coverage of the pure modules, without a report."""
    return [*(f"--cov={module}" for module in pure_modules()), "--cov-report=", "--cov-fail-under=0"]


def pure_modules() -> list[str]:
    """The names of the program's modules with the word "pure" in their own or their package's docstring."""
    files = [path for name in ("app", "ui") for path in sorted((ROOT / name).rglob("*.py"))]
    pure = {path for path in files if PURE.search(docstring(path))}
    within = [path for path in files if {path, path.with_name("__init__.py")} & pure]
    modules = [path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".") for path in within]
    return [module for module in modules if not module.endswith(".__init__")]


def docstring(path: Path) -> str:
    """The docstring of the module in the file `path`, or an empty string."""
    return ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""


def say(text: str) -> None:
    """Print progress to standard error."""
    print(text, file=sys.stderr, flush=True)


def summary(report: Path) -> tuple[int, str]:
    """The number of skipped tests in pytest's JUnit file, and a sentence with this number and all reasons."""
    cases = list(ET.parse(report).iter("testcase")) if report.exists() else []
    skips = [skip for case in cases for skip in case.iter("skipped")]
    words = f"{len(cases)} tests, {len(skips) or 'none'} skipped"
    reasons = Counter(map(reason_of, skips)).most_common()
    if reasons:
        words += ": " + "; ".join(f"{reason} ({count})" for reason, count in reasons)
    return len(skips), words


def reason_of(skip: ET.Element) -> str:
    """The reason why a test was skipped; `skip` is the test's `skipped` element in the JUnit file.

    If a whole file was skipped, the reason is in the text of `skip`, otherwise in the attribute `message`.
    """
    whole_file = re.search(r"Skipped: (.*?)['\"]\)$", skip.text or "")
    return whole_file[1] if whole_file else skip.get("message", "")


def run_child(command: list[str]) -> int:
    """Run `command` in the project's folder, pass signals on to it, and return its exit status."""
    (status,) = wait_for([subprocess.Popen(command, cwd=ROOT)])
    return status


def wait_for(processes: list[subprocess.Popen[bytes]]) -> list[int]:
    """Wait until all processes have ended, pass signals on to them, and return their exit statuses."""

    def pass_on(number: int, _frame: object) -> None:
        for process in processes:
            process.send_signal(number)

    # In a terminal, the children get Ctrl+C directly; a second signal would interrupt their clean-up.
    on_ctrl_c = (lambda *_: None) if sys.stdin.isatty() else pass_on
    handlers = {signal.SIGINT: on_ctrl_c, signal.SIGTERM: pass_on}
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        statuses = [process.wait() for process in processes]
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return [status if status >= 0 else 128 - status for status in statuses]
