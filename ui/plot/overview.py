"""The two panes that replace the plot while nothing is plotted.

One shows a headline and a sentence, the other the contents of a bench file.

Invariant: every text from a bench file or a board is shown as plain text.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.config.addresses import is_clear_text, is_loopback
from app.config.bench_file import BenchConfig, DeviceConfig
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
    The devices are the rows of a table; if that is too wide for the pane, each is a list of its own.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(text("label_overview"))
        self._shown: tuple[BenchConfig, str] | None = None
        self._has_lists = False
        self._table_px = 0
        """The least width of the page with the table."""
        self._later = QTimer(self)
        """Not at once, because Qt may just give all widgets a new style, and must not lose any meanwhile."""
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self._fit)

    def show_bench(self, config: BenchConfig, source: str) -> None:
        """Show the contents of `config`; `source` is the path of the bench file that it was read from."""
        self._shown = config, source
        self._build(with_lists=False)
        self._later.start()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Show the devices as the width allows."""
        super().showEvent(event)
        self._later.start()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Show the devices as the new width allows."""
        super().resizeEvent(event)
        self._later.start()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Show the devices as the width of a new font allows."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._table_px = 0
            self._later.start()

    def _fit(self) -> None:
        if self._shown is None or not self.isVisible():
            return
        if self._has_lists and not self._table_px:
            self._build(with_lists=False)
        if not self._has_lists:
            self._table_px = self.widget().minimumSizeHint().width()
        needs_lists = self.maximumViewportSize().width() < self._table_px
        if needs_lists != self._has_lists:
            self._build(with_lists=needs_lists)

    def _build(self, *, with_lists: bool) -> None:
        if self._shown is None:
            return
        self._has_lists = with_lists
        config, source = self._shown
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(28, 22, 28, 22)
        column.setSpacing(6)
        column.addWidget(plain_label(config.bench.name, title=True))
        advice = plain_label(text("label_nothing_opened"), faint=True)
        advice.setWordWrap(True)
        column.addWidget(advice)
        column.addSpacing(12)
        for grid in _lists(config) if with_lists else [_table(config)]:
            column.addLayout(grid)
            if with_lists:
                column.addSpacing(8)
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
        records = any(device.record for device in config.device)
        recordings = str(Path(config.bench.journal).parent / "recordings") if records else ""
        places = (
            ("label_bench_file", source),
            ("label_journal", config.bench.journal),
            ("label_recordings", recordings),
        )
        column.addLayout(_list([(code, path) for code, path in places if path]))
        column.addStretch(1)
        if before := self.takeWidget():
            before.deleteLater()
        self.setWidget(page)


def _cells(device: DeviceConfig) -> tuple[str, ...]:
    """What is shown of a device, in the order of `_COLUMNS`."""
    server = device.server or text("label_sends_nowhere")
    if device.server and is_clear_text(device.server):
        server = text("label_unencrypted", server=device.server)
    port = text_of(wording.port(device.port))
    return device.name, port, str(device.baud_rate), server, device.auth_token or "–"


def _table(config: BenchConfig) -> QGridLayout:
    """A row for each device."""
    grid = _grid()
    for place, code in enumerate(_COLUMNS):
        grid.addWidget(plain_label(text(code), heading=True), 0, place)
    for row, device in enumerate(config.device, start=1):
        for place, cell in enumerate(_cells(device)):
            label = plain_label(cell)
            label.setWordWrap(place in (0, 1, 3))
            grid.addWidget(label, row, place)
    grid.setColumnStretch(3, 1)
    return grid


def _lists(config: BenchConfig) -> list[QGridLayout]:
    """A list for each device."""
    return [_list(list(zip(_COLUMNS, _cells(device), strict=True))) for device in config.device]


def _list(rows: Sequence[tuple[str, str]]) -> QGridLayout:
    """Rows of a name, given by its code, and a text."""
    grid = _grid()
    for row, (code, shown) in enumerate(rows):
        grid.addWidget(plain_label(text(code), heading=True), row, 0, Qt.AlignmentFlag.AlignTop)
        label = plain_label(shown)
        label.setWordWrap(True)
        grid.addWidget(label, row, 1)
    grid.setColumnStretch(1, 1)
    return grid


def _grid() -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(22)
    grid.setVerticalSpacing(7)
    return grid


def plain_label(shown: str, *, title: bool = False, faint: bool = False, heading: bool = False) -> QLabel:
    """A label that never interprets text as markup; its text can be selected with the mouse."""
    label = QLabel(shown)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    for name, is_set in (("title", title), ("faint", faint), ("heading", heading)):
        label.setProperty(name, is_set)
    return label
