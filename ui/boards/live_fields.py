"""Reports what the user changes in the form while its board is connected.

Invariant: a change is reported on Return, or when an entry of a list is chosen, and not on each key.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLineEdit

from ui.widgets.choice_box import ChoiceBox


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
        self._baud_box, self._token_field, self._server = baud_box, token_field, server
        for box, apply in ((baud_box, self._apply_baud_rate), (server_box, self._apply_server)):
            box.activated.connect(lambda _, box=box, apply=apply: apply() if box.is_chosen else None)
            line = box.lineEdit()
            if line is not None:
                line.returnPressed.connect(apply)
        token_field.returnPressed.connect(self._apply_token)

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
