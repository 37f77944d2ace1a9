"""The two panes that replace the plot while nothing is plotted.

One shows a headline and a sentence, the other the contents of a bench file.

Invariant: every text from a bench file or a board is shown as plain text.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.config.addresses import is_clear_text, is_loopback
from app.config.bench_file import BenchConfig
from app.messages.languages import text, text_of
from app.messages.message import Message
from ui import wording
from ui.fixes.buttons import FixButtons
from ui.fixes.fix import Fix

_COLUMNS = ("column_device", "column_port", "column_baud_rate", "column_server", "column_token")


class EmptyPane(QWidget):
    """A headline, a sentence, and buttons for what it advises, in the middle of an empty pane."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = plain_label("", title=True)
        self._sentence = plain_label("", faint=True)
        for label in (self._title, self._sentence):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 24, 32, 24)
        column.addStretch(2)
        column.addWidget(self._title)
        column.addSpacing(6)
        self._narrow()
        self._sentence.setMinimumWidth(280)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._sentence, 100)
        row.addStretch(1)
        column.addLayout(row)
        self.fixes = FixButtons()
        self.fixes.setContentsMargins(0, 6, 0, 0)
        column.addWidget(self.fixes, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Fit the width of the sentence to a new font."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._narrow()

    def _narrow(self) -> None:
        # Lines of about 70 letters read well.
        self._sentence.setMaximumWidth(70 * self.fontMetrics().averageCharWidth())

    def say(self, title: Message, sentence: Message | None, fixes: Sequence[Fix] = ()) -> None:
        """Show a headline and, unless `sentence` is None, a sentence; below it, buttons for its fixes."""
        self.fixes.show_fixes(fixes)
        self._title.setText(text_of(title))
        self._sentence.setText(text_of(sentence) if sentence else "")

    @property
    def words(self) -> tuple[str, str]:
        """The headline and the sentence that are shown; the sentence may be empty."""
        return self._title.text(), self._sentence.text()


class Overview(QScrollArea):
    """The contents of a bench file, shown before the user connects.

    Shown are the devices with their servers, and the paths of the bench file, the journal and the recordings.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(text("label_overview"))

    def show_bench(self, config: BenchConfig, source: str) -> None:
        """Show the contents of `config`; `source` is the path of the bench file that it was read from."""
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(28, 22, 28, 22)
        column.setSpacing(6)
        column.addWidget(plain_label(config.bench.name, title=True))
        advice = plain_label(text("label_nothing_opened"), faint=True)
        advice.setWordWrap(True)
        column.addWidget(advice)
        column.addSpacing(12)
        grid = QGridLayout()
        grid.setHorizontalSpacing(22)
        grid.setVerticalSpacing(7)
        for place, code in enumerate(_COLUMNS):
            grid.addWidget(plain_label(text(code), heading=True), 0, place)
        for row, device in enumerate(config.device, start=1):
            server = device.server or text("label_sends_nowhere")
            if device.server and is_clear_text(device.server):
                server = text("label_unencrypted", server=device.server)
            port = text_of(wording.port(device.port))
            cells = (device.name, port, str(device.baud_rate), server, device.auth_token or "–")
            for place, cell in enumerate(cells):
                label = plain_label(cell)
                label.setWordWrap(place in (0, 1, 3))
                grid.addWidget(label, row, place)
        grid.setColumnStretch(3, 1)
        column.addLayout(grid)
        if not config.device:
            column.addWidget(plain_label(text("no_device_in_file"), faint=True))
        for device in config.device:
            if device.server and is_clear_text(device.server) and not is_loopback(device.server):
                warning = plain_label(
                    text("overview_not_encrypted", device=device.name, server=device.server)
                )
                warning.setProperty("tone", "warn")
                warning.setWordWrap(True)
                column.addWidget(warning)
        column.addSpacing(16)
        paths = QGridLayout()
        paths.setHorizontalSpacing(22)
        paths.setVerticalSpacing(7)
        records = any(device.record for device in config.device)
        recordings = str(Path(config.bench.journal).parent / "recordings") if records else ""
        places = (
            ("label_bench_file", source),
            ("label_journal", config.bench.journal),
            ("label_recordings", recordings),
        )
        for row, (code, path) in enumerate(places):
            if path:
                paths.addWidget(plain_label(text(code), heading=True), row, 0, Qt.AlignmentFlag.AlignTop)
                label = plain_label(path)
                label.setWordWrap(True)
                paths.addWidget(label, row, 1)
        paths.setColumnStretch(1, 1)
        column.addLayout(paths)
        column.addStretch(1)
        self.setWidget(page)


def plain_label(shown: str, *, title: bool = False, faint: bool = False, heading: bool = False) -> QLabel:
    """A label that never interprets text as markup; its text can be selected with the mouse."""
    label = QLabel(shown)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    for name, is_set in (("title", title), ("faint", faint), ("heading", heading)):
        label.setProperty(name, is_set)
    return label
