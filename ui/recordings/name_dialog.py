"""The dialog in which the user names a run, that is, a recording.

Invariant: the dialog stays open, and says why, until the recording has the new name or the user cancels.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QLineEdit, QWidget

from app.bench import runs
from app.errors import PinbridgeError
from app.messages.languages import text, text_of
from ui.dialogs.fitting_dialog import FittingDialog
from ui.plot.overview import plain_label

_WIDE_LETTERS = 60


class NameDialog(FittingDialog):
    """Asks for the name of the recording at a path, and renames its file."""

    def __init__(self, path: Path, named: Callable[[Path], None], parent: QWidget) -> None:
        """`named` is called with the new path of the recording."""
        super().__init__(parent)
        self._path, self._named = path, named
        self.setWindowTitle(text("title_name_run"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.field = QLineEdit(path.stem)
        self.field.setAccessibleName(text("label_run_name"))
        self.field.selectAll()
        self.problem = plain_label("")
        self.problem.setProperty("tone", "bad")
        self.problem.setWordWrap(True)
        self.problem.hide()
        what = plain_label(text("name_run_what"), faint=True)
        what.setWordWrap(True)
        column = self.contents
        column.setSpacing(10)
        for widget in (plain_label(text("title_name_run"), title=True), what, self.field, self.problem):
            column.addWidget(widget)
        column.addStretch(1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.agree = buttons.addButton(text("button_name_run_now"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.agree.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.add_buttons(buttons)
        self.setMinimumWidth(_WIDE_LETTERS * self.fontMetrics().averageCharWidth())
        self.field.setFocus()

    def accept(self) -> None:
        """Rename the file, and close the dialog if that has worked."""
        try:
            new = runs.rename(self._path, self.field.text())
        except PinbridgeError as error:
            self.problem.setText(text_of(error.message))
            self.problem.show()
            self.fit()
            self.field.setFocus()
            return
        super().accept()
        self._named(new)
