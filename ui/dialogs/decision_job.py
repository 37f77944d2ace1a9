"""A decision of the user about readings, which is carried out in a separate thread, and its words.

Invariant: the window waits for at most `AT_ONCE_S`, because a journal of millions of readings takes minutes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from app.messages.message import Message
from ui.dialogs.job import Job, Progress
from ui.situation import Notice

AT_ONCE_S = 0.2
"""A decision that takes no longer is reported at once, without a notice that it runs."""


class Decision(NamedTuple):
    """The codes of the messages about a decision."""

    runs: str
    done: str
    cancelled: str


class DecisionJob(Job[int]):
    """A decision about the readings of one device. Its result is how many readings it has changed."""

    def __init__(self, device: str, decision: Decision, decide: Callable[[Progress], int]) -> None:
        super().__init__("decision", decide)
        self.device = device
        self.decision = decision

    def begin(self) -> bool:
        """Start the thread. Returns whether the decision is over already."""
        return self.start(AT_ONCE_S)

    @property
    def notice(self) -> Notice:
        """How far the decision is, with a button that cancels it."""
        message = Message(self.decision.runs, percent=self.percent)
        notice = Notice("good", message, device=self.device, answers=True)
        return notice if self.is_cancelled else notice._replace(action="button_cancel", act=self.cancel)

    @property
    def outcome(self) -> tuple[Message, str, str]:
        """What the decision has changed, or why it failed: see `ShowMessage`. Only if `is_over`."""
        if self.failure:
            return self.failure, "bad", ""  # An error names its device itself.
        if self.result is None:
            message = Message(self.decision.cancelled, done=self.seen, count=self.total)
            return message, "warn", self.device
        return Message(self.decision.done, count=self.result), "good", self.device
