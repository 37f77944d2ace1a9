"""How often a datastream had which value, as bars. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial

from app.messages.message import Message
from ui import wording
from ui.plot.analysis.asking import Question
from ui.plot.analysis.bins import Histogram, histogram
from ui.plot.analysis.figure import Axis, Figure, Shape, Table, title
from ui.plot.analysis.kind import Shown
from ui.plot.analysis.numbers import precise, rounded
from ui.plot.curves import Style

_ROOM = 1.05
"""How much higher the axis is than the highest bar."""


class Distribution:
    """The tab with a histogram."""

    title = "tab_histogram"
    boxes: tuple[str, ...] = ("label_analysed",)
    option = ""

    def question(self, _styles: Sequence[Style]) -> Question[Histogram | None]:
        """How often each value came."""
        return Question(histogram)

    def shown(self, result: Histogram | None, styles: Sequence[Style], *, option: bool) -> Shown:
        """The bins as bars from 0."""
        del option
        if result is None:
            return Shown(None, Message("analysis_no_readings"))
        (style,) = styles
        borders, heights = result.borders, result.counts.astype(float)
        name = title(style.label, style.unit)
        figure = Figure(
            Shape.BARS,
            Axis(float(borders[0]), float(borders[-1]), name),
            Axis(0.0, _ROOM * float(heights.max()), Message("axis_readings"), is_count=True),
            style.color,
            borders[:-1] / 2 + borders[1:] / 2,
            heights,
            partial(_bin, result, style.unit),
            Table(
                (
                    Message("column_bin_from", name=name),
                    Message("column_bin_to", name=name),
                    Message("axis_readings"),
                ),
                (borders[:-1], borders[1:], result.counts),
            ),
            borders=borders,
        )
        return Shown(figure, _summary(result, style.unit))


def _summary(result: Histogram, unit: str) -> Message:
    if result.deviation is None:
        return Message("analysis_one_reading", value=wording.value(result.mean, unit))
    mean = precise(result.mean, result.deviation, unit)
    return Message("analysis_mean", count=result.total, mean=mean, sigma=rounded(result.deviation, unit, 3))


def _bin(result: Histogram, unit: str, item: int) -> Message:
    """The values of a bin, and how many readings are in it."""
    low, high = float(result.borders[item]), float(result.borders[item + 1])
    count = int(result.counts[item])
    if result.is_whole:
        low, high = math.ceil(low), math.floor(high)
        if low == high:
            return Message("analysis_bin_one", count=count, value=wording.value(low, unit))
        return Message("analysis_bin", count=count, low=wording.value(low), high=wording.value(high, unit))
    size = high / 2 - low / 2
    return Message("analysis_bin", count=count, low=precise(low, size), high=precise(high, size, unit))
