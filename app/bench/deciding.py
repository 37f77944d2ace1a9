"""Carries out the user's decisions about readings while a bench runs.

Invariants: the journal's writer commits readings between two steps of a decision; a decision that is
cancelled, or that the end of the bench interrupts, stops after a step, and what it has done stays.
"""

from __future__ import annotations

import sqlite3
import threading

from app.bench.errors import BenchError
from app.errors import message_of
from app.journal.journal import JournalError
from app.journal.steps import Progress, Steps, TellProgress
from app.journal.writer import JournalWriter
from app.messages.message import Message

_CUT_LOG_MS = 10


class Deciding:
    """The decisions of a bench. Any thread may make one; several may be carried out at the same time."""

    def __init__(self, writer: JournalWriter) -> None:
        self._writer = writer
        self._changed = threading.Condition()
        self._running = 0
        self._has_ended = False

    def carry_out(self, device: str, steps: Steps, progress: TellProgress | None) -> int:
        """Let the journal's writer carry out `steps`. Returns how many readings of `device` were affected.

        `progress` is called after each step. An exception that it raises cancels what is left. Raises
        BenchError, also if the bench is stopped meanwhile.
        """
        with self._changed:
            self._running += 1
        try:
            return self._carry_out(device, steps, progress)
        except (sqlite3.Error, JournalError, TimeoutError) as error:
            raise BenchError("decision_failed", device=device, message=message_of(error)) from None
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify_all()

    def end(self, timeout_s: float) -> None:
        """Interrupt all decisions, and let no more begin. Wait for them, at most `timeout_s` seconds."""
        with self._changed:
            self._has_ended = True
            self._changed.wait_for(lambda: not self._running, timeout_s)

    def _carry_out(self, device: str, steps: Steps, progress: TellProgress | None) -> int:
        done = 0
        while True:
            if self._has_ended:
                stopped = Message("bench_stopped_meanwhile")
                raise BenchError("decision_failed", device=device, message=stopped)
            step = self._writer.submit(lambda _: next(steps, None))
            if step is None:
                return done
            done = step.done
            if progress:
                self._tell(step, progress)

    def _tell(self, step: Progress, progress: TellProgress) -> None:
        try:
            progress(*step)
        except BaseException:
            # What has been deleted should not be in SQLite's log, either.
            self._writer.post(lambda journal: journal.cut_log(_CUT_LOG_MS))
            raise
