"""Asks the user which board to use for a device that several boards match, or whose board is not there.

Invariants: the program never chooses by itself; the user's choice is passed to the bench and is not stored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QRadioButton, QWidget

from app.bench.status import PortInfo
from app.messages.languages import text
from app.messages.visible import visible
from ui.dialogs.fitting_dialog import FittingDialog
from ui.plot.overview import plain_label


class PortChoice(FittingDialog):
    """The dialog in which the user chooses one of several boards. It has a radio button for each board."""

    def __init__(
        self,
        device: str,
        choices: Sequence[PortInfo],
        chosen: Callable[[str], object],
        parent: QWidget | None = None,
        advice: str = "label_boards_look_the_same",
        taken: Mapping[str, str] | None = None,
    ) -> None:
        """`device` is empty for the form's board. `advice` is the code of the sentence below the title.

        `taken` has the ports that other devices use, by what the system calls them, with the devices' names.
        """
        super().__init__(parent)
        self.setWindowTitle(text("title_port_choice"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._chosen = chosen
        column = self.contents
        column.setSpacing(8)
        title = text("title_which_board", device=device) if device else text("title_port_choice")
        column.addWidget(plain_label(title, title=True))
        column.addWidget(plain_label(text(advice), faint=True))
        row = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.agree = row.addButton(text("button_use_board"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.agree.setEnabled(False)
        self.buttons: list[tuple[QRadioButton, str]] = []
        for info in choices:
            place = text("label_board_place", location=info.location) if info.location else ""
            user = (taken or {}).get(info.device)
            use = text("label_port_taken", device=user) if user else ""
            facts = "  ".join(filter(None, (info.device, info.description, info.hwid, place, use)))
            button = QRadioButton(visible(facts).replace("&", "&&"))
            button.toggled.connect(lambda: self.agree.setEnabled(True))
            button.setEnabled(not user)
            column.addWidget(button)
            self.buttons.append((button, info.device))
        row.accepted.connect(self.accept)
        row.rejected.connect(self.reject)
        self.add_buttons(row)

    def accept(self) -> None:
        """Close the dialog, and call `chosen` with the port of the selected board."""
        super().accept()
        port = next((port for button, port in self.buttons if button.isChecked()), None)
        if port is not None:
            self._chosen(port)
