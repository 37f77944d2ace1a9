"""The console below the plot: every line with its verdict and what to do about it.

Invariants: it follows the newest line unless a person has scrolled up, and then stays where it is; only the
rows that can be seen are painted.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.status import ConsoleLine
from ui.colors import Scheme
from ui.console_model import HINT, TEXT, TIME, VERDICT, ConsoleModel


class ConsoleView(QTableView):
    """The rows; copying takes the selected lines."""

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Ctrl+C copies whole lines, and End goes back to following the newest."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.MoveToEndOfLine):
            self.scrollToBottom()
        else:
            super().keyPressEvent(event)

    def copy(self) -> None:
        """Put the selected lines on the clipboard."""
        model = self.model()
        if isinstance(model, ConsoleModel):
            rows = sorted(index.row() for index in self.selectionModel().selectedRows())
            QGuiApplication.clipboard().setText(model.text_of(rows))


class Console(QFrame):
    """The pane: a heading with its tools, and the lines."""

    filtered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.model = ConsoleModel(self)
        self.view = ConsoleView()
        self.view.setModel(self.model)
        self.view.setAccessibleName("Console: lines of the board with their verdicts")
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.setShowGrid(False)
        self.view.setWordWrap(False)
        self.view.setTabKeyNavigation(False)
        self.view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        rows = self.view.verticalHeader()
        rows.hide()
        rows.setMinimumSectionSize(8)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(self.view.fontMetrics().height() + 5)
        header = self.view.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        width = self.view.fontMetrics().averageCharWidth()
        self.view.setColumnWidth(TIME, 20 * width)
        self.view.setColumnWidth(VERDICT, 15 * width)
        self.view.setColumnWidth(TEXT, 38 * width)
        header.setSectionResizeMode(HINT, QHeaderView.ResizeMode.Stretch)
        self.only_wrong = QToolButton()
        self.only_wrong.setText("Only wrong lines")
        self.only_wrong.setToolTip("Show rejected lines alone (W)")
        self.only_wrong.setCheckable(True)
        self.only_wrong.toggled.connect(self._filter)
        self.newest_button = QToolButton()
        self.newest_button.setText("Jump to newest")
        self.newest_button.setToolTip("Follow the newest line again (End)")
        self.newest_button.hide()
        self.newest_button.clicked.connect(self.follow)
        self.clear_button = QToolButton()
        self.clear_button.setText("Clear")
        self.clear_button.setToolTip("Empty this view (Ctrl+K); nothing is lost")
        self.clear_button.setAccessibleName("Clear the console")
        self.clear_button.clicked.connect(self.clear)
        self._word = QLabel()
        self._word.setProperty("faint", True)
        title = QLabel("Console")
        title.setProperty("heading", True)
        tools = QHBoxLayout()
        tools.setContentsMargins(6, 0, 0, 0)
        tools.setSpacing(10)
        tools.addWidget(title)
        tools.addWidget(self._word, 1)
        for widget in (self.newest_button, self.only_wrong, self.clear_button):
            tools.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.setSpacing(4)
        column.addLayout(tools)
        column.addWidget(self.view, 1)
        self._follows = True
        self.view.verticalScrollBar().valueChanged.connect(self._scrolled)
        self._adding = False

    @property
    def follows(self) -> bool:
        """Whether the newest line is kept in sight."""
        return self._follows

    def set_scheme(self, scheme: Scheme) -> None:
        """Change the colours."""
        self.model.set_scheme(scheme)

    def add(self, lines: Sequence[ConsoleLine]) -> None:
        """Show new lines, oldest first."""
        if not lines:
            return
        bar = self.view.verticalScrollBar()
        was_at = bar.value()
        self._adding = True
        dropped = self.model.add(lines)
        if self._follows:
            self.view.scrollToBottom()
        else:
            self.view.executeDelayedItemsLayout()
            bar.setValue(max(0, was_at - dropped))
        self._adding = False

    def say(self, word: str) -> None:
        """A word beside the heading, such as why the view stands still."""
        if word != self._word.text():
            self._word.setText(word)

    def clear(self) -> None:
        """Empty the view."""
        self.model.clear()
        self.follow()

    def restart(self) -> None:
        """Another device or run follows."""
        self.model.restart()
        self.follow()

    def follow(self) -> None:
        """Keep the newest line in sight again."""
        self._follows = True
        self.view.scrollToBottom()
        self.newest_button.hide()

    def _filter(self, only_wrong: bool) -> None:
        self.model.set_only_wrong(only_wrong)
        self.follow()
        self.filtered.emit()

    def _scrolled(self, value: int) -> None:
        if not self._adding:
            self._follows = value >= self.view.verticalScrollBar().maximum()
            self.newest_button.setVisible(not self._follows)
