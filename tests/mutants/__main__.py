"""`python -m tests.mutants MODULE... [--seed S] [-n N]` finds the mutants of a module that no test notices.

It exits with 1 if a mutant survives that is not listed as equivalent, or if an entry of that list is stale.
"""

from __future__ import annotations

import argparse
import queue
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from tests.mutants import equivalents, guards, operators
from tests.mutants.source import Mutant, Source
from tests.mutants.trial import GuardsError, Stage, Trial

ROOT = Path(__file__).parents[2]


def check(root: Path, options: argparse.Namespace, module: str) -> bool:
    """Try a module's mutants and print the results.

    Returns False if a mutant survived that is not listed as equivalent, or if an entry of the list is stale.
    """
    path = f"{module.replace('.', '/')}.py"
    source = Source(path, (root / path).read_text(encoding="utf-8"))
    every = operators.mutants(source)
    drawn = operators.drawn(every, options.n, options.seed)
    if not drawn:
        print(f"{module}: has no mutants")
        return True
    entries = equivalents.by_module(options.equivalents).get(module, [])
    listed: list[Mutant] = []
    survived: list[Mutant] = []
    killed = 0
    for number, (mutant, noticed_by) in enumerate(_tried(root, source, drawn, options), 1):
        is_listed = any(entry.is_of(mutant) for entry in entries)
        place = f"[{number}/{len(drawn)}] {path}:{source.line(mutant.start)} {mutant.operator}"
        if noticed_by:
            killed += 1
            note = " (listed as equivalent: remove the entry)" if is_listed else ""
            print(f"{place}: killed by {noticed_by}{note}", flush=True)
        else:
            (listed if is_listed else survived).append(mutant)
            print(f"{place}: {'equivalent' if is_listed else 'SURVIVED'}", flush=True)
    for mutant in survived:
        print(f"\nsurvived: {mutant.operator}\n{mutant.diff}")
    stale = equivalents.stale(entries, every)
    for entry in stale:
        print(f"\nstale in {options.equivalents.name}: no mutant has these lines\n{entry.diff.strip()}")
    rate = round(100 * killed / max(1, len(drawn) - len(listed)))
    print(
        f"\n{module}: {len(drawn)} mutants, {killed} killed, {len(listed)} equivalent (listed),"
        f" {len(survived)} survived: {rate} %"
        f" ({len(entries)} of the module's {len(every)} are listed as equivalent)",
        flush=True,
    )
    return not survived and not stale


def _tried(
    root: Path, source: Source, drawn: list[Mutant], options: argparse.Namespace
) -> Iterator[tuple[Mutant, str]]:
    """Try the mutants in order; yield each with the test that noticed it, or with "" if none did."""
    module = source.path.removesuffix(".py").replace("/", ".")
    stages = [Stage(files) for files in guards.stages(root, module)]
    if options.whole:
        stages.append(Stage(list(guards.WHOLE)))
    trials: queue.SimpleQueue[Trial] = queue.SimpleQueue()
    with ExitStack() as stack:
        first = stack.enter_context(Trial(root, source.path, stages))
        for stage in stages:
            print(f"guarded by {' '.join(stage.files)} ({first.prove(stage):.0f} s)", flush=True)
        first.prove_use()
        trials.put(first)
        for _ in range(options.jobs - 1):
            trials.put(stack.enter_context(first.another()))

        def noticed_by(mutant: Mutant) -> str:
            trial = trials.get()
            try:
                return trial.noticed_by(mutant)
            finally:
                trials.put(trial)

        pool = stack.enter_context(ThreadPoolExecutor(options.jobs))
        yield from zip(drawn, pool.map(noticed_by, drawn), strict=True)


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Run the command and return the exit status."""
    parser = argparse.ArgumentParser("python -m tests.mutants", description=__doc__)
    parser.add_argument(
        "modules", nargs="+", metavar="MODULE", help="app.cloud.plan.plan or app/cloud/plan/plan.py"
    )
    parser.add_argument("--seed", type=int, default=0, help="the seed for the draw of -n")
    parser.add_argument("-n", type=int, help="how many mutants of each module to draw (default: all)")
    parser.add_argument("--jobs", type=int, default=1, help="how many to try at once, each in its own copy")
    parser.add_argument(
        "--whole", action="store_true", help="run the whole suite on each survivor, which takes minutes"
    )
    parser.add_argument(
        "--equivalents", type=Path, default=equivalents.FILE, help="another list of equivalent mutants"
    )
    options = parser.parse_args(arguments)
    modules = [name.removesuffix(".py").replace("\\", "/").replace("/", ".") for name in options.modules]
    try:
        results = [check(root, options, module) for module in modules]
        return 0 if all(results) else 1
    except (GuardsError, OSError) as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
