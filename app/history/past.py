"""Reads the journal for the plots, in a thread of its own, and keeps the newest answers.

Invariants: nobody waits for a read; of the requests of one target for one width of columns, only the newest
is kept; what was read before `forget` is in no answer afterwards; the thread begins with the first request,
and ends with `stop`.
"""

from __future__ import annotations

import logging
import math
import sqlite3
import threading
import time
from collections.abc import Callable
from typing import Generic, NamedTuple, Protocol, TypeVar

from app.errors import PinbridgeError
from app.history.calculation import Key


class Viewed(Protocol):
    """What the journal has of a target in a period."""

    @property
    def newest_us(self) -> int | None:
        """The time of the target's newest reading (µs since 1970, UTC); None if it has none."""

    @property
    def extent(self) -> tuple[int, int] | None:
        """The earliest and the latest time of the target's readings; None if it has none."""

    @property
    def is_partial(self) -> bool:
        """Whether readings are lacking, which are there a little later."""


V = TypeVar("V", bound=Viewed)

Read = Callable[[str, str, int, int, int], V]
"""Reads a view of a device's target from the journal: between two times (µs since 1970, UTC), for so many
columns. Raises sqlite3.Error or PinbridgeError."""

_CELL = 512
"""A request is about whole cells of so many columns, so that a view that moves a little needs no new one."""
_ANSWERS = 4
"""How many answers are kept for each target."""
_REQUESTS = 64
"""How many requests may wait; the newest are answered first, since they are what the user looks at."""
_AGAIN_S = 1.0
"""After which time what could not be read, or an answer that lacks readings, may be asked for again."""

SHORTEST_S = 1e-6
"""No two readings are closer to each other, unless they have the same time."""

LATEST_S = 1e11
"""Some thousand years: no plot shows more."""

log = logging.getLogger(__name__)


class Request(NamedTuple):
    """A period of time, in whole cells, and a width of columns that is a power of two."""

    key: Key
    exponent: int
    """The width of a column is two to the power of this, in seconds."""
    first: int
    """The first cell, counted from 1970."""
    last: int

    @property
    def column_s(self) -> float:
        """The width of a column in seconds."""
        return math.ldexp(1.0, self.exponent)

    @property
    def columns(self) -> int:
        """How many columns all cells have."""
        return (self.last - self.first + 1) * _CELL

    @property
    def begin_s(self) -> float:
        """The beginning of the first cell, in seconds since 1970."""
        return self.first * self.column_s * _CELL

    @property
    def end_s(self) -> float:
        """The end of the last cell, in seconds since 1970."""
        return (self.last + 1) * self.column_s * _CELL

    @property
    def period_us(self) -> tuple[int, int]:
        """The first and the last microsecond since 1970."""
        cell_us = self.column_s * _CELL * 1e6
        return math.ceil(self.first * cell_us), math.ceil((self.last + 1) * cell_us) - 1


class Answer(NamedTuple, Generic[V]):
    """What the journal had when it was read."""

    request: Request
    steps_back: int
    """How often the clock had been set back when this was asked for."""
    view: V
    newest_s: float
    """The time of the newest reading that the journal had; minus infinity if it had none."""
    is_partial: bool
    answered_at_s: float


def worth(answer: Answer[V], from_s: float, to_s: float) -> tuple[float, float]:
    """How much of a period an answer has, and how finely: the greater, the better."""
    first_us, last_us = answer.request.period_us
    seen_s = min(to_s, last_us / 1e6) - max(from_s, first_us / 1e6)
    return round(max(0.0, seen_s) / (to_s - from_s + SHORTEST_S), 2), -answer.request.exponent


def request(key: Key, from_s: float, to_s: float, column_s: float) -> Request:
    """What to ask for to show `from_s` to `to_s` (Unix seconds) in columns of `column_s`.

    Its columns are not wider, and it is about a cell more at each end.
    """
    from_s, to_s = max(-LATEST_S, from_s), min(to_s, LATEST_S)
    exponent = math.frexp(column_s)[1] - 1
    cell_s = math.ldexp(_CELL, exponent)
    return Request(key, exponent, math.floor(from_s / cell_s) - 1, math.floor(to_s / cell_s) + 1)


class Past(Generic[V]):
    """The answers of the journal for all targets. Any thread may use it."""

    def __init__(
        self,
        read: Read[V],
        on_answer: Callable[[Key], object],
        report: Callable[[Exception], object],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """The thread that reads calls `on_answer` after each answer, and `report` with an error of `read`.

        If there was an error, or readings are lacking, it calls `on_answer` a second later, too.
        """
        self._read = read
        self._on_answer = on_answer
        self._report = report
        self._clock = clock
        self._changed = threading.Condition()
        self._waiting: dict[tuple[Key, int], tuple[Request, int]] = {}
        self._current: Request | None = None
        self._answers: dict[Key, list[Answer[V]]] = {}
        self._extents: dict[Key, tuple[float, float] | None] = {}
        self._generation = 0
        """Grows when answers are forgotten, also those that are being read."""
        self._again: dict[Key, float] = {}
        """When to call `on_answer` again, so that what is lacking is asked for. Only for the thread."""
        self._is_stopping = False
        self._thread: threading.Thread | None = None

    def answers(self, key: Key, steps_back: int) -> list[Answer[V]]:
        """The answers for a target, the oldest first: those from after the clock was last set back."""
        with self._changed:
            return [answer for answer in self._answers.get(key, ()) if answer.steps_back == steps_back]

    def extent(self, key: Key) -> tuple[float, float] | None:
        """The first and the last time in the journal (Unix seconds), as of the newest answer.

        None if there are no readings, or no answer yet.
        """
        return self._extents.get(key)

    def ask(self, wanted: Request, steps_back: int, *, unless_known: bool = False) -> None:
        """Let the journal be read, unless it is being read for just this, or no more.

        `steps_back` is how often the clock has been set back. With `unless_known`, nothing is read if there
        was any answer for the target.
        """
        with self._changed:
            if self._is_stopping or wanted == self._current or (unless_known and wanted.key in self._extents):
                return
            place = (wanted.key, wanted.exponent)
            self._waiting.pop(place, None)
            self._waiting[place] = wanted, steps_back
            if len(self._waiting) > _REQUESTS:
                self._waiting.pop(next(iter(self._waiting)))
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="past", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def is_asked(self, key: Key) -> bool:
        """Whether a request for a target is not answered yet."""
        with self._changed:
            asked = [self._current, *(wanted for wanted, _ in self._waiting.values())]
            return any(wanted and wanted.key == key for wanted in asked)

    def may_be_asked_again(self, answer: Answer[V]) -> bool:
        """Whether an answer that lacks readings is old enough to be asked for again."""
        return self._clock() - answer.answered_at_s >= _AGAIN_S

    def forget(self, concerns: Callable[[Key], bool] = lambda _: True) -> None:
        """Drop the answers for the targets that `concerns` returns true for."""
        with self._changed:
            self._generation += 1
            self._answers = {key: found for key, found in self._answers.items() if not concerns(key)}
            self._extents = {key: found for key, found in self._extents.items() if not concerns(key)}
            self._waiting = {place: found for place, found in self._waiting.items() if not concerns(place[0])}

    def stop(self, within_s: float) -> bool:
        """End the thread. Returns False if that takes longer than `within_s` seconds."""
        with self._changed:
            self._is_stopping = True
            self._waiting.clear()
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(within_s)
        return self._thread is None or not self._thread.is_alive()

    def _work(self) -> None:
        while True:
            with self._changed:
                self._current = None
                again_s = min(self._again.values(), default=math.inf) - self._clock()
                self._changed.wait_for(
                    lambda: self._waiting or self._is_stopping, min(max(0.0, again_s), threading.TIMEOUT_MAX)
                )
                if self._is_stopping:
                    return
                if not self._waiting:
                    key = min(self._again, key=self._again.__getitem__)
                    del self._again[key]
                    self._on_answer(key)
                    continue
                _, (wanted, steps_back) = self._waiting.popitem()
                self._current = wanted
                generation = self._generation
            from_us, to_us = wanted.period_us
            try:
                view = self._read(*wanted.key, from_us, to_us, wanted.columns)
            except (sqlite3.Error, PinbridgeError) as error:
                log.warning("the journal could not be read for a plot: %s", error)
                self._report(error)
                self._again[wanted.key] = self._clock() + _AGAIN_S
                continue
            if self._keep(wanted, steps_back, view, generation):
                self._on_answer(wanted.key)

    def _keep(self, wanted: Request, steps_back: int, view: V, generation: int) -> bool:
        """Keep an answer. Returns False if it was forgotten before it came."""
        answer = Answer(
            wanted,
            steps_back,
            view,
            -math.inf if view.newest_us is None else view.newest_us / 1e6,
            view.is_partial,
            self._clock(),
        )
        if view.is_partial:
            self._again[wanted.key] = answer.answered_at_s + _AGAIN_S
        with self._changed:
            if generation != self._generation:
                return False
            kept = [old for old in self._answers.get(wanted.key, ()) if old.request != wanted]
            self._answers[wanted.key] = [*kept, answer][-_ANSWERS:]
            self._extents[wanted.key] = view.extent and (view.extent[0] / 1e6, view.extent[1] / 1e6)
        return True
