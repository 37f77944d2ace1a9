"""What stands in the plot's place while nothing is plotted: a friendly word, or what a bench file holds.

Invariant: everything that a bench file or a board said is shown as plain text.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.config.addresses import is_clear_text, is_loopback
from app.config.bench_file import BenchConfig


class EmptyPane(QWidget):
    """A headline and a sentence in the middle of an empty pane."""

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
        # Lines of about 70 letters read well.
        self._sentence.setMaximumWidth(70 * self.fontMetrics().averageCharWidth())
        self._sentence.setMinimumWidth(280)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._sentence, 100)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(3)

    def say(self, title: str, sentence: str) -> None:
        """Show these words."""
        if (title, sentence) != (self._title.text(), self._sentence.text()):
            self._title.setText(title)
            self._sentence.setText(sentence)

    @property
    def words(self) -> tuple[str, str]:
        """Headline and sentence."""
        return self._title.text(), self._sentence.text()


class Overview(QScrollArea):
    """A bench file before it is connected: its devices, servers and paths."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName("What the bench file would do")

    def show_bench(self, config: BenchConfig, source: str) -> None:
        """Show what `config`, which was read from `source`, would do."""
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(28, 22, 28, 22)
        column.setSpacing(6)
        column.addWidget(plain_label(config.bench.name, title=True))
        column.addWidget(
            plain_label("Nothing has been opened or sent yet. Look it over, then press Connect.", faint=True)
        )
        column.addSpacing(12)
        grid = QGridLayout()
        grid.setHorizontalSpacing(22)
        grid.setVerticalSpacing(7)
        for place, heading in enumerate(("Device", "Port", "Baud rate", "Sends to", "Token from")):
            grid.addWidget(plain_label(heading, heading=True), 0, place)
        for row, device in enumerate(config.device, start=1):
            server = device.server or "nowhere: plot and journal only"
            if device.server and is_clear_text(device.server):
                server += "  (unencrypted)"
            cells = (device.name, device.port, str(device.baud_rate), server, device.auth_token or "–")
            for place, text in enumerate(cells):
                label = plain_label(text)
                label.setWordWrap(place in (0, 1, 3))
                grid.addWidget(label, row, place)
        grid.setColumnStretch(3, 1)
        column.addLayout(grid)
        if not config.device:
            column.addWidget(plain_label("The file names no device: add a [[device]] table.", faint=True))
        for device in config.device:
            if device.server and is_clear_text(device.server) and not is_loopback(device.server):
                warning = plain_label(
                    f"! {device.name}: {device.server} is not encrypted: this network can read the token."
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
        places = (("Bench file", source), ("Journal", config.bench.journal), ("Recordings", recordings))
        for row, (heading, path) in enumerate(places):
            if path:
                paths.addWidget(plain_label(heading, heading=True), row, 0, Qt.AlignmentFlag.AlignTop)
                label = plain_label(path)
                label.setWordWrap(True)
                paths.addWidget(label, row, 1)
        paths.setColumnStretch(1, 1)
        column.addLayout(paths)
        column.addStretch(1)
        self.setWidget(page)


def plain_label(text: str, *, title: bool = False, faint: bool = False, heading: bool = False) -> QLabel:
    """A label that never takes text for markup; a mouse and a keyboard can select what it says."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    for name, is_set in (("title", title), ("faint", faint), ("heading", heading)):
        label.setProperty(name, is_set)
    return label
