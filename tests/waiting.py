"""Waits for conditions that nothing signals, with a time-out that suits a busy computer."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE_S = 60.0
"""The time-out for conditions that never become true; it is a safety net and measures nothing."""


def wait_until(true: Callable[[], object], timeout_s: float = PATIENCE_S, what: str = "a condition") -> None:
    """Wait until `true()` is true; `what` names this condition in the error message."""
    deadline_s = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < deadline_s, f"timed out waiting for {what}"
        time.sleep(0.005)
