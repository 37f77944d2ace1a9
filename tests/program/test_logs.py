"""No token is written to the log, whatever text it is in, and the log stays small."""

from __future__ import annotations

import logging
import logging.handlers
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.config import folders
from app.program import logs
from app.security import redaction

TOKEN = "sec/ret+1"


@pytest.fixture(autouse=True)
def _the_log_is_as_it_was_afterwards() -> Iterator[None]:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    yield
    for handler in [handler for handler in root.handlers if handler not in before]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)


def handler_of(path: Path) -> logging.handlers.RotatingFileHandler:
    """The one handler that writes to `path`."""
    (handler,) = (
        handler
        for handler in logging.getLogger().handlers
        if isinstance(handler, logging.handlers.RotatingFileHandler) and handler.baseFilename == str(path)
    )
    return handler


def test_messages_arguments_and_tracebacks_are_redacted(tmp_path: Path) -> None:
    logging.getLogger().setLevel(logging.DEBUG)
    log = logs.start([TOKEN, "", "sec"], tmp_path / "new" / "logs")
    assert log == tmp_path / "new" / "logs" / "pinbridge.log"
    logger = logging.getLogger("urllib3")
    logger.warning("GET /update?token=%s", TOKEN)
    logger.warning("GET /update?token=sec%2Fret%2B1&v1=ü")
    logger.warning("a file named %s", "\udcff")
    logger.info("what nobody needs to know")
    try:
        raise OSError(f"https://blynk.cloud/?token={TOKEN}")
    except OSError:
        logger.exception("it failed")
    text = log.read_text(encoding="utf-8")
    assert TOKEN not in text
    assert "sec%2Fret" not in text
    assert text.count(redaction.REDACTED) == 3
    assert re.match(
        r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} WARNING urllib3: GET /update\?token=\[token\]\n", text
    )
    assert "OSError" in text
    assert "v1=ü" in text
    assert "a file named \ufffd\n" in text
    assert "nobody" not in text


def test_a_log_holds_only_visible_characters(tmp_path: Path) -> None:
    path = logs.start((), tmp_path)
    logging.getLogger("a").warning("%s\n%s", "\x1b[31m", "\u202e")
    assert path
    assert path.read_text(encoding="utf-8").endswith("WARNING a: \ufffd[31m\n\ufffd\n")


def test_a_log_in_the_users_folder_is_made_at_its_first_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "log_folder", lambda: tmp_path)
    path = logs.start([])
    assert path == tmp_path / "pinbridge.log"
    assert not path.exists()
    handler = handler_of(path)
    assert (handler.maxBytes, handler.backupCount, handler.encoding) == (1_000_000, 3, "utf-8")


def test_a_second_start_writes_each_line_once(tmp_path: Path) -> None:
    first = logs.start([], tmp_path / "1")
    assert first
    logging.getLogger("x").warning("early")
    handler = handler_of(first)
    second = logs.start([], tmp_path / "2")
    assert second
    assert handler.stream is None
    logging.getLogger("x").warning("once")
    assert "once" not in first.read_text(encoding="utf-8")
    assert second.read_text(encoding="utf-8").count("once") == 1


def test_other_handlers_stay(tmp_path: Path) -> None:
    other = logging.NullHandler()
    logging.getLogger().addHandler(other)
    logs.start([], tmp_path)
    assert other in logging.getLogger().handlers


def test_the_program_runs_without_a_log_if_its_folder_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert logs.start([], tmp_path / "file" / "logs") is None


def test_a_record_that_cannot_be_written_is_skipped_silently(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pinbridge.log").mkdir()
    logs.start([], tmp_path)
    logging.getLogger("x").warning("the disk is full")
    assert capsys.readouterr().err == ""
    # A wrong log call in the program, however, is reported.
    other = logs.start([], tmp_path / "other")
    assert other
    handler_of(other).handle(logging.makeLogRecord({"msg": "%d readings", "args": ("no number",)}))
    assert "%d readings" in capsys.readouterr().err
