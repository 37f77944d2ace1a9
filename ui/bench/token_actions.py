"""What the user does with auth tokens of a bench file: types them, tries them, and lets the bench use them.

Invariants: a token is only held in memory or stored in the keyring, never in a draft or a file; while a
running bench waits for a token, the window says so.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtWidgets import QWidget

from app.config.bench_file import BenchConfig, DeviceConfig
from app.messages.message import Message
from ui.bench.applying import Applying, Say
from ui.bench.model.account import NodeTokens, account_of
from ui.bench.model.draft import Draft, Node
from ui.bench.notice import Button
from ui.bench.parts import WindowParts
from ui.running.pending_accounts import has_account_of
from ui.situation import Notice

if TYPE_CHECKING:
    from ui.bench.editor import BenchEditor


class EditorView(NamedTuple):
    """The editor of the bench file, as far as tokens concern it."""

    editor: Callable[[], BenchEditor | None]
    """The editor; None while there is none."""
    is_of_window: Callable[[], bool]
    """Whether the editor has the bench file that the window shows."""
    say: Say
    followed: Callable[[], None]
    """Called after the running bench has got tokens for which it waited."""


class TokenActions:
    """The dialogs for the tokens of the open bench file, and of devices that are being edited."""

    def __init__(self, parts: WindowParts, applying: Applying, editor: EditorView) -> None:
        self._parts, self._prompts = parts, parts.prompts
        self._applying, self._editor = applying, editor

    def ask_for_all(self) -> None:
        """Open the dialog for all tokens of the open bench file. A demo has its own token."""
        connection = self._parts.connection
        config = None if connection.demo else connection.config
        self._prompts.ask(config, partial(self._use_typed, self._say_in_window))

    def ask_for_missing(self) -> None:
        """Open the dialog for the tokens for which the running bench waits."""
        self._applying.ask_for_tokens(partial(self._use_typed, self._editor.say))

    def look(self) -> list[Notice]:
        """A notice while the running bench waits for tokens."""
        message = self._applying.awaiting
        return [Notice("warn", message, "button_type_token", self.ask_for_missing)] if message else []

    def of_draft(self, draft: Draft) -> NodeTokens | None:
        """What can be done with the tokens of the devices of `draft`; None without a store for tokens."""
        if not self._prompts.can_ask:
            return None
        return NodeTokens(partial(self._type, draft), partial(self._test, draft))

    def _type(self, draft: Draft, node: Node) -> None:
        """Ask for the token of an edited device. It is used at once if its account is saved."""
        account = account_of(node)
        if account is None:
            return
        saved, parent = self._saved(draft, node, account), self._window
        if saved is None:
            self._prompts.ask_for_draft(account, self._say_held, parent)
        else:
            has_token = self._parts.connection.with_tokens(self._applying.renamed)
            missing = self._prompts.missing(BenchConfig(device=(saved,)), has_token)
            self._prompts.ask_for(saved, missing, lambda _token: self._use_typed(self._editor.say), parent)

    def _test(self, draft: Draft, node: Node) -> None:
        """Try the token of an edited device; the region that the user takes is put into the draft."""
        account = account_of(node)
        if account is None:
            return
        saved = self._saved(draft, node, account)
        typed = self._prompts.drafted(account) or (self._prompts.typed.get(saved.name, "") if saved else "")

        def take(server: str) -> None:
            draft.put(node, "server", server)
            moved = account_of(node)
            if typed and moved is not None:
                self._prompts.draft_token(moved, typed)
            if editor := self._editor.editor():
                editor.refresh()

        self._prompts.try_token(account, typed, take, self._window)

    @property
    def _window(self) -> QWidget:
        """The window in front of which dialogs about edited devices are opened."""
        return self._editor.editor() or self._parts.window

    def _saved(self, draft: Draft, node: Node, account: DeviceConfig) -> DeviceConfig | None:
        """The device of the open bench file with the account of `node`; None if that is not saved yet."""
        config, name = self._parts.connection.config, draft.name_before(node)
        if config is None or not self._editor.is_of_window():
            return None
        saved = next((device for device in config.device if device.name == name), None)
        return saved if has_account_of(account, saved) else None

    def _say_held(self) -> None:
        if self._editor.is_of_window():
            self._editor.say(Message("token_waits_for_saving"), "good")

    def _say_in_window(self, message: Message, tone: str, *_buttons: Button) -> None:
        self._parts.show_message(message, tone)

    def _use_typed(self, say: Say) -> None:
        was_awaiting = self._applying.awaiting
        self._applying.use_typed_tokens(say)
        if was_awaiting:
            self._editor.followed()
