"""The box beside the form's token: whether the token is kept in the keyring.

Invariant: only the user's click forgets a token; that another board is chosen forgets none.
"""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QWidget

from app.messages.languages import text
from ui.settings import Settings


class KeepBox(QCheckBox):
    """The box. It is ticked if the token of the chosen board and server is in the keyring."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(text("label_keep_form_token"), parent)
        self._settings = settings
        self._name = ""
        self.can_keep = False
        """Whether the window can store tokens at all."""
        self.setAccessibleName(text("label_keep_token"))
        self.setToolTip(text("tip_keep_token"))

    @property
    def has_token(self) -> bool:
        """Whether the keyring has the token, as far as the settings know."""
        return self.can_keep and self._name in self._settings.kept_tokens

    @property
    def place(self) -> str:
        """Where the token is kept, as a bench file has it; empty if it is not to be kept."""
        return f"keyring:{self._name}" if self._name and self.can_keep and self.isChecked() else ""

    def show_for(self, name: str) -> None:
        """Show the state for the board and server whose token has this name in the keyring."""
        if name != self._name:
            self._name = name
            self.setChecked(self.has_token)

    def note(self, *, kept: bool) -> None:
        """Remember whether the token is in the keyring now."""
        names = [name for name in self._settings.kept_tokens if name != self._name]
        self._settings.kept_tokens = [*names, self._name] if kept else names
        self.setChecked(kept)
