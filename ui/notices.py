"""Shows notices under the connection bar, each with a sign (✓, ! or ✗), a text and perhaps a button.

Invariants: there is at most one notice per `Message.subject`; a notice that no longer applies disappears by
itself; the text of a notice is plain text, never markup.
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from app.messages.languages import text, text_of
from app.messages.message import Message
from ui.plot.overview import plain_label
from ui.situation import Notice

_MOST = 4
_SIGNS = {"good": ("✓", "label_done"), "warn": ("!", "label_warning"), "bad": ("✗", "label_error")}


class _Row(QFrame):
    """One notice on the screen."""

    def __init__(self, notice: Notice, parent: QWidget) -> None:
        super().__init__(parent)
        self.notice = notice
        self.setProperty("notice", notice.tone)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 5, 6, 5)
        row.setSpacing(10)
        mark, name = _SIGNS[notice.tone]
        sign = QLabel(mark)
        sign.setProperty("tone", notice.tone)
        sign.setAccessibleName(text(name))
        self.label = plain_label(text_of(notice.message))
        self.label.setWordWrap(True)
        self.label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        row.addWidget(sign)
        row.addWidget(self.label, 1)
        self.button: QToolButton | None = None
        if notice.action:
            self.button = QToolButton()
            self.button.setText(text(notice.action))
            self.button.clicked.connect(self._act)
            self.button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            row.addWidget(self.button)

    def _act(self) -> None:
        if self.notice.act:
            self.notice.act()

    def looks_like(self, notice: Notice) -> bool:
        """Whether this row has the same sign (✓, ! or ✗) and button as `notice`; the texts may differ."""
        return (self.notice.tone, self.notice.action) == (notice.tone, notice.action)

    def change(self, notice: Notice) -> None:
        """Show `notice` in this row. The caller must have checked that `looks_like(notice)` is true.

        The text may change, for example the number of a countdown, and so may the function that the button
        calls.
        """
        self.notice = notice
        self.label.setText(text_of(notice.message))


class Notices(QWidget):
    """The column of notices; it is hidden while there are no notices."""

    def __init__(self, after: QWidget | None = None, parent: QWidget | None = None) -> None:
        """The buttons of the notices come after the widget `after` in the tab order."""
        super().__init__(parent)
        self._after = after
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(5)
        self._rows: dict[tuple[object, ...], _Row] = {}
        self._wanted: list[Notice] = []
        self._message: Notice | None = None
        self.setAccessibleName(text("label_notices"))
        self.hide()

    @property
    def texts(self) -> list[str]:
        """The texts of the notices, from top to bottom."""
        return [row.label.text() for row in self._rows.values()]

    def show_message(self, message: Message, tone: str) -> None:
        """Show a message above the notices, until the user closes it; `tone` is `good`, `warn` or `bad`."""
        self._message = Notice(tone, message, "button_close", self.dismiss)
        self.show_all(self._wanted)

    def dismiss(self) -> None:
        """Remove the message that `show_message` has shown, if it is still there."""
        self._message = None
        self.show_all(self._wanted)

    def take_over(self, other: Notices) -> None:
        """Show the message that `other.show_message` has shown in another window, unless it was dismissed."""
        if other._message:
            self.show_message(other._message.message, other._message.tone)

    def show_all(self, wanted: Iterable[Notice]) -> None:
        """Show the `wanted` notices, in their order, and remove all other notices.

        A message that `show_message` has shown stays above them. At most `_MOST` notices are shown, including
        that message.
        """
        self._wanted = list(wanted)
        by_subject: dict[tuple[object, ...], Notice] = {(): self._message} if self._message else {}
        for notice in self._wanted:
            by_subject.setdefault(notice.message.subject, notice)
        shown = dict(list(by_subject.items())[:_MOST])
        for subject in [subject for subject in self._rows if subject not in shown]:
            self._remove(subject)
        before = self._after
        for place, (subject, notice) in enumerate(shown.items()):
            row = self._rows.get(subject)
            if row and not row.looks_like(notice):
                self._remove(subject)
                row = None
            if row is None:
                row = self._rows[subject] = _Row(notice, self)
                self._column.insertWidget(place, row)
                if before is not None and row.button is not None:
                    QWidget.setTabOrder(before, row.button)
            elif row.notice != notice:
                row.change(notice)
            before = row.button or before
        self._rows = {subject: self._rows[subject] for subject in shown}
        self.setVisible(bool(self._rows))

    def _remove(self, subject: tuple[object, ...]) -> None:
        row = self._rows.pop(subject)
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()
