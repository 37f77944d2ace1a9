"""The types that the modules of hints share, and examples of lines that a grammar accepts. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple, Protocol

from app.messages.message import Message
from app.wire.datastreams import Datastream


class Rules(Protocol):
    """What a hint has to know about the grammar that judged the line."""

    @property
    def samples(self) -> tuple[str, ...]:
        """For each datastream in the bench file, a line that it accepts; those for texts are the last."""

    def accepts(self, line: str) -> bool:
        """Whether the grammar accepts `line` as it is meant, so that it would give no hint for it."""

    def is_whole(self, target: str) -> bool:
        """Whether the datastream of `target` is declared to take whole numbers only."""

    def datastream(self, target: str) -> Datastream | None:
        """The datastream of `target`; None if the bench file has none."""

    def scaled_text(self, target: str, text: str) -> str | None:
        """The number `text` with scale and offset of the datastream of `target`; None if it has neither."""

    def target_named(self, name: str) -> str | None:
        """The target of the datastream that has this name in the bench file; None if there is none."""


class Repair(NamedTuple):
    """One mistake, and the line without it, which may still have other mistakes."""

    line: str
    say: Callable[[str], Message]
    """Makes the hint from a line without any mistake."""
    otherwise: Message | None = None
    """The hint if no line without a mistake is found; None if a general hint says more."""


Step = Callable[[str], Repair | Message | None]
"""Looks for one kind of mistake in a line. Returns a Message if only the sketch can repair it."""


def keeps_texts(target: str, rules: Rules) -> bool:
    """Whether the datastream of `target` is declared to take texts, so that it keeps numbers as texts."""
    return rules.accepts(f"{target}=5;")


def example(rules: Rules, values: Iterable[str] = ()) -> str:
    """A line that the grammar accepts, if possible with one of `values`, to show what a line looks like."""
    first = [] if keeps_texts("v1", rules) else ["v1"]
    targets = [*first, *(sample.partition("=")[0] for sample in rules.samples)]
    for value in (*values, "100"):
        for target in targets:
            if rules.accepts(line := f"{target}={value}"):
                return line
    return next(iter(rules.samples), "v1=100")
