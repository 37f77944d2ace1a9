"""Which gates and tests `checks.py` runs, and what it reports in its last line."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import checks

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-ins are shell scripts")

PYTHON = """
echo "$*" >>"$PWD/log"
for word; do case $word in --junitxml=*) report=${word#*=};; esac; done
case "$*" in *"-m pytest"*) cat "$PWD/tests.xml" >"$report";; esac
exit "$(cat "$PWD/status")"
"""
MODULES = {
    "app/__init__.py": '"""Everything."""',
    "app/by_itself.py": '"""A rule.\n\nInvariants: none. Pure: time is passed in."""',
    "app/other.py": '"""Reads a file, impurely."""\nPURE = "pure"',
    "app/room/__init__.py": '"""What a board says, pure."""',
    "app/room/one.py": '"""One."""',
    "ui/both.py": '"""A view; pure."""',
    "ui/empty.py": "",
}
TWO = """<testsuites><testsuite name="pytest"><testcase name="a"/>
<testcase name="b"><skipped type="pytest.skip" message="no Chromium">here</skipped></testcase>
<testcase name="c"><skipped message="collection skipped">('t.py', 3, "Skipped: Windows has none")</skipped>
</testcase></testsuite></testsuites>"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in a temporary folder, whose tools are stand-ins that only log their arguments."""
    monkeypatch.setattr(checks, "ROOT", tmp_path)
    for name in ("ruff", "mypy", "lint-imports"):
        path = tmp_path / name
        path.write_text(f'#!/bin/sh\necho {name} "$*" >>"$PWD/log"\n')
        path.chmod(0o755)
    (tmp_path / "python").write_text(f"#!/bin/sh\n{PYTHON}")
    (tmp_path / "python").chmod(0o755)
    for name, text in MODULES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "tests.xml").write_text('<testsuite><testcase name="a"/></testsuite>')
    (tmp_path / "status").write_text("0")
    return tmp_path


COMPILING = "-m pytest --collect-only"
Run = Callable[..., tuple[int, list[str], str]]


@pytest.fixture
def run(project: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """A function that runs the checks and returns the exit status, the tools' calls and the last line."""

    def run(*arguments: str, lacking: tuple[str, ...] = ()) -> tuple[int, list[str], str]:
        status = checks.run(project / "python", [*arguments], [*lacking])
        calls = [call for call in (project / "log").read_text().splitlines() if COMPILING not in call]
        return status, calls, capsys.readouterr().out.splitlines()[-1]

    return run


@pytest.mark.parametrize("arguments", [[], ["--long"]])
def test_every_gate_and_every_test_runs_once(run: Run, arguments: list[str]) -> None:
    status, calls, last = run(*arguments)
    assert status == 0
    assert sorted(calls[:4]) == ["lint-imports ", "mypy ", "ruff check .", "ruff format --check ."]
    tests, report = calls[4:]
    assert tests.startswith("-m pytest --junitxml=")
    measured = ["--cov=app.by_itself", "--cov=app.room.one", "--cov=ui.both"]
    in_parallel = [*checks.IN_PARALLEL] if not arguments else []
    assert tests.split()[3:] == [*in_parallel, *measured, "--cov-report=", "--cov-fail-under=0", *arguments]
    assert report == "-m coverage report"
    assert last.startswith("checks: 1 tests, none skipped")
    assert ("the long tests did not run" in last) is (not arguments)


def test_coverage_measures_modules_that_are_called_pure(project: Path) -> None:
    assert checks.pure_modules() == ["app.by_itself", "app.room.one", "ui.both"]
    (project / "app/room/__init__.py").write_text('"""A package with purely anything."""')
    (project / "app/other.py").write_text('"""Pure."""')
    assert checks.pure_modules() == ["app.by_itself", "app.other", "ui.both"]


def test_with_other_arguments_only_pytest_runs(run: Run) -> None:
    _, calls, last = run("--long", "-k", "x", lacking=("run: sudo this",))
    assert len(calls) == 1
    assert calls[0].endswith(" --long -k x")
    assert "--ignore" not in calls[0]
    assert last == "checks: 1 tests, none skipped. run: sudo this"


def test_the_processes_of_tests_keep_compiled_code(
    project: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    (project / "python").write_text('#!/bin/sh\necho "${PYTHONDONTWRITEBYTECODE-kept}" >"$PWD/log"\n')
    assert run("-k", "x")[1] == ["kept"]


def test_the_last_line_reports_skipped_tests(project: Path, run: Run) -> None:
    (project / "tests.xml").write_text(TWO)
    status, _, last = run("-k", "x")
    assert status == 0
    assert last == "checks: 3 tests, 2 skipped: no Chromium (1); Windows has none (1)"


@pytest.mark.parametrize(("system", "is_checked"), [("linux", True), ("darwin", False)])
def test_if_tests_are_skipped_coverage_is_checked_on_linux_only(
    project: Path, run: Run, monkeypatch: pytest.MonkeyPatch, system: str, is_checked: bool
) -> None:
    (project / "tests.xml").write_text(TWO)
    monkeypatch.setattr(sys, "platform", system)
    status, calls, last = run()
    assert status == 0
    assert (calls[-1] == "-m coverage report") is is_checked
    assert last.startswith("checks: 3 tests, 2 skipped: no Chromium (1); Windows has none (1)")
    assert ("; coverage was therefore not checked" in last) is not is_checked


def test_the_gates_run_without_the_tests(project: Path) -> None:
    assert checks.run_gates(project / "python") == 0
    called = [line.split()[0] for line in (project / "log").read_text().splitlines()]
    assert sorted(called) == sorted(name for name, *_ in checks.GATES)


def test_coverage_is_not_checked_after_tests_that_failed(project: Path, run: Run) -> None:
    (project / "status").write_text("3")
    status, calls, _ = run()
    assert status == 3
    assert calls[-1].startswith("-m pytest")


def test_a_gate_that_fails_is_reported_beside_the_others_and_no_test_runs(
    project: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    for name, status in (("mypy", 1), ("lint-imports", 0)):
        (project / name).write_text(f"#!/bin/sh\necho a.py: {name} – {status}\nexit {status}\n")
    assert checks.run(project / "python", [], []) == 1
    said, told = capfdbinary.readouterr()
    assert said.decode().splitlines() == ["a.py: mypy – 1", "a.py: lint-imports – 0"]
    assert told.decode().splitlines()[1:] == [f"== {' '.join(gate)}" for gate in checks.GATES]
    assert "--junitxml" not in (project / "log").read_text()


@pytest.mark.parametrize("arguments", [[], ["--long"]])
def test_the_tests_are_compiled_while_the_gates_run_and_no_longer(
    project: Path, run: Run, arguments: list[str]
) -> None:
    os.mkfifo(project / "pipe")
    waits = "read -r word <pipe" if not arguments else "true"
    (project / "mypy").write_text(f"#!/bin/sh\n{waits}\n")
    compiling = f'case "$*" in "{COMPILING}"*) echo compiles >pipe; exec sleep 600;; esac'
    (project / "python").write_text(f"#!/bin/sh\n{compiling}\n{PYTHON}")
    assert run(*arguments)[0] == 0


@pytest.mark.parametrize("arguments", [pytest.param([], marks=pytest.mark.long), ["-q"]])
def test_the_skips_of_a_real_pytest_are_found(project: Path, run: Run, arguments: list[str]) -> None:
    (project / "python").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    (project / "log").touch()
    (project / "test_one.py").write_text("import pytest\ndef test_it(): pytest.skip('no \\'tool\\' here')\n")
    (project / "test_two.py").write_text("import pytest\npytest.importorskip('no_such', reason='not here')\n")
    last = run(*arguments)[2]
    assert last.startswith("checks: 2 tests, 2 skipped: not here (1); no 'tool' here (1)")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_are_passed_on_and_the_status_is_kept(number: signal.Signals) -> None:
    child = (
        "import signal, sys, time\n"
        f"signal.signal({number:d}, lambda *_: sys.exit(7))\n"
        "print('ready', flush=True)\n"
        "signal.pause()"
    )
    parent = f"import checks, sys; sys.exit(checks.run_child([sys.executable, '-c', {child!r}]))"
    with subprocess.Popen(
        [sys.executable, "-c", parent],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        env={"PYTHONPATH": str(Path(checks.__file__).parent)},
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        assert process.wait(60) == 7
    assert checks.run_child([sys.executable, "-c", "import os; os.kill(os.getpid(), 15)"]) == 143
