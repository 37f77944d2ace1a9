"""While the disk fails, the writer drops nothing; a damaged file is set aside.

Readings that are not written when the writer stops are reported as lost.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable

import pytest

from app.journal.journal import Journal, JournalError
from app.journal.owner import Owner
from app.journal.writer import JournalWriter
from app.messages.message import Message
from app.wire.streams import Fate, Run
from tests.journal.test_journal import batch, values
from tests.journal.writer.disk import SOON_S, Clock, Disk, Waits, damage, ignore


@pytest.mark.parametrize("is_damage", [False, True])
def test_a_failing_disk_is_reported_and_nothing_is_dropped(
    journal: Journal,
    disk: Disk,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    is_damage: bool,
) -> None:
    caplog.set_level(logging.INFO)
    disk.error = sqlite3.OperationalError("database or disk is full")
    told = Message("journal_write_failed", path=str(journal.path), words="database or disk is full")
    if is_damage:
        disk.error = JournalError("journal_disk_full", path=str(journal.path))
        told = disk.error.message
    waits = Waits(monkeypatch)
    writer = JournalWriter(journal, ignore)
    writer.start()
    owner = Owner("board")
    writer.append(owner, batch("v1=1\nv1=2\n"))
    disk.wait()
    writer.append(owner, batch("v1=3\n"))
    # The writer tries again and again.
    disk.wait()
    disk.wait()
    assert not writer.flush(0)
    assert writer.trouble == told
    assert str(told) in caplog.messages
    assert writer.unwritten == 3
    assert writer.unwritten_of(owner) == (3, told)
    assert waits.retried_s == {1.0}
    disk.error = None
    assert writer.flush(SOON_S)
    assert writer.trouble is None
    assert caplog.messages.count(f"{journal.path}: the journal can be written again") == 1
    assert values(journal, "v1") == [1, 2, 3]
    assert writer.stop(SOON_S)


def test_what_a_failing_disk_never_took_counts_as_lost_and_not_as_settled(
    journal: Journal, disk: Disk
) -> None:
    settled: list[str] = []
    writer = JournalWriter(journal, ignore)
    writer.append(Owner("board"), batch("v1=1\n"))
    writer.start()
    assert writer.flush(SOON_S)
    disk.error = sqlite3.OperationalError("disk I/O error")
    writer.append(Owner("board"), batch("v1=2\nv1=3\n"))
    disk.wait()
    disk.wait()
    writer.append(Owner("board"), batch("v1=4\n"))
    writer.settle([Run(1, 1, 1, Fate.FORWARDED)], lambda: settled.append("settled"))
    # `stop` does not wait for the next try, which is due in a second.
    assert writer.stop(SOON_S)
    assert writer.unwritten == 3
    assert settled == []
    assert values(journal, "v1") == [1]


def test_an_answer_that_cannot_be_written_is_not_reported_as_settled(journal: Journal, disk: Disk) -> None:
    settled: list[str] = []
    writer = JournalWriter(journal, ignore)
    disk.error = sqlite3.OperationalError("disk I/O error")
    writer.settle([Run(1, 1, 1, Fate.FORWARDED)], lambda: settled.append("settled"))
    writer.append(Owner("board"), batch("v1=1\n"))
    writer.start()
    disk.wait()
    assert writer.stop(SOON_S)
    assert settled == []
    assert writer.unwritten == 1


def test_the_program_can_end_while_the_disk_stalls(journal: Journal, disk: Disk) -> None:
    maintained: list[str] = []

    def maintenance() -> float:
        maintained.append("maintained")
        return 0.0

    writer = JournalWriter(journal, ignore, maintenance)
    assert writer.stop(0)
    writer = JournalWriter(journal, ignore, maintenance)
    disk.goes_on.clear()
    writer.append(Owner("board"), batch("v1=1\n"))
    writer.start()
    disk.wait()
    writer.append(Owner("board"), batch("v1=2\n"))
    assert not writer.stop(0)
    (thread,) = (thread for thread in threading.enumerate() if thread.name == "journal")
    assert thread.daemon
    disk.goes_on.set()
    assert writer.stop(SOON_S)
    # A writer that is to stop does no maintenance.
    assert maintained == []
    assert values(journal, "v1") == [1, 2]


def in_a_task(writer: JournalWriter) -> None:
    def meet(_journal: Journal) -> None:
        raise damage()

    with pytest.raises(sqlite3.DatabaseError):
        writer.submit(meet)


def by_a_reader(writer: JournalWriter) -> None:
    writer.report(damage())


@pytest.mark.parametrize("meet", [in_a_task, by_a_reader])
def test_damage_sets_the_file_aside_once_a_minute(
    journal: Journal,
    monkeypatch: pytest.MonkeyPatch,
    meet: Callable[[JournalWriter], None],
) -> None:
    clock = Clock(monkeypatch)
    Waits(monkeypatch)
    writer = JournalWriter(journal, ignore)
    writer.start()
    for harmless in (sqlite3.OperationalError("disk I/O error"), ValueError("malformed")):
        writer.report(harmless)
    writer.append(Owner("board"), batch("v1=1\n"))
    assert writer.flush(SOON_S)
    assert journal.warning is None
    meet(writer)
    assert writer.flush(SOON_S)
    assert journal.warning
    assert values(journal, "v1") == []
    # If the next file is damaged too, it is left alone for a minute.
    clock.now_s += 59.9
    meet(writer)
    while not writer.trouble:
        assert not writer.flush(0.01)
    assert str(writer.trouble) == (
        f"{journal.path}: is damaged again (database disk image is malformed): is the disk failing?"
    )
    writer.append(Owner("board"), batch("v1=2\n"))
    clock.now_s += 0.1
    assert writer.flush(SOON_S)
    assert writer.trouble is None
    assert values(journal, "v1") == [2]
    assert len(list(journal.path.parent.glob("j.damaged-*.db"))) == 2
    assert writer.stop(SOON_S)
