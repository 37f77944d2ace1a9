"""Keeps the token of the form's board in the keyring, if the user wants that.

Invariant: a token is stored only for the server and the board that the user chose along with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.config.bench_file import BenchConfig, DeviceConfig
from app.config.errors import ConfigError
from app.errors import PinbridgeError, message_of
from app.messages.message import Message
from ui.boards.newcomer import NewcomerForm
from ui.contract import Tokens


class FormToken:
    """Stores and forgets the token in the form, as its box says."""

    def __init__(
        self, form: NewcomerForm, tokens: Tokens | None, show_message: Callable[[Message, str], None]
    ) -> None:
        """If `tokens` is None, there is no box."""
        self._form, self._tokens, self._show_message = form, tokens, show_message
        form.keep_box.can_keep = tokens is not None
        form.show_token()
        form.forget_asked.connect(self._forget)

    def check(self, config: BenchConfig) -> None:
        """Raise ConfigError if the keyring is to have the token for `config`, but does not have it."""
        device = config.device[0]
        box = self._form.keep_box
        if self._tokens is None or not device.server or self._form.has_typed_token or not box.has_token:
            return
        missing = self._tokens.missing(config)
        if device.name in missing:
            box.note(kept=False)
            self._form.show_token()
            raise ConfigError("kept_token_missing", reason=missing[device.name])

    def keep(self, config: BenchConfig, typed: Mapping[str, str]) -> None:
        """Store the typed token in the keyring if the box is ticked."""
        device = config.device[0]
        box = self._form.keep_box
        if self._tokens is None or device.name not in typed or device.auth_token != box.place:
            return
        try:
            self._tokens.store(device, typed[device.name])
        except (PinbridgeError, OSError) as error:
            box.note(kept=False)
            reason = message_of(error)
            self._show_message(Message("token_not_kept", reason=reason), "warn")
        else:
            box.note(kept=True)

    def _forget(self, device: DeviceConfig) -> None:
        assert self._tokens is not None  # noqa: S101 - for the type checker; there is no box if it is None
        try:
            self._tokens.forget(device)
        except (PinbridgeError, OSError) as error:
            self._form.keep_box.note(kept=True)
            self._show_message(Message("token_not_forgotten", reason=message_of(error)), "bad")
        else:
            self._form.keep_box.note(kept=False)
            self._show_message(Message("token_forgotten"), "good")
        self._form.show_token()
