"""What has come in: the newest value of each datastream, and the readings for the plots.

Invariant: only the thread that writes the journal adds values and renames devices.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from app.history.readings import Readings
from app.journal.journal import Journal, Written
from app.journal.streams.newest import newest
from app.journal.summaries.period import read_period
from app.journal.summaries.pruned import count_pruned
from app.journal.summaries.states import read_states
from app.journal.summaries.view import read_view
from app.wire.datastreams import Value

Latest = Mapping[tuple[str, str], tuple[Value, int]]
"""Maps (device, target) to the newest value and its time of arrival (microseconds since 1970, UTC)."""


class Recent:
    """The newest readings of all devices, and all that came before."""

    def __init__(self, journal: Journal, report: Callable[[Exception], object]) -> None:
        """`report` is called with an error of reading the journal."""
        self.readings = Readings(
            partial(read_view, journal),
            partial(read_period, journal),
            report,
            read_states=partial(read_states, journal),
            count_pruned=partial(count_pruned, journal),
        )
        """Their values at any time, for the plots."""
        self._latest: dict[tuple[str, str], tuple[Value, int]] = newest(journal.reader(), journal.streams())

    @property
    def latest(self) -> Latest:
        """The newest value of each datastream."""
        return self._latest

    def add(self, written: Sequence[Written]) -> None:
        """Add readings that are in the journal now."""
        for left, (device, columns) in enumerate(written, 1 - len(written)):
            last = columns.values[-1] if columns.values else float(columns.numbers[-1])
            self._latest[(device, columns.target)] = (last, int(columns.received_at_us[-1]))
            what = columns.received_at_us, columns.numbers, columns.values
            self.readings.append(device, columns.target, *what, more_follow=left < 0)

    def rename(self, names: Mapping[str, str]) -> None:
        """Let devices have other names; `names` maps their names to the new ones, and may swap names."""
        self.readings.rename(names)
        self._latest = {
            (names.get(device, device), target): value for (device, target), value in self._latest.items()
        }

    def forget(self, device: str) -> None:
        """Drop everything of a device."""
        self.readings.forget(device)
        # Not a new dictionary, because the journal's writer may add readings of other boards meanwhile.
        for key in list(self._latest):
            if key[0] == device:
                self._latest.pop(key, None)
