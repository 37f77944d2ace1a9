"""Finds a text in the rows that are shown: which rows have it, and which is next.

Invariants: the hits are the listed rows that contain the text, in order; after the last one, the search goes
on from the other end. Pure.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right

from ui.console.ansi import plain
from ui.console.filtering import Listing
from ui.console.log import Log


class Search:
    """The hits for one text in a listing."""

    def __init__(self, log: Log, listing: Listing) -> None:
        self._log, self._listing = log, listing
        self.needle = ""
        self.match_case = False
        self.hits = array("q")
        """The numbers of the rows with the text."""
        self._seen = -1

    def look_for(self, needle: str, *, match_case: bool = False) -> None:
        """Find the rows that contain `needle`; none if it is empty."""
        self.needle, self.match_case = needle, match_case
        self.begin_again()

    def begin_again(self) -> None:
        """Find the hits once more, because other rows are listed."""
        self.hits, self._seen = array("q"), -1
        self.extend()

    def extend(self) -> None:
        """Find the hits among the rows that were listed since the last time."""
        numbers = self._listing.numbers
        if not self.needle or not numbers:
            return
        log, needle = self._log, self.needle if self.match_case else self.needle.lower()
        for number in numbers[bisect_right(numbers, self._seen) :]:
            shown = plain(log.text(number))
            if needle in (shown if self.match_case else shown.lower()):
                self.hits.append(number)
        self._seen = numbers[-1]

    def drop(self) -> None:
        """Drop the hits in rows that are no longer listed."""
        numbers = self._listing.numbers
        del self.hits[: bisect_left(self.hits, numbers[0]) if numbers else len(self.hits)]

    def after(self, number: int) -> int | None:
        """The next hit below row `number`, or the first one; None if there is none."""
        place = bisect_right(self.hits, number)
        return self.hits[place if place < len(self.hits) else 0] if self.hits else None

    def before(self, number: int) -> int | None:
        """The next hit above row `number`, or the last one; None if there is none."""
        return self.hits[bisect_left(self.hits, number) - 1] if self.hits else None

    def ordinal(self, number: int) -> int:
        """Which of the hits row `number` is, from 1; 0 if it is none."""
        place = bisect_left(self.hits, number)
        return place + 1 if place < len(self.hits) and self.hits[place] == number else 0

    def places(self, shown: str) -> list[tuple[int, int]]:
        """Where the text is in a line, as start and end."""
        if not self.needle:
            return []
        inside, needle = (shown, self.needle) if self.match_case else (shown.lower(), self.needle.lower())
        if len(inside) != len(shown):
            return []  # A few letters have two letters in lower case; then the places would be wrong.
        found, at = [], inside.find(needle)
        while at >= 0:
            found.append((at, at + len(needle)))
            at = inside.find(needle, at + len(needle))
        return found
