"""Tries a changed grammar on lines at hand: how many of them it would reject, before the change is made.

Invariants: the grammar remembers nothing of the lines; only lines for the given target count, under its pin
or under its datastream id.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from app.messages.message import Message
from app.wire.readings import Grammar, Kind, Verdict

_REPLACED = "\ufffd"


class Trial(msgspec.Struct, frozen=True):
    """What a grammar would say of the lines at hand for one target."""

    lines: int = 0
    rejected: int = 0
    clamped: int = 0
    """How many of the accepted lines have a value that was clamped to the range."""
    first: Verdict | None = None
    """The verdict on the oldest rejected line; None if none is rejected."""
    low: float | None = None
    high: float | None = None
    """The least and the greatest number among the values; None if no value is a number."""

    @property
    def message(self) -> Message:
        """How many lines would have been rejected, as a sentence."""
        if not self.lines:
            return Message("trial_no_lines")
        if not self.rejected:
            return Message("trial_none_rejected", count=self.lines)
        if self.lines == 1:
            return Message("trial_line_rejected")
        return Message("trial_rejected", count=self.rejected, lines=self.lines)


def try_lines(grammar: Grammar, target: str, texts: Iterable[str]) -> Trial:
    """Judge `texts` again, as the board sent them, by the changed `grammar`.

    `texts` are lines without their ends, the newest last, such as those of the console. Lines for other
    targets, comments, and lines without a good name do not count. Lines that were `partial` do not belong in
    `texts`, because a line that was cut may look whole.
    """
    verdicts = [verdict for text in texts if _is_for(verdict := judge_again(grammar, text), target, grammar)]
    rejected = [verdict for verdict in verdicts if verdict.kind is Kind.REJECTED]
    numbers = [verdict.value for verdict in verdicts if isinstance(verdict.value, int | float)]
    return Trial(
        lines=len(verdicts),
        rejected=len(rejected),
        clamped=sum(verdict.is_clamped for verdict in verdicts),
        first=rejected[0] if rejected else None,
        low=min(numbers, default=None),
        high=max(numbers, default=None),
    )


def judge_again(grammar: Grammar, text: str) -> Verdict:
    """The verdict of `grammar` on a line that was shown as `text`."""
    # A byte that is no UTF-8 is shown as U+FFFD, and every grammar rejects a line that has one.
    return grammar.verdict_on(b"\xff".join(part.encode(errors="replace") for part in text.split(_REPLACED)))


def _is_for(verdict: Verdict, target: str, grammar: Grammar) -> bool:
    """Whether the line of `verdict` is for `target`, or for the other name of its datastream."""
    if verdict.target is None or verdict.target == target:
        return verdict.target == target
    if "." in verdict.target or "." in target:
        return False
    entry = grammar.datastream(target)
    return entry is not None and grammar.datastream(verdict.target) is entry
