"""Runs an export in a separate thread; the window polls the progress of the export.

Invariants: the window never waits for the export; a cancelled export ends soon.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from app.errors import PinbridgeError, message_of
from app.messages.message import Message
from ui.contract import ExportedView

Progress = Callable[[int, int], None]


class _CancelledError(Exception):
    """Raised in the export's thread after the user has cancelled the export."""


class ExportJob:
    """An export to one file. The export's thread sets the fields; the window's thread reads them."""

    def __init__(self, path: Path, work: Callable[[Progress], ExportedView]) -> None:
        """`work(progress)` must write the file `path`, and call `progress(seen, total)` now and then."""
        self.path = path
        self.seen = self.total = 0
        self.exported: ExportedView | None = None
        """The result; None until the file is complete."""
        self.failure: Message | None = None
        self._work = work
        self._cancelled = threading.Event()
        self._thread = threading.Thread(target=self._run, name="export", daemon=True)

    def start(self) -> None:
        """Start the thread of the export."""
        self._thread.start()

    def cancel(self, timeout_s: float = 2.0) -> None:
        """Cancel the export, so that no file is written. Wait for its thread, at most `timeout_s` seconds."""
        self._cancelled.set()
        self._thread.join(timeout_s)

    @property
    def is_over(self) -> bool:
        """Whether the thread of the export has ended."""
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            self.exported = self._work(self._progress)
        except _CancelledError:
            return
        except (PinbridgeError, OSError) as error:
            self.failure = message_of(error)

    def _progress(self, seen: int, total: int) -> None:
        if self._cancelled.is_set():
            raise _CancelledError
        self.seen, self.total = seen, total
