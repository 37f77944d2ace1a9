"""`python -m tests.benchmarks NAME [--seconds S] [--json]`: prints measured figures with their limits."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable

from tests.benchmarks import (
    classroom,
    console,
    deciding,
    delivery,
    dense,
    holds,
    intake,
    latency,
    paced,
    rivals,
    start,
    views,
)
from tests.benchmarks.figures import Figure, as_json, table

BENCHMARKS: dict[str, tuple[Callable[[float], list[Figure]], float]] = {
    "throughput": (intake.throughput, 30),
    "window": (intake.window, 30),
    "boards8": (paced.boards8, 30),
    "boards4": (paced.boards4, 600),
    "durable": (intake.durable, 30),
    "lone_line": (latency.lone_line, 10),
    "drain": (delivery.drain, 20),
    "sets": (delivery.sets, 10),
    "far": (delivery.far, 10),
    "backlog": (delivery.backlog, 10),
    "console": (console.console, 20),
    "deciding": (deciding.deciding, 10),
    "summaries": (intake.summaries, 60),
    "views": (views.views, 10),
    "requests": (rivals.requests_get, 6),
    "dense": (dense.dense, 10),
    "classroom": (classroom.classroom, 10),
    "holds": (holds.holds, 10),
    "start": (start.start, 30),
}
"""The function of each benchmark, and how many seconds it must run for its limits to be fair."""


def main() -> None:
    """Run the benchmark that the command line names, or all, and print the figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("name", choices=[*BENCHMARKS, "all"])
    parser.add_argument(
        "--seconds", type=float, help="how long to measure, instead of the benchmark's own time"
    )
    parser.add_argument("--json", action="store_true", help="print a line with a JSON object per benchmark")
    chosen = parser.parse_args()
    for name in BENCHMARKS if chosen.name == "all" else [chosen.name]:
        measure, seconds = BENCHMARKS[name]
        started_s = time.monotonic()
        figures = measure(chosen.seconds or seconds)
        if chosen.json:
            print(json.dumps(as_json(name, figures)), flush=True)
        else:
            print(f"{name} ({time.monotonic() - started_s:.0f} s)\n{table(figures)}\n", flush=True)
            sys.stdout.flush()


main()
