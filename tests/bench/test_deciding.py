"""A decision about many readings tells its progress, can be cancelled, and ends with its bench."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.bench.bench import Bench, BenchError
from app.bench.status import JournalCounts
from app.config.loading import parse
from app.journal import decisions, deleting, steps
from app.journal.journal import Journal
from app.wire.streams import Fate
from tests.benchmarks.large_journal import make

READINGS = 800


class Gate:
    """Stops a decision after one of its steps, in its own thread, until the test opens the gate."""

    def __init__(self, after: int) -> None:
        self._after = after
        self.told: list[tuple[int, int]] = []
        self.is_there = threading.Event()
        self.open = threading.Event()

    def __call__(self, done: int, total: int) -> None:
        self.told.append((done, total))
        if len(self.told) == self._after:
            self.is_there.set()
            assert self.open.wait(60)


class CancelledError(Exception):
    """Raised by the progress of a decision that is cancelled."""


@pytest.fixture(autouse=True)
def _small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "_STEP_S", 0.0)
    monkeypatch.setattr(decisions, "_RUNS_IN_PART", 5)
    monkeypatch.setattr(deleting, "_SEGMENTS_IN_PART", 5)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A running bench whose journal has 800 readings, half of which are refused."""
    make(tmp_path / "b.db", READINGS, 1, 1, (Fate.REFUSED, Fate.PENDING))
    text = '[bench]\njournal = "b.db"\n[[device]]\nname = "board"\nport = "/dev/none"\n'
    bench = Bench(parse(text.encode(), "b.toml", tmp_path), {})
    bench.start()
    yield bench
    bench.stop()


def counts(bench: Bench) -> JournalCounts:
    return bench.status().devices[0].counts


def test_each_step_tells_how_much_is_decided(bench: Bench) -> None:
    gate = Gate(after=0)
    assert bench.discard_refused("board", progress=gate) == READINGS // 2
    assert gate.told[0] == (0, READINGS // 2)
    assert gate.told[-1] == (READINGS // 2, READINGS // 2)
    assert len(gate.told) > 20
    assert gate.told == sorted(gate.told)


def test_an_exception_of_the_progress_cancels_the_rest(bench: Bench, tmp_path: Path) -> None:
    def cancel(done: int, _total: int) -> None:
        if done >= 100:
            raise CancelledError

    with pytest.raises(CancelledError):
        bench.delete_data("board", cancel)
    device = bench.status().devices[0]
    assert 100 <= READINGS - device.kept < READINGS
    assert device.counts.readings == READINGS
    assert device.counts.refused + device.counts.expired + device.counts.pending == READINGS
    kept = device.kept
    bench.stop()
    journal = Journal(tmp_path / "b.db")
    assert sum(stream.kept for stream in journal.streams("board")) == kept
    journal.close()


def test_while_a_decision_waits_readings_are_journalled_and_other_decisions_are_made(bench: Bench) -> None:
    gate = Gate(after=3)
    thread = threading.Thread(target=bench.delete_data, args=("board", gate))
    thread.start()
    assert gate.is_there.wait(60)
    assert bench._writer.flush(60)
    assert bench.discard_refused("board", "v8") > 0
    gate.open.set()
    thread.join(60)
    assert bench.status().devices[0].kept == 0
    balance = counts(bench)
    assert balance.refused + balance.expired == balance.readings == READINGS


def test_the_end_of_the_bench_interrupts_a_decision_after_a_step(bench: Bench, tmp_path: Path) -> None:
    gate = Gate(after=4)
    errors: list[BenchError] = []

    def decide() -> None:
        with pytest.raises(BenchError) as caught:
            bench.delete_data("board", gate)
        errors.append(caught.value)

    thread = threading.Thread(target=decide)
    thread.start()
    assert gate.is_there.wait(60)
    ending = threading.Thread(target=bench._deciding.end, args=(60,))
    ending.start()
    gate.open.set()
    ending.join(60)
    thread.join(60)
    assert str(errors[0]) == (
        'device "board": the journal could not be changed: the bench was disconnected; what is done stays.'
    )
    bench.stop()
    # Nothing more can be decided.
    with pytest.raises(BenchError):
        bench.discard("board")
    done = gate.told[3][0]
    journal = Journal(tmp_path / "b.db")
    kept = sum(stream.kept for stream in journal.streams("board"))
    assert READINGS - kept >= done > 0
    journal.close()
