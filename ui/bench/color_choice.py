"""The dialog in which the user chooses the colour of a curve, one of the palette or any other, and its line.

Invariant: a click on a colour or on a line takes it at once; Escape and Cancel take none.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QColorDialog,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.messages.languages import text
from app.wire.datastreams import LineStyle
from ui.bench.model.keys import LINE_STYLES
from ui.plot.line_sample import SAMPLE, choice_icon
from ui.plot.overview import plain_label
from ui.theme.colors import PALETTE
from ui.widgets.swatch import swatch

_COLUMNS = 4
_NAMES = (
    "color_blue",
    "color_vermilion",
    "color_green",
    "color_orange",
    "color_purple",
    "color_sky_blue",
    "color_yellow",
    "color_grey",
)
"""The message codes of the names of the palette's colours, in its order."""


class ColorChoice(QDialog):
    """The dialog, with a button for each colour of the palette, and for each line style if there is one."""

    def __init__(
        self,
        color: str,
        take: Callable[[str, str], object],
        parent: QWidget | None = None,
        line_style: str | None = None,
    ) -> None:
        """`color` is the present colour, and `line_style` the present line; without it, no line is offered.

        `take` is called with the key of the bench file that the user has chosen a value for, and the value.
        """
        super().__init__(parent)
        title = text("title_color_choice" if line_style is None else "title_look_choice")
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._color, self._take = color, take
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(10)
        column.addWidget(plain_label(title, title=True))
        grid = QGridLayout()
        grid.setSpacing(6)
        self.colors: list[QPushButton] = []
        for place, (choice, name) in enumerate(zip(PALETTE, _NAMES, strict=True)):
            button = self._button(text(name), choice)
            button.setIcon(swatch(choice))
            button.setIconSize(QSize(18, 18))
            grid.addWidget(button, place // _COLUMNS, place % _COLUMNS)
            self.colors.append(button)
        column.addLayout(grid)
        self.lines: list[QToolButton] = []
        if line_style is not None:
            self.lines = [self._line(value, text(name), line_style) for value, name in LINE_STYLES]
            row = QHBoxLayout()
            row.setSpacing(6)
            for line in self.lines:
                row.addWidget(line)
            column.addLayout(row)
        chosen = self.colors[PALETTE.index(color.upper()) if color.upper() in PALETTE else 0]
        chosen.setDefault(True)
        chosen.setFocus()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.automatic = self._button(text("button_automatic_color"), "")
        buttons.addButton(self.automatic, QDialogButtonBox.ButtonRole.ActionRole)
        self.other = QPushButton(text("button_other_color"))
        self.other.clicked.connect(self._choose_other)
        buttons.addButton(self.other, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        column.addSpacing(6)
        column.addWidget(buttons)

    def _button(self, name: str, color: str) -> QPushButton:
        button = QPushButton(name)
        button.clicked.connect(lambda: self._choose("color", color))
        return button

    def _line(self, line_style: str, name: str, present: str) -> QToolButton:
        button = QToolButton()
        button.setText(name)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setIcon(choice_icon(self.palette(), LineStyle(line_style)))
        button.setIconSize(SAMPLE)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setCheckable(True)
        button.setChecked(line_style == present)
        button.clicked.connect(lambda: self._choose("line_style", line_style))
        return button

    def _choose(self, key: str, value: str) -> None:
        self.accept()
        self._take(key, value)

    def _choose_other(self) -> None:
        """Let the user choose any colour in a dialog of Qt, which replaces this one."""
        picker = QColorDialog(QColor(self._color or PALETTE[0]), self)
        picker.setOption(QColorDialog.ColorDialogOption.DontUseNativeDialog)
        picker.setWindowTitle(text("title_color_choice"))
        picker.colorSelected.connect(lambda color: self.picked(color.name()))
        picker.open()

    def picked(self, color: str) -> None:
        """Take a colour that was chosen in Qt's dialog."""
        self._choose("color", color.upper())
