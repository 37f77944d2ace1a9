"""The writer commits what came, tells when it is durable, and drops nothing while the disk is sick."""

from __future__ import annotations

import logging
import math
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest

from app.journal import writer as writer_module
from app.journal.journal import Journal, JournalError, Written
from app.journal.outbox import Outbox
from app.journal.rejected import RejectedLines
from app.journal.writer import JournalWriter
from app.wire.batches import Batch
from app.wire.streams import Fate, Run, Usage
from tests.journal.test_journal import batch, opened, values
from tests.journal.test_rejected import wrong

T = TypeVar("T")

SOON_S = 60
"""What is waited for comes within milliseconds; a busy machine may take its time."""


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = opened(tmp_path / "j.db")
    yield journal
    journal.close()


def ignore(_written: list[Written]) -> None:
    """Nobody looks at what was committed."""


def damage() -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError("database disk image is malformed")
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error


class Disk:
    """The journal's own `write`, which can be stalled or made to fail; it notes what each call brought."""

    def __init__(self, journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
        self._write = journal.write
        self.calls: list[tuple[int, int, int, int]] = []
        self.error: Exception | None = None
        self.tried = threading.Semaphore(0)
        self.goes_on = threading.Event()
        self.goes_on.set()
        monkeypatch.setattr(journal, "write", self.write)

    def write(self, *brought: list[object]) -> object:
        self.tried.release()
        assert self.goes_on.wait(SOON_S)
        if self.error:
            raise self.error
        appends, runs, usage, unwritten = (len(part) for part in brought)
        self.calls.append((appends, runs, usage, unwritten))
        return self._write(*brought)  # type: ignore[arg-type]

    def wait(self) -> None:
        """Until somebody tries to write."""
        assert self.tried.acquire(timeout=SOON_S)


class Waits(threading.Condition):
    """The writer's own condition, which notes what it waits for; between two tries it waits a moment."""

    def __init__(self, writer: JournalWriter, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__()
        self.retried_s: set[float | None] = set()
        self.idle_s: set[float | None] = set()
        monkeypatch.setattr(writer, "_changed", self)

    def wait(self, timeout: float | None = None) -> bool:
        if threading.current_thread().name == "journal":
            self.idle_s.add(timeout)
        return super().wait(timeout)

    def wait_for(self, predicate: Callable[[], T], timeout: float | None = None) -> T:
        if threading.current_thread().name != "journal":
            return super().wait_for(predicate, timeout)
        self.retried_s.add(timeout)
        return super().wait_for(predicate, 0.001)


class Clock:
    """The writer's clock, which stands until it is set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now_s = 1000.0
        monkeypatch.setattr("app.journal.writer.time", self)

    def monotonic(self) -> float:
        return self.now_s


@pytest.fixture
def disk(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(journal, monkeypatch)


def test_what_was_appended_is_durable_before_it_is_passed_on(journal: Journal) -> None:
    seen: list[int] = []
    targets: list[str] = []

    def look(written: list[Written]) -> None:
        other = sqlite3.connect(journal.path)
        seen.extend(row[0] for row in other.execute("SELECT sum(count) FROM segment"))
        other.close()
        targets.extend(entry.columns.target for entry in written)

    writer = JournalWriter(journal, look)
    writer.append("board", batch("v1=1\nv2=2\nv1=3\n"))
    writer.start()
    assert writer.flush(SOON_S)
    assert seen == [3]
    assert targets == ["v1", "v2"]
    assert writer.stop(SOON_S)


def test_what_fails_after_a_commit_keeps_nothing_from_being_written(
    journal: Journal, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_written: list[Written]) -> None:
        raise RuntimeError("no plot today")

    writer = JournalWriter(journal, fail)
    writer.start()
    for number in range(3):
        writer.append("board", batch(f"v1={number}\n"))
        assert writer.flush(SOON_S)
    assert values(journal, "v1") == [0, 1, 2]
    assert caplog.messages == ["after a commit"] * 3
    assert "no plot today" in caplog.text
    assert writer.stop(SOON_S)


def test_a_flush_waits_until_what_was_written_is_passed_on(journal: Journal) -> None:
    passing, may_go_on = threading.Event(), threading.Event()

    def look(_written: list[Written]) -> None:
        passing.set()
        assert may_go_on.wait(SOON_S)

    writer = JournalWriter(journal, look)
    writer.start()
    writer.append("board", batch("v1=1\n"))
    assert passing.wait(SOON_S)
    assert not writer.flush(0)
    may_go_on.set()
    assert writer.flush(SOON_S)
    assert writer.stop(SOON_S)


def test_settling_tells_when_it_is_durable(journal: Journal) -> None:
    writer = JournalWriter(journal, ignore)
    writer.start()
    writer.append("board", batch("v1=1\nv1=2\n"))
    assert writer.flush(SOON_S)
    outbox = Outbox(journal, writer, "board")
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


def test_what_settles_goes_first_and_by_itself(journal: Journal, disk: Disk) -> None:
    """An answer does not wait until the readings that came with it are on the disk."""
    writer = JournalWriter(journal, ignore)
    disk.goes_on.clear()
    writer.append("board", batch("v1=1\n"))
    writer.start()
    disk.wait()
    for number in (2, 3):
        writer.append("board", batch(f"v1={number}\n"))
        writer.settle([Run(1, number - 1, number - 1, Fate.FORWARDED)], lambda: None)
    disk.goes_on.set()
    assert writer.flush(SOON_S)
    # What came meanwhile is one commit.
    assert disk.calls == [(1, 0, 0, 0), (0, 2, 0, 0), (2, 0, 0, 0)]
    assert writer.stop(SOON_S)


def test_of_usage_the_last_word_counts_and_needs_no_run(journal: Journal, disk: Disk) -> None:
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
        # By the second errand all is done that the first one found.
        writer.run(lambda _: None)
        writer.run(lambda _: None)
        assert len(disk.calls) == commits
    assert writer.stop(SOON_S)


def test_a_writer_begins_with_nothing_to_do(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = JournalWriter(journal, ignore)
    assert writer.flush(0)
    assert writer.trouble == ""
    assert writer.unwritten == 0
    for most, has_room in ((0, False), (1, True)):
        monkeypatch.setattr(writer_module, "MAX_INBOX_BYTES", most)
        assert writer.has_room is has_room


@pytest.mark.parametrize(("size", "has_room"), [(47_999_999, True), (48_000_000, False)])
def test_what_waits_takes_48_mb_and_what_came_last(journal: Journal, size: int, has_room: bool) -> None:
    writer = JournalWriter(journal, ignore)
    text = "x" * (size - 680)
    writer.append(
        "board", Batch(["v1"], np.zeros(1, np.uint16), np.array([np.nan]), {0: text}, np.array([5]))
    )
    assert writer.has_room is has_room


def test_many_threads_lose_nothing(journal: Journal) -> None:
    writer = JournalWriter(journal, ignore)
    writer.start()

    def say(pin: int) -> None:
        for number in range(50):
            writer.append("board", batch(f"v{pin}={number}\n"))

    threads = [threading.Thread(target=say, args=(pin,)) for pin in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert writer.stop(SOON_S)
    for pin in range(8):
        assert values(journal, f"v{pin}") == list(range(50))


@pytest.mark.parametrize(
    ("text", "size"), [("v1=1\nv1=2\n", 640), ("v1=hello\n", 685), ("v1=1\nv2=hello\nv3=!\n", 786)]
)
def test_the_inbox_is_full_when_what_waits_takes_so_many_bytes(
    journal: Journal, disk: Disk, monkeypatch: pytest.MonkeyPatch, text: str, size: int
) -> None:
    """Waiting and being written count alike: both are in memory."""
    monkeypatch.setattr(writer_module, "MAX_INBOX_BYTES", 2 * size)
    writer = JournalWriter(journal, ignore)
    disk.goes_on.clear()
    writer.start()
    writer.append("board", batch(text))
    disk.wait()
    assert writer.has_room
    writer.append("board", batch(text))
    assert not writer.has_room
    monkeypatch.setattr(writer_module, "MAX_INBOX_BYTES", 2 * size + 1)
    assert writer.has_room
    assert writer.unwritten == 2 * text.count("\n")
    disk.goes_on.set()
    assert writer.flush(SOON_S)
    assert writer.unwritten == 0
    for most, has_room in ((0, False), (1, True)):
        monkeypatch.setattr(writer_module, "MAX_INBOX_BYTES", most)
        assert writer.has_room is has_room
    assert writer.stop(SOON_S)


@pytest.mark.parametrize("is_damage", [False, True])
def test_a_sick_disk_is_told_and_nothing_is_dropped(
    journal: Journal,
    disk: Disk,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    is_damage: bool,
) -> None:
    caplog.set_level(logging.INFO)
    disk.error = sqlite3.OperationalError("database or disk is full")
    told = f"{journal.path}: the journal cannot be written (database or disk is full): is the disk full?"
    if is_damage:
        disk.error = JournalError(told := f"{journal.path}: no room for a new file")
    writer = JournalWriter(journal, ignore)
    waits = Waits(writer, monkeypatch)
    writer.start()
    writer.append("board", batch("v1=1\nv1=2\n"))
    disk.wait()
    writer.append("board", batch("v1=3\n"))
    # It is tried again and again.
    disk.wait()
    disk.wait()
    assert not writer.flush(0)
    assert writer.trouble == told
    assert told in caplog.messages
    assert writer.unwritten == 3
    assert waits.retried_s == {1.0}
    disk.error = None
    assert writer.flush(SOON_S)
    assert writer.trouble == ""
    assert caplog.messages.count(f"{journal.path}: the journal can be written again") == 1
    assert values(journal, "v1") == [1, 2, 3]
    assert writer.stop(SOON_S)


def test_what_a_sick_disk_never_took_is_told_as_lost_and_not_as_settled(journal: Journal, disk: Disk) -> None:
    settled: list[str] = []
    writer = JournalWriter(journal, ignore)
    writer.append("board", batch("v1=1\n"))
    writer.start()
    assert writer.flush(SOON_S)
    disk.error = sqlite3.OperationalError("disk I/O error")
    writer.append("board", batch("v1=2\nv1=3\n"))
    disk.wait()
    disk.wait()
    writer.append("board", batch("v1=4\n"))
    writer.settle([Run(1, 1, 1, Fate.FORWARDED)], lambda: settled.append("settled"))
    # The first second of waiting has not passed: the end of the program does not wait for it.
    assert writer.stop(SOON_S)
    assert writer.unwritten == 3
    assert settled == []
    assert values(journal, "v1") == [1]


def test_an_answer_that_cannot_be_written_is_not_told_as_settled(journal: Journal, disk: Disk) -> None:
    settled: list[str] = []
    writer = JournalWriter(journal, ignore)
    disk.error = sqlite3.OperationalError("disk I/O error")
    writer.settle([Run(1, 1, 1, Fate.FORWARDED)], lambda: settled.append("settled"))
    writer.append("board", batch("v1=1\n"))
    writer.start()
    disk.wait()
    assert writer.stop(SOON_S)
    assert settled == []
    assert writer.unwritten == 1


def test_a_stalled_disk_keeps_nobody_from_ending(journal: Journal, disk: Disk) -> None:
    tended: list[str] = []

    def tend() -> float:
        tended.append("tended")
        return 0.0

    writer = JournalWriter(journal, ignore, tend)
    assert writer.stop(0)
    writer = JournalWriter(journal, ignore, tend)
    disk.goes_on.clear()
    writer.append("board", batch("v1=1\n"))
    writer.start()
    disk.wait()
    writer.append("board", batch("v1=2\n"))
    assert not writer.stop(0)
    (thread,) = (thread for thread in threading.enumerate() if thread.name == "journal")
    assert thread.daemon
    disk.goes_on.set()
    assert writer.stop(SOON_S)
    # At the end there is no time for the journal's upkeep.
    assert tended == []
    assert values(journal, "v1") == [1, 2]


def test_an_errand_is_waited_for_for_a_minute(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    waited_s: list[float | None] = []
    result = Future.result

    def noted(answer: Future[object], timeout: float | None = None) -> object:
        waited_s.append(timeout)
        return result(answer, timeout)

    monkeypatch.setattr(Future, "result", noted)
    writer = JournalWriter(journal, ignore)
    writer.start()
    assert writer.run(lambda _: 7) == 7
    assert writer.stop(SOON_S)
    assert waited_s == [60.0]


def test_an_errand_is_run_between_two_commits(journal: Journal, disk: Disk) -> None:
    def where(_journal: Journal) -> str:
        return threading.current_thread().name

    def fail(_journal: Journal) -> None:
        raise JournalError("no such device")

    writer = JournalWriter(journal, ignore)
    here = threading.current_thread().name
    assert writer.run(where) == here
    writer.start()
    assert writer.run(where) == "journal"
    with pytest.raises(JournalError, match="no such device"):
        writer.run(fail)
    disk.goes_on.clear()
    writer.append("board", batch("v1=1\n"))
    disk.wait()
    with pytest.raises(TimeoutError):
        writer.run(where, timeout_s=0.01)
    assert not writer.flush(0)
    disk.goes_on.set()
    # What was written before the errand is there.
    assert writer.run(lambda journal: values(journal, "v1")) == [1]
    assert writer.stop(SOON_S)
    assert writer.run(where) == here


def test_upkeep_is_done_until_there_is_none_and_again_when_it_is_due(journal: Journal) -> None:
    waits = iter((0.0, 0.0, 0.01, math.inf))
    done = threading.Event()
    count = 0

    def tend() -> float:
        nonlocal count
        count += 1
        wait_s = next(waits)
        if wait_s == math.inf:
            done.set()
        return wait_s

    writer = JournalWriter(journal, ignore, tend)
    writer.start()
    assert done.wait(SOON_S)
    for number in range(3):
        writer.append("board", batch(f"v1={number}\n"))
        assert writer.flush(SOON_S)
    assert writer.stop(SOON_S)
    assert count == 4


def test_upkeep_that_fails_is_told_and_tried_again_in_a_minute(
    journal: Journal, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock(monkeypatch)
    tended_s: list[float] = []

    def tend() -> float:
        tended_s.append(clock.now_s)
        raise sqlite3.OperationalError("database or disk is full")

    writer = JournalWriter(journal, ignore, tend)
    writer.start()
    for clock.now_s in (1000.0, 1000.0, 1059.9, 1060.0, 1119.9, 1120.0):
        # The errand before tells that the upkeep after the last commit has been done.
        writer.run(lambda _: None)
        writer.append("board", batch("v1=1\n"))
        assert writer.flush(SOON_S)
    writer.run(lambda _: None)
    assert writer.stop(SOON_S)
    assert tended_s == [1000.0, 1060.0, 1120.0]
    assert f"{journal.path}: the journal's upkeep has to wait: database or disk is full" in caplog.messages
    assert writer.trouble == ""


def in_the_errand(writer: JournalWriter) -> None:
    def meet(_journal: Journal) -> None:
        raise damage()

    with pytest.raises(sqlite3.DatabaseError):
        writer.run(meet)


def by_a_reader(writer: JournalWriter) -> None:
    writer.notice(damage())


@pytest.mark.parametrize(
    ("due_s", "idle_s"), [(0.0, set()), (1.0, {1.0}), (30.0, {30.0}), (math.inf, {threading.TIMEOUT_MAX})]
)
def test_an_idle_writer_sleeps_until_upkeep_is_due(
    journal: Journal, monkeypatch: pytest.MonkeyPatch, due_s: float, idle_s: set[float]
) -> None:
    Clock(monkeypatch)
    writer = JournalWriter(journal, ignore, lambda: due_s)
    waits = Waits(writer, monkeypatch)
    writer.start()
    writer.append("board", batch("v1=1\n"))
    assert writer.flush(SOON_S)
    writer.run(lambda _: None)
    assert writer.stop(SOON_S)
    assert waits.idle_s == idle_s


@pytest.mark.parametrize("meet", [in_the_errand, by_a_reader])
def test_damage_sets_the_file_aside_once_a_minute(
    journal: Journal,
    monkeypatch: pytest.MonkeyPatch,
    meet: Callable[[JournalWriter], None],
) -> None:
    clock = Clock(monkeypatch)
    writer = JournalWriter(journal, ignore)
    Waits(writer, monkeypatch)
    writer.start()
    for harmless in (sqlite3.OperationalError("disk I/O error"), ValueError("malformed")):
        writer.notice(harmless)
    writer.append("board", batch("v1=1\n"))
    assert writer.flush(SOON_S)
    assert journal.warning == ""
    meet(writer)
    assert writer.flush(SOON_S)
    assert journal.warning
    assert values(journal, "v1") == []
    # A disk that ruins the next file too is left alone for a minute.
    clock.now_s += 59.9
    meet(writer)
    while not writer.trouble:
        assert not writer.flush(0.01)
    assert writer.trouble == (
        f"{journal.path}: is damaged again (database disk image is malformed): is the disk failing?"
    )
    writer.append("board", batch("v1=2\n"))
    clock.now_s += 0.1
    assert writer.flush(SOON_S)
    assert writer.trouble == ""
    assert values(journal, "v1") == [2]
    assert len(list(journal.path.parent.glob("j.damaged-*.db"))) == 2
    assert writer.stop(SOON_S)
