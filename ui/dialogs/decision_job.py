"""Carries out a decision of the user about readings in a separate thread; the window polls its end.

Invariant: the window waits for at most `AT_ONCE_S`, because a journal of millions of readings takes minutes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from app.errors import PinbridgeError, message_of
from app.messages.message import Message

AT_ONCE_S = 0.2
"""A decision that takes no longer is reported at once, without a notice that it runs."""


class DecisionJob:
    """A decision about the readings of one device. Its thread sets the fields; the window's reads them."""

    def __init__(self, device: str, done: str, decide: Callable[[], int]) -> None:
        """`decide` carries out the decision and returns how many readings it has changed.

        `done` is the code of the message that reports this number.
        """
        self.device = device
        self.done = done
        self._decide = decide
        self._count = 0
        self._failure: Message | None = None
        self._thread = threading.Thread(target=self._run, name="decision", daemon=True)

    def start(self) -> bool:
        """Start the thread. Returns whether the decision is over already."""
        self._thread.start()
        self._thread.join(AT_ONCE_S)
        return self.is_over

    @property
    def is_over(self) -> bool:
        """Whether the thread has ended."""
        return not self._thread.is_alive()

    @property
    def failed(self) -> bool:
        """Whether the decision could not be carried out. Only if `is_over`."""
        return self._failure is not None

    @property
    def result(self) -> Message:
        """What the decision has changed, or why it failed. Only if `is_over`."""
        return self._failure or Message(self.done, device=self.device, count=self._count)

    def _run(self) -> None:
        try:
            self._count = self._decide()
        except (PinbridgeError, OSError) as error:
            self._failure = message_of(error)
