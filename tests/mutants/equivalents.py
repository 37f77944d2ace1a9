"""Reads `equivalents.toml`, the list of mutants that no test can notice, each with the reason.

    [[equivalent]]
    module = "app.cloud.plan.plan"
    function = "Plan.wait_s"        # only if another function has the same lines
    diff = '''
    -        return min(waits, default=None)
    +        return min(waits, default=0)
    '''
    reason = "..."

An entry describes the mutants that remove and add exactly the lines in its `diff` that begin with - and +,
whatever their spacing; the other lines in `diff` are context. So an entry stays valid when other lines of the
module change, and becomes stale when one of its own lines changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from tests.mutants.source import Mutant, key_of

FILE = Path(__file__).parent / "equivalents.toml"


class Equivalent(msgspec.Struct, forbid_unknown_fields=True):
    """An entry of the list; it describes one or more equivalent mutants."""

    module: str
    diff: str
    reason: str
    function: str | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """The lines that the mutants remove and add."""
        return key_of(self.diff.splitlines())

    def is_of(self, mutant: Mutant) -> bool:
        """Whether the entry describes `mutant`, which must be of the entry's module."""
        return self.key == mutant.key and self.function in (None, mutant.function)


class _File(msgspec.Struct, forbid_unknown_fields=True):
    equivalent: list[Equivalent] = []


def by_module(path: Path) -> dict[str, list[Equivalent]]:
    """Read the list at `path`; return its entries by module."""
    found: dict[str, list[Equivalent]] = {}
    for entry in msgspec.toml.decode(path.read_bytes(), type=_File).equivalent:
        found.setdefault(entry.module, []).append(entry)
    return found


def stale(entries: Iterable[Equivalent], mutants: list[Mutant]) -> list[Equivalent]:
    """The entries of a module that describe none of its mutants any more."""
    found = {(mutant.key, function) for mutant in mutants for function in (None, mutant.function)}
    return [entry for entry in entries if (entry.key, entry.function) not in found]
