"""A journal, and what one run of the program has of its readings."""

from __future__ import annotations

from pathlib import Path

from app.history.readings import Readings
from tests.journal.test_journal import opened
from tests.waiting import PATIENCE_S


class Stage:
    """A journal, and the readings of one run of the program."""

    def __init__(self, folder: Path) -> None:
        self.journal = opened(folder / "j.db")
        self.reads = 0
        self.now_s = 0.0
        self.errors: list[Exception] = []
        self.readings = self._made()

    def _made(self) -> Readings:
        """The readings of a run that begins."""
        raise NotImplementedError

    def restart(self) -> None:
        """Begin another run."""
        assert self.readings.stop(PATIENCE_S)
        self.readings = self._made()

    def close(self) -> None:
        """End the run, in which the journal could always be read."""
        assert self.readings.stop(PATIENCE_S)
        self.journal.close()
        assert self.errors == []
