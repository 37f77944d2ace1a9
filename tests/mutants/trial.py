"""Runs the tests over a private copy of the project, in which one module is replaced by its mutants.

Invariants: the checkout is only read; of a run nothing is left, neither processes nor files; what does not
end in time counts as noticed, and a failure that comes again; a test that never enters the mutated function,
and starts no process that might, is not asked.
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
"""pytest's exit status where all passed, and where a file holds no test that is run by default."""
_PYTEST = ("-m", "pytest", "-x", "-q", "--tb=no", "-p", "no:cacheprovider")
_CLEAN_LIMIT_S = 3600.0
_TRIES = 3
"""How often tests are asked that fail now and then."""
HUNG = "a run that did not end"


class GuardsError(Exception):
    """The tests cannot tell a mutant from the program."""


@dataclass
class Stage:
    """Some test files, and what their run without a mutant showed."""

    files: list[str]
    limit_s: float = 0.0
    order: list[str] = field(default_factory=list)
    """The tests in the order of their run; none where they do not bear to be watched."""
    starting: set[str] = field(default_factory=set)
    """Those that start processes."""
    entered: dict[int, set[str]] = field(default_factory=dict)
    """Those that run through a line of the module; `""` for what runs before the first."""

    def asked(self, lines: range | None) -> list[str]:
        """The tests that may notice a change in these lines of a function, or in those of no function."""
        if lines is None or not self.order:
            return self.files
        names = self.starting.union(*(self.entered.get(line, ()) for line in lines))
        if "" in names:  # entered while the tests were collected: any may build on it
            return self.files
        return [name for name in self.order if name in names]


@dataclass
class Trial:
    """One private copy; made and removed by `with`."""

    root: Path
    path: str
    """The module's file, relative to `root`."""
    stages: list[Stage]
    slack_s: float = 30.0
    """A run may take this long on top of five times the time of the program's own."""
    killers: dict[str, None] = field(default_factory=dict)
    """The tests that noticed a mutant so far: they are asked first."""

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
        """One more copy, which knows what this one knows."""
        return Trial(self.root, self.path, self.stages, self.slack_s, self.killers)

    def prove(self, stage: Stage) -> float:
        """See that a stage's tests pass as things are, and what they enter; how long they take."""
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
        """See that the tests use this copy's module at all."""
        if not self._noticed('raise AssertionError("a mutant")\n', None):
            raise GuardsError(f"no test imports {self.path}")
        self.killers.clear()

    def noticed_by(self, mutant: Mutant) -> str:
        """The test that fails with the mutant; empty where all pass."""
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
        asked = stage.asked(lines)
        is_nearest = stage is self.stages[0]
        first = [name for name in list(self.killers) if name in asked or (lines is None and is_nearest)]
        for _ in range(_TRIES):
            noticed_by = self._ask(first, asked, stage)
            if not noticed_by or self._fails_again(noticed_by):
                return noticed_by
        return ""

    def _fails_again(self, test: str) -> bool:
        """Whether a test that is no plain test of the module's own does, for it may have lacked time."""
        nearest = self.stages[0]
        is_plain = test.split("::")[0] in nearest.files and test not in nearest.starting
        if "::" not in test or is_plain:
            return True
        status, _ = self._run([test], max(stage.limit_s for stage in self.stages))
        return status not in _PASSED

    def _ask(self, first: list[str], tests: list[str], stage: Stage) -> str:
        """The test that fails, of all of a stage or of some; those in `first` are asked first."""
        if tests is stage.files:
            status, out = self._run(first, stage.limit_s) if first else (0, "")
            if status not in (_FAILED, None):
                status, out = self._run(tests, stage.limit_s)
        else:
            tests = [*first, *(name for name in tests if name not in first)]
            status, out = self._run(tests, stage.limit_s) if tests else (0, "")
            if status == _UNKNOWN_TEST:  # the mutant changes a test's parameters, and with them its name
                status, out = self._run(stage.files, stage.limit_s)
        return HUNG if status is None else "" if status in _PASSED else _culprit(out)

    def _write(self, data: bytes) -> None:
        """A time of its own for each text: what Python compiled of the last one must not stand for it."""
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
            "CI": "",  # where it is set, a skipped test fails
        }
        return run([sys.executable, *command], self._copy, environment, limit_s)

    def _read_what_was_entered(self, stage: Stage) -> None:
        told = json.loads((self._folder / "entered.json").read_text(encoding="utf-8"))
        stage.order, stage.starting = told["order"], set(told["starting"])
        data = coverage.CoverageData(str(self._folder / "data"))
        data.read()
        names = data.contexts_by_lineno(str(self._copy / self.path))
        stage.entered = {line: set(tests) for line, tests in names.items()}


def tracked(root: Path) -> list[str]:
    """The project's files: what git tracks, and what it would if it were added."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        check=True,
        capture_output=True,
    ).stdout.decode()
    return [name for name in sorted(set(listed.split("\0"))) if (root / name).is_file()]


def _culprit(out: str) -> str:
    """The first failure that pytest's summary names."""
    for line in out.splitlines():
        if line.startswith(("FAILED ", "ERROR ")):
            return line.split(" - ")[0].split(" ", 1)[1]
    return (out.strip().splitlines() or ["a run that crashed"])[-1]
