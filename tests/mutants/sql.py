"""Mutates SQL in string constants."""

from __future__ import annotations

import re
from collections.abc import Iterator

_STATEMENT = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE FROM|CREATE (TABLE|INDEX)|WHERE|ORDER BY|VALUES)\b")
_LAST_CLAUSE = re.compile(r".*\b(SET|WHERE|AND|OR|ON|WHEN)\b", re.DOTALL)

_CHANGES = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"<=", "<"),
        (r"(?<![<])<(?![<=>])", "<="),
        (r">=", ">"),
        (r"(?<![<>])>(?![>=])", ">="),
        (r"\bAND\b", "OR"),
        (r"\bOR\b(?! (IGNORE|REPLACE))", "AND"),
        (r"\bOR IGNORE ", ""),
        (r"\bOR REPLACE\b", "OR IGNORE"),
        (r"\bmax(?=\()", "min"),
        (r"\bMAX(?=\()", "MIN"),
        (r"\bmin(?=\()", "max"),
        (r"\bMIN(?=\()", "MAX"),
        (r" DESC\b", ""),
        (r"(?<=ORDER BY )([\w.]+)(?![\w.]| DESC)", r"\1 DESC"),
        (r"\bDISTINCT ", ""),
        (r"\bUNION ALL\b", "UNION"),
        (r"\bNOT (?!NULL)", ""),
        (r"\bIS NULL\b", "IS NOT NULL"),
        (r"\bIS NOT NULL\b", "IS NULL"),
        (r"(?<=\w )\+(?= \w)", "-"),
        (r"(?<=\w )-(?= \w)", "+"),
    )
)
_NUMBER = re.compile(r"(?<![\w?:.{-])\d+(?![\w.}])")
_EQUALS = re.compile(r"(?<= )=(?= )")


def is_sql(text: str) -> bool:
    """Whether `text` is an SQL statement or a part of one."""
    return _STATEMENT.search(text) is not None


def changes(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield each mutation of SQL: start and end of the span to replace, and the replacement.

    Some spans may be in comments of the SQL.
    """
    for pattern, replacement in _CHANGES:
        for found in pattern.finditer(text):
            yield found.start(), found.end(), found.expand(replacement)
    for found in _NUMBER.finditer(text):
        yield found.start(), found.end(), str(int(found.group()) + 1)
    for found in _EQUALS.finditer(text):
        clause = _LAST_CLAUSE.match(text, 0, found.start())
        if clause and clause.group(1) != "SET":
            yield found.start(), found.end(), "<>"
