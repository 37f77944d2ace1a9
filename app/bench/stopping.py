"""Finds out when a bench is idle, stops its parts within a limited time, and counts what is lost by that.

Invariant: the journal is closed only after its writer has ended.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

from app.bench.session import DeviceSession
from app.bench.status import CloudState
from app.journal.journal import Journal
from app.journal.writer import JournalWriter

_WRITE_S = 1.0
_COPY_S = 60.0
"""How long the end waits for the copy of a journal that was taken away."""


class Lost(NamedTuple):
    """The accepted readings that were not in the journal when the bench stopped."""

    readings: int = 0
    line_bytes: Mapping[str, int] = {}
    """For each device, how many bytes the lines with these readings have."""


def stop_all(stops: Sequence[Callable[[float], object]], within_s: float) -> None:
    """Stop several parts of the bench at the same time, such as all forwarders.

    Each of `stops` is a function that stops one part. First, all functions are called with 0: this only asks
    the parts to stop. Then each function is called with the seconds that are left, to wait until its part has
    stopped. The total wait is at most about `within_s` seconds, even if several parts hang.
    """
    for stop in stops:
        stop(0.0)
    ends_s = time.monotonic() + within_s
    for stop in stops:
        stop(max(0.001, ends_s - time.monotonic()))


def idle_s(writer: JournalWriter, sessions: Collection[DeviceSession]) -> float | None:
    """The seconds since the last byte from any board; None if the bench is not idle (see `Bench.idle_s`)."""
    # Checked in the order of the pipeline: a reading that moves on meanwhile is found at the next stage.
    since_s = [session.link.quiet_since_s for session in sessions]
    now_s = time.monotonic()
    if not writer.flush(timeout_s=0.0):
        return None
    for session in sessions:
        cloud = session.forwarder.status() if session.forwarder else None
        if cloud and cloud.sendable and cloud.state is not CloudState.PAUSED and not cloud.is_blocked:
            return None
    tried_s = [at_s for at_s in since_s if at_s is not None]
    if len(tried_s) < len(since_s):
        return None
    return now_s - max(tried_s, default=0.0)


def stop_writing(journal: Journal, writer: JournalWriter) -> Lost:
    """Let `writer` write what is left, and close `journal`. Returns what could not be written in time."""
    has_ended = writer.stop(_WRITE_S)
    if not has_ended and journal.was_taken_away:
        # Perhaps it is being copied now, and without the copy, all pending readings would be lost.
        has_ended = writer.stop(_COPY_S)
    # The journal may still be taken away, if there is no place for a copy.
    gone = journal.pending if journal.is_taken_away else 0
    lost = Lost(writer.unwritten + gone, writer.unwritten_bytes())
    if has_ended:
        journal.close()
    return lost
