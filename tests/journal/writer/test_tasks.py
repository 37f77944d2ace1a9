"""Between two commits, the writer runs tasks for other threads and maintains the journal."""

from __future__ import annotations

import math
import sqlite3
import threading
from concurrent.futures import Future

import pytest

from app.journal.journal import Journal, JournalError
from app.journal.owner import Owner
from app.journal.writer import JournalWriter
from tests.journal.test_journal import batch, values
from tests.journal.writer.disk import SOON_S, Clock, Disk, Waits, ignore


def test_a_task_is_waited_for_for_a_minute(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    waited_s: list[float | None] = []
    result = Future.result

    def noted(answer: Future[object], timeout: float | None = None) -> object:
        waited_s.append(timeout)
        return result(answer, timeout)

    monkeypatch.setattr(Future, "result", noted)
    writer = JournalWriter(journal, ignore)
    writer.start()
    assert writer.submit(lambda _: 7) == 7
    assert writer.stop(SOON_S)
    assert waited_s == [60.0]


def test_a_task_is_run_between_two_commits(journal: Journal, disk: Disk) -> None:
    def where(_journal: Journal) -> str:
        return threading.current_thread().name

    def fail(_journal: Journal) -> None:
        raise JournalError("journal_not_found", path="j.db")

    late: list[Journal] = []
    writer = JournalWriter(journal, ignore)
    here = threading.current_thread().name
    assert writer.submit(where) == here
    writer.start()
    assert writer.submit(where) == "journal"
    with pytest.raises(JournalError, match="no such journal"):
        writer.submit(fail)
    disk.goes_on.clear()
    writer.append(Owner("board"), batch("v1=1\n"))
    disk.wait()
    with pytest.raises(TimeoutError):
        writer.submit(where, timeout_s=0.01)
    assert not writer.flush(0)
    # Nobody waits any more, so this task is not run later either.
    with pytest.raises(TimeoutError):
        writer.submit(late.append, timeout_s=0.01)
    disk.goes_on.set()
    # The batch that was appended before the task is in the journal when the task runs.
    assert writer.submit(lambda journal: values(journal, "v1")) == [1]
    assert writer.stop(SOON_S)
    assert writer.submit(where) == here
    assert late == []


def test_maintenance_is_done_until_there_is_none_and_again_when_it_is_due(journal: Journal) -> None:
    waits = iter((0.0, 0.0, 0.01, math.inf))
    done = threading.Event()
    count = 0

    def maintenance() -> float:
        nonlocal count
        count += 1
        wait_s = next(waits)
        if wait_s == math.inf:
            done.set()
        return wait_s

    writer = JournalWriter(journal, ignore, maintenance)
    writer.start()
    assert done.wait(SOON_S)
    for number in range(3):
        writer.append(Owner("board"), batch(f"v1={number}\n"))
        assert writer.flush(SOON_S)
    assert writer.stop(SOON_S)
    assert count == 4


def test_maintenance_with_other_settings_is_done_at_once(journal: Journal) -> None:
    done = threading.Semaphore(0)

    def maintenance() -> float:
        done.release()
        return math.inf

    writer = JournalWriter(journal, ignore, maintenance)
    writer.start()
    for _ in range(2):
        assert done.acquire(timeout=SOON_S)
        writer.maintain_now()
    assert done.acquire(timeout=SOON_S)
    assert writer.stop(SOON_S)


def test_maintenance_that_fails_is_logged_and_tried_again_in_a_minute(
    journal: Journal, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock(monkeypatch)
    maintained_s: list[float] = []

    def maintenance() -> float:
        maintained_s.append(clock.now_s)
        raise sqlite3.OperationalError("database or disk is full")

    writer = JournalWriter(journal, ignore, maintenance)
    writer.start()
    for clock.now_s in (1000.0, 1000.0, 1059.9, 1060.0, 1119.9, 1120.0):
        # When the task has run, the maintenance after the last commit is over.
        writer.submit(lambda _: None)
        writer.append(Owner("board"), batch("v1=1\n"))
        assert writer.flush(SOON_S)
    writer.submit(lambda _: None)
    assert writer.stop(SOON_S)
    assert maintained_s == [1000.0, 1060.0, 1120.0]
    assert (
        f"{journal.path}: the journal's maintenance has to wait: database or disk is full" in caplog.messages
    )
    assert writer.trouble is None


@pytest.mark.parametrize(
    ("due_s", "idle_s"), [(0.0, set()), (0.25, {0.25}), (30.0, {2.0}), (math.inf, {2.0})]
)
def test_an_idle_writer_sleeps_until_maintenance_is_due_or_it_looks_after_its_file(
    journal: Journal, monkeypatch: pytest.MonkeyPatch, due_s: float, idle_s: set[float]
) -> None:
    Clock(monkeypatch)
    waits = Waits(monkeypatch)
    writer = JournalWriter(journal, ignore, lambda: due_s)
    writer.start()
    writer.append(Owner("board"), batch("v1=1\n"))
    assert writer.flush(SOON_S)
    writer.submit(lambda _: None)
    assert writer.stop(SOON_S)
    assert waits.idle_s == idle_s


def test_a_task_may_be_posted_without_waiting_for_it(journal: Journal) -> None:
    ran: list[str] = []

    def fail(_journal: Journal) -> None:
        ran.append("failed")
        raise JournalError("journal_not_found", path="j.db")

    writer = JournalWriter(journal, ignore)
    writer.post(fail)
    writer.post(lambda _: ran.append(threading.current_thread().name))
    assert ran == []
    writer.start()
    assert writer.flush(SOON_S)
    assert ran == ["failed", "journal"]
    assert writer.stop(SOON_S)
