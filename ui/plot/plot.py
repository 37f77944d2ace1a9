"""The live plot: one strip for each curve, or one for all, over the same period of time.

Invariants: the plot never changes the history; the cost of a frame depends on the width in pixels, not on the
board's rate; a paused view is drawn again only when the user changes something; the labels of the time axis
stay in sight while the strips scroll.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QMoveEvent, QPixmap
from PySide6.QtWidgets import QGraphicsRectItem, QWidget

from app.messages.languages import text
from ui.plot import axes
from ui.plot.cursors import Cursors
from ui.plot.curves import Key, Style
from ui.plot.strip import Gestures, Strip, header_px
from ui.plot.time_view import TimeView
from ui.plot.trace import Series, Trace
from ui.theme.colors import LIGHT, Scheme

_MIN_STRIP_PX = 30
_TIME_AXIS_PX = 24
"""The height of the labels below the strips, at the usual size of the text."""
_LABELS_EVERY = 3
"""Labels change once in this many frames: a number that changes thirty times a second cannot be read."""
_STEP = 0.1
_CURSOR_STEP = 0.005
"""How far an arrow key moves the view (`_STEP`) or a cursor, as a fraction of the view's width or height."""
_ACROSS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_UP = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}

History = Callable[[str, str, float, float], Series]
"""Returns the readings of a device for a target, between two times in Unix seconds."""


class Plot(pg.GraphicsView):  # type: ignore[misc]
    """The widget that shows the strips, one above the other. It handles the mouse and the keyboard."""

    view_changed = Signal()
    """Emitted when the user has moved, paused or zoomed the view with the mouse or the keyboard."""
    values_locked = Signal()
    """Emitted when the user moves or zooms a value axis. It must then no longer be fitted to the values."""

    def __init__(self, view: TimeView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(text("label_plot"))
        self.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleDescription(text("label_plot_keys"))
        self.setAntialiasing(True)
        self._view = view
        self._scheme = LIGHT
        self._history: History = _nothing
        self._styles: tuple[Style, ...] = ()
        self._hidden: frozenset[Key] = frozenset()
        self._traces: dict[Key, Trace] = {}
        self.strips: list[Strip] = []
        """The strips, from top to bottom."""
        self.time_axis = axes.TimeAxis()
        """The labels of the time axis, which all strips share. New strips get a new one."""
        self._below = QGraphicsRectItem()
        """What is behind these labels. It also covers a header of which only a part would be visible."""
        self._together = False
        self._shows_clock = False
        self._zero_s: float | None = None
        self._locked = False
        self._bold = False
        self._has_old_font = False
        self._stale = True
        self._now_s = 0.0
        self._frames = 0
        self._pointer: QPointF | None = None
        self.cursors = Cursors(view)
        self._gestures = Gestures(self._zoom_time, self._pan_time, self._lock_values, self._move_cursor)
        self.scene().sigMouseMoved.connect(self._pointer_moved)

    def set_history(self, history: History) -> None:
        """Use `history` as the source of readings. Curves that are in the plot keep what they have read."""
        self._history = history

    def set_styles(self, styles: Sequence[Style]) -> None:
        """Draw the curves of `styles`, each in its style."""
        if tuple(styles) != self._styles:
            self._styles = tuple(styles)
            shown = {style.key for style in styles}
            self._traces = {key: trace for key, trace in self._traces.items() if key in shown}
            self._rebuild()

    def set_hidden(self, hidden: frozenset[Key]) -> None:
        """Hide these curves, and show all others."""
        if hidden != self._hidden:
            self._hidden = hidden
            self._rebuild()

    def read_again(self) -> None:
        """Read all curves again, because readings were deleted from the history."""
        self._traces.clear()
        self._stale = True

    def set_together(self, together: bool) -> None:
        """Draw all curves in one strip if `together`, otherwise each curve in its own strip."""
        self._together = together
        self._rebuild()

    def set_clock(self, shows_clock: bool) -> None:
        """Label the time axis by clock times if `shows_clock`, otherwise by times before its right edge."""
        self._shows_clock = shows_clock
        self.time_axis.set_clock(shows_clock)
        for strip in self.strips:
            strip.set_clock(shows_clock)
        self._stale = True

    def set_zero(self, zero_s: float | None) -> None:
        """Label the time axis by times since `zero_s` (Unix seconds), the start of a recording.

        None stands for a plot of the present. Clock times take precedence.
        """
        self._zero_s = zero_s
        self.time_axis.set_zero(zero_s)
        for strip in self.strips:
            strip.set_zero(zero_s)
        self._stale = True

    def set_locked(self, locked: bool) -> None:
        """Lock the Y ranges as they are, or unlock them and fit them to the visible values."""
        self._locked = locked
        if not locked:
            self.fit()

    def set_scheme(self, scheme: Scheme) -> None:
        """Use the colours of `scheme`."""
        self._scheme = scheme
        pg.setConfigOptions(antialias=True, background=scheme.card, foreground=scheme.text)
        self.setBackground(scheme.card)
        self._rebuild()

    def set_bold(self, bold: bool) -> None:
        """Draw thick curves if `bold`, for an audience, otherwise fine ones."""
        if bold != self._bold:
            self._bold = bold
            self._rebuild()

    def set_cursors(self, shown: bool) -> None:
        """Show the two cursors, or hide them."""
        self.cursors.show(shown)
        self._stale = True

    def fit(self) -> None:
        """At the next frame, fit all Y ranges to the visible values."""
        for strip in self.strips:
            strip.forget_range()
        self._stale = True

    def touch(self) -> None:
        """Make the next `refresh` draw a new frame even if the view is paused."""
        self._stale = True

    def refresh(self, now_s: float, *, runs: bool = True) -> None:
        """Draw the frame for `now_s` (Unix seconds), unless the view is paused and nothing has changed.

        `runs` is false if the bench is stopped: then `now_s` is the time at which it was.
        """
        self._now_s = now_s
        if self._has_old_font:
            self._rebuild()
        self._place_time_axis(self._visible_px)
        if self._view.is_paused and not self._stale:
            return
        self._stale = False
        to_s = self._view.right_s(now_s)
        from_s = to_s - self._view.span_s
        self.time_axis.set_right_edge(to_s, is_now=runs and not self._view.is_paused)
        for strip in self.strips:
            columns = max(50, int(strip.box.width()))
            series = {
                style.key: self._trace(style.key).update(from_s, to_s, columns) for style in strip.styles
            }
            strip.show(series, from_s, to_s, locked=self._locked)
        self._frames += 1
        measures = self._pointer is not None or self.cursors.shown
        if measures or self._view.is_paused or self._frames % _LABELS_EVERY == 1:
            self._show_labels()

    def _trace(self, key: Key) -> Trace:
        if key not in self._traces:

            def read(from_s: float, to_s: float) -> Series:
                return self._history(*key, from_s, to_s)

            self._traces[key] = Trace(read)
        return self._traces[key]

    def _rebuild(self) -> None:
        # Each arrangement gets a new layout, because a layout keeps the heights of its former rows.
        # Headers and axes have fixed sizes; the boxes with the curves take the remaining room.
        items = pg.GraphicsLayout()
        items.layout.setSpacing(0)
        self._has_old_font = False
        font = self._label_font()
        scale = axes.text_scale(font)
        items.setContentsMargins(0, 0, 28 * scale, _TIME_AXIS_PX * scale)
        visible = tuple(style for style in self._styles if style.key not in self._hidden)
        groups = [visible] if self._together and visible else [(style,) for style in visible]
        self.strips = []
        for number, group in enumerate(groups):
            strip = Strip(group, self._scheme, self._gestures, font, bold=self._bold)
            strip.set_clock(self._shows_clock)
            strip.set_zero(self._zero_s)
            items.addItem(strip.header, row=3 * number, col=0, colspan=2)
            items.addItem(strip.left, row=3 * number + 1, col=0)
            items.addItem(strip.box, row=3 * number + 1, col=1)
            items.addItem(strip.bottom, row=3 * number + 2, col=1)
            self.strips.append(strip)
        self._below = QGraphicsRectItem(items)
        self._below.setBrush(QColor(self._scheme.card))
        self._below.setPen(Qt.PenStyle.NoPen)
        self.time_axis = axes.TimeAxis()
        axes.style(self.time_axis, self._scheme.faint, self._scheme.grid, font)
        self.time_axis.setGrid(False)
        self.time_axis.setHeight(_TIME_AXIS_PX * scale)
        self.time_axis.set_clock(self._shows_clock)
        self.time_axis.set_zero(self._zero_s)
        self.time_axis.setParentItem(items)
        for shown in (self._below, self.time_axis):
            shown.setVisible(bool(self.strips))
        if self.strips:
            self.time_axis.linkToView(self.strips[-1].box)
        self.setCentralItem(items)
        self._frames = 0
        strips_px = max(1, len(groups)) * (_MIN_STRIP_PX * scale + header_px(font))
        self.setMinimumHeight(round(strips_px + _TIME_AXIS_PX * scale))
        self._stale = True

    @property
    def _visible_px(self) -> int:
        """The height of the plot without what is scrolled out of sight below."""
        room: QWidget | None = self.parentWidget()
        whole: int = self.height()
        return min(whole, room.height() - self.y()) if room else whole

    def _place_time_axis(self, bottom_px: int) -> None:
        """Show the labels of the time axis above `bottom_px`, counted from the top of the plot."""
        if self.strips:
            self.centralWidget.layout.activate()
            box, height = self.strips[-1].box.geometry(), self.time_axis.fixedHeight
            top = bottom_px - height
            headers = [strip.header.geometry() for strip in self.strips]
            cover = min((place.top() for place in headers if place.top() < top < place.bottom()), default=top)
            self._below.setRect(0, cover, self.width(), bottom_px - cover)
            self.time_axis.setGeometry(QRectF(box.left(), top, box.width(), height))

    def picture(self) -> QPixmap:
        """A picture of all strips, also of those that are out of sight."""
        self._place_time_axis(self.height())
        picture: QPixmap = self.grab()
        self._place_time_axis(self._visible_px)
        return picture

    def moveEvent(self, event: QMoveEvent) -> None:  # noqa: N802
        """Keep the labels of the time axis in sight while the strips scroll."""
        super().moveEvent(event)
        self._place_time_axis(self._visible_px)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Draw all labels in a new font with the next frame.

        Not at once: Qt still passes the font on to the items that would be removed.
        """
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._has_old_font = self._stale = True

    def _label_font(self) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(max(7.0, font.pointSizeF() * 0.9))
        return font

    def _pointer_moved(self, position: QPointF) -> None:
        self._pointer = position
        self._show_labels()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """Show the newest values in the headers again, because the pointer has left the plot."""
        super().leaveEvent(event)
        self._pointer = None
        self._show_labels()

    def hovered_s(self) -> float | None:
        """The time under the pointer, in Unix seconds; None if the pointer is not in a strip."""
        if self._pointer is None:
            return None
        for strip in self.strips:
            if strip.box.sceneBoundingRect().contains(self._pointer):
                x = float(strip.box.mapSceneToView(self._pointer).x())
                return self._view.right_s(self._now_s) + x
        return None

    def _show_labels(self) -> None:
        hovered_s, right_s = self.hovered_s(), self._view.right_s(self._now_s)
        cursors_s = self.cursors.times_s(self._now_s) if self.cursors.shown else None
        for strip in self.strips:
            strip.show_labels(hovered_s, right_s, cursors_s)

    def _move_cursor(self, which: int, before_s: float) -> None:
        self.cursors.move(which, self._view.right_s(self._now_s) + before_s, self._now_s)
        self._show_labels()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Move the view with the arrow keys: left and right in time, up and down along the value axes.

        Shift with up or down zooms the value axes. Ctrl with left or right moves cursor A; Ctrl+Shift moves
        cursor B.
        """
        across, up = _ACROSS.get(Qt.Key(event.key()), 0), _UP.get(Qt.Key(event.key()), 0)
        if not across and not up:
            super().keyPressEvent(event)
            return
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if self.cursors.shown and across:
                at_s = self.cursors.times_s(self._now_s)[shift]
                moved_s = at_s + across * _CURSOR_STEP * self._view.span_s
                self._move_cursor(int(shift), moved_s - self._view.right_s(self._now_s))
        elif across:
            self._pan_time(across * _STEP)
        else:
            self._lock_values()
            for strip in self.strips:
                strip.move_values(0.0 if shift else up * _STEP, 0.8**up if shift else 1.0)

    def _zoom_time(self, factor: float, at: float) -> None:
        self._view.zoom(factor, at, self._now_s)
        self._changed_by_mouse()

    def _pan_time(self, by: float) -> None:
        # Pause first, so that the cursors keep their times while the view moves.
        self._view.pause(self._now_s)
        self.cursors.times_s(self._now_s)
        self._view.pan(by * self._view.span_s, self._now_s)
        self._changed_by_mouse()

    def _lock_values(self) -> None:
        self.values_locked.emit()

    def _changed_by_mouse(self) -> None:
        self._stale = True
        self.view_changed.emit()


def _nothing(_device: str, _target: str, _from_s: float, _to_s: float) -> Series:
    return np.empty(0), np.empty(0)
