"""An export that runs in a thread of its own, looked at now and then.

Invariants: the window never waits for it; it ends soon after it was cancelled.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from ui.contract import ExportedView

Progress = Callable[[int, int], None]


class _CancelledError(Exception):
    """A person wants no more of it."""


class ExportJob:
    """One file that is being written. Its fields are written by its thread and read by the window's."""

    def __init__(self, path: Path, work: Callable[[Progress], ExportedView]) -> None:
        """`work` writes the file and tells how far it is."""
        self.path = path
        self.seen = self.total = 0
        self.exported: ExportedView | None = None
        """What is in the file, once it is there."""
        self.failure = ""
        self._work = work
        self._cancelled = threading.Event()
        self._thread = threading.Thread(target=self._run, name="export", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def cancel(self, timeout_s: float = 2.0) -> None:
        """Leave no file; waits for a moment until the thread has seen it."""
        self._cancelled.set()
        self._thread.join(timeout_s)

    @property
    def is_over(self) -> bool:
        """Whether the thread has ended."""
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            self.exported = self._work(self._progress)
        except _CancelledError:
            return
        except (ValueError, OSError) as error:
            self.failure = str(error)

    def _progress(self, seen: int, total: int) -> None:
        if self._cancelled.is_set():
            raise _CancelledError
        self.seen, self.total = seen, total
