"""The datastream table at the left: its cells have two lines, and a row has a mark that looks as its curve.

Invariant: text is painted as it is, never as markup.
"""

from __future__ import annotations

import itertools

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QMouseEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.messages.languages import text
from app.wire.datastreams import LineStyle
from ui.datastreams.model import (
    COLOR_ROLE,
    FATES,
    LINE_ROLE,
    NAME,
    SMALL_ROLE,
    STALE_ROLE,
    TONE_ROLE,
    VALUE,
    DatastreamModel,
)
from ui.datastreams.staleness import Staleness
from ui.lights import SIGNS
from ui.plot.line_sample import sample_path
from ui.theme.colors import LIGHT, Scheme
from ui.widgets.option import seen

_SPOT_PX = 12
_LINE_PX = 15
"""The length of the sample of a curve's line: three pixels for each dot."""
_PAD_PX = 10
_MOST_LETTERS = 30
"""Longer names and fates may be cut off; tool tips show them whole."""


class TwoLineCell(QStyledItemDelegate):
    """Paints a cell as a line of text with a smaller line below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scheme = LIGHT

    def sizeHint(  # noqa: N802
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """The size of a cell: as wide as the longer of its two lines, and as tall as both."""
        fonts = self._fonts(seen(option).font, index.column())
        texts = (index.data() or "", _small(index))
        width = max(
            QFontMetrics(font).horizontalAdvance(text) for font, text in zip(fonts, texts, strict=True)
        )
        height = _row_px(QFontMetrics(seen(option).font))
        return QSize(width + 2 * _PAD_PX + (_SPOT_PX + 8 if index.column() == NAME else 0), height)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint a cell: its background and two lines of text. In the first column, also paint a dot.

        The dot has the colour of the datastream's curve in the plot.
        """
        scheme = self.scheme
        area: QRect = seen(option).rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if seen(option).state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, QColor(scheme.selection))
        painter.fillRect(area.left(), area.bottom(), area.width(), 1, QColor(scheme.border))
        inner = area.adjusted(_PAD_PX, 5, -_PAD_PX, -5)
        align = Qt.AlignmentFlag.AlignRight
        if index.column() == NAME:
            self._paint_spot(painter, inner, index)
            inner.setLeft(inner.left() + _SPOT_PX + 8)
            align = Qt.AlignmentFlag.AlignLeft
        large, small = self._fonts(seen(option).font, index.column())
        tone = index.data(TONE_ROLE)
        faint = scheme.warn if tone == "warn" else scheme.faint
        text = _small(index)
        upper = QRect(inner.left(), inner.top(), inner.width(), inner.height() * 11 // 20)
        if not text:
            upper = inner
        color = scheme.faint if index.data(STALE_ROLE) or (tone and index.column() == VALUE) else scheme.text
        _write(painter, upper, align, large, color, index.data() or "")
        lower = QRect(inner.left(), upper.bottom() + 1, inner.width(), inner.bottom() - upper.bottom())
        if text:
            _write(painter, lower, align, small, faint, text)
        if seen(option).state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(scheme.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(area.adjusted(1, 1, -2, -2))
        painter.restore()

    def _paint_spot(
        self, painter: QPainter, inner: QRect, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint a row's dot: filled if the plot shows the row's curve, hollow if the curve is hidden.

        If the curve is not a solid line, paint a sample of it below. Paint nothing if the row has no curve.
        """
        state = index.data(Qt.ItemDataRole.CheckStateRole)
        if state is None:
            return
        shown = Qt.CheckState(state) is Qt.CheckState.Checked
        color = QColor(index.data(COLOR_ROLE) or self.scheme.faint)
        painter.setPen(QPen(color, 2))
        painter.setBrush(color if shown else Qt.BrushStyle.NoBrush)
        left, middle, width = inner.left() + 1, inner.center().y(), _SPOT_PX - 2
        line_style = LineStyle(index.data(LINE_ROLE))
        if line_style is LineStyle.SOLID:
            painter.drawEllipse(left, middle - _SPOT_PX // 2, width, width)
            return
        painter.drawEllipse(left, middle - _SPOT_PX, width, width)
        below = QRectF(left - 3, middle + 3, _LINE_PX, _LINE_PX / 5)
        painter.fillPath(sample_path(below, line_style), color)

    def _fonts(self, font: QFont, column: int) -> tuple[QFont, QFont]:
        large, small = QFont(font), QFont(font)
        large.setPointSizeF(font.pointSizeF() * (1.15 if column == VALUE else 1.0))
        large.setWeight(QFont.Weight.DemiBold if column in (NAME, VALUE) else QFont.Weight.Normal)
        small.setPointSizeF(font.pointSizeF() * 0.86)
        return large, small


def _small(index: QModelIndex | QPersistentModelIndex) -> str:
    """The smaller line of a cell, with the sign of its tone; empty if the cell has only one line."""
    text, tone = index.data(SMALL_ROLE) or "", index.data(TONE_ROLE)
    return f"{SIGNS[tone]} {text}" if text and tone else text


def _row_px(metrics: QFontMetrics) -> int:
    """The height of a row with two lines of text in a font."""
    return 2 * metrics.height() + 18


def _write(
    painter: QPainter, area: QRect, align: Qt.AlignmentFlag, font: QFont, color: str, text: str
) -> None:
    painter.setFont(font)
    painter.setPen(QColor(color))
    cut = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, cut)


class DatastreamTable(QTableView):
    """The table view of the datastreams; its model is `rows`."""

    edit_asked = Signal(str)
    """Emitted when the user wants to edit the datastream of a target. Argument: the target."""
    look_asked = Signal(str)
    """Emitted when the user wants another colour or line for the curve of a target. Argument: the target."""

    def __init__(self, parent: QWidget | None = None, staleness: Staleness | None = None) -> None:
        super().__init__(parent)
        self.rows = DatastreamModel(self, staleness)
        self.setModel(self.rows)
        self._cells = TwoLineCell(self)
        self.setItemDelegate(self._cells)
        self.setAccessibleName(text("label_datastreams"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(8)
        self.verticalHeader().setDefaultSectionSize(_row_px(self.fontMetrics()))
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setMinimumSectionSize(70)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(VALUE, QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(FATES, QHeaderView.ResizeMode.Fixed)
        self.activated.connect(self._activated)
        self._wanted: dict[int, int] = {}
        """The widths that the columns need; they only grow, or the columns would tremble."""
        self.rows.modelReset.connect(self._measure_again)
        self.rows.rowsInserted.connect(lambda _, first, last: self._measure(first, last))
        self.rows.dataChanged.connect(lambda first, last: self._measure(first.row(), last.row()))

    def set_scheme(self, scheme: Scheme) -> None:
        """Use the colours of `scheme`."""
        self._cells.scheme = scheme
        self.viewport().update()

    def set_compact(self, compact: bool) -> None:
        """Show only names and live values, or all columns again."""
        if compact != self.isColumnHidden(FATES):
            self.setColumnHidden(FATES, compact)
            self._distribute()
            self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Distribute the width among the columns; tool tips show the text that a narrow column cuts off."""
        super().resizeEvent(event)
        self._distribute()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Fit rows and columns to a new font, for example after the user has changed the size of the text."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self.verticalHeader().setDefaultSectionSize(_row_px(self.fontMetrics()))
            self._measure_again()

    def _measure_again(self) -> None:
        self._wanted = {}
        self._measure(0, self.rows.rowCount() - 1)
        self._distribute()

    def _measure(self, first: int, last: int) -> None:
        """Give the cells of these rows the room that they need, if there is any."""
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        grown = False
        for row, column in itertools.product(range(first, last + 1), (NAME, VALUE, FATES)):
            width = self._cells.sizeHint(option, self.rows.index(row, column)).width()
            if width > self._wanted.get(column, 0):
                self._wanted[column], grown = width, True
        if grown:
            self._distribute()

    def _distribute(self) -> None:
        """Share the width: first what names, fates and values need, then shares of what is left."""
        width, letter = self.viewport().width(), self.fontMetrics().averageCharWidth()
        widths = self._least_widths()
        spare = max(0, width - sum(widths))

        def widen(column: int, wanted: int) -> None:
            nonlocal spare
            more = min(max(0, wanted - widths[column]), spare)
            widths[column] += more
            spare -= more

        for column in (NAME, FATES, VALUE):
            if not self.isColumnHidden(column):
                widen(column, min(self._wanted.get(column, 0), _MOST_LETTERS * letter))
        for column, share, most in ((VALUE, 28, 20), (FATES, 36, 24)):
            if not self.isColumnHidden(column):
                widen(column, min(width * share // 100, most * letter))
            self.setColumnWidth(column, widths[column])

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """A size wide enough for short values and for the headers in any language."""
        width = sum(self._least_widths()) + self.verticalScrollBar().sizeHint().width()
        return QSize(width, super().minimumSizeHint().height())

    def _least_widths(self) -> list[int]:
        widths = [self.horizontalHeader().sectionSizeHint(column) for column in (NAME, VALUE, FATES)]
        for column, letters in ((VALUE, 17), (FATES, 13)):
            widths[column] = max(widths[column], letters * self.fontMetrics().averageCharWidth())
        return [0 if self.isColumnHidden(column) else width for column, width in enumerate(widths)]

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Ask for another look when the dot of a curve is clicked."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if self._is_spot(event, index) and self.rows.is_plotted(index.row()):
            self.look_asked.emit(self.rows.target(index.row()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Edit the datastream on which the user clicks twice, unless the clicks are for its dot."""
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and not self._is_spot(event, index):
            self._activated(index)

    def _is_spot(self, event: QMouseEvent, index: QModelIndex) -> bool:
        """Whether the mouse is at the dot of the row `index`."""
        if not index.isValid() or index.column() != NAME:
            return False
        return event.position().x() - self.visualRect(index).left() <= _PAD_PX + _SPOT_PX + 4

    def _activated(self, index: QModelIndex) -> None:
        self.edit_asked.emit(self.rows.target(index.row()))
