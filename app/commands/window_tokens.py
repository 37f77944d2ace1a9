"""The window's access to auth tokens: it can list missing tokens, store new ones, and try them.

Invariants: no method returns a token, so the window can store tokens but cannot read stored ones; no message
names a command, because the user of a window has the window.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.config.bench_file import BenchConfig, DeviceConfig
from app.messages.message import Message
from app.security import redaction, tokens

if TYPE_CHECKING:
    from app.cloud.blynk.acceptance import Acceptance

_IN_WINDOW = {
    "keyring_entry_unknown": "keyring_entry_unknown_in_window",
    "no_token_in_place": "no_token_in_place_in_window",
    "token_of_device_not_stored": "keyring_has_no_token",
    "token_of_encrypted_server": "token_of_encrypted_server_in_window",
    "token_of_other_server": "token_of_other_server_in_window",
    "token_variable_not_set": "variable_not_set_in_window",
}
"""The sentence for the window in place of each one that names a command or the device."""


class WindowTokens:
    """Lists missing tokens, stores new ones, and tries them. It implements `ui.contract.Tokens`."""

    def missing(self, config: BenchConfig) -> dict[str, Message]:
        """Map the name of each device without a usable token to a message that says what to do."""
        found = {}
        for device in config.device:
            try:
                tokens.resolve(device)
            except tokens.TokenError as error:
                found[device.name] = _in_window(error.message)
        return found

    def store(self, device: DeviceConfig, token: str) -> None:
        """Store the token in the keyring, under the name in `device.auth_token`. Raises TokenError."""
        tokens.store(device.auth_token.partition(":")[2], device.server, token)

    def copy(self, device: DeviceConfig, to: DeviceConfig) -> None:
        """Store the token of `device` in the keyring for `to` too. Raises TokenError."""
        self.store(to, tokens.resolve(device))

    def forget(self, device: DeviceConfig) -> None:
        """Remove the token from the keyring, if it is there. Raises TokenError if the keyring fails."""
        name = device.auth_token.partition(":")[2]
        if tokens.stored_scope(name) is not None:
            tokens.clear(name)

    def test(self, device: DeviceConfig, typed: str) -> Acceptance:
        """Ask the device's server whether it accepts the token `typed`; if that is empty, the stored one."""
        from app.cloud.blynk import acceptance  # only here, because the HTTP client is slow to import

        redaction.learn([typed])
        try:
            token = typed or tokens.resolve(device)
        except tokens.TokenError as error:
            return acceptance.Acceptance(False, _in_window(error.message))
        if not tokens.is_token(token):
            return acceptance.Acceptance(False, Message("no_token"))
        return acceptance.ask(device.server, token)


def _in_window(message: Message) -> Message:
    """The message of a TokenError without commands, and without the device, which the window names itself."""
    inner = message.params.get("message")
    if message.code == "token_of_device" and isinstance(inner, Message):
        message = inner
    return Message(_IN_WINDOW.get(message.code, message.code), **message.params)
