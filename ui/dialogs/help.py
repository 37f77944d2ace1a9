"""The help dialog, opened by F1: the lines that a board can send, and the keyboard shortcuts.

Invariants: the help fits on one screen and needs no network; keys have the names that the menus show.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QVBoxLayout, QWidget

from app.messages.languages import text
from ui.plot.overview import plain_label

KEYS = (
    (("Ctrl+Return", "Ctrl+Enter"), "help_connect"),
    (("Space", "P"), "help_pause"),
    (("+", "=", "-"), "help_span"),
    (("R",), "help_reset"),
    (("L", "T", "C"), "help_axes"),
    ((), "help_plot"),
    (("X",), "help_cursors"),
    (("Ctrl+1", "Ctrl+2", "Ctrl+3"), "help_pages"),
    (("Ctrl+K", "W"), "help_console"),
    (("Ctrl+L",), "help_send"),
    (("Ctrl+R", "Ctrl+U"), "help_board"),
    (("Ctrl+PgUp", "Ctrl+PgDown"), "help_devices"),
    (("Ctrl+S", "Ctrl+Shift+S"), "help_save"),
    (("Ctrl+O", "Ctrl+N"), "help_file"),
    (("F1", "Ctrl+Q"), "help_program"),
)
"""All keys of the menus. Each row: keys (`()` for the arrow keys), and the message code of their purpose."""
_EXAMPLE = 'Serial.print("v1="); Serial.println(x);'


class HelpDialog(QDialog):
    """A dialog with two lists: lines that a board can send, and keyboard shortcuts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(text("title_help"))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(8)
        column.addWidget(plain_label(text("title_help_lines"), title=True))
        column.addWidget(plain_label(text("help_lines", example=_EXAMPLE), faint=True))
        column.addLayout(_grid(_lines()))
        column.addSpacing(10)
        column.addWidget(plain_label(text("title_help_keys"), title=True))
        column.addLayout(_grid((key_names(keys), text(code)) for keys, code in KEYS))
        column.addSpacing(6)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)


def key_names(keys: Sequence[str]) -> str:
    """The names of `keys` as the menus show them, such as `Strg+S` in German, separated by commas.

    An empty `keys` stands for the arrow keys, and gives their name.
    """
    names = [QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in keys]
    return ", ".join("−" if name == "-" else name for name in names) or text("help_arrows")


def _lines() -> list[tuple[str, str]]:
    return [
        ("v1=100", text("help_line_pin")),
        ("ds7=100", text("help_line_id")),
        (f"v1.label={text('help_example_property')}", text("help_line_property")),
        (f"# {text('help_example_comment')}", text("help_line_comment")),
    ]


def _grid(rows: Iterable[tuple[str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(22)
    grid.setVerticalSpacing(5)
    for number, (left, right) in enumerate(rows):
        grid.addWidget(plain_label(left, heading=True), number, 0, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(plain_label(right), number, 1)
    grid.setColumnStretch(1, 1)
    return grid
