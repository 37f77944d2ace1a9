"""Carries out a change of the journal in steps, between which the writer can commit readings.

Invariants: each step is one durable transaction, after which the ledger balances, so that a change may end
after any step; a step lasts a few hundredths of a second, however many readings the whole change is about.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from typing import NamedTuple

from app.journal.journal import Journal
from app.journal.streams.transaction import Transaction

_STEP_S = 0.01
"""How long a step makes its changes, before it is committed."""

Parts = Generator[int, Transaction, None]
"""Makes a small part of a change in each transaction that it is sent. It yields 0 first, and then, for each
part, how many readings were affected."""


class Progress(NamedTuple):
    """How far a change is, in readings."""

    done: int
    total: int


Steps = Iterator[Progress]
"""A change in steps. Each call of `next` carries out a step, but the first one, which only tells the total.

Only for the thread that writes the journal. A change ends early if it is not continued."""

TellProgress = Callable[[int, int], object]
"""Takes the two numbers of `Progress`. An exception that it raises ends the change early."""


def in_steps(journal: Journal, parts: Parts, total: int) -> Steps:
    """Carry out a change of `total` readings, which consists of `parts`."""
    yield Progress(0, total)
    done = 0
    next(parts, None)
    is_over = False
    while not is_over:
        with journal.transaction() as change:
            ends_s = time.monotonic() + _STEP_S
            while not is_over:
                try:
                    done += parts.send(change)
                except StopIteration:
                    is_over = True
                if time.monotonic() >= ends_s:
                    break
        yield Progress(done, max(done, total))


def carry_out(steps: Steps) -> int:
    """Carry out all steps of a change. Returns how many readings were affected."""
    return max((step.done for step in steps), default=0)
