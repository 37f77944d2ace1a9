"""The properties of every picture of the window, each as a function that lists what is wrong.

A text that is elided is allowed if its widget has a tool tip with the whole text.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage, QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QSplitter,
    QTabBar,
    QWidget,
)

from ui.boards.chip_painter import chip_area
from ui.boards.rail import Rail
from ui.plot.overview import Overview
from ui.plot.plot import Plot
from ui.plot.strips.time_axis import TimeAxis
from ui.widgets.choice_box import ChoiceBox
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.scroll_page import ScrollPage

LEAST_CONTRAST = 4.5
_SCALE = 3
"""Text is painted this many times larger, so that the inside of each letter has its full colour."""
_FEW = 12
"""So many pixels of one colour are a part of a letter, not only its soft edge."""

_LOW_PX = 28
"""In a strip that is lower, the form of a curve cannot be seen."""


def visible_children(window: QWidget) -> list[QWidget]:
    """The visible widgets of a window, without its dialogs."""
    return [child for child in window.findChildren(QWidget) if child.isVisible() and child.window() is window]


def name_of(widget: QWidget) -> str:
    said = getattr(widget, "text", None)
    return f"{type(widget).__name__} {str(said()) if callable(said) else widget.accessibleName()!r}"


def outside(window: QWidget) -> list[str]:
    """The widgets that are partly outside their parents; in a scroll area, they may be."""
    found = []
    for child in visible_children(window):
        parent = child.parentWidget()
        if parent is None:
            continue
        above = parent.parentWidget()
        scrolls = isinstance(above, QAbstractScrollArea) and not isinstance(above, ScrollPage)
        if scrolls or isinstance(parent, QAbstractScrollArea | QComboBox | QHeaderView):
            continue
        if not parent.rect().contains(child.geometry()):
            found.append(f"{name_of(child)}: {child.geometry()} is outside {parent.rect()}")
    return found


def scrolled(window: QWidget) -> list[str]:
    """The pages that are larger than their rooms, and overviews that are wider."""
    overviews = filter(QWidget.isVisible, window.findChildren(Overview))
    return [
        *(f"{area.widget().width()} px wide" for area in overviews if area.horizontalScrollBar().maximum()),
        *_larger(window),
    ]


def _larger(window: QWidget) -> list[str]:
    return [
        f"{area.widget().size()} in {area.viewport().size()}"
        for area in window.findChildren(ScrollPage)
        if area.isVisible()
        and (area.verticalScrollBar().maximum() > 0 or area.horizontalScrollBar().maximum() > 0)
    ]


def overlapping(window: QWidget) -> list[str]:
    """The pairs of widgets that a layout or a splitter has placed on top of each other."""
    found = []
    for parent in (window, *visible_children(window)):
        if parent.layout() is None and not isinstance(parent, QSplitter):
            continue
        children = [
            child
            for child in parent.children()
            if isinstance(child, QWidget)
            and child.isVisible()
            and not child.isWindow()
            and not isinstance(child, TimeAxis)  # which lies on strips that are scrolled out of sight
        ]
        found += [
            f"{name_of(one)} {one.geometry()}, {name_of(other)} {other.geometry()}"
            for one, other in itertools.combinations(children, 2)
            if one.geometry().intersects(other.geometry())
        ]
    return found


def shown_text(widget: QWidget) -> str:
    """The text that a widget paints; empty for widgets that are checked otherwise or have none."""
    match widget:
        case QLineEdit():
            return widget.displayText() or widget.placeholderText()
        case QLabel() | QAbstractButton() | ElidedLabel():
            return widget.text()
        case QComboBox():
            return widget.currentText()
        case QTabBar() | QHeaderView():
            return "titles"
    return ""


def faint(window: QWidget) -> list[str]:
    """The visible texts whose contrast with their background is less than `LEAST_CONTRAST`, as painted.

    The background is the most frequent colour in a widget, and the text the colour that differs most from it.
    """
    pixmap = QPixmap(window.size() * _SCALE)
    pixmap.setDevicePixelRatio(_SCALE)
    painter = QPainter(pixmap)
    window.render(painter, QPoint())
    painter.end()
    pixels = _pixels(pixmap.toImage())
    found = []
    for child in visible_children(window):
        if not shown_text(child).strip():
            continue
        seen = child.visibleRegion().boundingRect()
        place = QRect(child.mapTo(window, seen.topLeft()), seen.size())
        if place.width() < 4 or place.height() < 6:
            continue
        contrast = _contrast(
            pixels[
                place.top() * _SCALE : (place.bottom() + 1) * _SCALE,
                place.left() * _SCALE : (place.right() + 1) * _SCALE,
            ]
        )
        if contrast < LEAST_CONTRAST:
            found.append(f"{name_of(child)}: {contrast:.2f}")
    return found


def _pixels(image: QImage) -> NDArray[np.uint32]:
    converted = image.convertToFormat(QImage.Format.Format_RGB32)
    flat = np.frombuffer(converted.constBits(), np.uint32)
    return flat.reshape(converted.height(), converted.bytesPerLine() // 4) & np.uint32(0xFFFFFF)


def _contrast(pixels: NDArray[np.uint32]) -> float:
    colors, counts = np.unique(pixels, return_counts=True)
    ground = luminance(colors[[int(np.argmax(counts))]])[0]
    letters = luminance(colors[counts >= _FEW])
    high, low = np.maximum(letters, ground), np.minimum(letters, ground)
    return float(np.max((high + 0.05) / (low + 0.05)))


def luminance(colors: NDArray[np.uint32]) -> NDArray[np.float64]:
    """The relative luminance of colours, from 0 to 1, as WCAG 2 defines it."""
    parts = np.stack([(colors >> shift) & 0xFF for shift in (16, 8, 0)]) / 255
    linear = np.where(parts <= 0.03928, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return np.asarray(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])


def _in_sight(widget: QWidget) -> QRect:
    """The part of a widget that no parent cuts off. `visibleRegion` lacks what opaque children paint."""
    area, parent = widget.rect(), widget.parentWidget()
    while parent:
        area &= QRect(widget.mapFrom(parent, QPoint()), parent.size())
        parent = None if parent.isWindow() else parent.parentWidget()
    return area


def plot_out_of_sight(window: QWidget) -> list[str]:
    """What is not in sight of each plot: of the topmost strip, of the axes, and of the values."""
    found = []
    for plot in window.findChildren(Plot):
        if not plot.isVisible() or not plot.strips:
            continue
        axis, strip = plot.time_axis, plot.strips[0]
        seen = _in_sight(plot)
        places = {
            name: QRect(part.mapTo(plot, QPoint()), part.size())
            for name, part in (("header", strip.header), ("strip", strip.canvas), ("time axis", axis))
        }
        found += [
            f"{name}: {place} is outside {seen}" for name, place in places.items() if not seen.contains(place)
        ]
        found += [
            f"the labels of {axis.ticks} are cut off"
            for strip in plot.strips
            for axis in strip.axes
            if axis.width() < axis.wanted_px
        ]
        for header in (strip.header for strip in plot.strips):
            found += [
                f"{text}: {area} is outside the plot"
                for area, text, _ in header._placed
                if area.right() > header.width()
            ]
        if places["strip"].bottom() > places["time axis"].top() or places["strip"].height() < _LOW_PX:
            found.append(f"strip: {places['strip']}, time axis: {places['time axis']}")
    return found


def chips_out_of_sight(window: QWidget) -> list[str]:
    """The chips of the rail that are cut off, and those that fail, are out of sight and are not counted."""
    found = []
    for rail in filter(QWidget.isVisible, window.findChildren(Rail)):
        room, hidden = rail.viewport().rect(), 0
        for row, chip in enumerate(rail.rows.chips):
            place = chip_area(rail.visualRect(rail.rows.index(row)))
            if room.intersects(place) and not room.contains(place):
                found.append(f"{chip.name}: {place} is outside {room}")
            hidden += chip.fails and not room.intersects(place)
        button = rail.more_button
        counted = int("".join(filter(str.isdigit, button.text()))) if button.isVisible() else 0
        if counted != hidden:
            found.append(f"{hidden} chips that fail are out of sight, {counted} are counted")
    return found


def cut_boxes(window: QWidget) -> list[str]:
    """The lists that show only a part of the chosen entry."""
    boxes = filter(QWidget.isVisible, window.findChildren(ChoiceBox))
    return [box.shown_text for box in boxes if box.shown_text != box.currentText()]


def elided_without_tip(window: QWidget) -> Iterator[str]:
    """The labels that show only a part of their text, and whose tool tip does not have the rest."""
    for label in window.findChildren(ElidedLabel):
        is_cut = label.width() < label.fontMetrics().horizontalAdvance(label.text())
        if label.isVisible() and is_cut and not label.toolTip():
            yield label.text()
