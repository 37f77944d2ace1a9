"""The dialog that takes auth tokens: typed masked, shown never.

Invariants: a token leaves its field for the function that was given and for nothing else; a field is empty
once the dialog is closed; what can be kept is kept in the keyring alone, bound to the device's server.
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
    QVBoxLayout,
    QWidget,
)

from app.config.bench_file import DeviceConfig
from ui.plot.overview import plain_label

_KEYRING = "keyring:"

Taken = Callable[[Mapping[str, str], frozenset[str]], None]
"""Takes the tokens that were typed, by device, and those of them that are to be kept."""


class TokenDialog(QDialog):
    """A masked field for each device."""

    def __init__(
        self,
        devices: Sequence[DeviceConfig],
        sentences: Mapping[str, str],
        taken: Taken,
        parent: QWidget | None = None,
    ) -> None:
        """`sentences` tell, by device, why a token is asked for."""
        super().__init__(parent)
        self.setWindowTitle("Auth tokens")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._taken = taken
        self.fields: dict[str, QLineEdit] = {}
        self.keeps: dict[str, QCheckBox] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(10)
        column.addWidget(plain_label("Auth tokens", title=True))
        column.addWidget(
            plain_label(
                "Copy them from Blynk's device page. They are never shown, nor written to a file.", faint=True
            )
        )
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(4)
        for number, device in enumerate(devices):
            row = 3 * number
            grid.addWidget(plain_label(device.name, heading=True), row, 0)
            grid.addWidget(plain_label(f"for {device.server}"), row, 1)
            grid.addWidget(self._field(device, device.name in sentences), row + 1, 0, 1, 2)
            grid.addWidget(self._keep(device), row + 1, 2)
            if device.name in sentences:
                word = plain_label(sentences[device.name], faint=True)
                word.setWordWrap(True)
                grid.addWidget(word, row + 2, 0, 1, 3)
        grid.setColumnStretch(1, 1)
        column.addLayout(grid)
        column.addSpacing(6)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.agree = buttons.addButton("Use these tokens", QDialogButtonBox.ButtonRole.AcceptRole)
        self.agree.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        self.setMinimumWidth(620)
        self._typed()

    def _field(self, device: DeviceConfig, missing: bool) -> QLineEdit:
        field = QLineEdit()
        field.setEchoMode(QLineEdit.EchoMode.Password)
        field.setInputMethodHints(Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhSensitiveData)
        field.setMaxLength(256)
        field.setAccessibleName(f"Auth token of {device.name}")
        field.setPlaceholderText("hidden" if missing else "there; type to replace it")
        field.textChanged.connect(self._typed)
        self.fields[device.name] = field
        return field

    def _keep(self, device: DeviceConfig) -> QCheckBox:
        """An environment's variable is not ours to set: such a token is for this run."""
        keep = QCheckBox("Keep in the keyring")
        keep.setAccessibleName(f"Keep the token of {device.name} in this computer's keyring")
        can = device.auth_token.startswith(_KEYRING)
        keep.setChecked(can)
        keep.setEnabled(can)
        if not can:
            keep.setText("For this run")
        self.keeps[device.name] = keep
        return keep

    def _typed(self) -> None:
        self.agree.setEnabled(any(field.text().strip() for field in self.fields.values()))

    def done(self, result: int) -> None:
        """Hand over what was typed, or forget it."""
        typed = {name: field.text().strip() for name, field in self.fields.items() if field.text().strip()}
        keep = frozenset(name for name in typed if self.keeps[name].isChecked())
        for field in self.fields.values():
            field.clear()
        super().done(result)
        if result == QDialog.DialogCode.Accepted:
            self._taken(typed, keep)
