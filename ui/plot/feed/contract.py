"""What the window shows over time, as part of its interface to a bench (`ui.contract`): readings and events.

Invariant: no method waits for the journal or for a board.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from app.wire.timeline import Marker, Timeline

if TYPE_CHECKING:
    from app.history.calculation import Calculated, Calculation, T
    from app.wire.states import StateRow
    from ui.plot.feed.trace import Series


class ReadingsView(Protocol):
    """The numbers and the texts of any period; all times are in seconds since 1970.

    No method waits for the journal or for a board.
    """

    def window(self, device: str, target: str, from_s: float, to_s: float, columns: int) -> Series:
        """What a plot that is `columns` pixels wide shows of a period: the time and value of each point.

        There are a few points for each column, among them the lowest and the highest reading, or all readings
        if they are few; times do not decrease. What is not known yet is read: then `revision` changes.
        """

    def states(self, device: str, target: str, from_s: float, to_s: float, columns: int) -> list[StateRow]:
        """Which texts have come in a period, for a plot that is `columns` pixels wide.

        The row before the period is there, too, because its text goes on. There are a few rows for each
        column at most. What is not known yet is read: then `revision` changes.
        """

    def count(self, device: str, target: str) -> object:
        """Something that changes whenever the result of `window`, `states` or `extent` may have changed."""

    def watch(self, told: Callable[[], object]) -> None:
        """From now on, call `told` whenever `count` has changed, instead of what was given before.

        It is called in any thread, and must return at once.
        """

    def revision(self, device: str, target: str) -> int:
        """A number that changes when earlier readings are other ones than before, or have been read."""

    def extent(self, device: str, target: str) -> tuple[float, float] | None:
        """The first and the last time of all readings; None if none is known yet."""

    def calculate(self, wanted: Calculation[T]) -> Calculated[T] | None:
        """The newest result of a calculation over all readings of a period; None before the first one.

        Never waits: the readings are read from the journal, and `wanted.function` is called, in a thread of
        its own. While a newer result is being calculated, the latest earlier one for the same `keys` and an
        equal `function` is returned, with its period. It is calculated again only if the period is another
        one, or if its readings may have changed; so a window may ask as often as it likes.
        """


class TimelinesView(Protocol):
    """What happened to the devices of a bench over time, and the user's markers."""

    def read(self, device: str, from_s: float, to_s: float) -> Timeline:
        """What happened to a device between two times, and its markers and those of the whole bench there.

        All times are in seconds since 1970. Never waits for the journal: the events and markers of earlier
        runs may be missing at first, and change `version` when they are there.
        """

    def version(self, device: str) -> int:
        """A number that changes whenever the result of `read` for this device may do."""

    def mark(self, device: str, at_s: float, note: str) -> Marker:
        """Set a marker for a device; for the whole bench, if `device` is empty.

        Raises PinbridgeError, for example if the note is too long.
        """

    def change_mark(self, marker: Marker, *, at_s: float | None = None, note: str | None = None) -> Marker:
        """Change the time or the note of a marker. Returns the changed marker. Raises PinbridgeError."""

    def remove_mark(self, marker: Marker) -> None:
        """Remove a marker. Raises PinbridgeError."""
