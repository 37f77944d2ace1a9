"""Rejected lines and lost bytes as periods: one period for those between two accepted readings. Pure.

A board can print thousands of lines a second that are rejected, so they are counted, and only the times of
the first and of the last are kept. A period ends when a reading of the same datastream is accepted. But it is
at least a second long if more lines are rejected within that second, so that a datastream has one period a
second at most; there may be accepted readings in such a period. A pause of `_PAUSE_US` ends a period too.

Invariants: each line is counted in one period; memory is bounded, whatever the lines say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from app.wire.batches import Batch, Rejected

_LEAST_US = 1_000_000
_PAUSE_US = 300_000_000
_MOST_TARGETS = 300
"""A device has at most 256 pins. The lines of more targets are counted as lines that name none."""


class Part(NamedTuple):
    """Rejected lines for one target, or lost bytes, that came together."""

    target: str
    """Empty for lines that name none, and for bytes."""
    from_us: int
    to_us: int
    amount: int


class Period(NamedTuple):
    """A period in which lines were rejected, or bytes lost."""

    number: int
    """Of the event."""
    from_us: int
    to_us: int
    amount: int
    is_interrupted: bool = False
    """Whether a reading of the datastream was accepted since."""

    def goes_on(self, at_us: int) -> bool:
        """Whether what happens at `at_us` belongs to this period."""
        if at_us < self.from_us:
            # The clock was set back.
            return False
        if self.is_interrupted:
            return at_us - self.from_us < _LEAST_US
        return at_us - self.to_us < _PAUSE_US


class Periods:
    """The newest period of each target."""

    def __init__(self) -> None:
        self._of: dict[str, Period] = {}
        self._open: set[str] = set()
        """The targets whose period is not interrupted."""

    def add(self, part: Part, new_number: Callable[[], int]) -> tuple[str, Period]:
        """Count the lines of `part`. Returns the target that they count for, and its period.

        A period that begins gets a new number.
        """
        target, from_us, to_us, amount = part
        if target not in self._of and len(self._of) >= _MOST_TARGETS:
            target = ""
        before = self._of.get(target)
        if before and before.goes_on(from_us):
            period = before._replace(to_us=max(before.to_us, to_us), amount=before.amount + amount)
        else:
            period = Period(new_number(), from_us, to_us, amount)
            self._open.add(target)
        self._of[target] = period
        return target, period

    def accepted(self, batch: Batch) -> None:
        """Note that readings were accepted, which ends the periods of their datastreams."""
        for target in [target for target in self._open if _has(batch, target)]:
            self._of[target] = self._of[target]._replace(is_interrupted=True)
            self._open.discard(target)


def by_target(rejected: Rejected) -> Iterator[Part]:
    """The rejected lines of a chunk, by the targets that they name."""
    found: dict[str, tuple[int, int, int]] = {}
    for verdict, at_us in zip(rejected.verdicts, rejected.received_at_us.tolist(), strict=True):
        target = verdict.target or ""
        from_us, _, count = found.get(target, (at_us, at_us, 0))
        found[target] = from_us, at_us, count + 1
    for target, counted in found.items():
        yield Part(target, *counted)


def _has(batch: Batch, target: str) -> bool:
    """Whether `batch` has a reading of `target`; of any target, if that is empty."""
    if not target:
        return True
    try:
        code = batch.targets.index(target)
    except ValueError:
        return False
    return bool((batch.codes == code).any())
