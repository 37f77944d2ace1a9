"""Work that takes long, in a thread of its own: the window polls how far it is, and can cancel it.

Invariants: the window never waits for the work, except for a moment at its start and end; cancelled work ends
where it next tells its progress.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from app.errors import PinbridgeError, message_of
from app.messages.message import Message

_T = TypeVar("_T")

Progress = Callable[[int, int], None]
"""Tells how much is done, and how much there is. Raises an exception if the work was cancelled."""


class _CancelledError(Exception):
    """Raised in the thread of the work after the user has cancelled it."""


class Job(Generic[_T]):
    """Work with a result. Its thread sets the fields; the window's thread reads them."""

    def __init__(self, name: str, work: Callable[[Progress], _T]) -> None:
        """`work(progress)` must call `progress` now and then, and let pass what that raises.

        `name` is the name of the thread.
        """
        self.seen = self.total = 0
        """How much is done, and how much there is. Both are 0 until the work has first told its progress."""
        self.result: _T | None = None
        """What the work has returned; None until it has, and if it has failed or was cancelled."""
        self.failure: Message | None = None
        """Why the work has failed; None if it has not."""
        self._work = work
        self._cancelled = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self, wait_s: float = 0.0) -> bool:
        """Start the thread, and wait at most `wait_s` seconds for it. Returns whether the work is over."""
        self._thread.start()
        self._thread.join(wait_s)
        return self.is_over

    def cancel(self) -> None:
        """Let the work end soon."""
        self._cancelled.set()

    def end(self, timeout_s: float = 2.0) -> None:
        """Let the work end soon, and wait for that, at most `timeout_s` seconds."""
        self.cancel()
        self._thread.join(timeout_s)

    @property
    def is_over(self) -> bool:
        """Whether the work has ended."""
        return not self._thread.is_alive()

    @property
    def is_cancelled(self) -> bool:
        """Whether the work was cancelled. It may have been finished nevertheless: then it has a result."""
        return self._cancelled.is_set()

    @property
    def percent(self) -> int:
        """How much is done. Less than 100 until the work is over."""
        return min(99, 100 * self.seen // self.total) if self.total else 0

    def _run(self) -> None:
        try:
            self.result = self._work(self._progress)
        except _CancelledError:
            return
        except (PinbridgeError, OSError) as error:
            self.failure = message_of(error)

    def _progress(self, seen: int, total: int) -> None:
        self.seen, self.total = seen, total
        if self._cancelled.is_set():
            raise _CancelledError
