"""Splits the source text of a sketch (C++) into tokens, and sets its comments apart.

It knows as much of C++ as is needed to find what a sketch prints: no macros are expanded, and nothing is
checked.

Invariants: any text is read, in time proportional to its length; code in comments and between `#if 0` and its
`#endif` gives no tokens.
"""

from __future__ import annotations

import enum
import re
from typing import NamedTuple

MOST_CHARACTERS = 200_000
"""What comes after so many characters is not read."""


class Kind(enum.Enum):
    """The kind of a token."""

    NAME = enum.auto()
    NUMBER = enum.auto()
    TEXT = enum.auto()
    """A string literal; its text is without quotation marks and escapes."""
    DIRECTIVE = enum.auto()
    """The first word of a line for the preprocessor: `define`."""
    SIGN = enum.auto()
    """A sign such as `(` or `<<`, or a character literal."""


class Token(NamedTuple):
    """A token, and the line on which it begins: 0 for the first."""

    kind: Kind
    text: str
    line: int

    def is_sign(self, *signs: str) -> bool:
        """Whether the token is one of `signs`."""
        return self.kind is Kind.SIGN and self.text in signs


END = Token(Kind.SIGN, "", 0)
"""Stands for a token after the last one."""


class Source(NamedTuple):
    """The tokens of a sketch, and the comments at the ends of lines with code."""

    tokens: list[Token]
    comments: dict[int, str]
    """By line, without the signs of the comment."""

    def at(self, place: int) -> Token:
        """The token at `place`; `END` after the last one."""
        return self.tokens[place] if place < len(self.tokens) else END


# Each alternative ends at the first place where it can, so that nothing is tried twice.
_TOKEN = re.compile(
    r"""
    (?P<comment>   //[^\n]* | /\*(?:.*?\*/|.*) )
  | (?P<text>      "(?P<content>(?:[^"\\\n]|\\.)*)"? )
  | (?P<character> '(?:[^'\\\n]|\\.)*'? )
  | (?P<directive> ^[ \t]*\#[ \t]*[a-z]+ )
  | (?P<name>      [A-Za-z_]\w* )
  | (?P<number>    \.?[0-9](?:[\w.]|'(?=\w))* )
  | (?P<sign>      -> | << | \+= | == | != | \S )
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
_NEVER = re.compile(r"[ \t]*0\b")
_LINE_ENDS = re.compile(r"[ \t\r]*(?:\n|\Z)")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "\n": ""}
_KINDS = {
    "text": Kind.TEXT,
    "directive": Kind.DIRECTIVE,
    "name": Kind.NAME,
    "number": Kind.NUMBER,
}


def read(text: str) -> Source:
    """Split the source `text` of a sketch into tokens."""
    text = text[:MOST_CHARACTERS]
    source = Source([], {})
    line = end = 0
    skipped = 0
    for match in _TOKEN.finditer(text):
        line += text.count("\n", end, match.start())
        end = match.start()
        group, found = str(match.lastgroup), match[0]
        if group == "directive":
            found = found.lstrip(" \t#")
            skipped = _skipped(skipped, found, is_never=_NEVER.match(text, match.end()) is not None)
        if skipped:
            continue
        if group != "comment":
            if group == "text":
                found = _ESCAPE.sub(lambda escape: _ESCAPED.get(escape[1], escape[1]), match["content"])
            source.tokens.append(Token(_KINDS.get(group, Kind.SIGN), found, line))
        elif source.tokens and source.tokens[-1].line == line and _LINE_ENDS.match(text, match.end()):
            source.comments[line] = found.removeprefix("//").removeprefix("/*").removesuffix("*/")
    return source


def _skipped(skipped: int, directive: str, *, is_never: bool) -> int:
    """How many `#if` are open in a part that is skipped, after `directive`; 0 if nothing is skipped.

    `is_never` says whether the condition of the directive is 0.
    """
    if directive in ("if", "ifdef", "ifndef"):
        return skipped + (skipped > 0 or (directive == "if" and is_never))
    if directive == "endif":
        return max(0, skipped - 1)
    return 0 if skipped == 1 and directive in ("else", "elif") else skipped
