"""Writes the topics of the help as HTML for Qt, and searches them.

Invariants: every sentence is escaped, so that none is treated as markup; the search looks only at words that
the page shows.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

from app.messages.languages import text
from ui.help.keys import KEYS, key_names
from ui.help.topics import Example, Keys, Part, Picture, Rows, Steps, Terms, Topic, Words

PICTURE = "picture:"
"""The start of a picture's address; its name follows."""


def page(topic: Topic, width_px: int) -> str:
    """The HTML of a topic. Pictures are `width_px` wide."""
    title = f"<h2>{_escaped(text(topic.title))}</h2>"
    return title + "".join(_part(part, width_px) for part in topic.parts)


def found(topics: Sequence[Topic], words: str) -> list[Topic]:
    """The topics that contain all of `words`, in any order and in upper or lower case."""
    wanted = words.casefold().split()
    return [topic for topic in topics if all(word in _said(topic) for word in wanted)]


def _said(topic: Topic) -> str:
    shown = [text(topic.title), *(words for part in topic.parts for words in _words(part))]
    return "\n".join(shown).casefold()


def _words(part: Part) -> Iterable[str]:
    """The texts that a part shows."""
    match part:
        case Words(code):
            return [text(code)]
        case Steps(codes):
            return map(text, codes)
        case Rows(rows):
            return [words for left, code in rows for words in (left, text(code))]
        case Terms(rows):
            return [text(code) for row in rows for code in row]
        case Example(lines):
            return [lines]
        case Picture(_, code):
            return [text(code)]
        case Keys():
            return [words for row in _keys() for words in row]


def _part(part: Part, width_px: int) -> str:
    match part:
        case Words(code):
            return f"<p>{_escaped(text(code))}</p>"
        case Steps(codes):
            return f"<ol>{''.join(f'<li>{_escaped(text(code))}</li>' for code in codes)}</ol>"
        case Rows(rows):
            return _table((left, text(code)) for left, code in rows)
        case Terms(rows):
            return _table((text(term), text(code)) for term, code in rows)
        case Example(lines):
            return f"<pre>{_escaped(lines)}</pre>"
        case Picture(name, code):
            alt = html.escape(text(code))
            return f'<p><img src="{PICTURE}{name}" width="{width_px}" alt="{alt}"></p>'
        case Keys():
            return _table(_keys())


def _keys() -> list[tuple[str, str]]:
    return [(key_names(keys), text(code)) for keys, code in KEYS]


def _table(rows: Iterable[tuple[str, str]]) -> str:
    cells = "".join(
        f"<tr><td><b>{_escaped(left)}</b></td><td>{_escaped(right)}</td></tr>" for left, right in rows
    )
    return f'<table cellpadding="5">{cells}</table>'


def _escaped(words: str) -> str:
    return html.escape(words, quote=False)
