"""All keys of the window, each with its purpose, for the help.

Invariant: keys have the names that the menus show.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QKeySequence

from app.messages.languages import text

KEYS = (
    (("Ctrl+Return", "Ctrl+Enter"), "help_connect"),
    (("Space", "P"), "help_pause"),
    (("+", "=", "-"), "help_span"),
    (("R",), "help_reset"),
    (("L", "Y", "T", "C"), "help_axes"),
    ((), "help_plot"),
    (("X",), "help_cursors"),
    (("A",), "help_analysis"),
    (("M",), "help_marker"),
    (("Ctrl+1", "Ctrl+2", "Ctrl+3"), "help_pages"),
    (("Ctrl+B", "Ctrl+J"), "help_panes"),
    (("Ctrl++", "Ctrl+=", "Ctrl+-", "Ctrl+0"), "help_text_size"),
    (("F11",), "help_beamer"),
    (("Ctrl+K", "W", "H"), "help_console"),
    (("Ctrl+F", "F3", "Shift+F3"), "help_find"),
    (("Ctrl+L",), "help_send"),
    (("Alt+1", "Alt+9"), "help_macros"),
    (("Ctrl+R", "Ctrl+U"), "help_board"),
    (("Ctrl+PgUp", "Ctrl+PgDown", "B"), "help_devices"),
    (("Ctrl+S", "Ctrl+Shift+S"), "help_save"),
    (("Ctrl+O", "Ctrl+N", "Ctrl+E"), "help_file"),
    (("Ctrl+Shift+O",), "help_recording"),
    (("F1", "Ctrl+Q"), "help_program"),
)
"""All keys of the menus. Each row: keys (`()` for the arrow keys), and the message code of their purpose."""


def key_names(keys: Sequence[str]) -> str:
    """The names of `keys` as the menus show them, such as `Strg+S` in German, separated by commas.

    An empty `keys` stands for the arrow keys, and gives their name.
    """
    names = [QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in keys]
    return ", ".join("−" if name == "-" else name for name in names) or text("help_arrows")
