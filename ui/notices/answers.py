"""The order of the notices: what answers the user comes first for some seconds. Pure.

Invariants: an answer comes first for `FIRST_S`, the newest before the others; after that it hides no trouble
of a board that is as grave.
"""

from __future__ import annotations

from collections.abc import Iterable

from ui.situation import Key, Notice, by_gravity

FIRST_S = 6.0
"""So long an answer comes before graver notices."""
_MESSAGE: Key = ("", ())
"""What a message is about. No subject is empty."""


class Answers:
    """The message that was shown last, and since when other answers are shown."""

    def __init__(self) -> None:
        self.message: Notice | None = None
        self._at_s = 0.0
        self._since: dict[Key, float] = {}

    def show(self, message: Notice, now_s: float) -> None:
        """Show a message instead of the one before."""
        self.message, self._at_s = message, now_s

    def take_times(self, other: Answers) -> None:
        """Give the message and the other answers the times that they have in `other`."""
        self._at_s, self._since = other._at_s, dict(other._since)

    def in_order(self, wanted: Iterable[Notice], now_s: float) -> dict[Key, Notice]:
        """The `wanted` notices and the message; the first of them is to be shown first.

        There is one for each subject.
        """
        wanted = list(wanted)
        self._since = {each.key: self._since.get(each.key, now_s) for each in wanted if each.answers}
        message = self.message
        answers = [(self._at_s, message)] if message else []
        answers += [(self._since[each.key], each) for each in wanted if each.answers]
        fresh = [(at_s, each) for at_s, each in answers if 0 <= now_s - at_s < FIRST_S]
        first = [each for _, each in sorted(fresh, key=lambda each: each[0], reverse=True)]
        others = [*wanted, message] if message else wanted
        rest = by_gravity(each for each in others if all(each is not one for one in first))
        shown: dict[Key, Notice] = {}
        for notice in (*first, *rest):
            shown.setdefault(_MESSAGE if notice is message else notice.key, notice)
        return shown
