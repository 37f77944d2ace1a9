"""One strip of the plot: a value axis with one curve, or with several curves that share it.

Invariants: a strip draws the series that it is given and knows no bench; X is in seconds relative to the
right edge, so it is at most 0; pens are one pixel wide, because wider pens are slow, unless the
strip is for an audience.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsPathItem, QGraphicsSimpleTextItem

from app.messages.languages import text
from ui import wording
from ui.plot import axes
from ui.plot.cursors import NAMES
from ui.plot.curves import Key, Style
from ui.plot.line_sample import curve_pen, sample_path
from ui.plot.trace import Series, fit_range
from ui.theme.colors import Scheme

_SAMPLE_PX, _THICK_PX = 18, 3
"""The length and the thickness of the samples in the header, at the usual size of the text."""
_AROUND = ((0, 1), (0, -1), (1, 0), (-1, 0))
"""The distances, in pixels, of the four fine lines that make a curve thick. A single thick line would need
`Curve.boundingRect` in Python; then Qt crashes when it removes an item that Python has already given up."""
_BESIDE_NAME_PX = 40
"""What is beside a name in its row, apart from the values: a sample of its curve, and a margin."""
_FEW_POINTS = 80
"""A curve with at most this many visible points has a dot at each point, to show single readings."""
_BOLD_DASHES = 3
"""How many times as long the dashes of a thick curve are."""


Column = NDArray[np.float64]


class Gestures(NamedTuple):
    """The functions that a strip calls when the user zooms or drags in it with the mouse."""

    zoom_time: Callable[[float, float], None]
    """Arguments: the factor for the span, and the pointer's place, from 0 (left edge) to 1 (right edge)."""
    pan_time: Callable[[float], None]
    """Argument: the distance as a fraction of the view's width, positive towards the future."""
    lock_values: Callable[[], None]
    move_cursor: Callable[[int, float], None]
    """Arguments: the number of the cursor (0 or 1), and its new X in seconds from the right edge."""


class StripBox(pg.ViewBox):  # type: ignore[misc]
    """The area in which a strip of the plot draws its curves. It also handles the mouse events of both axes.

    While the pointer is on the value axis, the wheel zooms that axis, and dragging moves it. Everywhere else
    in the strip, the wheel zooms the time axis, and dragging moves it.
    """

    def __init__(self, gestures: Gestures) -> None:
        super().__init__(enableMenu=False)
        self._gestures = gestures
        self.disableAutoRange()
        self.setDefaultPadding(0)

    def wheelEvent(self, event: Any, axis: int | None = None) -> None:  # noqa: N802
        """Zoom an axis around the pointer: the value axis if `axis` is 1, otherwise the time axis."""
        if not event.delta():  # a touchpad reports 0 at the beginning and the end of a gesture
            return
        factor = 0.8 if event.delta() > 0 else 1.25
        if axis == 1:
            self._gestures.lock_values()
            self.scaleBy(y=factor)
        else:
            self._gestures.zoom_time(factor, event.pos().x() / self.width())

    def mouseDragEvent(self, event: Any, axis: int | None = None) -> None:  # noqa: N802
        """Move an axis with the pointer: the value axis if `axis` is 1, otherwise the time axis."""
        event.accept()
        moved = event.pos() - event.lastPos()
        if axis == 1:
            self._gestures.lock_values()
            self.translateBy(y=moved.y() * self.viewPixelSize()[1])
        else:
            self._gestures.pan_time(-moved.x() / self.width())


class Curve(QGraphicsPathItem):
    """A curve that Qt paints without calling Python.

    Each call of Python code would have to wait for the GIL while a reader thread is busy, and there would be
    dozens of calls per frame.
    """

    def __init__(self, pen: QPen) -> None:
        """The width of `pen` is 0: with another one, Qt would compute the bounds from the empty `shape`."""
        super().__init__()
        self.setPen(pen)

    def show_points(self, x: Column, y: Column) -> None:
        """Draw a line through these points."""
        self.setPath(pg.arrayToQPath(x, y))

    def shape(self) -> QPainterPath:
        """An empty path, so that the curve gets no mouse events; the strip handles them."""
        return QPainterPath()


class Drawn(NamedTuple):
    """The graphics items of one curve and of its entry in the strip's header."""

    style: Style
    curve: Curve
    dots: Any
    marker: Any
    sample: QGraphicsPathItem
    label: QGraphicsSimpleTextItem
    around: tuple[Curve, ...] = ()
    """More fine lines beside the curve, which together make it thick."""


class Strip:
    """The graphics items of one strip: header, value axis, box with the curves, and lines of the time axis.

    The strip makes the items; `Plot` places them, and has the labels of the time axis.
    """

    def __init__(
        self, styles: Sequence[Style], scheme: Scheme, gestures: Gestures, font: QFont, *, bold: bool = False
    ) -> None:
        """If `bold`, the curves are thick."""
        self._around = _AROUND if bold else ()
        self.styles = tuple(styles)
        self.header = pg.GraphicsWidget()
        self._scale = axes.text_scale(font)
        self._row_px = header_px(font)
        self._metrics = QFontMetricsF(font)
        self.header.setFixedHeight(self._row_px)
        self.box = StripBox(gestures)
        self.box.setBorder(pg.mkPen(scheme.border))
        self.left = axes.ValueAxis()
        self.bottom = axes.TimeAxis()
        for axis in (self.left, self.bottom):
            axis.linkToView(self.box)
            axes.style(axis, scheme.faint, scheme.grid, font)
        self.left.setWidth(54 * self._scale)
        self.bottom.setStyle(showValues=False)
        self.bottom.setHeight(1)
        self.hover_line = pg.InfiniteLine(pen=pg.mkPen(scheme.faint))
        self.hover_line.setVisible(False)
        self.box.addItem(self.hover_line)
        self.cursors = [self._cursor(which, scheme, gestures) for which in range(len(NAMES))]
        self._header_rows = 1
        self._range: tuple[float, float] | None = None
        self._series: dict[Key, Series] = {}
        self.drawn = [self._draw(style, scheme, font) for style in styles]

    def _draw(self, style: Style, scheme: Scheme, font: QFont) -> Drawn:
        pen = curve_pen(style.color, style.line_style, scale=_BOLD_DASHES if self._around else 1)
        curve = Curve(pen)
        around = tuple(Curve(pen) for _ in self._around)
        dots = pg.ScatterPlotItem(size=4, pen=None, brush=pg.mkBrush(style.color))
        marker = pg.ScatterPlotItem(size=9, pen=pg.mkPen(scheme.text), brush=pg.mkBrush(style.color))
        for item in (curve, *around, dots, marker):
            self.box.addItem(item)
        label = QGraphicsSimpleTextItem(self.header)
        label.setFont(font)
        label.setToolTip(wording.tooltip(style.label))
        label.setBrush(QColor(scheme.text))
        area = QRectF(0, 0, _SAMPLE_PX * self._scale, _THICK_PX * self._scale)
        sample = QGraphicsPathItem(sample_path(area, style.line_style), self.header)
        sample.setBrush(QColor(style.color))
        sample.setPen(Qt.PenStyle.NoPen)
        return Drawn(style, curve, dots, marker, sample, label, around)

    def _cursor(self, which: int, scheme: Scheme, gestures: Gestures) -> Any:
        pen = pg.mkPen(scheme.accent, style=Qt.PenStyle.DashLine)
        hover = pg.mkPen(scheme.text)
        line = pg.InfiniteLine(
            pen=pen,
            hoverPen=hover,
            movable=True,
            label=NAMES[which],
            labelOpts={"position": 0.92, "color": scheme.accent, "fill": scheme.card},
        )
        line.sigDragged.connect(lambda moved: gestures.move_cursor(which, float(moved.value())))
        line.setVisible(False)
        self.box.addItem(line)
        return line

    def set_zero(self, zero_s: float | None) -> None:
        """Draw the lines at round times since `zero_s`; None stands for times before the right edge."""
        self.bottom.set_zero(zero_s)

    def set_clock(self, shows_clock: bool) -> None:
        """Draw the lines at round clock times if `shows_clock`, otherwise at times such as `−2 s`."""
        self.bottom.set_clock(shows_clock)

    def show(self, series: dict[Key, Series], from_s: float, to_s: float, *, locked: bool) -> None:
        """Draw the curves from `from_s` to `to_s` (Unix seconds), and fit the Y range to the visible values.

        A `locked` Y range is fitted only once, when its first values are drawn.
        """
        self._series = series
        self.bottom.set_right_edge(to_s)
        low, high = np.inf, -np.inf
        for drawn in self.drawn:
            times, values = series[drawn.style.key]
            for curve in (drawn.curve, *drawn.around):
                curve.show_points(times - to_s, values)
            first = max(0, int(np.searchsorted(times, from_s)) - 1)
            visible = values[first:]
            are_few = len(visible) <= _FEW_POINTS
            if are_few:
                drawn.dots.setData(times[first:] - to_s, visible)
            drawn.dots.setVisible(are_few)
            if len(visible):
                low, high = min(low, float(visible.min())), max(high, float(visible.max()))
        self.box.setXRange(from_s - to_s, 0)
        if np.isfinite(low) and not (locked and self._range):
            self._range = fit_range(self._range, low, high)
            self.box.setYRange(*self._range)
        self._thicken()

    def _thicken(self) -> None:
        """Put the lines beside each curve one pixel away from it."""
        if self._around:
            across, up = self.box.viewPixelSize()
            for drawn in self.drawn:
                for line, (right, above) in zip(drawn.around, self._around, strict=True):
                    line.setPos(right * across, above * up)

    def move_values(self, by: float, factor: float) -> None:
        """Move the Y range by `by` times its height, then make it `factor` times as large."""
        self.box.translateBy(y=by * self.box.viewRect().height())
        self.box.scaleBy(y=factor)

    def forget_range(self) -> None:
        """At the next frame, fit the Y range to the visible values."""
        self._range = None

    def show_labels(
        self, hover_s: float | None, to_s: float, cursors_s: tuple[float, float] | None = None
    ) -> None:
        """Update the header, and the vertical lines at the pointer and at the cursors.

        The header shows the name of each curve, and its value at the pointer's time `hover_s`. If `hover_s`
        is None, the header shows the newest visible value instead. If `cursors_s` is not None, the header
        also compares each curve's values at the two cursors. `to_s` is the time at the right edge. All times
        are in Unix seconds.
        """
        self.hover_line.setVisible(hover_s is not None)
        if hover_s is not None:
            self.hover_line.setValue(hover_s - to_s)
        for which, line in enumerate(self.cursors):
            line.setVisible(cursors_s is not None)
            if cursors_s is not None and not line.moving:
                line.setValue(cursors_s[which] - to_s)
        start = left = float(self.left.width()) + 2
        row = 1
        for drawn in self.drawn:
            times, values = self._series.get(drawn.style.key, (np.empty(0), np.empty(0)))
            at = nearest(times, hover_s if hover_s is not None else to_s)
            if at is not None and hover_s is not None:
                drawn.marker.setData([times[at] - to_s], [values[at]])
            drawn.marker.setVisible(at is not None and hover_s is not None)
            drawn.label.setText(self._text(drawn.style, times, values, at, hover_s, cursors_s))
            size = drawn.label.boundingRect()
            sample = drawn.sample.boundingRect()
            beside = sample.width() + 6
            width = beside + size.width()
            if left > start and left + width > self.header.size().width():
                left, row = start, row + 1
            top = 2 + (row - 1) * self._row_px
            drawn.label.setPos(left + beside, top)
            drawn.sample.setPos(left, top + (size.height() - sample.height()) / 2)
            left += width + 22
        # The header never shrinks, or the plot would tremble while the numbers change.
        if row > self._header_rows:
            self._header_rows = row
            self.header.setFixedHeight(row * self._row_px)

    def _text(
        self,
        style: Style,
        times: Column,
        values: Column,
        at: int | None,
        hover_s: float | None,
        cursors_s: tuple[float, float] | None,
    ) -> str:
        """The text for one curve in the strip's header: the curve's name, values and times.

        `at` is the index of the value to show; None for no value. `hover_s` is the time under the pointer; if
        it is None, the text has no time. `cursors_s` has the times of the two measuring cursors, at which the
        text compares the curve's values; None if the cursors are hidden. If several curves share the header,
        the text is shorter.
        """
        parts: list[str] = []
        alone = len(self.drawn) == 1
        if at is not None:
            parts.append(wording.value(float(values[at]), style.unit))
            if hover_s is not None and alone:
                parts.append(text("label_at_time", time=wording.clock(float(times[at]), fraction=True)))
        if cursors_s is not None and len(times):
            found = [float(values[nearest(times, at_s)]) for at_s in cursors_s]
            if alone:
                parts += [f"{name} {wording.value(value)}" for name, value in zip(NAMES, found, strict=True)]
            parts.append(f"Δy {wording.value(found[1] - found[0], style.unit)}")
        return "   ".join((self._fitting(style.label, parts), *parts))

    def _fitting(self, name: str, beside: Sequence[str]) -> str:
        """A curve's name, cut in its middle if there is no room for it beside the values."""
        room = self.header.size().width() - float(self.left.width()) - _BESIDE_NAME_PX * self._scale
        if room > 0:  # before the first frame, the width is not known
            room -= self._metrics.horizontalAdvance("   ".join(("", *beside)))
            name = self._metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, max(0.0, room))
        return wording.isolated(name)


def header_px(font: QFont) -> float:
    """The height of one row of a strip's header with text in `font`."""
    return 20 * axes.text_scale(font)


def nearest(times: Column, at_s: float) -> int | None:
    """The index of the time that is nearest to `at_s`; None if `times` is empty."""
    if not len(times):
        return None
    right = int(np.searchsorted(times, at_s))
    if right == len(times) or (right and at_s - times[right - 1] <= times[right] - at_s):
        right -= 1
    return right
