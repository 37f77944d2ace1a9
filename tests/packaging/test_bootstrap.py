"""The set-up: it starts on old Pythons, does its work once, and says in one line what is missing."""

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


def test_python_3_9_can_read_it() -> None:
    ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 9))


def test_it_imports_the_standard_library_alone() -> None:
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"))
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").partition(".")[0])
    assert names <= sys.stdlib_module_names


def test_an_unknown_command_is_told() -> None:
    done = subprocess.run([sys.executable, SCRIPT, "frobnicate"], capture_output=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith(b"usage:")


def test_a_python_that_fits_is_found(bootstrap: ModuleType) -> None:
    assert bootstrap.version_of(bootstrap.find_python()) in bootstrap.VERSIONS
    assert bootstrap.version_of("no-such-python") is None


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for a shim is a shell script")
def test_a_shim_without_its_version_is_passed_over(bootstrap: ModuleType, tmp_path: Path) -> None:
    shim = tmp_path / "python3.12"
    shim.write_text("#!/bin/sh\necho 'not installed' >&2\nexit 127\n")
    shim.chmod(0o755)
    assert bootstrap.version_of(str(shim)) is None


def test_no_python_is_one_line_with_the_mend(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(bootstrap.sys, "executable", str(tmp_path / "python"))
    with pytest.raises(bootstrap.SetupError, match=r"3\.11, 3\.12 or 3\.13") as told:
        bootstrap.find_python()
    assert "\n" not in str(told.value)


@pytest.mark.skipif(sys.platform != "linux", reason="system packages are Debian's matter")
def test_missing_packages_without_the_right_to_install_are_one_line(
    bootstrap: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    query = tmp_path / "dpkg-query"
    query.write_text("#!/bin/sh\nexit 1\n")
    query.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 1000)
    with pytest.raises(bootstrap.SetupError, match=r"run: sudo apt-get install -y .* libgl1"):
        bootstrap.install_system_packages(["libgl1"], needed=True)
    bootstrap.install_system_packages(["libgl1"], needed=False)
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_ready_environment_is_left_alone(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(bootstrap, "VENV", tmp_path)
    monkeypatch.setattr(bootstrap, "PYTHON", Path(sys.executable))
    monkeypatch.setattr(bootstrap, "make_venv", lambda: pytest.fail("made anew"))
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
