"""What an export has: which readings, in which layout, with which times, in which kind of file. Pure.

The values of enums are the words of the command line, and never change with the language.
"""

from __future__ import annotations

import enum
from collections.abc import Set
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Selection(NamedTuple):
    """Which readings to export: those of `devices` from `from_us` up to, but not including, `to_us`.

    None means no restriction. Times are in microseconds since 1970, UTC.
    """

    devices: Set[str] | None = None
    """The names of devices."""
    from_us: int | None = None
    to_us: int | None = None
    datastreams: Set[tuple[str, str]] | None = None
    """Datastreams of these devices: for each, the name of the device and the target."""

    @property
    def has_period(self) -> bool:
        """Whether only a period of time is selected."""
        return self.from_us is not None or self.to_us is not None

    def takes_device(self, device: str) -> bool:
        """Whether `device` is one of those that are selected."""
        return self.devices is None or device in self.devices

    def takes_time(self, at_us: int) -> bool:
        """Whether `at_us` is in the period that is selected."""
        return (self.from_us is None or at_us >= self.from_us) and (self.to_us is None or at_us < self.to_us)

    def takes(self, device: str, target: str, at_us: int) -> bool:
        """Whether a reading of a datastream that arrived at `at_us` is selected."""
        return self._takes_datastream(device, target) and self.takes_time(at_us)

    def takes_any(self, device: str, target: str, times_us: NDArray[np.int64]) -> bool:
        """Whether any reading of a datastream that arrived at one of these times is selected."""
        if not self._takes_datastream(device, target):
            return False
        selected = times_us
        if self.from_us is not None:
            selected = selected[selected >= self.from_us]
        if self.to_us is not None:
            selected = selected[selected < self.to_us]
        return len(selected) > 0

    def _takes_datastream(self, device: str, target: str) -> bool:
        is_in = self.datastreams is None or (device, target) in self.datastreams
        return is_in and self.takes_device(device)


class Layout(enum.StrEnum):
    """What a row of the table is."""

    LONG = "long"
    """One reading, with its id, device, target and fate."""
    WIDE = "wide"
    """One instant; each datastream has a column."""


class TimeForm(enum.StrEnum):
    """How the times of arrival are written."""

    UTC = "utc"
    LOCAL = "local"
    """By the clock of this computer's time zone."""
    ELAPSED = "elapsed"
    """The seconds since the first reading of the table."""


class FileKind(enum.StrEnum):
    """The kind of the file."""

    CSV = "csv"
    PARQUET = "parquet"


class Form(NamedTuple):
    """The form of a table. The default is that of the command line."""

    layout: Layout = Layout.LONG
    time: TimeForm = TimeForm.UTC
    kind: FileKind = FileKind.CSV
    separator: str = ","
    """One character between the cells of a CSV file, other than `decimal`."""
    decimal: str = "."
    """The decimal sign of a CSV file: a point or a comma."""

    @property
    def has_byte_order_mark(self) -> bool:
        """Whether a file begins with a byte order mark, by which Excel recognises UTF-8 such as "°C".

        The long layout never does: scripts read it, and its header is ASCII.
        """
        return self.kind is FileKind.CSV and self.layout is Layout.WIDE


PLAIN = Form()
"""The table that scripts rely on, unless they ask for another form."""
