"""Runs the tests on a private copy of the project, in which one module is replaced by its mutants.

Invariants: the checkout is only read; a run leaves neither processes nor files behind; a mutant counts as
noticed if a test fails repeatedly or does not end in time; a test is run only if it executes the mutated
function, or starts a process that may do so.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import coverage

from tests.mutants import entered
from tests.mutants.processes import run
from tests.mutants.source import Mutant

_FAILED = 1
_UNKNOWN_TEST = 4
_PASSED = (0, 5)
"""pytest's exit statuses if all tests passed, and if no test of the files runs by default."""
_PYTEST = ("-m", "pytest", "-x", "-q", "--tb=no", "-p", "no:cacheprovider")
_CLEAN_LIMIT_S = 3600.0
_TRIES = 3
"""After so many failures that did not repeat, a stage counts as passed."""
HUNG = "a run that did not end"


class GuardsError(Exception):
    """Raised if the tests cannot notice mutants: they fail for the unchanged module too, or do not use it."""


@dataclass
class Stage:
    """Test files that are run together, and what their run without a mutant recorded."""

    files: list[str]
    limit_s: float = 0.0
    order: list[str] = field(default_factory=list)
    """The tests in the order of their run; empty if they fail while coverage records them."""
    starting: set[str] = field(default_factory=set)
    """The tests that start processes."""
    entered: dict[int, set[str]] = field(default_factory=dict)
    """The tests that execute each line of the module; `""` stands for the time before the first test."""

    def tests_for(self, lines: range | None) -> list[str]:
        """The tests that may notice a change in the function with these lines; all if `lines` is None."""
        if lines is None or not self.order:
            return self.files
        names = self.starting.union(*(self.entered.get(line, ()) for line in lines))
        if "" in names:  # a line was executed before the first test, so any test may depend on it
            return self.files
        return [name for name in self.order if name in names]


@dataclass
class Trial:
    """A private copy of the project, which exists during the `with` block."""

    root: Path
    path: str
    """The module's file, relative to `root`."""
    stages: list[Stage]
    slack_s: float = 30.0
    """The time limit of a run is five times that of the run without a mutant, plus this."""
    killers: dict[str, None] = field(default_factory=dict)
    """The tests that have noticed a mutant so far; they are run first."""

    def __enter__(self) -> Self:
        self._stack = contextlib.ExitStack()
        folder = tempfile.TemporaryDirectory(prefix="mutants-", ignore_cleanup_errors=True)
        self._folder = Path(self._stack.enter_context(folder))
        self._copy = self._folder / "copy"
        for name in tracked(self.root):
            (self._copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(self.root / name, self._copy / name)
        (self._folder / "tmp").mkdir()
        (self._folder / "plugins").mkdir()
        shutil.copy(entered.__file__, self._folder / "plugins/mutants_entered.py")
        self._original = (self._copy / self.path).read_bytes()
        self._writes = 0
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def another(self) -> Trial:
        """Another copy of the project, which shares the records of this one."""
        return Trial(self.root, self.path, self.stages, self.slack_s, self.killers)

    def prove(self, stage: Stage) -> float:
        """Run a stage's tests without a mutant, check that they pass, and record what they execute.

        Returns how many seconds they took.
        """
        began_s = time.monotonic()
        status, _ = self._run(stage.files, _CLEAN_LIMIT_S, watch=True)
        if status in _PASSED:
            self._read_what_was_entered(stage)
        else:
            began_s = time.monotonic()
            status, out = self._run(stage.files, _CLEAN_LIMIT_S)
            if status not in _PASSED:
                raise GuardsError(f"the tests fail without a mutant:\n{out}")
        took_s = time.monotonic() - began_s
        stage.limit_s = 5 * took_s + self.slack_s
        return took_s

    def prove_use(self) -> None:
        """Check that the tests use the module in this copy: they must fail if its import raises an error."""
        if not self._noticed('raise AssertionError("a mutant")\n', None):
            raise GuardsError(f"no test imports {self.path}")
        self.killers.clear()

    def noticed_by(self, mutant: Mutant) -> str:
        """Run the tests with `mutant`; return the test that fails, or "" if none does."""
        return self._noticed(mutant.text, mutant.source.function_lines(mutant.start))

    def _noticed(self, text: str, lines: range | None) -> str:
        self._write(text.encode())
        try:
            noticed_by = next(filter(None, (self._noticed_in(stage, lines) for stage in self.stages)), "")
        finally:
            self._write(self._original)
        if "::" in noticed_by:
            self.killers[noticed_by] = None
        return noticed_by

    def _noticed_in(self, stage: Stage, lines: range | None) -> str:
        tests = stage.tests_for(lines)
        is_nearest = stage is self.stages[0]
        first = [name for name in list(self.killers) if name in tests or (lines is None and is_nearest)]
        for _ in range(_TRIES):
            noticed_by = self._failing(first, tests, stage)
            if not noticed_by or self._fails_again(noticed_by):
                return noticed_by
        return ""

    def _fails_again(self, test: str) -> bool:
        """Run a failed test again and return whether it fails again.

        Two kinds of failures count as repeated without another run: those without a test's name (the run hung
        or crashed), and those of a test in the first stage that starts no process.
        """
        nearest = self.stages[0]
        is_plain = test.split("::")[0] in nearest.files and test not in nearest.starting
        if "::" not in test or is_plain:
            return True
        status, _ = self._run([test], max(stage.limit_s for stage in self.stages))
        return status not in _PASSED

    def _failing(self, first: list[str], tests: list[str], stage: Stage) -> str:
        """Run `first` and then the other `tests` of a stage; return the one that fails, or ""."""
        if tests is stage.files:
            status, out = self._run(first, stage.limit_s) if first else (0, "")
            if status not in (_FAILED, None):
                status, out = self._run(tests, stage.limit_s)
        else:
            tests = [*first, *(name for name in tests if name not in first)]
            status, out = self._run(tests, stage.limit_s) if tests else (0, "")
            if status == _UNKNOWN_TEST:  # the mutant changes a test's parameters, and so its name
                status, out = self._run(stage.files, stage.limit_s)
        return HUNG if status is None else "" if status in _PASSED else _culprit(out)

    def _write(self, data: bytes) -> None:
        """Write the module's file with a new time stamp, so that Python does not use older bytecode."""
        path = self._copy / self.path
        path.write_bytes(data)
        self._writes += 1
        os.utime(path, (self._writes, self._writes))

    def _run(self, tests: list[str], limit_s: float, watch: bool = False) -> tuple[int | None, str]:
        named = self._folder / "tests.txt"
        named.write_text("\n".join(tests), encoding="utf-8")
        command = [*_PYTEST, f"--basetemp={self._folder / 'tests'}", f"@{named}"]
        path = str(self._copy)
        if watch:
            (self._folder / "data").unlink(missing_ok=True)
            rules = self._folder / "coverage.ini"
            rules.write_text(
                f"[run]\ninclude = {self._copy / self.path}\ndata_file = {self._folder / 'data'}\n"
            )
            command = ["-m", "coverage", "run", f"--rcfile={rules}", *command, "-p", "mutants_entered"]
            path += f"{os.pathsep}{self._folder / 'plugins'}"
        environment = {
            **os.environ,
            "PYTHONPATH": path,
            "QT_QPA_PLATFORM": "offscreen",
            **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(self._folder / "tmp")),
            "MUTANTS_ENTERED": str(self._folder / "entered.json"),
            "CI": "",  # if it is set, a skipped test fails
        }
        return run([sys.executable, *command], self._copy, environment, limit_s)

    def _read_what_was_entered(self, stage: Stage) -> None:
        recorded = json.loads((self._folder / "entered.json").read_text(encoding="utf-8"))
        stage.order, stage.starting = recorded["order"], set(recorded["starting"])
        data = coverage.CoverageData(str(self._folder / "data"))
        data.read()
        names = data.contexts_by_lineno(str(self._copy / self.path))
        stage.entered = {line: set(tests) for line, tests in names.items()}


def tracked(root: Path) -> list[str]:
    """The project's files: those that git tracks, and new ones that git does not ignore."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        check=True,
        capture_output=True,
    ).stdout.decode()
    return [name for name in sorted(set(listed.split("\0"))) if (root / name).is_file()]


def _culprit(out: str) -> str:
    """The first failing test in pytest's output; its last line if there is none."""
    for line in out.splitlines():
        if line.startswith(("FAILED ", "ERROR ")):
            return line.split(" - ")[0].split(" ", 1)[1]
    return (out.strip().splitlines() or ["a run that crashed"])[-1]
