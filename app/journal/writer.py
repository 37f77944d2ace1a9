"""The one thread that writes the journal. A commit contains what was handed over during the previous commit.

Invariants: readings are passed on, to be shown and sent, only after they are durable; the inbox, where
readings wait for a commit, is bounded (see `has_room`); until the writer is stopped, a commit that fails is
tried again, and nothing is dropped.
"""

from __future__ import annotations

import logging
import math
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol, TypeVar

from app.journal.file.damage import is_damage
from app.journal.journal import Journal, JournalError, Unwritten, Written
from app.journal.owner import Owner
from app.journal.rejected import RejectedLines
from app.journal.task import Task
from app.messages.message import Message, verbatim
from app.wire.batches import Batch, Rejected
from app.wire.streams import Run, UnwrittenReadings, Usage

MAX_INBOX_BYTES = 48_000_000
"""How much may wait in memory if the disk stalls: half an hour of a saturated port at 115,200 baud."""
_BATCH_BYTES = 600
_READING_BYTES = 20
_TEXT_BYTES = 60

_RETRY_S = 1.0
_MAINTENANCE_RETRY_S = 60.0
_REPLACE_AGAIN_S = 60.0
_SOURCES_S = 1.0
_STALLED_S = 10.0
"""If a commit takes longer, nothing can be written at present: the disk does not answer, for example."""
_LOOK_S, _IDLE_LOOK_S = 0.5, 2.0
"""The time between two checks whether the journal's files are still in their places: while something is
written, and while nothing is."""

_T = TypeVar("_T")

log = logging.getLogger(__name__)


class Source(Protocol):
    """Collects what is to be written beside readings, such as rejected lines and events."""

    @property
    def goes_with_readings(self) -> bool:
        """Whether what it has now is to be in the journal no later than the readings that come after it."""

    def take(self) -> Unwritten:
        """Return what was added since the last call."""


class JournalWriter:
    """Writes the readings and runs that other threads hand over.

    Readings are written in the order in which they were handed over, and so are runs.
    """

    def __init__(
        self,
        journal: Journal,
        on_commit: Callable[[list[Written]], None],
        maintenance: Callable[[], float] = lambda: math.inf,
        on_new_file: Callable[[], None] = lambda: None,
    ) -> None:
        """After each commit of readings or what is beside them, the writer's thread calls `on_commit`.

        The argument of `on_commit` is the readings that were added. Between two commits, the thread calls
        `maintenance`, which does a little work and returns how many seconds to wait until the next call. When
        the journal continues in a new file, the thread calls `on_new_file`.
        """
        self._journal = journal
        self._on_commit = on_commit
        self._on_new_file = on_new_file
        self._changed = threading.Condition()
        self._appends: list[tuple[Owner, Batch]] = []
        self._runs: list[Run] = []
        self._done: list[Callable[[], None]] = []
        self._tasks: list[Task[Any]] = []
        self._sources: list[Source] = []
        """Those that have something to write."""
        self._take_at_s = -math.inf
        self._maintenance = maintenance
        self._maintain_at_s = -math.inf
        self._usage: dict[str, Usage] = {}
        self._inbox_bytes = 0
        self._unwritten: dict[Owner, int] = {}
        """For each owner, how many of its readings are in `_appends` or `_writing`."""
        self._appends_since_s = self._writing_since_s = 0.0
        """When the oldest reading in `_appends` and in `_writing` was handed over."""
        self._writing: list[tuple[Owner, Batch]] = []
        self._writing_bytes = 0
        self._busy = False
        self._stopping = False
        self._trouble: Message | None = None
        self._damage: Message | None = None
        self._looked_s = -math.inf
        self._replaced_at_s = -math.inf
        self._thread = threading.Thread(target=self._work, name="journal", daemon=True)

    @property
    def trouble(self) -> Message | None:
        """Why nothing can be written at present; None while writing works."""
        if self._trouble:
            return self._trouble
        with self._changed:
            waits = bool(self._unwritten)
            since_s = self._writing_since_s if self._writing else self._appends_since_s
        if waits and time.monotonic() - since_s >= _STALLED_S:
            return Message("journal_stalled", path=str(self._journal.path))
        return None

    @property
    def has_room(self) -> bool:
        """Whether the inbox has room for another chunk. If not, the caller counts the chunk as lost."""
        return self._inbox_bytes + self._writing_bytes < MAX_INBOX_BYTES

    @property
    def unwritten(self) -> int:
        """How many readings were handed over but are not durable yet.

        `stop` tries to write them; those that are left when `stop` returns count as lost.
        """
        with self._changed:
            return sum(self._unwritten.values())

    def unwritten_of(self, owner: Owner) -> UnwrittenReadings:
        """The readings of `owner` that were handed over but are not durable yet."""
        count = self._unwritten.get(owner, 0)
        return UnwrittenReadings(count, self.trouble if count else None)

    def unwritten_bytes(self) -> dict[str, int]:
        """For each device, how many bytes the lines have whose readings are not durable yet."""
        waiting: dict[str, int] = {}
        with self._changed:
            for owner, batch in (*self._writing, *self._appends):
                waiting[owner.name] = waiting.get(owner.name, 0) + batch.line_bytes
        return waiting

    def start(self) -> None:
        """Start the thread that writes."""
        self._thread.start()

    def append(self, owner: Owner, batch: Batch) -> None:
        """Hand over accepted readings of `owner`; the writer's thread writes them under its name by then."""
        with self._changed:
            if not self._appends:
                self._appends_since_s = time.monotonic()
            self._appends.append((owner, batch))
            self._unwritten[owner] = self._unwritten.get(owner, 0) + len(batch.codes)
            self._inbox_bytes += _size(batch)
            self._changed.notify_all()

    def settle(self, runs: Sequence[Run], done: Callable[[], None], usage: Iterable[Usage] = ()) -> None:
        """Pass `runs` and `usage` to the writer's thread, which stores them and then calls `done`."""
        with self._changed:
            self._runs += runs
            self._usage.update((use.budget, use) for use in usage)
            self._done.append(done)
            self._changed.notify_all()

    def reject(self, lines: RejectedLines, rejected: Rejected) -> None:
        """Add the rejected lines of a chunk to `lines`; the writer commits them within a second."""
        lines.add(rejected)
        self.commit_soon(lines)

    def commit_soon(self, source: Source) -> None:
        """Take what is new from `source`, and commit it within a second, together with all that comes."""
        with self._changed:
            if source not in self._sources:
                self._sources.append(source)
                self._changed.notify_all()

    def submit(self, task: Callable[[Journal], _T], timeout_s: float = 60.0) -> _T:
        """Let the writer's thread call `task(journal)` between two commits, and return the result.

        Raises what `task` raises, and TimeoutError if `task` has not ended within `timeout_s` seconds. If it
        has not begun by then, it is never called.
        """
        with self._changed:
            if not self._thread.is_alive():
                # The writer's thread is not running, so no other thread writes to the journal.
                return task(self._journal)
            waiting = Task(task)
            self._tasks.append(waiting)
            self._changed.notify_all()
        return waiting.result(timeout_s)

    def post(self, task: Callable[[Journal], object]) -> None:
        """Let the writer's thread call `task(journal)` between two commits, without waiting for it."""
        with self._changed:
            self._tasks.append(Task(task))
            self._changed.notify_all()

    def maintain_now(self) -> None:
        """Let the writer's thread call the maintenance soon, because its settings have changed."""
        self.post(lambda _: setattr(self, "_maintain_at_s", -math.inf))

    def report(self, error: Exception) -> None:
        """Report an error from reading the journal. If it means damage, the writer replaces the file."""
        if is_damage(error):
            with self._changed:
                self._damage = verbatim(str(error))
                self._changed.notify_all()

    def flush(self, timeout_s: float) -> bool:
        """Wait until everything that was handed over, except what `commit_soon` takes, is committed.

        Returns False if that takes longer than `timeout_s` seconds.
        """
        with self._changed:
            return self._changed.wait_for(lambda: not (self._has_work or self._busy), timeout_s)

    def stop(self, timeout_s: float) -> bool:
        """Write everything that is left, and end the thread.

        Returns False if that takes longer than `timeout_s` seconds.
        """
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _work(self) -> None:
        while True:
            with self._changed:
                self._wait()
                is_over = self._stopping and not (self._has_work or self._sources)
                if is_over:
                    # Look once more, because the last commits may be in a file that was taken away.
                    self._looked_s = -math.inf
                sources = self._take_sources()
                tasks, self._tasks = self._tasks, []
                appends, runs, done, usage = self._appends, self._runs, self._done, self._usage
                self._appends, self._runs, self._done, self._usage = [], [], [], {}
                self._writing, self._writing_bytes, self._inbox_bytes = appends, self._inbox_bytes, 0
                self._writing_since_s = self._appends_since_s
                self._busy = True
            # Runs are committed first and unsynced, so that settling a call does not wait for the disk.
            if self._write([], runs, usage.values()) is None:
                return
            for call in done:
                call()
            if appends or sources:
                unwritten = [source.take() for source in sources]
                written = self._write([(owner.name, batch) for owner, batch in appends], [], (), unwritten)
                if written is None:
                    return
                self._has_written(appends)
                try:
                    self._on_commit(written)
                except Exception:
                    # An error while readings are shown or sent must not stop the writing.
                    log.exception("internal error after a commit")
            for task in tasks:
                if error := task.run(self._journal):
                    self.report(error)
            with self._changed:
                self._busy = False
                self._changed.notify_all()
                if is_over and not (self._has_work or self._sources):
                    return
            self._maintain_if_due()

    def _has_written(self, appends: list[tuple[Owner, Batch]]) -> None:
        with self._changed:
            self._writing, self._writing_bytes = [], 0
            for owner, batch in appends:
                left = self._unwritten.pop(owner) - len(batch.codes)
                if left:
                    self._unwritten[owner] = left

    def _wait(self) -> None:
        """Wait until there is something to do."""
        while not (self._has_work or self._stopping):
            due_s = min(self._maintain_at_s, self._looked_s + _IDLE_LOOK_S)
            if self._sources:
                due_s = min(due_s, self._take_at_s)
            wait_s = due_s - time.monotonic()
            if wait_s <= 0:
                return
            self._changed.wait(wait_s)

    def _take_sources(self) -> list[Source]:
        """Take the sources that have something to write now: all of them once a second, and at the end.

        In between, take those that go with readings, if there are readings to write.
        """
        now_s = time.monotonic()
        if self._sources and (now_s >= self._take_at_s or self._stopping):
            self._take_at_s = now_s + _SOURCES_S
            sources, self._sources = self._sources, []
            return sources
        taken = [source for source in self._sources if self._appends and source.goes_with_readings]
        self._sources = [source for source in self._sources if source not in taken]
        return taken

    @property
    def _has_work(self) -> bool:
        return bool(self._appends or self._runs or self._done or self._tasks or self._damage)

    def _maintain_if_due(self) -> None:
        if time.monotonic() < self._maintain_at_s or self._stopping:
            return
        try:
            wait_s = self._maintenance()
        except sqlite3.Error as error:
            self.report(error)
            log.warning("%s: the journal's maintenance has to wait: %s", self._journal.path, error)
            wait_s = _MAINTENANCE_RETRY_S
        self._maintain_at_s = time.monotonic() + wait_s

    def _write(
        self,
        appends: list[tuple[str, Batch]],
        runs: list[Run],
        usage: Iterable[Usage],
        unwritten: Sequence[Unwritten] = (),
    ) -> list[Written] | None:
        """Commit the arguments; after an error, retry every second.

        Returns None if the writer is stopped before a commit has worked.
        """
        while True:
            try:
                self._look_after_file()
                anything = appends or runs or usage or unwritten
                written = self._journal.write(appends, runs, usage, unwritten) if anything else []
            except JournalError as error:
                self._trouble = error.message
            except sqlite3.Error as error:
                self.report(error)
                self._trouble = Message(
                    "journal_write_failed", path=str(self._journal.path), words=str(error)
                )
            else:
                if self._trouble:
                    log.info("%s: the journal can be written again", self._journal.path)
                self._trouble = None
                return written
            log.warning("%s", self._trouble)
            with self._changed:
                if self._changed.wait_for(lambda: self._stopping, _RETRY_S):
                    return None

    def _look_after_file(self) -> None:
        """Continue in a new file if the journal's files were taken away, or if damage was found.

        Raises JournalError if there can be no new file. Also raises it if the last file that replaced a
        damaged one is less than a minute old, because a failing disk may damage each new file too.
        """
        if self._damage or time.monotonic() >= self._looked_s + _LOOK_S:
            if self._journal.return_to_place():
                self._damage = None
                self._on_new_file()
            self._looked_s = time.monotonic()
        if not self._damage:
            return
        now_s = time.monotonic()
        if now_s < self._replaced_at_s + _REPLACE_AGAIN_S:
            raise JournalError("journal_damaged_again", path=str(self._journal.path), damage=self._damage)
        self._journal.begin_anew(self._damage)
        self._damage = None
        self._on_new_file()
        self._replaced_at_s = now_s


def _size(batch: Batch) -> int:
    """About how many bytes of memory `batch` takes while it waits to be written."""
    texts = sum(_TEXT_BYTES + len(value) for value in batch.others.values() if isinstance(value, str | tuple))
    return _BATCH_BYTES + _READING_BYTES * len(batch.codes) + texts
