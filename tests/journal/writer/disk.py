"""For tests of the writer: a disk that can fail, a record of waits, and a clock that the test sets."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import TypeVar

import pytest

from app.journal.journal import Journal, Written

T = TypeVar("T")

SOON_S = 60
"""How many seconds a test waits at most. Milliseconds are enough, except on a busy machine."""


def ignore(_written: list[Written]) -> None:
    """Ignore what was committed."""


def damage() -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError("database disk image is malformed")
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error


class Disk:
    """Replaces the journal's `write`: calls can stall or fail, and are recorded with how much they wrote."""

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
        """Wait until the writer has begun one more attempt to write."""
        assert self.tried.acquire(timeout=SOON_S)


class Waits:
    """Records the time-outs of a writer's waits, and makes its waits for a retry short.

    Only writers that are created after this object are recorded.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.retried_s: set[float | None] = set()
        self.idle_s: set[float | None] = set()
        waits = self

        class Condition(threading.Condition):
            def wait(self, timeout: float | None = None) -> bool:
                if threading.current_thread().name == "journal":
                    waits.idle_s.add(timeout)
                return super().wait(timeout)

            def wait_for(self, predicate: Callable[[], T], timeout: float | None = None) -> T:
                if threading.current_thread().name != "journal":
                    return super().wait_for(predicate, timeout)
                waits.retried_s.add(timeout)
                return super().wait_for(predicate, 0.001)

        names = {**vars(threading), "Condition": Condition}
        monkeypatch.setattr("app.journal.writer.threading", SimpleNamespace(**names))


class Clock:
    """The writer's clock, which stands still until the test sets it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now_s = 1000.0
        monkeypatch.setattr("app.journal.writer.time", self)

    def monotonic(self) -> float:
        return self.now_s
