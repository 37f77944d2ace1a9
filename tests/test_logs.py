"""No token is in the log, whichever way it tried to get there."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import logs, redaction

TOKEN = "sec/ret+1"


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    path = logs.start([TOKEN, "", "sec"], tmp_path / "logs")
    assert path
    yield path
    for handler in [handler for handler in root.handlers if handler not in before]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)


def test_messages_arguments_and_tracebacks_are_redacted(log: Path) -> None:
    logger = logging.getLogger("urllib3")
    logger.warning("GET /update?token=%s", TOKEN)
    logger.warning("GET /update?token=sec%2Fret%2B1&v1=1")
    try:
        raise OSError(f"https://blynk.cloud/?token={TOKEN}")
    except OSError:
        logger.exception("it failed")
    text = log.read_text()
    assert TOKEN not in text
    assert "sec%2Fret" not in text
    assert text.count(redaction.REDACTED) >= 3
    assert "OSError" in text


def test_a_folder_that_cannot_be_written_is_no_reason_to_stop(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert logs.start([], tmp_path / "file" / "logs") is None
