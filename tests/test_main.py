"""Every command keeps tokens off standard error, and reports uncaught errors in threads."""

from __future__ import annotations

import sys
import threading

import pytest

from app import cli
from app.security import redaction

TOKEN = "Zq7-known-token-3Xw9"


@pytest.fixture(autouse=True)
def _restore_streams_and_hooks(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in (
        (sys, "stderr"),
        (sys, "excepthook"),
        (sys, "unraisablehook"),
        (threading, "excepthook"),
    ):
        monkeypatch.setattr(module, name, getattr(module, name))


def test_no_token_reaches_standard_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def command(**_: object) -> int:
        redaction.learn([TOKEN])
        sys.stderr.write(f"GET /update?token={TOKEN}\n")
        return 0

    monkeypatch.setattr(cli.cli, "main", command)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert (ended.value.code, capsys.readouterr().err) == (0, f"GET /update?token={redaction.REDACTED}\n")


def test_an_uncaught_error_in_a_thread_is_reported(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails() -> None:
        raise RuntimeError("oh dear")

    def command(**_: object) -> int:
        thread = threading.Thread(target=fails, name="port of greenhouse")
        thread.start()
        thread.join()
        return 0

    monkeypatch.setattr(cli.cli, "main", command)
    with pytest.raises(SystemExit):
        cli.main()
    said = capsys.readouterr().err
    assert "Internal error in port of greenhouse: please report it" in said
    assert "RuntimeError: oh dear" in said
