"""Sets up the Python that freezes the program.

Invariants: this Python has the program's dependencies, PyInstaller and nothing else; the packages have the
versions in `constraints.txt`; an environment that is up to date is not made again.
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
    """A Python with the packages for a build; `seen` converts a path to the form that this Python uses."""

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
        """Run this Python with `arguments` and return its output. Raises BuildError if the Python fails."""
        return run([*self._command, *arguments], environment=self._environment, cwd=ROOT)


def requirements() -> list[str]:
    """The packages that are installed for a build: the program's dependencies and PyInstaller."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [*project["dependencies"], *project["optional-dependencies"]["build"]]


def fingerprint(*more: str) -> str:
    """A hash of `more` and of everything else that decides whether the environment is up to date."""
    text = "\n".join([CONSTRAINTS.read_text(encoding="utf-8"), *requirements(), str(ROOT), *more])
    return hashlib.sha256(text.encode()).hexdigest()


def own_python() -> BuildPython:
    """Set up the Python that freezes the program for this system, and return it.

    The packages for the build are installed into this Python, unless they are up to date.
    """
    folder = BUILD / "env"
    python = bare_python()
    stamp = folder / ".pinbridge-build"
    if not (stamp.exists() and stamp.read_text() == fingerprint()):
        say("Setting up: Python packages for the build…")
        run([python, "-m", "pip", "install", "--quiet", "-c", CONSTRAINTS, *requirements()])
        stamp.write_text(fingerprint())
    return BuildPython([str(python)])


def bare_python() -> Path:
    """Make the build's virtual environment if it is missing; return the path of its Python.

    The environment has pip, but may still lack the packages for a build.
    """
    python: Path = bootstrap.make_venv(BUILD / "env")
    return python
