"""Commands that change many readings show how far they are, and Ctrl+C leaves the journal in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.commands import chosen_journal
from app.commands.chosen_journal import carried_out
from app.journal import decisions, deleting, steps
from app.journal.journal import Journal
from app.journal.status import JournalCounts
from app.wire.streams import Fate
from tests.benchmarks.large_journal import make

READINGS = 800
Tell = Callable[[int, int], None]


@pytest.fixture
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Journal]:
    """A journal with 400 refused and 400 pending readings."""
    monkeypatch.setattr(steps, "_STEP_S", 0.0)
    monkeypatch.setattr(decisions, "_RUNS_IN_PART", 5)
    monkeypatch.setattr(deleting, "_SEGMENTS_IN_PART", 5)
    make(tmp_path / "j.db", READINGS, 1, 1, (Fate.REFUSED, Fate.PENDING))
    journal = Journal(tmp_path / "j.db")
    yield journal
    journal.close()


def show(monkeypatch: pytest.MonkeyPatch, tell: Tell) -> None:
    @contextmanager
    def bar(label: str) -> Iterator[Tell]:
        assert label == "Discarding"
        yield tell

    monkeypatch.setattr(chosen_journal, "progress_bar", bar)


def test_decisions_have_one_bar_and_one_sum(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, int]] = []
    show(monkeypatch, lambda done, total: told.append((done, total)))
    both = (
        decide(journal, "board")
        for decide in (decisions.discard_refused, lambda *who: decisions.discard(*who, everything=True))
    )
    assert carried_out("Discarding", both) == READINGS
    assert told[0] == (0, READINGS // 2)
    assert (READINGS // 2, READINGS) in told
    assert told[-1] == (READINGS, READINGS)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_ctrl_c_keeps_what_is_done_and_says_how_much(
    journal: Journal, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def interrupt(done: int, _total: int) -> None:
        if done >= 100:
            raise KeyboardInterrupt

    show(monkeypatch, interrupt)
    with pytest.raises(KeyboardInterrupt):
        carried_out("Discarding", [decisions.discard_refused(journal, "board")])
    journal.close()
    again = Journal(tmp_path / "j.db")
    counts = sum((stream.counts() for stream in again.streams()), JournalCounts())
    again.close()
    assert 100 <= counts.expired < READINGS // 2
    assert counts.refused == READINGS // 2 - counts.expired
    assert capsys.readouterr().err == (
        f"Stopped after {counts.expired} readings; the others are as before.\n"
    )


def test_without_a_terminal_there_is_no_bar(journal: Journal, capsys: pytest.CaptureFixture[str]) -> None:
    assert carried_out("Discarding", [decisions.discard_refused(journal, "board")]) == READINGS // 2
    assert capsys.readouterr() == ("", "")
