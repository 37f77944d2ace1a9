"""What was wrong: the last rejected lines of all runs, and how many there were for each reason.

Invariants: the bench is asked again only when a count has changed; choosing a reason filters what is in sight
and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.bench.status import RejectedLine
from app.messages.languages import text_of
from app.wire.datastreams import Reason
from ui import wording
from ui.plot.overview import plain_label
from ui.widgets.rows_view import RowsView
from ui.widgets.text_model import TextModel

Reasons = tuple[tuple[Reason, int], ...]
_REASON = Qt.ItemDataRole.UserRole


class WrongLines(QWidget):
    """Reasons with their counts at the left, lines with their hints at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = TextModel(("Time", "Reason", "Line", "What to do"), self)
        self.view = RowsView("Rejected lines with their reasons")
        self.view.setModel(self.model)
        self.view.set_widths((26, 20, 34))
        self.reasons = QListWidget()
        self.reasons.setAccessibleName("Reasons, with how many lines each")
        self.reasons.setFixedWidth(30 * self.fontMetrics().averageCharWidth())
        self._lines: list[RejectedLine] = []
        self._shown: Reasons | None = None
        self._word = plain_label("", faint=True)
        self.copy_button = QToolButton()
        self.copy_button.setText("Copy all")
        self.copy_button.setToolTip(
            "Put the counts and these lines on the clipboard (Ctrl+C: selected lines)"
        )
        self.copy_button.clicked.connect(self.copy_all)
        self.tools = QWidget()
        tools = QHBoxLayout(self.tools)
        tools.setContentsMargins(0, 0, 0, 0)
        tools.addWidget(self._word, 1)
        tools.addWidget(self.copy_button)
        self._word.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.reasons)
        row.addWidget(self.view, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row, 1)
        self.reasons.currentItemChanged.connect(lambda: self._filter())
        self.restart()

    def restart(self) -> None:
        """Another device follows."""
        self._shown = None
        self.show_lines((), ())

    def is_stale(self, reasons: Reasons) -> bool:
        """Whether the lines have to be asked for again."""
        return reasons != self._shown

    def show_lines(self, reasons: Reasons, lines: Sequence[RejectedLine]) -> None:
        """Show the counts and the last lines, oldest first."""
        if self._shown is None or [r for r, _ in reasons] != [r for r, _ in self._shown]:
            self._rebuild(reasons)
        self._shown, self._lines = reasons, list(lines)
        total = sum(count for _, count in reasons)
        for row, count in enumerate((total, *(count for _, count in reasons))):
            item = self.reasons.item(row)
            name = reason_word(item.data(_REASON)) if row else "all reasons"
            item.setText(f"{wording.count(count)}  {name}")
        self._word.setText(
            f"The last {len(lines):,} of {total:,} rejected lines, of all runs"
            if total
            else "No line was rejected"
        )
        self.copy_button.setEnabled(bool(total))
        self._filter()

    def copy_all(self) -> None:
        """Put the counts and the lines in sight on the clipboard."""
        counts = "\n".join(f"{count}\t{reason}" for reason, count in self._shown or ())
        lines = self.model.text_of(range(self.model.rowCount()))
        QGuiApplication.clipboard().setText(f"{counts}\n\n{lines}\n")

    def _rebuild(self, reasons: Reasons) -> None:
        chosen = self._chosen()
        self.reasons.clear()
        for reason in (None, *(reason for reason, _ in reasons)):
            item = QListWidgetItem(self.reasons)
            item.setData(_REASON, reason)
            if reason == chosen:
                self.reasons.setCurrentItem(item)
        if self.reasons.currentRow() < 0:
            self.reasons.setCurrentRow(0)

    def _chosen(self) -> Reason | None:
        item = self.reasons.currentItem()
        return Reason(item.data(_REASON)) if item is not None and item.data(_REASON) else None

    def _filter(self) -> None:
        chosen = self._chosen()
        at_end = self.view.verticalScrollBar().value() >= self.view.verticalScrollBar().maximum()
        self.model.show(
            [
                (
                    wording.moment(line.received_at_us / 1e6),
                    reason_word(line.reason),
                    wording.one_line(line.text),
                    text_of(line.hint),
                )
                for line in self._lines
                if chosen in (None, line.reason)
            ]
        )
        if at_end:
            self.view.scrollToBottom()


def reason_word(reason: Reason) -> str:
    """`no assignment`, `bad encoding`."""
    return str(reason).replace("_", " ")
