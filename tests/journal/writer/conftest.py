"""An open journal for each test of the writer, on a disk that can fail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.journal.journal import Journal
from tests.journal.test_journal import opened
from tests.journal.writer.disk import Disk


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = opened(tmp_path / "j.db")
    yield journal
    journal.close()


@pytest.fixture
def disk(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(journal, monkeypatch)
