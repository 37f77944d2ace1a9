"""The Python that freezes the program: the project's packages and PyInstaller, and nothing else.

Invariants: versions are those of `constraints.txt`; an environment that is whole is not made again.
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
    """A Python with the packages in it; `seen` turns a path of ours into one that it understands."""

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
        """What it said; raises BuildError."""
        return run([*self._command, *arguments], environment=self._environment, cwd=ROOT)


def requirements() -> list[str]:
    """What goes into the environment: what the program needs, and what freezes it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [*project["dependencies"], *project["optional-dependencies"]["build"]]


def fingerprint(*more: str) -> str:
    """Changes whenever the environment has to."""
    text = "\n".join([CONSTRAINTS.read_text(encoding="utf-8"), *requirements(), str(ROOT), *more])
    return hashlib.sha256(text.encode()).hexdigest()


def own_python() -> BuildPython:
    """This system's own Python with the packages: the one that freezes for this system."""
    folder = BUILD / "env"
    python = bare_python()
    stamp = folder / ".pinbridge-build"
    if not (stamp.exists() and stamp.read_text() == fingerprint()):
        say("Setting up: Python packages for the build…")
        run([python, "-m", "pip", "install", "--quiet", "-c", CONSTRAINTS, *requirements()])
        stamp.write_text(fingerprint())
    return BuildPython([str(python)])


def bare_python() -> Path:
    """An environment of the build's own with pip in it."""
    python: Path = bootstrap.make_venv(BUILD / "env")
    return python
