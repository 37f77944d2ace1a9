"""`python -m tests.benchmarks NAME [--seconds S] [--json]`: figures as ratios to a limit of the same run."""

from __future__ import annotations

import argparse
import json

from tests.benchmarks import road

BENCHMARKS = {"throughput": road.throughput, "durable": road.durable}


def main() -> None:
    """Run one benchmark, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("name", choices=[*BENCHMARKS, "all"])
    parser.add_argument("--seconds", type=float, default=10.0, help="how long each measurement lasts")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    names = list(BENCHMARKS) if chosen.name == "all" else [chosen.name]
    for name in names:
        figures = BENCHMARKS[name](chosen.seconds)
        if chosen.json:
            print(json.dumps({"benchmark": name, **figures}))
        else:
            print(name)
            for key, figure in figures.items():
                print(f"  {key:40} {figure:>14,.3f}")


main()
