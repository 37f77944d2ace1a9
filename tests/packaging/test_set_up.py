"""What the set-up installs with pip and apt, when it installs again, and what it starts afterwards."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

import checks
from app.doctor import computer
from tests.packaging.test_bootstrap import ROOT, bootstrap, stand_in

__all__ = ["bootstrap"]  # a fixture, which the tests below use


@pytest.fixture
def environment(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder with a project and its virtual environment, whose Python only logs its arguments."""
    if os.name == "nt":
        pytest.skip("the stand-in is a shell script")
    stand_in(tmp_path, "python", f'echo "$*" >>{tmp_path}/log')
    (tmp_path / "constraints.txt").write_text("click==8")
    (tmp_path / "pyproject.toml").write_text("[project]")
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "CONSTRAINTS", tmp_path / "constraints.txt")
    monkeypatch.setattr(bootstrap, "VENV", tmp_path)
    monkeypatch.setattr(bootstrap, "PYTHON", tmp_path / "python")
    monkeypatch.setattr(bootstrap, "make_venv", lambda: None)
    return tmp_path


@pytest.mark.parametrize(("kind", "project"), [("run", ""), ("test", "[test]")])
def test_pip_installs_the_pinned_versions_once(
    bootstrap: ModuleType, environment: Path, kind: str, project: str
) -> None:
    bootstrap.make_environment(kind)
    bootstrap.make_environment(kind)
    (asked,) = (environment / "log").read_text().splitlines()
    assert asked.startswith("-m pip install ")
    assert asked.endswith(f" -c {environment}/constraints.txt -e {environment}{project}")


@pytest.mark.parametrize("changed", ["constraints.txt", "pyproject.toml", "the folder"])
def test_the_environment_is_updated_when_what_it_depends_on_changes(
    bootstrap: ModuleType, environment: Path, monkeypatch: pytest.MonkeyPatch, changed: str
) -> None:
    bootstrap.make_environment("run")
    if changed == "the folder":
        moved = environment / "moved"
        moved.mkdir()
        (moved / "pyproject.toml").write_text("[project]")
        monkeypatch.setattr(bootstrap, "ROOT", moved)
    else:
        (environment / changed).write_text("# other")
    bootstrap.make_environment("run")
    assert len((environment / "log").read_text().splitlines()) == 2


@pytest.fixture
def asked(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Record the steps of the set-up, in order, instead of executing them."""
    found: list[object] = []

    def install(packages: list[str], needed: bool) -> str:
        found.append(("windows" if "libgl1" in packages else "tests", needed))
        return ""

    def become(command: list[str]) -> int:
        found.append(command[1:])
        return 0

    def run_gates(_: Path) -> int:
        found.append("the gates")
        return 0

    monkeypatch.setattr(bootstrap, "install_system_packages", install)
    monkeypatch.setattr(bootstrap, "make_environment", found.append)
    monkeypatch.setattr(bootstrap, "replace_by", become)
    monkeypatch.setattr(checks, "run", lambda *_: 0)
    monkeypatch.setattr(checks, "run_gates", run_gates)
    monkeypatch.delenv("CI", raising=False)
    return found


@pytest.mark.parametrize(
    ("words", "then"),
    [
        ("demo --seconds 5", [("windows", True), "run", ["-m", "app", "demo", "--seconds", "5"]]),
        ("run check a.txt", [("windows", False), "run", ["-m", "app", "check", "a.txt"]]),
        ("run", [("windows", False), "run", ["-m", "app"]]),
        ("setup", [("windows", False), "run"]),
        ("test", [("windows", False), ("tests", False), "test"]),
        ("gates", ["test", "the gates"]),
    ],
)
def test_each_command_installs_what_it_needs_and_starts_its_program(
    bootstrap: ModuleType, asked: list[object], words: str, then: list[object]
) -> None:
    assert bootstrap.main(words.split()) == 0
    assert asked == then


def test_in_ci_the_packages_of_the_tests_are_needed(
    bootstrap: ModuleType, asked: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    bootstrap.main(["test"])
    assert asked[1] == ("tests", True)


def test_set_up_doctor_and_package_support_the_same_pythons(bootstrap: ModuleType) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    versions = sorted(bootstrap.VERSIONS)
    assert versions == sorted(computer._PYTHONS)
    (_, first), (_, last) = versions[0], versions[-1]
    assert project["requires-python"] == f">=3.{first},<3.{last + 1}"


def test_the_gates_change_no_file_and_are_those_in_contributing() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (row,) = [line for line in page.splitlines() if line.startswith("| one gate |")]
    named = [words.removeprefix(".venv/bin/") for words in row.split("`")[1::2]]
    assert [" ".join(gate) for gate in checks.GATES] == named
    assert "ruff format --check ." in named


def test_the_hook_runs_the_gates_on_every_system() -> None:
    hooks = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert re.findall(r"^ +(entry|language): (.*)$", hooks, re.MULTILINE) == [
        ("entry", "python packaging/bootstrap.py gates"),
        ("language", "python"),  # it provides a command `python`, which Debian does not have
    ]
