"""The dialog in which the user types auth tokens; it never shows them.

Invariants: the dialog passes the typed tokens only to `taken`, a function that the opener of the dialog
supplies; this function may save a token only in the keyring, with the server that the token is for; the
fields are empty after the dialog is closed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLineEdit,
    QPushButton,
    QToolButton,
    QWidget,
)

from app.config.bench_file import DeviceConfig
from app.messages.languages import text, text_of
from app.messages.message import Message
from ui.dialogs.fitting_dialog import FittingDialog
from ui.plot.overview import plain_label

Test = Callable[[DeviceConfig, str], object]
"""Arguments: a device, and the token that the user has typed for it; empty for the token that is stored."""

Taken = Callable[[Mapping[str, str], frozenset[str]], None]
"""Arguments: typed tokens as `{device: token}`, and the devices whose tokens must go into the keyring."""


class Asked(NamedTuple):
    """A device in the dialog."""

    device: DeviceConfig
    is_there: bool
    """Whether the device has a token, which a typed one replaces."""
    can_test: bool
    """Whether a token can be tried before one is typed."""
    can_keep: bool
    """Whether a typed token can be stored in the keyring."""
    reason: Message | None = None
    """Why the token is missing."""
    replaces_other: bool = False
    """Whether a token that is stored in the keyring would replace one for another server."""


class TokenDialog(FittingDialog):
    """The dialog for auth tokens, with a masked field for each device."""

    def __init__(
        self,
        devices: Sequence[Asked],
        taken: Taken,
        test: Test,
        parent: QWidget | None = None,
        *,
        can_leave_out: bool = False,
    ) -> None:
        """If the user confirms the dialog, the function `taken` is called with the typed tokens.

        The function `test` tries a token. With `can_leave_out`, a button confirms the dialog without a token.
        """
        super().__init__(parent)
        self.setWindowTitle(text("title_tokens"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._taken, self._test = taken, test
        self.fields: dict[str, QLineEdit] = {}
        self.keeps: dict[str, QCheckBox] = {}
        """The boxes of the devices whose tokens can be stored in the keyring."""
        self.tests: dict[str, QToolButton] = {}
        column = self.contents
        column.setSpacing(10)
        column.addWidget(plain_label(text("title_tokens"), title=True))
        source = plain_label(text("tokens_from_where"), faint=True)
        source.setWordWrap(True)
        column.addWidget(source)
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(4)
        for number, asked in enumerate(devices):
            row, device = 3 * number, asked.device
            grid.addWidget(plain_label(device.name, heading=True), row, 0)
            grid.addWidget(plain_label(text("token_for_server", server=device.server)), row, 1)
            grid.addWidget(self._field(asked), row + 1, 0, 1, 2)
            grid.addWidget(self._test_button(asked), row + 1, 2)
            grid.addWidget(self._keep(asked), row + 1, 3)
            if asked.reason:
                reason = plain_label(text_of(asked.reason), faint=True)
                reason.setWordWrap(True)
                grid.addWidget(reason, row + 2, 0, 1, 4)
        grid.setColumnStretch(1, 1)
        column.addLayout(grid)
        column.addStretch(1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.agree = buttons.addButton(text("button_use_tokens"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.agree.setDefault(True)
        self.leave_out: QPushButton | None = None
        """The button that confirms the dialog without a token, as long as none is typed."""
        if can_leave_out:
            rest = plain_label(text("tokens_may_be_left_out"), faint=True)
            rest.setWordWrap(True)
            column.addWidget(rest)
            label = text("button_connect_without_tokens", count=len(devices))
            self.leave_out = buttons.addButton(label, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.add_buttons(buttons)
        self.setMinimumWidth(620)
        self._typed()

    def _field(self, asked: Asked) -> QLineEdit:
        device, field = asked.device, QLineEdit()
        field.setEchoMode(QLineEdit.EchoMode.Password)
        field.setInputMethodHints(Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhSensitiveData)
        field.setMaxLength(256)
        field.setAccessibleName(text("label_token_of", device=device.name))
        field.setPlaceholderText(text("token_there" if asked.is_there else "token_hidden"))
        field.textChanged.connect(self._typed)
        self.fields[device.name] = field
        return field

    def _test_button(self, asked: Asked) -> QToolButton:
        """The button that tries the token; enabled if one is typed or stored."""
        device, button = asked.device, QToolButton()
        field = self.fields[device.name]
        button.setText(text("button_test"))
        button.setToolTip(text("tip_test"))
        button.setAccessibleName(text("label_test_of", device=device.name))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setEnabled(asked.can_test)
        button.clicked.connect(lambda: self._test(device, field.text().strip()))
        if not asked.can_test:
            field.textChanged.connect(lambda: button.setEnabled(bool(field.text().strip())))
        self.tests[device.name] = button
        return button

    def _keep(self, asked: Asked) -> QWidget:
        """The check box that decides whether a typed token is stored in the keyring.

        If that is not possible, the user has no choice: a label says that a typed token is only held in
        memory, because Pinbridge writes tokens only to the keyring.
        """
        if not asked.can_keep:
            return plain_label(text("label_token_for_run"), faint=True)
        keep = QCheckBox(text("label_keep_token"))
        keep.setAccessibleName(text("label_keep_token_of", device=asked.device.name))
        keep.setChecked(not asked.replaces_other)
        self.keeps[asked.device.name] = keep
        return keep

    def _typed(self) -> None:
        is_typed = any(field.text().strip() for field in self.fields.values())
        self.agree.setEnabled(is_typed)
        if self.leave_out:
            self.leave_out.setEnabled(not is_typed)

    def done(self, result: int) -> None:
        """Read the typed tokens from the fields, empty the fields, and close the dialog.

        After that, call the function `taken` with the tokens, but only if the user has confirmed the dialog.
        """
        typed = {name: field.text().strip() for name, field in self.fields.items() if field.text().strip()}
        keep = frozenset(name for name, box in self.keeps.items() if name in typed and box.isChecked())
        for field in self.fields.values():
            field.clear()
        super().done(result)
        if result == QDialog.DialogCode.Accepted:
            self._taken(typed, keep)
