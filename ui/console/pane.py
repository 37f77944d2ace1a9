"""The console below the plot: every line with its verdict and a hint, and a box to send a line to the board.

Invariants: the list follows the newest line until the user scrolls up, and then keeps its place; only visible
rows are painted.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.bench.status import ConsoleLine
from app.messages.languages import text
from ui.console.model import ConsoleModel
from ui.console.send_box import SendBox
from ui.theme.colors import Scheme
from ui.widgets.rows_view import RowsView
from ui.wording import KIND_LABELS


class ConsolePane(QWidget):
    """The list of lines and the send box.

    The buttons for the list are in `tools`, a separate row that the window shows beside the pane's tab.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = ConsoleModel(self)
        self.view = RowsView(text("label_console"))
        self.view.setModel(self.model)
        self.model.set_text_size(self.font().pointSizeF())
        metrics = self.view.fontMetrics()
        widest = max(metrics.horizontalAdvance(text(code)) for code in KIND_LABELS.values())
        self.view.set_widths((20, max(15, widest // metrics.averageCharWidth() + 4), 38))
        self.only_rejected = QToolButton()
        self.only_rejected.setText(text("button_only_rejected"))
        self.only_rejected.setToolTip(text("tip_only_rejected"))
        self.only_rejected.setCheckable(True)
        self.only_rejected.toggled.connect(self._filter)
        self.newest_button = QToolButton()
        self.newest_button.setText(text("button_newest"))
        self.newest_button.setToolTip(text("tip_newest"))
        self.newest_button.hide()
        self.newest_button.clicked.connect(self.follow)
        self.clear_button = QToolButton()
        self.clear_button.setText(text("button_clear"))
        self.clear_button.setToolTip(text("tip_clear"))
        self.clear_button.setAccessibleName(text("label_clear"))
        self.clear_button.clicked.connect(self.clear)
        self._remark = QLabel()
        self._remark.setProperty("faint", True)
        self.send_box = SendBox()
        self.tools = QWidget()
        tools = QHBoxLayout(self.tools)
        tools.setContentsMargins(0, 0, 0, 0)
        tools.setSpacing(10)
        tools.addWidget(self._remark, 1)
        for widget in (self.newest_button, self.only_rejected, self.clear_button):
            tools.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.view, 1)
        column.addWidget(self.send_box)
        self._follows = True
        self.view.verticalScrollBar().valueChanged.connect(self._scrolled)
        self._adding = False

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Show the lines in letters of the same size as all other text."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self.model.set_text_size(self.font().pointSizeF())

    def set_scheme(self, scheme: Scheme) -> None:
        """Use the colours of `scheme`."""
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

    def say(self, remark: str) -> None:
        """Show a remark beside the buttons, such as the reason why no new lines are added."""
        self._remark.setText(remark)

    def clear(self) -> None:
        """Remove all lines. From now on, the list scrolls to each new line again."""
        self.model.clear()
        self.follow()

    def restart(self) -> None:
        """Remove all lines and disable the send box, for example before another device is shown."""
        self.send_box.setEnabled(False)
        self.model.restart()
        self.follow()

    def follow(self) -> None:
        """Scroll to the newest line, and keep following new ones."""
        self._follows = True
        self.view.scrollToBottom()
        self.newest_button.hide()

    def _filter(self, only_rejected: bool) -> None:
        self.model.set_only_rejected(only_rejected)
        self.follow()

    def _scrolled(self, value: int) -> None:
        if not self._adding:
            self._follows = value >= self.view.verticalScrollBar().maximum()
            self.newest_button.setVisible(not self._follows)
