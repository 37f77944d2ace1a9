"""The outbox gives pending readings, each stream's newest reading and counts, and the usage of budgets."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from app.journal import decisions
from app.journal.journal import Journal
from app.journal.outbox import Outbox
from app.journal.owner import Owner
from app.journal.steps import carry_out
from app.journal.streams import unsettled
from app.journal.writer import JournalWriter
from app.wire.streams import END, Fate, Run, StreamExtent, Usage
from tests.journal.outboxes import outbox
from tests.journal.streams.test_ranges import cost
from tests.journal.test_journal import batch, opened


def said(journal: Journal, count: int) -> None:
    journal.write([("board", batch("".join(f"v1={n}\n" for n in range(count))))], [])


def newest(
    journal: Journal, from_seq: int = 1, until_seq: int = END
) -> tuple[int | None, list[tuple[int, int]]]:
    (stream,) = journal.streams()
    found = outbox(journal).newest(stream.stream, from_seq, until_seq)
    return found.reading and found.reading.seq, found.older


def test_the_newest_is_found_with_the_ranges_of_the_older_ones(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    said(journal, 10)
    assert newest(journal) == (10, [(1, 9)])
    assert newest(journal, 4) == (10, [(4, 9)])
    journal.write([], [Run(1, 3, 4, Fate.FORWARDED), Run(1, 10, 10, Fate.REFUSED)])
    assert newest(journal) == (9, [(1, 2), (5, 8)])
    assert newest(journal, 9) == (9, [])
    assert newest(journal, 10) == (None, [])
    assert newest(journal, 1, 9) == (8, [(1, 2), (5, 7)])
    assert newest(journal, 1, 6) == (5, [(1, 2)])
    assert newest(journal, 1, 5) == (2, [(1, 1)])
    assert newest(journal, 1, 1) == (None, [])
    journal.close()


def test_what_is_held_is_not_superseded(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    said(journal, 3)
    journal.bind("board", b"another account")
    assert newest(journal) == (None, [])
    said(journal, 3)
    assert newest(journal) == (6, [(4, 5)])
    journal.close()


def test_the_last_forwarded_reading_is_found_for_the_same_account_alone(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    said(journal, 10)
    again = Outbox(
        journal,
        JournalWriter(journal, lambda _: None),
        Owner("board"),
        journal.account("board"),
        same_account=True,
    )
    assert again.last_forwarded(1) is None
    runs = [Run(1, 1, 2, Fate.FORWARDED), Run(1, 3, 4, Fate.FORWARDED, "x"), Run(1, 5, 7, Fate.REFUSED)]
    journal.write([], [*runs, Run(1, 8, 8, Fate.SUPERSEDED)])
    found = again.last_forwarded(1)
    assert found
    assert (found.seq, found.target, found.value) == (4, "v1", 3.0)
    assert outbox(journal).last_forwarded(1) is None
    assert again.last_forwarded(7) is None
    journal.close()


def test_a_last_forwarded_reading_that_was_pruned_is_not_found(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    said(journal, 3)
    journal.write([], [Run(1, 1, 3, Fate.FORWARDED)])
    with journal.transaction() as change:
        change.connection.execute("DELETE FROM segment")
        change.connection.execute("UPDATE settled SET fate = 'pruned'")
    again = Outbox(
        journal,
        JournalWriter(journal, lambda _: None),
        Owner("board"),
        journal.account("board"),
        same_account=True,
    )
    assert again.last_forwarded(1) is None
    journal.close()


def test_a_stream_that_was_deleted_has_nothing(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    assert outbox(journal).newest(7, 1) == (None, [])
    assert outbox(journal).pending(7, 1, 9) == []
    journal.close()


def test_reading_after_many_segments_costs_no_more_than_after_few(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    for _ in range(200):
        said(journal, 2)
    early, late = (
        cost(journal.reader(), lambda: outbox(journal).pending(1, from_seq, 1))  # noqa: B023 - called here
        for from_seq in (2, 398)
    )
    assert late <= early + 10
    journal.close()


def test_an_extent_has_all_numbers_of_its_stream(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    said(journal, 4)
    journal.bind("board", b"another account")
    assert carry_out(decisions.send_here(journal, "board")) == 4
    journal.bind("board", b"a third account")
    said(journal, 6)
    journal.write([], [Run(1, 5, 6, Fate.REFUSED, "no"), Run(1, 10, 10, Fate.FORWARDED)])
    assert carry_out(decisions.resend(journal, "board")) == 2
    extents = Outbox(
        journal, JournalWriter(journal, lambda _: None), Owner("board"), journal.account("board")
    ).extents()
    assert extents == [StreamExtent(1, "v1", next_seq=11, pending=9, held=4, resent=2, generation=1)]
    journal.close()


@pytest.mark.parametrize("look", ["pending", "resent", "newest"])
def test_damage_gives_nothing_to_send_and_is_reported_to_the_writer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, look: str
) -> None:
    journal = opened(tmp_path / "j.db")
    said(journal, 3)
    journal.write([], [Run(1, 1, 1, Fate.REFUSED, "no")])
    carry_out(decisions.resend(journal, "board"))
    writer = JournalWriter(journal, lambda _: None)
    outbox = Outbox(journal, writer, Owner("board"), journal.account("board"))
    looks: dict[str, Callable[[], object]] = {
        "pending": lambda: [reading.seq for reading in outbox.pending(1, 2, 9)],
        "resent": lambda: [reading.seq for reading in outbox.resent(9)],
        "newest": lambda: outbox.newest(1, 2).older,
    }
    assert looks[look]() == {"pending": [2, 3], "resent": [1], "newest": [(2, 2)]}[look]
    error = sqlite3.DatabaseError("malformed")

    def meet(*_: object) -> None:
        raise error

    monkeypatch.setattr(unsettled, look, meet)
    with pytest.raises(sqlite3.DatabaseError):
        looks[look]()
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    assert looks[look]() == []
    monkeypatch.undo()
    writer.start()
    assert writer.flush(60)
    assert "malformed" in str(journal.warning)
    assert writer.stop(60)
    journal.close()


def test_the_oldest_pending_reading_is_found_for_any_account(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    said(journal, 3)
    journal.bind("board", b"another account")
    for settled, oldest in (([], 1), ([Run(1, 1, 1, Fate.EXPIRED)], 2), ([Run(1, 3, 3, Fate.EXPIRED)], 2)):
        journal.write([], settled)
        found = unsettled.oldest(journal.reader(), journal.streams()[0])
        assert found
        assert (found.seq, found.id) == (oldest, oldest)
    journal.write([], [Run(1, 2, 2, Fate.EXPIRED)])
    assert unsettled.oldest(journal.reader(), journal.streams()[0]) is None
    journal.close()


def test_usage_is_kept_across_runs(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    journal.write(
        [], [], [Usage("messages of school", "2026-10", 9), Usage("points of board", "2026-11-24", 1)]
    )
    journal.write([], [], [Usage("messages of school", "2026-11", 3)])
    used = [Usage("messages of school", "2026-11", 3), Usage("points of board", "2026-11-24", 1)]
    assert sorted(journal.usage()) == used
    journal.close()
    journal = opened(tmp_path / "j.db")
    assert sorted(journal.usage()) == used
    journal.write([], [], [used[0]._replace(used=4)])
    assert sorted(journal.usage()) == [used[0]._replace(used=4), used[1]]
    journal.close()
