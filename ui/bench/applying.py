"""Lets the window and its running bench follow a bench file that was saved.

Invariants: a change that the running bench cannot follow now takes effect at the next Connect; a device that
is renamed while nothing runs keeps its readings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.config.bench_file import BenchConfig
from app.errors import PinbridgeError, message_of
from app.messages.message import Message
from ui.dialogs.token_prompts import TokenPrompts
from ui.running.connection import Connection

Say = Callable[[Message, str], None]
"""Shows a message; the second argument is its tone."""


class Applying:
    """Applies saved changes to the window's bench."""

    def __init__(self, connection: Connection, prompts: TokenPrompts) -> None:
        self._connection, self._prompts = connection, prompts
        self.renamed: dict[str, str] = {}
        """Names in the bench file, and those that the devices run or last ran under, if they differ."""
        self._saved: BenchConfig | None = None
        """The bench file that has the names in `renamed`; None for a bench without a file, as in a demo."""
        connection.connecting.connect(self.rename_at_rest)
        connection.changed.connect(self._forget_names)

    def take(self, config: BenchConfig, source: str, renamed: Mapping[str, str], say: Say) -> None:
        """Show `config`, the saved contents of the bench file `source`, and let the running bench follow it.

        `renamed` maps new names of devices to those that they had before.
        """
        before = self._connection.config
        if before is not None:
            self._prompts.follow(before, config, renamed)
        self._connection.show_edited(config, source)
        earlier = {device.name: renamed.get(device.name, device.name) for device in config.device}
        running = {name: self.renamed.get(old, old) for name, old in earlier.items()}
        self.renamed = {name: old for name, old in running.items() if name != old}
        self._saved = config if source else None
        if not self._connection.connected:
            say(Message("bench_saved_for_connect"), "good")
            return
        if self._prompts.has_asked(config, lambda: self._follow(say), self._kept(config)):
            say(Message("bench_saved_without_token"), "warn")
        else:
            self._follow(say)

    def rename_at_rest(self) -> None:
        """Rename devices in the journal of a bench that does not run, before it runs or is left.

        If another program uses the journal, their readings stay under the earlier names. A bench that is
        about to run says then that it cannot use the journal.
        """
        if self._saved is not None and self.rename_elsewhere(self._saved, self.renamed):
            self.renamed = {}

    def rename_elsewhere(self, config: BenchConfig, renamed: Mapping[str, str]) -> bool:
        """Rename devices in the journal of a bench that the window does not run. Returns False on failure.

        `renamed` maps names in `config` to those in the journal.
        """
        if renamed:
            from app.bench.at_rest import rename_at_rest  # seldom needed, and slow to import

            try:
                rename_at_rest(config, renamed)
            except (PinbridgeError, OSError):
                return False
        return True

    def leave(self) -> None:
        """Rename what is not renamed yet, because the window shows another bench."""
        self.rename_at_rest()
        self.renamed, self._saved = {}, None

    def follow(self) -> None:
        """Let a running bench follow the open bench file. Raises PinbridgeError or OSError."""
        self._connection.follow(self.renamed)
        if self._connection.connected:
            self.renamed = {}

    def take_over(self, other: Applying) -> None:
        """Take over the names that are not in effect yet from another window, which then has none."""
        self.renamed, self._saved = other.renamed, other._saved
        other.renamed, other._saved = {}, None

    def _forget_names(self) -> None:
        if self._connection.connected or self._saved is None:
            self.renamed = {}

    def _kept(self, config: BenchConfig) -> set[str]:
        """The devices that go on with the tokens that they run with."""
        bench = self._connection.bench
        known = {device.name: device for device in bench.config.device} if bench is not None else {}
        return {
            device.name
            for device in config.device
            if (before := known.get(self.renamed.get(device.name, device.name)))
            and (device.server, device.auth_token) == (before.server, before.auth_token)
        }

    def _follow(self, say: Say) -> None:
        try:
            self.follow()
        except (PinbridgeError, OSError) as error:
            say(Message("bench_saved_not_followed", reason=message_of(error)), "warn")
            return
        # The user may have disconnected before the token was typed.
        is_in_effect = self._connection.connected
        say(Message("bench_saved_and_followed" if is_in_effect else "bench_saved_for_connect"), "good")
