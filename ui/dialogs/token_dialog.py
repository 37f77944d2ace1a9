"""The dialog in which the user types auth tokens; it never shows them.

Invariants: the dialog passes the typed tokens only to `taken`, a function that the opener of the dialog
supplies; this function may save a token only in the keyring, with the server that the token is for; the
fields are empty after the dialog is closed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLineEdit,
    QToolButton,
    QWidget,
)

from app.config.bench_file import DeviceConfig
from app.messages.languages import text, text_of
from app.messages.message import Message
from ui.dialogs.fitting_dialog import FittingDialog
from ui.plot.overview import plain_label

_KEYRING = "keyring:"

Test = Callable[[DeviceConfig, str], object]
"""Arguments: a device, and the token that the user has typed for it; empty for the token that is stored."""

Taken = Callable[[Mapping[str, str], frozenset[str]], None]
"""Arguments: typed tokens as `{device: token}`, and the devices whose tokens must go into the keyring."""


class TokenDialog(FittingDialog):
    """The dialog for auth tokens, with a masked field for each device."""

    def __init__(
        self,
        devices: Sequence[DeviceConfig],
        reasons: Mapping[str, Message],
        taken: Taken,
        test: Test,
        parent: QWidget | None = None,
    ) -> None:
        """`reasons` maps the name of a device to the reason why its token is missing.

        If the user confirms the dialog, the function `taken` is called with the typed tokens. The function
        `test` tries a token.
        """
        super().__init__(parent)
        self.setWindowTitle(text("title_tokens"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._taken, self._test = taken, test
        self.fields: dict[str, QLineEdit] = {}
        self.keeps: dict[str, QCheckBox] = {}
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
        for number, device in enumerate(devices):
            row = 3 * number
            grid.addWidget(plain_label(device.name, heading=True), row, 0)
            grid.addWidget(plain_label(text("token_for_server", server=device.server)), row, 1)
            grid.addWidget(self._field(device, device.name in reasons), row + 1, 0, 1, 2)
            grid.addWidget(self._test_button(device, device.name in reasons), row + 1, 2)
            grid.addWidget(self._keep(device), row + 1, 3)
            if device.name in reasons:
                reason = plain_label(text_of(reasons[device.name]), faint=True)
                reason.setWordWrap(True)
                grid.addWidget(reason, row + 2, 0, 1, 4)
        grid.setColumnStretch(1, 1)
        column.addLayout(grid)
        column.addStretch(1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.agree = buttons.addButton(text("button_use_tokens"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.agree.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.add_buttons(buttons)
        self.setMinimumWidth(620)
        self._typed()

    def _field(self, device: DeviceConfig, missing: bool) -> QLineEdit:
        field = QLineEdit()
        field.setEchoMode(QLineEdit.EchoMode.Password)
        field.setInputMethodHints(Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhSensitiveData)
        field.setMaxLength(256)
        field.setAccessibleName(text("label_token_of", device=device.name))
        field.setPlaceholderText(text("token_hidden" if missing else "token_there"))
        field.textChanged.connect(self._typed)
        self.fields[device.name] = field
        return field

    def _test_button(self, device: DeviceConfig, missing: bool) -> QToolButton:
        """The button that tries the token; enabled if one is typed or stored."""
        field, button = self.fields[device.name], QToolButton()
        button.setText(text("button_test"))
        button.setToolTip(text("tip_test"))
        button.setAccessibleName(text("label_test_of", device=device.name))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setEnabled(not missing)
        button.clicked.connect(lambda: self._test(device, field.text().strip()))
        if missing:
            field.textChanged.connect(lambda: button.setEnabled(bool(field.text().strip())))
        self.tests[device.name] = button
        return button

    def _keep(self, device: DeviceConfig) -> QCheckBox:
        """The check box that decides whether a typed token is stored in the keyring.

        The box is disabled if the bench file names another place for the token, such as an environment
        variable. A typed token is then only held in memory, because Pinbridge writes tokens only to the
        keyring.
        """
        keep = QCheckBox(text("label_keep_token"))
        keep.setAccessibleName(text("label_keep_token_of", device=device.name))
        can = device.auth_token.startswith(_KEYRING)
        keep.setChecked(can)
        keep.setEnabled(can)
        if not can:
            keep.setText(text("label_token_for_run"))
        self.keeps[device.name] = keep
        return keep

    def _typed(self) -> None:
        self.agree.setEnabled(any(field.text().strip() for field in self.fields.values()))

    def done(self, result: int) -> None:
        """Read the typed tokens from the fields, empty the fields, and close the dialog.

        After that, call the function `taken` with the tokens, but only if the user has confirmed the dialog.
        """
        typed = {name: field.text().strip() for name, field in self.fields.items() if field.text().strip()}
        keep = frozenset(name for name in typed if self.keeps[name].isChecked())
        for field in self.fields.values():
            field.clear()
        super().done(result)
        if result == QDialog.DialogCode.Accepted:
            self._taken(typed, keep)
