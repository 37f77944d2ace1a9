"""The window's access to auth tokens: it can list missing tokens, store new ones, and try them.

Invariant: no method returns a token, so the window can store tokens but cannot read stored ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.config.bench_file import BenchConfig, DeviceConfig
from app.messages.message import Message
from app.security import redaction, tokens

if TYPE_CHECKING:
    from app.cloud.blynk.acceptance import Acceptance


class WindowTokens:
    """Lists missing tokens, stores new ones, and tries them. It implements `ui.contract.Tokens`."""

    def missing(self, config: BenchConfig) -> dict[str, Message]:
        """Map the name of each device without a usable token to a message that says what to do."""
        found = {}
        for device in config.device:
            try:
                tokens.resolve(device)
            except tokens.TokenError as error:
                found[device.name] = error.message
        return found

    def store(self, device: DeviceConfig, token: str) -> None:
        """Store the token in the keyring, under the name in `device.auth_token`. Raises TokenError."""
        tokens.store(device.auth_token.partition(":")[2], device.server, token)

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
            return acceptance.Acceptance(False, error.message)
        if not tokens.is_token(token):
            return acceptance.Acceptance(False, Message("no_token_typed", device=device.name))
        return acceptance.ask(device.server, token)
