"""What the lines at hand say about an edited datastream: its live value, and what a change would do. Pure.

Invariant: nothing is said about a datastream that is wrong; its problems are shown beside its fields.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from app.messages.message import Message
from app.wire.datastreams import Datastream
from app.wire.readings import Grammar, Kind
from app.wire.suggesting import Suggestion, suggest
from app.wire.trial import judge_again, try_lines
from ui import wording
from ui.bench.model.draft import Node


class Advice(NamedTuple):
    """What is said below the fields of a datastream."""

    live: Message | None = None
    """What the board said last, and the value that becomes of it; None without a line."""
    trial: Message | None = None
    """How many of the lines at hand would have been rejected; None if the datastream is wrong."""
    first: str = ""
    """The first line that would have been rejected; empty if none is."""
    suggestions: tuple[Suggestion, ...] = ()


def datastream_of(node: Node) -> Datastream | None:
    """The datastream that `node` describes; None if its keys are wrong."""
    try:
        return msgspec.convert(node.values, Datastream)
    except msgspec.ValidationError:
        return None


def advise(node: Node, texts: Sequence[str]) -> Advice:
    """What `texts` say about the datastream `node`: lines of its board, the newest last."""
    entry = datastream_of(node)
    if entry is None:
        return Advice()
    grammar = Grammar((entry,))
    texts = [text for text in texts if _is_for(entry, text)]
    trial = try_lines(grammar, node.target, texts)
    return Advice(
        live=_live(grammar, entry, texts),
        trial=trial.message,
        first=trial.first.text if trial.first else "",
        suggestions=suggest(entry, texts),
    )


def take(node: Node, suggestion: Suggestion) -> None:
    """Put the keys of a suggestion into a node."""
    for key, value in msgspec.to_builtins(dict(suggestion.changes)).items():
        node.put(key, value)


def _is_for(entry: Datastream, text: str) -> bool:
    """Whether a line may be for a datastream. It is judged only then, because that takes longer."""
    name = text.partition("=")[0].strip(" \t").lower()
    return name in (f"v{entry.virtual_pin}", f"ds{entry.id}")


def _live(grammar: Grammar, entry: Datastream, texts: Sequence[str]) -> Message | None:
    if not texts:
        return None
    verdict, said = judge_again(grammar, texts[-1]), texts[-1].partition("=")[2].strip(" \t")
    if verdict.kind is not Kind.ACCEPTED:
        return Message("live_rejected", said=said)
    return Message("live_value", said=said, value=wording.value(verdict.value, entry.unit))
