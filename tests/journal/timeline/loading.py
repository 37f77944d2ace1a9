"""Waits for what earlier runs have left of a timeline, which a thread reads."""

from __future__ import annotations

import threading

from app.journal.timeline.timelines import Timelines
from tests.waiting import PATIENCE_S


def load(timelines: Timelines, device: str = "board") -> None:
    """Look at the timeline of `device`, and wait until the thread that this may start has ended."""
    timelines.read(device, 0, 0)
    for thread in threading.enumerate():
        if thread.name == "timeline":
            thread.join(PATIENCE_S)
            assert not thread.is_alive()
