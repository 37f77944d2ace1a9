"""Compares this computer's clock with the clock of the server, by the `Date` header of each answer. Pure.

Invariants: an absurd date is ignored; after the first answer, one wrong answer among right ones changes
nothing, nor does one right answer among wrong ones; a judgement near the limit does not flicker.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from app.cloud.blynk.outcomes import unix_s

TOLERANCE_S = 120.0
"""How far the clocks may be apart."""
_RESOLUTION_S = 1.0
"""A `Date` has whole seconds, and the rest is cut off."""
_EARLIEST_S, _LATEST_S = 1577836800.0, 4102444800.0
"""The years 2020 to 2099. A clock that says another year was never set."""
_parsed = lru_cache(unix_s)  # All answers within a second have the same date.
_CONTRARY = 3
"""How many answers in succession must say so before a judgement changes."""


def ahead_s(headers: Mapping[str, str], now_s: float, took_s: float) -> float | None:
    """How many seconds this computer's clock is ahead of the server's; negative if it is behind.

    `headers` are those of an answer, by lower-case name. `now_s` is the Unix time at which the answer came,
    `took_s` is how long it took. The result is 0 if the date may be of any time between. None if the answer
    has no sensible date, or comes from a cache, which keeps the date of an earlier answer.
    Source: RFC 9110 section 6.6.1, RFC 9111 section 5.1.
    """
    if "age" in headers:
        return None
    try:
        date_s = _parsed(headers.get("date", ""))
    except ValueError:
        return None
    if _EARLIEST_S <= now_s < _LATEST_S and not _EARLIEST_S <= date_s < _LATEST_S:
        return None
    return max(0.0, now_s - took_s - _RESOLUTION_S - date_s) + min(0.0, now_s - date_s)


class ClockWatch:
    """Judges whether this computer's clock is wrong, from what many answers say."""

    def __init__(self) -> None:
        self._judged = False
        self._wrong_by_s = 0.0
        self._contrary = 0

    @property
    def wrong_by_s(self) -> float:
        """How many seconds the clock is ahead; negative if it is behind, 0 if it is right or not known."""
        return self._wrong_by_s

    def observe(self, ahead_s: float) -> None:
        """Take in what one answer says: see `ahead_s`. The first answer decides at once."""
        limit_s = TOLERANCE_S / 2 if self._wrong_by_s else TOLERANCE_S
        found_s = ahead_s if abs(ahead_s) > limit_s else 0.0
        if self._judged and bool(found_s) != bool(self._wrong_by_s):
            self._contrary += 1
            if self._contrary < _CONTRARY:
                return
        self._judged, self._wrong_by_s, self._contrary = True, found_s, 0
