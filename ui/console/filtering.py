"""Which rows of the console are shown.

Invariants: the listed numbers grow; each row of the log that passes the filter is listed once, as soon as
`extend` has been called, and no row that has left is listed after `drop`. Pure.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from ui.console.ansi import plain
from ui.console.log import Log, RowKind, Tag


class Filter(NamedTuple):
    """What a row must be to be shown. Gaps and events pass only if no more than a device is asked for."""

    device: str = ""
    """The name of a device; empty for all."""
    kinds: frozenset[RowKind] = frozenset()
    """Empty for all."""
    target: str = ""
    """A target that the line must name, itself or with a property (`v1`, `v1.label`); empty for all."""
    needle: str = ""
    """What the line must contain."""
    match_case: bool = False

    @property
    def is_narrow(self) -> bool:
        """Whether anything but the device is asked for."""
        return bool(self.kinds or self.target or self.needle)

    @property
    def only_rejected(self) -> bool:
        """Whether only rejected lines pass."""
        return self.kinds == {RowKind.REJECTED}

    def passes_tag(self, tag: Tag) -> bool:
        """Whether rows with this tag pass, if their text does."""
        if self.device and tag.device != self.device:
            return False
        if tag.kind in (RowKind.GAP, RowKind.EVENT):
            return not self.is_narrow
        if self.target and tag.target != self.target and not tag.target.startswith(f"{self.target}."):
            return False
        return not self.kinds or tag.kind in self.kinds

    def passes_text(self, text: str) -> bool:
        """Whether a line with this text passes, if its tag does."""
        if not self.needle:
            return True
        shown = plain(text)
        return self.needle in shown if self.match_case else self.needle.lower() in shown.lower()


class Listing:
    """The numbers of the rows of a log that pass a filter, in order."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self.filter = Filter()
        self.numbers = array("q")
        self._seen = 0
        self._passes: list[bool] = []
        """For each tag of the log, whether rows with it pass."""

    def __len__(self) -> int:
        return len(self.numbers)

    def set_filter(self, wanted: Filter) -> None:
        """List the rows that pass `wanted`."""
        self.filter, self._passes = wanted, []
        self.numbers, self._seen = array("q"), 0
        self.extend()

    def extend(self) -> int:
        """List the new rows of the log. Returns how many of them pass."""
        before = len(self.numbers)
        log, wanted = self._log, self.filter
        passes_text = wanted.passes_text
        if not self._seen and wanted.only_rejected:
            left = [number for number in log.outliving if wanted.passes_tag(log.tag(number))]
            self.numbers.extend(number for number in left if passes_text(log.text(number)))
        self._passes.extend(map(wanted.passes_tag, log.tags[len(self._passes) :]))
        found = log.passing(self._seen, self._passes)
        if wanted.needle:
            found = [number for number in found if passes_text(log.text(number))]
        self.numbers.extend(found)
        self._seen = log.end
        return len(self.numbers) - before

    def leaving(self) -> int:
        """How many numbers at the front are of rows that have left."""
        first = self._log.first_rejected if self.filter.only_rejected else self._log.first
        return bisect_left(self.numbers, first)

    def drop(self) -> None:
        """Drop the numbers of rows that have left."""
        del self.numbers[: self.leaving()]

    def place(self, number: int) -> int:
        """The place of a row in the list, or of the next one if it is not listed."""
        return bisect_left(self.numbers, number)

    def missing(self) -> int:
        """How many lines of the devices in this list are left out of the log since it was empty."""
        device = self.filter.device
        devices = {device} if device else {tag.device for tag in self._log.tags}
        return sum(map(self._log.missing, devices))


def targets(log: Log, device: str) -> Sequence[str]:
    """The targets that rows of a device name, without their properties; of all devices if it is empty."""
    found = {tag.target.partition(".")[0] for tag in log.tags if device in ("", tag.device) and tag.target}
    return sorted(found, key=lambda target: (len(target), target))
