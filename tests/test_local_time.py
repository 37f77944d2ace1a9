"""Files that users look for have local time in their names, not UTC."""

from __future__ import annotations

import os
import time
from datetime import datetime
from pathlib import Path

import pytest

from app.boards.recordings.recorder import Recorder
from app.config.bench_file import DeviceConfig
from app.journal.journal import Journal


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the tests need tzset to set the time zone")
def test_the_tests_run_where_local_time_is_not_utc() -> None:
    assert time.localtime().tm_gmtoff == 19_800


def test_a_recording_is_named_by_local_time(tmp_path: Path) -> None:
    before = datetime.now().replace(microsecond=0)
    recorder = Recorder(DeviceConfig(name="board", port="simulated:"), tmp_path)
    recorder.start()
    recorder.stop()
    (path,) = tmp_path.iterdir()
    assert before <= datetime.strptime(path.stem, "board %Y-%m-%d %H.%M.%S") <= datetime.now()


def test_a_damaged_journal_is_named_by_local_time(tmp_path: Path) -> None:
    journal = tmp_path / "j.db"
    Journal(journal).close()
    os.truncate(journal, 5000)
    before = datetime.now().replace(microsecond=0)
    Journal(journal).close()
    (path,) = tmp_path.glob("j.damaged-*.db")
    assert before <= datetime.strptime(path.stem, "j.damaged-%Y-%m-%d-%H%M%S") <= datetime.now()
