"""What holds for every test: no screen, a time zone that is not UTC, no network beyond this computer, and no
silent skip in CI."""

from __future__ import annotations

import faulthandler
import ipaddress
import os
import signal
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest

from app.messages import languages
from app.security import redaction

# What asserts for the tests of a folder tells as much as they do.
pytest.register_assert_rewrite("tests.journal.file.sound", "tests.ui.controls", "tests.ui.entries")

# English, for the program's processes too: the first of these variables that is set names the language.
os.environ["LANGUAGE"] = "en"
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if sys.platform == "win32":
    # Qt's offscreen screen looks for fonts in a folder of its own there, which is empty.
    os.environ.setdefault("QT_QPA_FONTDIR", os.path.expandvars(r"%SYSTEMROOT%\Fonts"))
if hasattr(time, "tzset"):
    # Not UTC, as most test machines have it: a time that is taken for the other kind is off by 5 h 30 min.
    os.environ["TZ"] = "XXX-05:30"
    time.tzset()

# Coverage would trace every thread; in Python 3.11 two that begin at once can end one of them, or the process
# ("Cannot install a trace function while another trace function is being installed"). What is covered to the
# last branch is covered by this thread. The mutation check must know what other threads enter.
if "MUTANTS_ENTERED" not in os.environ:
    threading.settrace(None)

hypothesis.settings.register_profile("project", deadline=None, derandomize=True)
hypothesis.settings.load_profile("project")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also run the longer proofs")
    parser.addoption(
        "--faults-s", type=float, default=3600.0, help="how long the longest of them plays faults"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--long"):
        return
    later = [item for item in items if item.get_closest_marker("long")]
    config.hook.pytest_deselected(items=later)
    items[:] = [item for item in items if item not in later]


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("long"):
        # It may take longer than the time after which a test counts as hanging.
        faulthandler.cancel_dump_traceback_later()


_skipped: list[tuple[str, str]] = []
"""What was skipped, a test or a whole file, and why."""


def _note(report: pytest.TestReport | pytest.CollectReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        _skipped.append((report.nodeid, why.removeprefix("Skipped: ")))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    _note(report)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    _note(report)


def _may_skip() -> bool:
    """A test that lacks its tool skips; where CI promises all tools, which is on Linux, that is a failure."""
    return not os.environ.get("CI") or sys.platform != "linux"


def pytest_sessionfinish(session: pytest.Session) -> None:
    if _skipped and not _may_skip():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_unconfigure(config: pytest.Config) -> None:
    """The last line of a run in which something was skipped says how much, and why."""
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if not _skipped or terminal is None:
        return
    tests = sum("::" in place for place, _ in _skipped)
    files = len(_skipped) - tests
    counts = [(tests, "test"), (files, "whole file")]
    what = " and ".join(f"{count} {name}{'s' * (count > 1)}" for count, name in counts if count)
    reasons = Counter(why for _, why in _skipped).most_common()
    whys = "; ".join(f"{why} ({count})" for why, count in reasons)
    where = "" if _may_skip() else ", where nothing may be"
    terminal.write_line(f"{what} skipped{where}: {whys}")


@pytest.fixture(autouse=True)
def _long_proofs_take_their_time(request: pytest.FixtureRequest) -> None:
    """What ends a test that hangs would end a long one too."""
    if request.node.get_closest_marker("long"):
        faulthandler.cancel_dump_traceback_later()


@pytest.fixture(autouse=True)
def _signals_are_heard() -> Iterator[None]:
    """A test run in the background is told to ignore Ctrl+C, and what it starts inherits that. What a test
    does with signals ends with it."""
    before_int = signal.signal(signal.SIGINT, signal.default_int_handler)
    before_term = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    yield
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGINT, before_int)
    signal.signal(signal.SIGTERM, before_term)


@pytest.fixture(autouse=True)
def _it_begins_in_english() -> None:
    """Whatever language the test before it chose."""
    languages.choose("en")


@pytest.fixture(autouse=True)
def _no_token_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one test's tokens strike out is no other test's business."""
    monkeypatch.setattr(redaction, "known", redaction.Redaction())


@pytest.fixture(autouse=True)
def _loopback_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that speaks to another computer fails."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = address[0]
            assert host == "localhost" or ipaddress.ip_address(host).is_loopback, f"a test called {host}"
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
