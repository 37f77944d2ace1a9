"""Settings for every test: English, no screen, a time zone other than UTC, no network beyond this computer,
and no silent skips in CI."""

from __future__ import annotations

import faulthandler
import ipaddress
import os
import signal
import socket
import sys
import time
from collections import Counter
from collections.abc import Generator, Iterator
from typing import Any

import hypothesis
import pytest

from app.messages import languages
from app.security import redaction

# Asserts in these modules show as much detail as those in the tests that call them.
pytest.register_assert_rewrite("tests.journal.file.sound", "tests.ui.controls", "tests.ui.entries")
pytest_plugins = ["tests.tracing"]

# English, for processes of the program too: this variable takes precedence over LANG and the like.
os.environ["LANGUAGE"] = "en"
# The C library translates the operating system's errors into the first language that it meets, and caches the
# results: a test in another language would change what later tests see. LC_ALL would take precedence.
os.environ["LC_MESSAGES"] = "C"
os.environ.pop("LC_ALL", None)
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if sys.platform == "win32":
    # On Windows, Qt's offscreen platform looks for fonts in a folder of its own, which is empty.
    os.environ.setdefault("QT_QPA_FONTDIR", os.path.expandvars(r"%SYSTEMROOT%\Fonts"))
if hasattr(time, "tzset"):
    # Most test machines use UTC. In this time zone, local time that is taken for UTC is wrong by 5 h 30 min.
    os.environ["TZ"] = "XXX-05:30"
    time.tzset()

hypothesis.settings.register_profile("project", deadline=None, derandomize=True)
hypothesis.settings.load_profile("project")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also run the long tests")
    parser.addoption(
        "--faults-s", type=float, default=3600.0, help="how many seconds the longest of them plays faults"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--long"):
        return
    later = [item for item in items if item.get_closest_marker("long")]
    config.hook.pytest_deselected(items=later)
    items[:] = [item for item in items if item not in later]


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("long"):
        # A long test may take longer than the time limit after which a test counts as hanging.
        faulthandler.cancel_dump_traceback_later()


_skipped: list[tuple[str, str]] = []
"""Each test or whole file that was skipped, and the reason."""


def _note(report: pytest.TestReport | pytest.CollectReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        _skipped.append((report.nodeid, why.removeprefix("Skipped: ")))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    _note(report)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    _note(report)


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable() -> Generator[None, Any, Any]:
    """Replace lone surrogates, which some tests print: a report goes to another process as UTF-8."""
    return _without_surrogates((yield))


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    if isinstance(value, (list, tuple)):
        return type(value)(map(_without_surrogates, value))
    if isinstance(value, dict):
        return {key: _without_surrogates(item) for key, item in value.items()}
    return value


def _may_skip() -> bool:
    """Whether tests may be skipped because a tool is missing; not in CI on Linux, which has all tools."""
    return not os.environ.get("CI") or sys.platform != "linux"


def pytest_sessionfinish(session: pytest.Session) -> None:
    if _skipped and not _may_skip():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_unconfigure(config: pytest.Config) -> None:
    """If tests were skipped, print how many and why as the last line of the run."""
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if not _skipped or terminal is None:
        return
    tests = sum("::" in place for place, _ in _skipped)
    files = len(_skipped) - tests
    counts = [(tests, "test"), (files, "whole file")]
    what = " and ".join(f"{count} {name}{'s' * (count > 1)}" for count, name in counts if count)
    reasons = Counter(why for _, why in _skipped).most_common()
    whys = "; ".join(f"{why} ({count})" for why, count in reasons)
    verdict = "" if _may_skip() else ", which is a failure here"
    terminal.write_line(f"{what} skipped{verdict}: {whys}")


@pytest.fixture(autouse=True)
def _long_tests_have_no_time_limit(request: pytest.FixtureRequest) -> None:
    """Cancel the time limit after which a test counts as hanging, if this is a long test."""
    if request.node.get_closest_marker("long"):
        faulthandler.cancel_dump_traceback_later()


@pytest.fixture(autouse=True)
def _default_signal_handlers() -> Iterator[None]:
    """Every test begins with Python's own signal handlers, and its changes to them are undone.

    Otherwise tests that run in the background, or under nohup, ignore a signal, and so do the processes that
    they start.
    """
    names = ("SIGTERM", "SIGHUP", "SIGBREAK")  # the last one is only on Windows, which has no SIGHUP
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = {number: signal.signal(number, signal.SIG_DFL) for number in numbers}
    before[signal.SIGINT] = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.set_wakeup_fd(-1)
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test begins in English, whatever language an earlier test chose, or took for the user's."""
    monkeypatch.setenv("LANGUAGE", "en")
    monkeypatch.setattr(languages, "_users", "en")
    languages.choose("en")


@pytest.fixture(autouse=True)
def _no_known_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test begins without tokens to redact, so that tests do not affect each other."""
    monkeypatch.setattr(redaction, "known", redaction.Redaction())


@pytest.fixture(autouse=True)
def _only_this_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test fail if it connects to another computer."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = address[0]
            assert host == "localhost" or ipaddress.ip_address(host).is_loopback, (
                f"a test connected to {host}"
            )
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
