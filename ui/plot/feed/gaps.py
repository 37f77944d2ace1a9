"""The gaps of a curve: where it breaks, and why; and the words for what happened. Pure.

A curve has a gap for two reasons. Either something is known to have happened (`app.wire.timeline`): the board
was unplugged, or lines for this datastream were rejected. Or nothing came for much longer than usual: then
the datastream was silent (`ui.plot.feed.silence`). One that sends changes only (`min_change`) never is; it is
drawn in steps.

Invariants: bands are in the order of time and do not overlap; between the ends of a band, no reading was
accepted.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.config.addresses import is_network
from app.messages.message import Message
from app.wire.timeline import Event, EventKind
from ui import wording
from ui.plot.feed.silence import silences

_ORDER = (
    *(EventKind.NOT_RUNNING, EventKind.LOST, EventKind.RELEASED, EventKind.NOT_OPENED, EventKind.CLOSED),
    *(EventKind.BYTES_LOST, EventKind.REJECTED),
)
"""The kinds of events that make a gap. Where two overlap, the first one is shown."""
_LASTING = {
    EventKind.NOT_RUNNING: "gap_not_running",
    EventKind.RELEASED: "gap_released",
    EventKind.CLOSED: "gap_not_connected",
}
_COUNTED = {EventKind.BYTES_LOST: "gap_bytes_lost", EventKind.REJECTED: "gap_rejected"}
_PORTS = {"busy": "gap_port_busy", "no_permission": "gap_no_permission", "ambiguous": "gap_ambiguous"}
_STARTS = {
    "brown_out": "event_brown_out",
    "watchdog": "event_watchdog",
    "software": "event_restarted_by_sketch",
    "stack": "event_crash",
    "crash": "event_crash",
    "no_sketch": "event_no_sketch",
}


class Band(NamedTuple):
    """A gap of a curve. Its ends may be the same, for one rejected line."""

    from_s: float
    to_s: float
    message: Message
    kind: EventKind | None
    """What happened; None if the datastream was silent."""


def gaps(
    events: Iterable[Event],
    target: str,
    times_s: NDArray[np.float64],
    now_s: float,
    *,
    only_changes: bool = False,
    column_s: float = 0.0,
    silent_s: NDArray[np.float64] | None = None,
) -> list[Band]:
    """The gaps of a datastream up to `now_s`, which is the end of what lasts.

    `times_s` are the times of its readings, which must not decrease; or only those of the first and the last
    one of each column of `column_s` seconds, and `silent_s` what is known of the others: see `silences`. With
    `only_changes`, silence is no gap. All times are in seconds since 1970.
    """
    bands = _Bands(times_s)
    causes = [event for event in events if _makes_gap(event, target)]
    for event in sorted(causes, key=lambda event: (_ORDER.index(event.kind), event.number)):
        to_s = now_s if event.until_us is None else event.until_us / 1e6
        bands.add(event.at_us / 1e6, to_s, described(event), event.kind)
    if not only_changes:
        for from_s, to_s, least_s in silences(times_s, now_s, column_s, silent_s):
            message = Message("gap_silent", period=period(from_s, None if to_s == now_s else to_s))
            bands.add(from_s, to_s, message, None, least_s)
    return bands.all


def connected(times_s: NDArray[np.float64], bands: Sequence[Band]) -> NDArray[np.bool_]:
    """For each reading, whether the curve goes on from it to the next one; the last entry is False.

    `bands` are the gaps for the same `times_s`. A band without length breaks the curve on both sides of a
    reading of the same time, because it is unknown which of them came first.
    """
    found = np.ones(len(times_s), bool)
    found[-1:] = False
    for band in bands if len(found) else ():
        before = int(np.searchsorted(times_s, band.from_s, side="right")) - 1
        # Before all readings, this is the last entry, which is False anyway.
        found[before] = False
        if band.from_s == band.to_s:
            first = int(np.searchsorted(times_s, band.from_s))
            found[max(0, first - 1) : before + 1] = False
    return found


def unbroken(times_s: NDArray[np.float64]) -> NDArray[np.bool_]:
    """For each reading, whether the datastream was not silent until the next one; the last entry is False.

    That is `connected` for readings about which nothing else is known.
    """
    found = np.ones(len(times_s), bool)
    found[-1:] = False
    for from_s, _, _ in silences(times_s, -math.inf):
        found[int(np.searchsorted(times_s, from_s, side="right")) - 1] = False
    return found


@lru_cache(maxsize=1024)
def described(event: Event) -> Message:
    """What happened, in words: for a band, or for a mark on the time axis."""
    lasted = period(event.at_us / 1e6, None if event.until_us is None else event.until_us / 1e6)
    kind = event.kind
    if kind in _LASTING:
        return Message(_LASTING[kind], period=lasted)
    if kind in _COUNTED:
        return Message(_COUNTED[kind], count=event.count, period=lasted)
    if kind is EventKind.LOST:
        return Message("gap_connection_lost" if is_network(event.detail) else "gap_unplugged", period=lasted)
    if kind is EventKind.NOT_OPENED:
        return Message(_PORTS[event.detail], period=lasted)
    if kind is EventKind.CONNECTED:
        return Message("event_connected", port=wording.port(event.detail))
    if kind is EventKind.TAKEN_BACK:
        return Message("event_taken_back")
    if kind is EventKind.RESTARTED:
        return Message(_STARTS.get(event.detail, "event_board_restarted"))
    if kind is EventKind.CLOCK_SET:
        code = "event_clock_forward" if event.count > 0 else "event_clock_back"
        return Message(code, seconds=abs(event.count) / 1e6)
    return Message("event_cloud_down", period=lasted, reason=event.reason or "")


def period(from_s: float, to_s: float | None) -> str:
    """A period in local time, `11:02:10–11:04:00`, with the dates if it has more than one day.

    `to_s` is None while it lasts. A period without length is one time.
    """
    begin = wording.moment(from_s)
    if to_s is None:
        return f"{begin[-8:]}–…"
    end = wording.moment(to_s)
    if begin == end:
        return begin[-8:]
    return f"{begin[-8:]}–{end[-8:]}" if begin[:10] == end[:10] else f"{begin}–{end}"


class _Bands:
    """Bands that do not overlap, in the order of time."""

    def __init__(self, times_s: NDArray[np.float64]) -> None:
        self._times_s = times_s
        self.all: list[Band] = []

    def add(
        self, from_s: float, to_s: float, message: Message, kind: EventKind | None, least_s: float = 0.0
    ) -> None:
        """Add a band where there is none yet, and no reading. Leave out parts shorter than `least_s`."""
        for free in list(self._free(from_s, to_s)):
            for begin_s, end_s in self._between_readings(*free):
                if end_s - begin_s >= least_s:
                    place = bisect_right(self.all, begin_s, key=_begin)
                    self.all.insert(place, Band(begin_s, end_s, message, kind))

    def _free(self, from_s: float, to_s: float) -> Iterator[tuple[float, float]]:
        """The parts of a period that no band covers."""
        place = max(0, bisect_right(self.all, from_s, key=_begin) - 1)
        is_instant = from_s == to_s
        for band in self.all[place : bisect_right(self.all, to_s, key=_begin)]:
            if is_instant and band.from_s <= from_s <= band.to_s:
                return
            if from_s < band.from_s:
                yield from_s, band.from_s
            from_s = max(from_s, band.to_s)
        if from_s < to_s or is_instant:
            yield from_s, to_s

    def _between_readings(self, from_s: float, to_s: float) -> Iterator[tuple[float, float]]:
        """A period, or its parts before its first and after its last reading."""
        first = int(np.searchsorted(self._times_s, from_s, side="right"))
        end = int(np.searchsorted(self._times_s, to_s))
        if first >= end:
            yield from_s, to_s
        else:
            yield from_s, float(self._times_s[first])
            yield float(self._times_s[end - 1]), to_s


def _begin(band: Band) -> float:
    return band.from_s


def _makes_gap(event: Event, target: str) -> bool:
    is_own = event.kind is not EventKind.REJECTED or event.target == target
    has_length = event.until_us is None or event.until_us >= event.at_us
    return event.kind in _ORDER and is_own and has_length
