"""A new stream is empty, and readings without a fate are pending."""

from __future__ import annotations

from app.journal.status import JournalCounts
from app.journal.streams.stream import Stream


def test_a_new_stream_has_nothing_pending_or_resent() -> None:
    stream = Stream(1, "board", "v1")
    assert stream.counts() == JournalCounts()
    assert (stream.next_seq, stream.resent, stream.generation) == (1, 0, 0)


def test_readings_without_a_fate_are_pending() -> None:
    stream = Stream(1, "board", "v1", 16, forwarded=1, superseded=2, refused=3, expired=4)
    assert stream.counts() == JournalCounts(15, 1, 2, 3, 4, pending=5)
