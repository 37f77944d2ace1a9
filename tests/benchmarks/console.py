"""The console at a fast board: how long the window's thread is held up, and how much memory the rows take."""

from __future__ import annotations

import gc
import os
import sys
import time
import tracemalloc
from collections.abc import Callable

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from app.bench.player import NoTimelines
from app.bench.status import RawBytes, SentLine
from app.boards.console import ConsoleBuffer
from app.boards.status import ConsoleLine
from app.wire.batches import Intake
from app.wire.readings import Grammar
from tests.benchmarks.figures import Figure
from ui.console.log import MAX_ROWS, Log, News
from ui.console.pane import ConsolePane

LINES_PER_S = 25_000
_LOOKS_PER_S = 10
_CHUNKS_PER_LOOK = 25
_BOARD = "board"


class _Board:
    """The console of a bench with one board, which sends `LINES_PER_S`; every hundredth line is rejected."""

    def __init__(self) -> None:
        grammar = Grammar()
        self._buffer, self._intake = ConsoleBuffer(grammar), Intake(grammar)
        self._at_us = 1_790_000_000_000_000
        self.said = 0
        self.timelines = NoTimelines()

    def say(self) -> None:
        """Send what a board sends between two looks."""
        size = LINES_PER_S // _LOOKS_PER_S // _CHUNKS_PER_LOOK
        for _ in range(_CHUNKS_PER_LOOK):
            numbers = range(self.said, self.said + size)
            chunk = b"".join(
                b"oops\n" if n % 100 == 0 else b"v%d=%d.25\n" % (n % 8, n % 9999) for n in numbers
            )
            self._at_us += 4000
            self.said += size
            self._buffer.add(self._intake.feed(chunk, self._at_us), self._at_us)

    def console(self, _device: str, after: int, limit: int) -> list[ConsoleLine]:
        return self._buffer.lines(after, limit)

    def sent(self, _device: str, after: int) -> list[SentLine]:
        return self._buffer.sent(after)

    def raw_bytes(self, _device: str) -> RawBytes:
        return RawBytes()


def console(seconds: float) -> list[Figure]:
    """Show a board with `LINES_PER_S` for `seconds` of its time; then fill the list, and use all of it.

    In less than a second, only that part of the list is filled.
    """
    application = QApplication.instance() or QApplication(sys.argv[:1])
    pane = ConsolePane()
    pane.resize(1200, 600)
    pane.show()
    pane.show_device(_BOARD)
    board = _Board()
    gc.collect()
    gc.freeze()  # As the program does when its window has opened.
    holds_ms: list[float] = []

    def timed(act: Callable[[], object]) -> float:
        started_s = time.thread_time()
        act()
        application.processEvents()
        return 1000 * (time.thread_time() - started_s)

    def look() -> None:
        pane.look(board, (_BOARD,), time.time(), at_first=False)  # type: ignore[arg-type]

    for _ in range(max(1, round(seconds * _LOOKS_PER_S))):
        board.say()
        holds_ms.append(timed(look))
    most = min(MAX_ROWS, round(MAX_ROWS * seconds))
    while pane.model.rowCount() < most:
        board.say()
        holds_ms.append(timed(look))
    holds_ms.sort()
    median_ms = holds_ms[len(holds_ms) // 2]
    pane.open_search()
    search_ms = timed(lambda: pane.find_bar.field.setText("=77"))
    filter_ms = timed(lambda: pane.only_rejected.setChecked(True))
    back_ms = timed(lambda: pane.only_rejected.setChecked(False))
    rows = pane.model.rowCount()
    gc.unfreeze()
    pane.close()
    pane.deleteLater()
    return [
        Figure(f"lines/s of the board, {rows:,} rows in the list", LINES_PER_S, "lines/s"),
        Figure("one look, with its painting, in the window's thread: median", median_ms, "ms", at_most=20),
        Figure("the longest", holds_ms[-1], "ms", at_most=50),
        Figure("share of a core", median_ms * _LOOKS_PER_S / 10, "%", at_most=20),
        Figure("finding a text in all rows", search_ms, "ms", at_most=50),
        Figure("filtering all rows", max(filter_ms, back_ms), "ms", at_most=50),
        Figure(f"memory of {MAX_ROWS:,} typical rows", _memory_mb(most) * MAX_ROWS / most, "MB", at_most=32),
    ]


def _memory_mb(rows: int) -> float:
    """How much memory a list of so many lines of 12 bytes takes, of which one in a hundred is rejected."""
    gc.collect()
    tracemalloc.start()
    log, board = Log(), _Board()
    while log.end < rows:
        board.say()
        log.add([News(_BOARD, board.console(_BOARD, log.newest(_BOARD), 2500))])
    del board
    gc.collect()
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return used / 1e6
