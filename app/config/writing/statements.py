"""Splits a TOML document into statements: headers, keys with their values, comments and blank lines. Pure.

Invariants: the texts of the statements, joined, are the document, byte for byte. A statement ends with the
line, except that a value may span lines. The document is one that `tomllib` accepts.
"""

from __future__ import annotations

import enum
import re
import tomllib
from collections.abc import Callable, Iterator
from typing import NamedTuple, cast

from app.config.limits import STRING_OR_COMMENT

Path = tuple[str, ...]
"""The parts of a dotted key or of a table's name."""

_QUOTED = r'"(?:[^"\\]|\\.)*+"|\'[^\']*+\''
_TRIVIA = re.compile(r"([ \t]*)(\#[^\n\r]*)?(\r?\n|\Z)")
_HEADER = re.compile(
    rf"([ \t]*\[\[?[ \t]*)((?:{_QUOTED}|[^\"'\]])*?)([ \t]*\]\]?[ \t]*(?:\#[^\n\r]*)?(?:\r?\n|\Z))"
)
_KEY = re.compile(rf"[ \t]*((?:{_QUOTED}|[^\"'=])*?)[ \t]*=[ \t]*")
_REST = re.compile(r"[ \t]*(?:\#[^\n\r]*)?(?:\r?\n|\Z)")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
TOKEN = re.compile(
    rf"""
    (?P<skipped> {STRING_OR_COMMENT} )
  | (?P<open> [\[{{] )
  | (?P<close> [\]}}] )
  | (?P<comma> , )
  | (?P<end> \n )
  | (?P<space> [ \t\r]++ )
  | (?P<other> [^\s"'\#,\[\]{{}}]++ )
    """,
    re.VERBOSE | re.DOTALL,
)
"""A part of a value."""


class Kind(enum.Enum):
    """The kinds of statements. A comment at the end of a line belongs to the statement of that line."""

    BLANK = enum.auto()
    COMMENT = enum.auto()
    HEADER = enum.auto()
    KEY = enum.auto()


class Statement(NamedTuple):
    """A statement, as three texts that make up its lines."""

    kind: Kind
    before: str
    """Of a key, all up to its value; of a header, all up to the name; else the indent."""
    content: str
    """The value of a key, the name in a header, or a comment."""
    after: str
    """The rest up to the end of the line, with a comment if there is one."""
    path: Path = ()
    """The parts of the key or of the name in a header."""

    @property
    def text(self) -> str:
        """The whole statement as it is in the document."""
        return self.before + self.content + self.after

    @property
    def indent(self) -> str:
        """The spaces at the beginning of the first line."""
        return self.before[: len(self.before) - len(self.before.lstrip(" \t"))]

    @property
    def comment(self) -> str:
        """The comment at the end of a key's or a header's line; empty if there is none."""
        _, mark, words = self.after.partition("#")
        return (mark + words).rstrip()


def split(text: str) -> list[Statement]:
    """The statements of the TOML document `text`."""
    found, start = [], 0
    while start < len(text):
        statement = _next(text, start)
        found.append(statement)
        start += len(statement.text)
    return found


def split_key(text: str, start: int = 0) -> tuple[str, str]:
    """The key that begins at `start`, and all up to its value."""
    key = cast(re.Match[str], _KEY.match(text, start))
    return key[1], key[0]


def path_of(key: str) -> Path:
    """The parts of a dotted key."""
    if _BARE.fullmatch(key):
        return (key,)
    table, parts = tomllib.loads(f"{key} = 0"), []
    while isinstance(table, dict):
        ((part, table),) = table.items()
        parts.append(part)
    return tuple(parts)


def comments(text: str) -> Iterator[str]:
    """Yield each comment in the TOML text `text`, from its `#` to the end of the line."""
    for token in TOKEN.finditer(text):
        if is_comment(token):
            yield token[0].rstrip()


def with_comments(text: str, change: Callable[[str], str]) -> str:
    """The TOML text `text` with each comment changed by `change`."""
    return TOKEN.sub(lambda token: change(token[0]) if is_comment(token) else token[0], text)


def is_comment(token: re.Match[str]) -> bool:
    """Whether a match of `TOKEN` is a comment."""
    return token[0].startswith("#")


def _next(text: str, start: int) -> Statement:
    if line := _TRIVIA.match(text, start):
        indent, comment, line_end = line.groups("")
        return Statement(Kind.COMMENT if comment else Kind.BLANK, indent, comment, line_end)
    if header := _HEADER.match(text, start):
        opening, name, closing = header.groups()
        return Statement(Kind.HEADER, opening, name, closing, path_of(name))
    key, before = split_key(text, start)
    begin = start + len(before)
    end = _value_end(text, begin)
    rest = cast(re.Match[str], _REST.match(text, end))
    return Statement(Kind.KEY, before, text[begin:end], rest[0], path_of(key))


def _value_end(text: str, start: int) -> int:
    """Where the value ends that begins at `start`."""
    depth, end = 0, start
    for token in TOKEN.finditer(text, start):
        kind = token.lastgroup
        if not depth and (kind == "end" or is_comment(token)):
            break
        depth += (kind == "open") - (kind == "close")
        if kind != "space":
            end = token.end()
    return end
