"""The Python that freezes the program, with the project's packages, PyInstaller and nothing else.

Invariants: versions are those of `constraints.txt`; an environment that is complete is not made again.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path

import bootstrap
from steps.product import BUILD, PACKAGING, ROOT
from steps.running import run, say

CONSTRAINTS = PACKAGING / "constraints.txt"


class BuildPython:
    """A Python with the packages in it; `seen` turns a path of this system into one that it understands."""

    def __init__(
        self,
        command: list[str],
        environment: Mapping[str, str] | None = None,
        seen: Callable[[Path], str] = str,
    ) -> None:
        self._command = command
        self._environment = environment
        self.seen = seen

    def run(self, *arguments: str) -> str:
        """Run this Python with `arguments` and return its output. Raises BuildError."""
        return run([*self._command, *arguments], environment=self._environment, cwd=ROOT)


def requirements() -> list[str]:
    """The packages of the environment: the program's dependencies, and what freezes the program."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [*project["dependencies"], *project["optional-dependencies"]["build"]]


def fingerprint(*more: str) -> str:
    """A hash that changes whenever the environment must be made again."""
    text = "\n".join([CONSTRAINTS.read_text(encoding="utf-8"), *requirements(), str(ROOT), *more])
    return hashlib.sha256(text.encode()).hexdigest()


def own_python() -> BuildPython:
    """This system's Python with the packages, which freezes the program for this system."""
    folder = BUILD / "env"
    python = bare_python()
    stamp = folder / ".pinbridge-build"
    if not (stamp.exists() and stamp.read_text() == fingerprint()):
        say("Setting up: Python packages for the build…")
        run([python, "-m", "pip", "install", "--quiet", "-c", CONSTRAINTS, *requirements()])
        stamp.write_text(fingerprint())
    return BuildPython([str(python)])


def bare_python() -> Path:
    """The Python of the build's own environment, which has pip."""
    python: Path = bootstrap.make_venv(BUILD / "env")
    return python
