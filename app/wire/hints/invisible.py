"""Recognises characters that nobody sees: escape sequences, a byte-order mark, special spaces. Pure."""

from __future__ import annotations

import re
import unicodedata

from app.messages.message import Message
from app.wire.hints.repair import Repair

_ESCAPE = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-~]?")
"""An escape sequence of ECMA-48: a control sequence such as a colour, a window title, or a short sequence."""
_NAMES = {
    "\t": Message("character_tab"),
    "\u00a0": Message("character_no_break_space"),
    "\u00ad": Message("character_soft_hyphen"),
    "\u200b": Message("character_zero_width_space"),
    "\ufeff": Message("character_byte_order_mark"),
}
_SPACES = {"Zs", "Zl", "Zp"}
_INVISIBLE = {"Cc", "Cf", *_SPACES}
"""Unicode's categories of control characters, format characters and spaces."""


def escapes(text: str) -> Repair | None:
    """Remove escape sequences, such as the colours of a log."""
    line = _ESCAPE.sub("", text)
    if line == text:
        return None
    return Repair(
        line, lambda line: Message("hint_escape_sequence", line=line), Message("hint_escape_sequence_plain")
    )


def invisible(text: str) -> Repair | None:
    """Remove invisible characters, and turn special spaces into plain ones. A tab is a plain space, too."""
    found = None if text.isascii() and text.isprintable() else next(filter(_is_invisible, text), None)
    if found is None:
        return None
    line = "".join(_plain(character) for character in text).strip(" \t")
    shown = _named(found)
    return Repair(
        line,
        lambda line: Message("hint_invisible", character=shown, line=line),
        Message("hint_invisible_plain", character=shown),
    )


def control_character(text: str) -> Message | None:
    """The hint that names the first control character in a text, perhaps a tab; None if it has none."""
    found = next((character for character in text if unicodedata.category(character) == "Cc"), None)
    return Message("hint_invisible_plain", character=_named(found)) if found else None


def _named(character: str) -> str | Message:
    """A character as its code, such as `U+200E`, with its name if it is a common one."""
    return _NAMES.get(character, f"U+{ord(character):04X}")


def _is_invisible(character: str) -> bool:
    return character not in " \t" and unicodedata.category(character) in _INVISIBLE


def _plain(character: str) -> str:
    if not _is_invisible(character):
        return character
    return " " if unicodedata.category(character) in _SPACES else ""
