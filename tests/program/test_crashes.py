"""An internal error is reported once, in the log and on standard error, wherever it happened."""

from __future__ import annotations

import logging
import sys
import threading

import pytest

from app.messages import languages
from app.messages.message import Language
from app.program import crashes

WHAT = "Internal error"


@pytest.fixture
def _installed(monkeypatch: pytest.MonkeyPatch) -> None:
    for place, name in ((sys, "excepthook"), (sys, "unraisablehook"), (threading, "excepthook")):
        monkeypatch.setattr(place, name, getattr(place, name))
    crashes.install()


def fails(error: BaseException) -> None:
    raise error


class FailsAtItsEnd:
    def __del__(self) -> None:
        raise ValueError("at its end")


def in_the_main_thread() -> None:
    try:
        fails(ValueError("in the main thread"))
    except ValueError as error:
        sys.excepthook(type(error), error, error.__traceback__)


def in_a_thread() -> None:
    thread = threading.Thread(target=fails, args=(ValueError("in a thread"),), name="port board")
    thread.start()
    thread.join()


def in_no_known_thread() -> None:
    error = ValueError("in no known thread")
    threading.excepthook(threading.ExceptHookArgs((ValueError, error, None, None)))


def at_the_end() -> None:
    FailsAtItsEnd()


@pytest.mark.parametrize(
    ("happens", "where", "text"),
    [
        (in_the_main_thread, "", "in the main thread"),
        (in_a_thread, " in port board", "in a thread"),
        (in_no_known_thread, " in a thread", "in no known thread"),
        (at_the_end, " during clean-up", "at its end"),
    ],
)
@pytest.mark.usefixtures("_installed")
def test_an_internal_error_is_reported_once_with_its_place(
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    happens: object,
    where: str,
    text: str,
) -> None:
    assert callable(happens)
    happens()
    (record,) = caplog.records
    told = capsys.readouterr().err
    assert (record.levelno, record.message) == (logging.CRITICAL, f"{WHAT}{where}: please report it")
    assert record.exc_info
    assert str(record.exc_info[1]) == text
    assert told.startswith(f"{record.message}\n")
    assert told.endswith(f"\nValueError: {text}\n")
    assert told.count(WHAT) == 1


@pytest.mark.usefixtures("_installed")
def test_a_thread_that_exits_is_no_internal_error(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    thread = threading.Thread(target=fails, args=(SystemExit(1),))
    thread.start()
    thread.join()
    assert (caplog.records, capsys.readouterr().err) == ([], "")


def test_ctrl_c_is_no_internal_error(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told: list[tuple[object, ...]] = []
    monkeypatch.setattr(sys, "__excepthook__", lambda *what: told.append(what))
    error = KeyboardInterrupt()
    crashes.report(KeyboardInterrupt, error, None)
    assert (told, caplog.records, capsys.readouterr().err) == ([(KeyboardInterrupt, error, None)], [], "")
    crashes.report(KeyboardInterrupt, None, None)
    assert isinstance(told[1][1], KeyboardInterrupt)
    # A plain BaseException, its base class, is reported.
    crashes.report(BaseException, BaseException("no key"), None)
    assert (len(told), [record.message for record in caplog.records]) == (2, [f"{WHAT}: please report it"])


def test_an_internal_error_without_an_instance_is_reported_by_its_type(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    crashes.report(ValueError, None, None)
    (record,) = caplog.records
    assert record.exc_info
    assert isinstance(record.exc_info[1], ValueError)
    assert capsys.readouterr().err == f"{WHAT}: please report it\nValueError\n"


def test_the_console_has_the_user_s_language_and_the_log_has_english(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    german = Language("de", lambda entry, _: entry.text.replace(WHAT, "Interner Fehler"))
    monkeypatch.setattr(languages, "_current", german)
    crashes.report(ValueError, ValueError("x"), None)
    assert caplog.messages == [f"{WHAT}: please report it"]
    assert capsys.readouterr().err.startswith("Interner Fehler: please report it\n")


def test_a_report_needs_neither_a_log_nor_a_console(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said: list[object] = []
    monkeypatch.setattr(crashes.log, "critical", lambda *what, **how: said.append((what, how)))
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    crashes.report(ValueError, ValueError("no log"), None)
    assert said == []
    assert capsys.readouterr().err.endswith("ValueError: no log\n")
    monkeypatch.undo()
    with monkeypatch.context() as without:
        without.setattr(sys, "stderr", None)
        crashes.report(ValueError, ValueError("no console"), None)
