"""Auth tokens in the window: asked for where they are missing, kept where a person says so.

Invariants: a token that was typed is kept in memory for the bench file that is shown and no other, and goes
to the maker of the bench and to the keyring alone; no sentence holds one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QWidget

from app.config.bench_file import BenchConfig, DeviceConfig
from ui.contract import Tokens
from ui.dialogs.token_dialog import TokenDialog


class TokenPrompts:
    """The tokens that were typed for one bench file, by device."""

    def __init__(
        self, window: QWidget, tokens: Tokens | None, show_message: Callable[[str, str], None]
    ) -> None:
        self._window, self._tokens, self._show_message = window, tokens, show_message
        self._typed: dict[str, str] = {}

    @property
    def typed(self) -> Mapping[str, str]:
        """For the maker of the bench."""
        return self._typed

    def forget(self) -> None:
        """Another bench file follows."""
        self._typed = {}

    def has_asked(self, config: BenchConfig, then: Callable[[], None]) -> bool:
        """Whether tokens are missing and have been asked for; `then` follows once they are there."""
        missing = self._missing(config)
        if missing:
            self._open(config, missing, frozenset(missing), then)
        return bool(missing)

    def ask(self, config: BenchConfig | None) -> None:
        """The dialog for all devices of a bench file, at a person's word."""
        devices = frozenset(d.name for d in config.device if d.server) if config else frozenset[str]()
        if self._tokens is None or config is None or not devices:
            self._show_message(
                "Only the devices of a bench file that have a server take a token here.", "warn"
            )
            return

        def done() -> None:
            self._show_message("The tokens are taken; they count from the next Connect on.", "good")

        self._open(config, self._missing(config), devices, done)

    def _missing(self, config: BenchConfig) -> dict[str, str]:
        if self._tokens is None:
            return {}
        found = self._tokens.missing(config)
        return {device: sentence for device, sentence in found.items() if device not in self._typed}

    def _open(
        self,
        config: BenchConfig,
        sentences: Mapping[str, str],
        names: frozenset[str],
        then: Callable[[], None],
    ) -> None:
        devices = {device.name: device for device in config.device if device.name in names}

        def taken(typed: Mapping[str, str], keep: frozenset[str]) -> None:
            self._typed.update(typed)
            failures = [self._store(devices[name], typed[name]) for name in keep]
            then()
            for failure in filter(None, failures):
                self._show_message(failure, "warn")

        TokenDialog(list(devices.values()), sentences, taken, self._window).open()

    def _store(self, device: DeviceConfig, token: str) -> str:
        """Keep a token; gives a sentence where that failed."""
        assert self._tokens is not None  # noqa: S101 - for the type checker; no dialog opens without
        try:
            self._tokens.store(device, token)
        except (ValueError, OSError) as error:
            return f"{device.name}: the token holds for this run alone: {error}."
        return ""
