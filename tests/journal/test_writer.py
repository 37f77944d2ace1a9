"""The writer commits what came, tells when it is durable, and drops nothing while the disk is sick."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from app.journal import writer as writer_module
from app.journal.journal import Journal, Written
from app.journal.outbox import Outbox
from app.journal.writer import JournalWriter
from app.wire.streams import Fate, Run
from tests.journal.test_journal import batch, opened, values


def test_what_was_appended_is_durable_before_it_is_passed_on(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    seen: list[int] = []
    targets: list[str] = []

    def look(written: list[Written]) -> None:
        other = sqlite3.connect(tmp_path / "j.db")
        seen.extend(row[0] for row in other.execute("SELECT sum(count) FROM segment"))
        other.close()
        targets.extend(entry.columns.target for entry in written)

    writer = JournalWriter(journal, look)
    writer.append("board", batch("v1=1\nv2=2\nv1=3\n"))
    writer.start()
    assert writer.flush(10)
    assert seen == [3]
    assert targets == ["v1", "v2"]
    assert writer.stop()
    journal.close()


def test_what_fails_after_a_commit_keeps_nothing_from_being_written(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    journal = opened(tmp_path / "j.db")

    def fail(_written: list[Written]) -> None:
        raise RuntimeError("no plot today")

    writer = JournalWriter(journal, fail)
    writer.start()
    for number in range(3):
        writer.append("board", batch(f"v1={number}\n"))
        assert writer.flush(10)
    assert values(journal, "v1") == [0, 1, 2]
    assert "no plot today" in caplog.text
    assert writer.stop()
    journal.close()


def test_settling_tells_when_it_is_durable(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    writer = JournalWriter(journal, lambda written: None)
    writer.start()
    writer.append("board", batch("v1=1\nv1=2\n"))
    assert writer.flush(10)
    outbox = Outbox(journal, writer, "board")
    extent = outbox.extents()[0]
    assert (extent.target, extent.next_seq, extent.pending) == ("v1", 3, 2)
    assert [reading.value for reading in outbox.pending(extent.stream, 1, 9)] == [1, 2]
    done = threading.Event()
    outbox.settle([Run(extent.stream, 1, 1, Fate.FORWARDED)], done.set)
    assert done.wait(10)
    assert journal.streams()[0].forwarded == 1
    assert writer.stop()
    journal.close()


def test_many_threads_lose_nothing(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    writer = JournalWriter(journal, lambda written: None)
    writer.start()

    def say(pin: int) -> None:
        for number in range(50):
            writer.append("board", batch(f"v{pin}={number}\n"))

    threads = [threading.Thread(target=say, args=(pin,)) for pin in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert writer.stop()
    for pin in range(8):
        assert values(journal, f"v{pin}") == list(range(50))
    journal.close()


def test_a_sick_disk_is_told_and_nothing_is_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = opened(tmp_path / "j.db")
    write = Journal.write
    failed = threading.Event()
    well = threading.Event()

    def sick(self: Journal, *arguments: object) -> list[Written]:
        if not well.is_set():
            failed.set()
            raise sqlite3.OperationalError("database or disk is full")
        return write(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Journal, "write", sick)
    monkeypatch.setattr(writer_module, "_RETRY_S", 0.01)
    monkeypatch.setattr(writer_module, "MAX_INBOX_BYTES", 600)
    writer = JournalWriter(journal, lambda written: None)
    writer.start()
    writer.append("board", batch("v1=1\nv1=2\n"))
    assert failed.wait(10)
    assert not writer.flush(0.05)
    assert "disk is full" in writer.trouble
    assert not writer.has_room
    well.set()
    assert writer.flush(10)
    assert writer.trouble == ""
    assert writer.has_room
    assert values(journal, "v1") == [1, 2]
    assert writer.stop()
    journal.close()
