"""A step of pruning does a bounded amount of work, between two commits."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from app.journal import deleting, pruning
from app.journal.pruning import Pruner
from app.journal.steps import carry_out
from app.wire.streams import Fate, Run
from tests.journal.test_journal import batch, opened
from tests.journal.test_pruning import DAY_US, NOW_US, ids, now_us, runs, settled, steps, take_pages


@pytest.mark.parametrize(("streams", "count"), [(8, 1), (9, 2), (16, 2)])
def test_a_step_searches_eight_streams(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, streams: int, count: int
) -> None:
    journal = opened(tmp_path / "j.db")
    journal.write([("board", batch("".join(f"v{n}=1\n" for n in range(streams)), 1))], [])
    journal.write([], [Run(stream.stream, 1, 1, Fate.FORWARDED) for stream in journal.streams()])
    take_pages(monkeypatch, journal, lambda: (10, 0, 4096))
    # Each stream that the search has found takes one more step.
    assert steps(Pruner(journal, 1, 1000)) == count + streams
    assert ids(tmp_path / "j.db") == []
    journal.close()


def test_a_step_skips_streams_with_nothing_settled(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    journal.write([("board", batch("v1=1\nv2=1\n"))], [])
    assert steps(Pruner(journal, 1, 1000)) == 0
    journal.close()


@pytest.mark.parametrize(
    ("sizes", "count"),
    [([1] * 128, 1), ([1] * 129, 2), ([25_000, 25_000], 1), ([25_000, 25_001], 2), ([60_000, 1], 2)],
)
def test_a_step_deletes_a_bounded_number_of_segments_and_readings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sizes: list[int], count: int
) -> None:
    journal = settled(tmp_path / "j.db", sizes)
    pruner = Pruner(journal, 1, 1000)
    # Without free pages, because giving them back takes steps too.
    take_pages(monkeypatch, journal, lambda: (10, 0, 4096))
    # One step finds the stream before the others prune it.
    assert steps(pruner) == 1 + count
    assert ids(tmp_path / "j.db") == []
    journal.close()


def test_a_step_ends_at_readings_that_were_pruned_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = opened(tmp_path / "j.db")
    for _ in range(3):
        journal.write([("board", batch("v1=1\n", 1))], [])
    # In another stream, a run begins at another seq.
    journal.write([("board", batch("v2=1\nv2=2\nv2=3\n", 1))], [])
    journal.write([], [Run(2, 2, 2, Fate.REFUSED)])
    pruner = Pruner(journal, 1, 1000)
    take_pages(monkeypatch, journal, lambda: (10, 0, 4096))
    for settled_, count in ((Run(1, 2, 2, Fate.FORWARDED), 1), (Run(1, 1, 3, Fate.FORWARDED), 2)):
        journal.write([], [settled_])
        # One step finds the stream before the others prune it.
        assert steps(pruner) == 1 + count
    assert ids(tmp_path / "j.db") == [4, 5, 6]
    assert runs(tmp_path / "j.db") == [(1, 1, 3, "pruned"), (2, 2, 2, "refused")]
    journal.close()


def test_pruning_by_size_ignores_the_age(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = settled(tmp_path / "j.db", [1] * 10, now_us())
    pruner = Pruner(journal, 30, 1)
    take_pages(monkeypatch, journal, lambda: (1000, 0, 4096))
    # The file stays too large, as it were, so that the third step deletes the summary.
    assert steps(pruner) == 3
    assert ids(tmp_path / "j.db") == []
    journal.close()


@pytest.mark.parametrize(
    ("used", "free", "gives_back"), [(10, 32, False), (10, 33, True), (1940, 60, False), (1939, 61, True)]
)
def test_free_pages_go_back_to_the_disk_by_steps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, used: int, free: int, gives_back: bool
) -> None:
    journal = opened(tmp_path / "j.db")
    take_pages(monkeypatch, journal, lambda: (used, free, 4096))
    given_back: list[int] = []
    monkeypatch.setattr(journal, "give_back", given_back.append)
    pruner = Pruner(journal, 1, 1000)
    assert pruner.step() == (0.0 if gives_back else 30.0)
    assert given_back == [256] * gives_back
    journal.close()


def test_as_many_free_pages_go_back_as_are_asked_for(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    journal.write([("board", batch(f"v1={'x' * 900}\n" * 200))], [])
    journal.write([], [Run(1, 1, 200, Fate.FORWARDED)])
    with journal.transaction() as change:
        change.prune(1, 1, 200)
    ((free,),) = journal.execute("PRAGMA freelist_count")
    journal.give_back(7)
    assert journal.execute("PRAGMA freelist_count") == [(free - 7,)]
    journal.close()


def test_a_young_segment_is_not_pruned_in_place_of_one_that_was_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = opened(tmp_path / "j.db")
    journal.write([("board", batch("v1=1\n", 1))], [Run(1, 1, 1, Fate.FORWARDED)])
    take_pages(monkeypatch, journal, lambda: (10, 0, 4096))
    pruner = Pruner(journal, 1, 1000)
    journal.write([], [Run(1, 1, 1, Fate.FORWARDED)])
    assert pruner.step() == 0.0  # it has found the old segment
    carry_out(deleting.delete_data(journal, "board"))
    journal.write([("board", batch("v1=2\n", now_us()))], [])
    journal.write([], [Run(1, 2, 2, Fate.FORWARDED)])
    assert pruner.step() == 0.0
    assert pruner.step() == 30.0
    assert ids(tmp_path / "j.db") == [2]
    journal.close()


@pytest.mark.parametrize(
    ("ages_us", "left"),
    [
        ([DAY_US * 3] * 2, [1, 2]),
        ([DAY_US * 3 + 1] * 2, []),
        ([DAY_US * 3 + 2, DAY_US * 3 + 1, DAY_US * 3], [3]),
        # Before 1970, as if the computer's clock had never been set.
        ([NOW_US + 5] * 2, []),
    ],
)
def test_readings_older_than_keep_days_are_pruned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ages_us: list[int], left: list[int]
) -> None:
    monkeypatch.setattr(pruning, "time", SimpleNamespace(time_ns=lambda: NOW_US * 1000))
    journal = opened(tmp_path / "j.db")
    journal.write([("board", batch("v1=1\n", NOW_US - age_us)) for age_us in ages_us], [])
    journal.write([], [Run(1, 1, len(ages_us), Fate.FORWARDED)])
    pruner = Pruner(journal, 3, 1000)
    take_pages(monkeypatch, journal, lambda: (10, 0, 4096))
    # One step to find the stream, and one to prune it.
    assert steps(pruner) == 1 + (len(left) < len(ages_us))
    assert ids(tmp_path / "j.db") == left
    journal.close()
