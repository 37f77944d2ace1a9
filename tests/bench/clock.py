"""The clock of a bench under test: noon on 2026-11-15, in the middle of a month, until a test moves it."""

from __future__ import annotations

import time
from collections.abc import Callable
from queue import Empty, Queue
from types import SimpleNamespace

import pytest

NOON_US = 1_794_744_000_000_000
"""2026-11-15, 12:00 UTC."""
DAY_US = 86_400_000_000
_BENCH = ("app.bench.bench", "app.bench.budgets")
_CLOUD = ("app.cloud.forwarder", "app.cloud.carriers")


class Clock:
    """A clock that only the test moves; after `let_waits_pass`, waits of the forwarder move it too."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now_s = 0.0
        self.set_forward_s = 0.0
        """By how many seconds the user has set the computer's clock forward; negative if back."""
        self._monkeypatch = monkeypatch
        for module in (
            "app.bench.bench",
            "app.bench.budgets",
            *_CLOUD,
            "app.boards.clock",
            "app.journal.pruning",
            "app.journal.timeline.timelines",
        ):
            stands = SimpleNamespace(
                monotonic=time.monotonic, monotonic_ns=self._monotonic_ns, time_ns=self.time_ns
            )
            monkeypatch.setattr(f"{module}.time", stands)

    def time_ns(self) -> int:
        return NOON_US * 1000 + self._monotonic_ns() + int(self.set_forward_s * 1e9)

    def _monotonic_ns(self) -> int:
        return int(self.now_s * 1e9)

    def let_waits_pass(self) -> None:
        """Let no wait of the forwarder take time: a wait that would time out moves the clock on instead."""
        clock = self

        class Events(Queue[Callable[[], None]]):
            def get(self, block: bool = True, timeout: float | None = None) -> Callable[[], None]:
                if timeout is None:
                    return super().get(block)
                try:
                    return super().get_nowait()
                except Empty:
                    clock.now_s += timeout
                    raise

        self._monkeypatch.setattr("app.cloud.forwarder.SimpleQueue", Events)
        moves = SimpleNamespace(monotonic=lambda: self.now_s, time_ns=self.time_ns)
        for module in _CLOUD:
            self._monkeypatch.setattr(f"{module}.time", moves)
