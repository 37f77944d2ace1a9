"""Converts times of arrival into the form in which a table has them. Pure: a time is passed in.

Invariant: the seconds that have elapsed are counted from the first reading of the table, and are negative
only if the computer's clock was set back.
"""

from __future__ import annotations

from time import localtime

from app.journal.export.form import TimeForm

_QUARTER_US = 15 * 60 * 1_000_000
"""Clocks are put forward and back only at quarters of an hour UTC."""


class Times:
    """Converts the times of one table, in the order of its rows."""

    def __init__(self, form: TimeForm) -> None:
        self._form = form
        self._first_us: int | None = None
        self._quarter: int | None = None
        self._offset_us = 0

    def of(self, at_us: int) -> int:
        """The microseconds since 1970 (UTC or by the local clock), or since the first row of the table."""
        if self._form is TimeForm.UTC:
            return at_us
        if self._form is TimeForm.LOCAL:
            quarter = at_us // _QUARTER_US
            if quarter != self._quarter:
                self._quarter, self._offset_us = quarter, _offset_us(quarter * _QUARTER_US)
            return at_us + self._offset_us
        if self._first_us is None:
            self._first_us = at_us
        return at_us - self._first_us


def _offset_us(at_us: int) -> int:
    """How far the local clock is ahead of UTC at a time."""
    try:
        return localtime(at_us // 1_000_000).tm_gmtoff * 1_000_000
    except (OSError, OverflowError, ValueError):
        # Windows knows no offset before 1970, nor after the year 3000: a board's computer had a wrong clock.
        return localtime(0).tm_gmtoff * 1_000_000
