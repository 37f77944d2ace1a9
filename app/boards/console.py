"""The last lines of a board, each with its verdict, for display.

Invariants: memory is bounded. A plain block (see `app.wire.batches`) was judged as a whole, and is kept as
bytes. Its lines get their own verdicts only when they are shown, because a fast board sends more lines than
anyone reads.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import NamedTuple

from app.boards.status import ConsoleLine
from app.wire.batches import IntakeResult, judge_block
from app.wire.readings import Grammar, Verdict

MAX_LINES = 1000


class _Block(NamedTuple):
    """The lines of one chunk."""

    first: int
    """The number of the first line."""
    size: int
    """How many lines the chunk has."""
    received_at_us: int
    lines: list[Verdict] | bytes
    grammar: Grammar
    """The grammar that has judged the lines."""


class ConsoleBuffer:
    """The last lines of one device. The thread that reads the port adds them; any thread may ask for them."""

    def __init__(self, grammar: Grammar, first: int = 1) -> None:
        """`first` is the number of the first line."""
        self.grammar = grammar
        """The grammar that judges the lines to be added. Only the thread that adds them changes it."""
        self._lock = threading.Lock()
        self._blocks: deque[_Block] = deque()
        self._kept = 0
        self._next = first

    def add(self, taken: IntakeResult, received_at_us: int) -> None:
        """Add the lines of a chunk. Then drop the oldest chunks, but keep at least `MAX_LINES` lines."""
        count = taken.counts.lines
        if not count:
            return
        with self._lock:
            self._blocks.append(_Block(self._next, count, received_at_us, taken.lines, self.grammar))
            self._next += count
            self._kept += count
            while self._kept - self._blocks[0].size >= MAX_LINES:
                self._kept -= self._blocks.popleft().size

    def lines(self, after: int, limit: int) -> list[ConsoleLine]:
        """The lines with a number above `after`, oldest first; only the newest `limit` if there are more."""
        with self._lock:
            blocks = [block for block in self._blocks if block.first + block.size > after + 1]
        found: list[ConsoleLine] = []
        for block in reversed(blocks):
            if len(found) >= limit:
                break
            wanted = min(limit - len(found), block.first + block.size - 1 - after, block.size)
            verdicts = (
                block.lines[-wanted:]
                if isinstance(block.lines, list)
                else judge_block(block.grammar, block.lines, wanted)
            )
            first = block.first + block.size - wanted
            found[:0] = [
                ConsoleLine(number, block.received_at_us, verdict)
                for number, verdict in enumerate(verdicts, first)
            ]
        return found
