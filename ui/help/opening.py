"""Opens the help, the dialog about the program, and that for newer versions.

Their modules are imported only then, so that the window opens sooner.
"""

from __future__ import annotations

from PySide6.QtWidgets import QWidget


def show_help(window: QWidget) -> None:
    """Open the help beside the window."""
    from ui.help.dialog import HelpDialog

    HelpDialog(window).show()


def show_about(window: QWidget) -> None:
    """Open the dialog about the program."""
    from app.program import components
    from ui.help.about import AboutDialog

    AboutDialog(components.components(), components.licences(), window).open()


def show_updates(window: QWidget) -> None:
    """Open the dialog for updates. The program looks for a newer version only in this dialog."""
    from ui.dialogs.updates import UpdatesDialog

    UpdatesDialog(window).open()
