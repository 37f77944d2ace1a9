"""Any period of the numeric readings, for the plots: recent ones from memory, earlier ones from the journal.

Where both have readings, the journal gives those before the *seam*, and memory those from it on. The seam is
the time of the newest reading that the journal had when it was read, if memory has that, too. Otherwise, it
is the time at which memory begins: then the journal had nothing of this run, or the computer's clock was set
back before this run.

Invariants: nobody waits for the journal; no reading is missing or doubled at the seam; while memory has
enough of a period, the journal is not read; times never decrease.
"""

from __future__ import annotations

import itertools
import math
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing

import numpy as np
from numpy.typing import NDArray

from app.history.calculating import Calculating
from app.history.calculation import Calculated, Calculation, Key, Series, T
from app.history.history import History, Kept
from app.history.past import LATEST_S, SHORTEST_S, Answer, Past, Read, Request, request, worth
from app.history.states import States
from app.journal.summaries.points import Points
from app.journal.summaries.states import StatesView
from app.journal.summaries.view import View
from app.wire.datastreams import Value
from app.wire.states import StateRow

ReadAll = Callable[[str, str, int, int], Generator[Points, None, None]]
"""Reads all readings of a device's target from the journal, between two times (µs since 1970, UTC): pieces of
any size, the newest first. Raises sqlite3.Error or PinbridgeError."""


CountPruned = Callable[[str, str, int, int], int]
"""Counts the readings of a device's target between two times (µs since 1970, UTC) that are not in the journal
any more. Raises sqlite3.Error or PinbridgeError."""


def _no_states(*_: object) -> StatesView:
    return StatesView([])


class Readings:
    """The readings of all devices at any time.

    The thread that writes the journal adds the readings; any thread may read them.
    """

    def __init__(
        self,
        read: Read[View],
        read_all: ReadAll,
        report: Callable[[Exception], object],
        clock: Callable[[], float] = time.monotonic,
        read_states: Read[StatesView] = _no_states,
        count_pruned: CountPruned = lambda *_: 0,
    ) -> None:
        """All but `report` and `clock` read the journal; if they raise, `report` is called."""
        self._history = History()
        self._past = Past(read, self._change_earlier, report, clock)
        self._states = States(read_states, self._change_earlier, report, clock)
        self._read_all = read_all
        self._count_pruned = count_pruned
        self._calculating = Calculating(self._read_period, report, clock, self._pruned)
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._changes: dict[Key, int] = {}
        self._revisions: dict[Key, int] = {}
        self._told: Callable[[], object] | None = None
        self._arrivals: dict[Key, int] = {}
        """How many readings have come. Only the thread that adds them changes it."""

    def append(
        self,
        device: str,
        target: str,
        received_at_us: NDArray[np.int64],
        numbers: NDArray[np.float64],
        values: Sequence[Value] | None = None,
        *,
        more_follow: bool = False,
    ) -> None:
        """Add readings that are in the journal now; see `History.append`.

        `values` are all values if any of them is not a number. If `more_follow` is true, more readings are
        added at once, and nobody is told of these alone, so that all are drawn together.
        """
        self._history.append(device, target, received_at_us, numbers)
        self._states.append(device, target, received_at_us, values)
        key = (device, target)
        self._arrivals[key] = self._arrivals.get(key, 0) + len(numbers)
        self._change(key, is_told=not more_follow)

    def watch(self, told: Callable[[], object]) -> None:
        """From now on, call `told` whenever `count` has changed, instead of what was given before.

        It is called in any thread, and must return at once.
        """
        self._told = told

    def count(self, device: str, target: str) -> int:
        """A number that changes whenever the result of `window`, `states` or `extent` may have changed."""
        return self._changes.get((device, target), 0)

    def revision(self, device: str, target: str) -> int:
        """A number that changes when `window` or `states` may return other earlier readings than before.

        That is, when the journal has been read, or when readings were deleted.
        """
        return self._revisions.get((device, target), 0)

    def recent(self, device: str, target: str, from_s: float, to_s: float) -> Series:
        """What is in memory from `from_s` to `to_s`; see `History.window`."""
        return self._history.window(device, target, from_s, to_s)

    def window(self, device: str, target: str, from_s: float, to_s: float, columns: int) -> Series:
        """What a plot of `columns` pixels shows from `from_s` to `to_s`: times and values, in new arrays.

        All times are in seconds since 1970. Each point is a reading, except that memory gives the lowest and
        highest values of short intervals where it has no more than these. There are a few points for each
        column, or all readings if they are few.

        Returns at once what is known. If the journal must be read for it, `count` changes when that is done.
        """
        if points := self._history.points(device, target, from_s, to_s):
            return points
        key = (device, target)
        column_s = max((to_s - from_s) / max(columns, 1), SHORTEST_S)
        kept = self._history.kept(device, target, column_s)
        if from_s > kept.reach_s or not from_s <= to_s:
            return self._history.window(device, target, from_s, to_s)
        wanted = request(key, from_s, to_s, column_s)
        answer = self._best(wanted, from_s, to_s, kept)
        if answer is None:
            return self._history.window(device, target, from_s, to_s)
        seam_s = _seam_s(answer, kept, from_s)
        times, numbers = answer.view.points.times_us / 1e6, answer.view.points.numbers
        is_seen = (times >= from_s) & (times <= to_s)
        recent_times, recent = self._history.window(device, target, max(from_s, seam_s), to_s, partly=True)
        is_older = is_seen & (times < seam_s)
        if seam_s == kept.begin_s:
            # After a restart, the first readings may have the time of the last ones before.
            twice = recent[recent_times == seam_s]
            is_older |= is_seen & (times == seam_s) & ~np.isin(numbers, twice)
        # What the journal has, but not yet memory.
        is_newest = is_seen & (times >= seam_s) & (times > kept.last_s)
        return (
            np.concatenate((times[is_older], recent_times, times[is_newest])),
            np.concatenate((numbers[is_older], recent, numbers[is_newest])),
        )

    def states(self, device: str, target: str, from_s: float, to_s: float, columns: int) -> list[StateRow]:
        """Which texts have come from `from_s` to `to_s` (seconds since 1970), for a plot of `columns` pixels.

        The row before `from_s` is there, too, because its text goes on. Returns at once what is known. If the
        journal must be read for it, `count` and `revision` change when that is done.
        """
        return self._states.window((device, target), from_s, to_s, columns)

    def extent(self, device: str, target: str) -> tuple[float, float] | None:
        """The first and the last time of all readings, also of pruned ones, in seconds since 1970.

        None if none is known. The journal may have to be read for it, as for `window`.
        """
        key = (device, target)
        kept = self._history.kept(device, target, math.inf)
        self._past.ask(Request(key, 0, 0, 0), kept.steps_back, unless_known=True)
        first_s, last_s = self._past.extent(key) or (math.inf, -math.inf)
        first_s, last_s = min(first_s, kept.begin_s), max(last_s, kept.last_s)
        return (first_s, last_s) if first_s <= last_s else None

    def calculate(self, wanted: Calculation[T]) -> Calculated[T] | None:
        """The newest result of a calculation over all readings of a period; None before the first one.

        Never waits: the readings are read from the journal and `wanted.function` is called in a thread of its
        own. While a newer result is being calculated, the latest earlier one for the same keys and an equal
        function is returned, with its period. Works also after `stop`.
        """
        return self._calculating.calculate(
            wanted, tuple(self._stamp(key, wanted.to_s) for key in wanted.keys)
        )

    def is_waiting(self, device: str, target: str) -> bool:
        """Whether `window` may lack something, because the journal is still being read or summarised."""
        key = (device, target)
        kept = self._history.kept(device, target, math.inf)
        newest = self._past.answers(key, kept.steps_back)[-1:]
        return self._past.is_asked(key) or any(answer.is_partial for answer in newest)

    def forget(self, device: str) -> None:
        """Drop all readings of a device, because they were deleted."""
        self._history.forget(device)
        self._states.forget(device)
        self._forget_past({device})

    def rename(self, names: Mapping[str, str]) -> None:
        """Let devices have other names; `names` maps their names to the new ones, and may swap names."""
        self._history.rename(names)
        self._states.rename(names)
        for device, target in list(self._changes):
            if device in names:
                self._change((names[device], target))
        self._forget_past({*names, *names.values()})

    def read_again(self) -> None:
        """Drop what was read of the journal, because it continues in a new file."""
        self._past.forget()
        self._calculating.forget()
        self._states.read_again()
        for key in list(self._changes):
            self._change_earlier(key)

    def stop(self, within_s: float) -> bool:
        """Read the journal no more, except for `calculate`. What was read remains.

        Returns False if a read takes longer than `within_s` seconds.
        """
        until_s = time.monotonic() + within_s
        ends = [
            part.stop(max(0.0, until_s - time.monotonic()))
            for part in (self._past, self._states, self._calculating)
        ]
        return all(ends)

    def _best(self, wanted: Request, from_s: float, to_s: float, kept: Kept) -> Answer[View] | None:
        """The answer that shows most of a period. If there could be a better one, it is asked for."""
        answers = self._past.answers(wanted.key, kept.steps_back)
        exact = next((answer for answer in answers if answer.request == wanted), None)
        if exact is not None:
            # Memory has enough from `reach_s` on. Before, the journal must have been read up to there.
            is_stale = exact.is_partial or _seam_s(exact, kept, from_s) < min(to_s, kept.reach_s)
            if is_stale and self._past.may_be_asked_again(exact):
                self._past.ask(wanted, kept.steps_back)
            return exact
        self._past.ask(wanted, kept.steps_back)

        return max(answers, key=lambda answer: worth(answer, from_s, to_s), default=None)

    def _forget_past(self, devices: set[str]) -> None:
        self._past.forget(lambda key: key[0] in devices)
        self._calculating.forget(lambda key: key[0] in devices)
        for key in list(self._changes):
            if key[0] in devices:
                self._change_earlier(key)

    def _read_period(self, key: Key, from_s: float, to_s: float) -> Generator[Series, None, None]:
        with closing(self._read_all(*key, *_microseconds(from_s, to_s))) as pieces:
            for piece in pieces:
                yield piece.times_us / 1e6, piece.numbers

    def _pruned(self, key: Key, from_s: float, to_s: float) -> int:
        return self._count_pruned(*key, *_microseconds(from_s, to_s))

    def _stamp(self, key: Key, to_s: float) -> tuple[int, int]:
        """What changes when there are more readings up to `to_s`, or the computer's clock is set back."""
        kept = self._history.kept(*key, math.inf)
        # No more readings come before the newest one.
        return kept.steps_back, self._arrivals.get(key, 0) if to_s >= kept.last_s else -1

    def _change_earlier(self, key: Key) -> None:
        self._change(key)
        self._revisions[key] = self._changes[key]

    def _change(self, key: Key, *, is_told: bool = True) -> None:
        with self._lock:
            self._changes[key] = next(self._numbers)
        if is_told and self._told:
            self._told()


def _microseconds(from_s: float, to_s: float) -> tuple[int, int]:
    return math.floor(max(-LATEST_S, from_s) * 1e6), math.ceil(min(to_s, LATEST_S) * 1e6)


def _seam_s(answer: Answer[View], kept: Kept, from_s: float) -> float:
    """From which time on the readings are taken from memory; infinite if nothing is in memory."""
    begins_late = answer.request.begin_s > max(from_s, kept.begin_s)
    if answer.newest_s > kept.last_s or begins_late:
        return kept.begin_s
    return max(kept.begin_s, min(answer.newest_s, answer.request.end_s))
