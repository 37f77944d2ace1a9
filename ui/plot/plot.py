"""The live plot: strips with curves, one above the other, over the same period of time.

Invariants: the plot never changes the history; a frame is drawn only when a pixel changes, and its cost
depends on the width in pixels, not on the board's rate; a paused view is drawn again only when something in
it has changed; the labels of the time axis stay in sight while the strips scroll; the range of an axis
outlives its strip.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMoveEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.messages.languages import text
from ui.plot.arrangement import Arrangement, arranged
from ui.plot.cursors import NAMES, Cursors
from ui.plot.curves import Key, Style
from ui.plot.feed.feed import Feed, Source
from ui.plot.feed.happened import Mark
from ui.plot.feed.whole import Whole
from ui.plot.pacing import Due, Pacing
from ui.plot.steering import Steering
from ui.plot.strips.axes import OVERHANG_PX, label_font, text_scale
from ui.plot.strips.canvas import Line
from ui.plot.strips.groups import Group
from ui.plot.strips.scale import Scale
from ui.plot.strips.state_strip import AnyStrip, made
from ui.plot.strips.strip import Pointed
from ui.plot.strips.thickness import thickness_px
from ui.plot.strips.time_axis import TimeAxis
from ui.plot.time_labels import TimeLabels
from ui.plot.time_view import Frame, TimeView
from ui.theme.colors import LIGHT, Scheme

_LEAST_COLUMNS = 50


class Plot(QWidget):
    """The widget that shows the strips, one above the other. It handles the mouse and the keyboard."""

    view_changed = Signal()
    """Emitted when the user has moved, paused or zoomed the view with the mouse or the keyboard."""
    frame_asked = Signal()
    """Emitted when the next frame will differ from the last one, because something was changed here."""
    marker_chosen = Signal(object)
    """Emitted with the `Marker` that the user wants to change."""

    def __init__(self, view: TimeView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(text("label_plot"))
        self.setAccessibleDescription(text("label_plot_keys"))
        self._view = view
        self._scheme = LIGHT
        self._feed = Feed()
        self.styles: tuple[Style, ...] = ()
        """The styles of all curves, also of hidden ones."""
        self._hidden: frozenset[Key] = frozenset()
        self._scales: dict[tuple[Key, ...], Scale] = {}
        self._made: dict[tuple[Group, ...], AnyStrip] = {}
        """The strips with their value axes, from top to bottom."""
        self.cursors = Cursors(view)
        self._steering = Steering(view, self.cursors, self.touch, self.view_changed.emit)
        self.time_axis = self._make_time_axis()
        """The labels of the time axis, which all strips share."""
        self._column = QVBoxLayout(self)
        self._column.setSpacing(0)
        self._column.addStretch(0)  # for low strips alone
        self.arrangement, self._locked = Arrangement.APART, False
        self._labels = TimeLabels(view)
        self._thick = self._bold = self._has_old_font = False
        self._pacing = Pacing()
        self._runs, self._now_s = True, 0.0
        self._frame = Frame(1.0, -1, -1)
        self._axes_px = 0

    @property
    def frame(self) -> Frame:
        """The period that is in view now. A plot without content is not drawn for it."""
        return self._view.frame(self._now_s, max(_LEAST_COLUMNS, self._canvas_px))

    @property
    def strips(self) -> list[AnyStrip]:
        """The strips, from top to bottom."""
        return list(self._made.values())

    @property
    def scheme(self) -> Scheme:
        """The colours in use."""
        return self._scheme

    def set_source(self, source: Source) -> None:
        """Take the readings from `source`. Curves that are in the plot keep what they have read."""
        self._feed.look_at(source)

    def set_styles(self, styles: Sequence[Style]) -> None:
        """Draw the curves of `styles`, each in its style."""
        if tuple(styles) != self.styles:
            self.styles = tuple(styles)
            self._feed.follow(styles)
            self._rebuild(anew=False)

    def set_hidden(self, hidden: frozenset[Key]) -> None:
        """Hide these curves, and show all others."""
        if hidden != self._hidden:
            self._hidden = hidden
            self._rebuild(anew=False)

    def read_again(self) -> None:
        """Read all curves again, because readings were deleted from the history."""
        self._feed.read_again()
        self.touch()

    def set_arrangement(self, arrangement: Arrangement) -> None:
        """Choose which curves share a strip."""
        if arrangement is not self.arrangement:
            self.arrangement = arrangement
            self._rebuild(anew=False)

    def set_clock(self, shows_clock: bool) -> None:
        """Label the time axis by clock times if `shows_clock`, otherwise by seconds before now."""
        self._labels.shows_clock = shows_clock
        self.touch()

    def set_zero(self, zero_s: float | None) -> None:
        """Label the time axis by times since `zero_s` (Unix seconds), the start of a recording.

        None stands for a plot of the present. Clock times take precedence.
        """
        self._labels.zero_s = zero_s
        self.touch()

    def set_locked(self, locked: bool) -> None:
        """Lock all value axes as they are, or unlock them and fit them to the visible values."""
        self._locked = locked
        if not locked:
            self.fit()

    def set_scheme(self, scheme: Scheme) -> None:
        """Use the colours of `scheme`."""
        self._scheme = scheme
        self._rebuild()
        self.update()

    def set_thick(self, thick: bool) -> None:
        """Draw thick curves if `thick`, as the user has chosen, otherwise fine ones."""
        if thick != self._thick:
            self._thick = thick
            self._rebuild()

    def set_bold(self, bold: bool) -> None:
        """Draw very thick curves if `bold`, for an audience, otherwise those that the user has chosen."""
        if bold != self._bold:
            self._bold = bold
            self._rebuild()

    def set_cursors(self, shown: bool) -> None:
        """Show the two cursors, or hide them."""
        self.cursors.show(shown)
        self.touch()

    def fit(self) -> None:
        """At the next frame, fit all value axes to the visible values, also those that the user has set."""
        for scale in self._scales.values():
            scale.release()
        self.touch()

    def touch(self) -> None:
        """Make the next `refresh` draw a new frame even if the view is paused."""
        self._pacing.touch()
        self.frame_asked.emit()

    def wait_s(self, now_s: float) -> float:
        """After how many seconds the next frame may be due if there is nothing new."""
        if not self.strips:
            return math.inf
        moves_at_s = math.inf if self._stands else self._frame.to_s
        return self._pacing.wait_s(now_s, moves_at_s, follows=self._follows)

    def refresh(self, now_s: float, *, runs: bool = True, texts: bool = True) -> None:
        """Draw the frame for `now_s` (Unix seconds), unless it would be the same as the previous one.

        `runs` is false if the bench is stopped: then `now_s` is the time at which it was.
        """
        if runs != self._runs:
            self._runs = runs
            self.touch()
        if self._has_old_font:
            self._rebuild()
        if not self.strips:
            return
        self._now_s = self._steering.now_s = now_s
        frame = self.frame
        due = self._pacing.due(
            *(now_s, self._feed.counts(self._frame.to_s if self._stands else math.inf)),
            heights=[strip.canvas.height() for strip in self.strips],
            moves=frame != self._frame,
            stands=self._stands,
            follows=self._follows,
            has_content=self.time_axis.has_content or any(strip.canvas.has_content for strip in self.strips),
        )
        if due is not Due.NOTHING:
            self._frame = frame
        if due is Due.SHIFT:
            for strip in self.strips:
                strip.shift(frame)
        if due is Due.ALL:
            self._draw(frame)
        is_measured = self._steering.pointer_x is not None or self._view.is_paused
        if self._pacing.labels_due(texts=texts, is_measured=is_measured):
            self._show_labels()

    @property
    def _stands(self) -> bool:
        """Whether the period does not go on with the time."""
        return self._view.is_paused or not self._runs

    @property
    def _follows(self) -> bool:
        """Whether anything moves against the curves, such as a cursor, which stands still."""
        return self._steering.pointer_x is not None or self.cursors.shown or self._labels.move

    def _draw(self, frame: Frame) -> None:
        self._feed.look_for_earlier()
        scale = self._labels.scale(frame, self._now_s, runs=self._runs)
        shown = scale.ticks(frame.from_s, frame.to_s, self._canvas_px / text_scale(self.time_axis.font()))
        self.time_axis.show_ticks(frame, shown)
        marks = self._feed.marks(frame)
        self.time_axis.show_marks(frame, marks)
        # Lines that stand still while the curves move would have to be drawn again in each frame.
        grid = tuple(tick.at for tick in shown) if self._labels.move or self._view.is_paused else ()
        hover_s = self.hovered_s()
        pointed = Pointed(grid, self._lines(hover_s, marks), hover_s)
        happened = self._feed.events(frame)
        for strip in self.strips:
            strip.show_frame(frame, pointed, happened, locked=self._locked)
        self._fit_strips()

    @property
    def _canvas_px(self) -> int:
        """The width of the curves."""
        return max(1, self.width() - self._axes_px - self._column.contentsMargins().right())

    def _fit_strips(self) -> None:
        """Give the value axes of all strips the width of the widest, and the strips the height they need."""
        edge = self._column.contentsMargins().bottom()
        self.setMinimumHeight(edge + sum(strip.least_px for strip in self.strips))
        wanted = max(strip.axes_px for strip in self.strips)
        if wanted != self._axes_px:
            self._axes_px = wanted
            for strip in self.strips:
                strip.set_axes_px(wanted)
            self.time_axis.set_left(wanted)
            self.touch()

    def _lines(self, hover_s: float | None, marks: Sequence[Mark]) -> tuple[Line, ...]:
        found = [Line(mark.from_s, self._scheme.accent) for mark in marks if mark.marker]
        if self.cursors.shown:
            times_s = self.cursors.times_s(self._now_s)
            found += [
                Line(at_s, self._scheme.accent, name, is_dashed=True)
                for at_s, name in zip(times_s, NAMES, strict=True)
            ]
        return (*found, *([Line(hover_s, self._scheme.faint)] if hover_s is not None else []))

    def _rebuild(self, *, anew: bool = True) -> None:
        """Show the strips that are wanted now. Unless `anew`, keep those of them that are there already."""
        anew, self._has_old_font = anew or self._has_old_font, False
        font = label_font(self.font())
        scale = text_scale(font)
        width_px = thickness_px(self._scheme, thick=self._thick, bold=self._bold)
        before, self._made = self._made, {}
        for groups in self._groups():
            there = None if anew else before.pop(groups, None)
            self._made[groups] = there or made(
                groups, self._scheme, self._steering.gestures(), font, self, width_px=width_px
            )
        for strip in before.values():
            self._column.removeWidget(strip)
            strip.hide()
            strip.deleteLater()
        for number, strip in enumerate(self.strips):
            strip.follow(self._feed)
            self._column.insertWidget(number, strip, strip.stretch)
            strip.show()
        self.time_axis.setParent(None)
        self.time_axis.deleteLater()
        self.time_axis = self._make_time_axis()
        self.time_axis.setFont(font)
        self.time_axis.setVisible(bool(self.strips))
        height = self.time_axis.sizeHint().height()
        self._column.setContentsMargins(0, 0, round(OVERHANG_PX * scale), height)
        self._axes_px = 0
        self.keep_time_axis_in_sight()
        self.setMinimumHeight(round(50 * scale) + height)
        if self.strips:
            self._fit_strips()
        self.touch()

    def _make_time_axis(self) -> TimeAxis:
        made = TimeAxis(self._scheme, self, self._steering.gestures().zoom_time)
        made.marker_chosen.connect(self.marker_chosen)
        return made

    @property
    def marked_s(self) -> float:
        """The time for a new marker, in Unix seconds: that at the pointer, else the right edge."""
        hovered_s = self.hovered_s()
        return self._view.right_s(self._now_s) if hovered_s is None else hovered_s

    def whole(self, columns: int) -> Whole | None:
        """All readings of the visible curves, in so many columns; None if there are none."""
        styles = [style for strip in self.strips for style in strip.styles]
        return self._feed.whole(styles, self._now_s, columns)

    @property
    def groups(self) -> list[Group]:
        """All value axes, from top to bottom, with their curves."""
        return [group for strip in self.strips for group in strip.groups]

    def _groups(self) -> list[tuple[Group, ...]]:
        """The axes of each strip, with their curves."""
        visible = [style for style in self.styles if style.key not in self._hidden]
        return [tuple(self._group(axis) for axis in axes) for axes in arranged(visible, self.arrangement)]

    def _group(self, styles: tuple[Style, ...]) -> Group:
        keys = tuple(style.key for style in styles)
        return Group(styles, self._scales.setdefault(keys, Scale()))

    def keep_time_axis_in_sight(self) -> None:
        """Show the labels of the time axis at the lower edge of the part of the plot that is in sight."""
        room = self.parentWidget()
        self._place_time_axis(min(self.height(), room.height() - self.y()) if room else self.height())

    def _place_time_axis(self, bottom_px: int) -> None:
        """Show the labels of the time axis above `bottom_px`, counted from the top of the plot.

        A header that would be cut off is covered as a whole.
        """
        top = bottom_px - self._column.contentsMargins().bottom()
        for strip in self.strips:
            if strip.y() < top < strip.y() + strip.header.height():
                top = strip.y()
        self.time_axis.setGeometry(0, top, self.width(), bottom_px - top)
        self.time_axis.raise_()

    def paint_all(self, painter: QPainter, at: QPoint) -> None:
        """Paint all strips, also those that are out of sight, with the top left corner at `at`."""
        self._place_time_axis(self.height())
        self.render(painter, at)
        self.keep_time_axis_in_sight()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Paint what is beside the strips."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._scheme.card))
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Keep the labels of the time axis in sight, and draw all curves again."""
        super().resizeEvent(event)
        self.keep_time_axis_in_sight()
        self.touch()

    def moveEvent(self, event: QMoveEvent) -> None:  # noqa: N802
        """Keep the labels of the time axis in sight while the strips scroll."""
        super().moveEvent(event)
        self.keep_time_axis_in_sight()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Draw all labels in a new font with the next frame.

        Not at once: Qt still passes the font on to the widgets that would be removed.
        """
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._has_old_font = True
            self.touch()

    def hovered_s(self) -> float | None:
        """The time under the pointer, in Unix seconds; None if the pointer is not in a strip."""
        if self._steering.pointer_x is None:
            return None
        return (self._frame.first + self._steering.pointer_x) * self._frame.column_s

    def _show_labels(self) -> None:
        shown = self.hovered_s(), self.cursors.times_s(self._now_s) if self.cursors.shown else None
        for strip in self.strips:
            strip.show_labels(*shown)
        self._fit_strips()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Move the view, the value axes or a cursor with an arrow key; see `Steering.takes_key`."""
        scales = {id(group.scale): group.scale for strip in self.strips for group in strip.groups}
        if not self._steering.takes_key(event, scales.values()):
            super().keyPressEvent(event)
