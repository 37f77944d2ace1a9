"""The set-up starts on old Pythons, repeats no work, and reports in one line what is missing."""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

from app.doctor.computer import QT_LIBRARIES
from tests.hil.usb.guest import TOOLS

ROOT = Path(__file__).parent.parent.parent
SCRIPT = ROOT / "packaging" / "bootstrap.py"


@pytest.fixture
def bootstrap() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bootstrap", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["bootstrap.py", "checks.py"])
def test_python_3_9_can_start_it_with_nothing_installed(name: str) -> None:
    tree = ast.parse(SCRIPT.with_name(name).read_text(encoding="utf-8"), feature_version=(3, 9))
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").partition(".")[0])
    assert names - sys.stdlib_module_names == ({"checks"} if name == "bootstrap.py" else set())


def test_an_unknown_command_is_reported() -> None:
    done = subprocess.run([sys.executable, SCRIPT, "frobnicate"], capture_output=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith(b"usage:")


def test_a_supported_python_is_found(bootstrap: ModuleType) -> None:
    assert bootstrap.version_of(bootstrap.find_python()) in bootstrap.VERSIONS
    assert bootstrap.version_of("no-such-python") is None


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for a shim is a shell script")
def test_a_shim_without_its_version_is_passed_over(bootstrap: ModuleType, tmp_path: Path) -> None:
    shim = tmp_path / "python3.12"
    shim.write_text("#!/bin/sh\necho 'not installed' >&2\nexit 127\n")
    shim.chmod(0o755)
    assert bootstrap.version_of(str(shim)) is None


def test_a_missing_python_is_reported_in_one_line_with_the_fix(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(bootstrap.sys, "executable", str(tmp_path / "python"))
    with pytest.raises(bootstrap.SetupError, match=r"3\.11, 3\.12 or 3\.13") as raised:
        bootstrap.find_python()
    assert "\n" not in str(raised.value)


@pytest.fixture
def debian(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Simulate a Debian on which nothing is installed, and return the folder of its stand-in commands."""
    if sys.platform != "linux":
        pytest.skip("only Debian has the system packages")
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 0)
    monkeypatch.setattr(bootstrap, "LOCK_LOOK_S", 0.0)
    monkeypatch.setenv("PATH", str(tmp_path))
    stand_in(tmp_path, "dpkg-query", "exit 1")
    stand_in(
        tmp_path, "env", 'while case "$1" in *=*) true;; *) false;; esac; do export "$1"; shift; done; "$@"'
    )
    return tmp_path


def stand_in(folder: Path, name: str, script: str) -> None:
    """Create a command `name` in `folder` that runs the shell script `script`."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


LOCKED = "E: Could not get lock /var/lib/apt/lists/lock. It is held by process 42 (unattended-upgr)"


def test_without_the_right_to_install_missing_packages_are_reported_in_one_line(
    bootstrap: ModuleType, debian: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stand_in(debian, "apt-get", "exit 0")
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 1000)
    with pytest.raises(bootstrap.SetupError, match=r"run: sudo apt-get install -y .* libgl1"):
        bootstrap.install_system_packages(["libgl1"], needed=True)
    line = bootstrap.install_system_packages(["libgl1"], needed=False)
    assert capsys.readouterr().err == f"bootstrap: {line}\n"
    assert line.endswith("libgl1")


@pytest.mark.parametrize("step", ["update", "install"])
def test_while_another_program_has_apt_locked_it_waits(
    bootstrap: ModuleType, debian: Path, step: str, capsys: pytest.CaptureFixture[str]
) -> None:
    log = debian / "log"
    locked = f'test -e "{debian}/$number" || {{ : >"{debian}/$number"; echo "{LOCKED}" >&2; exit 100; }}'
    once_more = f"for number in 1 2 3; do {locked}; done"
    stand_in(debian, "apt-get", f'echo "$1" "$LC_ALL" >>{log}\ntest "$1" != {step} || {once_more}')
    assert bootstrap.install_system_packages(["libgl1"], needed=True) == ""
    steps = [line.split() for line in log.read_text().splitlines()]
    assert [name for name, _ in steps].count(step) == 4
    assert {language for _, language in steps} == {"C.UTF-8"}  # apt's messages are recognised in English only
    reported = [line for line in capsys.readouterr().err.splitlines() if "Waiting" in line]
    assert reported == [f"Waiting for another program to release apt: {LOCKED.removeprefix('E: ')}"]


def test_an_apt_that_stays_locked_is_reported_in_one_line(
    bootstrap: ModuleType, debian: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stand_in(debian, "apt-get", f'echo "$1" >>{debian}/log; echo "{LOCKED}" >&2; exit 100')
    monkeypatch.setattr(bootstrap, "LOCK_WAIT_S", 0.0)
    with pytest.raises(bootstrap.SetupError, match=r"had apt locked .* run: sudo apt-get install") as raised:
        bootstrap.install_system_packages(["libgl1"], needed=True)
    assert "\n" not in str(raised.value)
    assert (debian / "log").read_text() == "update\n"
    assert "had apt locked" in bootstrap.install_system_packages(["libgl1"], needed=False)
    assert "Waiting" not in capsys.readouterr().err


def test_another_error_of_apt_is_no_reason_to_wait(bootstrap: ModuleType, debian: Path) -> None:
    denied = "E: Could not open lock file /var/lib/dpkg/lock-frontend - open (13: Permission denied)"
    stand_in(debian, "apt-get", f'echo "$1" >>{debian}/log; echo "{denied}" >&2; exit 100')
    with pytest.raises(bootstrap.SetupError, match=r"^some system packages are missing"):
        bootstrap.install_system_packages(["libgl1"], needed=True)
    assert (debian / "log").read_text() == "update\ninstall\n"


def test_packages_that_the_tests_lack_are_reported_after_the_tests(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def install(packages: list[str], **_: bool) -> str:
        asked.extend(packages)
        return "run: sudo x"

    monkeypatch.setattr(bootstrap, "make_environment", lambda _: None)
    monkeypatch.setattr(bootstrap, "install_system_packages", install)
    monkeypatch.setattr(bootstrap.checks, "run", lambda *given: given)
    assert bootstrap.main(["test"])[1:] == ([], ["run: sudo x"] * 2)
    assert set(bootstrap.QT_PACKAGES + bootstrap.TEST_PACKAGES) == set(asked)
    assert bootstrap.main(["test", "--long"])[1] == ["--long"]
    assert set(asked) >= {*TOOLS.values()} - {"dpkg", "apt"}


def test_an_environment_that_is_up_to_date_is_not_made_again(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(bootstrap, "VENV", tmp_path)
    monkeypatch.setattr(bootstrap, "PYTHON", Path(sys.executable))
    monkeypatch.setattr(bootstrap, "make_venv", lambda: pytest.fail("made again"))
    (tmp_path / ".pinbridge-test").write_text(bootstrap.fingerprint())
    bootstrap.make_environment("run")
    bootstrap.make_environment("test")


def test_every_dependency_is_pinned_and_no_index_is_named() -> None:
    constraints = (ROOT / "packaging" / "constraints.txt").read_text(encoding="utf-8")
    pinned = {name.lower().replace("_", "-") for name in re.findall(r"^([\w.-]+)==", constraints, re.M)}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    names = {re.split(r"[><=]", requirement)[0].strip().lower() for requirement in wanted}
    assert names - pinned == set()
    assert "://" not in constraints


def test_the_doctor_knows_every_library_that_the_set_up_installs(bootstrap: ModuleType) -> None:
    assert set(QT_LIBRARIES.values()) == set(bootstrap.QT_PACKAGES) - {"libbrotli1", "fonts-dejavu-core"}
