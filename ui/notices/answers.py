"""The order of the notices, and when a message that answers the user leaves. Pure.

Invariants: an answer comes first for `FIRST_S`, the newest before the others; after that it hides no trouble
of a board that is as grave; a message leaves when it no longer holds; what went wrong stays, because the user
may have looked elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ui.situation import Key, Notice, by_gravity

FIRST_S = 6.0
"""So long an answer comes before graver notices."""
LEAVES_S = 60.0
"""So long a message is shown that nobody needs later."""
_CHANGED_NOTHING = frozenset(
    {
        *("no_tray", "nothing_to_save", "run_only_shown", "demo_not_connected", "export_needs_file"),
        *("no_device_takes_token", "no_cloud_page", "cloud_page_not_opened", "folder_not_opened"),
        *("line_not_sent", "fix_cannot_help", "baud_search_not_possible", "baud_search_ended"),
        *("decision_needs_connection", "decision_runs_already", "saving_cancelled"),
        *("deleting_cancelled", "discarding_cancelled", "sending_cancelled"),
    }
)
"""Warnings and errors about a click after which all is as before, or as the user wanted it."""
_MESSAGE: Key = ("", ())
"""What a message is about. No subject is empty."""


def leaves(message: Notice) -> bool:
    """Whether a message leaves by itself after `LEAVES_S`."""
    return message.tone == "good" or message.message.code in _CHANGED_NOTHING


class Answers:
    """The message that was shown last, and since when other answers are shown."""

    def __init__(self) -> None:
        self.message: Notice | None = None
        self._at_s = 0.0
        self._holds: Callable[[], bool] | None = None
        self._since: dict[Key, float] = {}

    def show(self, message: Notice, now_s: float, holds: Callable[[], bool] | None = None) -> None:
        """Show a message instead of the one before, at most until `holds` returns false."""
        self.message, self._at_s, self._holds = message, now_s, holds

    def take_times(self, other: Answers) -> None:
        """Give the message and the other answers the times that they have in `other`."""
        self._at_s, self._since = other._at_s, dict(other._since)

    def in_order(self, wanted: Iterable[Notice], now_s: float) -> dict[Key, Notice]:
        """The `wanted` notices and the message, unless it has left; the first of them is to be shown first.

        There is one for each subject.
        """
        wanted = list(wanted)
        self._since = {each.key: self._since.get(each.key, now_s) for each in wanted if each.answers}
        message = self._message_at(now_s)
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

    def _message_at(self, now_s: float) -> Notice | None:
        """The message, if it has not left."""
        if self.message is None:
            return None
        if now_s < self._at_s:
            self._at_s = now_s - FIRST_S  # The clock was set back.
        if (leaves(self.message) and now_s - self._at_s >= LEAVES_S) or (self._holds and not self._holds()):
            self.message = None
        return self.message
