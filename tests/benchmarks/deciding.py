"""Measures decisions about millions of readings, and how long they hold up the journal's writer."""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from app.bench.deciding import Deciding
from app.journal import decisions, deleting
from app.journal.journal import Journal
from app.journal.owner import Owner
from app.journal.steps import Steps
from app.journal.writer import JournalWriter
from app.wire.batches import Batch
from app.wire.streams import Fate
from tests.benchmarks.figures import Figure
from tests.benchmarks.large_journal import ACCOUNT, OTHER, STREAMS, make

_MOST_WAIT_MS = 500
_EVERY_S = 0.005
_IDS = range(1, 2001)

_DECISIONS: tuple[tuple[str, str, bytes, Callable[[Journal], Steps]], ...] = (
    ("pending", "discard held", OTHER, lambda journal: decisions.discard(journal, "board")),
    ("pending", "send here", OTHER, lambda journal: decisions.send_here(journal, "board")),
    ("pending", "delete", ACCOUNT, lambda journal: deleting.delete_data(journal, "board")),
    ("mixed", "discard held", OTHER, lambda journal: decisions.discard(journal, "board")),
    ("mixed", "resend by id", ACCOUNT, lambda journal: decisions.resend(journal, "board", None, _IDS)),
    ("mixed", "discard refused", ACCOUNT, lambda journal: decisions.discard_refused(journal, "board")),
    ("mixed", "resend", ACCOUNT, lambda journal: decisions.resend(journal, "board")),
    ("mixed", "delete", ACCOUNT, lambda journal: deleting.delete_data(journal, "board")),
)
_FATES = (Fate.FORWARDED, Fate.REFUSED, Fate.SUPERSEDED, Fate.PENDING)


def deciding(seconds: float) -> list[Figure]:
    """Measure each decision about a million readings for each of `seconds`, which all lie in single rows.

    In one journal all are pending. In the other, no two neighbours have the same fate, as the worst case.
    """
    count = max(800, int(seconds * 1_000_000) // STREAMS * STREAMS)
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        for kind, in_run in (("pending", 0), ("mixed", 1)):
            made = Path(folder) / f"{kind}.db"
            make(made, count, 1, in_run, _FATES)
            for _, name, account, decide in (row for row in _DECISIONS if row[0] == kind):
                path = Path(folder) / "work.db"
                path.write_bytes(made.read_bytes())
                what = f"{name}, {kind}: {count:,} readings"
                took_s, waited_ms = _decided(path, account, decide)
                figures += [
                    Figure(what, took_s, "s"),
                    Figure("longest wait of another board's reading", waited_ms, "ms", at_most=_MOST_WAIT_MS),
                ]
                for left in Path(folder).glob("work.db*"):
                    left.unlink()
    return figures


def _decided(path: Path, account: bytes, decide: Callable[[Journal], Steps]) -> tuple[float, float]:
    """Carry out a decision while readings come in. Returns its seconds, and the longest wait in ms."""
    journal = Journal(path)
    journal.bind("board", account)
    journal.bind("other", ACCOUNT)
    is_durable = threading.Event()
    writer = JournalWriter(journal, lambda _: is_durable.set())
    sys.setswitchinterval(0.0002)
    writer.start()
    try:
        with _talking(writer, is_durable) as waits_s:
            started_s = time.perf_counter()
            Deciding(writer).carry_out("board", decide(journal), None)
            took_s = time.perf_counter() - started_s
    finally:
        writer.stop(60)
        journal.close()
    return took_s, 1e3 * max(waits_s)


@contextmanager
def _talking(writer: JournalWriter, is_durable: threading.Event) -> Iterator[list[float]]:
    """Append a reading of another board again and again. Yields the seconds until each was durable."""
    waits_s: list[float] = []
    is_over = threading.Event()

    def talk() -> None:
        while True:
            is_durable.clear()
            said_s = time.perf_counter()
            now_us = np.array([time.time_ns() // 1000])
            writer.append(Owner("other"), Batch(["v1"], np.zeros(1, np.uint16), np.ones(1), {}, now_us))
            is_durable.wait()
            waits_s.append(time.perf_counter() - said_s)
            if is_over.wait(_EVERY_S):
                return

    thread = threading.Thread(target=talk)
    thread.start()
    try:
        yield waits_s
    finally:
        is_over.set()
        thread.join()
