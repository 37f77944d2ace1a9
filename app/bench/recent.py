"""What has come in recently, in memory: the newest value of each datastream, and the history for the plots.

Invariant: only the thread that writes the journal adds values and renames devices.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from app.history.history import History
from app.journal.journal import Written
from app.wire.datastreams import Value

Latest = Mapping[tuple[str, str], tuple[Value, int]]
"""Maps (device, target) to the newest value and its time of arrival (microseconds since 1970, UTC)."""


class Recent:
    """The recent readings of all devices."""

    def __init__(self) -> None:
        self._history = History()
        self._latest: dict[tuple[str, str], tuple[Value, int]] = {}

    @property
    def latest(self) -> Latest:
        """The newest value of each datastream."""
        return self._latest

    def add(self, written: Iterable[Written]) -> None:
        """Add readings that are in the journal now."""
        for device, columns in written:
            last = columns.values[-1] if columns.values else float(columns.numbers[-1])
            self._latest[(device, columns.target)] = (last, int(columns.received_at_us[-1]))
            self._history.append(device, columns.target, columns.received_at_us, columns.numbers)

    def rename(self, names: Mapping[str, str]) -> None:
        """Let devices have other names; `names` maps their names to the new ones, and may swap names."""
        self._history.rename(names)
        self._latest = {
            (names.get(device, device), target): value for (device, target), value in self._latest.items()
        }

    def forget(self, device: str) -> None:
        """Drop everything of a device."""
        self._history.forget(device)
        # Not a new dictionary, because the journal's writer may add readings of other boards meanwhile.
        for key in list(self._latest):
            if key[0] == device:
                self._latest.pop(key, None)

    def window(
        self, device: str, target: str, from_s: float, to_s: float
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The times (in seconds since 1970) and the values of a target between `from_s` and `to_s`."""
        return self._history.window(device, target, from_s, to_s)
