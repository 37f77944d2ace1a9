"""Descriptions of layouts as text: a line for each layout, and one for each widget in it.

Margins are in pixels, in the order left, top, right, bottom. A class of the style sheet follows a dot, as in
`QLabel.title`. A stretch factor follows an `x`.
"""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import dedent
from typing import cast

from PySide6.QtCore import QMargins, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QBoxLayout,
    QComboBox,
    QFormLayout,
    QGridLayout,
    QLabel,
    QLayout,
    QLayoutItem,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QWidget,
)

from ui.widgets.elided_label import ElidedLabel
from ui.widgets.rows_view import RowsView
from ui.widgets.scroll_page import ScrollPage

_CLASSES = ("card", "title", "heading", "faint", "primary", "record", "notice", "tone")
_NO_BOUND = 16_777_215
_ALIGNED = {
    Qt.AlignmentFlag.AlignTop: " at the top",
    Qt.AlignmentFlag.AlignBottom: " at the bottom",
    Qt.AlignmentFlag.AlignVCenter: " in the middle",
}


def described(widget: QWidget) -> str:
    """The description of a widget, its layout, and the widgets in it.

    Of those, only plain widgets, stacks, splitters and scroll areas are described with their contents.
    """
    layout = widget.layout()
    assert layout
    return "\n".join([_words(widget), *_lines(layout)])


def check(widget: QWidget, text: str) -> None:
    """Assert that the description of `widget` is `text` without its indentation."""
    assert described(widget) == dedent(text).strip()


def _column(view: RowsView, number: int) -> str:
    """The width of a column in letters; empty if it follows from a text."""
    if isinstance(view.widths[number], str):
        return ""
    return f"{view.columnWidth(number) / view.fontMetrics().averageCharWidth():g}"


def _room(margins: QMargins) -> str:
    return f"{margins.left()} {margins.top()} {margins.right()} {margins.bottom()}"


def _label_words(label: QLabel) -> Iterator[str]:
    if label.contentsMargins() != QMargins():
        yield f"room {_room(label.contentsMargins())}"
    if label.wordWrap():
        yield "wraps"
    if label.alignment() & Qt.AlignmentFlag.AlignHCenter:
        yield "centred"
    if label.sizePolicy().horizontalPolicy() != QSizePolicy.Policy.Preferred:
        yield label.sizePolicy().horizontalPolicy().name.lower()


def _facts(widget: QWidget) -> Iterator[str]:
    """The words that describe one widget. Some widths depend on the font: these are in average letters."""
    classes = [(name, widget.property(name)) for name in _CLASSES]
    known = [name if value is True else f"{name}={value}" for name, value in classes if value]
    yield ".".join((type(widget).__name__, *known))
    letter = widget.fontMetrics().averageCharWidth()
    if isinstance(widget, QLabel | QAbstractButton) and widget.text():
        yield repr(widget.text())
    if isinstance(widget, QLabel):
        yield from _label_words(widget)
    if isinstance(widget, ElidedLabel):
        yield repr(widget.accessibleName())
    if isinstance(widget, QComboBox):
        yield f"{widget.minimumContentsLength()} letters"
    if isinstance(widget, RowsView):
        model = widget.model()
        *first, last = (model.headerData(n, Qt.Orientation.Horizontal) for n in range(model.columnCount()))
        widths = [f"{name} {_column(widget, n) or 'as its text'}" for n, name in enumerate(first)]
        yield ", ".join((*widths, last))
    if isinstance(widget, QStackedWidget):
        policies = (widget.sizePolicy().horizontalPolicy(), widget.sizePolicy().verticalPolicy())
        yield from (policy.name.lower() for policy in policies if policy != QSizePolicy.Policy.Preferred)
    if isinstance(widget, QSplitter):
        yield f"handle {widget.handleWidth()}" + (" collapses" if widget.childrenCollapsible() else "")
    if widget.maximumWidth() < _NO_BOUND:
        yield f"{widget.maximumWidth() / letter:g} letters at most"
    if widget.minimumWidth() not in (0, widget.maximumWidth()):
        yield f"wide {widget.minimumWidth()}"
    if widget.minimumHeight():
        yield f"high {widget.minimumHeight()}"


def _words(widget: QWidget) -> str:
    return " ".join(_facts(widget))


def _share(layout: QLayout, number: int) -> str:
    """The cell in a grid and the stretch factor of one item of a layout, as text."""
    if isinstance(layout, QBoxLayout) and layout.stretch(number):
        return f" x{layout.stretch(number)}"
    if isinstance(layout, QGridLayout):
        row, column, _, columns = cast(tuple[int, int, int, int], layout.getItemPosition(number))
        over = f" over {columns} columns" if columns > 1 else ""
        return f" at {row} {column}{over}" + (f" x{part}" if (part := layout.columnStretch(column)) else "")
    return ""


def _item_lines(item: QLayoutItem) -> Iterator[str]:
    if widget := item.widget():
        yield _words(widget) + _ALIGNED.get(item.alignment(), "")
        yield from (f"  {line}" for line in _inside(widget))
    elif layout := item.layout():
        yield from _lines(layout)
    else:
        yield f"{max(item.sizeHint().width(), item.sizeHint().height()) or 'room'}"


def _lines(layout: QLayout) -> Iterator[str]:
    """The lines that describe a layout and its items."""
    gaps = f"{layout.spacing()}"
    if isinstance(layout, QGridLayout | QFormLayout):
        gaps = f"{layout.horizontalSpacing()} {layout.verticalSpacing()}"
    yield f"{type(layout).__name__} room {_room(layout.contentsMargins())} gap {gaps}"
    for number in range(layout.count()):
        item = layout.itemAt(number)
        assert item
        first, *more = _item_lines(item)
        yield f"  {first}{_share(layout, number)}"
        yield from (f"  {line}" for line in more)


def _part(widget: QStackedWidget | QSplitter, page: QWidget) -> str:
    """The stretch factor of a page of a splitter, as text; empty for a page of a stack."""
    if not isinstance(widget, QSplitter):
        return ""
    policy = page.sizePolicy()
    across = widget.orientation() is Qt.Orientation.Horizontal
    share = policy.horizontalStretch() if across else policy.verticalStretch()
    return f" x{share}" if share else ""


def _inside(widget: QWidget) -> Iterator[str]:
    """The lines for the contents of a plain widget, stack, splitter or scroll area; none for others."""
    if isinstance(widget, QStackedWidget | QSplitter):
        for number in range(widget.count()):
            page = widget.widget(number)
            yield _words(page) + _part(widget, page)
            yield from (f"  {line}" for line in _inside(page))
    elif isinstance(widget, ScrollPage) or type(widget) is QScrollArea:
        yield from _inside(widget.widget())
    elif type(widget) is QWidget and (layout := widget.layout()):
        yield from _lines(layout)
