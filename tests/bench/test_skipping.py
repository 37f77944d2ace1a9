"""A test run with skipped tests says so on its last line, and fails in CI on Linux, which has all tools."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import ENV

TESTS = """
import pytest
def test_runs(): pass
@pytest.mark.skip(reason="no chromium")
def test_page(): pass
@pytest.mark.skipif(True, reason="no chromium")
def test_look(): pass
def test_sketch(): pytest.skip("no avr-gcc")
@pytest.mark.xfail(reason="known")
def test_known(): assert False
"""
FILE = 'import pytest\npytest.importorskip("nothing_of_that_name", reason="no pty")\n'
LINUX = 'import sys\nsys.platform = "linux"\n'
OTHER = LINUX.replace("linux", "darwin")
LINE = "3 tests and 1 whole file skipped{}: no chromium (2); no pty (1); no avr-gcc (1)"


@pytest.mark.parametrize(
    ("ci", "system", "status", "where"),
    [("", LINUX, 0, ""), ("1", LINUX, 1, ", which is a failure here"), ("1", OTHER, 0, "")],
)
def test_what_was_skipped_is_said_last(tmp_path: Path, ci: str, system: str, status: int, where: str) -> None:
    (tmp_path / "pytest.ini").touch()
    (tmp_path / "test_a.py").write_text(TESTS + system)
    (tmp_path / "test_b.py").write_text(FILE)
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider", "-q"]
    done = subprocess.run(
        [*command, str(tmp_path)],
        env={**ENV, "CI": ci, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    last = LINE.format(where)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (status, last), done.stdout + done.stderr
