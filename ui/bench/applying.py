"""Lets the window and its running bench follow a bench file that was saved.

Invariant: a change that the running bench cannot follow now takes effect at the next Connect.
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
        """Names in the bench file, and those that the devices run under, if they differ."""
        connection.changed.connect(lambda: self.renamed.clear())

    def take(self, config: BenchConfig, source: str, renamed: Mapping[str, str], say: Say) -> None:
        """Show `config`, the saved contents of the bench file `source`, and let the running bench follow it.

        `renamed` maps new names of devices to those that they had before.
        """
        before = self._connection.config
        if before is not None:
            self._prompts.follow(before, config, renamed)
        self._connection.show_edited(config, source)
        if not self._connection.connected:
            say(Message("bench_saved_for_connect"), "good")
            return
        earlier = {device.name: renamed.get(device.name, device.name) for device in config.device}
        running = {name: self.renamed.get(old, old) for name, old in earlier.items()}
        self.renamed = {name: old for name, old in running.items() if name != old}
        if self._prompts.has_asked(config, lambda: self._follow(say), self._kept(config)):
            say(Message("bench_saved_without_token"), "warn")
        else:
            self._follow(say)

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
            self._connection.follow(self.renamed)
        except (PinbridgeError, OSError) as error:
            say(Message("bench_saved_not_followed", reason=message_of(error)), "warn")
            return
        self.renamed = {}
        say(Message("bench_saved_and_followed"), "good")
