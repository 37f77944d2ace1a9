"""Edits the open bench file: opens the editor, saves what it has, and lets the running bench follow.

Invariants: a file that was changed outside is overwritten only if the user wants that; what is saved is never
lost, even if the running bench cannot follow it now; an editor with unsaved changes stays open, and saves to
the file that it was opened for, when the window shows another bench.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.config.bench_document import BenchDocument
from app.config.bench_file import BenchConfig
from app.config.errors import ConfigError
from app.messages.message import Message
from ui.bench.applying import Applying, Say
from ui.bench.files import BenchFiles
from ui.bench.looks import Edited, Looks, open_choice
from ui.bench.model.draft import Draft, Node
from ui.bench.model.finding import table_of
from ui.bench.model.following import follow
from ui.bench.notice import Button
from ui.bench.parts import WindowParts
from ui.bench.token_actions import EditorView, TokenActions
from ui.dialogs.asking import Question, ask
from ui.theme.colors import LIGHT, Scheme

if TYPE_CHECKING:
    # Imported when the editor is opened, so that the window opens sooner.
    from ui.bench.editor import BenchEditor


class Editing(QObject):
    """The editor of the open bench file, and the changes that are made without it."""

    def __init__(self, parts: WindowParts) -> None:
        super().__init__(parts.window)
        self._parts = parts
        self._window, self._connection = parts.window, parts.connection
        self._show_message = parts.show_message
        self._scheme = LIGHT
        self._applying = Applying(parts.connection, parts.prompts)
        self.files = BenchFiles(parts, self._applying.follow)
        view = EditorView(lambda: self.editor, lambda: self._is_of_window, self._say, self._say_followed)
        self.tokens = TokenActions(parts, self._applying, view)
        edited = Edited(self._read, lambda: self.editor if self._is_of_window else None, self._propose_look)
        self._looks = Looks(parts, self._applying, edited)
        self._source = ""
        """The path of the bench file that is edited; empty for a bench without a file, such as the demo's."""
        self._document: BenchDocument | None = None
        self.editor: BenchEditor | None = None
        self._waiting_of: Callable[[str], int] = lambda _name: 0
        """How many readings of a device of the edited file wait to be sent, by its name there."""
        parts.connection.opened.connect(self._close_if_unchanged)
        parts.connection.edited.connect(lambda renamed: parts.follow(renamed))

    def edit(self, device: str = "", target: str = "", key: str = "") -> None:
        """Open the editor, and show the table of a device of the running bench, or of one of its datastreams.

        If the bench file has no datastream for `target`, the editor proposes one. `key` gets the focus.
        """
        if self.files.has_refused(lambda: self.edit(device, target, key)):
            return
        try:
            if self.editor is not None and not self._is_of_window and not self.editor.draft.has_edits:
                self.editor.close_now()
            if self.editor is None:
                self._open()
        except ConfigError as error:
            self._show_message(error.message, "bad")
            return
        editor = self.editor
        assert editor is not None  # noqa: S101 - for the type checker
        editor.show()
        editor.activateWindow()
        if self._is_of_window:
            node = self._node(editor.draft, device, target)
            editor.refresh()
            editor.choose(node, key)
        else:
            editor.say(Message("editor_of_other_file", path=self._source), "warn")

    def edit_shown(self, target: str = "", device: str = "") -> None:
        """Open the editor at a device, by default that which is shown, or at its datastream for `target`."""
        if not self.files.has_refused(lambda: self.edit_shown(target, device)):
            self.edit(device or self._parts.device_actions.device, target)

    def ask_for_look(self, target: str, device: str = "") -> None:
        """Open the choice of colour and line style for a datastream of a device; see `edit_shown`."""
        if not self.files.has_refused(lambda: self.ask_for_look(target, device)):
            self._looks.ask(target, device or self._parts.device_actions.device)

    def set_scheme(self, scheme: Scheme) -> None:
        """Use the colours of `scheme`."""
        self._scheme = scheme
        if self.editor is not None:
            self.editor.set_scheme(scheme)

    def close(self) -> None:
        """Close the editor without a question, because the window closes and its bench has stopped."""
        self._applying.leave()
        if self.editor is not None:
            self.editor.close_now()

    def take_over(self, other: Editing) -> None:
        """Take over the editor of another window, with its unsaved changes."""
        self._applying.take_over(other._applying)
        if other.editor is not None:
            self._source, self._document = other._source, other._document
            draft = other.editor.draft
            other.editor.close_now()
            self._show_editor(draft)

    # Opening

    @property
    def _is_of_window(self) -> bool:
        """Whether the file that is edited is the one that the window shows."""
        return self.editor is not None and self._source == self._connection.source

    @property
    def _name(self) -> str:
        """The name of what is edited, for the editor's title."""
        return Path(self._source).name if self._source else self._config.bench.name

    @property
    def _config(self) -> BenchConfig:
        config = self._connection.config
        assert config is not None  # noqa: S101 - without a bench file, the editor is not opened
        return config

    def _read(self) -> BenchDocument | None:
        """The bench file that the window shows; None for a bench without a file. Raises ConfigError."""
        if self._is_of_window:
            return self._document
        source = self._connection.source
        return BenchDocument.open(Path(source)) if source else None

    def _open(self) -> None:
        """Open the editor for the bench file that the window shows. Raises ConfigError."""
        self._document = self._read()
        self._source = self._connection.source
        self._show_editor(Draft(self._document.config if self._document else self._config))
        self._offer_contents()

    def _show_editor(self, draft: Draft) -> None:
        from ui.bench.device_panels import panels_of
        from ui.bench.editor import BenchEditor, Parts
        from ui.bench.fields import Surroundings
        from ui.bench.running import Running

        tokens = self.tokens.of_draft(draft)
        around = Surroundings(draft, self._parts.list_ports, self._choose_color, tokens)
        running = Running(self._connection, draft, lambda: self._applying.renamed)
        self._waiting_of = running.waiting_of

        def waiting(device: Node) -> int:
            return running.waiting(device) if self._is_of_window else 0

        parts = Parts(around, partial(panels_of, draft, running), running.readings, waiting)
        editor = self.editor = BenchEditor(draft, parts, self._scheme, self._window)
        editor.show_bench(self._name)
        editor.save_asked.connect(self.save)
        editor.revert_asked.connect(self._revert)
        editor.close_asked.connect(lambda: self.has_asked(lambda: None))
        editor.focused.connect(self._look_at_file)
        editor.closed.connect(self._forget_editor)
        editor.show()

    def _node(self, draft: Draft, device: str, target: str) -> Node:
        return table_of(draft, device, target, self._applying.renamed, self._parts.announced(device))

    def _choose_color(self, color: str, take: Callable[[str], None]) -> None:
        if self.editor is not None:
            open_choice(color, lambda _key, chosen: take(chosen), self.editor)

    # Saving

    def save(self, *, overwrite: bool = False) -> None:
        """Save what the editor has, and let the running bench follow.

        `overwrite` replaces a file that was changed outside meanwhile.
        """
        editor = self.editor
        if editor is None or editor.problems:
            return
        if self._is_of_window and self._parts.is_idle_demo:
            editor.say(Message("demo_not_connected"), "warn")
            return
        draft = editor.draft
        config, renamed = draft.config(), draft.renamed()
        say = self._saying_what_waits(draft)
        if self._document is not None:
            if not overwrite and self._document.has_changed_outside():
                self._warn_of_change()
                return
            from ui.bench.copying import save_draft

            try:
                save_draft(draft, self._document, config, self._applying, overwrite=overwrite)
            except ConfigError as error:
                editor.say(error.message, "bad", ("button_save_as", self.save_draft_as))
                return
            config = self._document.loaded()
        draft.saved()
        editor.refresh()
        editor.say(Message("bench_saved"), "good")
        if self._is_of_window:
            self._applying.take(config, self._source, renamed, say)
            editor.show_bench(self._name)
        else:
            self._applying.rename_at_rest(config)

    def _saying_what_waits(self, draft: Draft) -> Say:
        """Says what has become of a draft that is saved, and whether readings of removed devices wait."""
        waiting = {name: self._waiting_of(name) for name in draft.removed()} if self._is_of_window else {}
        left = {name: count for name, count in waiting.items() if count}
        if not left:
            return self._say
        from ui.bench.copying import before

        count = sum(left.values())
        return before(Message("removed_devices_wait", count=count, devices=tuple(left)), self._say)

    def save_as(self) -> None:
        """Save the bench of the window, with what is not saved yet in its editor, as another file."""
        editor = self.editor
        if editor is not None and self._is_of_window and editor.draft.is_changed:
            self.save_draft_as()
            return
        self.files.save_as()
        if editor is not None and editor is self.editor and not self._is_of_window:
            self._close_if_saved()

    def save_draft_as(self) -> None:
        """Ask for a file, and save there what the editor has; this file is edited, and open, from then on."""
        editor, was_of_window = self.editor, self._is_of_window
        if editor is None:
            return
        from ui.bench.copying import after, save_copy

        say = self._saying_what_waits(editor.draft)
        copy = save_copy(editor, self._document, self.files, self._applying, self.save_draft_as)
        if copy is None:
            return
        self._document, self._source = copy.document, str(copy.document.path)
        if was_of_window:
            say = after(Message("bench_saved_as", path=self._source), say)
            self._applying.take(copy.loaded, self._source, copy.renamed, say)
        else:
            self._applying.rename_at_rest(copy.loaded)
            editor.say(Message("bench_saved_to", path=self._source), "good")
        editor.show_bench(self._name)

    def _propose_look(self, device: str, target: str, key: str, value: str) -> None:
        """Show the colour or the line style of a datastream in the editor, as an unsaved change."""
        self.edit(device, target, key)
        if self.editor is not None and self._is_of_window:
            self._node(self.editor.draft, device, target).put(key, value)
            self.editor.refresh()
            self._offer_contents()

    def _say(self, message: Message, tone: str, *buttons: Button) -> None:
        """Show a message about the window's bench in its editor, or in the window if that was closed."""
        if self.editor is not None and self._is_of_window:
            self.editor.say(message, tone, *buttons)
        else:
            self._show_message(message, tone)

    def _say_followed(self) -> None:
        """Say in the editor what the running bench has after tokens were typed in the window."""
        if self.editor is not None and self._is_of_window:
            in_effect = None if self.editor.draft.is_changed else Message("bench_saved_and_followed")
            self.editor.say(in_effect, "good")
            self._offer_contents()

    # Changes outside

    def follow_fix(
        self, earlier: BenchConfig, later: BenchConfig, document: BenchDocument | None = None
    ) -> None:
        """Take over what a fix has changed in the window's bench: it was `earlier`, and is `later` now.

        `document` is the bench file; None for a bench without one.
        """
        editor, known = self.editor, self._document
        if editor is None or not self._is_of_window:
            return
        if known.config == earlier if known else editor.draft.is_of(earlier):
            self._document = document
            follow(editor.draft, earlier, later)
            editor.refill()

    def _look_at_file(self) -> None:
        if self._document is not None and self._document.has_changed_outside():
            self._warn_of_change()
        elif self._document is not None and self._document.is_gone and self.editor is not None:
            # The button to save does nothing if there is no change.
            gone = Message("editor_file_gone", path=self._source)
            self.editor.say(gone, "warn", ("button_save_file_again", self._put_back))

    def _put_back(self) -> None:
        """Write the file again that was deleted outside, as it was last saved."""
        if self._document is None or self.editor is None:
            return
        try:
            self._document.put_back()
        except ConfigError as error:
            self.editor.say(error.message, "bad", ("button_save_file_again", self._put_back))
            return
        self.editor.say(Message("bench_saved"), "good")

    def _warn_of_change(self) -> None:
        self._ask_which_counts(Message("editor_file_changed", path=self._source), "warn")

    def _ask_which_counts(self, message: Message, tone: str) -> None:
        """Offer to take what the file has now, or to replace it by what the editor has."""
        assert self.editor is not None  # noqa: S101 - for the type checker
        overwrite = partial(self.save, overwrite=True)
        self.editor.say(message, tone, ("button_reload", self._reload), ("button_overwrite", overwrite))

    def _reload(self) -> None:
        """Show what the file has now, and drop the changes in the editor."""
        editor = self.editor
        if editor is None:
            return
        try:
            self._document = BenchDocument.open(Path(self._source))
        except ConfigError as error:
            if self._document is not None and self._document.is_gone:
                self._look_at_file()
            else:
                self._ask_which_counts(error.message, "bad")
            return
        editor.draft.reset(self._document.config)
        editor.restart()
        editor.say(None, "")
        self._offer_contents()

    def _offer_contents(self) -> None:
        """If the file has other contents than the window shows, or than its bench has, offer to take them."""
        document, editor = self._document, self.editor
        if document is None or editor is None or not self._is_of_window:
            return
        loaded, connection = document.loaded(), self._connection
        use = ("button_use_contents", partial(self._applying.take, loaded, self._source, {}, self._say))
        if loaded != self._config:
            editor.say(Message("editor_file_differs", path=self._source), "warn", use)
        elif awaiting := self._applying.awaiting:
            editor.say(awaiting, "warn", ("button_type_token", self.tokens.ask_for_missing))
        elif connection.connected and connection.bench and connection.bench.config != loaded:
            editor.say(Message("editor_bench_differs", path=self._source), "warn", use)

    def _revert(self) -> None:
        editor = self.editor
        if editor is not None:
            editor.draft.reset(self._document.config if self._document else self._config)
            editor.restart()

    # Closing

    def has_asked(self, then: Callable[[], None]) -> bool:
        """If the editor has unsaved changes, ask whether to discard them. Returns False if it has none.

        If the user agrees, the editor is closed, and `then` is called.
        """
        editor = self.editor
        if editor is None or not editor.draft.has_edits:
            return False

        def go() -> None:
            editor.close_now()
            then()

        editor.show()
        editor.activateWindow()
        asked = Message("ask_discard_changes")
        ask(editor, Question("title_discard_changes", asked, "button_discard_changes"), go)
        return True

    def _close_if_unchanged(self) -> None:
        """Close the editor when the window shows another bench, unless a file has unsaved changes."""
        self._applying.leave()
        self._close_if_saved()

    def _close_if_saved(self) -> None:
        if self.editor is not None and not (self._source and self.editor.draft.has_edits):
            self.editor.close_now()

    def _forget_editor(self) -> None:
        if self.editor is not None:
            self.editor.deleteLater()
            self.editor = None
