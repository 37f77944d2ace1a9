"""For any readings and any view: each reading lies within what is shown, and each point is a reading."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.journal.pruning import Pruner
from app.journal.summaries.view import View, read_view
from app.wire.datastreams import Value
from app.wire.streams import Fate, Run
from tests.journal.summaries.small import Reading, made, mark_clock, small_blocks, steady, summarize, write
from tests.journal.test_journal import opened

S = 1_000_000
BEGIN_US = 1_700_000_000 * S
VALUES = st.one_of(st.integers(-9, 9).map(float), st.just("text"))
GAPS = st.sampled_from((0, 1, 1000, 1000, 1000, 50_000, 3 * S, -5 * S))
Commit = list[tuple[int, Value]]
COMMITS = st.lists(st.lists(st.tuples(GAPS, VALUES), min_size=1, max_size=40), min_size=1, max_size=12)


def shown(view: View) -> list[Reading]:
    points = zip(view.points.times_us.tolist(), view.points.numbers.tolist(), strict=True)
    return [Reading(*point) for point in points]


def is_within(points: Sequence[Reading], low_us: float, high_us: float, reading: Reading) -> bool:
    near = [point.number for point in points if low_us <= point.at_us <= high_us]
    return bool(near) and min(near) <= reading.number <= max(near)


class Story:
    """A journal, and the readings that were written to it."""

    def __init__(self, folder: Path) -> None:
        self.journal = opened(folder / "j.db")
        self.readings: list[Reading] = []
        self._at_us = BEGIN_US

    def commit(self, commit: Commit) -> None:
        """Write readings, each so long after the one before; if that is negative, the clock was set back."""
        waiting: list[Reading] = []
        for gap, value in commit:
            self._at_us += gap
            if gap < 0:
                write(self.journal, waiting)
                waiting = []
                mark_clock(self.journal, self._at_us, gap)
            waiting.append(Reading(self._at_us, value))
            self.readings.append(waiting[-1])
        write(self.journal, waiting)

    def period(self, data: st.DataObject) -> tuple[int, int]:
        """Two times at, between or beyond the readings."""
        times = [reading.at_us for reading in self.readings]
        at = st.one_of(st.integers(min(times) - S, max(times) + S), st.sampled_from(times))
        first, last = sorted((data.draw(at), data.draw(at)))
        return first, last


def check_view(data: st.DataObject, commits: list[Commit], summarised: int, at_end: bool) -> None:
    with small_blocks(), TemporaryDirectory() as folder:
        story = Story(Path(folder))
        try:
            for number, commit in enumerate(commits):
                story.commit(commit)
                if number == summarised:
                    summarize(story.journal)
            if at_end:
                summarize(story.journal)
            from_us, to_us = story.period(data)
            columns = data.draw(st.sampled_from((1, 2, 5, 20, 1000)))
            view = read_view(story.journal, "board", "v1", from_us, to_us, columns)
        finally:
            story.journal.close()
    points, numbers = shown(view), [reading for reading in story.readings if not np.isnan(reading.number)]
    wanted = [reading for reading in numbers if from_us <= reading.at_us <= to_us]
    assert set(points) <= set(wanted)
    assert [point.at_us for point in points] == sorted(point.at_us for point in points)
    assert len(points) <= max(4 * columns, len(wanted) if len(wanted) <= 4 * columns else 0)
    if len(wanted) <= columns:
        assert sorted(points) == sorted(wanted)
    column_us = (to_us - from_us + 1) / columns
    for reading in wanted:
        assert is_within(points, reading.at_us - column_us, reading.at_us + column_us, reading), reading
    assert view.newest_us == story.readings[-1].at_us
    assert not view.is_partial


@settings(max_examples=40)
@given(st.data(), COMMITS, st.integers(0, 12), st.booleans())
def test_a_view_is_true(data: st.DataObject, commits: list[Commit], summarised: int, at_end: bool) -> None:
    check_view(data, commits, summarised, at_end)


@pytest.mark.long
@settings(max_examples=1000)
@given(st.data(), COMMITS, st.integers(0, 12), st.booleans())
def test_many_views_are_true(
    data: st.DataObject, commits: list[Commit], summarised: int, at_end: bool
) -> None:
    check_view(data, commits, summarised, at_end)


def check_pruned(data: st.DataObject, commits: list[Commit]) -> None:
    with small_blocks(), TemporaryDirectory() as folder:
        story = Story(Path(folder))
        try:
            for commit in commits:
                story.commit(commit)
            settled = data.draw(st.integers(0, len(story.readings)))
            story.journal.write([], [Run(1, 1, settled, Fate.FORWARDED)] * bool(settled))
            pruner = Pruner(story.journal, 1, 1000)
            while not pruner.step():
                pass
            kept = story.journal.streams("board")[0].kept
            from_us, to_us = story.period(data)
            view = read_view(story.journal, "board", "v1", from_us, to_us, data.draw(st.sampled_from((1, 9))))
            whole = read_view(story.journal, "board", "v1", 0, 1 << 62, 100_000)
        finally:
            story.journal.close()
    points = shown(whole)
    assert set(shown(view)) <= set(points) <= {row for row in story.readings if not np.isnan(row.number)}
    # Of each block of four readings, the first, the last, the lowest and the highest stay; of others, all.
    for first in range(0, len(story.readings), 4):
        block = [row for row in story.readings[first : first + 4] if not np.isnan(row.number)]
        if first >= len(story.readings) - kept:
            assert set(block) <= set(points)
        elif block:
            numbers = [row.number for row in block]
            left = [point.number for point in points if point in block]
            assert {block[0], block[-1]} <= set(points)
            assert (min(left), max(left)) == (min(numbers), max(numbers))


@settings(max_examples=15)
@given(st.data(), COMMITS)
def test_what_is_pruned_stays_as_its_summary(data: st.DataObject, commits: list[Commit]) -> None:
    check_pruned(data, commits)


@pytest.mark.long
@settings(max_examples=300)
@given(st.data(), COMMITS)
def test_many_that_are_pruned_stay_as_their_summaries(data: st.DataObject, commits: list[Commit]) -> None:
    check_pruned(data, commits)


def test_a_target_without_readings_shows_nothing(tmp_path: Path) -> None:
    journal = made(tmp_path)
    assert shown(read_view(journal, "board", "v1", 0, 10, 100)) == []
    assert shown(read_view(journal, "nobody", "v1", 0, 10, 100)) == []
    journal.close()


def test_a_long_tail_is_searched_by_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.journal.summaries.view._MOST_TAIL", 30)
    journal = made(tmp_path, *(steady(9, 9 * n) for n in range(30)))
    readings = steady(270)
    for first, last in ((0, 269), (0, 0), (9, 9), (100, 125), (8, 17), (269, 269), (255, 300)):
        view = read_view(journal, "board", "v1", 1000 * first, 1000 * last, 100)
        assert shown(view) == readings[first : last + 1]
        assert not view.is_partial
    assert shown(read_view(journal, "board", "v1", -9, -1, 100)) == []
    assert shown(read_view(journal, "board", "v1", 269_001, 300_000, 100)) == []
    # Of readings that are too many, the newest are shown, and the view says that it is not complete.
    view = read_view(journal, "board", "v1", 0, 269_000, 1)
    assert view.is_partial
    assert shown(view)[-1] == readings[-1]
    assert {point.at_us for point in shown(view)} <= {1000 * n for n in range(270 - 64, 270)}
    summarize(journal)
    journal.close()


def test_no_more_segments_are_read_than_can_be_quickly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.journal.summaries.view._MOST_SEGMENTS", 20)
    with small_blocks():
        journal = made(tmp_path, *(steady(1, n) for n in range(160)))
        view = read_view(journal, "board", "v1", 0, 200_000, 1000)
        assert view.is_partial
        assert shown(view) == steady(160)[-20:]
        summarize(journal)
        view = read_view(journal, "board", "v1", 0, 200_000, 1000)
        assert not view.is_partial
        for first in range(0, 160, 4):
            block = [reading.number for reading in steady(4, first)]
            near = range(1000 * first, 1000 * (first + 4))
            left = [point.number for point in shown(view) if point.at_us in near]
            assert (min(left), max(left)) == (min(block), max(block))
        assert shown(read_view(journal, "board", "v1", 10_000, 20_000, 1000)) == steady(11, 10)
        journal.close()


def test_a_gap_is_seen_where_it_is(tmp_path: Path) -> None:
    """A block with a gap in it, which is wider than a column, shows what is on both sides of the gap."""
    with small_blocks():
        before, after = (
            steady(998),
            [reading._replace(at_us=reading.at_us + 60 * S) for reading in steady(2000, 998)],
        )
        journal = made(tmp_path, before, after)
        summarize(journal)
        view = read_view(journal, "board", "v1", 0, 63 * S, 20)
        times = [point.at_us for point in shown(view)]
        assert {before[-1].at_us, after[0].at_us} <= set(times)
        assert len(times) <= 80
        journal.close()


def test_a_view_tells_how_far_the_readings_reach(tmp_path: Path) -> None:
    with small_blocks():
        journal = made(tmp_path, steady(100, 50))
        assert read_view(journal, "board", "v1", 0, 0, 1)[1:] == (149_000, (50_000, 149_000), False)
        summarize(journal)
        assert read_view(journal, "board", "v1", 0, 0, 1).extent == (50_000, 149_000)
        journal.write([], [Run(1, 1, 100, Fate.FORWARDED)])
        pruner = Pruner(journal, 1, 1000)
        while not pruner.step():
            pass
        view = read_view(journal, "board", "v1", 0, 0, 1)
        assert view.extent == (50_000, 149_000)
        assert view.newest_us is None
        journal.close()
