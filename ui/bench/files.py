"""Opens bench files, and writes them: what the form has as a new file, and a bench for another computer.

Invariants: no file gets a token; a file is replaced only after the user has chosen it in a dialog.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import msgspec
from PySide6.QtWidgets import QFileDialog

from app.config import documents, loading
from app.config.addresses import file_name
from app.config.bench_document import BenchDocument
from app.config.bench_file import BenchConfig
from app.config.board_names import keyring_name_in_file
from app.config.errors import ConfigError, about
from app.errors import PinbridgeError, message_of
from app.messages.languages import text
from app.messages.message import Message
from ui.bench.parts import WindowParts
from ui.boards.newcomer import DEVICE_NAME
from ui.dialogs.asking import Question, ask
from ui.running.disconnecting import leave_for

_SUFFIX = ".pinbridge"
_SUFFIXES = (_SUFFIX, ".toml")
"""The endings of the files that the dialog for opening shows."""
_PLACE = "keyring:{}"


class BenchFiles:
    """Saves the bench of the window under another name, or for another computer."""

    def __init__(self, parts: WindowParts, follow: Callable[[], None]) -> None:
        """`follow` lets a running bench follow the bench file; it may raise PinbridgeError or OSError."""
        self._window, self._connection, self._form = parts.window, parts.connection, parts.bar.form
        self._follow = follow
        self._parts, self._prompts, self._show_message = parts, parts.prompts, parts.show_message

    def ask_for_file(self) -> None:
        """Let the user choose a bench file in a dialog, and open it in the window.

        If a bench with boards is connected, ask first.
        """
        name, _ = QFileDialog.getOpenFileName(
            self._window, text("title_open"), "", text("label_bench_files", patterns="*.pinbridge *.toml")
        )
        config = self._connection.read_file(Path(name)) if name else None
        if config is not None:
            leave_for(
                self._window, self._connection, lambda: self._connection.open_bench(config, str(Path(name)))
            )

    def has_refused(self, then: Callable[[], None]) -> bool:
        """Whether nothing can be edited now. If so, offer to save the form as a bench file, or say why.

        `then` is called when the form has become a bench file.
        """
        if self._is_replay():
            return True
        if self._parts.is_idle_demo:
            self._show_message(Message("demo_not_connected"), "warn")
        elif self._connection.config is None:

            def go() -> None:
                self.save_as()
                if self._connection.config is not None:
                    then()

            ask(self._window, Question("title_save_bench", Message("ask_save_bench"), "button_save_as"), go)
        return self._parts.is_idle_demo or self._connection.config is None

    def save_as(self) -> None:
        """Ask for a file, and make it the open bench file, with what the form or the open one has.

        A bench that was connected from the form goes on. Its token is stored in the keyring, or stays typed
        if there is none.
        """
        if self._is_replay():
            return
        try:
            is_form = self._connection.config is None
            config = self._form.config(Path.cwd()) if is_form else self._open_config()
            path = self._ask_for_path("title_save_bench", config.bench.name)
            if path is None:
                return
            if is_form:
                config = self._with_own_token(config, path)
            document = self._new_document(path)
            document.save(config, overwrite=True)
            loaded = document.loaded()
        except PinbridgeError as error:
            self._show_message(error.message, "bad")
            return
        self._open(loaded, path)

    def ask_for_copy(
        self, document: BenchDocument | None, config: BenchConfig
    ) -> tuple[BenchDocument, BenchConfig] | None:
        """Ask for a file for `config`, which is to be saved instead of in `document`; None for no document.

        Returns the file, which is not written yet, and `config` with paths that mean the same there. Returns
        None if the user cancels. Raises PinbridgeError.
        """
        path = self._ask_for_path("title_save_bench", config.bench.name)
        if path is None:
            return None
        if document is None:
            return BenchDocument.new(path), config
        folder = document.path.parent.absolute()
        if path.parent.absolute() != folder:
            config = loading.with_paths(config, folder)
        return document.moved(path), config

    def export(self) -> None:
        """Ask for a file, and write the open bench file to it as one for another computer."""
        from app.config.writing.export import exported
        from app.program.exporting import without_tokens  # seldom needed, and slow to import

        if self._is_replay():
            return
        source = self._connection.source
        if not source:
            self._show_message(Message("export_needs_file"), "warn")
            return
        try:
            document = BenchDocument.open(Path(source))
            config, todo = exported(document.config)
            path = self._ask_for_path("title_export_bench", config.bench.name)
            if path is None:
                return
            if path.exists() and path.samefile(source):
                raise ConfigError("export_over_itself")
            document.moved(path, without_tokens).save(config, overwrite=True)
        except ConfigError as error:
            self._show_message(error.message, "bad")
            return
        if todo:
            self._show_message(Message("bench_exported_todo", path=str(path), todo=todo), "warn")
        else:
            self._show_message(Message("bench_exported", path=str(path)), "good")

    def _is_replay(self) -> bool:
        """Whether a recording is shown, which has no settings. If so, say that."""
        is_replay = self._connection.player is not None
        if is_replay:
            self._show_message(Message("run_only_shown"), "warn")
        return is_replay

    def _new_document(self, path: Path) -> BenchDocument:
        """A bench file that is not at `path` yet, with the comments of the open one. Raises ConfigError."""
        source = self._connection.source
        if not source:
            return BenchDocument.new(path)
        return BenchDocument(path, documents.read(Path(source)), BenchDocument.open(Path(source)).config)

    def _with_own_token(self, config: BenchConfig, path: Path) -> BenchConfig:
        """The bench of the form, whose token has a place in the keyring that only the file at `path` names.

        A token that the form keeps is copied there.
        """
        (device,) = config.device
        if not device.server:
            return config
        place = _PLACE.format(keyring_name_in_file(str(path.absolute())))
        own = msgspec.structs.replace(device, auth_token=place)
        if not self._form.has_typed_token:
            self._prompts.copy(device, own)
        return msgspec.structs.replace(config, device=(own,))

    def _open_config(self) -> BenchConfig:
        config = self._connection.config
        assert config is not None  # noqa: S101 - for the type checker
        return config

    def _open(self, config: BenchConfig, path: Path) -> None:
        """Open the new bench file `path`, whose contents are `config`. A running bench goes on."""
        connection = self._connection
        was_form = connection.config is None
        tokens = self._form.take_token(config.device[0].server) if was_form else {}
        if connection.connected:
            connection.show_edited(config, str(path))
        else:
            connection.open_bench(config, str(path))
        told = [Message("bench_saved_as", path=str(path))]
        if DEVICE_NAME in tokens:
            told += filter(None, [self._prompts.type_in(config.device[0], tokens[DEVICE_NAME])])
        try:
            self._follow()
        except (PinbridgeError, OSError) as error:
            told.append(Message("bench_saved_not_followed", reason=message_of(error)))
        self._show_message(functools.reduce(_then, told), "warn" if told[1:] else "good")

    def _ask_for_path(self, title: str, name: str) -> Path | None:
        """Let the user choose where to write a file; None if the user cancels. Raises ConfigError."""
        chosen, _ = QFileDialog.getSaveFileName(
            self._window,
            text(title),
            f"{file_name(name, 'bench')}{_SUFFIX}",
            text("label_bench_files", patterns=f"*{_SUFFIX} *.toml"),
        )
        if not chosen:
            return None
        path = Path(chosen)
        if path.suffix.lower() in _SUFFIXES:
            return path
        path = path.with_name(f"{path.name}{_SUFFIX}")
        if path.exists():
            # The dialog has not asked whether this file may be replaced.
            raise about(str(path), Message("bench_file_exists"))
        return path


def _then(first: Message, second: Message) -> Message:
    return Message("two_sentences", first=first, second=second)
