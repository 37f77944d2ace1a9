"""What the window can do with auth tokens: list the missing ones, and store one.

Invariant: the window is never given a token; it can only store one.
"""

from __future__ import annotations

from app.config.bench_file import BenchConfig, DeviceConfig
from app.messages.message import Message
from app.security import tokens


class WindowTokens:
    """See `ui.contract.Tokens`."""

    def missing(self, config: BenchConfig) -> dict[str, Message]:
        """The devices whose token is not where the file says, each with a message about it."""
        found = {}
        for device in config.device:
            try:
                tokens.resolve(device)
            except tokens.TokenError as error:
                found[device.name] = error.message
        return found

    def store(self, device: DeviceConfig, token: str) -> None:
        """Store a token under the name that the bench file gives it. Raises TokenError."""
        tokens.store(device.auth_token.partition(":")[2], device.server, token)
