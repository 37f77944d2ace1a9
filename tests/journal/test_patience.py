"""The journal waits while another program, such as a backup, has its file locked for a moment."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from sqlite3 import Connection

import pytest

from app.journal.file.schema import open_for_reading, open_for_writing


@pytest.mark.parametrize("open_file", [open_for_writing, open_for_reading])
def test_a_file_that_is_busy_is_waited_for(tmp_path: Path, open_file: Callable[[Path], Connection]) -> None:
    path = tmp_path / "j.db"
    open_for_writing(path).close()
    with closing(open_file(path)) as connection:
        assert connection.execute("PRAGMA busy_timeout").fetchone() == (5000,)
