"""What the user does with auth tokens of a bench file: types them, and lets the running bench use them.

Invariants: a token is only held in memory or stored in the keyring, never in a draft or a file; while a
running bench waits for a token, the window says so.
"""

from __future__ import annotations

from collections.abc import Callable

from ui.bench.applying import Applying, Say
from ui.bench.parts import WindowParts
from ui.situation import Notice


class TokenActions:
    """The dialogs for the tokens of the open bench file."""

    def __init__(
        self, parts: WindowParts, applying: Applying, say: Say, followed: Callable[[], None]
    ) -> None:
        """`followed` is called after the running bench has got tokens for which it waited."""
        self._parts, self._applying = parts, applying
        self._say, self._followed = say, followed

    def ask_for_all(self) -> None:
        """Open the dialog for all tokens of the open bench file. A demo has its own token."""
        connection = self._parts.connection
        self._parts.prompts.ask(None if connection.demo else connection.config, self._use_typed)

    def ask_for_missing(self) -> None:
        """Open the dialog for the tokens for which the running bench waits."""
        self._applying.ask_for_tokens(self._say)

    def look(self) -> list[Notice]:
        """A notice while the running bench waits for tokens."""
        message = self._applying.awaiting
        return [Notice("warn", message, "button_type_token", self.ask_for_missing)] if message else []

    def _use_typed(self) -> None:
        was_awaiting = self._applying.awaiting
        self._applying.use_typed_tokens(
            lambda message, tone, *_buttons: self._parts.show_message(message, tone)
        )
        if was_awaiting:
            self._followed()
