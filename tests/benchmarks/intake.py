"""Benchmarks of the way from boards to the journal: throughput, cost, and the time until a line is durable.

Every benchmark checks that no line is lost: all lines that the generator sent must be in the journal.
"""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from unittest import mock

import numpy as np

from app.bench.bench import Bench
from app.config.bench_file import BenchConfig
from app.journal.journal import Written
from app.journal.summaries.summarizer import Summarizer
from app.wire.batches import Intake
from app.wire.readings import Grammar
from tests.benchmarks import rivals
from tests.benchmarks.boards import Meter, bench_of, boards, wait_for, wait_until_open
from tests.benchmarks.figures import Figure
from tests.benchmarks.paced import watching

_RIVAL_S = 3.0
_LONE_PER_S = 20.0


def throughput(seconds: float) -> list[Figure]:
    """Measure lines per second from a pty to the journal and the history of plots, without a window."""
    with boards(1) as ptys:
        raw = rivals.read_and_split(ptys, min(seconds, _RIVAL_S))
    with boards(1) as ptys:
        own = rivals.readline(ptys, min(seconds, _RIVAL_S))
    with boards(1) as ptys:
        regex = rivals.readline(ptys, min(seconds, _RIVAL_S), commits=False)
    bridged, alone = _bridged(seconds)
    return [
        Figure("pty to journal, no window", bridged, "lines/s", at_least=700_000),
        Figure("the same per second of processor time", alone, "lines"),
        Figure("the limit: os.read and split", raw, "lines/s"),
        Figure("share of the limit", bridged / raw, ""),
        Figure("parsing only, from memory", _parsed(seconds), "lines/s"),
        Figure("readline and a regex", regex, "lines/s"),
        Figure("readline, a regex, a commit a line", own, "lines/s"),
        Figure("times as fast as readline and a regex", bridged / regex, "×"),
        Figure("times as fast as with a commit a line", bridged / own, "×"),
    ]


def _bridged(seconds: float) -> tuple[float, float]:
    """Measure lines per second from a pty to the journal, and lines per second of processor time."""
    with (
        tempfile.TemporaryDirectory() as folder,
        boards(1) as ptys,
        bench_of(Path(folder), ptys.ports) as bench,
    ):
        bench.start()
        wait_until_open(bench)
        meter = Meter()
        ptys.speak(seconds)
        sent = ptys.said()
        wait_for(bench, sent.lines)
        return sent.lines / meter.wall_s, sent.lines / meter.cpu_s


def summaries(seconds: float, turns: int = 5) -> list[Figure]:
    """Measure what the summaries cost: the throughput with them, compared with that without, in turns."""
    rates: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
    for _ in range(turns):
        rates[True].append(_bridged(seconds / (2 * turns)))
        with mock.patch.object(Summarizer, "step", return_value=False):
            rates[False].append(_bridged(seconds / (2 * turns)))
    (with_rate, with_alone), (rate, alone) = (np.median(rates[key], axis=0).tolist() for key in (True, False))
    return [
        Figure("pty to journal, with summaries", with_rate, "lines/s"),
        Figure("the same without summaries", rate, "lines/s"),
        Figure("share of the throughput that is left", with_rate / rate, "", at_least=0.9),
        Figure("the same per second of processor time", with_alone / alone, ""),
    ]


def _parsed(seconds: float) -> float:
    """Measure lines per second of parsing only, from memory into batches."""
    block = b"".join(b"v%d=%d.25\r\n" % (n % 8, 1000 + n) for n in range(8000))
    intake = Intake(Grammar())
    intake.feed(block, 0)
    done, started_s = 0, time.perf_counter()
    while (elapsed_s := time.perf_counter() - started_s) < min(seconds, _RIVAL_S):
        done += intake.feed(block, 0).counts.lines
    return done / elapsed_s


def window(seconds: float) -> list[Figure]:
    """Measure lines per second from a pty to the journal, with the window open."""
    from tests.benchmarks.window import window_on

    with (
        tempfile.TemporaryDirectory() as folder,
        boards(1) as ptys,
        bench_of(Path(folder), ptys.ports) as bench,
        window_on(bench) as shown,
    ):
        wait_until_open(bench)
        ptys.speak(seconds)
        shown.run_until(lambda: shown.painted >= 3)
        painted, meter = shown.painted, Meter()
        readings = bench.status().devices[0].counts.readings
        shown.run_until(lambda: not ptys.speaking)
        frames = (shown.painted - painted) / meter.wall_s
        readings = bench.status().devices[0].counts.readings - readings
        rate, alone = readings / meter.wall_s, readings / meter.cpu_s
        wait_for(bench, ptys.said().lines)
    return [
        Figure("pty to journal, the window open", rate, "lines/s", at_least=400_000),
        Figure("the same per second of processor time", alone, "lines"),
        Figure("painted meanwhile", frames, "frames/s", at_least=30),
    ]


class _Timed(Bench):
    """A bench that records when each reading became durable."""

    def __init__(self, config: BenchConfig, tokens: Mapping[str, str]) -> None:
        super().__init__(config, tokens)
        self.durable_at_s: list[float] = []

    def _on_commit(self, written: list[Written]) -> None:
        self.durable_at_s += [time.monotonic()] * sum(len(columns.ids) for _, columns in written)
        super()._on_commit(written)


def durable(seconds: float) -> list[Figure]:
    """Measure how long a single line takes until it is durable, compared with a bare SQLite commit."""
    with tempfile.TemporaryDirectory() as folder:
        bare = _bare_commits(Path(folder) / "bare.db", seconds / 3)
    lone = _lone_lines(seconds / 3, shows=False)
    shown = _lone_lines(seconds / 3, shows=True)
    return [
        Figure("a bare SQLite commit, median", _quantile(bare, 0.5), "ms"),
        Figure("a lone line durable, median", _quantile(lone, 0.5), "ms"),
        Figure("the same in bare commits", _quantile(lone, 0.5) / _quantile(bare, 0.5), "×", at_most=5),
        Figure("a lone line durable, the window open, median", _quantile(shown, 0.5), "ms"),
        Figure("the same in bare commits", _quantile(shown, 0.5) / _quantile(bare, 0.5), "×", at_most=5),
        Figure(
            "a lone line durable, the window open, 99th percentile", _quantile(shown, 0.99), "ms", at_most=20
        ),
    ]


def _quantile(took_ms: list[float], part: float) -> float:
    return sorted(took_ms)[int(len(took_ms) * part)]


def _bare_commits(path: Path, seconds: float) -> list[float]:
    table = sqlite3.connect(path, isolation_level=None)
    table.execute("PRAGMA journal_mode = WAL")
    table.execute("PRAGMA synchronous = FULL")
    table.execute("CREATE TABLE reading (value)")
    took_ms = []
    ends_s = time.perf_counter() + seconds
    while (started_s := time.perf_counter()) < ends_s:
        table.execute("INSERT INTO reading VALUES (1)")
        took_ms.append((time.perf_counter() - started_s) * 1e3)
        time.sleep(1 / _LONE_PER_S)
    table.close()
    return took_ms


def _lone_lines(seconds: float, *, shows: bool) -> list[float]:
    """Let a board send single lines; return the milliseconds from each write to the end of its commit."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ptys = stack.enter_context(boards(1))
        bench = stack.enter_context(bench_of(folder, ptys.ports, _Timed))
        assert isinstance(bench, _Timed)
        watch = stack.enter_context(watching(bench, shows=shows))
        wait_until_open(bench)
        ptys.speak(seconds, -_LONE_PER_S)
        while ptys.speaking:
            watch.wait(min(0.5, seconds / 10))
        sent = ptys.said()
        wait_for(bench, sent.lines)
        return [(done - at) * 1e3 for done, at in zip(bench.durable_at_s, sent.at_s, strict=True)]
