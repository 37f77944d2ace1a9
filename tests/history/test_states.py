"""The texts of memory and journal together: no change is missing or doubled where the two meet."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.history import states
from app.history.readings import Readings
from app.history.states import Track
from app.journal.summaries.points import Points
from app.journal.summaries.states import StatesView, read_states
from app.journal.summaries.view import View
from app.wire.datastreams import Value
from app.wire.states import StateRow, during, state_rows
from tests.history.stage import Stage
from tests.journal.summaries.small import Reading, write
from tests.waiting import wait_until

S = 1_000_000
KEY = ("board", "v1")
Said = tuple[float, Value]


def rows(*readings: Said) -> list[StateRow]:
    return list(state_rows(readings))


def changes(found: list[StateRow]) -> list[tuple[float, str | None]]:
    """When which text began, which needs no rows of texts that came again."""
    return [(row.at_s, row.text) for row in found if row.changes]


def nothing(*_: object) -> Generator[Points, None, None]:
    yield from ()


class Texts(Stage):
    """A stage for texts."""

    def _made(self) -> Readings:
        return Readings(
            lambda *_: View(), nothing, self.errors.append, lambda: self.now_s, read_states=self._read
        )

    def _read(self, device: str, target: str, from_us: int, to_us: int, columns: int) -> StatesView:
        self.reads += 1
        return read_states(self.journal, device, target, from_us, to_us, columns)

    def say(self, *readings: Said, device: str = "board") -> None:
        came = [Reading(round(at_s * S), value) for at_s, value in readings]
        write(self.journal, came, device=device)
        times = np.array([reading.at_us for reading in came], np.int64)
        numbers = np.array([reading.number for reading in came])
        values = [value for _, value in readings] if np.isnan(numbers).any() else None
        self.readings.append(device, "v1", times, numbers, values)

    def shown(self, from_s: float, to_s: float, columns: int = 1000, device: str = "board") -> list[StateRow]:
        """What is shown when everything that was asked for is answered."""
        key = device, "v1"
        self.readings.states(*key, from_s, to_s, columns)
        wait_until(lambda: not self.readings._states._past.is_asked(key))
        return self.readings.states(*key, from_s, to_s, columns)


@contextmanager
def staged() -> Iterator[Texts]:
    with TemporaryDirectory() as folder:
        stage = Texts(Path(folder))
        try:
            yield stage
        finally:
            stage.close()


def test_what_memory_has_is_not_read_from_the_journal() -> None:
    with staged() as stage:
        stage.say((10, "on"), (20, "off"), (30, "on"))
        assert stage.readings.states(*KEY, 15, 40, 100) == rows((10, "on"), (20, "off"), (30, "on"))
        assert stage.readings.states(*KEY, 40, 15, 100) == []
        assert stage.reads == 0


def test_after_a_restart_the_texts_of_earlier_runs_are_there_and_go_on() -> None:
    with staged() as stage:
        stage.say((10, "on"), (20, "off"))
        stage.restart()
        before = stage.readings.revision(*KEY)
        assert stage.readings.states(*KEY, 0, 100, 1000) == []
        wait_until(lambda: stage.readings.revision(*KEY) != before)
        assert stage.readings.states(*KEY, 0, 100, 1000) == rows((10, "on"), (20, "off"))
        stage.say((30, "off"), (40, "on"))
        both = rows((10, "on"), (20, "off"), (30, "off"), (40, "on"))
        assert stage.shown(0, 100) == both
        assert stage.shown(25, 35) == both[1:3]
        assert stage.shown(35, 50)[0] == StateRow(30, "off", 1, 30)


def test_numbers_end_a_text_and_a_datastream_of_numbers_has_none() -> None:
    with staged() as stage:
        stage.readings.append("board", "v1.label", np.zeros(1, np.int64), np.full(1, np.nan), ["Room 12"])
        stage.say((1, 5.0), (2, 6.0))
        assert stage.readings._states._tracks == {}
        stage.say((3, (13.4, 52.5)))
        assert stage.readings._states._tracks == {}
        stage.say((4, "on"))
        stage.say((5, 7.0), (6, 8.0))
        assert changes(stage.shown(3.5, 9)) == [(4, "on"), (5, None)]


def test_of_a_text_that_comes_again_and_again_few_rows_are_kept() -> None:
    track = Track()
    times = [n / 100 for n in range(1000)]
    track.append(times, ["on"] * 1000)
    track.append([10.0, 10.01, 10.02], ["off", "off", "on"])
    found = track.during(0, 20)
    assert len(found) < 50
    assert changes(found) == [(0, "on"), (10, "off"), (10.02, "on")]
    assert found[-1].since_s == 10.02
    assert {row.since_s for row in found if row.at_s < 10} == {0}
    assert track.gone_s == -np.inf


def test_after_the_clock_was_set_back_later_texts_are_dropped() -> None:
    track = Track()
    track.append([1, 2, 3, 2.5, 2.6], ["a", "b", "c", "b", "d"])
    assert changes(track.during(0, 9)) == [(1, "a"), (2, "b"), (2.6, "d")]
    assert track.steps_back == 1
    track.append([0.5], ["e"])
    assert changes(track.during(0, 9)) == [(0.5, "e")]
    assert (track.steps_back, track.begin_s, Track().begin_s) == (2, 0.5, np.inf)
    # What was dropped before is in the future now, and is not waited for.
    track.append([*range(1, 10)], [*"abcdefghi"], most=4)
    assert track.gone_s == 5
    track.append([3], ["j"])
    assert track.gone_s == 3


def test_what_memory_has_dropped_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(states, "MOST_ROWS", 64)
    with staged() as stage:
        came = [(float(n), f"text {n}") for n in range(100)]
        stage.say(*came[:10])
        assert stage.shown(-5, 120) == rows(*came[:10])
        stage.say(*came[10:])
        # The answer of before is too old: from its end to what memory has, nothing is known.
        stage.readings.states(*KEY, -5, 120, 1000)
        assert stage.reads == 1
        found = stage.readings.states(*KEY, -5, 120, 1000)
        assert [row.text for row in found[:12]] == [*(f"text {n}" for n in range(10)), None, "text 36"]
        stage.now_s += 1.0
        assert changes(stage.shown(-5, 120)) == came
        assert stage.reads == 2


def test_until_the_journal_is_read_what_is_known_of_another_period_is_shown() -> None:
    with staged() as stage:
        stage.say((10, "on"), (20, "off"), (5000, "on"))
        stage.restart()
        assert changes(stage.shown(0, 30)) == [(10, "on"), (20, "off")]
        end_s = stage.readings._states._past.answers(KEY, 0)[0].request.end_s
        found = stage.readings.states(*KEY, 0, 4000, 1000)
        assert changes(found) == [(10, "on"), (20, "off"), (end_s, None)]
        assert changes(stage.shown(0, 6000)) == [(10, "on"), (20, "off"), (5000, "on")]


def test_deleted_renamed_and_rescued_devices() -> None:
    with staged() as stage:
        stage.say((10, "on"))
        stage.say((10, "other"), device="cellar")
        assert changes(stage.shown(0, 20)) == [(10, "on")]
        stage.readings.rename({"board": "cellar", "cellar": "board"})
        assert changes(stage.readings.states("board", "v1", 10, 20, 100)) == [(10, "other")]
        assert stage.readings._states._past.answers(KEY, 0) == []
        stage.readings.forget("cellar")
        assert stage.readings.states("cellar", "v1", 11, 20, 100) == []
        assert changes(stage.readings.states("board", "v1", 10, 20, 100)) == [(10, "other")]
        stage.shown(0, 20)
        stage.readings.read_again()
        assert stage.readings._states._past.answers(KEY, 0) == []


def test_many_datastreams_share_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(states, "_FULL_TARGETS", 1)
    made = Readings(lambda *_: View(), nothing, lambda _: None)
    texts = [str(n) for n in range(2 * states.MOST_ROWS)]
    times, none = np.arange(len(texts)) * S, np.full(len(texts), np.nan)
    for target in ("v1", "v2"):
        made.append("board", target, times, none, texts)
    kept = [len(made._states._tracks["board", target].during(0, 1e9)) for target in ("v1", "v2")]
    assert kept == [states.MOST_ROWS, states.MOST_ROWS // 2]


def check_changes(steps: list[tuple[int, Value]], cut: int, from_s: int, length_s: int) -> None:
    times = np.cumsum([step_s for step_s, _ in steps]).tolist()
    came = [(float(at_s), value) for at_s, (_, value) in zip(times, steps, strict=True)]
    with staged() as stage:
        for number, reading in enumerate(came):
            if number == cut:
                stage.restart()
            stage.say(reading)
        found = stage.shown(from_s, from_s + length_s, 10_000)
    wanted = during(rows(*came), from_s, from_s + length_s)
    distinct = len(set(times)) == len(times)
    if distinct:
        # What goes on at the left edge may have begun before a restart.
        assert changes(found)[1:] == changes(wanted)[1:] or changes(found) == changes(wanted)
        assert [row.text for row in found[:1]] == [row.text for row in wanted[:1]]


STEPS = st.lists(st.tuples(st.integers(0, 9), st.sampled_from(("a", "b", "c", 5.0))), min_size=1, max_size=40)
TIMES = st.integers(0, 200)


@settings(max_examples=8)
@given(STEPS, st.integers(0, 40), TIMES, TIMES)
def test_a_period_has_every_change(
    steps: list[tuple[int, Value]], cut: int, from_s: int, length_s: int
) -> None:
    check_changes(steps, cut, from_s, length_s)


@pytest.mark.long
@settings(max_examples=500)
@given(STEPS, st.integers(0, 40), TIMES, TIMES)
def test_many_periods_have_every_change(
    steps: list[tuple[int, Value]], cut: int, from_s: int, length_s: int
) -> None:
    check_changes(steps, cut, from_s, length_s)
