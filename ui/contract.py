"""What the window asks of the world below it.

Invariant: these are the only calls that leave the window, and all of them are made from its own thread.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from app.config import BenchConfig
from app.status import BenchStatus, ConsoleLine

Series = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Times in seconds since 1970 and values, both of n; not to be written to."""


class BenchView(Protocol):
    """A bench as the window sees it; `app.bench.Bench` is one."""

    @property
    def config(self) -> BenchConfig:
        """What the bench was made from."""

    def start(self) -> None:
        """Open the ports and begin; raises ValueError or OSError with one plain sentence."""

    def stop(self) -> None:
        """End within 5 s; a second call does nothing."""

    def status(self) -> BenchStatus:
        """The whole bench at this instant."""

    def console(self, device: str, after: int, limit: int) -> list[ConsoleLine]:
        """The newest `limit` lines with a number above `after`, oldest first."""

    def history(self, device: str, target: str, from_s: float, to_s: float) -> Series:
        """The numbers of one target between two times in seconds since 1970."""

    def try_now(self, device: str) -> None:
        """Wait no longer before the next call to the cloud."""


class PortView(Protocol):
    """A serial port of this computer."""

    @property
    def device(self) -> str:
        """The system's name: `COM5`, `/dev/ttyACM0`."""

    @property
    def description(self) -> str:
        """What the board calls itself; may be empty."""

    @property
    def port(self) -> str:
        """What a bench file writes for it."""


MakeBench = Callable[[BenchConfig, Mapping[str, str]], BenchView]
"""Makes a bench from its file and the tokens typed in the window, by the device's name; the maker finds those
that the file names. Raises ValueError with one plain sentence."""

ListPorts = Callable[[], Sequence[PortView]]
