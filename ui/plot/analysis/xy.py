"""One datastream over another, as points. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from app.messages.message import Message, verbatim
from ui.plot.analysis.asking import Question
from ui.plot.analysis.figure import Axis, Figure, Numbers, Shape, Table, padded, title
from ui.plot.analysis.kind import Shown
from ui.plot.analysis.numbers import precise
from ui.plot.analysis.pairs import Pairs, pair_up
from ui.plot.curves import Style


class XY:
    """The tab with points. Its option is the lines between them. The newest point is the last one."""

    title = "tab_xy"
    boxes: tuple[str, ...] = ("label_x", "label_y")
    option = "label_lines"

    def question(self, styles: Sequence[Style]) -> Question[Pairs]:
        """Which readings belong together."""
        return Question(pair_up, tuple(style.is_stepped for style in styles))

    def shown(self, result: Pairs, styles: Sequence[Style], *, option: bool) -> Shown:
        """The pairs as points; with the `option`, joined by lines."""
        if not len(result.x):
            return Shown(None, Message("analysis_no_pairs"))
        (x, x_ends), (y, y_ends) = (
            _axis(values, style) for values, style in zip((result.x, result.y), styles, strict=True)
        )

        def words(item: int) -> Message:
            shown = (
                f"{style.label} {precise(float(values[item]), axis.high - axis.low, style.unit)}"
                for values, axis, style in zip((result.x, result.y), (x, y), styles, strict=True)
            )
            return verbatim("   ".join(shown))

        first, second = styles
        message = Message(
            "analysis_pairs",
            count=result.total,
            x=first.label,
            x_low=x_ends[0],
            x_high=x_ends[1],
            y=second.label,
            y_low=y_ends[0],
            y_high=y_ends[1],
        )
        figure = Figure(
            *(Shape.POINTS, x, y, second.color, result.x, result.y, words),
            Table((Message("column_unix_s"), x.title, y.title), (result.times_s, result.x, result.y)),
            joins=result.is_joined if option else None,
        )
        return Shown(figure, message)


def _axis(values: Numbers, style: Style) -> tuple[Axis, tuple[str, str]]:
    """The axis for some values, and the lowest and the highest in words."""
    low, high = float(values.min()), float(values.max())
    ends = precise(low, high - low, style.unit), precise(high, high - low, style.unit)
    return Axis(*padded(low, high), title(style.label, style.unit)), ends
