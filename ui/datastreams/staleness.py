"""Finds out which datastreams have stopped: those whose newest value is older than their usual pause.

Invariants: a datastream that is slow but regular is not stale while its port is open; while it is not, all
values of its board are; the pauses of all boards are learned, not only of the one that is shown; memory is
bounded. Pure: no I/O, no clock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from app.bench.status import DeviceStatus, LinkState

_LEAST_S = 5.0
"""No value is stale before this age: a board that sends every second may pause a little."""
_PAUSES = 3
"""How many of its longest recent pauses a datastream may be silent."""
_FIRST_S = 60.0
"""The age at which a datastream's only value is stale: its pause is not known yet."""
_KEPT = 4
_AWAY = (
    *(LinkState.CLOSED, LinkState.NO_SUCH_PORT, LinkState.AMBIGUOUS, LinkState.BUSY),
    *(LinkState.NO_PERMISSION, LinkState.RELEASED),
)
"""In these states of its port, a board cannot say anything."""
_UNSEEN_S = 2.0
"""After a longer time without a look, such as while the window was minimised, values have come unseen."""

Key = tuple[str, str]
"""A device and a target."""


class Staleness:
    """Remembers the pauses between the newest values of the datastreams of a bench."""

    def __init__(self) -> None:
        self._last_us: dict[Key, int] = {}
        """When the newest value of each datastream arrived, in microseconds since 1970."""
        self._pauses_s: dict[Key, deque[float]] = {}
        self._away: frozenset[str] = frozenset()
        """The devices whose boards cannot say anything at present."""
        self._looked_s = 0.0

    def look(self, devices: Iterable[DeviceStatus], at_s: float) -> None:
        """Learn from ports and newest values of all devices, at the time `at_s` in Unix seconds."""
        devices = tuple(devices)
        self._away = frozenset(d.name for d in devices if d.link.state in _AWAY and d.replay is None)
        has_seen = 0 <= at_s - self._looked_s <= _UNSEEN_S
        self._looked_s = at_s
        for device in devices:
            # A recording is played faster than time, and nothing of it is missed.
            counts = has_seen or device.replay is not None
            for row in device.datastreams:
                if row.received_at_us is not None:
                    self._note((device.name, row.target), row.received_at_us, counts)

    def age_s(self, key: Key, received_at_us: int, at_s: float) -> float | None:
        """The age of the newest value of a datastream, in seconds; None if the value is not stale.

        The value arrived at `received_at_us`, in microseconds since 1970; `at_s` is the present time in Unix
        seconds.
        """
        self._note(key, received_at_us)
        longest_s = max(self._pauses_s.get(key, ()), default=None)
        allowed_s = _FIRST_S if longest_s is None else max(_LEAST_S, _PAUSES * longest_s)
        allowed_s = 0.0 if key[0] in self._away else allowed_s
        age_s = at_s - received_at_us / 1e6
        return age_s if age_s > allowed_s else None

    def take_over(self, other: Staleness) -> None:
        """Know what `other`, that of another window, knows."""
        self._last_us, self._pauses_s, self._looked_s = other._last_us, other._pauses_s, other._looked_s
        self._away = other._away

    def clear(self) -> None:
        """Forget all datastreams."""
        self._last_us.clear()
        self._pauses_s.clear()

    def _note(self, key: Key, received_at_us: int, counts: bool = True) -> None:
        """Note when a value arrived. The pause before it is learned only if it `counts`."""
        last_us = self._last_us.get(key)
        if last_us == received_at_us:
            return
        self._last_us[key] = received_at_us
        if last_us is None:
            return
        if received_at_us < last_us:
            self._pauses_s.pop(key, None)
        elif counts:
            pauses_s = self._pauses_s.setdefault(key, deque(maxlen=_KEPT))
            pauses_s.append((received_at_us - last_us) / 1e6)
