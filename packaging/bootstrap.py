"""Installs what the program or its tests need on a bare machine, then starts the program or the tests.

It uses only the standard library and `checks.py`, and any Python from 3.9 on can run it. Invariants: a
second start repeats no work; the demo runs without the packages that only the tests need; if something is
missing and this script cannot install it, one line says how to install it; while another program has apt
locked, the script waits, for up to 30 minutes.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import checks

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
CONSTRAINTS = ROOT / "packaging" / "constraints.txt"
VERSIONS = ((3, 12), (3, 11), (3, 13))

QT_PACKAGES = [
    "libgl1",
    "libegl1",
    "libglib2.0-0",
    "libdbus-1-3",
    "libfontconfig1",
    "libxkbcommon0",
    "libx11-6",
    "libbrotli1",
    "fonts-dejavu-core",
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-image0",
    "libxcb-keysyms1",
    "libxcb-randr0",
    "libxcb-render-util0",
    "libxcb-shape0",
    "libxcb-xkb1",
    "libxcb-util1",
    "libxkbcommon-x11-0",
    "libx11-xcb1",
]
TEST_PACKAGES = [
    "arduino-builder",
    "arduino-core-avr",
    "gcc-avr",
    "avr-libc",
    "libsimavr-dev",
    "libelf-dev",
    "gcc",
    "libc6-dev",
    "chromium",
]
LONG_PACKAGES = ["qemu-system-x86", "busybox-static", "kmod", "libreoffice-calc"]
"""Further packages for the long tests. The tests that build packages install their own tools as well."""
LOCKED = re.compile(r"Could not get lock .*|.*is another process using it.*")
LOCK_WAIT_S = 1800.0
LOCK_LOOK_S = 5.0


class SetupError(Exception):
    """Something needed is missing; the text is one line that says what is missing and what to do."""


def main(arguments: list[str]) -> int:
    """Run the subcommand `arguments[0]`, such as `demo`, and return the exit status."""
    command, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if command not in ("demo", "test", "gates", "setup", "run"):
        print(
            "usage: bootstrap.py demo [ARGS] | test [--long | PYTEST ARGS] | gates | setup | run ARGS",
            file=sys.stderr,
        )
        return 2
    lacking = []
    try:
        if command != "gates":  # the gates need no system packages
            lacking.append(install_system_packages(QT_PACKAGES, needed=command == "demo"))
        if command == "test":
            packages = TEST_PACKAGES + (LONG_PACKAGES if "--long" in rest else [])
            lacking.append(install_system_packages(packages, needed=bool(os.environ.get("CI"))))
        make_environment("test" if command in ("test", "gates") else "run")
    except SetupError as error:
        print(f"bootstrap: {error}", file=sys.stderr)
        return 1
    if command == "gates":
        return checks.run_gates(PYTHON)
    if command == "test":
        return checks.run(PYTHON, rest, list(filter(None, lacking)))
    if command == "setup":
        say(f"Ready: {PYTHON}")
        return 0
    return replace_by([str(PYTHON), "-m", "app", *(["demo"] if command == "demo" else []), *rest])


def say(text: str) -> None:
    """Print progress to standard error."""
    print(text, file=sys.stderr, flush=True)


def install_system_packages(packages: list[str], needed: bool) -> str:
    """Install the Debian packages that are missing, if that is possible without asking for a password.

    Returns an empty string if all are installed, or if the system has no dpkg. If some stay missing, prints
    and returns a line that says how to install them. If they are `needed`, raises SetupError with this line
    instead.
    """
    if not shutil.which("dpkg-query"):
        return ""
    missing = [name for name in packages if not is_installed(name)]
    if not missing:
        return ""
    command = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    is_allowed = not root or (
        shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0
    )
    by_hand = f"sudo {' '.join(command)}"
    line = f"some system packages are missing; to install them, run: {by_hand}"
    if shutil.which("apt-get") and is_allowed:
        say(f"Setting up: system packages ({len(missing)})…")
        settings = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8"]
        # Even if the update fails, the installation is tried, because older package lists may be sufficient.
        for step in (["apt-get", "update"], command):
            status, output = run_unlocked([*settings, *step])
            if status and LOCKED.search(output):
                break
        if status == 0:
            return ""
        say(last_lines(output))
        if LOCKED.search(output):
            minutes = f"{LOCK_WAIT_S / 60:.0f} minutes"
            line = f"another program has had apt locked for {minutes}; when it has ended, run: {by_hand}"
    if needed:
        raise SetupError(line)
    say(f"bootstrap: {line}")
    return line


def run_unlocked(command: list[str]) -> tuple[int, str]:
    """Run an apt-get command; retry it for up to 30 minutes while another program has apt locked.

    Returns the exit status and the output. apt-get itself can wait only for dpkg's lock, not for the lock
    that `apt-get update` needs.
    """
    deadline_s = time.monotonic() + LOCK_WAIT_S
    is_reported = False
    while True:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        output = done.stderr or done.stdout
        locked = LOCKED.search(output) if done.returncode else None
        if not locked or time.monotonic() >= deadline_s:
            return done.returncode, output
        if not is_reported:
            say(f"Waiting for another program to release apt: {locked[0]}")
            is_reported = True
        time.sleep(LOCK_LOOK_S)


def is_installed(package: str) -> bool:
    """Whether a Debian package is installed, under its old name or under the new one, which ends in `t64`."""
    for name in (package, f"{package}t64"):
        query = ["dpkg-query", "-W", "-f", "${db:Status-Status}", name]
        if subprocess.run(query, capture_output=True, text=True).stdout == "installed":
            return True
    return False


def make_environment(kind: str) -> None:
    """Make the virtual environment with the pinned packages, unless it is up to date.

    `kind` is `run` or `test`; an environment for `test` also has everything for `run`.
    """
    wanted = fingerprint()
    stamps = [VENV / f".pinbridge-{name}" for name in (("test",) if kind == "test" else ("run", "test"))]
    if PYTHON.exists() and any(stamp.exists() and stamp.read_text() == wanted for stamp in stamps):
        return
    make_venv()
    say("Setting up: Python packages (a minute or two)…")
    project = f"{ROOT}[test]" if kind == "test" else str(ROOT)
    arguments = ["install", "--quiet", "--disable-pip-version-check", "-c", str(CONSTRAINTS), "-e", project]
    done = subprocess.run([str(PYTHON), "-m", "pip", *arguments], capture_output=True, text=True)
    if done.returncode:
        say(last_lines(done.stderr))
        raise SetupError(
            "the Python packages could not be installed: check the network connection, then start again"
        )
    stamps[0].write_text(wanted)


def make_venv(folder: Path = VENV) -> Path:
    """Make a virtual environment in `folder`, unless it has one with pip and a supported Python.

    Returns the path of the environment's Python.
    """
    inside = folder / PYTHON.relative_to(VENV)
    if inside.exists() and version_of(str(inside)) in VERSIONS and has_pip(inside):
        return inside
    python = find_python()
    say(f"Setting up: a virtual environment in {folder.name}…")
    shutil.rmtree(folder, ignore_errors=True)
    done = subprocess.run([python, "-m", "venv", str(folder)], capture_output=True, text=True)
    if done.returncode or not has_pip(inside):
        shutil.rmtree(folder, ignore_errors=True)
        version = "python{}.{}-venv".format(*version_of(python) or (3, 11))
        install_system_packages([version], needed=True)
        done = subprocess.run([python, "-m", "venv", str(folder)], capture_output=True, text=True)
        if done.returncode:
            say(last_lines(done.stderr))
            raise SetupError(f"{python} cannot make a virtual environment: reinstall it, then start again")
    return inside


def find_python() -> str:
    """Return the command that starts a Python 3.11, 3.12 or 3.13. If there is none, install one with apt.

    Raises SetupError if no such Python can be installed.
    """
    names = [sys.executable, *(f"python{major}.{minor}" for major, minor in VERSIONS), "python3", "python"]
    for name in names:
        path = shutil.which(name)
        if path and version_of(path) in VERSIONS:
            return path
    if shutil.which("apt-cache"):
        for version in VERSIONS:
            name = "python{}.{}".format(*version)
            found = subprocess.run(["apt-cache", "policy", name], capture_output=True, text=True).stdout
            if "Candidate: " in found and "Candidate: (none)" not in found:
                install_system_packages([name, f"{name}-venv"], needed=True)
                return name
    commands = {"darwin": "run: brew install python@3.12", "win32": "run: winget install Python.Python.3.12"}
    fix = commands.get(sys.platform, "install python3.12 with your package manager")
    raise SetupError(f"no Python 3.11, 3.12 or 3.13 was found; to get one, {fix}")


def version_of(python: str) -> tuple[int, int] | None:
    """The version (major, minor) of the Python that the command `python` starts.

    None if the command is missing, or if it is only a shim that starts no Python.
    """
    try:
        shown = subprocess.run(
            [python, "-c", "import sys; print(*sys.version_info[:2])"], capture_output=True, text=True
        ).stdout.split()
        return int(shown[0]), int(shown[1])
    except (OSError, ValueError, IndexError):
        return None


def has_pip(python: Path) -> bool:
    """Whether pip is installed for the Python at the path `python`."""
    try:
        return subprocess.run([str(python), "-m", "pip", "--version"], capture_output=True).returncode == 0
    except OSError:
        return False


def fingerprint() -> str:
    """A hash of everything that decides whether the environment is up to date."""
    text = CONSTRAINTS.read_bytes() + (ROOT / "pyproject.toml").read_bytes() + str(ROOT).encode()
    return hashlib.sha256(text).hexdigest()


def replace_by(command: list[str]) -> int:
    """Replace this process by `command`.

    On Windows, where that is impossible, run `command`, wait for its end, and return its exit status.
    """
    if os.name == "nt":
        return subprocess.call(command)
    os.environ["PYTHONPATH"] = str(ROOT)
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(command[0], command)
    return 0


def last_lines(text: str) -> str:
    """The last five lines of a tool's output, which usually say why it failed."""
    return "\n".join(text.strip().splitlines()[-5:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
