"""The entries of the catalogue: codes and their English texts. Pure.

Invariant: `sentence` and `plural` are called only with literal texts, so that Babel can extract them.
"""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """A code and its sentence in English. The rest of the program uses only the code."""

    code: str
    text: str
    """The sentence, with a `{parameter}` for each value. With a `plural`, it is for a count of 1."""
    plural: str = ""
    """The form for all other values of `{count}`; empty if the sentence counts nothing."""


def sentence(code: str, text: str) -> Entry:
    """An entry for a sentence that has no plural form."""
    return Entry(code, text)


def plural(code: str, text: str, many: str) -> Entry:
    """An entry for a sentence with the parameter `count`: `text` is for 1, `many` for all other counts."""
    return Entry(code, text, many)


def of_click(text: str) -> str:
    """Mark a text of the library `click` for translation. The text itself is the key of the translation."""
    return text


def plural_of_click(text: str, many: str) -> tuple[str, str]:
    """Mark both forms of a text of the library `click`, singular and plural, for translation."""
    return text, many
