"""Calculates from all readings of periods, in a thread of its own, and keeps the newest results.

Invariants: nobody waits for a calculation; of the requests for the same datastreams and function, only the
newest is kept; calculations take at most a quarter of the time of a processor; what was read before `forget`
is in no result afterwards; the thread begins with a request, and ends when nothing is left to calculate.
"""

from __future__ import annotations

import logging
import math
import sqlite3
import threading
import time
from collections.abc import Callable, Generator, Hashable, Iterable
from contextlib import closing
from typing import Any, TypeVar

import numpy as np

from app.errors import PinbridgeError
from app.history.calculation import MOST, Calculated, Calculation, Key, Series, Stretch

T = TypeVar("T")

Read = Callable[[Key, float, float], Generator[Series, None, None]]
"""Reads the readings of a datastream between two times (seconds since 1970): pieces of any size, the newest
first. There may also be readings from before and after. Raises sqlite3.Error, PinbridgeError or OSError."""

CountPruned = Callable[[Key, float, float], int]
"""Counts the readings of a datastream between two times that are no longer there. Raises as `Read` does."""

_MOST_TASKS = 128
"""Results are kept for so many different calculations; the one that was asked for least recently goes first.
A table of statistics has one for each curve."""
_AGAIN_S = 1.0
"""After which time what could not be read may be read again."""
_REST = 3.0
"""The thread rests for so many times as long as the last calculation took, …"""
_LONGEST_REST_S = 5.0
"""… but not longer than this."""

log = logging.getLogger(__name__)


_Place = tuple[tuple[Key, ...], Hashable]
"""The datastreams and the function of a calculation."""


class _Task:
    """A calculation for changing periods."""

    def __init__(self) -> None:
        self.asked: Hashable = None
        """The period, and what its readings were, when this was asked for last."""
        self.result: Calculated[Any] | None = None
        self.again_s = -math.inf
        """Not to be asked for before this time."""
        self.has_failed = False


class Calculating:
    """The results of calculations. Any thread may use it."""

    def __init__(
        self,
        read: Read,
        report: Callable[[Exception], object],
        clock: Callable[[], float] = time.monotonic,
        count_pruned: CountPruned = lambda *_: 0,
    ) -> None:
        """The thread calls `report` with an error of `read` or `count_pruned`."""
        self._read = read
        self._count_pruned = count_pruned
        self._report = report
        self._clock = clock
        self._changed = threading.Condition()
        self._tasks: dict[_Place, _Task] = {}
        """By datastreams and function; the one that was asked for last comes last."""
        self._waiting: dict[_Place, Calculation[Any]] = {}
        self._rest_until_s = -math.inf
        self._is_stopping = False
        self._thread: threading.Thread | None = None

    def calculate(self, wanted: Calculation[T], stamp: Hashable) -> Calculated[T] | None:
        """The newest result for the same datastreams and function; None before the first one.

        Calculates again if the period or `stamp` differs from the last time. `stamp` is something that
        changes when the readings of the period may have changed.
        """
        place = wanted.keys, wanted.function
        asked = wanted.from_s, wanted.to_s, stamp
        with self._changed:
            task = self._tasks[place] = self._tasks.pop(place, _Task())
            if len(self._tasks) > _MOST_TASKS:
                oldest = next(iter(self._tasks))
                del self._tasks[oldest]
                self._waiting.pop(oldest, None)
            if asked != task.asked and self._clock() >= task.again_s:
                task.asked = asked
                self._waiting[place] = wanted
                if self._thread is None:
                    self._thread = threading.Thread(target=self._work, name="calculating", daemon=True)
                    self._thread.start()
            return task.result

    def forget(self, concerns: Callable[[Key], bool] = lambda _: True) -> None:
        """Drop the results for the datastreams that `concerns` returns true for."""
        with self._changed:
            for place in list(self._tasks):
                if any(map(concerns, place[0])):
                    del self._tasks[place]
                    self._waiting.pop(place, None)

    def stop(self, within_s: float) -> bool:
        """End the thread. Returns False if that takes longer than `within_s` seconds.

        The results stay, and what is asked for later is calculated.
        """
        with self._changed:
            for place in self._waiting:
                self._tasks[place].asked = None
            self._waiting.clear()
            thread = self._thread
            self._is_stopping = thread is not None
            self._changed.notify_all()
        if thread is not None:
            thread.join(within_s)
        return thread is None or not thread.is_alive()

    def _work(self) -> None:
        while True:
            with self._changed:
                rest_s = max(0.0, self._rest_until_s - self._clock())
                self._changed.wait_for(lambda: self._is_stopping, rest_s)
                self._is_stopping = False
                if not self._waiting:
                    self._thread = None
                    return
                place = next(iter(self._waiting))
                wanted, task = self._waiting.pop(place), self._tasks[place]
            begun_s = self._clock()
            self._carry_out(wanted, task)
            ended_s = self._clock()
            self._rest_until_s = ended_s + min(_REST * (ended_s - begun_s), _LONGEST_REST_S)

    def _carry_out(self, wanted: Calculation[Any], task: _Task) -> None:
        try:
            stretches = [self._stretch(key, wanted.from_s, wanted.to_s) for key in wanted.keys]
            if self._is_stopping:  # then they may lack readings
                task.asked = None
                return
            result = wanted.function(stretches)
        except (sqlite3.Error, PinbridgeError, OSError) as error:
            log.warning("the readings could not be read for a calculation: %s", error)
            self._report(error)
            task.asked, task.again_s = None, self._clock() + _AGAIN_S
        except Exception:
            if not task.has_failed:
                task.has_failed = True
                log.exception("internal error in a calculation")
        else:
            # If the task was forgotten meanwhile, nobody sees this.
            task.result = Calculated(wanted.from_s, wanted.to_s, result)

    def _stretch(self, key: Key, from_s: float, to_s: float) -> Stretch:
        with closing(self._read(key, from_s, to_s)) as pieces:
            found = stretch_of(self._unless_stopped(pieces), from_s, to_s)
        return found._replace(pruned=self._count_pruned(key, from_s, to_s))

    def _unless_stopped(self, pieces: Iterable[Series]) -> Iterable[Series]:
        for piece in pieces:
            if self._is_stopping:
                return
            yield piece


def stretch_of(pieces: Iterable[Series], from_s: float, to_s: float, most: int = MOST) -> Stretch:
    """The readings from `from_s` to `to_s` (seconds since 1970): the newest `most` of them.

    `pieces` begins with the newest, and no more are taken than are needed. Within a piece, the newest
    reading is the last. Where the computer's clock was set back, readings are put into the order of their
    times.
    """
    found: list[Series] = []
    count = 0
    for times_s, values in pieces:
        is_in = (times_s >= from_s) & (times_s <= to_s)
        found.insert(0, (times_s[is_in], values[is_in]))
        count += len(found[0][0])
        if count > most:
            break
    times_s = np.concatenate([np.empty(0), *(piece[0] for piece in found)])[-most:]
    values = np.concatenate([np.empty(0), *(piece[1] for piece in found)])[-most:]
    if (np.diff(times_s) < 0).any():
        order = np.argsort(times_s, kind="stable")
        times_s, values = times_s[order], values[order]
    return Stretch(times_s, values, count > most)
