"""Waiting for what nothing tells of, as long as the busiest computer may take."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

PATIENCE_S = 60.0


def wait_until(true: Callable[[], bool]) -> None:
    """Wait until something is so."""
    turn = threading.Event()
    deadline_s = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline_s, "it did not come to that"
        turn.wait(0.005)
