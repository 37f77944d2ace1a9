"""The coloured grounds of a strip: each shows a gap of a curve, and says what it is.

Invariant: gaps that several curves share have one ground.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from app.messages.languages import text_of
from app.messages.message import Message
from app.wire.timeline import EventKind
from ui.plot.feed.gaps import Band
from ui.theme.colors import Scheme

_TROUBLE = (EventKind.REJECTED, EventKind.BYTES_LOST)


class Ground(NamedTuple):
    """A period of time with a coloured ground, and words about it."""

    from_s: float
    to_s: float
    """Both in Unix seconds; the end is infinite while it lasts."""
    color: str
    message: Message | None = None

    @property
    def label(self) -> str:
        """What it says; empty if it has no words."""
        return text_of(self.message) if self.message else ""


def grounds(gaps: Iterable[Band], scheme: Scheme, until_s: float) -> tuple[Ground, ...]:
    """The grounds of the gaps of a strip's curves, each once. A gap that ends at `until_s` still lasts."""
    made = dict.fromkeys(
        Ground(
            band.from_s,
            band.to_s if band.to_s < until_s else math.inf,
            scheme.warn if band.kind in _TROUBLE else scheme.faint,
            band.message,
        )
        for band in gaps
    )
    return tuple(sorted(made, key=lambda ground: ground[:3]))


def grounds_from_s(before: Sequence[Ground], after: Sequence[Ground]) -> float | None:
    """From which time on (Unix seconds) two lists of grounds differ; None if they are the same."""
    for old, new in itertools.zip_longest(before, after):
        if old == new:
            continue
        if old is None or new is None:
            return (old or new).from_s
        if old._replace(to_s=new.to_s) == new and not old.message:
            return min(old.to_s, new.to_s)
        return min(old.from_s, new.from_s)
    return None
