"""What the thread that writes the journal does between two commits: it summarises readings, and prunes them.

Invariant: at most a third of the time is spent on summaries, with a long backlog such as an older journal's;
while a flood of readings comes in, only some percent, so that the boards do not have to wait for it.
"""

from __future__ import annotations

import time

from app.journal.journal import Journal
from app.journal.pruning import Pruner
from app.journal.summaries.summarizer import Summarizer
from app.messages.message import Message

_LOOK_S = 0.5
"""How often the streams are looked at for readings to summarise."""
_REST, _REST_IN_FLOOD = 2.0, 30.0
"""How long to wait after a step of summarising, in times of how long the step took."""
_FLOOD_PER_S = 200_000
"""If more readings come in, they are summarised later."""


class Maintenance:
    """Keeps the summaries of a journal up to date, and the journal within a maximum age and size."""

    def __init__(self, journal: Journal, keep_days: float, max_journal_mb: float) -> None:
        self._summarizer = Summarizer(journal)
        self._pruner = Pruner(journal, keep_days, max_journal_mb, self._summarizer)
        self._prune_at_s = self._summarize_at_s = 0.0
        self._journal = journal
        self._seqs = sum(stream.next_seq for stream in journal.streams())
        self._counted_at_s = 0.0
        self._is_flood = False

    @property
    def warning(self) -> Message | None:
        """The message that the journal is larger than `max_journal_mb`; None while it is not."""
        return self._pruner.warning

    def limit(self, keep_days: float, max_journal_mb: float) -> None:
        """Set the maximum age of settled readings, and the maximum size of the file."""
        self._pruner.limit(keep_days, max_journal_mb)
        self._prune_at_s = 0.0

    def turn_to_new_file(self) -> None:
        """Look again at what there is to do, because the journal continues in a new file."""
        self._summarizer.forget()

    def step(self) -> float:
        """Do a little work. Returns how many seconds to wait until the next step."""
        now_s = time.monotonic()
        if now_s >= self._prune_at_s:
            self._prune_at_s = now_s + self._pruner.step()
        if now_s >= self._summarize_at_s:
            self._summarize_at_s = now_s + self._summarize(now_s)
        return min(self._prune_at_s, self._summarize_at_s) - now_s

    def _summarize(self, now_s: float) -> float:
        """Make a step of summarising. Returns how many seconds to wait until the next one."""
        self._look_for_flood(now_s)
        started_s = time.monotonic()
        if not self._summarizer.step():
            return _LOOK_S
        rest = _REST_IN_FLOOD if self._is_flood else _REST
        return rest * (time.monotonic() - started_s)

    def _look_for_flood(self, now_s: float) -> None:
        passed_s = now_s - self._counted_at_s
        if passed_s >= _LOOK_S:
            seqs = sum(stream.next_seq for stream in self._journal.streams())
            self._is_flood = seqs - self._seqs > _FLOOD_PER_S * passed_s
            self._seqs, self._counted_at_s = seqs, now_s
