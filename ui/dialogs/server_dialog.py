"""The dialog in which the user chooses another server for a device.

Invariant: an address that the loader of bench files would refuse is refused here, in the same words.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QLineEdit, QVBoxLayout, QWidget

from app.config.addresses import BLYNK_REGIONS, check_server
from app.errors import InvalidValueError
from app.messages.languages import text, text_of
from ui.plot.overview import plain_label
from ui.widgets.choice_box import ChoiceBox

_WIDTH = 460


class ServerDialog(QDialog):
    """A dialog with a box for the server: Blynk's regions, or an address that the user types."""

    def __init__(
        self, device: str, server: str, chosen: Callable[[str], object], parent: QWidget | None = None
    ) -> None:
        """`server` is the present one; `chosen` is called with another."""
        super().__init__(parent)
        self.setWindowTitle(text("title_change_server"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._chosen = chosen
        self.box = ChoiceBox()
        self.box.setEditable(True)
        self.box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.box.setAccessibleName(text("label_server_box"))
        self.box.addItems([server, *(region for region in BLYNK_REGIONS if region != server)])
        self.box.setMinimumWidth(_WIDTH)
        self.problem = plain_label("")
        self.problem.setProperty("tone", "bad")
        self.problem.setWordWrap(True)
        self.problem.hide()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.agree = buttons.addButton(text("button_use_this_server"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.agree.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(10)
        column.addWidget(plain_label(text("label_new_server", device=device), title=True))
        column.addWidget(self.box)
        column.addWidget(self.problem)
        column.addWidget(buttons)
        self.field.selectAll()
        self.field.setFocus()

    @property
    def field(self) -> QLineEdit:
        """The field of the box, in which the user types."""
        field = self.box.lineEdit()
        if field is None:
            raise RuntimeError("the box is not editable")
        return field

    def accept(self) -> None:
        """Close the dialog and use the server; if it is not a valid one, say so and stay open."""
        typed = self.box.currentText().strip().rstrip("/")
        server = typed if "://" in typed else f"https://{typed}"
        try:
            check_server(server)
        except InvalidValueError as error:
            self.problem.setText(text_of(error.message))
            self.problem.show()
            return
        super().accept()
        self._chosen(server)
