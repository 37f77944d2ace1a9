"""What is below the console: buttons for lines sent often, a file on its way, and the send box.

Invariant: a line goes to the board that is shown; the lines sent often are those for all boards and those for
this one.
"""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.messages.message import Message
from ui.console.sending.file_row import FileRow
from ui.console.sending.macros import MacroRow
from ui.console.sending.send_box import SendBox
from ui.contract import BenchView
from ui.settings import Macro, Settings


class SendArea(QWidget):
    """The rows below the console."""

    told = Signal(object, str)
    """Emitted with a message for the user, and its tone."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = Settings()
        self._device = self._port = ""
        self.send_box = SendBox()
        self.macros = MacroRow()
        self.file = FileRow()
        self.file.told.connect(self.told)
        self.macros.asked.connect(self._send)
        self.macros.keep.triggered.connect(lambda _: self.keep())
        self.macros.edit.triggered.connect(lambda _: self.edit())
        self.send_box.keep_button.clicked.connect(self.keep)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for row in (self.macros, self.file, self.send_box):
            column.addWidget(row)
        self.set_enabled(False)

    def use(self, settings: Settings) -> None:
        """Keep the lines that are sent often in `settings`."""
        self._settings = settings
        self._show_macros()

    def show_board(self, device: str, port: str) -> None:
        """Send to `device` from now on; `port` is its port as in the bench file."""
        self._device, self._port = device, port
        self._show_macros()

    def look_at(self, bench: BenchView, is_open: Collection[str]) -> None:
        """Send through `bench`; `is_open` are the devices whose ports are open."""
        self.set_enabled(self._device in is_open)
        self.file.look_at(bench, is_open)

    def set_enabled(self, on: bool) -> None:
        """Let lines be sent, or not."""
        self.send_box.setEnabled(on)
        self.macros.setEnabled(on)

    def keep(self) -> None:
        """Make a button of the line in the send box, for all boards."""
        line = self.send_box.field.text()
        if line:
            self._settings.macros.append(Macro(line=line))
            self._show_macros()
        else:
            self.told.emit(Message("no_line_to_keep"), "warn")

    def edit(self) -> None:
        """Let the user change the lines that are sent often."""
        from ui.console.sending.macro_dialog import MacroDialog  # seldom needed

        MacroDialog(self._shown(), self._port, self._replace, self.window()).open()

    def ask_for_file(self) -> None:
        """Let the user choose a file whose lines are sent one by one."""
        self.file.ask(self._device, self.send_box.line_end)

    def _shown(self) -> list[Macro]:
        return [macro for macro in self._settings.macros if macro.port in ("", self._port)]

    def _replace(self, macros: list[Macro]) -> None:
        others = [macro for macro in self._settings.macros if macro.port not in ("", self._port)]
        self._settings.macros[:] = [*macros, *others]
        self._show_macros()

    def _show_macros(self) -> None:
        self.macros.show_macros(self._shown())

    def _send(self, line: str) -> None:
        self.send_box.asked.emit(line, self.send_box.line_end)
