"""The writer commits readings in the order in which they came, and runs likewise. It reports each commit."""

from __future__ import annotations

import sqlite3
import threading

import pytest

from app.journal.journal import Journal, Written
from app.journal.outbox import Outbox
from app.journal.owner import Owner
from app.journal.rejected import RejectedLines
from app.journal.writer import JournalWriter
from app.wire.streams import Fate, Run, Usage
from tests.journal.test_journal import batch, values
from tests.journal.test_rejected import wrong
from tests.journal.writer.disk import SOON_S, Clock, Disk, ignore


def test_readings_are_durable_before_they_are_passed_on(journal: Journal) -> None:
    seen: list[int] = []
    targets: list[str] = []

    def look(written: list[Written]) -> None:
        other = sqlite3.connect(journal.path)
        seen.extend(row[0] for row in other.execute("SELECT sum(count) FROM segment"))
        other.close()
        targets.extend(entry.columns.target for entry in written)

    writer = JournalWriter(journal, look)
    writer.append(Owner("board"), batch("v1=1\nv2=2\nv1=3\n"))
    writer.start()
    assert writer.flush(SOON_S)
    assert seen == [3]
    assert targets == ["v1", "v2"]
    assert writer.stop(SOON_S)


def test_an_error_after_a_commit_does_not_stop_the_writing(
    journal: Journal, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_written: list[Written]) -> None:
        raise RuntimeError("no plot today")

    writer = JournalWriter(journal, fail)
    writer.start()
    for number in range(3):
        writer.append(Owner("board"), batch(f"v1={number}\n"))
        assert writer.flush(SOON_S)
    assert values(journal, "v1") == [0, 1, 2]
    assert caplog.messages == ["internal error after a commit"] * 3
    assert "no plot today" in caplog.text
    assert writer.stop(SOON_S)


def test_a_flush_waits_until_what_was_written_is_passed_on(journal: Journal) -> None:
    passing, may_go_on = threading.Event(), threading.Event()

    def look(_written: list[Written]) -> None:
        passing.set()
        assert may_go_on.wait(SOON_S)

    writer = JournalWriter(journal, look)
    writer.start()
    writer.append(Owner("board"), batch("v1=1\n"))
    assert passing.wait(SOON_S)
    assert not writer.flush(0)
    may_go_on.set()
    assert writer.flush(SOON_S)
    assert writer.stop(SOON_S)


def test_settling_reports_when_it_is_committed(journal: Journal) -> None:
    writer = JournalWriter(journal, ignore)
    writer.start()
    writer.append(Owner("board"), batch("v1=1\nv1=2\n"))
    assert writer.flush(SOON_S)
    outbox = Outbox(journal, writer, Owner("board"), journal.account("board"))
    extent = outbox.extents()[0]
    assert (extent.target, extent.next_seq, extent.pending) == ("v1", 3, 2)
    assert [reading.value for reading in outbox.pending(extent.stream, 1, 9)] == [1, 2]
    told: list[tuple[str, int]] = []
    outbox.settle(
        [Run(extent.stream, 1, 1, Fate.FORWARDED)],
        lambda: told.append(("first", journal.streams()[0].forwarded)),
    )
    outbox.settle([], lambda: told.append(("second", journal.streams()[0].forwarded)))
    assert writer.flush(SOON_S)
    assert told == [("first", 1), ("second", 1)]
    assert writer.stop(SOON_S)


def test_runs_are_committed_first_and_separately(journal: Journal, disk: Disk) -> None:
    """So runs are not delayed by readings that came at the same time."""
    writer = JournalWriter(journal, ignore)
    disk.goes_on.clear()
    writer.append(Owner("board"), batch("v1=1\n"))
    writer.start()
    disk.wait()
    for number in (2, 3):
        writer.append(Owner("board"), batch(f"v1={number}\n"))
        writer.settle([Run(1, number - 1, number - 1, Fate.FORWARDED)], lambda: None)
    disk.goes_on.set()
    assert writer.flush(SOON_S)
    # All runs that came meanwhile are one commit, and all readings are the next.
    assert disk.calls == [(1, 0, 0, 0), (0, 2, 0, 0), (2, 0, 0, 0)]
    assert writer.stop(SOON_S)


def test_the_last_usage_counts_and_needs_no_run(journal: Journal, disk: Disk) -> None:
    writer = JournalWriter(journal, ignore)
    for used in (1, 2):
        writer.settle([], lambda: None, [Usage("messages", "2026-11", used)])
    writer.start()
    assert writer.flush(SOON_S)
    assert journal.usage() == [Usage("messages", "2026-11", 2)]
    assert disk.calls == [(0, 0, 1, 0)]
    assert writer.stop(SOON_S)


def test_a_device_s_rejected_lines_are_handed_over_once_a_commit(journal: Journal, disk: Disk) -> None:
    writer = JournalWriter(journal, ignore)
    lines = RejectedLines("board")
    for number in range(3):
        writer.reject(lines, wrong(f"v256={number}\n"))
    writer.start()
    assert writer.stop(SOON_S)
    assert disk.calls == [(0, 0, 0, 1)]


def test_rejected_lines_are_written_once_a_second(
    journal: Journal, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(monkeypatch)
    writer = JournalWriter(journal, ignore)
    lines = RejectedLines("board")
    writer.start()
    for clock.now_s, commits in ((1000.0, 1), (1000.99, 1), (1001.0, 2), (1001.5, 2), (1002.0, 3)):
        writer.reject(lines, wrong("v256=1\n"))
        # When the second task runs, everything before it has been done.
        writer.submit(lambda _: None)
        writer.submit(lambda _: None)
        assert len(disk.calls) == commits
    assert writer.stop(SOON_S)


def test_many_threads_lose_nothing(journal: Journal) -> None:
    writer = JournalWriter(journal, ignore)
    writer.start()

    def say(pin: int) -> None:
        for number in range(50):
            writer.append(Owner("board"), batch(f"v{pin}={number}\n"))

    threads = [threading.Thread(target=say, args=(pin,)) for pin in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert writer.stop(SOON_S)
    for pin in range(8):
        assert values(journal, f"v{pin}") == list(range(50))
