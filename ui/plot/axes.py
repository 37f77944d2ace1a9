"""The axes of a plot: a time axis at the bottom and a value axis at the left.

Invariants: time ticks are at round numbers of seconds, minutes or hours; labels never touch each other.
"""

from __future__ import annotations

import math
import time
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QGraphicsItem

from app.messages.languages import text
from ui import wording

_STEPS_S = (
    *(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0),
    *(60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0, 14400.0, 21600.0, 43200.0, 86400.0),
)
_LABEL_PX = 84.0
_OVERHANG_PX = 28.0
_VALUE_PX = 27.0
_FONT_PX = 13
"""The height of the axis font for which the three numbers above were chosen; see `text_scale`."""
_GRID_ALPHA = 50
"""The opacity of the grid lines, from 0 to 255."""


def text_scale(font: QFont) -> float:
    """How much more room a label in `font` needs than in the usual size; at least 1."""
    return max(1.0, QFontMetricsF(font).height() / _FONT_PX)


def time_step(span_s: float, width_px: float) -> float:
    """The seconds between neighbouring ticks of an axis that shows `span_s` seconds on `width_px` pixels.

    The width is for labels of the usual size: an axis with larger ones passes less than its own.
    """
    most = max(1.0, width_px / _LABEL_PX)
    return next((step for step in _STEPS_S if span_s / step <= most), _STEPS_S[-1])


def ago_label(seconds: float, step_s: float) -> str:
    """The label of a tick at a distance of `seconds` from the right edge: `now`, `−2 s`, `−5 min`."""
    if abs(seconds) < step_s * 1e-6:
        return text("label_now")
    for size, word in ((3600.0, "h"), (60.0, "min")):
        if step_s >= size:
            return f"−{abs(seconds) / size:.6g} {word}"
    return f"−{abs(seconds):.6g} s"


class TimeAxis(pg.AxisItem):  # type: ignore[misc]
    """The time axis at the bottom of a strip; X is in seconds relative to the strip's right edge."""

    def __init__(self) -> None:
        super().__init__("bottom")
        self.right_edge_s = 0.0
        """The time at X = 0, in Unix seconds."""
        self.is_now = True
        """Whether that is the present time. If not, the right edge has its clock time as a label."""
        self.shows_clock = False
        self.zero_s: float | None = None
        """The start of a recording, in Unix seconds; None for a plot of the present."""
        self.text_scale = 1.0
        self.enableAutoSIPrefix(False)

    def set_right_edge(self, right_edge_s: float, *, is_now: bool = True) -> None:
        """Set the time at the right edge (X = 0), in Unix seconds, and whether it is the present time.

        If the labels depend on the right edge, redraw the labels.
        """
        before, after = (self.right_edge_s, self.is_now), (right_edge_s, is_now)
        self.right_edge_s, self.is_now = after
        has_other_end = before != after and not (is_now and before[1])
        if self.shows_clock or self.zero_s is not None or has_other_end:
            self.picture = None
            self.update()

    def set_clock(self, shows_clock: bool) -> None:
        """Label the ticks with clock times if `shows_clock`, otherwise with labels such as `−2 s`."""
        self.shows_clock = shows_clock
        self.picture = None
        self.update()

    def set_zero(self, zero_s: float | None) -> None:
        """Label the ticks with times since `zero_s`, such as `01:23`, unless they show clock times.

        If it is None, they have labels such as `−2 s`.
        """
        self.zero_s = zero_s
        self.picture = None
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802
        """The axis plus half a label at each end, because pyqtgraph drops labels outside these bounds."""
        overhang_px = _OVERHANG_PX * self.text_scale
        return QRectF(super().boundingRect()).adjusted(-overhang_px, 0, overhang_px, 0)

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:  # noqa: N802
        """The ticks from `low` to `high`, at whole multiples of one step; see pyqtgraph's AxisItem."""
        step = time_step(high - low, size / self.text_scale)
        offset = 0.0
        if self.shows_clock:
            # If the step is in hours, put the ticks at full hours of local time, not of UTC.
            offset = math.fmod(self.right_edge_s + _utc_offset_s(self.right_edge_s), step)
        elif self.zero_s is not None:
            offset = math.fmod(self.right_edge_s - self.zero_s, step)
        first, last = math.ceil((low + offset) / step - 1e-9), math.floor((high + offset) / step + 1e-9)
        return [(step, [number * step - offset for number in range(first, last + 1)])]

    def tickStrings(self, values: list[float], _scale: float, spacing: float) -> list[str]:  # noqa: N802
        """The labels of the ticks at `values`, which are `spacing` seconds apart."""
        if not self.shows_clock and self.zero_s is not None:
            began_s = self.zero_s - self.right_edge_s
            return [wording.since_start(value - began_s, fraction=spacing < 1) for value in values]
        return [self._label(value, spacing) for value in values]

    def _label(self, value: float, spacing: float) -> str:
        """The label of the tick at `value`; the clock time at a right edge that is not the present time."""
        is_end = abs(value) < spacing * 1e-6
        if not self.shows_clock and (self.is_now or not is_end):
            return ago_label(value, spacing)
        at_s = self.right_edge_s + value
        return wording.clock(at_s + 1e-4, fraction=True) if spacing < 1 else wording.clock(round(at_s))


class ValueAxis(pg.AxisItem):  # type: ignore[misc]
    """The value axis at the left, with plain numbers as labels instead of powers of ten."""

    def __init__(self) -> None:
        super().__init__("left")
        self.text_scale = 1.0
        self.enableAutoSIPrefix(False)

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:  # noqa: N802
        """The ticks from `low` to `high`, at multiples of a round step: 1, 2 or 5 times a power of ten.

        Unless the axis is very short, the ticks are at least `_VALUE_PX` apart, or more with a larger font.
        """
        step = value_step(high - low, max(2.0, size / (_VALUE_PX * self.text_scale)))
        if not step or (high - low) < abs(high) * 1e-12:
            return []
        first, last = math.ceil(low / step), math.floor(high / step)
        return [(step, [number * step for number in range(first, last + 1)])]

    def tickStrings(self, values: list[float], _scale: float, spacing: float) -> list[str]:  # noqa: N802
        """The labels of the ticks at `values`, which are `spacing` apart."""
        return [wording.axis_number(value, spacing) for value in values]


def value_step(size: float, most: float) -> float:
    """The smallest round step that divides `size` into at most `most` parts; 0 if `size` is not positive."""
    if size <= 0 or not math.isfinite(size):
        return 0.0
    power = 10.0 ** math.floor(math.log10(size / most))
    return next((power * digit for digit in (1.0, 2.0, 5.0) if size / (power * digit) <= most), power * 10.0)


def _utc_offset_s(unix_s: float) -> float:
    try:
        return float(time.localtime(unix_s).tm_gmtoff)
    except (OverflowError, OSError, ValueError):
        return 0.0


def style(axis: Any, color: str, grid: str, font: QFont) -> None:
    """Set the colours and the font of an axis, and draw its grid lines across the plot."""
    axis.text_scale = text_scale(font)
    axis.setTextPen(color)
    axis.setPen(grid)
    axis.setStyle(tickLength=0, hideOverlappingLabels=False, tickFont=font)
    axis.setGrid(_GRID_ALPHA)
    # An axis changes rarely: cache its picture instead of painting the axis with each frame of the curve.
    axis.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
