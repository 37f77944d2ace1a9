"""Splits lists and inline tables in the text of a TOML document, with the comments within them. Pure.

Invariant: the text of each element is kept, so that its quotes and its style of numbers stay.
"""

from __future__ import annotations

from typing import NamedTuple

from app.config.writing.statements import TOKEN, Path, is_comment, path_of, split_key


class Element(NamedTuple):
    """An element of a list, or a key and its value in an inline table."""

    above: list[str]
    """The comments in the lines above it, and behind the bracket that opens the list."""
    text: str
    comment: str
    """The comment behind it in the same line; empty if there is none."""


def elements(text: str) -> tuple[list[Element], list[str]]:
    """The elements of the list or inline table `text`, and the comments behind the last of them."""
    found: list[Element] = []
    above: list[str] = []
    depth, is_open, same_line = 0, False, False
    for token in TOKEN.finditer(text, 1, len(text) - 1):
        kind = token.lastgroup
        if depth or not (kind in ("comma", "end", "space") or is_comment(token)):
            depth += (kind == "open") - (kind == "close")
            if not is_open:
                found.append(Element(above, "", ""))
                above = []
            found[-1] = found[-1]._replace(text=found[-1].text + token[0])
            is_open = same_line = True
        elif is_comment(token):
            if same_line:
                found[-1] = found[-1]._replace(comment=token[0].rstrip())
            else:
                above.append(token[0].rstrip())
        elif kind == "comma":
            is_open = False
        elif kind == "end":
            same_line = False
        elif is_open:
            # A space within an element, as between a key and its value, or behind it.
            found[-1] = found[-1]._replace(text=found[-1].text + token[0])
    return [element._replace(text=element.text.rstrip()) for element in found], above


def pairs(text: str) -> list[tuple[Path, str]]:
    """The keys of the inline table `text`, each with its value as it is written."""
    found = []
    for element in elements(text)[0]:
        key, before = split_key(element.text)
        found.append((path_of(key), element.text[len(before) :]))
    return found
