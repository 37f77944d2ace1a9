"""Any period shows the readings of journal and memory, none of them missing or doubled where the two meet."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.history import history
from app.history.calculation import Calculation
from app.history.readings import Readings
from app.journal import deleting
from app.journal.pruning import Pruner
from app.journal.steps import carry_out
from app.journal.summaries.period import read_period
from app.journal.summaries.points import Points
from app.journal.summaries.pruned import count_pruned
from app.journal.summaries.view import View, read_view
from app.wire.streams import Fate, Run
from tests.history.stage import Stage
from tests.journal.summaries.small import Reading, mark_clock, small_blocks, steady, summarize, write
from tests.journal.test_journal import opened
from tests.waiting import PATIENCE_S, wait_until

S = 1_000_000
BEGIN_US = 1_700_000_000 * S
Pairs = list[tuple[int, float]]


class Timeline(Stage):
    """A stage for numbers. Memory gets what is committed a little later."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.late: list[Reading] = []
        """What is committed, but not yet in memory."""

    def _made(self) -> Readings:
        return Readings(
            *(self._read, partial(read_period, self.journal), self.errors.append, lambda: self.now_s),
            count_pruned=partial(count_pruned, self.journal),
        )

    def _read(self, device: str, target: str, from_us: int, to_us: int, columns: int) -> View:
        self.reads += 1
        return read_view(self.journal, device, target, from_us, to_us, columns)

    def commit(self, *readings: Reading, late: bool = False) -> None:
        write(self.journal, readings)
        self.late += readings
        if not late:
            self.deliver()

    def deliver(self) -> None:
        if self.late:
            times = np.array([reading.at_us for reading in self.late], np.int64)
            self.readings.append("board", "v1", times, np.array([reading.number for reading in self.late]))
        self.late = []

    def window(self, from_us: int, to_us: int, columns: int = 1000) -> Pairs:
        times, numbers = self.readings.window("board", "v1", from_us / 1e6, to_us / 1e6, columns)
        return [
            (round(at_s * 1e6), value) for at_s, value in zip(times.tolist(), numbers.tolist(), strict=True)
        ]

    def settled(self, from_us: int, to_us: int, columns: int = 1000) -> Pairs:
        """The window when everything that it has asked for is answered."""
        self.window(from_us, to_us, columns)
        wait_until(lambda: not self.readings._past.is_asked(("board", "v1")))
        return self.window(from_us, to_us, columns)


@contextmanager
def staged() -> Iterator[Timeline]:
    with small_blocks(), TemporaryDirectory() as folder:
        stage = Timeline(Path(folder))
        try:
            yield stage
        finally:
            stage.close()


def at(second: float, value: float = 0.0) -> Reading:
    return Reading(BEGIN_US + round(second * S), value)


def rows(*readings: Reading) -> Pairs:
    return [(reading.at_us, reading.number) for reading in readings]


def test_a_calculation_knows_how_many_readings_were_pruned() -> None:
    wanted = Calculation((("board", "v1"),), BEGIN_US / S, BEGIN_US / S + 999, lambda found: found[0])
    with staged() as stage:
        for first in (0, 20, 200):
            stage.commit(*(at(first + n, n) for n in range(20)))
        stage.journal.write([], [Run(1, 1, 20, Fate.FORWARDED, "")])
        pruner = Pruner(stage.journal, 1, 1000)
        while pruner.step() == 0:
            pass
        wait_until(lambda: stage.readings.calculate(wanted) is not None)
        found = stage.readings.calculate(wanted)
        assert found
        assert (len(found.result.values), found.result.pruned) == (40, 20)


def test_after_a_restart_the_readings_of_the_journal_are_there() -> None:
    with staged() as stage:
        old, new = [at(n, n) for n in range(50)], [at(100 + n, n) for n in range(50)]
        stage.commit(*old)
        summarize(stage.journal)
        stage.restart()
        assert stage.window(BEGIN_US, BEGIN_US + 200 * S) == []
        before = stage.readings.count("board", "v1")
        wait_until(lambda: stage.readings.count("board", "v1") != before)
        assert stage.window(BEGIN_US, BEGIN_US + 200 * S) == rows(*old)
        stage.commit(*new)
        assert stage.window(BEGIN_US, BEGIN_US + 200 * S) == rows(*old, *new)
        assert stage.settled(BEGIN_US + 40 * S, BEGIN_US + 109 * S) == rows(*old[40:], *new[:10])


def test_what_memory_has_is_not_read_from_the_journal() -> None:
    with staged() as stage:
        stage.commit(*(at(n, n) for n in range(50)))
        assert stage.window(BEGIN_US + 1, BEGIN_US + 100 * S) == rows(*(at(n, n) for n in range(1, 50)))
        assert stage.window(BEGIN_US + 100 * S, BEGIN_US) == []
        assert stage.reads == 0
        assert stage.readings.recent("board", "v1", BEGIN_US / 1e6, BEGIN_US / 1e6 + 1)[1].tolist() == [0, 1]


def test_a_silent_board_costs_one_read() -> None:
    with staged() as stage:
        stage.commit(at(0, 5.0))
        stage.restart()
        for second in range(100):
            stage.now_s = second
            assert stage.settled(BEGIN_US - 10 * S, BEGIN_US + 500 * S) == rows(at(0, 5.0))
        stage.commit(at(100, 6.0))
        for second in range(100, 200):
            stage.now_s = second
            assert len(stage.settled(BEGIN_US - 10 * S, BEGIN_US + 500 * S)) == 2
        assert stage.reads == 1


def test_what_memory_has_too_coarsely_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once the single points are gone, the journal gives what the buckets of memory do not."""
    monkeypatch.setattr(history, "FINE_POINTS", 64)
    with staged() as stage:
        readings = [at(n / 1000, float(n * 37 % 101)) for n in range(5000)]
        period = BEGIN_US + S, BEGIN_US + S + S // 10
        for first in range(0, 1200, 50):
            stage.commit(*readings[first : first + 50])
        assert stage.settled(*period) == rows(*readings[1000:1101])
        for first in range(1200, 5000, 50):
            stage.commit(*readings[first : first + 50])
        stage.now_s = 5.0
        assert stage.settled(*period) == rows(*readings[1000:1101])
        assert stage.reads > 0
        # A wider view that ends with the newest reading.
        found = stage.settled(BEGIN_US, BEGIN_US + 5 * S, 10_000)
        assert set(found) >= set(rows(*readings[:4000]))
        assert [at_us for at_us, _ in found] == sorted(at_us for at_us, _ in found)


def test_after_the_clock_was_set_back_both_passes_are_there() -> None:
    with staged() as stage:
        first = [at(n, 1.0) for n in range(20)]
        stage.commit(*first)
        stage.restart()
        assert len(stage.settled(BEGIN_US - 9 * S, BEGIN_US + 60 * S)) == 20
        second = [at(n + 0.5, 2.0) for n in range(5, 30)]
        mark_clock(stage.journal, second[0].at_us, -15 * S)
        stage.commit(*second)
        third = [at(n + 0.7, 3.0) for n in range(10, 40)]
        stage.now_s = 2.0
        stage.settled(BEGIN_US - 9 * S, BEGIN_US + 60 * S)
        mark_clock(stage.journal, third[0].at_us, -20 * S)
        stage.commit(*third)
        found = stage.settled(BEGIN_US - 9 * S, BEGIN_US + 60 * S)
        # Memory has the newest pass; the journal gives what was before it.
        assert found == sorted(found, key=lambda row: row[0])
        assert set(rows(*third)) <= set(found)
        assert set(rows(*first[:10])) <= set(found)


def test_an_earlier_run_in_the_future_hides_nothing() -> None:
    """The computer's clock was wrong yesterday."""
    with staged() as stage:
        future = [at(1000 + n, 1.0) for n in range(5)]
        stage.commit(*future)
        stage.restart()
        now = [at(n, 2.0) for n in range(5)]
        assert stage.settled(BEGIN_US - S, BEGIN_US + 2000 * S) == rows(*future)
        mark_clock(stage.journal, now[0].at_us, -1000 * S)
        stage.commit(*now)
        assert stage.settled(BEGIN_US - S, BEGIN_US + 2000 * S) == rows(*now, *future)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(("commit", "late", "deliver", "restart", "summarize", "look")),
            st.lists(st.sampled_from((0, 1, 1000, 700_000)), min_size=1, max_size=30),
        ),
        min_size=2,
        max_size=12,
    ),
    st.data(),
)
def test_no_reading_is_missing_or_doubled(acts: list[tuple[str, list[int]]], data: st.DataObject) -> None:
    with staged() as stage:
        at_us = BEGIN_US
        written: list[Reading] = []
        for act, gaps in acts:
            match act:
                case "deliver":
                    stage.deliver()
                case "restart":
                    stage.deliver()
                    stage.restart()
                case "summarize":
                    summarize(stage.journal)
                case "look":
                    stage.settled(BEGIN_US - 1, at_us)
                case _:
                    new: list[Reading] = []
                    for gap in gaps:
                        at_us += gap
                        new.append(Reading(at_us, float(len(written) + len(new))))
                    written += new
                    stage.commit(*new, late=act == "late")
            stage.now_s += data.draw(st.sampled_from((0.0, 2.0)))
        low = data.draw(st.integers(-1, at_us - BEGIN_US))
        high = data.draw(st.integers(low, at_us - BEGIN_US + S))
        stage.now_s += 2.0
        found = stage.settled(BEGIN_US + low, BEGIN_US + high, 100_000)
        stage.now_s += 2.0
        found = stage.settled(BEGIN_US + low, BEGIN_US + high, 100_000)
        inside = [reading for reading in written if low <= reading.at_us - BEGIN_US <= high]
        seen = rows(*inside)
        if stage.late:
            # What was committed after the last look is in memory a moment later.
            stage.deliver()
            found = stage.settled(BEGIN_US + low, BEGIN_US + high, 100_000)
        assert sorted(found) == sorted(seen)


def test_the_extent_is_that_of_journal_and_memory() -> None:
    with staged() as stage:
        assert stage.readings.extent("board", "v1") is None
        wait_until(lambda: stage.readings.count("board", "v1"))
        assert stage.readings.extent("board", "v1") is None
        stage.commit(at(5), at(9))
        assert stage.readings.extent("board", "v1") == (BEGIN_US / 1e6 + 5, BEGIN_US / 1e6 + 9)
        stage.restart()
        stage.readings.extent("board", "v1")
        wait_until(lambda: stage.readings.extent("board", "v1") is not None)
        assert stage.readings.extent("board", "v1") == (BEGIN_US / 1e6 + 5, BEGIN_US / 1e6 + 9)
        stage.commit(at(20), Reading(BEGIN_US + 30 * S, "calm"))
        assert stage.readings.extent("board", "v1") == (BEGIN_US / 1e6 + 5, BEGIN_US / 1e6 + 30)
        assert stage.reads == 2


def test_it_tells_whether_something_is_still_coming(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.journal.summaries.view._MOST_SEGMENTS", 10)
    with staged() as stage:
        assert not stage.readings.is_waiting("board", "v1")
        for reading in steady(50):
            stage.commit(reading)
        stage.restart()
        assert len(stage.settled(0, S)) == 10
        assert stage.readings.is_waiting("board", "v1")
        summarize(stage.journal)
        assert len(stage.settled(0, S)) == 10  # It is too early to look again.
        stage.now_s = 2.0
        assert len(stage.settled(0, S)) >= 40
        assert not stage.readings.is_waiting("board", "v1")


def test_the_count_changes_with_each_change_and_never_back() -> None:
    with staged() as stage:
        seen = [stage.readings.count("board", "v1")]

        def is_new() -> bool:
            seen.append(stage.readings.count("board", "v1"))
            return seen[-1] not in seen[:-1]

        stage.commit(at(1))
        assert is_new()
        assert not is_new()
        stage.readings.rename({"board": "hall"})
        assert is_new()
        assert stage.readings.count("hall", "v1") not in (0, *seen)
        stage.readings.rename({"hall": "board"})
        assert is_new()
        stage.readings.forget("board")
        assert is_new()
        stage.readings.read_again()
        assert is_new()
        stage.readings.forget("other")
        assert not is_new()


def test_deleted_readings_are_gone_from_what_was_read() -> None:
    with staged() as stage:
        stage.commit(at(1), at(2))
        stage.restart()
        assert len(stage.settled(BEGIN_US, BEGIN_US + 9 * S)) == 2
        carry_out(deleting.delete_data(stage.journal, "board"))
        stage.readings.forget("board")
        assert stage.window(BEGIN_US, BEGIN_US + 9 * S) == []
        assert stage.settled(BEGIN_US, BEGIN_US + 9 * S) == []
        assert stage.readings.extent("board", "v1") is None


def test_the_readings_of_a_renamed_device_are_under_its_new_name() -> None:
    with staged() as stage:
        stage.commit(at(1))
        stage.restart()
        assert len(stage.settled(BEGIN_US, BEGIN_US + 9 * S)) == 1
        stage.commit(at(2))
        stage.readings.rename({"board": "hall"})
        times, _ = stage.readings.window("hall", "v1", BEGIN_US / 1e6 + 2, BEGIN_US / 1e6 + 9, 100)
        assert times.tolist() == [BEGIN_US / 1e6 + 2]
        assert stage.readings._past.answers(("board", "v1"), 0) == []


def test_what_was_read_is_shown_until_the_rest_is_there() -> None:
    with staged() as stage:
        readings = [at(n, n) for n in range(20_000)]
        stage.commit(*readings)
        summarize(stage.journal)
        stage.restart()
        stage.settled(BEGIN_US, BEGIN_US + 20_000 * S, 100)
        # Zoomed in, the same points stand for it at first.
        zoomed = BEGIN_US + 1000 * S, BEGIN_US + 1200 * S
        coarse = stage.window(*zoomed)
        assert coarse
        assert set(coarse) < set(rows(*readings[1000:1201]))
        assert stage.settled(*zoomed) == rows(*readings[1000:1201])
        stage.readings.stop(PATIENCE_S)
        assert stage.window(*zoomed) == rows(*readings[1000:1201])


def test_what_was_read_of_another_period_hides_nothing() -> None:
    with staged() as stage:
        stage.commit(*(at(n, 1.0) for n in range(10)))
        stage.restart()
        recent = [at(100 + n, 2.0) for n in range(50)]
        stage.commit(*recent)
        stage.settled(BEGIN_US + 99 * S, BEGIN_US + 140 * S, 100_000)
        wide = stage.window(BEGIN_US - 9000 * S, BEGIN_US + 200 * S, 100)
        assert set(rows(*recent)) <= set(wide)


def no_period(_device: str, _target: str, _from_us: int, _to_us: int) -> Generator[Points, None, None]:
    yield from ()


def test_nobody_waits_for_the_journal(tmp_path: Path) -> None:
    gate = threading.Event()
    journal = opened(tmp_path / "j.db")

    def read(device: str, target: str, from_us: int, to_us: int, columns: int) -> View:
        assert gate.wait(PATIENCE_S)
        return read_view(journal, device, target, from_us, to_us, columns)

    timeline = Readings(read, no_period, print)
    for _ in range(3):
        assert timeline.window("board", "v1", 0.0, 9.0, 100)[0].tolist() == []
    assert timeline.is_waiting("board", "v1")
    gate.set()
    assert timeline.stop(PATIENCE_S)
    journal.close()


def test_whoever_watches_is_told_of_each_change_and_nobody_else() -> None:
    with staged() as stage:
        told: list[str] = []
        stage.readings.watch(lambda: told.append("first"))
        stage.commit(at(5))
        assert told == ["first"]
        stage.readings.watch(lambda: told.append("second"))
        stage.commit(at(6))
        assert told == ["first", "second"]
        stage.readings.read_again()
        assert told == ["first", "second", "second"]
