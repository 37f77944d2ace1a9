"""The export holds every reading with its fate, in the order of arrival, and no formula."""

import csv
import io
from pathlib import Path

import pytest

from app.journal.export import HEADER, Selection, export, iso_time
from app.journal.schema import JournalError
from app.wire.streams import Fate, Run
from tests.journal.test_journal import batch, opened


def exported(path: Path, selection: Selection = Selection(), **options: str) -> list[list[str]]:  # noqa: B008
    output = io.StringIO()
    count, unreadable = export(path, output, selection, **options)
    assert unreadable == []
    rows = list(csv.reader(io.StringIO(output.getvalue()), delimiter=options.get("separator", ",")))
    assert tuple(rows[0]) == HEADER
    assert len(rows) == count + 1
    return rows[1:]


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    path = tmp_path / "j.db"
    journal = opened(path)
    journal.bind("other", b"b" * 16)
    journal.write([("board", batch("v1=1\nv2=2.5\n", 1_000_000)), ("other", batch("v1=-3\n", 2_000_000))], [])
    journal.write([("board", batch("v1=4\nv3==1+1\nv1=5\nv1=6\n", 3_000_000))], [])
    stream = journal.streams()[0].stream
    journal.write([], [Run(stream, 1, 2, Fate.FORWARDED), Run(stream, 4, 4, Fate.REFUSED, "no")])
    journal.close()
    return path


def test_every_reading_in_the_order_of_arrival(journal: Path) -> None:
    second = "1970-01-01T00:00:03.000000Z"
    assert exported(journal) == [
        ["1", "1970-01-01T00:00:01.000000Z", "board", "v1", "1", "forwarded"],
        ["2", "1970-01-01T00:00:01.000000Z", "board", "v2", "2.5", "pending"],
        ["3", "1970-01-01T00:00:02.000000Z", "other", "v1", "-3", "pending"],
        ["4", second, "board", "v1", "4", "forwarded"],
        ["5", second, "board", "v3", "'=1+1", "pending"],
        ["6", second, "board", "v1", "5", "pending"],
        ["7", second, "board", "v1", "6", "refused"],
    ]


def test_a_part_of_it(journal: Path) -> None:
    assert [row[0] for row in exported(journal, Selection("board", 2_000_000, None))] == ["4", "5", "6", "7"]
    assert [row[0] for row in exported(journal, Selection(None, None, 2_000_001))] == ["1", "2", "3"]


def test_a_spreadsheet_s_own_signs(journal: Path) -> None:
    rows = exported(journal, separator=";", decimal=",")
    assert rows[1][4] == "2,5"


def test_progress_reaches_the_end(journal: Path) -> None:
    told: list[tuple[int, int]] = []
    export(journal, io.StringIO(), Selection(), progress=lambda *at: told.append(at))
    assert told[-1] == (5, 5)


def test_no_journal_is_told(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="no such journal"):
        export(tmp_path / "none.db", io.StringIO(), Selection())


def test_times_are_utc_with_microseconds() -> None:
    assert iso_time(1_780_000_000_123_456) == "2026-05-28T20:26:40.123456Z"
