"""The box below the console that sends a line to the board.

Invariants: what is typed goes to the device that is looked at, and only while its port is open; the choice of
line end is kept for each board.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from ui.console.sent_lines import SentLines
from ui.widgets.choice_box import ChoiceBox

LINE_ENDS = (
    ("New line", "\n"),
    ("Carriage return", "\r"),
    ("Both, CR and NL", "\r\n"),
    ("No line end", ""),
)
_MAX_LENGTH = 1000


class SendField(QLineEdit):
    """A line edit whose up and down keys call up what was sent before."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sent = SentLines()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """See the class."""
        if event.key() == Qt.Key.Key_Up:
            self.setText(self.sent.earlier(self.text()))
        elif event.key() == Qt.Key.Key_Down:
            self.setText(self.sent.later(self.text()))
        else:
            super().keyPressEvent(event)


class SendBox(QWidget):
    """Field, line end and button in a row."""

    asked = Signal(str, str)
    """A line without its end, and the line end."""
    line_end_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = SendField()
        self.field.setMaxLength(_MAX_LENGTH)
        self.field.setAccessibleName("Line to send to the board")
        self.field.setPlaceholderText("A line for the board (↑ and ↓ bring back earlier ones)")
        self.line_end_box = ChoiceBox()
        self.line_end_box.setAccessibleName("Line end")
        self.line_end_box.setToolTip("What is sent after the line")
        for name, line_end in LINE_ENDS:
            self.line_end_box.addItem(name, line_end)
        self.button = QPushButton("Send")
        self.button.setAccessibleName("Send the line")
        self.button.setAutoDefault(False)
        label = QLabel("&Send")
        label.setProperty("heading", True)
        label.setBuddy(self.field)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(label)
        row.addWidget(self.field, 1)
        row.addWidget(self.line_end_box)
        row.addWidget(self.button)
        self.field.returnPressed.connect(self._send)
        self.button.clicked.connect(self._send)
        self.line_end_box.activated.connect(lambda: self.line_end_chosen.emit(self.line_end))
        self.setEnabled(False)

    @property
    def line_end(self) -> str:
        """The chosen line end."""
        return str(self.line_end_box.currentData())

    def set_line_end(self, line_end: str) -> None:
        """Choose a line end."""
        self.line_end_box.setCurrentIndex(max(0, self.line_end_box.findData(line_end)))

    def _send(self) -> None:
        text = self.field.text()
        self.field.sent.add(text)
        self.field.clear()
        self.asked.emit(text, self.line_end)
