"""Prints the length of a page and of its average sentence: `python3 packaging/readability.py README.md`.

It counts sentences in paragraphs, in list items, and in table cells that end like a sentence. It leaves out
code blocks, HTML, headings, and table cells that are only labels. A sentence ends with `.`, `!` or `?` before
a space, or at the end of its paragraph, item or cell. A link counts as its text, inline code as one word.
The script uses only the standard library.
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
    """The numbers of lines, sentences and words of a page."""

    lines: int
    sentences: int
    words: int

    @property
    def average(self) -> float:
        """The average number of words in a sentence."""
        return self.words / max(1, self.sentences)


def figures(text: str) -> Figures:
    """Count the lines, sentences and words of `text`, a page in Markdown."""
    lengths = [
        words
        for block in _blocks(text)
        for sentence in _END.split(block)
        if (words := sum(bool(_WORD.search(word)) for word in sentence.split()))
    ]
    return Figures(len(text.splitlines()), len(lengths), sum(lengths))


def _blocks(text: str) -> Iterator[str]:
    """Yield the plain text of each paragraph, list item and table cell whose sentences are to be counted."""
    # Code is replaced before table rows are split, because a `|` in code does not separate cells.
    text = _HEADING.sub("", _HTML.sub("", _FENCE.sub("", text)))
    text = _LINK.sub(r"\1", _CODE.sub("code", text))
    for paragraph in re.split(r"\n\s*\n", text):
        if paragraph.lstrip().startswith("|"):
            cells = (cell.strip() for line in paragraph.splitlines() for cell in line.split("|"))
            yield from (cell for cell in cells if cell.endswith((".", "!", "?")))
        else:
            yield from _ITEM.split(paragraph)


def main(pages: list[str]) -> int:
    """Print how long each page and its average sentence are, and return the exit status."""
    if not pages:
        print("usage: readability.py PAGE...", file=sys.stderr)
        return 2
    for page in pages:
        found = figures(Path(page).read_text(encoding="utf-8"))
        print(f"{page}: {found.lines} lines, {found.sentences} sentences of {found.average:.1f} words")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
