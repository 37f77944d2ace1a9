"""The interface of the three kinds of analysis. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol, TypeVar

from app.messages.message import Message
from ui.plot.analysis.asking import Question
from ui.plot.analysis.figure import Figure
from ui.plot.curves import Style

T = TypeVar("T")


class Shown(NamedTuple):
    """What a tab shows of a result."""

    figure: Figure | None
    words: Message
    """A sentence about the result; or why there is no figure."""


class Kind(Protocol[T]):
    """A kind of analysis, which has a tab of its own."""

    title: str
    """The codes of messages: the name of the tab,"""
    boxes: tuple[str, ...]
    """the labels of the boxes in which the user chooses datastreams,"""
    option: str
    """and the label of the box that the user can tick; empty if there is none."""

    def question(self, styles: Sequence[Style]) -> Question[T]:
        """What to ask about the chosen datastreams."""

    def shown(self, result: T, styles: Sequence[Style], *, option: bool) -> Shown:
        """What to show of the result. `option` says whether the box is ticked."""
