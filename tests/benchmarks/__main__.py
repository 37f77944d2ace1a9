"""`python -m tests.benchmarks NAME [--seconds S] [--json]`: each figure beside its limit, from one run."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable

from tests.benchmarks import delivery, rivals, road, start
from tests.benchmarks.figures import Figure, as_json, table

BENCHMARKS: dict[str, tuple[Callable[[float], list[Figure]], float]] = {
    "throughput": (road.throughput, 30),
    "window": (road.window, 30),
    "boards8": (road.boards8, 30),
    "boards4": (road.boards4, 600),
    "durable": (road.durable, 30),
    "lone_line": (delivery.lone_line, 20),
    "drain": (delivery.drain, 20),
    "sets": (delivery.sets, 10),
    "far": (delivery.far, 10),
    "backlog": (delivery.backlog, 10),
    "requests": (rivals.requests_get, 6),
    "start": (start.start, 30),
}
"""Each with the seconds that the project asks for."""


def main() -> None:
    """Run one benchmark, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("name", choices=[*BENCHMARKS, "all"])
    parser.add_argument(
        "--seconds", type=float, help="how long a measurement lasts, in place of its own time"
    )
    parser.add_argument("--json", action="store_true", help="one object a benchmark, on a line of its own")
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
