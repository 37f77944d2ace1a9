"""Benchmarks of the time from a line on the wire to its arrival at the server, at each rate.

The forwarding is unpaced, with one call for each line, on eight pins. Beyond the highest rate of the sweep,
the rate at which calls saturate is measured, as a share of that of a bare `requests` session.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from app.bench.bench import Bench
from app.config.loading import parse
from tests.benchmarks.boards import Meter, boards, wait_until_open
from tests.benchmarks.delivery import Sink, bare_ms, session_per_s, sink
from tests.benchmarks.figures import Figure
from tests.waiting import wait_until

SWEEP: Mapping[int, Sequence[float]] = {1: (1, 5, 20, 50, 100, 200, 500), 4: (1, 10, 30, 50)}
"""The lines a second of each board, by the number of boards."""
_FEWEST_LINES = 200
"""How many lines are measured at least, so that the 99th percentile is more than the worst of a few."""
_SATURATING_PER_S = 10_000.0


def lone_line(seconds: float, sweep: Mapping[int, Sequence[float]] = SWEEP) -> list[Figure]:
    """Measure how long lines take from the pty to the server at each rate, and where calls saturate.

    Each rate is measured for `seconds`; slow rates for longer, up to 20 times as long.
    """
    with sink() as server:
        bare = _Times.of(bare_ms(server, seconds))
        figures = [
            Figure("a bare request, median", bare.median, "ms"),
            Figure("a bare request, 99th percentile", bare.percentile_99, "ms"),
        ]
        for count, rates in sweep.items():
            for per_s in rates:
                lasts_s = min(max(seconds, _FEWEST_LINES / (count * per_s)), 20 * seconds)
                took, percent = _took(server, count, per_s, lasts_s)
                what = f"{count} × {per_s} lines/s"
                figures += [
                    Figure(f"{what}, median", took.median, "ms", at_most=5),
                    Figure(f"{what}, 99th percentile", took.percentile_99, "ms", at_most=25),
                    Figure(f"{what}, processor", percent, "% of a core"),
                ]
        before = session_per_s(server, seconds / 2)
        saturated = _saturated_per_s(server, seconds)
        session = (before + session_per_s(server, seconds / 2)) / 2
    return [
        *figures,
        Figure("saturates at", saturated, "lines/s"),
        Figure("the same to a bare requests session", saturated / session, "×"),
    ]


class _Times(NamedTuple):
    median: float
    percentile_99: float

    @classmethod
    def of(cls, took_ms: list[float]) -> _Times:
        in_order = sorted(took_ms)
        return cls(in_order[len(in_order) // 2], in_order[int(len(in_order) * 0.99)])


def _took(server: Sink, count: int, per_s: float, seconds: float) -> tuple[_Times, float]:
    """Let `count` boards send `per_s` lines a second each.

    Returns how long the lines took to the server, and the processor time of the bench in % of a core.
    """
    with ExitStack() as stack:
        ptys = stack.enter_context(boards(count))
        bench = _forwarding(stack, ptys.ports, server)
        server.came()
        meter = Meter()
        ptys.speak(seconds, -per_s)
        while ptys.speaking:
            time.sleep(0.1)
        percent = meter.percent()
        sent = ptys.said()
        wait_until(lambda: all(device.counts.forwarded >= sent.lines for device in bench.status().devices))
        took_ms = [(came_s - sent.at_s[int(value)]) * 1e3 for came_s, value in server.came()]
    assert len(took_ms) == count * sent.lines
    return _Times.of(took_ms), percent


def _saturated_per_s(server: Sink, seconds: float) -> float:
    """Let a board send faster than calls can, and return how many calls a second arrive meanwhile."""
    with ExitStack() as stack:
        ptys = stack.enter_context(boards(1))
        _forwarding(stack, ptys.ports, server)
        ptys.speak(seconds, _SATURATING_PER_S)
        while ptys.speaking:
            time.sleep(0.1)
        came_s = server.came_s()
    return (len(came_s) - 1) / (came_s[-1] - came_s[0])


def _forwarding(stack: ExitStack, ports: list[str], server: Sink) -> Bench:
    """Start a bench with a device for each port, which forwards unpaced; `stack` stops it."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    devices = "".join(
        f'[[device]]\nname = "board {number}"\nport = "{port}"\nserver = "{server.url}"\n'
        'auth_token = "env:PINBRIDGE_T"\nrequests_per_s = 0\n'
        for number, port in enumerate(ports, 1)
    )
    config = parse(f'[bench]\njournal = "b.db"\n{devices}'.encode(), "b.toml", folder)
    bench = Bench(config, {device.name: "token" for device in config.device})
    stack.callback(bench.stop)
    bench.start()
    wait_until_open(bench)
    return bench
