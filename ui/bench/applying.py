"""Lets the window and its running bench follow a bench file that was saved.

Invariants: a change that the running bench cannot follow now takes effect at the next Connect, or when the
missing auth token is typed; a missing token keeps nothing back but its own device's account; a device that
is renamed while nothing runs keeps its readings, also if the program is killed before the next Connect.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from app.config.bench_document import BenchDocument
from app.config.bench_file import BenchConfig
from app.config.errors import ConfigError
from app.errors import PinbridgeError, message_of
from app.messages.message import Message
from ui.bench.notice import Button
from ui.dialogs.token_prompts import TokenPrompts
from ui.running.connection import Connection
from ui.running.disconnecting import joined


class Say(Protocol):
    """Shows messages."""

    def __call__(self, message: Message, tone: str, *buttons: Button) -> None:
        """Show a message with buttons; `tone` is `good`, `warn` or `bad`."""


class Applying:
    """Applies saved changes to the window's bench."""

    def __init__(self, connection: Connection, prompts: TokenPrompts) -> None:
        self._connection, self._prompts = connection, prompts
        self.renamed: dict[str, str] = {}
        """Names in the bench file, and those that the devices run or last ran under, if they differ."""
        self._saved: BenchConfig | None = None
        """The bench file as it was saved last; None for a bench without a file, as in a demo."""
        connection.connecting.connect(
            # Before the questions about earlier readings, which look into the journal.
            lambda: self.rename_at_rest(connection.config if connection.source else None)
        )
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
        self._follow(say)
        if self._connection.awaiting_tokens:
            self.ask_for_tokens(lambda: self._follow(say))

    def ask_for_tokens(self, then: Callable[[], None]) -> None:
        """Ask for the missing tokens of the running bench, then call `then`; at once if none is missing."""
        config, has_token = self._connection.config, self._connection.with_tokens(self.renamed)
        if config is None or not self._prompts.has_asked(config, then, has_token):
            then()

    def use_typed_tokens(self, say: Say) -> None:
        """Let the running bench use tokens that the user has typed, and follow what has waited for them."""
        try:
            self.follow()
        except (PinbridgeError, OSError) as error:
            say(Message("two_sentences", first=Message("tokens_taken"), second=message_of(error)), "warn")
            return
        if awaiting := self.awaiting:
            say(awaiting, "warn")
        else:
            say(Message("tokens_in_effect" if self._connection.connected else "tokens_taken"), "good")

    @property
    def awaiting(self) -> Message | None:
        """Says whose tokens are missing, so that the running bench does not have all of the bench file."""
        bench, devices = self._connection.bench, self._connection.awaiting_tokens
        if bench is None or not devices:
            return None
        sending = {device.name for device in bench.config.device if device.server}
        by_code = {
            "bench_lacks_tokens": tuple(name for name in devices if name not in sending),
            "bench_awaits_tokens": tuple(name for name in devices if name in sending),
        }
        return joined(Message(code, devices=names) for code, names in by_code.items() if names)

    @contextmanager
    def noted(
        self, document: BenchDocument, config: BenchConfig, renamed: Mapping[str, str]
    ) -> Iterator[None]:
        """Note the new names of devices for the journal, while `config` is saved to a bench file.

        The paths in `config` are as in the file. `renamed` maps new names to those in the file. The journal
        that the file names now gets the note too, because the bench may still use it. Raises ConfigError.
        """
        if not renamed:
            yield
            return
        from app.bench.at_rest import note, withdraw  # seldom needed, and slow to import

        journals = {document.journal_of(config), document.journal_of(document.config)}
        try:
            for journal in journals:
                with suppress(OSError):  # Such a journal cannot be used either.
                    note(journal, document.path, renamed)
            yield
        except ConfigError:
            for journal in journals:
                withdraw(journal)
            raise

    def leave(self) -> None:
        """Rename what is not renamed yet, because the window closes or shows another bench.

        If another program uses the journal, the note stays, and the next start of the bench renames.
        """
        self.rename_at_rest(self._saved)
        self.renamed, self._saved = {}, None

    def follow(self) -> None:
        """Let a running bench follow the open bench file. Raises PinbridgeError or OSError."""
        self._connection.follow(self.renamed)
        if self._connection.connected:
            if self.renamed and self._saved is not None:
                from app.bench.at_rest import forget  # seldom needed, and slow to import

                forget(Path(self._saved.bench.journal))
            self.renamed = {}

    def take_over(self, other: Applying) -> None:
        """Take over the names that are not in effect yet from another window, which then has none."""
        self.renamed, self._saved = other.renamed, other._saved
        other.renamed, other._saved = {}, None

    def rename_at_rest(self, config: BenchConfig | None) -> None:
        """Give devices the noted names in the journal of a bench that does not run; None for no bench."""
        if config is not None:
            from app.bench.at_rest import rename_at_rest  # seldom needed, and slow to import

            with suppress(PinbridgeError, OSError):
                rename_at_rest(config)

    def _forget_names(self) -> None:
        if self._connection.connected or self._saved is None:
            self.renamed = {}

    def _follow(self, say: Say) -> None:
        try:
            self.follow()
        except (PinbridgeError, OSError) as error:
            say(Message("bench_saved_not_followed", reason=message_of(error)), "warn")
            return
        if devices := self._connection.awaiting_tokens:
            button = ("button_type_token", lambda: self.ask_for_tokens(lambda: self._follow(say)))
            say(Message("bench_saved_without_token", devices=devices), "warn", button)
            return
        # The user may have disconnected before the token was typed.
        is_in_effect = self._connection.connected
        say(Message("bench_saved_and_followed" if is_in_effect else "bench_saved_for_connect"), "good")
