"""The order in which Tab goes through widgets that were made at different times: that of their layouts.

Invariant: every widget that Tab can reach comes once, also one that is hidden now.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QScrollArea, QSplitter, QWidget


def in_layout_order(widget: QWidget) -> Iterator[QWidget]:
    """`widget` if Tab can reach it; otherwise the widgets inside it that Tab can reach."""
    if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
        yield widget
    elif isinstance(widget, QSplitter):
        for place in range(widget.count()):
            yield from in_layout_order(widget.widget(place))
    elif isinstance(widget, QScrollArea):
        yield from in_layout_order(widget.widget())
    elif layout := widget.layout():
        yield from _in(layout)


def set_tab_order(widgets: Sequence[QWidget]) -> None:
    """Let Tab go through `widgets` in this order."""
    for before, after in pairwise(widgets):
        QWidget.setTabOrder(before, after)


def _in(layout: QLayout) -> Iterator[QWidget]:
    items = [layout.itemAt(place) for place in range(layout.count())]
    for item in filter(None, items):
        if widget := item.widget():
            yield from in_layout_order(widget)
        elif inner := item.layout():
            yield from _in(inner)
