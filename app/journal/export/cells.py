"""The text of the cells of a CSV file. Pure.

Invariants: no cell is run as a formula by a spreadsheet, and numbers are not changed for that; a number has
the decimal sign of the file, and so have the fractions of seconds in times that a spreadsheet is to read.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from app.wire.datastreams import Value, sent_as

_EPOCH = datetime(1970, 1, 1)
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def iso_time(at_us: int) -> str:
    """`at_us` (µs since 1970, UTC) as ISO 8601 text with microseconds."""
    return f"{(_EPOCH + timedelta(microseconds=at_us)).isoformat(timespec='microseconds')}Z"


def spreadsheet_time(at_us: int, decimal: str) -> str:
    """A time (µs since 1970) as a date and a time of day that Excel and LibreOffice take for a date.

    Excel knows neither a `T` in between nor a zone at the end, and no more than milliseconds, so that the
    microseconds are cut off. It wants the decimal sign of its language.
    """
    at = _EPOCH + timedelta(microseconds=at_us)
    return at.isoformat(" ", "milliseconds").replace(".", decimal)


def seconds(elapsed_us: int, decimal: str) -> str:
    """A period in microseconds as a number of seconds, exactly."""
    whole, rest = divmod(abs(elapsed_us), 1_000_000)
    return f"{'-' if elapsed_us < 0 else ''}{whole}{decimal}{rest:06d}"


def of_value(value: Value | None, decimal: str) -> str:
    """The cell of a value; empty if it is None.

    There is a space in a location, because a spreadsheet could take `13,52` for one number.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, tuple):
        return ", ".join(map(sent_as, value))
    return sent_as(value).replace(".", decimal)


def harmless(text: str) -> str:
    """`text`, behind an apostrophe if a spreadsheet would run it as a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
