"""Sets everything up on a bare machine, and starts the program or its tests.

Standard library and `checks` alone, any Python from 3.9 starts it. Invariants: a second start does no work
over again; what only the tests need is not asked of who runs the demo; what is missing and cannot be
installed from here is told in one line with the command that would; while apt is locked, it waits.
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
LONG_PACKAGES = ["qemu-system-x86", "busybox-static", "kmod"]
"""What the long tests need besides; those that build packages install their own tools."""
LOCKED = re.compile(r"Could not get lock .*|.*is another process using it.*")
LOCK_WAIT_S = 1800.0
LOCK_LOOK_S = 5.0


class SetupError(Exception):
    """Something is missing; the text is one line that tells what to do."""


def main(arguments: list[str]) -> int:
    """Do what the command line says; the exit status."""
    command, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if command not in ("demo", "test", "gates", "setup", "run"):
        print(
            "usage: bootstrap.py demo [ARGS] | test [--long | PYTEST ARGS] | gates | setup | run ARGS",
            file=sys.stderr,
        )
        return 2
    lacking = []
    try:
        if command != "gates":  # they start nothing that a system package is for
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
    """Tell the person what takes the time."""
    print(text, file=sys.stderr, flush=True)


def install_system_packages(packages: list[str], needed: bool) -> str:
    """Install what is missing of Debian's packages, where that is possible without a question.

    What stays missing is told in one line, which is given back too; raises SetupError if it is `needed`.
    """
    if not shutil.which("dpkg-query"):
        return ""
    missing = [name for name in packages if not is_installed(name)]
    if not missing:
        return ""
    command = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    may = not root or (
        shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0
    )
    line = f"some system packages are missing: run: sudo {' '.join(command)}"
    if shutil.which("apt-get") and may:
        say(f"Setting up: system packages ({len(missing)})…")
        settings = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8"]
        # Lists may be a little old or partly out of reach: the install is what counts.
        for step in (["apt-get", "update"], command):
            status, said = run_unlocked([*settings, *step])
            if status and LOCKED.search(said):
                break
        if status == 0:
            return ""
        say(last_lines(said))
        if LOCKED.search(said):
            line = f"another program has had apt locked for {LOCK_WAIT_S / 60:.0f} minutes: {line}"
    if needed:
        raise SetupError(line)
    say(f"bootstrap: {line}")
    return line


def run_unlocked(command: list[str]) -> tuple[int, str]:
    """Exit status and words of an apt-get that waits until no other program has apt locked.

    Its own option for that waits for dpkg's lock, and not for the one that `update` needs.
    """
    gives_up_s = time.monotonic() + LOCK_WAIT_S
    is_told = False
    while True:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        said = done.stderr or done.stdout
        locked = LOCKED.search(said) if done.returncode else None
        if not locked or time.monotonic() >= gives_up_s:
            return done.returncode, said
        if not is_told:
            say(f"Waiting for another program to let go of apt: {locked[0]}")
            is_told = True
        time.sleep(LOCK_LOOK_S)


def is_installed(package: str) -> bool:
    """Whether Debian's package, or one that replaced it under a longer name, is installed."""
    for name in (package, f"{package}t64"):
        query = ["dpkg-query", "-W", "-f", "${db:Status-Status}", name]
        if subprocess.run(query, capture_output=True, text=True).stdout == "installed":
            return True
    return False


def make_environment(kind: str) -> None:
    """The virtual environment with the pinned packages; `kind` is `run` or `test`, which holds more."""
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
            "the Python packages could not be installed: is the network there? Then start again."
        )
    stamps[0].write_text(wanted)


def make_venv(folder: Path = VENV) -> Path:
    """The Python of an environment; one that is half made or of a Python that does not fit is made anew."""
    inside = folder / PYTHON.relative_to(VENV)
    if inside.exists() and version_of(str(inside)) in VERSIONS and has_pip(inside):
        return inside
    python = find_python()
    say(f"Setting up: an environment in {folder.name}…")
    shutil.rmtree(folder, ignore_errors=True)
    done = subprocess.run([python, "-m", "venv", str(folder)], capture_output=True, text=True)
    if done.returncode or not has_pip(inside):
        shutil.rmtree(folder, ignore_errors=True)
        version = "python{}.{}-venv".format(*version_of(python) or (3, 11))
        install_system_packages([version], needed=True)
        done = subprocess.run([python, "-m", "venv", str(folder)], capture_output=True, text=True)
        if done.returncode:
            raise SetupError(f"{python} cannot make an environment: {last_lines(done.stderr)}")
    return inside


def find_python() -> str:
    """A Python from 3.11 to 3.13 that runs."""
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
    how = {"darwin": "brew install python@3.12", "win32": "winget install Python.Python.3.12"}
    mend = how.get(sys.platform, "install python3.12 with your package manager")
    raise SetupError(f"Python 3.11, 3.12 or 3.13 is needed: {mend}")


def version_of(python: str) -> tuple[int, int] | None:
    """Major and minor version of a Python; None where it does not run, as a shim without its version."""
    try:
        shown = subprocess.run(
            [python, "-c", "import sys; print(*sys.version_info[:2])"], capture_output=True, text=True
        ).stdout.split()
        return int(shown[0]), int(shown[1])
    except (OSError, ValueError, IndexError):
        return None


def has_pip(python: Path) -> bool:
    """Whether pip runs in an environment."""
    try:
        return subprocess.run([str(python), "-m", "pip", "--version"], capture_output=True).returncode == 0
    except OSError:
        return False


def fingerprint() -> str:
    """Changes whenever the environment has to."""
    text = CONSTRAINTS.read_bytes() + (ROOT / "pyproject.toml").read_bytes() + str(ROOT).encode()
    return hashlib.sha256(text).hexdigest()


def replace_by(command: list[str]) -> int:
    """Become another program; on Windows wait for it, for there a process cannot become another."""
    if os.name == "nt":
        return subprocess.call(command)
    os.environ["PYTHONPATH"] = str(ROOT)
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(command[0], command)
    return 0


def last_lines(text: str) -> str:
    """The end of what a tool said, where the reason stands."""
    return "\n".join(text.strip().splitlines()[-5:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
