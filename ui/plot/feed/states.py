"""The boxes of a datastream of texts: from when to when each text held, at any zoom.

A box begins when a text comes and ends when another one comes, or where a curve would break; what follows is
not known before the next reading. A text that comes again begins no new box. Boxes side by side that are too
narrow are one box, which only has the number of changes.

Invariants: boxes are in the order of time and do not overlap; no box is within a gap. Pure.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np

from app.wire.states import LEFT_OUT, StateRow
from app.wire.timeline import Event
from ui.plot.feed.gaps import Band, gaps
from ui.plot.time_view import Frame

_NARROW_PX = 3


class Box(NamedTuple):
    """A period in which a datastream had one text, or several that have no room."""

    from_s: float
    to_s: float
    """Both in Unix seconds; the end is infinite while the text holds."""
    text: str | None
    """None for several texts, or for readings that are left out because there are too many."""
    since_s: float
    """Since when the text has come, which may be before the plot; in Unix seconds."""
    changes: int = 1
    """How often the text has changed, from the begin of the box on."""

    @property
    def is_left_out(self) -> bool:
        """Whether the readings are not known, because they are too many."""
        return self.changes >= LEFT_OUT


Read = Callable[[float, float, int], list[StateRow]]
"""Returns the rows between two times in Unix seconds, and the one before, for so many columns."""


class StateTrace:
    """The visible boxes of one datastream."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._rows: list[StateRow] = []
        self.boxes: tuple[Box, ...] = ()
        self.gaps: tuple[Band, ...] = ()
        """When the text is not known, and why."""

    def update(self, frame: Frame, events: Iterable[Event], target: str) -> None:
        """Bring the boxes up to `frame`; `events` are what happened to the device."""
        self._rows = self._read(frame.from_s, frame.to_s, frame.last - frame.first + 1)
        times = np.array([row.at_s for row in self._rows])
        self.gaps = tuple(gaps(events, target, times, frame.to_s, only_changes=True))
        found = boxes(self._rows, self.gaps, _NARROW_PX * frame.column_s)
        self.boxes = tuple(box for box in found if box.to_s > frame.from_s)

    @property
    def newest(self) -> Box | None:
        """The newest text, since when it holds, and until when; None if there is none in the plot."""
        if not self.boxes or self._rows[-1].text is None:
            return None
        last, row = self.boxes[-1], self._rows[-1]
        return last if last.text is not None else Box(row.at_s, last.to_s, row.text, row.since_s)

    def at(self, at_s: float) -> Box | None:
        """The box at a time in Unix seconds; None if there is none."""
        return next((box for box in self.boxes if box.from_s <= at_s < box.to_s), None)


def boxes(rows: Sequence[StateRow], bands: Sequence[Band], narrow_s: float) -> list[Box]:
    """The boxes of `rows`; those that are shorter than `narrow_s` seconds have no room.

    `bands` are the gaps, in the order of time.
    """
    return _with_room(_joined(_cut(_pieces(rows), bands)), narrow_s)


def _pieces(rows: Sequence[StateRow]) -> list[Box]:
    """A box from each row to the next one."""
    found: list[Box] = []
    for row, after in zip(rows, (*rows[1:], None), strict=False):
        begun = int(row.changes == 1)
        if after is not None and after.changes > 1:
            found.append(Box(row.at_s, after.at_s, None, row.at_s, begun + after.changes))
        elif row.text is not None:
            to_s = math.inf if after is None else after.at_s
            found.append(Box(row.at_s, to_s, row.text, row.since_s, begun))
    return found


def _cut(pieces: Iterable[Box], bands: Sequence[Band]) -> list[Box]:
    """The parts of `pieces` before the first gap in each; what comes after a gap begins anew."""
    found: list[Box] = []
    number = 0
    for piece in pieces:
        while number < len(bands) and bands[number].to_s <= piece.from_s:
            number += 1
        until_s, since_s = piece.to_s, piece.since_s
        if number and bands[number - 1].to_s > since_s:
            since_s = piece.from_s if not found or found[-1].to_s < piece.from_s else found[-1].since_s
        if number < len(bands):
            until_s = min(until_s, bands[number].from_s)
        if until_s > piece.from_s:
            is_same = (until_s, since_s) == (piece.to_s, piece.since_s)
            found.append(piece if is_same else piece._replace(to_s=until_s, since_s=since_s))
    return found


def _joined(pieces: Iterable[Box]) -> list[Box]:
    """Pieces of one text that follow each other as one box."""
    found: list[Box] = []
    for piece in pieces:
        last = found[-1] if found else None
        if last and last.text is not None and (last.text, last.to_s) == (piece.text, piece.from_s):
            found[-1] = last._replace(to_s=piece.to_s, changes=last.changes + piece.changes)
        else:
            found.append(piece)
    return found


def _with_room(found: Iterable[Box], narrow_s: float) -> list[Box]:
    """Narrow boxes that follow each other as one."""
    made: list[Box] = []
    crowd: list[Box] = []
    for box in (*found, None):
        if crowd and not (box and _has_no_room(box, narrow_s) and box.from_s == crowd[-1].to_s):
            made.append(_crowded(crowd))
            crowd = []
        if box:
            (crowd if _has_no_room(box, narrow_s) else made).append(box)
    return made


def _has_no_room(box: Box, narrow_s: float) -> bool:
    return not box.is_left_out and (box.text is None or box.to_s - box.from_s < narrow_s)


def _crowded(crowd: Sequence[Box]) -> Box:
    first, last = crowd[0], crowd[-1]
    if len(crowd) == 1:
        return first
    return Box(first.from_s, last.to_s, None, first.from_s, sum(box.changes for box in crowd))
