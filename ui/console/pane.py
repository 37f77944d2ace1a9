"""The console below the plot: every line with its verdict and what to do about it, and a box to answer.

Invariants: it follows the newest line unless a person has scrolled up, and then stays where it is; only the
rows that can be seen are painted.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.bench.status import ConsoleLine
from ui.console.model import ConsoleModel
from ui.console.send_box import SendBox
from ui.theme.colors import Scheme
from ui.widgets.rows_view import RowsView


class ConsolePane(QWidget):
    """The lines and the box below them; `tools` stand beside the heading."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = ConsoleModel(self)
        self.view = RowsView("Console: lines of the board with their verdicts")
        self.view.setModel(self.model)
        self.view.set_widths((20, 15, 38))
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
        self.send_box = SendBox()
        self.tools = QWidget()
        tools = QHBoxLayout(self.tools)
        tools.setContentsMargins(0, 0, 0, 0)
        tools.setSpacing(10)
        tools.addWidget(self._word, 1)
        for widget in (self.newest_button, self.only_wrong, self.clear_button):
            tools.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.view, 1)
        column.addWidget(self.send_box)
        self._follows = True
        self.view.verticalScrollBar().valueChanged.connect(self._scrolled)
        self._adding = False

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
        self.send_box.setEnabled(False)
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

    def _scrolled(self, value: int) -> None:
        if not self._adding:
            self._follows = value >= self.view.verticalScrollBar().maximum()
            self.newest_button.setVisible(not self._follows)
