"""The texts of all datastreams at any time, for the plots: from memory, and earlier ones from the journal.

Invariants: nobody waits for the journal; no change of a text is missing or doubled where the two meet; while
memory has all of a period, the journal is not read; memory is bounded.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from app.history.calculation import Key
from app.history.past import SHORTEST_S, Answer, Past, Read, request, worth
from app.journal.summaries.states import StatesView
from app.wire.datastreams import Value
from app.wire.states import StateRow, continued, during, fitted, place, state_rows

MOST_ROWS = 4096
"""So many rows of a target are kept; with texts of ten letters, they take 0.7 MB."""
_FULL_TARGETS = 64
"""Up to this many targets may keep so many rows. If there are more, all share the same total equally."""
_FEWEST = 64
_SAME_S = 0.25
"""Of the readings of a text that stays the same, the last one of each period of this length is kept."""


class Track:
    """The rows of one target. Any thread may read them; one adds them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: list[StateRow] = []
        self.gone_s = -math.inf
        """The time of the newest row that was dropped, because there were too many (seconds since 1970)."""
        self.steps_back = 0
        """How often the computer's clock was set back, so that rows were dropped."""

    @property
    def begin_s(self) -> float:
        """The time of the first row, in seconds since 1970; infinite if there is none."""
        with self._lock:
            return self._rows[0].at_s if self._rows else math.inf

    def append(self, times_s: Sequence[float], values: Sequence[Value | None], most: int = MOST_ROWS) -> None:
        """Add readings, and keep about `most` rows. Rows that are later than these readings are dropped."""
        with self._lock:
            kept = self._rows
            for first, last in _rising(times_s):
                if kept and times_s[first] < kept[-1].at_s:
                    kept = kept[: place(kept, times_s[first])]
                    self.gone_s = min(self.gone_s, times_s[first])
                    self.steps_back += 1
                readings = zip(times_s[first:last], values[first:last], strict=True)
                for row in state_rows(readings, kept[-1] if kept else None):
                    if kept and not (row.changes or kept[-1].changes) and _same(row, kept[-1]):
                        kept[-1] = row
                    else:
                        kept.append(row)
            if len(kept) > most + most // 4:
                self.gone_s = kept[-most - 1].at_s
                kept = kept[-most:]
            self._rows = kept

    def during(self, from_s: float, to_s: float) -> list[StateRow]:
        """The rows between two times (seconds since 1970), and the one before."""
        with self._lock:
            return during(self._rows, from_s, to_s)


class States:
    """The texts of all devices at any time.

    The thread that writes the journal adds them; any thread may read them.
    """

    def __init__(
        self,
        read: Read[StatesView],
        on_answer: Callable[[Key], object],
        report: Callable[[Exception], object],
        clock: Callable[[], float],
    ) -> None:
        """See `Past`."""
        self._past = Past(read, on_answer, report, clock)
        self._lock = threading.Lock()
        self._tracks: dict[Key, Track] = {}

    def append(
        self, device: str, target: str, received_at_us: NDArray[np.int64], values: Sequence[Value] | None
    ) -> None:
        """Add readings of one target, in the order of arrival. `values` is None if all are numbers.

        Properties and events are left out: no plot shows them.
        """
        with self._lock:
            track = self._tracks.get((device, target))
            if track is None:
                if values is None or "." in target or not any(isinstance(value, str) for value in values):
                    return
                track = self._tracks[device, target] = Track()
        share = min(1.0, _FULL_TARGETS / len(self._tracks))
        times_s = (received_at_us / 1e6).tolist()
        track.append(times_s, values or [None] * len(times_s), max(_FEWEST, int(MOST_ROWS * share)))

    def window(self, key: Key, from_s: float, to_s: float, columns: int) -> list[StateRow]:
        """See `Readings.states`."""
        if not from_s <= to_s:
            return []
        column_s = max((to_s - from_s) / max(columns, 1), SHORTEST_S)
        with self._lock:
            track = self._tracks.get(key) or Track()
        begin_s, rows = track.begin_s, track.during(from_s, to_s)
        if begin_s > from_s:
            answer = self._best(key, from_s, to_s, column_s, track)
            earlier = _earlier(answer, begin_s, to_s, track.gone_s) if answer else []
            rows = during(continued(earlier, rows), from_s, to_s)
        return fitted(rows, from_s, to_s, columns)

    def forget(self, device: str) -> None:
        """Drop everything of a device, because it was deleted."""
        with self._lock:
            self._tracks = {key: track for key, track in self._tracks.items() if key[0] != device}
        self._past.forget(lambda key: key[0] == device)

    def rename(self, names: Mapping[str, str]) -> None:
        """Let devices have other names; `names` maps their names to the new ones, and may swap names."""
        with self._lock:
            self._tracks = {
                (names.get(device, device), target): track for (device, target), track in self._tracks.items()
            }
        changed = {*names, *names.values()}
        self._past.forget(lambda key: key[0] in changed)

    def read_again(self) -> None:
        """Drop what was read of the journal, because it continues in a new file."""
        self._past.forget()

    def stop(self, within_s: float) -> bool:
        """Read the journal no more. Returns False if a read takes longer than `within_s` seconds."""
        return self._past.stop(within_s)

    def _best(
        self, key: Key, from_s: float, to_s: float, column_s: float, track: Track
    ) -> Answer[StatesView] | None:
        """The answer that shows most of a period. If there could be a better one, it is asked for."""
        wanted = request(key, from_s, to_s, column_s)
        answers = self._past.answers(key, track.steps_back)
        exact = next((answer for answer in answers if answer.request == wanted), None)
        # What memory has dropped since the journal was read.
        is_stale = exact is None or exact.newest_s < min(to_s, track.gone_s)
        if is_stale and (exact is None or self._past.may_be_asked_again(exact)):
            self._past.ask(wanted, track.steps_back)
        return exact or max(answers, key=lambda answer: worth(answer, from_s, to_s), default=None)


def _earlier(answer: Answer[StatesView], begin_s: float, to_s: float, gone_s: float) -> list[StateRow]:
    """The rows of an answer up to `to_s` that are before `begin_s`, where memory begins.

    If the answer ends before, a row tells that nothing is known from there on. `gone_s` is when the last row
    came that memory has dropped.
    """
    rows = answer.view.rows
    rows = rows[: place(rows, min(begin_s, math.nextafter(to_s, math.inf)))]
    known_s = answer.request.end_s if answer.newest_s >= gone_s else answer.newest_s
    return [*rows, StateRow(known_s, None, 1, known_s)] if known_s < min(begin_s, to_s) else rows


def _rising(times_s: Sequence[float]) -> list[tuple[int, int]]:
    """The ranges in which times do not decrease."""
    backs = [n for n in range(1, len(times_s)) if times_s[n] < times_s[n - 1]]
    return list(zip([0, *backs], [*backs, len(times_s)], strict=True))


def _same(row: StateRow, other: StateRow) -> bool:
    """Whether two rows are in the same period of `_SAME_S`."""
    return math.floor(row.at_s / _SAME_S) == math.floor(other.at_s / _SAME_S)
