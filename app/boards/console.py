"""The last lines of a board, each with its verdict, and the lines that were sent to it, for display.

Invariants: memory is bounded, in lines and in bytes. A plain block (see `app.wire.batches`) was judged as a
whole, and is kept as bytes: its lines are accepted, and the rest of their verdicts is made only when it is
asked for, because a fast board sends more lines than anyone reads. Rejected lines are also kept by
themselves, so that valid lines never push them out.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

from app.boards.status import AcceptedLine, ConsoleLine, SentLine
from app.wire.batches import IntakeResult
from app.wire.lines import split_block
from app.wire.readings import Grammar, Kind, Verdict

MAX_LINES = 1000
"""How many rejected lines, and how many sent lines, are kept by themselves."""
KEPT_LINES = 10_000
KEPT_BYTES = 1_000_000
"""The last lines are kept while they are no more than so many, and their text no more than so long."""


class _Block(NamedTuple):
    """The lines of one chunk."""

    first: int
    """The number of the first line."""
    size: int
    """How many lines the chunk has."""
    length: int
    """About how long the text of the lines is."""
    received_at_us: int
    lines: list[Verdict] | bytes
    grammar: Grammar
    """The grammar that has judged the lines."""

    def newest(self, count: int) -> list[ConsoleLine]:
        """The last `count` lines, oldest first."""
        judged: Sequence[Verdict | AcceptedLine]
        if isinstance(self.lines, list):
            # Most verdicts are on accepted lines, and take more memory than the lines.
            judged = [
                AcceptedLine(line.text, line.target, self.grammar)
                if line.kind is Kind.ACCEPTED and line.target
                else line
                for line in self.lines[-count:]
            ]
        else:
            texts = [line.decode() for line in split_block(self.lines)[-count:]]
            judged = [AcceptedLine(text, text.partition("=")[0], self.grammar) for text in texts]
        first = self.first + self.size - count
        return [ConsoleLine(number, self.received_at_us, line) for number, line in enumerate(judged, first)]


class ConsoleBuffer:
    """The last lines of one device. The thread that reads the port adds them; any thread may ask for them."""

    def __init__(self, grammar: Grammar, first: int = 1) -> None:
        """`first` is the number of the first line."""
        self.grammar = grammar
        """The grammar that judges the lines to be added. Only the thread that adds them changes it."""
        self._lock = threading.Lock()
        self._blocks: deque[_Block] = deque()
        self._rejected: deque[ConsoleLine] = deque(maxlen=MAX_LINES)
        self._sent: deque[SentLine] = deque(maxlen=MAX_LINES)
        self._sent_count = 0
        self._kept = self._kept_bytes = 0
        self._first = self._next = first

    def add(self, taken: IntakeResult, received_at_us: int) -> None:
        """Add the lines of a chunk. Then drop the oldest chunks, but never the newest one."""
        count = taken.counts.lines
        if not count:
            return
        lines, first = taken.lines, self._next
        length = len(lines) if isinstance(lines, bytes) else sum(len(line.text) for line in lines)
        rejected = [
            ConsoleLine(number, received_at_us, line)
            for number, line in enumerate(lines if taken.counts.rejected else (), first)
            if isinstance(line, Verdict) and line.kind is Kind.REJECTED
        ]
        with self._lock:
            self._blocks.append(_Block(first, count, length, received_at_us, lines, self.grammar))
            self._rejected.extend(rejected)
            self._next += count
            self._kept += count
            self._kept_bytes += length
            while len(self._blocks) > 1 and self._has_enough(self._blocks[0]):
                dropped = self._blocks.popleft()
                self._kept -= dropped.size
                self._kept_bytes -= dropped.length

    def _has_enough(self, oldest: _Block) -> bool:
        """Whether what is kept without the oldest block is as much as may be kept."""
        return self._kept - oldest.size >= KEPT_LINES or self._kept_bytes - oldest.length >= KEPT_BYTES

    def add_sent(self, text: str, at_us: int, *, was_taken: bool) -> None:
        """Add a line that was sent to the board, after the lines that have been added so far."""
        with self._lock:
            self._sent_count += 1
            self._sent.append(SentLine(self._sent_count, self._next - 1, at_us, text, was_taken))

    def lines(self, after: int, limit: int) -> list[ConsoleLine]:
        """The lines with a number above `after`, oldest first.

        If more than `limit` of them are kept, the newest: up to half of them may be older rejected lines, in
        place of the oldest accepted ones. Lines are left out where the numbers have a gap.
        """
        with self._lock:
            after = max(after, self._first - 1)
            blocks = [block for block in self._blocks if block.first + block.size > after + 1]
            rejected = [line for line in self._rejected if line.number > after]
        newest = _newest(blocks, after, limit)
        if not newest or newest[0].number == after + 1:
            return newest
        older = [line for line in rejected if line.number < newest[0].number]
        places = min(len(older), limit // 2)
        cut = max(0, len(newest) - (limit - places))
        pushed = [line for line in newest[:cut] if line.kind is Kind.REJECTED]
        # All that are left out are older than those that take the places.
        marked = [*older, *pushed]
        return [*marked[len(marked) - places :], *newest[cut:]]

    def sent(self, after: int) -> list[SentLine]:
        """The lines that were sent and have a number above `after`, oldest first."""
        with self._lock:
            return [line for line in self._sent if line.number > after]


def _newest(blocks: list[_Block], after: int, limit: int) -> list[ConsoleLine]:
    """The newest `limit` lines of `blocks` with a number above `after`, oldest first."""
    found: list[list[ConsoleLine]] = []
    left = limit
    for block in reversed(blocks):
        wanted = min(left, block.first + block.size - 1 - after, block.size)
        if wanted <= 0:
            break
        found.append(block.newest(wanted))
        left -= wanted
    return [line for lines in reversed(found) for line in lines]
