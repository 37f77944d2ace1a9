"""Runs the tools of a build.

Invariants: the build ends if a tool fails or does not end within 30 minutes; the error of a tool that fails
shows the last lines of its output.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

_TIMEOUT_S = 1800


class BuildError(Exception):
    """The build cannot go on. The text says why.

    The text can also say what to do, or show the output of a tool that failed.
    """


def say(text: str) -> None:
    """Print progress to standard error."""
    print(text, file=sys.stderr, flush=True)


def run(
    command: Sequence[str | Path], *, environment: Mapping[str, str] | None = None, cwd: Path | None = None
) -> str:
    """Run a tool and return its output. Raises BuildError if the tool is missing, fails or takes too long."""
    words = [str(word) for word in command]
    try:
        done = subprocess.run(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env={**os.environ, **(environment or {})},
            cwd=cwd,
            timeout=_TIMEOUT_S,
        )
    except FileNotFoundError:
        raise BuildError(f"{words[0]} is missing: install it") from None
    except subprocess.TimeoutExpired:
        raise BuildError(f"{words[0]} did not end within {_TIMEOUT_S} s") from None
    if done.returncode:
        end = "\n".join(done.stdout.strip().splitlines()[-25:])
        raise BuildError(f"{words[0]} ended with {done.returncode}:\n{end}")
    return done.stdout
