"""Waiting for what nothing tells of, as long as the busiest computer may take."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE_S = 60.0
"""A net for what never comes; nothing is measured with it."""


def wait_until(true: Callable[[], object], timeout_s: float = PATIENCE_S, what: str = "that") -> None:
    """Wait until something is so."""
    deadline_s = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < deadline_s, f"it did not come to {what}"
        time.sleep(0.005)
