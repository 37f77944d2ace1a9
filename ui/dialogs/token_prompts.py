"""Asks for missing auth tokens, stores them in the keyring if the user wants that, and tries them.

Invariants: typed tokens are held in memory, and forgotten before another bench file is shown; they are passed
only to the function that makes the bench and to the keyring; no message contains a token.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress

from PySide6.QtWidgets import QWidget

from app.config.bench_file import BenchConfig, DeviceConfig
from app.errors import PinbridgeError, message_of
from app.messages.message import Message
from ui.contract import Tokens
from ui.situation import ShowMessage

_KEYRING = "keyring:"
_OF_OTHER_SERVER = ("token_of_other_server_in_window", "token_of_encrypted_server_in_window")
"""The codes of reasons why a token is missing whose place has one for another server."""


class TokenPrompts:
    """Holds the tokens that the user typed for one bench file, and asks for missing ones."""

    def __init__(self, window: QWidget, tokens: Tokens | None, show_message: ShowMessage) -> None:
        self._window, self._tokens, self._show_message = window, tokens, show_message
        self._typed: dict[str, str] = {}
        self._drafted: dict[tuple[str, str], str] = {}
        """Tokens of devices that are being edited, by server and place."""

    @property
    def can_ask(self) -> bool:
        """Whether there is a store for tokens, so that the user can type them."""
        return self._tokens is not None

    @property
    def typed(self) -> Mapping[str, str]:
        """The typed tokens as `{device: token}`, for the function that makes the bench."""
        return self._typed

    def forget(self) -> None:
        """Forget the typed tokens. The window calls this before it shows another bench file."""
        self._typed, self._drafted = {}, {}

    def follow(self, before: BenchConfig, after: BenchConfig, renamed: Mapping[str, str]) -> None:
        """Keep the typed tokens for a changed bench file; `renamed` maps new names of devices to old ones.

        A token is forgotten if its device has left, or has another server or another place for its token. A
        token that was typed for a device while it was edited is its token from now on.
        """
        known = {device.name: (device.server, device.auth_token) for device in before.device}
        self._typed = {
            device.name: self._typed[old]
            for device in after.device
            if (old := renamed.get(device.name, device.name)) in self._typed
            and known.get(old) == (device.server, device.auth_token)
        }
        for device in after.device:
            if token := self._drafted.pop((device.server, device.auth_token), ""):
                self._typed[device.name] = token

    def type_in(self, device: DeviceConfig, token: str) -> Message | None:
        """Hold a token that the user has typed elsewhere, and store it in the keyring.

        Returns why it could not be stored; None if it is.
        """
        self._typed[device.name] = token
        return self._store(device, token) if self._tokens is not None else None

    def copy(self, device: DeviceConfig, to: DeviceConfig) -> None:
        """Store the token of `device`, which is in the keyring, for `to` too.

        If that is not possible, the token of `to` is missing, and is asked for like any other.
        """
        if self._tokens is not None:
            with suppress(PinbridgeError, OSError):
                self._tokens.copy(device, to)

    def take_over(self, other: TokenPrompts) -> None:
        """Copy the tokens that were typed in another window."""
        self._typed, self._drafted = dict(other._typed), dict(other._drafted)

    def has_asked(self, config: BenchConfig, then: Callable[[], None], kept: Collection[str] = ()) -> bool:
        """If tokens are missing, open the dialog that asks for them. Returns False if no token is missing.

        The function `then` is called when the user confirms the dialog. The devices in `kept` need no token,
        because they have theirs already.
        """
        missing = self.missing(config, kept)
        if missing:
            self._open(config, missing, frozenset(missing), then)
        return bool(missing)

    def has_asked_to_connect(self, config: BenchConfig, then: Callable[[], None]) -> bool:
        """Like `has_asked`, but the user may leave tokens out: `then` is called also if none was typed.

        If the user cancels the dialog, `then` is not called.
        """
        missing = self.missing(config)
        if missing:
            self._open(config, missing, frozenset(missing), then, can_leave_out=True)
        return bool(missing)

    def missing(self, config: BenchConfig, kept: Collection[str] = ()) -> dict[str, Message]:
        """The devices without a token, except those in `kept`, each with the reason."""
        return {name: reason for name, reason in self._missing(config).items() if name not in kept}

    def ask(self, config: BenchConfig | None, then: Callable[[], None]) -> None:
        """Open the dialog that asks for auth tokens. It has a field for each device that has a server.

        `config` is the open bench file, which lists the devices. Show a warning instead of the dialog if no
        device has a server, if `config` is None, or if there is no store for tokens. The function `then` is
        called when the user confirms the dialog.
        """
        devices = frozenset(d.name for d in config.device if d.server) if config else frozenset[str]()
        if self._tokens is None or config is None or not devices:
            self._show_message(Message("no_device_takes_token"), "warn")
            return
        self._open(config, self._missing(config), devices, then)

    def ask_for(
        self,
        device: DeviceConfig,
        reasons: Mapping[str, Message | None],
        then: Callable[[str], None],
        parent: QWidget | None = None,
    ) -> None:
        """Open the dialog that asks for another token of one device; `then` is called with the token.

        `reasons` is empty if the device has a token. Otherwise, it has the name of the device, with the
        reason why its token is missing, or None if there is nothing to say about it.
        """
        config = BenchConfig(device=(device,))

        def typed() -> None:
            then(self._typed.get(device.name, ""))

        self._open(config, reasons, frozenset({device.name}), typed, parent=parent)

    def ask_for_draft(self, device: DeviceConfig, then: Callable[[], None], parent: QWidget) -> None:
        """Open the dialog that asks for the token of a device that is being edited.

        The token is held for this server and this place, until the bench file with both is saved.
        """

        def hold(typed: Mapping[str, str]) -> None:
            self.draft_token(device, typed[device.name])

        config = BenchConfig(device=(device,))
        self._open(config, self._missing(config), frozenset({device.name}), then, hold, parent)

    def draft_token(self, device: DeviceConfig, token: str) -> None:
        """Hold the token of a device that is being edited."""
        self._drafted[device.server, device.auth_token] = token

    def drafted(self, device: DeviceConfig) -> str:
        """The token that was typed for a device while it was edited; empty if there is none."""
        return self._drafted.get((device.server, device.auth_token), "")

    def test(self, account: Callable[[], tuple[DeviceConfig, str]], take: Callable[[str], object]) -> None:
        """Try a server and a token, and show what the server answers.

        `account` returns a device with the server, and its token; if it raises PinbridgeError, this error is
        shown. `take` is called with another server if the user prefers that one.
        """
        try:
            device, token = account()
        except PinbridgeError as error:
            self._show_message(message_of(error), "bad")
            return
        self._test(device, token, take, self._window)

    def try_token(
        self, device: DeviceConfig, typed: str, take: Callable[[str], object], parent: QWidget
    ) -> None:
        """Try the token `typed` of a device, or the stored one if that is empty; see `test`."""
        self._test(device, typed, take, parent)

    def _test(
        self, device: DeviceConfig, typed: str, take: Callable[[str], object] | None, parent: QWidget
    ) -> None:
        from ui.dialogs.token_test import TokenTestDialog  # seldom needed

        tokens = self._tokens
        if tokens is not None:
            TokenTestDialog(device.server, lambda: tokens.test(device, typed), take, parent).open()

    def _missing(self, config: BenchConfig) -> dict[str, Message]:
        if self._tokens is None:
            return {}
        found = self._tokens.missing(config)
        return {device: reason for device, reason in found.items() if device not in self._typed}

    def _open(
        self,
        config: BenchConfig,
        reasons: Mapping[str, Message | None],
        names: frozenset[str],
        then: Callable[[], None],
        hold: Callable[[Mapping[str, str]], None] | None = None,
        parent: QWidget | None = None,
        *,
        can_leave_out: bool = False,
    ) -> None:
        """`hold` gets the typed tokens; by default, they are tokens of devices in the open bench file.

        With `can_leave_out`, the user may confirm the dialog without a token.
        """
        from ui.dialogs.token_dialog import Asked, TokenDialog  # seldom needed

        devices = {device.name: device for device in config.device if device.name in names}

        def taken(typed: Mapping[str, str], keep: frozenset[str]) -> None:
            (hold or self._typed.update)(typed)
            failures = {name: self._store(devices[name], typed[name]) for name in keep}
            then()
            for name, failure in failures.items():
                if failure:
                    self._show_message(failure, "warn", name)

        def test(device: DeviceConfig, typed: str) -> None:
            self._test(device, typed or self._typed.get(device.name, ""), None, dialog)

        # Also about tokens that were typed before: they are not stored.
        stored = self._tokens.missing(config) if self._tokens is not None else {}
        asked = [
            Asked(
                device,
                is_there=name not in reasons,
                can_test=name in self._typed or name not in stored,
                can_keep=_can_keep(device, stored.get(name)),
                reason=reasons.get(name),
                replaces_other=name in stored and stored[name].code in _OF_OTHER_SERVER,
            )
            for name, device in devices.items()
        ]
        dialog = TokenDialog(asked, taken, test, parent or self._window, can_leave_out=can_leave_out)
        dialog.open()

    def _store(self, device: DeviceConfig, token: str) -> Message | None:
        """Store a token in the keyring. Returns None on success, otherwise a message with the reason."""
        assert self._tokens is not None  # noqa: S101 - for the type checker; no dialog opens if it is None
        try:
            self._tokens.store(device, token)
        except (PinbridgeError, OSError) as error:
            return Message("token_not_kept", reason=message_of(error))
        return None


def _can_keep(device: DeviceConfig, missing: Message | None) -> bool:
    """Whether the keyring is the place of the token, and there is one; `missing` says why it has no token."""
    return device.auth_token.startswith(_KEYRING) and (missing is None or missing.code != "no_keyring")
