"""Decides when the window draws its next frame: at news, when the plot moves on, and for texts.

Invariants: there are at most about 60 frames a second; while nothing happens, there is one a second for ages,
and while the window is minimised or hidden, one every two seconds. A thread that has news never calls the
window: it writes a byte to a socket, which Qt watches in the window's thread, and no second one before the
next frame.
"""

from __future__ import annotations

import math
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from PySide6.QtCore import QEvent, QObject, QSocketNotifier, Qt, QTimer
from PySide6.QtWidgets import QWidget

FRAME_S = 0.016
"""A little over 60 frames a second."""
_TEXTS_S, _ALONE_S = 1 / 3, 0.45
"""How soon texts are renewed after the previous ones: with a frame that is drawn anyway, and in one of their
own. Numbers that change more often cannot be read."""
_REST_S, _EAGER_S = 1.0, 2.0
"""How often texts are renewed while nothing but ages changes, and how long after the user has done something
they are renewed as often as else."""
_AWAY_S = 2.0
"""How often a window is renewed that is minimised, of which the title is seen, or hidden in the tray."""
_LATE_S = 0.002
"""A timer may come so much too early."""


class Frames(QObject):
    """Has the frames of a window drawn. It is off at first."""

    def __init__(
        self,
        window: QWidget,
        draw: Callable[[bool], float],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`draw` draws one frame; its argument says whether the texts are renewed.

        It returns how many seconds later the next frame is due if nothing is new.
        """
        super().__init__(window)
        self._window, self._draw, self._clock = window, draw, clock
        self._is_on = self._is_asked = self._is_drawing = self._rests = False
        self._drawn_s = self._texts_s = self._asked_s = -math.inf
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._draw_next)
        self._has_rung = False
        self._lock = threading.Lock()
        """Held while the sockets are used or closed."""
        self._ours, self._theirs = socket.socketpair()
        for end in (self._ours, self._theirs):
            end.setblocking(False)
        self._watching = QSocketNotifier(self._ours.fileno(), QSocketNotifier.Type.Read, self)
        self._watching.activated.connect(self._answer)
        window.installEventFilter(self)

    @property
    def is_on(self) -> bool:
        """Whether frames are drawn."""
        return self._is_on

    def start(self) -> None:
        """Draw frames from now on; the first one renews the texts."""
        self._is_on = True
        self._texts_s = -math.inf
        self.ask()

    def rest(self, *, hears_news: bool = True) -> None:
        """Renew the texts only once a second until something is new, because nothing but ages has changed.

        If it does not hear news, the next frame comes with the texts, whatever is new. All this is ignored
        while the user may wait for the answer to what was done.
        """
        if self._clock() - self._asked_s > _EAGER_S:
            self._rests = True
            self._has_rung = self._has_rung or not hears_news

    def stop(self) -> None:
        """Draw no more frames."""
        self._is_on = False
        self._timer.stop()

    def close(self) -> None:
        """Draw no more frames, and close the sockets. The window is not used again."""
        self.stop()
        self._watching.setEnabled(False)
        with self._lock:
            self._ours.close()
            self._theirs.close()

    def ask(self) -> None:
        """Draw a frame soon, because the user has changed something. Call it in the window's thread."""
        self._asked_s = self._clock()
        self._draw_soon()

    def ring(self) -> None:
        """Draw a frame soon, because there are news. Any thread may call this; it returns at once."""
        if not self._has_rung:
            self._has_rung = True
            with self._lock, suppress(OSError):  # the window may be closed by now
                self._theirs.send(b"\0")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Draw a frame when the window is shown again."""
        if event.type() in (QEvent.Type.WindowStateChange, QEvent.Type.Show):
            self.ask()
        return super().eventFilter(watched, event)

    def _draw_soon(self) -> None:
        self._rests = False
        if self._is_drawing:
            self._is_asked = True
        elif self._is_on:
            wait_ms = self._wait_ms(0.0)
            if not self._timer.isActive() or self._timer.remainingTime() > wait_ms:
                self._timer.start(wait_ms)

    def _answer(self) -> None:
        with suppress(BlockingIOError):
            self._ours.recv(16)
        self._draw_soon()

    def _wait_ms(self, wait_s: float) -> int:
        """After how many milliseconds a frame is due that should come in `wait_s` seconds."""
        least_s = self._drawn_s + FRAME_S - self._clock()
        return round(1000 * max(0.0, least_s, wait_s))

    def _draw_next(self) -> None:
        now_s = self._drawn_s = self._clock()
        is_away = self._window.isMinimized() or self._window.isHidden()
        # Before the frame is drawn, so that what comes meanwhile asks for another one.
        self._has_rung, self._is_asked = is_away, False
        self._is_drawing = True
        wait_s = math.inf
        try:
            wait_s = self._draw(self._are_texts_due(now_s))
        finally:
            self._is_drawing = False
            texts_at_s = self._texts_s + (_REST_S if self._rests else _ALONE_S)
            wait_s = 0.0 if self._is_asked else min(wait_s, texts_at_s - self._clock())
            if is_away:
                wait_s = _AWAY_S
            if self._is_on:
                self._timer.start(self._wait_ms(wait_s))

    def _are_texts_due(self, now_s: float) -> bool:
        if now_s - self._texts_s < (_REST_S if self._rests else _TEXTS_S) - _LATE_S:
            return False
        self._texts_s, self._rests = now_s, False
        return True
