"""The rule of `min_change`: which readings of a datastream differ too little from the last one to be sent.

A reading is compared with the *reference*: the last reading of its datastream that was forwarded or is on its
way. So slow drift is not lost, because its small steps add up until a reading differs enough from the
reference. A refused reading is no reference, and neither is one that expired or was superseded.

Invariants: the result depends only on the readings and their fates, and not on when they are judged; no
datastream is silent for `max_silence_s` while readings come in, even if the clock was set back.
Pure: no I/O, no clock.
"""

from __future__ import annotations

from decimal import Decimal

from app.wire.datastreams import Datastream, DatastreamType
from app.wire.streams import Fate, Reading, Run

_MOST_ON_WAY = 256
"""How many readings on their way are remembered. If all of these are refused, the reference is the last
forwarded one."""


class Reference:
    """Finds the reference of one datastream: the last of its readings that was forwarded or is on its way."""

    def __init__(self, forwarded: Reading | None = None) -> None:
        """`forwarded` is the last forwarded reading of an earlier run; None if none is known."""
        self._forwarded = forwarded
        self._forwarded_place = 0
        self._on_way: dict[tuple[int, int], tuple[int, Reading]] = {}
        self._place = 0

    @property
    def reading(self) -> Reading | None:
        """The reading with which the next one is compared; None if there is none."""
        if self._on_way:
            place, newest = next(reversed(self._on_way.values()))
            if place > self._forwarded_place:
                return newest
        return self._forwarded

    def goes(self, reading: Reading) -> None:
        """Note that `reading` is on its way."""
        self._place += 1
        self._on_way[reading.stream, reading.seq] = self._place, reading
        if len(self._on_way) > _MOST_ON_WAY:
            del self._on_way[next(iter(self._on_way))]

    def settled(self, run: Run) -> None:
        """Note the fate of the readings in `run`."""
        for key in list(self._on_way):
            if key[0] == run.stream and run.first <= key[1] <= run.last:
                place, reading = self._on_way.pop(key)
                if run.fate is Fate.FORWARDED and place > self._forwarded_place:
                    self._forwarded, self._forwarded_place = reading, place

    def forwarded_again(self, reading: Reading) -> None:
        """Note that the cloud has accepted `reading`, which the user has sent again."""
        self._place += 1
        self._forwarded, self._forwarded_place = reading, self._place

    def forget_on_way(self) -> None:
        """Forget the readings on their way, because they are judged again."""
        self._on_way.clear()


def is_unchanged(reading: Reading, reference: Reading | None, datastream: Datastream) -> bool:
    """Whether `reading` is not sent, because it differs too little from `reference`.

    The `min_change` of `datastream` is above 0. The result is false if `max_silence_s` has passed since
    `reference` arrived. It is also false if the clock was set back since then, because it is then unknown how
    much time has passed.
    """
    if reference is None:
        return False
    passed_us = reading.received_at_us - reference.received_at_us
    if not 0 <= passed_us < round(datastream.max_silence_s * 1e6):
        return False
    new, old = reading.value, reference.value
    if new == old:
        return True
    if datastream.type is DatastreamType.ENUM:
        return False
    if not isinstance(new, int | float) or not isinstance(old, int | float):
        return False
    return _differ_by_less(float(new), float(old), datastream.min_change)


def _differ_by_less(new: float, old: float, least: float) -> bool:
    """Whether `new` and `old` differ by less than `least`, all three as they are written in decimal.

    As doubles, 20.4 and 20.3 differ by less than 0.1. As written, they do not.
    """
    return abs(Decimal(repr(new)) - Decimal(repr(old))) < Decimal(repr(least))
