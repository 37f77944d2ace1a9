"""A journal that cannot grow keeps its readings, and takes the waiting ones once it can grow again."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from app.journal import writer as writer_module
from app.journal.journal import Journal, JournalError
from app.journal.owner import Owner
from app.journal.pruning import Pruner
from app.journal.writer import JournalWriter
from app.wire.streams import Fate, Run
from tests.journal.test_journal import batch, opened, values


def test_readings_wait_in_their_order_while_the_disk_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "_RETRY_S", 0.01)
    monkeypatch.setattr(writer_module, "MAX_INBOX_BYTES", 100_000)
    journal = opened(tmp_path / "j.db")
    journal.write([("board", batch("".join(f"v1={n}\n" for n in range(100))))], [])
    pages = journal.execute("PRAGMA page_count")[0][0]
    journal.execute(f"PRAGMA max_page_count = {pages + 8}")
    tried, full = threading.Event(), threading.Event()
    write = Journal.write

    def watched(*arguments: object) -> object:
        try:
            return write(*arguments)  # type: ignore[arg-type]
        except Exception:
            (full if tried.is_set() else tried).set()
            raise

    monkeypatch.setattr(Journal, "write", watched)
    writer = JournalWriter(journal, lambda _: None)
    writer.start()
    said = 100
    while writer.has_room:
        writer.append(Owner("board"), batch("".join(f"v1={n}\n" for n in range(said, said + 100))))
        said += 100
    assert full.wait(60)
    assert "(database or disk is full): is the disk full?" in str(writer.trouble)
    assert not writer.flush(0.0)
    kept = journal.streams()[0].next_seq - 1
    assert values(journal, "v1", limit=said) == list(range(kept))
    journal.execute("PRAGMA max_page_count = 1000000")
    assert writer.flush(60)
    assert writer.trouble is None
    assert writer.has_room
    assert values(journal, "v1", limit=said) == list(range(said))
    assert writer.stop(60)
    journal.close()


def test_maintenance_waits_while_the_disk_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = opened(tmp_path / "j.db")
    for number in range(200):
        journal.write([("board", batch(f"v1={number}\n", 1))], [])
    journal.write([], [Run(1, 1, 100, Fate.FORWARDED)])
    pruner = Pruner(journal, 1, 1000)
    maintained = threading.Event()

    def step() -> float:
        try:
            return pruner.step()
        finally:
            maintained.set()

    def refuse(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(Journal, "transaction", refuse)
    writer = JournalWriter(journal, lambda _: None, step)
    writer.start()
    assert maintained.wait(60)
    monkeypatch.undo()
    writer.append(Owner("board"), batch("v1=200\n"))
    assert writer.flush(60)
    assert writer.stop(60)
    assert values(journal, "v1") == list(range(100, 201))
    journal.close()


@pytest.mark.parametrize("folder", ["file", "file/deep"])
def test_a_folder_that_cannot_be_made_is_reported(tmp_path: Path, folder: str) -> None:
    # Not even the administrator can make a folder inside a file.
    (tmp_path / "file").write_text("my homework")
    with pytest.raises(JournalError, match=r"j.db: the journal cannot be written: .*: choose another folder"):
        Journal(tmp_path / folder / "j.db")
