"""Waits for conditions that nothing signals, as long as a busy computer may take."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE_S = 60.0
"""The time-out for conditions that never become true; nothing is measured with it."""


def wait_until(true: Callable[[], object], timeout_s: float = PATIENCE_S, what: str = "a condition") -> None:
    """Wait until `true()` is true; `what` names this condition in the failure."""
    deadline_s = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < deadline_s, f"timed out waiting for {what}"
        time.sleep(0.005)
