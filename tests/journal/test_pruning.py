"""Old settled readings are pruned a little at a time; pending ones never are, and no counter changes."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from app.journal import decisions, pruning
from app.journal.journal import Journal, Written
from app.journal.owner import Owner
from app.journal.pruning import Pruner
from app.journal.steps import carry_out
from app.journal.writer import JournalWriter
from app.wire.streams import Fate, Run
from tests.journal.file.test_schema import exported
from tests.journal.outboxes import outbox
from tests.journal.streams.test_ranges import cost
from tests.journal.test_journal import batch, opened, values

YOUNG_US = 2**62 // 10**6
DAY_US = 86_400_000_000
NOW_US = 1_780_000_000_000_000


def now_us() -> int:
    return time.time_ns() // 1000


def prune(journal: Journal, keep_days: float = 1, max_journal_mb: float = 1000) -> Pruner:
    """Make one whole pass of pruning, and return the pruner."""
    pruner = Pruner(journal, keep_days, max_journal_mb)
    while pruner.step() == 0:
        pass
    return pruner


def runs(path: Path) -> list[tuple[int, int, int, str]]:
    connection = sqlite3.connect(path)
    rows = connection.execute(
        "SELECT stream, first, last, fate FROM settled ORDER BY stream, first"
    ).fetchall()
    connection.close()
    return rows


def ids(path: Path) -> list[int]:
    return [int(line.split(",")[0]) for line in exported(path).splitlines()[1:]]


def settled(path: Path, sizes: list[int], at_us: int = 1) -> Journal:
    """A journal with a segment of v1 for each of `sizes`; all readings are settled."""
    journal = opened(path)
    # Each batch has its own intake; batches of different intakes become different segments.
    journal.write([("board", batch("v1=1\n" * size, at_us)) for size in sizes], [])
    journal.write([], [Run(1, 1, sum(sizes), Fate.FORWARDED)])
    return journal


def connection_of(journal: Journal) -> sqlite3.Connection:
    """The connection through which the journal writes."""
    with journal.transaction() as change:
        return change.connection


def take_pages(
    monkeypatch: pytest.MonkeyPatch, journal: Journal, pages: Callable[[], tuple[int, int, int]]
) -> list[str]:
    """Replace `journal.execute`: used pages, free pages and bytes per page are what `pages` returns.

    No other SQL statement is executed; each is added to the list that this function returns.
    """
    others: list[str] = []

    def execute(statement: str) -> list[tuple[int]]:
        used, free, size = pages()
        answers = {
            "PRAGMA page_count": used + free,
            "PRAGMA freelist_count": free,
            "PRAGMA page_size": size,
        }
        if statement not in answers:
            others.append(statement)
        return [(answers.get(statement, 0),)]

    monkeypatch.setattr(journal, "execute", execute)
    return others


def steps(pruner: Pruner) -> int:
    """Make one pass, and return how many steps it takes before it pauses."""
    count = 0
    while (pause_s := pruner.step()) == 0:
        count += 1
    assert pause_s == 30.0
    return count


def test_old_settled_readings_are_pruned_and_the_ledger_stays(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    journal = opened(path)
    old = now_us() - 2 * DAY_US
    for number in range(6):
        journal.write([("board", batch(f"v1={number}\nv2={number}\n", old + number))], [])
    journal.write([("board", batch("v1=6\nv2=6\n", now_us()))], [])
    journal.write(
        [],
        [
            Run(1, 1, 1, Fate.FORWARDED),
            Run(1, 2, 2, Fate.REFUSED, "no"),
            Run(1, 4, 7, Fate.EXPIRED, "late"),
            Run(2, 1, 7, Fate.FORWARDED),
        ],
    )
    before = [stream.counts() for stream in journal.streams()]
    prune(journal)
    assert [stream.counts() for stream in journal.streams()] == before
    assert values(journal, "v1") == [2]
    assert runs(path) == [
        (1, 1, 2, "pruned"),
        (1, 4, 6, "pruned"),
        (1, 7, 7, "expired"),
        (2, 1, 6, "pruned"),
        (2, 7, 7, "forwarded"),
    ]
    assert ids(path) == [5, 13, 14]
    journal.write([("board", batch("v1=7\n", now_us()))], [Run(1, 3, 3, Fate.FORWARDED)])
    prune(journal)
    assert runs(path)[:2] == [(1, 1, 6, "pruned"), (1, 7, 7, "expired")]
    assert journal.execute("SELECT DISTINCT reason FROM settled WHERE fate = 'pruned'") == [("",)]
    journal.close()
    journal = opened(path)
    assert values(journal, "v1") == [7]
    assert outbox(journal).pending(1, 1, 9)[0][:3] == (15, 1, 8)
    assert journal.streams()[0].counts().forwarded == 2
    journal.close()


@pytest.mark.parametrize(
    ("waiting", "left"),
    [
        ([5], range(1, 11)),
        ([1], range(1, 11)),
        ([10], range(1, 11)),
        ([12], range(12, 15)),
        ([14], range(12, 15)),
        ([17], range(16, 18)),
        # Several segments with pending readings.
        ([11, 12, 13, 14, 15], range(11, 16)),
        ([*range(3, 16)], range(1, 16)),
    ],
)
def test_a_partly_pending_segment_stays_whole(tmp_path: Path, waiting: list[int], left: range) -> None:
    path = tmp_path / "j.db"
    journal = opened(path)
    for first, last in ((1, 10), (11, 11), (12, 14), (15, 15), (16, 17)):
        journal.write([("board", batch("".join(f"v1={n}\n" for n in range(first, last + 1)), 1))], [])
    # In another stream, runs and segments begin at other seqs.
    journal.write([("board", batch("v2=1\n" * size, 1)) for size in (2, 3, 4, 7)], [])
    runs_ = [Run(1, seq, seq, Fate.FORWARDED) for seq in range(1, 18) if seq not in waiting]
    journal.write([], [*runs_, Run(2, 1, 3, Fate.REFUSED), Run(2, 5, 16, Fate.FORWARDED)])
    prune(journal)
    assert values(journal, "v1") == waiting
    assert ids(path) == [*left, 20, 21, 22]
    journal.close()


def test_a_reading_that_is_sent_again_after_the_search_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    journal = opened(path)
    journal.write([("board", batch("v1=1\nv1=2\n", 1))], [])
    journal.write([], [Run(1, 1, 2, Fate.REFUSED, "no")])
    pruner = Pruner(journal, 1, 1000)
    assert pruner.step() == 0
    assert carry_out(decisions.resend(journal, "board", ids={2})) == 1
    while pruner.step() == 0:
        pass
    assert ids(path) == [1, 2]
    assert runs(path) == [(1, 1, 1, "refused")]
    journal.close()


def test_pending_readings_are_skipped_without_reading_each(tmp_path: Path) -> None:
    """With a hundred thousand pending readings, a query for each reading or segment would take seconds."""
    journal = opened(tmp_path / "j.db")
    for text in ("v1=1\n", *["v1=1\n"] * 30, "v1=1\n" * 50, "v1=1\n"):
        journal.write([("board", batch(text, 1))], [])
    journal.write([], [Run(1, seq, seq, Fate.FORWARDED) for seq in (40, 60, 81, 82)])
    asked: list[str] = []
    writing = connection_of(journal)
    writing.set_trace_callback(asked.append)
    pruner = Pruner(journal, 1, 1000)
    assert pruner.step() == 0
    writing.set_trace_callback(None)
    # Two runs are looked at: a query each for the run, its segment, and what is pending in that segment.
    assert sum(statement.startswith("SELECT") for statement in asked) == 6
    steps(pruner)
    assert ids(tmp_path / "j.db") == list(range(1, 82))
    journal.close()


def test_pruned_refused_readings_are_not_sent_again(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    journal.write([("board", batch("v1=1\n", 1))], [])
    journal.write([], [Run(1, 1, 1, Fate.REFUSED, "no")])
    assert len(journal.refused("board", 9)) == 1
    prune(journal)
    assert journal.refused("board", 9) == []
    assert journal.streams()[0].counts().refused == 1
    journal.close()


def test_orphans_are_pruned_too(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    journal = opened(path)
    journal.bind("gone", b"g" * 16)
    journal.write([("gone", batch("v1=1\nv1=2\n", 1))], [])
    journal.write([("gone", batch("v1=3\n", 2))], [])
    journal.write([], [Run(1, 1, 2, Fate.FORWARDED)])
    journal.close()
    journal = opened(path)
    prune(journal)
    assert ids(path) == [3]
    assert journal.streams("gone")[0].counts().pending == 1
    journal.close()


def test_a_large_journal_loses_its_oldest_readings_until_it_fits(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    journal = opened(path)
    text = "".join(f"v{n % 8}={n}\n" for n in range(8000))
    for _ in range(20):
        journal.write([("board", batch(text, now_us()))], [])
    full = path.stat().st_size + path.with_name("j.db-wal").stat().st_size
    assert full > 3_000_000
    journal.write([], [Run(stream.stream, 1, 10_000, Fate.FORWARDED) for stream in journal.streams()])
    pruner = prune(journal, keep_days=30, max_journal_mb=2)
    assert pruner.warning is None
    left = ids(path)
    # Each stream has lost its oldest readings, as many as any other; no pending reading is gone.
    assert 0 < len(left) < 120_000
    assert max(left) == 160_000
    assert len(left) - 80_000 < 1.9e6 / 20
    for stream in journal.streams():
        assert len(outbox(journal).pending(stream.stream, 1, 20_000)) == 10_000
        assert stream.counts().forwarded == 10_000
    journal.close()
    assert path.stat().st_size < 2_000_000


@pytest.mark.parametrize(("others", "left"), [(85, range(1, 11)), (86, range(7, 11)), (90, range(0))])
def test_pruning_by_size_begins_above_95_percent_and_ends_at_90(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, others: int, left: range
) -> None:
    """The limit is a hundred pages: ten young segments take one each, and `others` more are used."""
    monkeypatch.setattr(pruning, "_SEGMENTS_AT_ONCE", 1)
    journal = settled(tmp_path / "j.db", [1] * 10, now_us())
    pruner = Pruner(journal, keep_days=30, max_journal_mb=100 * 4096 / 1e6)
    take_pages(monkeypatch, journal, lambda: (others + len(ids(tmp_path / "j.db")), 0, 4096))
    steps(pruner)
    assert ids(tmp_path / "j.db") == list(left)
    journal.close()


def test_a_journal_that_is_full_of_pending_readings_gets_a_warning(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    journal.write([("board", batch("".join(f"v1={n}\n" for n in range(10_000)), 1))], [])
    pruner = prune(journal, max_journal_mb=0.12)
    assert "more than max_journal_mb = 0: what is left waits to be sent and is kept" in str(pruner.warning)
    assert len(values(journal, "v1", limit=20_000)) == 10_000
    journal.write([], [Run(1, 1, 10_000, Fate.FORWARDED)])
    while pruner.step() == 0:
        pass
    assert pruner.warning is None
    assert journal.streams()[0].counts().forwarded == 10_000
    journal.close()


def test_a_step_after_many_runs_costs_no_more_than_after_few(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "_SEGMENTS_AT_ONCE", 1)
    journal = opened(tmp_path / "j.db")
    journal.write([("board", batch("v1=1\n", 1)) for _ in range(201)], [])
    # Every other reading is pending, so that no two runs are joined.
    journal.write([], [Run(1, seq, seq, Fate.REFUSED) for seq in range(2, 201, 2)])
    pruner = Pruner(journal, 1, 1000)
    pruner.step()
    writing = connection_of(journal)
    costs = [cost(writing, pruner.step) for _ in range(99)]
    assert ids(tmp_path / "j.db") == [*range(1, 200, 2), 200, 201]
    assert max(costs) <= costs[1] + 10
    journal.close()


@pytest.mark.parametrize(
    ("used", "told"),
    [(25_000, ""), (25_700, "the journal is 103 MB large, more than max_journal_mb = 100: what")],
)
def test_a_journal_above_its_size_limit_gets_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, used: int, told: str
) -> None:
    journal = opened(tmp_path / "j.db")
    pruner = Pruner(journal, 1, 100)
    assert pruner.warning is None
    take_pages(monkeypatch, journal, lambda: (used, 0, 4000))
    assert steps(pruner) == 0
    assert str(pruner.warning or "").startswith(f"{tmp_path / 'j.db'}: {told}" if told else "")
    journal.close()


def test_the_writer_prunes_between_commits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "_SEGMENTS_AT_ONCE", 1)
    path = tmp_path / "j.db"
    journal = opened(path)
    for number in range(50):
        journal.write([("board", batch(f"v1={number}\n", 1))], [])
    journal.write([], [Run(1, 1, 40, Fate.FORWARDED)])
    seen: list[int] = []
    pruner = Pruner(journal, keep_days=1, max_journal_mb=1000)
    whole = False

    def step() -> float:
        nonlocal whole
        wait_s = pruner.step()
        seen.append(journal.streams()[0].next_seq)
        whole = whole or wait_s > 0
        return wait_s

    def on_commit(_written: list[Written]) -> None:
        if not whole:
            writer.append(Owner("board"), batch("v1=50\n", now_us()))

    writer = JournalWriter(journal, on_commit, step)
    writer.append(Owner("board"), batch("v1=50\n", now_us()))
    writer.start()
    while not whole:
        assert writer.flush(60)
    assert writer.stop(60)
    # Between the steps, new readings were committed.
    assert len(set(seen)) > 20
    assert values(journal, "v1")[:10] == list(range(40, 50))
    assert len(ids(path)) == journal.streams()[0].next_seq - 1 - 40
    journal.close()
