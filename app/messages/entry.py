"""What a catalogue is made of: codes and their English texts. Pure.

Invariant: `sentence` and `plural` are called only with literal texts, so that Babel can extract them.
"""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """A sentence in English, under the code that stands for it everywhere else."""

    code: str
    text: str
    """With a `{parameter}` for each value; for a count of one where there is a `plural`."""
    plural: str = ""
    """The text for every other `{count}`; empty where nothing is counted."""


def sentence(code: str, text: str) -> Entry:
    """A sentence that counts nothing."""
    return Entry(code, text)


def plural(code: str, text: str, many: str) -> Entry:
    """A sentence whose form depends on its parameter `count`: `text` for 1, `many` for the rest."""
    return Entry(code, text, many)


def of_click(text: str) -> str:
    """A sentence of click's own, which click translates by its text."""
    return text


def plural_of_click(text: str, many: str) -> tuple[str, str]:
    """A sentence of click's own with a plural."""
    return text, many
