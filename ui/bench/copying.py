"""Saves what the editor has: to its bench file, or to another one that is edited instead from then on.

Invariants: a draft keeps its changes until they are in a file; what is wrong is never saved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from app.config.bench_document import BenchDocument
from app.config.bench_file import BenchConfig
from app.errors import PinbridgeError, message_of
from app.messages.message import Message
from ui.bench.applying import Applying, Say
from ui.bench.editor import BenchEditor
from ui.bench.files import BenchFiles
from ui.bench.model.draft import Draft
from ui.bench.notice import Button


class Copy(NamedTuple):
    """A draft in another file."""

    document: BenchDocument
    loaded: BenchConfig
    """What the file has, with absolute paths."""
    renamed: Mapping[str, str]
    """The new name of each device that the earlier file has under another name, and its old name."""


def save_draft(
    draft: Draft, document: BenchDocument, config: BenchConfig, applying: Applying, *, overwrite: bool
) -> None:
    """Save `config`, the content of `draft`, to `document`, and let `applying` note new names of devices.

    `overwrite` replaces a file that was changed outside meanwhile. Raises ConfigError.
    """
    with applying.noted(document, config, draft.renamed()):
        document.save(
            config,
            draft.renamed(),
            datastreams=draft.moved_datastreams(),
            organisations=draft.renamed_organisations(),
            overwrite=overwrite,
        )


def save_copy(
    editor: BenchEditor,
    document: BenchDocument | None,
    files: BenchFiles,
    applying: Applying,
    again: Callable[[], None],
) -> Copy | None:
    """Ask for a file, save there what `editor` has, and let it edit this file; `document` is the earlier one.

    Returns None if the user cancels, or if it is not possible, which the editor says, with a button that
    calls `again`.
    """
    draft = editor.draft
    if editor.problems:
        editor.show()
        editor.activateWindow()
        editor.say(Message("editor_has_problems"), "bad")
        return None
    try:
        found = files.ask_for_copy(document, draft.config())
        if found is None:
            return None
        moved, config = found
        save_draft(draft, moved, config, applying, overwrite=True)
        copy = Copy(moved, moved.loaded(), draft.renamed())
    except PinbridgeError as error:
        editor.say(message_of(error), "bad", ("button_save_as", again))
        return None
    draft.reset(moved.config)
    editor.restart()
    return copy


def before(last: Message, say: Say) -> Say:
    """A function that shows each message by `say`, and the warning `last` after it."""

    def both(message: Message, tone: str, *buttons: Button) -> None:
        said = Message("two_sentences", first=message, second=last)
        say(said, "bad" if tone == "bad" else "warn", *buttons)

    return both


def after(first: Message, say: Say) -> Say:
    """A function that shows each message by `say`, after the sentence `first`."""

    def both(message: Message, tone: str, *buttons: Button) -> None:
        say(Message("two_sentences", first=first, second=message), tone, *buttons)

    return both
