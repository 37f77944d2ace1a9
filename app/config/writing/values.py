"""Writes values and keys as TOML. Pure.

Invariants: a text that is written is read back as the same value. A value in place of another has the style
of the earlier one where it can: single quotes, a whole number without a point, comments within a list.
"""

from __future__ import annotations

import re
from typing import cast

from app.config.writing.inline import Element, elements
from app.config.writing.statements import Path
from app.errors import InvalidValueError

Value = str | bool | int | float | list[int]
"""What a key of a bench file may hold, besides tables."""

_INDENTS = re.compile(r"(\r?\n)([ \t]*).*?([ \t]*)\]\Z", re.DOTALL)
"""The end of the first line of a list that spans lines, and the indents of the second and the last."""
_MOST_EXACT = 10**15
"""Larger numbers are written with an exponent rather than as many digits."""


def literal(value: Value, earlier: str = "") -> str:
    """`value` as TOML. `earlier` is the TOML of the value that it replaces.

    Raises InvalidValueError for a text that is not Unicode, so that no file can hold it.
    """
    match value:
        case str():
            return _text(value, earlier)
        case bool() | int():
            return str(value).lower()
        case float():
            has_point = any(sign in earlier for sign in ".eE")
            is_short = value.is_integer() and abs(value) < _MOST_EXACT and not has_point
            return repr(int(value) if is_short else value)
        case _:
            return _numbers(value, earlier)


def key_text(path: Path) -> str:
    """The dotted key with these parts."""
    import tomlkit  # here, so that the window, which seldom writes a file, opens sooner

    return ".".join(tomlkit.key(part).as_string() for part in path)


def _text(value: str, earlier: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise InvalidValueError("text_not_unicode") from None
    is_single = earlier.startswith("'") and not earlier.startswith("'''")
    if is_single and "'" not in value and value.isprintable():
        return f"'{value}'"
    import tomlkit

    return tomlkit.item(value).as_string()


def _numbers(values: list[int], earlier: str) -> str:
    if "\n" not in earlier:
        return f"[{', '.join(map(str, values))}]"
    # tomlkit would put a number that is appended behind the comment of the last one.
    found, end = elements(earlier)
    left = {int(element.text.replace("_", ""), 0): element for element in reversed(found)}
    lines = []
    for value in values:
        element = left.pop(value, Element([], str(value), ""))
        lines += [*element.above, f"{element.text}, {element.comment}".rstrip()]
    newline, indent, last = cast(re.Match[str], _INDENTS.search(earlier)).groups()
    return f"[{newline}{''.join(f'{indent}{line}{newline}' for line in [*lines, *end])}{last}]"
