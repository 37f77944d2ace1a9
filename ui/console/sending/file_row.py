"""A file on its way to a board: how far it is, and a button to cancel it.

Invariants: the window never waits for the board; the lines go to the board that was shown when the user
began, whichever is shown later; the row takes no room while no file is sent.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QProgressBar, QToolButton, QWidget

from app.errors import PinbridgeError, message_of
from app.messages.languages import text
from app.messages.message import Message
from ui.contract import BenchView
from ui.widgets.elided_label import ElidedLabel

if TYPE_CHECKING:  # Seldom needed: imported where it is used.
    from ui.console.sending.file_sending import FileSending, Pacing

_STEP_MS = 10
_BAR_LETTERS = 16


class FileRow(QWidget):
    """A progress bar with a text and a button."""

    told = Signal(object, str)
    """Emitted with a message and its tone when a file was sent, or why not."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._bench: BenchView | None = None
        self._open: Collection[str] = ()
        self._line_end = ""
        self.sending: FileSending | None = None
        """The file that is on its way; None if none is."""
        self.label = ElidedLabel(text("label_file_progress"))
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(text("label_file_progress"))
        self.bar.setFixedWidth(_BAR_LETTERS * self.fontMetrics().averageCharWidth())
        self.cancel_button = QToolButton()
        self.cancel_button.setText(text("button_cancel"))
        self.cancel_button.setAccessibleName(text("label_cancel_file"))
        self.cancel_button.clicked.connect(self.cancel)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.label, 1)
        row.addWidget(self.bar)
        row.addWidget(self.cancel_button)
        self._timer = QTimer(self)
        self._timer.setInterval(_STEP_MS)
        self._timer.timeout.connect(self.step)
        self.hide()

    def look_at(self, bench: BenchView | None, is_open: Collection[str]) -> None:
        """Send through `bench` from now on; `is_open` are the devices whose ports are open."""
        if self._bench is not None and bench is not self._bench:
            self.cancel()
        self._bench, self._open = bench, is_open

    def take_over(self, other: FileRow) -> None:
        """Go on with the file that another window was sending."""
        self._bench, self._open, self._line_end = other._bench, other._open, other._line_end
        self.sending, other.sending = other.sending, None
        if self.sending is not None:
            self.bar.setRange(0, self.sending.total)
            self.show()
            self._timer.start()

    def ask(self, device: str, line_end: str) -> None:
        """Let the user choose a file for `device` and how fast it is sent. A line ends with `line_end`."""
        if self._bench is None or device not in self._open:
            self.told.emit(Message("line_not_sent"), "bad")
            return
        if self.sending is not None:
            self.told.emit(Message("file_runs_already", file=self.sending.file), "warn")
            return
        from ui.console.sending.file_dialog import FileDialog
        from ui.console.sending.file_sending import MAX_BYTES, lines_of

        name, _ = QFileDialog.getOpenFileName(
            self.window(), text("title_send_file"), "", text("label_all_files", patterns="*")
        )
        if not name:
            return
        path = Path(name)
        try:
            with path.open("rb") as file:
                lines = lines_of(file.read(MAX_BYTES + 1), path.name)
        except (PinbridgeError, OSError) as error:
            self.told.emit(message_of(error), "bad")
            return

        def go(pacing: Pacing) -> None:
            self.begin(device, path.name, lines, pacing, line_end)

        FileDialog(path.name, len(lines), device, go, self.window()).open()

    def begin(self, device: str, file: str, lines: list[str], pacing: Pacing, line_end: str) -> None:
        """Begin to send `lines` of `file` to `device`."""
        from ui.console.sending.file_sending import FileSending

        if self._bench is None or self.sending is not None:
            return
        sent = self._bench.sent(device, 0)
        self.sending = FileSending(device, file, lines, pacing, sent[-1].number if sent else 0)
        self._line_end = line_end
        self.bar.setRange(0, len(lines))
        self.show()
        self._timer.start()
        self.step()

    def cancel(self) -> None:
        """Send no more lines."""
        if self.sending is not None:
            self.sending.cancel()
            self._end(self.sending)

    def step(self) -> None:
        """Send the next line if it is due, and show how far it is."""
        sending, bench, now_s = self.sending, self._bench, self._clock()
        if sending is None or bench is None:
            return
        is_there = any(device.name == sending.device for device in bench.config.device)
        is_open = is_there and sending.device in self._open
        sent = bench.sent(sending.device, sending.after_sent) if is_there else []
        after = sending.reply_after
        has_reply = is_there and after is not None and bool(bench.console(sending.device, after, 1))
        sending.heard(now_s, sent, is_open=is_open, has_reply=has_reply)
        line = sending.due(now_s)
        if line is not None and bench.send(sending.device, line, self._line_end):
            sending.asked(now_s)
        self.bar.setValue(sending.done)
        self.label.say(
            text(
                "file_is_sent",
                file=sending.file,
                device=sending.device,
                done=sending.done,
                count=sending.total,
            )
        )
        if sending.is_over:
            self._end(sending)

    def _end(self, sending: FileSending) -> None:
        self.sending = None
        self._timer.stop()
        self.hide()
        if sending.trouble is not None:
            self.told.emit(sending.trouble, "warn")
        else:
            self.told.emit(
                Message("file_sent", file=sending.file, device=sending.device, count=sending.total), "good"
            )
