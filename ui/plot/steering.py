"""What the user does in the plot with mouse and keys: move and zoom the view, value axes and cursors.

Invariants: moving or zooming into the past pauses the view; nothing after the present time is shown; cursors
keep their times while a paused view moves.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from ui.plot.cursors import Cursors
from ui.plot.strips.gestures import Gestures
from ui.plot.strips.scale import Scale
from ui.plot.time_view import TimeView

_STEP = 0.1
_CURSOR_STEP = 0.005
"""How far an arrow key moves the view (`_STEP`) or a cursor, as a fraction of the view's width or height."""
_ACROSS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_UP = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}


class Steering:
    """Changes a view, its cursors and the ranges of its axes."""

    def __init__(
        self, view: TimeView, cursors: Cursors, touched: Callable[[], None], moved: Callable[[], None]
    ) -> None:
        """`touched` is called after each change, and `moved` too if it is one of the view."""
        self._view, self._cursors, self._touched, self._moved = view, cursors, touched, moved
        self.now_s = 0.0
        """The present time, in Unix seconds."""
        self.pointer_x: float | None = None
        """The place of the pointer in pixels from the left edge of the curves; None if it is not there."""

    def gestures(self) -> Gestures:
        """The functions for the mouse."""
        return Gestures(
            *(self._zoom_time, self._pan_time, self._zoom_into, self._zoom_out),
            *(self._touched, self._move_cursor, self._point),
        )

    def takes_key(self, event: QKeyEvent, scales: Collection[Scale]) -> bool:
        """Handle an arrow key: left and right move in time, up and down along the value axes.

        Shift with up or down zooms the value axes, which have the `scales`. Ctrl with left or right moves
        cursor A; Ctrl+Shift moves cursor B. Returns False for any other key.
        """
        across, up = _ACROSS.get(Qt.Key(event.key()), 0), _UP.get(Qt.Key(event.key()), 0)
        if not across and not up:
            return False
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if self._cursors.shown and across:
                at_s = self._cursors.times_s(self.now_s)[shift]
                self._move_cursor(int(shift), at_s + across * _CURSOR_STEP * self._view.span_s)
        elif across:
            self._pan_time(across * _STEP)
        else:
            for scale in scales:
                scale.move(0.0 if shift else up * _STEP, 0.8**up if shift else 1.0)
            self._touched()
        return True

    def _zoom_time(self, factor: float, at: float) -> None:
        self._view.zoom(factor, at, self.now_s)
        self._change()

    def _pan_time(self, by: float) -> None:
        # Pause first, so that the cursors keep their times while the view moves.
        self._view.pause(self.now_s)
        self._cursors.times_s(self.now_s)
        self._view.pan(by * self._view.span_s, self.now_s)
        self._change()

    def _zoom_into(self, from_s: float, to_s: float) -> None:
        self._view.zoom_into(from_s, to_s, self.now_s)
        self._change()

    def _zoom_out(self) -> None:
        self._view.zoom_out()
        self._change()

    def _change(self) -> None:
        self._touched()
        self._moved()

    def _move_cursor(self, which: int, at_s: float) -> None:
        self._cursors.move(which, at_s, self.now_s)
        self._touched()

    def _point(self, x: float | None) -> None:
        self.pointer_x = x
        self._touched()
