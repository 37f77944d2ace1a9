"""What is measured with the two cursors: a line about their times, and a table of statistics between them.

Invariants: the statistics are calculated elsewhere, so that nothing here waits for them; they are asked for
only while the table can be seen, and as seldom as texts are renewed; what is not known yet is shown as `…`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.messages.languages import text
from ui.plot.cursors import measured
from ui.plot.measuring.figures import figures
from ui.plot.measuring.model import Row
from ui.plot.measuring.table import MOST_ROWS, StatisticsTable
from ui.widgets.elided_label import ElidedLabel

if TYPE_CHECKING:
    from app.history.calculation import Calculated, Calculation, T
    from ui.plot.curves import Style
    from ui.plot.plot import Plot

_PART = 4
"""The table takes at most this part of the height of the pane."""


class Calculates(Protocol):
    """The readings of a bench."""

    def calculate(self, wanted: Calculation[T]) -> Calculated[T] | None:
        """The newest result of a calculation over all readings of a period; None before the first one."""


class Measuring(QWidget):
    """The line and the table. Both are hidden while the cursors are."""

    def __init__(self) -> None:
        super().__init__()
        self._readings: Calculates | None = None
        self._waits_for_plot = self._is_due = False
        self.line = ElidedLabel(text("label_measured"))
        self.table = StatisticsTable()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.line)
        column.addWidget(self.table)
        self.hide()

    def look_at(self, readings: Calculates) -> None:
        """Calculate from `readings` from now on."""
        self._readings, self._is_due = readings, True

    def show_cursors(self, shown: bool) -> None:
        """Show what is measured, or hide it."""
        # The plot compares the values at the cursors with its next frame.
        self._waits_for_plot = self._is_due = True
        self.setVisible(shown)

    def set_height(self, height_px: int, *, is_low: bool) -> None:
        """Take the height of the pane into account: if it `is_low`, there is no room for the table."""
        self.table.setVisible(not is_low)
        rows = height_px // _PART // self.table.verticalHeader().defaultSectionSize() - 1
        self.table.set_most_rows(min(max(1, rows), MOST_ROWS))

    def refresh(self, plot: Plot, now_s: float, *, texts: bool) -> None:
        """Show what is measured in `plot` at the time `now_s`, in Unix seconds.

        `texts` says whether this frame renews texts; otherwise, the table is only filled when it is new.
        """
        if not plot.cursors.shown:
            return
        cursors_s = plot.cursors.times_s(now_s)
        self.line.say(measured(*cursors_s))
        if not self.table.isVisible() or self._readings is None:
            return
        if self._waits_for_plot:
            self._waits_for_plot = False
        elif texts or self._is_due:
            # Only now, because strips need numpy, with which the window would open later.
            from ui.plot.strips.strip import Strip

            self._is_due = False
            from_s, to_s = sorted(cursors_s)
            self.table.rows.show(
                [
                    self._row(self._readings, style, strip.apart.get(style.key), from_s, to_s)
                    for strip in plot.strips
                    if isinstance(strip, Strip)  # a strip of texts has nothing to calculate
                    for style in strip.styles
                ]
            )

    @staticmethod
    def _row(readings: Calculates, style: Style, apart: float | None, from_s: float, to_s: float) -> Row:
        # Only now, because both need numpy, with which the window would open later.
        from app.history.calculation import Calculation
        from ui.plot.measuring.statistics import statistics

        found = readings.calculate(Calculation((style.key,), from_s, to_s, statistics))
        result = found and found.result
        tip = ""
        if result and (result.is_cut or result.pruned):
            tip = "tip_newest_readings" if result.is_cut else "tip_readings_left"
        return Row(style, figures(apart, result), tip)
