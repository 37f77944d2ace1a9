"""Refuses a TOML document that would cost much memory or time to parse, before it is parsed. Pure.

The cost of a parser does not depend on the size alone: Python's `tomllib` keeps about 1 kB for each table
that a key or a header names, and all prefixes of a dotted key, so that a key of n parts costs n² (10 GB for a
key of 400 kB).

Invariants: the scan takes a text for a string, a comment or a key exactly where the parser does, up to the
first place that is not TOML; the parser reads nothing behind that place. The time and memory of the scan
are linear in the document.
"""

from __future__ import annotations

import re

from app.messages.message import Message

MAX_DEPTH = 16
"""How many parts a key or the name of a table may have, and how many brackets may be open.

Our own files need 5: `[bench.NAME.device.NAME]` and a key.
"""
MAX_TABLES = 30_000
"""How many tables a document may name, by headers, dotted keys and braces; about 1 kB of memory each."""
MAX_VALUES = 100_000
"""How many values a document may have."""
MAX_WORD = 500
"""How many characters a number or a key without quotes may have."""

# See https://toml.io/en/v1.0.0. Each ends where it ends for the parser, or where the parser gives up.
STRING_OR_COMMENT = r"""
    "{3} (?: [^"\\] | \\. | "{1,2}(?!") )*+ (?: "{3,5} | \Z )
  | '{3} (?: [^'] | '{1,2}(?!') )*+ (?: '{3,5} | \Z )
  | " (?: [^"\\\n] | \\[^\n] )*+ "?
  | ' [^'\n]*+ '?
  | \# [^\n]*+
"""
_TOKEN = re.compile(
    rf"""
    (?P<skipped>{STRING_OR_COMMENT})
  | (?P<value> = [ \t]*+ (?: [+-]? [0-9_]{{1,100}} \. (?=[0-9]) )? | , )  # the point of 1.5 names no table
  | (?P<word> [^\s"'\#=.,\[\]{{}}]++ )
  | (?P<dot> \. )
  | (?P<open> [\[{{] )
  | (?P<close> [\]}}] )
  | (?P<end> \n )
    """,
    re.VERBOSE | re.DOTALL,
)


def excess(text: str) -> Message | None:
    """Why the TOML document `text` is refused; None if it stays within the limits."""
    parts, brackets, tables, values = 1, 0, 0, 0
    for token in _TOKEN.finditer(text):
        match token.lastgroup:
            case "word":
                if token.end() - token.start() > MAX_WORD:
                    return Message("toml_word_too_long", line=_line(text, token), most=MAX_WORD)
            case "dot":
                parts += 1
                tables += 1
            case "open":
                brackets += 1
                tables += 1
                parts = 1
            case "close":
                brackets -= 1
                parts = 1
            case "value":
                values += 1
                parts = 1
            case "end":
                parts = 1
        if parts > MAX_DEPTH or brackets > MAX_DEPTH:
            return Message("toml_nested_too_deep", line=_line(text, token), most=MAX_DEPTH)
        if tables > MAX_TABLES or values > MAX_VALUES:
            return Message("toml_too_many_entries", tables=MAX_TABLES, values=MAX_VALUES)
    return None


def _line(text: str, token: re.Match[str]) -> int:
    return text.count("\n", 0, token.start()) + 1
