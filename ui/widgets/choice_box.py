"""A combo box whose arrow has the text's colour in every theme, and whose list opens whole.

Invariants: a text that does not fit the closed box ends with `…`, and the tool tip has the whole one; up to
`MOST_ROWS` rows are shown without a scroll bar if the screen has the room; the list stays on the screen; the
keys ↑ and ↓ go on from the text that is shown, also if that was typed; everything else is Qt's own, so that
keys and screen readers work as usual.
"""

from __future__ import annotations

from math import ceil
from typing import Any, Protocol, cast

from PySide6.QtCore import QEvent, QLocale, QPoint, QPointF, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QKeyEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import (
    QComboBox,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionComboBox,
    QStylePainter,
    QToolTip,
    QWidget,
)

from ui import wording
from ui.widgets.eliding_line import ElidingLine

MOST_ROWS = 20
_ARROW_PX = 4.0
_AROUND_TEXT_PX = 4
"""Styles leave a pixel or two free at both sides of the text."""
_FROM_RIGHT_PX = 15.0
_WHOLE = (
    QComboBox.SizeAdjustPolicy.AdjustToContents,
    QComboBox.SizeAdjustPolicy.AdjustToContentsOnFirstShow,
)
_STEPS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
"""The keys that choose another entry of a closed list."""


class ChoiceBox(QComboBox):
    """A combo box that draws its arrow itself, and opens a list in which all entries can be seen.

    The style sheet removes the native arrow together with the native frame.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMaxVisibleItems(MOST_ROWS)
        self.setItemDelegate(_Entries(self))
        # A list that was made before the style sheet has none otherwise: to Qt it is a menu with arrows.
        self.view().setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.editTextChanged.connect(self._follow_text)
        self.is_chosen = False
        """Whether an entry was just chosen in the list, and not by a key or the wheel in the closed box."""

    def setEditable(self, editable: bool) -> None:  # noqa: N802
        """Let the user type another text, or not."""
        super().setEditable(editable)
        if editable:
            self.setLineEdit(ElidingLine(self))

    def sizeHint(self) -> QSize:  # noqa: N802
        """A size for the longest entry, unless the box was told to be shorter.

        Qt computes it without all of the style sheet's padding and borders.
        """
        hint = super().sizeHint()
        if not self.isEditable() and self.sizeAdjustPolicy() in _WHOLE:
            metrics = QFontMetricsF(self.font())
            entries = (self.itemText(number) for number in range(self.count()))
            widest = ceil(max(map(metrics.horizontalAdvance, entries), default=0.0))
            hint.setWidth(hint.width() + max(0, widest + _AROUND_TEXT_PX - self._room_px(hint)))
        return hint

    def showPopup(self) -> None:  # noqa: N802
        """Open the list, tall enough for its rows and wide enough for its longest entry.

        Qt computes the size of the list without the style sheet's padding and borders.
        """
        super().showPopup()
        view = self.view()
        popup, rows = view.window(), min(self.count(), MOST_ROWS)
        if not rows:
            return
        area = self.screen().availableGeometry()
        edge_x, edge_y = (
            popup.width() - view.viewport().width(),
            popup.height() - view.viewport().height(),
        )
        if view.verticalScrollBar().isVisible():
            edge_x -= view.verticalScrollBar().width()
        height = edge_y + sum(view.sizeHintForRow(row) for row in range(rows))
        bar = view.verticalScrollBar().sizeHint().width() if self.count() > rows else 0
        width = max(self.width(), edge_x + view.sizeHintForColumn(0) + bar)
        popup.setGeometry(_near(QRect(self.mapToGlobal(QPoint()), self.size()), width, height, area))
        view.scrollTo(view.currentIndex())

    def hidePopup(self) -> None:  # noqa: N802
        """Close the list."""
        super().hidePopup()
        # Qt reports the choice right after this.
        self.is_chosen = True
        QTimer.singleShot(0, self, self._forget_choice)

    def _forget_choice(self) -> None:
        self.is_chosen = False

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Choose another entry with a key; if the text that is shown is no entry, open the list instead."""
        shown = self.currentText()
        is_other = self.findText(shown) < 0 and (shown or self.currentIndex() >= 0)
        if event.key() in _STEPS and self.isEditable() and is_other:
            self.showPopup()
        else:
            super().keyPressEvent(event)

    def _follow_text(self, shown: str) -> None:
        """Take the entry that is called as the text in an editable box; Qt keeps the one before."""
        at = self.findText(shown, Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchCaseSensitive)
        if at >= 0:
            self.setCurrentIndex(at)

    @property
    def shown_text(self) -> str:
        """As much of the text as fits the closed box; of the placeholder if no entry is chosen."""
        line = self.lineEdit()
        if isinstance(line, ElidingLine):
            return line.shown_text
        shown = self.currentText() or self.placeholderText()
        room = self._room_px(self.size()) - _AROUND_TEXT_PX
        return self.fontMetrics().elidedText(shown, Qt.TextElideMode.ElideRight, room)

    def _room_px(self, size: QSize) -> int:
        """The width that is left for the text in a closed box of this size."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        cast(_Option, option).rect = QRect(QPoint(), size)
        field = QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, field, self).width()
        has_icon = not self.itemIcon(self.currentIndex()).isNull()
        return room - (self.iconSize().width() + _AROUND_TEXT_PX if has_icon else 0)

    @property
    def _is_cut(self) -> bool:
        return self.shown_text != (self.currentText() or self.placeholderText())

    def event(self, event: QEvent) -> bool:
        """If the text does not fit, show all of it in the tool tip."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip and self._is_cut:
            tips = (wording.tooltip(self.currentText()), self.toolTip())
            QToolTip.showText(event.globalPos(), "<br>".join(filter(None, tips)), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint the box, its text, and a small arrow that points down."""
        if self.isEditable():
            super().paintEvent(event)
        else:
            self._paint_text()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Text), 1.5))
        x, y = self.width() - _FROM_RIGHT_PX, self.height() / 2 + _ARROW_PX / 2
        painter.drawPolyline(
            [QPointF(x - _ARROW_PX, y - _ARROW_PX), QPointF(x, y), QPointF(x + _ARROW_PX, y - _ARROW_PX)]
        )
        painter.end()

    def _paint_text(self) -> None:
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        cast(_Option, option).currentText = self.shown_text
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.end()


class _Option(Protocol):
    """The fields of QStyleOptionComboBox that its type stubs lack."""

    currentText: str  # noqa: N815 - Qt's own name
    rect: QRect


class _Entries(QStyledItemDelegate):
    """Paints the entries of a list as the style sheet says, which Qt's own delegate for boxes does not.

    The empty entry of an editable box is shown as the box itself shows no text.
    """

    def __init__(self, box: ChoiceBox) -> None:
        super().__init__(box)
        self._box = box

    def displayText(self, value: Any, locale: QLocale | QLocale.Language) -> str:  # noqa: N802
        """What the list shows for an entry."""
        line = self._box.lineEdit()
        return super().displayText(value, locale) or (line.placeholderText() if line else "")


def _near(box: QRect, width: int, height: int, area: QRect) -> QRect:
    """The place of a list on the screen `area`: below `box`, or above it if only that has the room.

    If it fits neither below nor above, it may cover the box. It is never larger than the screen.
    """
    width, height = min(width, area.width()), min(height, area.height())
    left = min(max(box.left(), area.left()), area.right() + 1 - width)
    top = box.bottom() + 1
    if top + height > area.bottom() + 1:
        above = box.top() - height
        top = above if above >= area.top() else area.bottom() + 1 - height
    return QRect(left, top, width, height)
