"""The dialog that asks how fast the lines of a file are sent to the board.

Invariant: nothing is sent before the user agrees.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialogButtonBox, QFormLayout, QSpinBox, QWidget

from app.messages.languages import text
from ui.console.sending.file_sending import REPLY_S, Pacing
from ui.dialogs.fitting_dialog import FittingDialog
from ui.plot.overview import plain_label

_MOST_MS = 60_000
_WIDE_LETTERS = 48


class FileDialog(FittingDialog):
    """Asks for the pause between two lines, and whether to wait for an answer."""

    def __init__(
        self, file: str, count: int, device: str, go: Callable[[Pacing], None], parent: QWidget
    ) -> None:
        """`count` is the number of lines of `file`."""
        super().__init__(parent)
        self.setWindowTitle(text("title_send_file"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._go = go
        self.pause_box = QSpinBox()
        self.pause_box.setRange(0, _MOST_MS)
        self.pause_box.setValue(round(Pacing().pause_s * 1000))
        self.pause_box.setSuffix(" ms")
        self.pause_box.setAccessibleName(text("label_pause").replace("&", ""))
        self.reply_box = QCheckBox(text("label_wait_for_reply"))
        self.reply_box.setToolTip(text("tip_wait_for_reply", seconds=int(REPLY_S)))
        what = plain_label(text("send_file_what", count=count, file=file, device=device), faint=True)
        what.setWordWrap(True)
        form = QFormLayout()
        form.setVerticalSpacing(8)
        form.addRow(text("label_pause"), self.pause_box)
        form.addRow("", self.reply_box)
        column = self.contents
        column.setSpacing(10)
        column.addWidget(plain_label(text("title_send_file"), title=True))
        column.addWidget(what)
        column.addLayout(form)
        column.addStretch(1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.agree = buttons.addButton(text("button_send_file"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.agree.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.add_buttons(buttons)
        self.setMinimumWidth(_WIDE_LETTERS * self.fontMetrics().averageCharWidth())

    def accept(self) -> None:
        """Close the dialog, and begin to send."""
        super().accept()
        self._go(Pacing(self.pause_box.value() / 1000, self.reply_box.isChecked()))
