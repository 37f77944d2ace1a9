"""The send box: a row below the console for sending a line to the board.

Invariants: a line goes to the device that is shown, and only while its port is open; the chosen line end is
remembered for each board.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QToolButton, QWidget

from app.messages.languages import text
from ui.console.sending.sent_lines import SentLines
from ui.widgets.choice_box import ChoiceBox

LINE_ENDS = (
    ("label_line_end_newline", "\n"),
    ("label_line_end_return", "\r"),
    ("label_line_end_both", "\r\n"),
    ("label_line_end_none", ""),
)
_MAX_LENGTH = 1000


class SendField(QLineEdit):
    """A line edit in which the up and down keys bring back the lines that were sent before."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sent = SentLines()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """On the up key, show the previous sent line; on the down key, show the next sent line."""
        if event.key() == Qt.Key.Key_Up:
            self.setText(self.sent.earlier(self.text()))
        elif event.key() == Qt.Key.Key_Down:
            self.setText(self.sent.later(self.text()))
        else:
            super().keyPressEvent(event)


class SendBox(QWidget):
    """A row with a field for the line, a list of line ends, and buttons to keep the line and to send it."""

    asked = Signal(str, str)
    """Emitted to send a line. Arguments: the line without its end, and the line end."""
    line_end_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = SendField()
        self.field.setMaxLength(_MAX_LENGTH)
        self.field.setAccessibleName(text("label_send_field"))
        self.field.setPlaceholderText(text("label_send_placeholder"))
        self.line_end_box = ChoiceBox()
        self.line_end_box.setAccessibleName(text("label_line_end"))
        self.line_end_box.setToolTip(text("tip_line_end"))
        for code, line_end in LINE_ENDS:
            self.line_end_box.addItem(text(code), line_end)
        self.button = QPushButton(text("button_send"))
        self.button.setAccessibleName(text("label_send_button"))
        self.button.setAutoDefault(False)
        self.keep_button = QToolButton()
        self.keep_button.setText(text("button_keep_macro"))
        self.keep_button.setAccessibleName(text("label_keep_macro"))
        self.keep_button.setToolTip(text("tip_keep_macro"))
        label = QLabel(text("label_send"))
        label.setProperty("heading", True)
        label.setBuddy(self.field)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(label)
        row.addWidget(self.field, 1)
        row.addWidget(self.line_end_box)
        row.addWidget(self.keep_button)
        row.addWidget(self.button)
        self.field.returnPressed.connect(self._send)
        self.button.clicked.connect(self._send)
        self.line_end_box.activated.connect(lambda: self.line_end_chosen.emit(self.line_end))
        self.setEnabled(False)

    @property
    def line_end(self) -> str:
        """The characters that the user has chosen to end each sent line; may be empty."""
        return str(self.line_end_box.currentData())

    def set_line_end(self, line_end: str) -> None:
        """Select `line_end` in the list of line ends, or the first entry if there is no such line end."""
        self.line_end_box.setCurrentIndex(max(0, self.line_end_box.findData(line_end)))

    def _send(self) -> None:
        line = self.field.text()
        self.field.sent.add(line)
        self.field.clear()
        self.asked.emit(line, self.line_end)
