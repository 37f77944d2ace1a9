"""A program that is killed while it deletes, discards or sends again leaves a journal that balances."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.journal.status import JournalCounts
from app.journal.steps import carry_out
from app.wire.streams import Fate
from tests.benchmarks import large_journal
from tests.faults.decider import DECISIONS, bound
from tests.processes import ROOT

READINGS = 48_000


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A journal in which every third reading is refused, and every third is pending."""
    path = tmp_path_factory.mktemp("large") / "j.db"
    large_journal.make(path, READINGS, 1, 1, (Fate.FORWARDED, Fate.REFUSED, Fate.PENDING))
    return path


@pytest.mark.parametrize("lines", [2, pytest.param(5, marks=pytest.mark.long)])
@pytest.mark.parametrize("decision", DECISIONS)
def test_a_killed_decision_is_done_in_part_and_can_be_made_again(
    tmp_path: Path, large: Path, decision: str, lines: int
) -> None:
    path = tmp_path / "j.db"
    shutil.copy(large, path)
    command = [sys.executable, "-m", "tests.faults.decider", str(path), decision]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout
        # The process is killed while it takes the next steps, at whatever point that is.
        told = [int(process.stdout.readline()) for _ in range(lines)]
        process.kill()
    journal = bound(path, decision)
    try:
        counts = sum((stream.counts() for stream in journal.streams("board")), JournalCounts())
        third = READINGS // 3
        assert counts.readings == READINGS
        assert counts.forwarded == third
        assert counts.refused + counts.expired + counts.pending == 2 * third
        done = {
            "delete": READINGS - sum(stream.kept for stream in journal.streams("board")),
            "discard": counts.expired,
            "resend": counts.pending - third,
            "discard refused": counts.expired,
        }[decision]
        assert done >= told[-1] > 0
        for stream in journal.streams("board"):
            (there,) = journal.execute(f"SELECT sum(count) FROM segment WHERE stream = {stream.stream}")
            assert (there[0] or 0) == stream.kept
        left = READINGS if decision == "delete" else third
        assert carry_out(DECISIONS[decision][1](journal)) == left - done
    finally:
        journal.close()
