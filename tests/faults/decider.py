"""Makes a decision about the readings in a journal, in a process of its own, and prints how far it is."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from app.journal import decisions, deleting
from app.journal.journal import Journal
from app.journal.steps import Steps
from tests.benchmarks.large_journal import ACCOUNT, OTHER

DECISIONS: dict[str, tuple[bytes, Callable[[Journal], Steps]]] = {
    "delete": (ACCOUNT, lambda journal: deleting.delete_data(journal, "board")),
    "discard": (OTHER, lambda journal: decisions.discard(journal, "board")),
    "resend": (ACCOUNT, lambda journal: decisions.resend(journal, "board")),
    "discard refused": (ACCOUNT, lambda journal: decisions.discard_refused(journal, "board")),
}
"""For each decision, the present account of the device."""


def bound(path: Path, decision: str) -> Journal:
    """Open the journal for a decision."""
    journal = Journal(path)
    journal.bind("board", DECISIONS[decision][0])
    return journal


if __name__ == "__main__":
    for step in DECISIONS[sys.argv[2]][1](bound(Path(sys.argv[1]), sys.argv[2])):
        print(step.done, flush=True)
