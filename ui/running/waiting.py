"""Waits for slow work, such as opening a large journal, while the window goes on to be painted.

Invariants: the work is in a thread of its own; until it is over, keys and clicks do nothing, so that nothing
is done twice, or to what is not there yet. Only closing a window works.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication

_T = TypeVar("_T")

AT_ONCE_S = 0.1
"""Nothing is painted for work that takes no longer."""
_LOOK_MS = 10
_INPUT = {
    *(QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease, QEvent.Type.MouseButtonDblClick),
    *(QEvent.Type.KeyPress, QEvent.Type.KeyRelease, QEvent.Type.ShortcutOverride, QEvent.Type.Shortcut),
    *(QEvent.Type.Wheel, QEvent.Type.ContextMenu, QEvent.Type.DragEnter, QEvent.Type.Drop),
    *(QEvent.Type.TouchBegin, QEvent.Type.TouchUpdate, QEvent.Type.TouchEnd),
}


class _NoInput(QObject):
    """An event filter for the program that ignores what the user does."""

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Whether `event` is ignored."""
        return event.type() in _INPUT


def waited_for(work: Callable[[], _T]) -> _T:
    """What `work` returns. Raises what it raises.

    Timers run meanwhile. If one of them ends the program, this still waits for the work.
    """
    found: list[_T] = []
    raised: list[BaseException] = []

    def run() -> None:
        try:
            found.append(work())
        except BaseException as error:  # noqa: BLE001 - raised in the thread that waits
            raised.append(error)

    thread = threading.Thread(target=run, name="waited-for", daemon=True)
    thread.start()
    thread.join(AT_ONCE_S)
    if thread.is_alive():
        _handle_events_during(thread)
        thread.join()
    if raised:
        raise raised[0]
    return found[0]


def _handle_events_during(thread: threading.Thread) -> None:
    """Run the event loop until `thread` has ended, or the program ends."""
    loop, timer, no_input = QEventLoop(), QTimer(), _NoInput()

    def look() -> None:
        if not thread.is_alive():
            loop.quit()

    timer.timeout.connect(look)
    timer.start(_LOOK_MS)
    application = QApplication.instance()
    assert application is not None  # noqa: S101 - for the type checker: it made the window
    # With `ExcludeUserInputEvents`, the loop would spin as long as an event is kept back.
    application.installEventFilter(no_input)
    try:
        loop.exec()
    finally:
        application.removeEventFilter(no_input)
        timer.stop()
