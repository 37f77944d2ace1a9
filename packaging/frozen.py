"""Starts the frozen program as its user would, on this system or under Wine, in a temporary home folder.

This module needs no third-party package. Invariants: no environment variable, such as PYTHONPATH, makes the
program use a Python other than the one in its folder; to find the files that the program leaves behind, the
home folder is compared before and after the checks; to find the processes that the program leaves behind, all
running processes are searched.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from steps import wine

TIMEOUT_S = 180
TOKEN = "smoke-token-0123456789abcdef"


class CheckError(Exception):
    """The frozen program failed a check; the text says what is wrong."""


def check(holds: object, failure: str) -> None:
    """Raise CheckError with the text `failure` unless `holds` is true."""
    if not holds:
        raise CheckError(failure)


class Home:
    """A place to test programs: this system or Wine, with a home folder and a folder for temporary files."""

    def __init__(self, folder: Path, under_wine: bool) -> None:
        self.folder = folder
        self.under_wine = under_wine
        self.temporary = folder / "temporary"
        self.temporary.mkdir()
        self.prefix = folder / "wine"
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        self.environment = {
            **kept,
            "LANGUAGE": "en",  # the checks look for English texts
            "QT_QPA_PLATFORM": "offscreen",
            "HOME": str(folder / "home"),
            "PINBRIDGE_T": TOKEN,
            **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(self.temporary)),
        }
        (folder / "home").mkdir()
        if under_wine:
            self.environment |= wine.environment(self.prefix)
            self.run(["wineboot", "-i"])

    @property
    def user(self) -> Path:
        """The folder in which to look for files that the program wrote.

        On Linux: the user's home folder. Under Wine: the home folder on Wine's drive C, as a Linux path. On
        Windows: not the home folder, but the folder for the program's data.
        """
        if self.under_wine:
            return next(path for path in (self.prefix / "drive_c/users").iterdir() if path.name != "Public")
        if sys.platform == "win32":
            # On Windows no variable moves the user's folders, so the program's real folder for data is used.
            return Path(os.environ["LOCALAPPDATA"]) / "pinbridge"
        return self.folder / "home"

    def seen(self, path: Path) -> str:
        """`path` as text for the program under test: under Wine as a Windows path, otherwise unchanged."""
        return wine.seen(path) if self.under_wine else str(path)

    def command(self, program: Path, *arguments: str) -> list[str]:
        """The command that starts `program` with `arguments`; under Wine, the command begins with `wine`."""
        return [*(["wine"] if self.under_wine else []), str(program), *arguments]

    def run(
        self, command: list[str], *, given: str = "", timeout_s: float = TIMEOUT_S
    ) -> tuple[int, str, str]:
        """Run `command` with the standard input `given`.

        Returns its exit status, standard output and standard error.

        Raises CheckError if the program does not end within `timeout_s`, or if it prints an auth token.
        """
        with self.start(command, stdin=subprocess.PIPE) as process:
            try:
                out, err = process.communicate(given, timeout=timeout_s)
            except subprocess.TimeoutExpired:
                process.kill()
                out, err = process.communicate()
                raise CheckError(f"{command} did not end within {timeout_s:g} s: {out}{err}") from None
        check(TOKEN not in out + err, f"{command} printed an auth token")
        return process.returncode, out, err

    def start(self, command: list[str], stdin: int = subprocess.DEVNULL) -> subprocess.Popen[str]:
        """Start `command` without waiting until it ends."""
        # The output goes to pipes: under Wine, a program without input whose output is a file may not start.
        return subprocess.Popen(
            command,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            env=self.environment,
            cwd=self.folder,
        )

    def files(self) -> set[str]:
        """The relative paths of all files in the folders `user` and `temporary`, except Wine's own files."""
        found = {
            path.relative_to(place).as_posix()
            for place in (self.user, self.temporary)
            for path in place.rglob("*")
            if path.is_file() and not path.is_symlink()
        }
        return {path for path in found if not _WINES_OWN.search(path)}

    def close(self) -> None:
        """Stop Wine's server, which would otherwise run for a while longer."""
        if self.under_wine:
            subprocess.run(["wineserver", "-k"], env=self.environment, capture_output=True, timeout=60)


_KEPT = (
    "PATH",
    "SYSTEMROOT",
    "COMSPEC",
    "APPDATA",
    "LOCALAPPDATA",
    "USERPROFILE",
    "PATHEXT",
    "PROGRAMFILES(X86)",
)
_WINES_OWN = re.compile(r"Microsoft/(Windows/(INetCache|Cookies|History)|Internet Explorer)|\.lnk$")


@contextmanager
def home(folder: Path, *, under_wine: bool) -> Iterator[Home]:
    """Make a `Home` in `folder` and close it at the end of the `with` block."""
    made = Home(folder, under_wine)
    try:
        yield made
    finally:
        made.close()


def ledger(out: str) -> dict[str, Any]:
    """The entry of the only device in a ledger; `out` is what a command with `--json` printed.

    Raises CheckError if `out` is not a ledger of exactly one device, or if the ledger does not balance.
    """
    try:
        (device,) = json.loads(out)["devices"]
    except (ValueError, KeyError, TypeError):
        raise CheckError(f"the output is not a ledger of one device: {out!r}") from None
    run, journal = device["run"], device["journal"]
    heard = sum(run[key] for key in ("accepted", "rejected", "comments", "blank", "partial"))
    fates = sum(journal[key] for key in ("forwarded", "superseded", "refused", "expired", "pending"))
    balanced = run["lines"] == heard and journal["readings"] == fates and not run["lost_bytes"]
    check(balanced, f"the ledger does not balance: {device}")
    found: dict[str, Any] = device
    return found


def processes_of(folder: Path) -> list[str]:
    """The running processes of the program in `folder`, each as a line of text.

    On Windows and under Wine, processes of a program with the same name in another folder are found too.
    """
    if sys.platform == "win32":
        listed = subprocess.run(["tasklist", "/fo", "csv", "/nh"], capture_output=True, text=True).stdout
        return [line for line in listed.splitlines() if line.lower().startswith('"pinbridge')]
    found = []
    names = (str(folder), wine.seen(folder), "pinbridge.exe", "pinbridge-cli.exe")
    for process in Path("/proc").iterdir():
        if not process.name.isdigit() or int(process.name) == os.getpid():
            continue
        try:
            words = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if words.startswith(names) or any(f"\\{name} " in words for name in names[2:]):
            found.append(words)
    return found
