"""The pending readings of a damaged journal are counted from what is left of its counters."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from app.journal.file import recovery
from app.journal.file.recovery import pending_in
from app.wire.streams import Fate, Run
from tests.journal.test_journal import batch, opened

PAGE = 4096


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A closed journal with seven pending readings of three streams."""
    path = tmp_path / "j.db"
    with closing(opened(path)) as journal:
        journal.write([("board", batch("v1=1\n" * 5 + "v2=1\n" * 3 + "v3=1\n" * 3))], [])
        fates = (Fate.FORWARDED, Fate.SUPERSEDED, Fate.REFUSED, Fate.EXPIRED)
        journal.write([], [Run(1, seq, seq, fate) for seq, fate in enumerate(fates, 1)])
    return path


def test_the_counters_of_a_readable_file_are_added(path: Path) -> None:
    assert pending_in(path) == 7


@pytest.mark.parametrize("kept", [0, 16, 100])
def test_the_counters_are_found_without_the_pages_that_lead_to_them(path: Path, kept: int) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:kept] + bytes(PAGE - kept) + content[PAGE:])
    assert pending_in(path) == 7


def test_counters_in_the_log_are_newer_than_those_in_the_file(path: Path) -> None:
    with closing(opened(path)) as journal:
        journal.write([("board", batch("v1=1\n"))], [])
        content, log = path.read_bytes(), Path(f"{path}-wal").read_bytes()
    path.write_bytes(bytes(PAGE) + content[PAGE:])
    Path(f"{path}-wal").write_bytes(log)
    assert pending_in(path) == 8


def test_without_counters_the_number_is_unknown(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = path.read_bytes()
    path.write_bytes(bytes(PAGE) + content[PAGE:])
    monkeypatch.setattr(recovery, "_PAGES_SEARCHED", 2)
    assert pending_in(path) is None
    assert pending_in(path.with_name("none.db")) is None
    monkeypatch.undo()
    path.write_bytes(content[:100] + bytes(len(content) - 100))
    with closing(opened(path)) as journal:
        assert "Its pending readings cannot be counted and will not be sent" in str(journal.warning)


def test_a_journal_without_readings_has_none_pending(tmp_path: Path) -> None:
    opened(tmp_path / "j.db").close()
    assert pending_in(tmp_path / "j.db") == 0
