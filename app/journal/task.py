"""A function that the thread which writes the journal calls for another thread.

Invariant: a function whose caller has given up waiting before it was called is never called.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

from app.journal.journal import Journal

_T = TypeVar("_T")


class Task(Generic[_T]):
    """A call of `function`, and its result."""

    def __init__(self, function: Callable[[Journal], _T]) -> None:
        self._function = function
        self._answer: Future[_T] = Future()

    def run(self, journal: Journal) -> Exception | None:
        """Call the function, unless its caller has given up. Returns the error that it raised."""
        if self._answer.set_running_or_notify_cancel():
            try:
                self._answer.set_result(self._function(journal))
            except Exception as error:  # noqa: BLE001 - raised again in the thread that waits
                self._answer.set_exception(error)
                return error
        return None

    def result(self, timeout_s: float) -> _T:
        """Wait for the function to be called, and return its result or raise its error.

        Raises TimeoutError if it has not ended within `timeout_s` seconds.
        """
        try:
            return self._answer.result(timeout_s)
        except TimeoutError:
            self._answer.cancel()
            raise
