"""The datastream table at the left: its cells have two lines, and a row has a mark that looks as its curve.

The table is the legend of the plot, too: the mark of a row hides and shows its curve.

Invariants: text is painted as it is, never as markup; the chosen row stays the same while rows come and go.
"""

from __future__ import annotations

import itertools
import math
import re
import string
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFont,
    QFontMetrics,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QMenu,
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
    HEADING_ROLE,
    LINE_ROLE,
    NAME,
    SMALL_ROLE,
    STALE_ROLE,
    TEXT_ROLE,
    TONE_ROLE,
    VALUE,
    DatastreamModel,
)
from ui.datastreams.staleness import Staleness
from ui.lights import SIGNS
from ui.plot.curves import Key
from ui.plot.line_sample import sample_path
from ui.theme.colors import LIGHT, Scheme
from ui.widgets.option import seen

_SPOT_PX = 12
_LINE_PX = 15
"""The length of the sample of a curve's line: three pixels for each dot."""
_PAD_PX = 10
_DIGIT = re.compile(r"\d")
_MOST_WIDTHS = 1000
_MOST_LETTERS = 30
"""Longer names and fates may be cut off; tool tips show them whole."""


class TwoLineCell(QStyledItemDelegate):
    """Paints a cell as a line of text with a smaller line below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scheme = LIGHT
        self._font = QFont()
        self._made: dict[int, tuple[QFont, QFont]] = {}
        self._widths: dict[tuple[int, str, str], int] = {}
        """The widths of texts in which all digits are 0, by their columns."""

    def sizeHint(  # noqa: N802
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """The size of a cell: as wide as the longer of its two lines, and as tall as both."""
        column = index.column()
        fonts = self._fonts(seen(option).font, column)
        height = _row_px(QFontMetrics(seen(option).font))
        texts = [_DIGIT.sub("0", text) for text in (index.data() or "", _small(index))]
        place = column, texts[0], texts[1]
        if place not in self._widths:
            if len(self._widths) >= _MOST_WIDTHS:
                self._widths.clear()
            # A text that is a fraction of a pixel wider than its cell is cut.
            self._widths[place] = max(
                math.ceil(_width(QFontMetricsF(font), text)) for font, text in zip(fonts, texts, strict=True)
            )
        width = self._widths[place]
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
        if index.data(HEADING_ROLE):
            inner = area.adjusted(_PAD_PX, 5, -_PAD_PX, -5)
            font = self._fonts(seen(option).font, NAME)[0]
            _write(painter, inner, Qt.AlignmentFlag.AlignLeft, font, scheme.faint, index.data() or "")
            painter.restore()
            return
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
        """Paint a row's dot: filled if the plot shows the row, hollow if it is hidden there.

        If its curve is not a solid line, paint a sample of it below. For texts, paint a square. Paint nothing
        if the row is never in the plot.
        """
        state = index.data(Qt.ItemDataRole.CheckStateRole)
        if state is None:
            return
        shown = Qt.CheckState(state) is Qt.CheckState.Checked
        color = QColor(index.data(COLOR_ROLE) or self.scheme.faint)
        painter.setPen(QPen(color, 2))
        painter.setBrush(color if shown else Qt.BrushStyle.NoBrush)
        left, middle, width = inner.left() + 1, inner.center().y(), _SPOT_PX - 2
        if index.data(TEXT_ROLE):
            painter.drawRect(QRect(left, middle - _SPOT_PX // 2, width, width))
            return
        line_style = LineStyle(index.data(LINE_ROLE))
        if line_style is LineStyle.SOLID:
            painter.drawEllipse(left, middle - _SPOT_PX // 2, width, width)
            return
        painter.drawEllipse(left, middle - _SPOT_PX, width, width)
        below = QRectF(left - 3, middle + 3, _LINE_PX, _LINE_PX / 5)
        painter.fillPath(sample_path(below, line_style), color)

    def _fonts(self, font: QFont, column: int) -> tuple[QFont, QFont]:
        """The fonts of both lines of a cell, in a table with this font."""
        if font != self._font:
            self._font, self._made, self._widths = QFont(font), {}, {}
        if column not in self._made:
            self._made[column] = self._fonts_of(font, column)
        return self._made[column]

    def _fonts_of(self, font: QFont, column: int) -> tuple[QFont, QFont]:
        large, small = QFont(font), QFont(font)
        large.setPointSizeF(font.pointSizeF() * (1.15 if column == VALUE else 1.0))
        large.setWeight(QFont.Weight.DemiBold if column in (NAME, VALUE) else QFont.Weight.Normal)
        small.setPointSizeF(font.pointSizeF() * 0.86)
        return large, small


def _width(metrics: QFontMetricsF, text: str) -> float:
    """The width of a text with any digits in place of its zeros."""
    widest = max(string.digits, key=metrics.horizontalAdvance)
    return metrics.horizontalAdvance(text.replace("0", widest))


def _small(index: QModelIndex | QPersistentModelIndex) -> str:
    """The smaller line of a cell, with the sign of its tone; empty if the cell has only one line."""
    text, tone = index.data(SMALL_ROLE) or "", index.data(TONE_ROLE)
    return f"{SIGNS[tone]} {text}" if text and tone else text


def _row_px(metrics: QFontMetrics) -> int:
    """The height of a row with two lines of text in a font."""
    return 2 * metrics.height() + 18


def _heading_px(metrics: QFontMetrics) -> int:
    """The height of a heading in a font."""
    return metrics.height() + 14


def _write(
    painter: QPainter, area: QRect, align: Qt.AlignmentFlag, font: QFont, color: str, text: str
) -> None:
    painter.setFont(font)
    painter.setPen(QColor(color))
    cut = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, cut)


class DatastreamTable(QTableView):
    """The table view of the datastreams; its model is `rows`."""

    curve_toggled = Signal(object)
    """Emitted when the user hides or shows a curve. Argument: its `Key`."""
    edit_asked = Signal(str, str)
    """Emitted when the user wants to edit a datastream. Arguments: target and device."""
    look_asked = Signal(str, str)
    """Emitted when the user wants another colour or line for a curve. Arguments: target and device."""

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
        self._current: Key | None = None
        """The row to choose again after a reset of the model."""
        self.rows.modelAboutToBeReset.connect(self._note_current)
        self.rows.modelReset.connect(self._measure_again)
        self.rows.modelReset.connect(self._arrange_rows)
        self.rows.rowsInserted.connect(self._arrange_rows)
        self.rows.rowsInserted.connect(lambda _, first, last: self._measure(first, last))
        self.rows.dataChanged.connect(self._measure_changed)

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
            self._arrange_rows()
            self._measure_again()

    def _measure_again(self) -> None:
        self._wanted = {}
        self._measure(0, self.rows.rowCount() - 1)
        self._distribute()

    def _measure_changed(self, first: QModelIndex, last: QModelIndex) -> None:
        self._measure(first.row(), last.row(), range(first.column(), last.column() + 1))

    def _measure(self, first: int, last: int, columns: Sequence[int] = (NAME, VALUE, FATES)) -> None:
        """Give the cells of these rows and `columns` the room that they need, if there is any."""
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        grown = False
        rows = (row for row in range(first, last + 1) if not self.rows.is_heading(row))
        for row, column in itertools.product(rows, columns):
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

    def _note_current(self) -> None:
        current = self.currentIndex()
        if current.isValid():
            self._current = self.rows.key(current.row())

    def _arrange_rows(self) -> None:
        """Let each heading have the whole width and one line, and choose the row again that was chosen."""
        self.clearSpans()
        metrics = self.fontMetrics()
        for row in range(self.rows.rowCount()):
            is_heading = self.rows.is_heading(row)
            if is_heading:
                self.setSpan(row, NAME, 1, self.rows.columnCount())
            self.setRowHeight(row, _heading_px(metrics) if is_heading else _row_px(metrics))
        before = self.rows.row_of(self._current) if self._current else None
        if before is not None and not self.currentIndex().isValid():
            self.setCurrentIndex(self.rows.index(before, NAME))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Hide or show the curve whose mark is clicked."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() is Qt.MouseButton.LeftButton and self._is_mark(event, index):
            self._toggle(index)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Edit the datastream on which the user clicks twice, unless the clicks are for its mark."""
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and not self._is_mark(event, index):
            self._activated(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Hide or show the curve of the chosen row on Space."""
        if event.key() == Qt.Key.Key_Space and self.currentIndex().isValid():
            self._toggle(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        """Open the menu of the row that is clicked, or of the chosen row if the key is pressed."""
        is_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if is_key else self.indexAt(event.pos())
        if not index.isValid() or self.rows.is_heading(index.row()):
            return
        place = self.visualRect(index).center() if is_key else event.pos()
        self._menu(index).popup(self.viewport().mapToGlobal(place))

    def _menu(self, index: QModelIndex) -> QMenu:
        device, target = key = self.rows.key(index.row())
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self.rows.is_plotted(index.row()):
            code = "menu_show_curve" if self.rows.is_hidden(index.row()) else "menu_hide_curve"
            menu.addAction(text(code)).triggered.connect(lambda: self.curve_toggled.emit(key))
        if self.rows.has_curve(index.row()):
            menu.addAction(text("menu_look")).triggered.connect(lambda: self.look_asked.emit(target, device))
        edit = menu.addAction(text("menu_edit_datastream"))
        edit.triggered.connect(lambda: self.edit_asked.emit(target, device))
        return menu

    def _is_mark(self, event: QMouseEvent, index: QModelIndex) -> bool:
        """Whether the mouse is at the mark of the row `index`."""
        if not index.isValid() or index.column() != NAME or not self.rows.is_plotted(index.row()):
            return False
        return event.position().x() - self.visualRect(index).left() <= _PAD_PX + _SPOT_PX + 4

    def _toggle(self, index: QModelIndex) -> None:
        if self.rows.is_plotted(index.row()):
            self.curve_toggled.emit(self.rows.key(index.row()))

    def _activated(self, index: QModelIndex) -> None:
        if not self.rows.is_heading(index.row()):
            device, target = self.rows.key(index.row())
            self.edit_asked.emit(target, device)
