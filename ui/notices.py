"""Notices under the connection bar: what a person should know or do, each with a sign, a word and a button.

Invariants: one notice a subject; a notice that is over goes away by itself; its text is plain.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ui.plot.overview import plain_label
from ui.situation import Notice

_MOST = 4
_SIGNS = {"good": ("✓", "Done"), "warn": ("!", "Warning"), "bad": ("✗", "Error")}


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
        sign.setAccessibleName(name)
        self.label = plain_label(notice.text)
        self.label.setWordWrap(True)
        self.label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        row.addWidget(sign)
        row.addWidget(self.label, 1)
        self.button: QToolButton | None = None
        if notice.action:
            self.button = QToolButton()
            self.button.setText(notice.action)
            self.button.clicked.connect(self._act)
            self.button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            row.addWidget(self.button)

    def _act(self) -> None:
        if self.notice.act:
            self.notice.act()

    def change(self, notice: Notice) -> None:
        """The same subject with other words, such as a countdown."""
        self.notice = notice
        self.label.setText(notice.text)


class Notices(QWidget):
    """The column of notices; hidden while there are none."""

    def __init__(self, after: QWidget | None = None, parent: QWidget | None = None) -> None:
        """The Tab key comes to the notices' buttons after `after`."""
        super().__init__(parent)
        self._after = after
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(5)
        self._rows: dict[str, _Row] = {}
        self._wanted: Mapping[str, Notice] = {}
        self._message: Notice | None = None
        self.setAccessibleName("Notices")
        self.hide()

    @property
    def texts(self) -> list[str]:
        """What the notices say, from the top."""
        return [row.notice.text for row in self._rows.values()]

    def show_message(self, text: str, tone: str) -> None:
        """Say what was done or what went wrong, above all else, until a person closes it."""
        self._message = Notice(tone, text, "Close", self.dismiss)
        self.show_all(self._wanted)

    def dismiss(self) -> None:
        """Take back what was told."""
        self._message = None
        self.show_all(self._wanted)

    def show_all(self, wanted: Mapping[str, Notice]) -> None:
        """Show these notices by subject from the top, and no others but what was told."""
        self._wanted = wanted
        told = {"": self._message} if self._message else {}
        wanted = dict(list((told | dict(wanted)).items())[:_MOST])
        for subject in [name for name in self._rows if name not in wanted]:
            self._remove(subject)
        before = self._after
        for place, (subject, notice) in enumerate(wanted.items()):
            row = self._rows.get(subject)
            if row and row.notice[:1] + row.notice[2:3] != notice[:1] + notice[2:3]:
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
        self._rows = {subject: self._rows[subject] for subject in wanted}
        self.setVisible(bool(self._rows))

    def _remove(self, subject: str) -> None:
        row = self._rows.pop(subject)
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()
