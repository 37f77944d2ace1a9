"""The dialog about the program: its version, its parts with their versions, and the licences.

Invariant: everything in it can be copied as one text, for a report of a fault; the text names no file of the
user, no board and no account.
"""

from __future__ import annotations

import platform
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QUrl, qVersion
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPushButton, QVBoxLayout, QWidget

from app import __version__
from app.messages.languages import text
from app.program.components import Component
from ui.plot.overview import plain_label
from ui.widgets.rows_view import RowsView
from ui.widgets.text_model import TextModel

_SIZE = QSize(560, 460)
_COLUMNS = ("column_part", "column_version", "column_licence")


class AboutDialog(QDialog):
    """A dialog that shows the version of the program and a table of its third-party parts."""

    def __init__(
        self, parts: Sequence[Component], licences: Path | None, parent: QWidget | None = None
    ) -> None:
        """`licences` is the folder with the texts of the licences; None if there is none."""
        super().__init__(parent)
        self.setWindowTitle(text("title_about"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._parts = parts
        self._system = text(
            "about_system",
            python=platform.python_version(),
            qt=qVersion(),
            system=platform.platform(terse=True),
        )
        self.view = RowsView(text("label_parts"))
        model = TextModel([text(code) for code in _COLUMNS], self)
        model.show([tuple(part) for part in parts])
        self.view.setModel(model)
        metrics = self.view.fontMetrics()
        longest = max((metrics.horizontalAdvance(part.version) for part in parts), default=0)
        self.view.set_widths((24, longest // metrics.averageCharWidth() + 4))
        licence = plain_label(text("about_licence"), faint=True)
        licence.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        self.copy_button = QPushButton(text("button_copy"))
        self.copy_button.clicked.connect(self._copy)
        buttons.addButton(self.copy_button, QDialogButtonBox.ButtonRole.ActionRole)
        if licences is not None:
            button = QPushButton(text("button_licences"))
            button.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(licences))))
            buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(8)
        column.addWidget(plain_label(f"Pinbridge {__version__}", title=True))
        column.addWidget(plain_label(self._system))
        column.addWidget(licence)
        column.addWidget(self.view, 1)
        column.addWidget(buttons)
        self.resize(_SIZE.boundedTo(self.screen().availableSize() - QSize(40, 60)))

    @property
    def words(self) -> str:
        """The version of the program, of the system and of all parts, as text."""
        return "\n".join(
            (f"Pinbridge {__version__}", self._system, *(" ".join(part[:2]) for part in self._parts))
        )

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.words)
