"""What the window may know of auth tokens: which are missing, and where to put one.

Invariant: no token is handed to the window; it only takes them there.
"""

from __future__ import annotations

from app.config.bench_file import BenchConfig, DeviceConfig
from app.messages.languages import text_of
from app.security import tokens


class WindowTokens:
    """See `ui.contract.Tokens`."""

    def missing(self, config: BenchConfig) -> dict[str, str]:
        """The devices whose token is not where the file says, each with one sentence about it."""
        sentences = {}
        for device in config.device:
            try:
                tokens.resolve(device)
            except tokens.TokenError as error:
                sentences[device.name] = text_of(error.message)
        return sentences

    def store(self, device: DeviceConfig, token: str) -> None:
        """Keep a token under the name that the bench file gives it. Raises TokenError."""
        tokens.store(device.auth_token.partition(":")[2], device.server, token)
