"""The last lines of a board, each with its verdict, for whoever looks.

Invariants: memory does not grow; a plain block is kept as it came and judged again only when somebody looks,
for a fast board says more lines than anyone reads.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import NamedTuple

from app.boards.status import ConsoleLine
from app.wire.batches import IntakeResult, judge_block
from app.wire.readings import Grammar, Verdict

MAX_LINES = 1000


class _Heard(NamedTuple):
    first: int
    size: int
    received_at_us: int
    lines: list[Verdict] | bytes


class ConsoleBuffer:
    """Written by one reader thread, read by any."""

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar
        self._lock = threading.Lock()
        self._heard: deque[_Heard] = deque()
        self._kept = 0
        self._next = 1

    def add(self, taken: IntakeResult, received_at_us: int) -> None:
        """Remember what a chunk brought."""
        count = taken.counts.lines
        if not count:
            return
        with self._lock:
            self._heard.append(_Heard(self._next, count, received_at_us, taken.lines))
            self._next += count
            self._kept += count
            while self._kept - self._heard[0].size >= MAX_LINES:
                self._kept -= self._heard.popleft().size

    def lines(self, after: int, limit: int) -> list[ConsoleLine]:
        """The newest `limit` lines with a number above `after`, oldest first."""
        with self._lock:
            heard = [entry for entry in self._heard if entry.first + entry.size > after + 1]
        found: list[ConsoleLine] = []
        for entry in reversed(heard):
            if len(found) >= limit:
                break
            wanted = min(limit - len(found), entry.first + entry.size - 1 - after, entry.size)
            verdicts = (
                entry.lines[-wanted:]
                if isinstance(entry.lines, list)
                else judge_block(self._grammar, entry.lines, wanted)
            )
            first = entry.first + entry.size - wanted
            found[:0] = [
                ConsoleLine(number, entry.received_at_us, verdict)
                for number, verdict in enumerate(verdicts, first)
            ]
        return found
