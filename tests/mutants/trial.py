"""Runs the tests over a private copy of the project, in which one module is replaced by its mutants.

Invariants: the checkout is only read; of a run nothing is left, neither processes nor files; what does not
end in time counts as noticed.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

_FAILED = 1
_PASSED = (0, 5)
"""pytest's exit status where all passed, and where a file holds no test that is run by default."""
_PYTEST = ("-m", "pytest", "-x", "-q", "--tb=no", "-p", "no:cacheprovider")
HUNG = "a run that did not end"


class GuardsError(Exception):
    """The tests cannot tell a mutant from the program."""


@dataclass
class Trial:
    """One private copy; made and removed by `with`."""

    root: Path
    path: str
    """The module's file, relative to `root`."""
    stages: list[list[str]]
    slack_s: float = 30.0
    """A run may take this long on top of five times the time of the program's own."""
    limits_s: list[float] = field(default_factory=list)
    """For each stage; measured by `prove`."""
    killers: list[str] = field(default_factory=list)
    """The tests that noticed a mutant so far: they are asked first."""

    def __enter__(self) -> Self:
        self._stack = contextlib.ExitStack()
        folder = tempfile.TemporaryDirectory(prefix="mutants-", ignore_cleanup_errors=True)
        self._folder = Path(self._stack.enter_context(folder))
        self._copy = self._folder / "copy"
        for name in tracked(self.root):
            (self._copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(self.root / name, self._copy / name)
        self._original = (self._copy / self.path).read_bytes()
        self._writes = 0
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def prove(self) -> list[float]:
        """See that the tests pass as things are, and that they use the module; how long each stage takes."""
        took_s = []
        for stage in self.stages:
            began_s = time.monotonic()
            status, out = self._run(stage, limit_s=3600)
            if status not in _PASSED:
                raise GuardsError(f"the tests fail without a mutant:\n{out}")
            took_s.append(time.monotonic() - began_s)
        self.limits_s = [5 * stage_s + self.slack_s for stage_s in took_s]
        if not self.noticed_by('raise AssertionError("a mutant")\n'):
            raise GuardsError(f"no test imports {self.path}")
        return took_s

    def another(self) -> Trial:
        """One more copy, of the same state of knowledge."""
        return Trial(self.root, self.path, self.stages, self.slack_s, self.limits_s, self.killers)

    def noticed_by(self, text: str) -> str:
        """The test that fails with the module's text so; empty where all pass."""
        self._write(text.encode())
        try:
            if self.killers:
                status, out = self._run(self.killers, max(self.limits_s))
                # Another status says that a mutant has no such test, by its parameters.
                if status in (None, _FAILED):
                    return _culprit(out) if status else HUNG
            for stage, limit_s in zip(self.stages, self.limits_s, strict=True):
                status, out = self._run(stage, limit_s)
                if status is None:
                    return HUNG
                if status not in _PASSED:
                    culprit = _culprit(out)
                    if "::" in culprit and culprit not in self.killers:
                        self.killers.append(culprit)
                    return culprit
            return ""
        finally:
            self._write(self._original)

    def _write(self, data: bytes) -> None:
        """A time of its own for each text: what Python compiled of the last one must not stand for it."""
        path = self._copy / self.path
        path.write_bytes(data)
        self._writes += 1
        os.utime(path, (self._writes, self._writes))

    def _run(self, tests: list[str], limit_s: float) -> tuple[int | None, str]:
        temporary = self._folder / "tmp"
        temporary.mkdir(exist_ok=True)
        command = [sys.executable, *_PYTEST, f"--basetemp={self._folder / 'tests'}", *tests]
        environment = {
            **os.environ,
            "PYTHONPATH": str(self._copy),
            "QT_QPA_PLATFORM": "offscreen",
            "TMPDIR": str(temporary),
            "CI": "",  # where it is set, a skipped test fails
        }
        return run(command, self._copy, environment, limit_s)


def tracked(root: Path) -> list[str]:
    """The project's files: what git tracks, and what it would if it were added."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        check=True,
        capture_output=True,
    ).stdout.decode()
    return [name for name in sorted(set(listed.split("\0"))) if (root / name).is_file()]


def run(
    command: list[str], folder: Path, environment: dict[str, str], limit_s: float
) -> tuple[int | None, str]:
    """A command's exit status, None where it was ended after `limit_s`, and what it wrote."""
    with tempfile.TemporaryFile("w+", errors="replace") as out:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            status: int | None = process.wait(limit_s)
        except subprocess.TimeoutExpired:
            status = None
        finally:
            _end(process)
        out.seek(0)
        return status, out.read()


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it started and left behind."""
    if sys.platform == "win32":
        if process.poll() is None:
            subprocess.run(
                ["taskkill", "/T", "/F", "/PID", str(process.pid)], check=False, capture_output=True
            )
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _culprit(out: str) -> str:
    """The first failure that pytest's summary names."""
    for line in out.splitlines():
        if line.startswith(("FAILED ", "ERROR ")):
            return line.split(" - ")[0].split(" ", 1)[1]
    return (out.strip().splitlines() or ["a run that crashed"])[-1]
