"""Reports what the user changes in the form while its board is connected.

Invariants: a change is reported on Return, or when an entry of a list is chosen, and not on each key; what
was not reported when the focus leaves these fields is dropped, so that they show what the board uses.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QApplication, QLineEdit

from ui.widgets.choice_box import ChoiceBox

_ELSEWHERE = (
    Qt.FocusReason.ActiveWindowFocusReason,
    Qt.FocusReason.PopupFocusReason,
    Qt.FocusReason.MenuBarFocusReason,
)
"""Why a field loses the focus for a while and gets it back."""


class LiveFields(QObject):
    """Watches the fields for baud rate, server and token. Only while it `is_on`, it emits its signals."""

    baud_rate_chosen = Signal(int)
    server_chosen = Signal(str)
    """Emitted with the server; empty for none."""
    token_typed = Signal(str)
    """Emitted with the server that the token in the field is for."""

    def __init__(
        self, baud_box: ChoiceBox, server_box: ChoiceBox, token_field: QLineEdit, server: Callable[[], str]
    ) -> None:
        """`server` returns the server that the box names."""
        super().__init__()
        self.is_on = False
        self._baud_box, self._server_box, self._token_field = baud_box, server_box, token_field
        self._server = server
        self._used = ("", "")
        for field in (baud_box, server_box, token_field):
            field.installEventFilter(self)
        for box, apply in ((baud_box, self._apply_baud_rate), (server_box, self._apply_server)):
            box.activated.connect(lambda _, box=box, apply=apply: apply() if box.is_chosen else None)
            line = box.lineEdit()
            if line is not None:
                line.returnPressed.connect(apply)
        token_field.returnPressed.connect(self._apply_token)

    def switch(self, *, on: bool) -> None:
        """Begin or stop to watch the fields. They must show then what the board uses."""
        if on and not self.is_on:
            self.note_used()
        self.is_on = on

    def note_used(self) -> None:
        """Note that the board uses now what the fields show."""
        self._used = (self._baud_box.currentText(), self._server_box.currentText())

    def show_used(self) -> None:
        """Show what the board uses. A token that was typed for another server is dropped."""
        baud_rate, server = self._used
        self._baud_box.setCurrentText(baud_rate)
        if self._server_box.currentText() != server:
            self._server_box.setCurrentText(server)
            self._token_field.clear()

    def eventFilter(self, field: QObject, event: QEvent) -> bool:  # noqa: N802
        """Drop what was not reported when the focus leaves the fields.

        A server stays until then, because its token is typed next.
        """
        if (
            self.is_on
            and event.type() is QEvent.Type.FocusOut
            and isinstance(event, QFocusEvent)
            and event.reason() not in _ELSEWHERE
        ):
            if QApplication.focusWidget() in (self._server_box, self._token_field):
                self._baud_box.setCurrentText(self._used[0])
            else:
                self.show_used()
        return super().eventFilter(field, event)

    def _apply_baud_rate(self) -> None:
        typed = self._baud_box.currentText().strip()
        if self.is_on and typed.isdecimal():
            self.baud_rate_chosen.emit(int(typed))

    def _apply_server(self) -> None:
        if self.is_on:
            self.server_chosen.emit(self._server())

    def _apply_token(self) -> None:
        if self.is_on and self._token_field.text().strip():
            self.token_typed.emit(self._server())
