"""Markers and events are exported as CSV, completely or not at all."""

from __future__ import annotations

import csv
import sqlite3
from pathlib import Path

import pytest

from app.journal.export.rows import Selection
from app.journal.export.timeline import EVENTS, MARKERS, export_events, export_markers
from app.journal.file.schema import JournalError
from app.journal.timeline.rows import write_events, write_markers
from app.wire.timeline import Event, EventKind, Marker
from tests.journal.test_journal import opened

S = 1_000_000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A journal with markers and events."""
    journal = opened(tmp_path / "j.db")
    journal.bind("Tür; 2", b"")
    with journal.transaction() as change:
        marked = [Marker(1, "board", 9 * S, 'a "note"; with signs'), Marker(2, "Tür; 2", S, "@sum")]
        write_markers(change.connection, [*marked, Marker(3, "", S, "all")], ())
        stepped = Event(2, EventKind.CLOCK_SET, 3 * S, 3 * S, count=-5 * S)
        write_events(change.connection, "board", [Event(1, EventKind.LOST, 5 * S, None), stepped], None)
        rejected = Event(3, EventKind.REJECTED, 4 * S, 6 * S, "v1", 17)
        write_events(change.connection, "Tür; 2", [rejected], None)
    journal.close()
    return tmp_path / "j.db"


def table(path: Path, separator: str = ";") -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter=separator))


def at(second: int) -> str:
    return f"1970-01-01T00:00:0{second}.000000Z"


def test_markers_are_in_the_order_of_time(path: Path, tmp_path: Path) -> None:
    assert export_markers(path, tmp_path / "m.csv", Selection(), ";") == 3
    assert table(tmp_path / "m.csv") == [
        list(MARKERS),
        [at(1), "Tür; 2", "'@sum"],
        [at(1), "", "all"],
        [at(9), "board", 'a "note"; with signs'],
    ]


def test_events_are_in_the_order_in_which_they_happened(path: Path, tmp_path: Path) -> None:
    assert export_events(path, tmp_path / "e.csv", Selection(), "\t") == 3
    assert table(tmp_path / "e.csv", "\t") == [
        list(EVENTS),
        [at(5), "", "board", "lost", "", "", ""],
        [at(3), at(3), "board", "clock_set", "", "-5000000", ""],
        [at(4), at(6), "Tür; 2", "rejected", "v1", "17", ""],
    ]


def test_a_device_and_a_period_can_be_selected(path: Path, tmp_path: Path) -> None:
    chosen = Selection({"board"}, S, 5 * S)
    assert export_markers(path, tmp_path / "m.csv", chosen, ";") == 1
    assert export_events(path, tmp_path / "e.csv", chosen, ";") == 1
    assert [row[-1] for row in table(tmp_path / "m.csv")[1:]] == ["all"]
    assert [row[3] for row in table(tmp_path / "e.csv")[1:]] == ["clock_set"]


def test_a_journal_is_never_replaced_and_an_older_one_has_no_timeline(path: Path, tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="is a file of a Pinbridge journal"):
        export_markers(path, path, Selection(), ";")
    old = tmp_path / "old.db"
    connection = sqlite3.connect(old)
    connection.executescript((Path(__file__).parents[1] / "version_1.sql").read_text())
    connection.close()
    assert export_markers(old, tmp_path / "m.csv", Selection(), ";") == 0
    assert export_events(old, tmp_path / "e.csv", Selection(), ";") == 0
    assert table(tmp_path / "m.csv") == [list(MARKERS)]


def test_an_export_that_fails_leaves_the_older_file(tmp_path: Path) -> None:
    output = tmp_path / "m.csv"
    output.write_text("before")
    with pytest.raises(JournalError):
        export_markers(tmp_path / "none.db", output, Selection(), ";")
    assert output.read_text() == "before"
