"""The list of mutants that no test can notice, with the reason of each: equivalents.toml.

    [[equivalent]]
    module = "app.cloud.plan.plan"
    function = "Plan.wait_s"        # only where the same lines stand in another function too
    diff = '''
    -        return min(waits, default=None)
    +        return min(waits, default=0)
    '''
    reason = "..."

An entry names its mutants by the lines that they remove and add, spacing aside; what else stands in `diff`
is context. So an entry outlives changes elsewhere in its module, and is stale when its own line changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from tests.mutants.source import Mutant, key_of

FILE = Path(__file__).parent / "equivalents.toml"


class Equivalent(msgspec.Struct, forbid_unknown_fields=True):
    """One entry."""

    module: str
    diff: str
    reason: str
    function: str | None = None

    def is_of(self, mutant: Mutant) -> bool:
        """Whether it names this mutant of its module."""
        return key_of(self.diff.splitlines()) == mutant.key and self.function in (None, mutant.function)


class _File(msgspec.Struct, forbid_unknown_fields=True):
    equivalent: list[Equivalent] = []


def by_module(path: Path) -> dict[str, list[Equivalent]]:
    """The entries of a list."""
    found: dict[str, list[Equivalent]] = {}
    for entry in msgspec.toml.decode(path.read_bytes(), type=_File).equivalent:
        found.setdefault(entry.module, []).append(entry)
    return found


def stale(entries: Iterable[Equivalent], mutants: list[Mutant]) -> list[Equivalent]:
    """The entries that name no mutant any more."""
    return [entry for entry in entries if not any(entry.is_of(mutant) for mutant in mutants)]
