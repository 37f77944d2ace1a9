"""Changes the look of a datastream, its colour and its line style, where the datastream stands in the window.

Invariants: what is chosen is saved at once, and nothing else of what is edited; a bench file that has other
contents than the window shows is not saved.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtWidgets import QWidget

from app.config.bench_document import BenchDocument
from app.config.bench_file import BenchConfig
from app.config.errors import ConfigError
from app.messages.message import Message
from ui.bench.applying import Applying
from ui.bench.model.draft import Draft, Kind, Node
from ui.bench.model.finding import table_of
from ui.bench.notice import Button
from ui.bench.parts import WindowParts

if TYPE_CHECKING:
    from ui.bench.editor import BenchEditor


class Edited(NamedTuple):
    """What looks need of the bench file that the window shows."""

    read: Callable[[], BenchDocument | None]
    """Reads it; None for a bench without a file. Raises ConfigError."""
    editor: Callable[[], BenchEditor | None]
    """Its editor; None while there is none."""
    propose: Callable[[str, str, str, str], None]
    """Shows a value in the editor, as an unsaved change. Arguments: device, target, key and value."""


class Looks:
    """The choice of a look, and what is done with it."""

    def __init__(self, parts: WindowParts, applying: Applying, edited: Edited) -> None:
        self._parts, self._applying, self._edited = parts, applying, edited

    def ask(self, target: str, device: str) -> None:
        """Open the choice for a datastream of a device."""
        node = self._table(Draft(self._config), device, target)
        if node.kind is Kind.DATASTREAM:
            take = partial(self._take, device, target)
            open_choice(str(node.get("color")), take, self._parts.window, str(node.get("line_style")))

    @property
    def _config(self) -> BenchConfig:
        config = self._parts.connection.config
        assert config is not None  # noqa: S101 - without a bench file, nothing is asked
        return config

    def _table(self, draft: Draft, device: str, target: str) -> Node:
        return table_of(draft, device, target, self._applying.renamed, self._parts.announced(device))

    def _take(self, device: str, target: str, key: str, value: str) -> None:
        """Save the value of `color` or `line_style`."""
        try:
            document = self._edited.read()
            draft = Draft(document.config if document else self._config)
            node = self._table(draft, device, target)
            if node.kind is not Kind.DATASTREAM:
                # The device has left the bench file meanwhile.
                return
            if document is not None and document.loaded() != self._config:
                # Other changes in the file would take effect too: the user sees that first.
                self._edited.propose(device, target, key, value)
                return
            node.put(key, value)
            config = draft.config()
            if document is not None:
                document.save(config, datastreams=draft.moved_datastreams())
                config = document.loaded()
        except ConfigError as error:
            self._parts.show_message(error.message, "bad")
            return
        editor = self._edited.editor()
        if editor is not None:
            node = self._table(editor.draft, device, target)
            node.put(key, value)
            editor.draft.rebase(document.config if document else config, node)
            editor.refresh()
        self._applying.take(config, self._parts.connection.source, {}, self._say_trouble)

    def _say_trouble(self, message: Message, tone: str, *_buttons: Button) -> None:
        if tone != "good":
            self._parts.show_message(message, tone)


def open_choice(
    color: str, take: Callable[[str, str], None], parent: QWidget, line_style: str | None = None
) -> None:
    """Open the dialog for a colour and, if there is one, for a line style; see `ColorChoice`."""
    from ui.bench.color_choice import ColorChoice

    ColorChoice(color, take, parent, line_style).open()
