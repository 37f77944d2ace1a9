"""The dialog for a marker on the time axis: its note, and how it is removed.

Invariant: a new marker has the time at which the user has asked for it, however long the note takes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QLineEdit, QWidget

from app.errors import PinbridgeError
from app.messages.languages import text, text_of
from app.wire.timeline import MAX_NOTE, Marker
from ui import wording
from ui.dialogs.fitting_dialog import FittingDialog
from ui.plot.feed.contract import TimelinesView
from ui.plot.overview import plain_label

_WIDE_LETTERS = 44


class MarkerDialog(FittingDialog):
    """Asks for the note of a marker."""

    def __init__(
        self,
        at_s: float,
        note: str,
        keep: Callable[[str], object],
        remove: Callable[[], object] | None,
        parent: QWidget,
    ) -> None:
        """`keep` is called with the note; it may raise PinbridgeError. `remove` is None for a new marker."""
        super().__init__(parent)
        self.setWindowTitle(text("title_marker"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._keep, self._remove = keep, remove
        self.field = QLineEdit(note)
        self.field.setMaxLength(MAX_NOTE)
        self.field.setAccessibleName(text("label_marker_note"))
        self.field.setPlaceholderText(text("label_marker_note"))
        self.problem = plain_label("")
        self.problem.setProperty("tone", "bad")
        self.problem.setWordWrap(True)
        self.problem.hide()
        self.contents.setSpacing(10)
        title = plain_label(text("title_marker_at", time=wording.moment(at_s)), title=True)
        for widget in (title, self.field, self.problem):
            self.contents.addWidget(widget)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.agree = buttons.addButton(text("button_keep_marker"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.agree.setDefault(True)
        if remove is not None:
            role = QDialogButtonBox.ButtonRole.DestructiveRole
            self.remove_button = buttons.addButton(text("button_remove_marker"), role)
            self.remove_button.clicked.connect(self._remove_now)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.add_buttons(buttons)
        self.setMinimumWidth(_WIDE_LETTERS * self.fontMetrics().averageCharWidth())
        self.field.setFocus()

    def accept(self) -> None:
        """Keep the marker, and close the dialog if that has worked."""
        self._do(partial(self._keep, self.field.text().strip()))

    def _remove_now(self) -> None:
        if self._remove is not None:
            self._do(self._remove)

    def _do(self, act: Callable[[], object]) -> None:
        try:
            act()
        except PinbridgeError as error:
            self.problem.setText(text_of(error.message))
            self.problem.show()
            self.field.setFocus()
            return
        super().accept()


def ask_for_new(timelines: TimelinesView, device: str, at_s: float, parent: QWidget) -> None:
    """Ask for the note of a new marker at the time `at_s` (Unix seconds)."""
    MarkerDialog(at_s, "", lambda note: timelines.mark(device, at_s, note), None, parent).open()


def ask_to_change(timelines: TimelinesView, marker: Marker, parent: QWidget) -> None:
    """Let the user change or remove a marker."""

    def keep(note: str) -> None:
        timelines.change_mark(marker, note=note)

    remove = partial(timelines.remove_mark, marker)
    MarkerDialog(marker.at_us / 1e6, marker.note, keep, remove, parent).open()
