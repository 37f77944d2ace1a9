"""An export has every reading with its fate, in the order of arrival; no cell is run as a formula."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest

from app.journal.export.form import Form
from app.journal.export.rows import Selection, export
from app.journal.export.tables import HEADER
from app.journal.file.schema import JournalError
from app.journal.journal import Journal
from app.wire.batches import Batch
from app.wire.datastreams import Value
from app.wire.streams import Fate, Run
from tests.journal.test_journal import batch, opened
from tests.journal.test_pruning import prune

ALL = Selection()


def exported(
    path: Path, selection: Selection = ALL, *, separator: str = ",", decimal: str = "."
) -> list[list[str]]:
    output = io.StringIO()
    count, unreadable = export(path, output, selection, Form(separator=separator, decimal=decimal))
    assert unreadable == []
    rows = list(csv.reader(io.StringIO(output.getvalue()), delimiter=separator))
    assert tuple(rows[0]) == HEADER
    assert len(rows) == count + 1
    return rows[1:]


def others(targets: list[str], values: list[Value]) -> Batch:
    """A batch with one value for each of `targets`; it can have values that no line can carry."""
    count = len(values)
    return Batch(
        targets,
        np.arange(count, dtype=np.uint16),
        np.full(count, np.nan),
        dict(enumerate(values)),
        np.full(count, 5_000_000),
    )


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


def test_a_clock_that_was_set_back_changes_no_order(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    journal.write([("board", batch("v2=1\nv1=2\n", 5)), ("board", batch("v1=3\nv2=4\n", 2))], [])
    journal.close()
    assert [row[4] for row in exported(tmp_path / "j.db")] == ["1", "2", "3", "4"]


def test_the_header_and_line_ends_are_as_the_interface_says(journal: Path) -> None:
    output = io.StringIO(newline="")
    export(journal, output, Selection({"board"}, None, 2_000_000))
    assert output.getvalue() == (
        "id,received_at,device,target,value,fate\n"
        "1,1970-01-01T00:00:01.000000Z,board,v1,1,forwarded\n"
        "2,1970-01-01T00:00:01.000000Z,board,v2,2.5,pending\n"
    )


@pytest.mark.parametrize(
    ("selection", "ids"),
    [
        (Selection({"board"}, 2_000_000, None), "4567"),
        (Selection(None, None, 2_000_001), "123"),
        # The start is included, the end is not.
        (Selection(None, 2_000_000, 3_000_000), "3"),
        (Selection({"other"}), "3"),
        (Selection(None, 0, 1), ""),
    ],
)
def test_a_device_and_a_span_of_time_can_be_selected(journal: Path, selection: Selection, ids: str) -> None:
    assert [row[0] for row in exported(journal, selection)] == list(ids)


def test_no_cell_is_run_as_a_formula(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.db")
    journal.bind("=board", b"a")
    journal.write([("=board", others(["v1", "v2"], ["=1+1", "1=1"]))], [])
    journal.close()
    assert [row[2:5] for row in exported(tmp_path / "j.db")] == [
        *(["'=board", "v1", "'=1+1"], ["'=board", "v2", "1=1"]),
    ]


def test_the_decimal_sign_is_used_in_numbers_only(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    journal.write([("board", batch("v1=2.5\nv1=-1000000\n"))], [])
    journal.write([("board", others(["v3", "v4"], ["1.5; or so", (13.4, 52.5)]))], [])
    journal.close()
    as_ours = [row[4] for row in exported(tmp_path / "j.db")]
    theirs = [row[4] for row in exported(tmp_path / "j.db", separator=";", decimal=",")]
    assert as_ours[2:] == theirs[2:]
    assert as_ours[2] == "1.5; or so"
    assert (as_ours[:2], theirs[:2]) == (["2.5", "-1000000"], ["2,5", "-1000000"])
    assert "13.4" in as_ours[3]


def test_progress_is_reported_every_ten_thousand_readings_and_at_the_end(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    for size in (9_999, 1, 9_999, 1, 5):
        journal.write([("board", batch("v1=1\n" * size))], [])
    journal.close()
    told: list[tuple[int, int]] = []
    # Progress counts all readings, whether they are selected or not.
    export(tmp_path / "j.db", io.StringIO(), Selection({"other"}), progress=lambda *at: told.append(at))
    assert told == [(1, 5), (3, 5), (5, 5)]
    # `progress` may be left out.
    assert export(tmp_path / "j.db", io.StringIO(), ALL).readings == 20_005


def test_progress_counts_up_to_the_last_stream_of_a_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.journal.export.rows._PROGRESS_EVERY", 1)
    journal = opened(tmp_path / "j.db")
    for _ in range(2):
        journal.write([("board", batch("v1=1\nv2=2\nv3=3\n"))], [])
    journal.close()
    told: list[tuple[int, int]] = []
    export(tmp_path / "j.db", io.StringIO(), ALL, progress=lambda *at: told.append(at))
    assert told == [(2, 6), (5, 6), (6, 6)]


def test_progress_begins_after_pruned_segments(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    for n in range(5):
        journal.write([("board", batch(f"v1={n}\n"))], [])
    journal.write([], [Run(1, 1, 3, Fate.FORWARDED)])
    prune(journal)
    journal.close()
    told: list[tuple[int, int]] = []
    export(tmp_path / "j.db", io.StringIO(), ALL, progress=lambda *at: told.append(at))
    assert told == [(2, 2)]


def test_a_journal_without_readings_gives_the_header_alone(tmp_path: Path) -> None:
    opened(tmp_path / "j.db").close()
    assert exported(tmp_path / "j.db") == []
    told: list[tuple[int, int]] = []
    export(tmp_path / "j.db", io.StringIO(), ALL, progress=lambda *at: told.append(at))
    assert told == [(0, 0)]


def test_a_missing_journal_is_reported(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="no such journal"):
        export(tmp_path / "none.db", io.StringIO(), ALL)
