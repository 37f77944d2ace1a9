"""Opens the help, the dialog about the program, and that for newer versions."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.program import components
from ui.dialogs.updates import UpdatesDialog
from ui.help.about import AboutDialog
from ui.help.dialog import HelpDialog


def show_help(window: QWidget) -> None:
    """Open the help beside the window."""
    HelpDialog(window).show()


def show_about(window: QWidget) -> None:
    """Open the dialog about the program."""
    AboutDialog(components.components(), components.licences(), window).open()


def show_updates(window: QWidget) -> None:
    """Open the dialog for updates. The program looks for a newer version only in this dialog."""
    UpdatesDialog(window).open()
