"""The dialog in which the user types the range of each value axis.

Invariants: a range that is no range is refused here; an axis that the user has not changed stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialogButtonBox, QGridLayout, QLineEdit, QWidget

from app.messages.languages import text
from ui.dialogs.fitting_dialog import FittingDialog
from ui.plot.overview import plain_label
from ui.plot.pane import PlotPane
from ui.plot.strips.scale import Scale
from ui.plot.strips.ticks import value_label

if TYPE_CHECKING:
    from ui.plot.strips.groups import Group

_FIELD_PX = 130
_FIGURES = 1e-3
"""The ends of a range are shown to this fraction of its height."""


class RangesDialog(FittingDialog):
    """A row for each value axis: the lowest value, the highest value, and whether it is locked."""

    def __init__(self, groups: Sequence[Group], changed: Callable[[], object], parent: QWidget) -> None:
        """`changed` is called after the ranges of `groups` were changed."""
        super().__init__(parent)
        self.setWindowTitle(text("title_ranges"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._changed = changed
        self.contents.addWidget(plain_label(text("title_ranges"), title=True))
        self.contents.addWidget(plain_label(text("label_ranges_hint"), faint=True))
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(8)
        for column, code in ((1, "label_range_low"), (2, "label_range_high")):
            grid.addWidget(plain_label(text(code), faint=True), 0, column)
        self.rows = [_Row(group, grid, number) for number, group in enumerate(groups, 1)]
        self.contents.addLayout(grid)
        self.problem = plain_label("")
        self.problem.setProperty("tone", "bad")
        self.problem.setWordWrap(True)
        self.problem.hide()
        self.contents.addWidget(self.problem)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.agree = buttons.addButton(text("button_use_ranges"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.agree.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.add_buttons(buttons)

    def accept(self) -> None:
        """Set the ranges and close the dialog; if one is no range, say so and stay open."""
        for row in self.rows:
            if row.is_set and row.range is None:
                self.problem.setText(text("range_wrong", name=row.name))
                self.problem.show()
                row.low.setFocus()
                row.low.selectAll()
                return
        for row in self.rows:
            row.apply()
        self._changed()
        super().accept()


def ask_for_ranges(pane: PlotPane) -> None:
    """Open the dialog for the plot of `pane`, if that has value axes."""
    if pane.has_curves and pane.plot.groups:
        RangesDialog(pane.plot.groups, pane.plot_area.touch, pane).open()


class _Row:
    """The fields of one axis."""

    def __init__(self, group: Group, grid: QGridLayout, number: int) -> None:
        self.name = ", ".join(style.label for style in group.styles)
        self._scale = group.scale
        self.low, self.high = QLineEdit(_shown(group.scale.low, group.scale)), QLineEdit()
        self.high.setText(_shown(group.scale.high, group.scale))
        self.locked = QCheckBox(text("label_range_locked"))
        self.locked.setChecked(group.scale.is_locked)
        unit = f" ({group.unit})" if group.unit else ""
        label = plain_label(self.name + unit)
        label.setWordWrap(True)
        grid.addWidget(label, number, 0)
        for column, (field, code) in enumerate(
            ((self.low, "label_range_low"), (self.high, "label_range_high")), 1
        ):
            field.setMinimumWidth(_FIELD_PX)
            field.setAccessibleName(f"{self.name}: {text(code)}")
            # What the user types shall stay.
            field.textEdited.connect(lambda _: self.locked.setChecked(True))
            grid.addWidget(field, number, column)
        self.locked.setAccessibleName(f"{self.name}: {text('label_range_locked')}")
        grid.addWidget(self.locked, number, 3)
        self._before = self.low.text(), self.high.text()

    @property
    def is_set(self) -> bool:
        """Whether the axis shall have the range of the fields."""
        return self.locked.isChecked()

    @property
    def range(self) -> tuple[float, float] | None:
        """The range in the fields; None if it is none."""
        low, high = _number(self.low.text()), _number(self.high.text())
        if low is None or high is None or not Scale().set(low, high):
            return None
        return low, high

    def apply(self) -> None:
        """Give the axis the range of the fields, or free it."""
        if self.is_set and self.range and (self.low.text(), self.high.text()) != self._before:
            self._scale.set(*self.range)
        elif self.is_set:
            self._scale.is_locked = True
        elif self._scale.is_locked:
            self._scale.release()


def _shown(value: float, scale: Scale) -> str:
    """The end of a range as the user may type it."""
    return value_label(value, (scale.high - scale.low) * _FIGURES).replace("−", "-")


def _number(typed: str) -> float | None:
    """The number that the user has typed, with a point or a comma; None if it is none."""
    try:
        return float(typed.strip().replace("−", "-").replace(",", "."))
    except ValueError:
        return None
