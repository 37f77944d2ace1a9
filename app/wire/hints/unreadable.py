"""Recognises lines whose bytes are not the text that the sketch meant: zero bytes, UTF-16, a wrong baud rate.

Theory of operation
===================

At a wrong baud rate, half of the bytes are not text. Only if the port reads at a third of the board's rate,
it is a quarter. Text in another encoding, such as Latin-1, has a byte here and there that is not UTF-8: one
in twenty in German, and more in a short line such as `23.5` with a degree sign. So a line is *mostly
unreadable* if a quarter of its characters are not text, or an eighth of a longer line. But neither a line
that begins with an assignment nor a number with such a byte behind it comes from a wrong baud rate, nor does
text with control characters only around it.

The text of a line has U+FFFD in place of each byte that is not UTF-8. Pure.
"""

from __future__ import annotations

import re

from app.messages.message import Message
from app.wire.hints.names import NAME

REPLACED = "\ufffd"
"""Stands for a byte that is not UTF-8."""
_UTF_16 = re.compile(r"\0?(?:[^\0]\0){2,}[^\0]?|(?:\0[^\0]){2,}\0?")
_ASSIGNMENT = re.compile(rf"[ \t]*{NAME}[ \t]*=")
_NUMBER_AND_BYTE = re.compile(r"[^\ufffd]*[0-9][ \t]*\ufffd{1,2}[ -~]{0,4}")
_FRAMED = re.compile(r"[\x01-\x1f\x7f]{0,2}[ -~]{4,}[\x01-\x1f\x7f]{0,2}")
"""Text between control characters, as scales and card readers print it: STX before it, ETX behind it."""
_MANY = 8
"""So many unreadable characters are not a few letters of another encoding if they are an eighth of a line."""


def diagnose(text: str) -> Message | None:
    """The hint for a line with such bytes; None for any other line."""
    if text.isascii() and text.isprintable():
        return None
    if _is_mostly_unreadable(text):
        return Message("hint_bad_encoding")
    if "\0" not in text:
        return None
    return Message("hint_utf16") if _UTF_16.fullmatch(text) else Message("hint_zero_bytes")


def _is_mostly_unreadable(text: str) -> bool:
    count = sum(map(_is_unreadable, text))
    if _ASSIGNMENT.match(text) or _NUMBER_AND_BYTE.fullmatch(text) or _FRAMED.fullmatch(text):
        return False
    return 0 < len(text) <= 4 * count or (count >= _MANY and len(text) <= 8 * count)


def _is_unreadable(character: str) -> bool:
    """Whether a character is a byte that is not UTF-8, or a control character that no text has.

    A zero byte and the escape character have hints of their own.
    """
    return (
        character == REPLACED
        or (ord(character) < 32 and character not in "\0\t\x1b")
        or "\x7f" <= character < "\xa0"
    )
