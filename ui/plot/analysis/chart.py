"""A chart: a frame with two axes, and points, a line or bars in it.

Invariants: what is drawn is bounded by the chart's size in pixels, except for points, of which there are few;
it is drawn again only when it has changed, and not while the pointer moves; the item that the pointer or the
keys have chosen is marked.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from app.messages.languages import text_of
from ui.plot.analysis.figure import Figure, Numbers, Shape, side_by_side
from ui.plot.feed.trace import thin
from ui.plot.strips.axes import label_font
from ui.plot.strips.strokes import draw_rough, polygon
from ui.plot.strips.ticks import label_top
from ui.theme.colors import HIGH_CONTRAST, LIGHT, Scheme

_LEAST_PX = QSize(200, 140)
_PAD_PX, _EDGE_PX = 6, 3
_GRID_ALPHA = 0.22
_POINT_PX, _NEWEST_PX, _MARK_PX = 3, 9, 11
_SMOOTH = 2_000
"""More points than these are drawn as squares, because round ones with smooth edges take long."""
_PAGE = 10


class Chart(QWidget):
    """Shows a figure, or a sentence while there is none."""

    pointed = Signal(str)
    """Emitted with the words about the chosen item, or an empty text."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """`name` is the chart's name for screen readers."""
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.figure: Figure | None = None
        self.item: int | None = None
        """The number of the chosen item."""
        self._sentence = ""
        self._scheme = LIGHT
        self._pointer: QPointF | None = None
        self._picture: QPixmap | None = None
        """What was drawn, and the place of the frame in it; None if they are old."""
        self._area: QRectF | None = None

    def show_figure(self, figure: Figure | None, sentence: str, scheme: Scheme) -> None:
        """Show `figure`, which `sentence` describes; or the sentence alone if the figure is None."""
        self.figure, self._sentence, self._scheme = figure, sentence, scheme
        self.setAccessibleDescription(sentence)
        self._forget()
        self._choose(self._nearest())
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Wide enough for an axis with several labels."""
        return self.minimumSizeHint() * 3

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """A size with room for two labels on each axis."""
        height = self.fontMetrics().height()
        return QSize(max(_LEAST_PX.width(), 16 * height), max(_LEAST_PX.height(), 8 * height))

    def image(self, scale: int) -> QImage:
        """A picture of the chart, with `scale` pixels for each pixel of the window."""
        made = QImage(self.size() * scale, QImage.Format.Format_RGB32)
        made.setDevicePixelRatio(scale)
        painter = QPainter(made)
        try:
            self._paint(painter, scale)
        finally:
            painter.end()
        return made

    # Choosing an item

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Choose the item at the pointer."""
        self._pointer = event.position()
        self._choose(self._nearest())

    def leaveEvent(self, _event: QEvent) -> None:  # noqa: N802
        """Choose none."""
        self._pointer = None
        self._choose(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Choose another item with the arrows and page keys, the first with Home and the last with End."""
        figure = self.figure
        last = len(figure.xs) - 1 if figure else -1
        step = max(1, (last + 1) // max(1, round(self._frame().width())))
        by = {
            Qt.Key.Key_Left: -step,
            Qt.Key.Key_Right: step,
            Qt.Key.Key_PageUp: -_PAGE * step,
            Qt.Key.Key_PageDown: _PAGE * step,
            Qt.Key.Key_Home: -last - 1,
            Qt.Key.Key_End: last + 1,
        }.get(Qt.Key(event.key()))
        if figure is None or by is None or last < 0:
            super().keyPressEvent(event)
            return
        at = self.item if self.item is not None else (-1 if by > 0 else last + 1)
        self._choose(min(max(at + by, 0), last))
        self._pointer = self._place(figure, self.item or 0)

    def _choose(self, item: int | None) -> None:
        self.item = item
        self.pointed.emit(text_of(self.figure.words(item)) if self.figure and item is not None else "")
        self.update()

    def _nearest(self) -> int | None:
        frame = self._frame()
        if self.figure is None or self._pointer is None or frame.isEmpty():
            return None
        x = (self._pointer.x() - frame.left()) / frame.width()
        y = (frame.bottom() - self._pointer.y()) / frame.height()
        return self.figure.nearest(x, y, frame.width(), frame.height())

    def _place(self, figure: Figure, item: int) -> QPointF:
        x, y = self._places(figure, figure.xs[item : item + 1], figure.ys[item : item + 1])
        return QPointF(float(x[0]), float(y[0]))

    # Painting

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Draw all again in the new size."""
        super().resizeEvent(event)
        self._forget()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Draw all again in a new font."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._forget()

    def _forget(self) -> None:
        self._picture = self._area = None

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Paint the chart, and the mark of the chosen item."""
        scale = self.devicePixelRatioF()
        if self._picture is None or self._picture.devicePixelRatio() != scale:
            self._picture = QPixmap(self.size() * scale)
            self._picture.setDevicePixelRatio(scale)
            inner = QPainter(self._picture)
            try:
                self._paint(inner, scale)
            finally:
                inner.end()  # or Qt would end the program
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        if self.hasFocus():
            painter.setPen(QPen(QColor(self._scheme.accent), 2))
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        if self.figure is not None and self.item is not None:
            self._mark(painter, self.figure, self.item)
        painter.end()

    def _mark(self, painter: QPainter, figure: Figure, item: int) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._scheme.text), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if figure.borders is not None:
            painter.drawRect(self._bar(figure, figure.borders, item))
        else:
            painter.drawEllipse(self._place(figure, item), _MARK_PX / 2, _MARK_PX / 2)

    def _frame(self) -> QRectF:
        """The place of the frame, beside which there is room for the labels."""
        if self._area is None:
            self._area = self._measured()
        return self._area

    def _measured(self) -> QRectF:
        metrics = QFontMetricsF(label_font(self.font()))
        line, figure = metrics.height(), self.figure
        top, bottom = line + 2 * _PAD_PX, 2 * line + 3 * _PAD_PX
        height = self.height() - top - bottom
        ticks = figure.y.ticks(height, line) if figure else []
        left = max((metrics.horizontalAdvance(tick.label) for tick in ticks), default=0.0) + 2 * _PAD_PX
        return QRectF(left, top, max(0.0, self.width() - left - 2 * _PAD_PX), max(0.0, height))

    def _places(self, figure: Figure, xs: Numbers, ys: Numbers) -> tuple[Numbers, Numbers]:
        frame = self._frame()
        return (
            frame.left() + figure.x.places(xs) * frame.width(),
            frame.bottom() - figure.y.places(ys) * frame.height(),
        )

    def _bar(self, figure: Figure, borders: Numbers, item: int) -> QRectF:
        x, y = self._places(figure, borders[item : item + 2], np.array([0.0, figure.ys[item]]))
        return QRectF(QPointF(x[0], y[1]), QPointF(x[1], y[0]))

    def _paint(self, painter: QPainter, scale: float) -> None:
        painter.fillRect(self.rect(), QColor(self._scheme.card))
        painter.setFont(label_font(self.font()))
        figure, frame = self.figure, self._frame()
        if figure is None:
            painter.setPen(QColor(self._scheme.faint))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(_PAD_PX, 0, -_PAD_PX, 0), int(flags), self._sentence)
        elif not frame.isEmpty():
            self._paint_axes(painter, figure, frame)
            painter.setClipRect(frame)
            {
                Shape.POINTS: self._paint_points,
                Shape.LINE: self._paint_line,
                Shape.BARS: self._paint_bars,
            }[figure.shape](painter, figure, scale)

    def _paint_axes(self, painter: QPainter, figure: Figure, frame: QRectF) -> None:
        metrics = QFontMetricsF(painter.font())
        line = metrics.height()
        down = figure.y.ticks(frame.height(), line)
        across = figure.x.ticks_across(frame.width(), metrics.horizontalAdvance)
        grid = QColor(self._scheme.grid)
        grid.setAlphaF(_GRID_ALPHA)
        painter.setPen(grid)
        x = frame.left() + figure.x.places(np.array([tick.at for tick in across])) * frame.width()
        y = frame.bottom() - figure.y.places(np.array([tick.at for tick in down])) * frame.height()
        for at in x.tolist():
            painter.drawLine(QPointF(at, frame.top()), QPointF(at, frame.bottom()))
        for at in y.tolist():
            painter.drawLine(QPointF(frame.left(), at), QPointF(frame.right(), at))
        painter.setPen(QColor(self._scheme.border))
        painter.drawRect(frame)
        painter.setPen(QColor(self._scheme.faint))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for tick in down:
            top = label_top(tick.at, figure.y.low, figure.y.high, frame.height(), line)
            area = QRectF(0, frame.top() + top, frame.left() - _PAD_PX, line)
            painter.drawText(area, right, tick.label)
        labels = zip(x - _EDGE_PX, [metrics.horizontalAdvance(tick.label) for tick in across], strict=True)
        below = frame.bottom() + _PAD_PX + metrics.ascent()
        for tick, left in zip(across, side_by_side(labels, self.width() - 2 * _EDGE_PX), strict=True):
            if left is not None:
                painter.drawText(QPointF(_EDGE_PX + left, below), tick.label)
        painter.setPen(QColor(self._scheme.text))
        self._write(
            painter, QRectF(_PAD_PX, _PAD_PX, self.width() - 2 * _PAD_PX, line), text_of(figure.y.title)
        )
        place = QRectF(frame.left(), self.height() - line - _PAD_PX, frame.width(), line)
        self._write(painter, place, text_of(figure.x.title), Qt.AlignmentFlag.AlignRight)

    def _write(
        self,
        painter: QPainter,
        area: QRectF,
        words: str,
        side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:
        """Write one line, which is cut off if it is too long."""
        metrics = QFontMetricsF(painter.font())
        cut = metrics.elidedText(words, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, side | Qt.AlignmentFlag.AlignVCenter, cut)

    @property
    def _thick_px(self) -> int:
        return 2 if self._scheme is HIGH_CONTRAST else 1

    def _paint_points(self, painter: QPainter, figure: Figure, scale: float) -> None:
        x, y = self._places(figure, figure.xs, figure.ys)
        color = QColor(figure.color)
        is_smooth = len(x) <= _SMOOTH
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, is_smooth)
        if figure.joins is not None:
            painter.setPen(QPen(color, 0))
            breaks = (np.flatnonzero(~figure.joins[:-1]) + 1).tolist()
            for first, end in zip([0, *breaks], [*breaks, len(x)], strict=True):
                draw_rough(painter, (x[first:end], y[first:end]), self._thick_px, scale)
        cap = Qt.PenCapStyle.RoundCap if is_smooth else Qt.PenCapStyle.SquareCap
        painter.setPen(QPen(color, _POINT_PX + self._thick_px - 1, c=cap))
        painter.drawPoints(polygon(x, y))
        if len(x):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(self._scheme.text), 2))
            painter.setBrush(color)
            painter.drawEllipse(QPointF(x[-1], y[-1]), _NEWEST_PX / 2, _NEWEST_PX / 2)

    def _paint_line(self, painter: QPainter, figure: Figure, scale: float) -> None:
        painter.setPen(QPen(QColor(figure.color), 0))
        line = thin(self._places(figure, figure.xs, figure.ys), 1 / scale)
        draw_rough(painter, line, self._thick_px, scale)

    def _paint_bars(self, painter: QPainter, figure: Figure, _scale: float) -> None:
        if figure.borders is None:
            return
        # A line between the bars, as far as there is room.
        painter.setPen(QPen(QColor(self._scheme.card), 0))
        painter.setBrush(QColor(figure.color))
        for item in np.flatnonzero(figure.ys).tolist():
            painter.drawRect(self._bar(figure, figure.borders, item))
