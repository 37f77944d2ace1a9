"""Text from elsewhere, made safe to show: nothing in it can control a terminal or reorder the text. Pure.

A board, a recording, a file or a server can send any character. Escape sequences move the cursor or change
the title of a terminal, U+009B begins one as well, and U+202E shows the rest of the line from right to left.

Invariant: all text for people goes through `visible`, in the window and on the terminal alike.
"""

from __future__ import annotations

REPLACEMENT = "\ufffd"


def visible(text: str, *, lines: bool = False) -> str:
    """`text` on one line: a tab becomes a space, and every other unprintable character becomes U+FFFD.

    Unprintable are control and format characters, lone surrogates, and all spaces but the plain one. With
    `lines`, line ends stay as they are.
    """
    if text.isprintable():
        return text
    if lines:
        return "\n".join(map(visible, text.replace("\r\n", "\n").split("\n")))
    return "".join(c if c.isprintable() else " " if c == "\t" else REPLACEMENT for c in text)
