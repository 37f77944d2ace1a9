"""Prints how long a page and its sentences are: `python3 packaging/readability.py README.md`.

Counted is what people read as sentences: paragraphs, list items, and a table's cells that end as a sentence
does. Left out are code blocks, HTML, headings, and cells that are only labels. A sentence ends with `.`, `!`
or `?` before a space, or with its paragraph, item or cell. A link counts by its text, and inline code as one
word. Standard library alone.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_FENCE = re.compile(r"^ *```.*?^ *```$", re.DOTALL | re.MULTILINE)
_HTML = re.compile(r"<[^>]*>")
_HEADING = re.compile(r"^#+ .*$", re.MULTILINE)
_ITEM = re.compile(r"^ *(?:[-*]|\d+\.) +", re.MULTILINE)
_CODE = re.compile(r"`[^`]*`")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_END = re.compile(r"(?<=[.!?])[\"“*)]*\s+")
_WORD = re.compile(r"\w")


class Figures(NamedTuple):
    """The size of a page."""

    lines: int
    sentences: int
    words: int

    @property
    def average(self) -> float:
        """Words in a sentence."""
        return self.words / max(1, self.sentences)


def figures(text: str) -> Figures:
    """The size of a page in Markdown."""
    lengths = [
        words
        for block in _blocks(text)
        for sentence in _END.split(block)
        if (words := sum(bool(_WORD.search(word)) for word in sentence.split()))
    ]
    return Figures(len(text.splitlines()), len(lengths), sum(lengths))


def _blocks(text: str) -> Iterator[str]:
    """The paragraphs, items and cells that count, as plain text."""
    # Whatever stands in the place of a link or of code must not hide the cell's borders.
    text = _HEADING.sub("", _HTML.sub("", _FENCE.sub("", text)))
    text = _LINK.sub(r"\1", _CODE.sub("code", text))
    for paragraph in re.split(r"\n\s*\n", text):
        if paragraph.lstrip().startswith("|"):
            cells = (cell.strip() for line in paragraph.splitlines() for cell in line.split("|"))
            yield from (cell for cell in cells if cell.endswith((".", "!", "?")))
        else:
            yield from _ITEM.split(paragraph)


def main(pages: list[str]) -> int:
    """Print the figures of each page; the exit status."""
    if not pages:
        print("usage: readability.py PAGE...", file=sys.stderr)
        return 2
    for page in pages:
        found = figures(Path(page).read_text(encoding="utf-8"))
        print(f"{page}: {found.lines} lines, {found.sentences} sentences of {found.average:.1f} words")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
