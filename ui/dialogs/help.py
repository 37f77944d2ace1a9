"""The help of F1: what a board says, and the keys.

Invariant: it fits on one screen and needs no network.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QVBoxLayout, QWidget

from ui.plot.overview import plain_label

_LINES = (
    ("v1=100", "a value for virtual pin V1 (0 to 255)"),
    ("ds7=100", "a value for the datastream with id 7"),
    ("v1.label=Room 12", "a property of V1's datastream"),
    ("# anything", "a word to you: shown in the console, never sent"),
)
KEYS = (
    ("Ctrl+Return, Ctrl+Enter", "connect or disconnect"),
    ("Space, P", "pause the view; reading and sending go on"),
    ("+, =, −", "shorter (+ and =) or longer time window; so does the wheel"),
    ("R", "reset: newest readings, value axes fitted"),
    ("L, T, C", "lock the value axes, curves together, clock time"),
    ("Arrows", "in the plot: move through time and values; with Shift zoom the values"),
    ("X", "two cursors; Ctrl+← → moves A, Ctrl+Shift+← → moves B"),
    ("Ctrl+1, Ctrl+2, Ctrl+3", "console, what was wrong, cloud"),
    ("Ctrl+K, W", "clear the console view, only wrong lines in it"),
    ("Ctrl+L", "send a line to the board"),
    ("Ctrl+R, Ctrl+U", "record, release the port for an upload"),
    ("Ctrl+PgUp, Ctrl+PgDown", "look at another device"),
    ("Ctrl+S, Ctrl+Shift+S", "save data, save a picture of the plot"),
    ("Ctrl+O, Ctrl+N", "open a bench file, go on without one"),
    ("F1, Ctrl+Q", "this help, quit"),
)
"""Every key of the menus, and those of the plot."""


class HelpDialog(QDialog):
    """A small dialog with two lists."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Pinbridge help")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(8)
        column.addWidget(plain_label("What a board says", title=True))
        column.addWidget(
            plain_label('One assignment a line: Serial.print("v1="); Serial.println(x);', faint=True)
        )
        column.addLayout(_grid(_LINES))
        column.addSpacing(10)
        column.addWidget(plain_label("Keys", title=True))
        column.addLayout(_grid(KEYS))
        column.addSpacing(6)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)


def _grid(rows: tuple[tuple[str, str], ...]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(22)
    grid.setVerticalSpacing(5)
    for number, (left, right) in enumerate(rows):
        grid.addWidget(plain_label(left, heading=True), number, 0, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(plain_label(right), number, 1)
    grid.setColumnStretch(1, 1)
    return grid
