"""The clock of a trial: noon of a day in the middle of a month, until it is told to move."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import TypeVar

import pytest

NOON_US = 1_794_744_000_000_000
"""2026-11-15, 12:00 UTC."""
DAY_US = 86_400_000_000
_T = TypeVar("_T")


class Clock:
    """Stands still; `let_waits_pass` makes it the forwarder's, whose waits it then passes at once."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now_s = 0.0
        self.set_forward_s = 0.0
        """How far somebody has set the computer's clock forward; less than 0: back."""
        self._monkeypatch = monkeypatch
        for module in ("app.bench.bench", "app.cloud.forwarder", "app.boards.clock", "app.journal.pruning"):
            stands = SimpleNamespace(
                monotonic=time.monotonic, monotonic_ns=self._monotonic_ns, time_ns=self.time_ns
            )
            monkeypatch.setattr(f"{module}.time", stands)

    def time_ns(self) -> int:
        return NOON_US * 1000 + self._monotonic_ns() + int(self.set_forward_s * 1e9)

    def _monotonic_ns(self) -> int:
        return int(self.now_s * 1e9)

    def let_waits_pass(self) -> None:
        """A wait of the forwarder moves the clock on and is over."""
        clock = self

        class Waits(threading.Condition):
            def wait(self, timeout: float | None = None) -> bool:
                if timeout is None:
                    return super().wait()
                clock.now_s += timeout
                return super().wait(0)

            def wait_for(self, predicate: Callable[[], _T], timeout: float | None = None) -> _T:
                while not (result := predicate()):
                    if not self.wait(timeout) and timeout is not None:
                        return predicate()
                return result

        parts = SimpleNamespace(Lock=threading.Lock, Thread=threading.Thread, Condition=Waits)
        self._monkeypatch.setattr("app.cloud.forwarder.threading", parts)
        moves = SimpleNamespace(monotonic=lambda: self.now_s, time_ns=self.time_ns)
        self._monkeypatch.setattr("app.cloud.forwarder.time", moves)
