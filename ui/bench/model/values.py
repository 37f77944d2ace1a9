"""The values of a bench file's keys as texts in fields, and back. Pure.

Invariants: a text that is no value of its kind is returned as it is, so that the loader explains it and
nothing typed is lost; a value that is written and read again is the same value.
"""

from __future__ import annotations

import re
from typing import Any

_WHOLE = re.compile(r"[+-]?[0-9]{1,40}")
_BREAKS = re.compile(r"[,;\s]+")


def written(value: Any) -> str:
    """A value as the text of a field; empty for None."""
    match value:
        case None:
            return ""
        case tuple():
            return ", ".join(map(written, value))
        case float():
            return repr(value).removesuffix(".0")
    return str(value)


def read_text(text: str) -> str:
    """The value of a field for text."""
    return text


def read_whole(text: str) -> int | str | None:
    """The value of a field for a whole number; None if the field is empty."""
    text = text.strip()
    if not text:
        return None
    return int(text) if _WHOLE.fullmatch(text) else text


def read_number(text: str, decimal_sign: str = ".") -> float | str | None:
    """The value of a field for a number; None if the field is empty.

    A decimal point is understood in every language, and `decimal_sign` too.
    """
    text = text.strip()
    if not text:
        return None
    try:
        return float(text.replace(decimal_sign, ".") if text.count(decimal_sign) == 1 else text)
    except ValueError:
        return text


def read_wholes(text: str) -> tuple[int | str, ...]:
    """The value of a field for a list of whole numbers, which commas, semicolons or spaces separate."""
    return tuple(int(part) if _WHOLE.fullmatch(part) else part for part in filter(None, _BREAKS.split(text)))


def read_server(text: str) -> str:
    """The value of a field for a server: an address without a scheme is one of HTTPS."""
    text = text.strip().rstrip("/")
    is_whole = not text or "://" in text or text.startswith(("http:", "https:"))
    return text if is_whole else f"https://{text}"
