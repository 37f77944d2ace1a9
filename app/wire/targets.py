"""The targets of one device, and how many it may have.

Every target makes a stream in the journal, a lane to the cloud, a curve and a row in the window. Without a
limit, a sketch that prints a counter as a part of the name would make thousands of them.

Invariants: a target that was taken once is always taken again; the targets of the bench file's datastreams
always have room; all others together are at most `MAX_TARGETS`, except those that the journal had before.
"""

from __future__ import annotations

from collections.abc import Iterable

MAX_TARGETS = 1024
"""How many targets a device may have besides those of the bench file. Properties and events count too."""


class Targets:
    """The targets of one device. One thread adds targets; any thread may ask for those that it has added."""

    def __init__(self, own: Iterable[str] = (), known: Iterable[str] = ()) -> None:
        """`own` are the targets of the bench file's datastreams, `known` those in the device's journal."""
        self._own = frozenset(own)
        self._others = set(known) - self._own

    def has_room(self, target: str) -> bool:
        """Whether the device has `target`, or has room for it."""
        return target in self._own or target in self._others or len(self._others) < MAX_TARGETS

    def add(self, target: str) -> None:
        """Give the device `target`, for which there must be room."""
        if target not in self._own:
            self._others.add(target)
