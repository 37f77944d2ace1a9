"""Shows the last rejected lines of a device, and how many of its lines were rejected for each reason.

Lines from before the program was started are included.

Invariants: the lines are read again only when a count has changed; choosing a reason filters the list and
changes nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
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
from app.messages.languages import text, text_of
from app.messages.message import Message
from app.messages.visible import visible
from app.wire.datastreams import REASON_LABELS, Reason
from ui import wording
from ui.fixes.buttons import FixButtons
from ui.fixes.catalogue import Subject, fixes_of
from ui.fixes.changes import helps
from ui.fixes.fix import Fix
from ui.plot.overview import plain_label
from ui.widgets.rows_view import RowsView
from ui.widgets.text_model import TextModel

Reasons = tuple[tuple[Reason, int], ...]
_HEADERS = ("column_time", "column_reason", "column_line", "column_hint")
_REASON = Qt.ItemDataRole.UserRole
_LEAST_PX = 40
"""The height of the list of reasons in a very low pane; Qt would ask for more."""


class RejectedLines(QWidget):
    """The pane of rejected lines: reasons with their counts at the left, lines with hints at the right."""

    fix_asked = Signal(object, str)
    """Emitted with a `Fix`, and the text of the line that it is for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = TextModel([text(code) for code in _HEADERS], self)
        self.view = RowsView(text("label_rejected_view"))
        self.view.setModel(self.model)
        widest = max(map(text, REASON_LABELS.values()), key=self.view.fontMetrics().horizontalAdvance)
        self.view.set_widths((wording.moment(0), widest, 34))
        self.reasons = QListWidget()
        self.reasons.setAccessibleName(text("label_reasons"))
        self.reasons.setMinimumHeight(_LEAST_PX)
        self._narrow()
        self._lines: list[RejectedLine] = []
        self._listed: list[RejectedLine] = []
        self._subject: Subject | None = None
        self._shown: Reasons | None = None
        self._summary = plain_label("", faint=True)
        self.copy_button = QToolButton()
        self.copy_button.setText(text("button_copy_all"))
        self.copy_button.setToolTip(text("tip_copy_all"))
        self.copy_button.clicked.connect(self.copy_all)
        self.tools = QWidget()
        tools = QHBoxLayout(self.tools)
        tools.setContentsMargins(0, 0, 0, 0)
        self.fixes = FixButtons()
        self.fixes.asked.connect(self._ask_for)
        tools.addWidget(self._summary, 1)
        tools.addWidget(self.fixes)
        tools.addWidget(self.copy_button)
        self._summary.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.reasons)
        row.addWidget(self.view, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row, 1)
        self.reasons.currentItemChanged.connect(lambda: self._filter())
        self.view.selectionModel().selectionChanged.connect(lambda: self._show_fixes())
        self.restart()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Fit the list of reasons to a new font, for example of another size."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._narrow()

    def _narrow(self) -> None:
        self.reasons.setFixedWidth(30 * self.fontMetrics().averageCharWidth())

    def restart(self) -> None:
        """Remove all counts and lines, for example before another device is shown."""
        self._shown = None
        self.show_lines((), ())

    def look_at(self, subject: Subject | None) -> None:
        """Offer fixes for the lines of `subject`; for none, if it is None."""
        if subject != self._subject:
            self._subject = subject
            self._show_fixes()

    def is_stale(self, reasons: Reasons) -> bool:
        """Whether `reasons` differs from the counts that are shown, so that the lines must be read again."""
        return reasons != self._shown

    def show_lines(self, reasons: Reasons, lines: Sequence[RejectedLine]) -> None:
        """Show the count of each reason, and the last rejected lines, oldest first."""
        if self._shown is None or [r for r, _ in reasons] != [r for r, _ in self._shown]:
            self._rebuild(reasons)
        self._shown, self._lines = reasons, list(lines)
        total = sum(count for _, count in reasons)
        for row, count in enumerate((total, *(count for _, count in reasons))):
            item = self.reasons.item(row)
            reason = Message(REASON_LABELS[item.data(_REASON)] if row else "label_all_reasons")
            item.setText(text("label_reason_count", number=wording.count(count), reason=reason))
        self._summary.setText(
            text("label_last_rejected", shown=len(lines), count=total)
            if total
            else text("label_none_rejected")
        )
        self.copy_button.setEnabled(bool(total))
        self._filter()

    def copy_all(self) -> None:
        """Copy the counts of all reasons and the listed lines to the clipboard."""
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
        listed = [line for line in self._lines if chosen in (None, line.reason)]
        at_end = self.view.verticalScrollBar().value() >= self.view.verticalScrollBar().maximum()
        self.model.show(
            [
                (
                    wording.moment(line.received_at_us / 1e6),
                    text(REASON_LABELS[line.reason]),
                    visible(line.text),
                    visible(text_of(line.hint)),
                )
                for line in listed
            ]
        )
        self._listed = listed
        if at_end:
            self.view.scrollToBottom()
        self._show_fixes()

    @property
    def _chosen_line(self) -> RejectedLine | None:
        """The selected line; the newest of them, if several are."""
        chosen = [row for row in self.view.chosen if row < len(self._listed)]
        return self._listed[chosen[-1]] if chosen else None

    def _show_fixes(self) -> None:
        line = self._chosen_line
        if line is None or self._subject is None:
            self.fixes.show_fixes(())
            return
        device = self._subject.device
        found = fixes_of(line.hint, self._subject)
        self.fixes.show_fixes([fix for fix in found if helps(device, fix, line.text)])

    def _ask_for(self, fix: Fix) -> None:
        line = self._chosen_line
        if line is not None:
            self.fix_asked.emit(fix, line.text)
