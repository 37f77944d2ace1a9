"""The question which board a device means, where two or more could be it.

Invariant: nothing is chosen for the person; what they choose is told to the bench and to nobody else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QRadioButton, QVBoxLayout, QWidget

from app.bench.status import PortInfo
from ui.plot.overview import plain_label


class PortChoice(QDialog):
    """A radio button for each board."""

    def __init__(
        self,
        device: str,
        choices: Sequence[PortInfo],
        chosen: Callable[[str], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Which board is it?")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._chosen = chosen
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(8)
        column.addWidget(plain_label(f"Which board is {device}?", title=True))
        column.addWidget(
            plain_label("They look the same; the place tells which socket each is in.", faint=True)
        )
        row = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.agree = row.addButton("Use this board", QDialogButtonBox.ButtonRole.AcceptRole)
        self.agree.setEnabled(False)
        self.buttons: list[tuple[QRadioButton, str]] = []
        for info in choices:
            place = f"at {info.location}" if info.location else ""
            words = "  ".join(filter(None, (info.device, info.description, info.hwid, place)))
            button = QRadioButton(words.replace("&", "&&"))
            button.toggled.connect(lambda: self.agree.setEnabled(True))
            column.addWidget(button)
            self.buttons.append((button, info.device))
        column.addSpacing(6)
        row.accepted.connect(self.accept)
        row.rejected.connect(self.reject)
        column.addWidget(row)

    def accept(self) -> None:
        """Tell what was chosen."""
        super().accept()
        port = next((port for button, port in self.buttons if button.isChecked()), None)
        if port is not None:
            self._chosen(port)
