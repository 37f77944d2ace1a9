"""Between two commits, readings are summarised and pruned, and neither keeps the writer busy for long."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.journal import maintenance
from app.journal.maintenance import Maintenance
from app.wire.streams import Fate, Run
from tests.journal.summaries.small import made, small_blocks, steady, write
from tests.journal.summaries.test_summarizer import ranges


class Clock:
    """A clock that each look moves on by a second."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def monotonic(self) -> float:
        self.now_s += 1
        return self.now_s


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(maintenance, "time", clock)
    return clock


def test_after_a_step_it_waits_twice_as_long_as_the_step_took(tmp_path: Path) -> None:
    with small_blocks():
        journal = made(tmp_path, steady(16))
        upkeep = Maintenance(journal, 30, 1000)
        assert upkeep.step() == 2.0
        assert ranges(journal) == [(1, 16)]
        assert upkeep.step() == 0.5
        journal.close()


def test_in_a_flood_it_waits_much_longer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    monkeypatch.setattr(maintenance, "_FLOOD_PER_S", 50)
    monkeypatch.setattr(maintenance, "_REST_IN_FLOOD", 9.0)
    with small_blocks():
        journal = made(tmp_path, steady(160))
        upkeep = Maintenance(journal, 30, 1000)
        write(journal, steady(160, 160))
        assert upkeep.step() == 9.0
        clock.now_s += 9
        write(journal, steady(32, 320))
        assert upkeep.step() == 2.0
        assert ranges(journal)[-1] == (337, 352)
        journal.close()


def test_what_is_too_old_is_pruned_each_half_minute_or_when_the_limit_changes(tmp_path: Path) -> None:
    with small_blocks():
        journal = made(tmp_path, steady(5))
        upkeep = Maintenance(journal, 1, 1000)
        assert upkeep.step() == 0.5
        journal.write([], [Run(1, 1, 5, Fate.FORWARDED)])
        for _ in range(5):
            upkeep.step()
        assert journal.streams("board")[0].kept == 5
        upkeep.limit(0.5, 1000)
        for _ in range(5):
            upkeep.step()
        assert journal.streams("board")[0].kept == 0
        assert upkeep.warning is None
        upkeep.limit(0.5, 1e-6)
        while upkeep.warning is None:
            upkeep.step()
        assert upkeep.warning.code == "journal_too_large"
        journal.close()


def test_a_new_file_is_summarised_from_its_beginning(tmp_path: Path) -> None:
    with small_blocks():
        journal = made(tmp_path, steady(16))
        upkeep = Maintenance(journal, 30, 1000)
        upkeep.step()
        assert ranges(journal) == [(1, 16)]
        with journal.transaction() as change:
            change.connection.execute("DELETE FROM summary")
        for _ in range(5):
            upkeep.step()
        assert ranges(journal) == []
        upkeep.turn_to_new_file()
        for _ in range(5):
            upkeep.step()
        assert ranges(journal) == [(1, 16)]
        journal.close()
