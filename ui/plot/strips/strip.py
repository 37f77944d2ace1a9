"""One strip of the plot: a header, one or more value axes, and the area with the curves.

Invariants: a strip draws the traces that it is given and knows no bench; values in its header are readings,
as they came, and never the lowest or highest of a column; the curves of all strips begin at the same place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.messages.languages import text, text_of
from app.wire.timeline import Event
from ui import wording
from ui.plot.cursors import NAMES
from ui.plot.curves import Key, Style
from ui.plot.decimals import Decimals
from ui.plot.feed.feed import Feed
from ui.plot.feed.trace import Trace
from ui.plot.limits import stretched
from ui.plot.strips.axes import ValueAxis, text_scale
from ui.plot.strips.canvas import Canvas, Content, Line, Marker
from ui.plot.strips.curve_painter import Curve
from ui.plot.strips.gestures import AxisGestures, Box, CanvasGestures, Gestures
from ui.plot.strips.grounds import grounds
from ui.plot.strips.groups import Group
from ui.plot.strips.header import Entry, Header, Unit
from ui.plot.strips.limit_lines import LimitLine, limit_lines
from ui.plot.strips.scale import Scale
from ui.plot.strips.ticks import Tick, value_ticks
from ui.plot.time_view import Frame
from ui.theme.colors import Scheme

_LEAST_PX = 30
"""The least height of the curves, at the usual size of the text."""
_NEAR_PX = 12
"""A reading so near to the pointer is shown, even if the curve does not pass there."""
_AXIS_ROOM = 0.6
"""The curves keep at least this fraction of the width, however many axes there are."""


class Pointed(NamedTuple):
    """What all strips show besides curves, in one frame."""

    time_lines: tuple[float, ...] = ()
    """The times (Unix seconds) of the grid's vertical lines."""
    lines: tuple[Line, ...] = ()
    hover_s: float | None = None
    """The time at the pointer, in Unix seconds; None if the pointer is not in the plot."""


class Strip(QWidget):
    """A header, value axes, and the area with the curves."""

    stretch = 1
    """It shares what room there is with others."""

    def __init__(
        self,
        groups: Sequence[Group],
        scheme: Scheme,
        gestures: Gestures,
        font: QFont,
        parent: QWidget,
        *,
        width_px: int,
    ) -> None:
        """`width_px` is the thickness of the curves."""
        super().__init__(parent)
        self.groups = tuple(groups)
        self.styles = tuple(style for group in groups for style in group.styles)
        self._scheme, self._gestures = scheme, gestures
        self._scales = [group.scale for group in groups for _ in group.styles]
        self.header = Header(scheme, self)
        self.axes = [
            ValueAxis(
                scheme,
                self,
                AxisGestures(partial(self._move_axis, group.scale), partial(self._fit_axis, group.scale)),
            )
            for group in groups
        ]
        self.canvas = Canvas(
            scheme,
            self,
            CanvasGestures(
                *(gestures.zoom_time, gestures.pan_time, self._zoom_box, self._fit_all),
                *(gestures.move_cursor, gestures.point),
            ),
            width_px,
        )
        for part in (self.header, self.canvas, *self.axes):
            part.setFont(font)
        column, row = QVBoxLayout(self), QHBoxLayout()
        for layout in (column, row):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(0)
        column.addWidget(self.header)
        column.addLayout(row, 1)
        for axis in reversed(self.axes):  # the axis of the first curves is nearest to them
            row.addWidget(axis)
        row.addWidget(self.canvas, 1)
        self.header.setFixedHeight(self.header.row_px)
        self._least_px = round(_LEAST_PX * text_scale(font))
        self._traces: tuple[Trace, ...] = ()
        self._frame = Frame(1.0, -1, -1)
        self._decimals = Decimals()
        self.apart: dict[Key, float | None] = {}
        """By how much the values of each curve differ at the cursors; None if one of them has none near."""
        self._ticks: list[tuple[Tick, ...]] = [() for _ in groups]
        self._ticked: list[tuple[float, float, int] | None] = [None for _ in groups]
        self._limits: list[tuple[LimitLine, ...]] = [() for _ in groups]

    @property
    def axes_px(self) -> int:
        """The width that all value axes need."""
        return sum(axis.wanted_px for axis in self.axes)

    def set_axes_px(self, width: int) -> None:
        """Give the value axes `width` pixels in all. The first axis gets what the others leave."""
        for axis in self.axes[1:]:
            axis.setFixedWidth(axis.wanted_px)
            width -= axis.wanted_px
        self.axes[0].setFixedWidth(max(self.axes[0].wanted_px, width))

    @property
    def least_px(self) -> int:
        """The height that it needs, with low curves and all rows of its header."""
        return self._least_px + self.header.height()

    def follow(self, feed: Feed) -> None:
        """Draw what `feed` has of the curves from now on."""
        self._traces = tuple(feed.traces[style.key] for style in self.styles)

    def shift(self, frame: Frame) -> None:
        """Move on to `frame`, in which no curve has anything new."""
        self._frame = frame
        self.canvas.shift(frame)

    def show_frame(
        self, frame: Frame, pointed: Pointed, happened: Mapping[str, Sequence[Event]], *, locked: bool
    ) -> None:
        """Draw the curves in `frame`, and fit the axes to the values that are visible.

        A `locked` axis is fitted only once, when its first values are drawn. `happened` is what happened to
        each device.
        """
        self._frame = frame
        changes = [trace.update(frame) for trace in self._traces]
        for style, trace in zip(self.styles, self._traces, strict=True):
            events = happened.get(style.device, ())
            trace.find_gaps(events, style.target, only_changes=style.is_stepped)
        changed_s = min((at_s for at_s in changes if at_s is not None), default=None)
        self._fit(locked=locked)
        height = self.canvas.height()
        for number, (group, axis) in enumerate(zip(self.groups, self.axes, strict=True)):
            low, high = group.scale.low, group.scale.high
            if self._ticked[number] != (low, high, height):
                self._ticked[number] = low, high, height
                self._ticks[number] = tuple(value_ticks(low, high, height, axis.label_px))
                self._limits[number] = tuple(limit_lines(group, height, is_named=len(self.styles) > 1))
            axis.show_ticks(low, high, self._ticks[number], group.unit, is_locked=group.scale.is_locked)
        first = self.groups[0].scale
        levels = tuple(
            round((first.high - tick.at) / (first.high - first.low) * (height - 1)) for tick in self._ticks[0]
        )
        markers = self._markers(pointed.hover_s) if pointed.hover_s is not None else ()
        bands = (band for trace in self._traces for band in trace.gaps)
        shown = grounds(bands, self._scheme, frame.to_s)
        limits = tuple(line for of_axis in self._limits for line in of_axis)
        content = Content(levels, pointed.time_lines, shown, pointed.lines, markers, limits)
        curves = [
            Curve(style, trace.points, trace.gaps, scale.low, scale.high)
            for style, trace, scale in zip(self.styles, self._traces, self._scales, strict=True)
        ]
        self.canvas.show_frame(frame, curves, changed_s, content)

    def _fit(self, *, locked: bool) -> None:
        traces = iter(self._traces)
        for styles, scale in self.groups:
            seen = [trace.visible() for _, trace in zip(styles, traces, strict=False)]
            values = np.concatenate(seen) if len(seen) > 1 else seen[0]
            if len(values) and not (locked and scale.has_range):
                limits = [style.limits for style in styles]
                scale.fit(*stretched(float(values.min()), float(values.max()), limits))

    def _markers(self, hover_s: float) -> tuple[Marker, ...]:
        found = []
        for number, trace in enumerate(self._traces):
            reading = trace.nearest(hover_s, _NEAR_PX * self._frame.column_s)
            if reading is not None:
                found.append(Marker(reading.at_s, reading.value, number))
        return tuple(found)

    def _move_axis(self, scale: Scale, by: float, factor: float) -> None:
        scale.move(by, factor)
        self._gestures.values_changed()

    def _fit_axis(self, scale: Scale) -> None:
        scale.release()
        self._gestures.values_changed()

    def _fit_all(self) -> None:
        for _, scale in self.groups:
            self._fit_axis(scale)
        self._gestures.zoom_out()

    def _zoom_box(self, box: Box) -> None:
        for _, scale in self.groups:
            size = scale.high - scale.low
            scale.set(scale.high - box.bottom * size, scale.high - box.top * size)
        self._gestures.zoom_into(box.from_s, box.to_s)

    def show_labels(self, hover_s: float | None, cursors_s: tuple[float, float] | None = None) -> None:
        """Update the header.

        It shows the name of each curve, and its reading at the pointer's time `hover_s`. If `hover_s` is
        None, it shows the newest visible reading instead. If `cursors_s` is not None, it also compares each
        curve's readings at the two cursors. All times are in Unix seconds.
        """
        entries = [
            Entry(style, self._words(style, trace, hover_s, cursors_s))
            for style, trace in zip(self.styles, self._traces, strict=True)
        ]
        units, right = [], 0
        for group, axis in reversed(list(zip(self.groups, self.axes, strict=True))):
            right += axis.width()
            units.append(Unit(right, group.unit))
        self.header.show_entries(entries, units)

    def _words(
        self, style: Style, trace: Trace, hover_s: float | None, cursors_s: tuple[float, float] | None
    ) -> tuple[str, ...]:
        """The readings and times of one curve, for the header: `–` where there is no reading near.

        If several curves share the header, the text is shorter.
        """
        parts: list[str] = []
        alone = len(self.styles) == 1
        reach_s = _NEAR_PX * self._frame.column_s
        found = trace.newest if hover_s is None else trace.nearest(hover_s, reach_s)
        parts.append(self._decimals.text(style.key, found and found.value, style.unit))
        if hover_s is not None and alone and found:
            parts.append(text("label_at_time", time=wording.clock(found.at_s, fraction=True)))
        if hover_s is not None:
            parts += [text_of(gap.message) for gap in trace.gaps if gap.from_s <= hover_s <= gap.to_s][:1]
        if cursors_s is not None:
            at_cursors = [trace.nearest(at_s, reach_s) for at_s in cursors_s]
            values = [reading and reading.value for reading in at_cursors]
            if alone:
                parts += [f"{name} {wording.value(value)}" for name, value in zip(NAMES, values, strict=True)]
            first, second = values
            apart = None if first is None or second is None else second - first + 0.0  # never −0
            self.apart[style.key] = apart
            parts.append(f"Δy {wording.value(apart, style.unit)}")
        return tuple(parts)
