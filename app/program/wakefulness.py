"""Keeps the computer from going to sleep while the user wants that.

Invariants: the display may still turn off; the computer may sleep again as soon as the program has ended,
however it ends. Systems: SetThreadExecutionState on Windows, caffeinate on macOS, D-Bus on Linux.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.messages.message import Message

if TYPE_CHECKING:
    from wakepy import ActivationResult, Mode


class Wakefulness:
    """A switch, which is off at first."""

    def __init__(self) -> None:
        self._mode: Mode | None = None

    @property
    def is_on(self) -> bool:
        """Whether the computer is kept awake."""
        return self._mode is not None

    def switch(self, *, on: bool) -> Message | None:
        """Keep the computer awake from now on, or no longer.

        Returns a message if the system does not allow it.
        """
        if on is self.is_on:
            return None
        if not on:
            self._leave()
            return None
        # Imported only if the user wants it, so that the window opens sooner.
        from wakepy import keep

        mode = keep.running(on_fail=_nothing)
        mode.__enter__()
        if not mode.active:
            mode.__exit__(None, None, None)
            return Message("computer_not_kept_awake")
        self._mode = mode
        return None

    def _leave(self) -> None:
        if self._mode is not None:
            self._mode.__exit__(None, None, None)
            self._mode = None


def _nothing(_result: ActivationResult) -> None:
    """Do nothing: `switch` reports that the computer cannot be kept awake."""
