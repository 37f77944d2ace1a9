"""Missing readings are reported by their seqs, and everything readable is exported unchanged.

In these files rows are missing or hold impossible values, and SQLite reports nothing wrong.
"""

from __future__ import annotations

import csv
import io
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.journal.export.rows import Selection, export
from app.journal.file.recovery import Look
from app.journal.file.salvage import Fates, Salvage
from app.wire.streams import Fate, Run
from tests.journal.streams.test_ranges import cost
from tests.journal.test_journal import batch, opened
from tests.journal.test_pruning import prune

TOO_LATE_US = 253_402_300_799_000_000
"""The beginning of the last second of the year 9999, the first time that counts as impossible."""


def packed(at_us: int) -> str:
    return at_us.to_bytes(8, "little", signed=True).hex()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A journal of ten commits, each with ten readings of v1 and one of v2; 50 of v1 are settled."""
    path = tmp_path / "j.db"
    journal = opened(path)
    for commit in range(10):
        numbers = "".join(f"v1={commit * 10 + n}\n" for n in range(10))
        journal.write([("board", batch(f"{numbers}v2={commit}\n", commit + 1))], [])
    journal.write([], [Run(1, 1, 30, Fate.FORWARDED), Run(1, 31, 50, Fate.REFUSED, "no")])
    journal.close()
    return path


def change(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def read(path: Path) -> tuple[list[tuple[str, str, str]], list[str]]:
    """The target, value and fate of each exported reading, and the reports of unreadable ones."""
    output = io.StringIO()
    exported = export(path, output, Selection())
    rows = list(csv.DictReader(io.StringIO(output.getvalue())))
    assert exported.readings == len(rows)
    assert [int(row["id"]) for row in rows] == sorted(int(row["id"]) for row in rows)
    return [(row["target"], row["value"], row["fate"]) for row in rows], list(map(str, exported.unreadable))


def values(rows: list[tuple[str, str, str]], target: str = "v1") -> list[int]:
    return [int(value) for name, value, _ in rows if name == target]


@pytest.mark.parametrize(
    ("gone", "left", "told"),
    [
        ("first_seq = 41", 90, ["board v1: 10 readings between seq 41 and 50 cannot be read"]),
        ("first_seq IN (31, 41)", 80, ["board v1: 20 readings between seq 31 and 50 cannot be read"]),
        ("stream = 1 AND first_seq = 1", 90, ["board v1: 10 readings between seq 1 and 10 cannot be read"]),
        ("first_seq = 91", 90, ["board v1: 10 readings between seq 91 and 100 cannot be read"]),
        ("stream = 1", 0, ["board v1: 100 readings between seq 1 and 100 cannot be read"]),
        (
            "first_seq IN (2, 21, 61)",
            80,
            [
                "board v2: 1 reading between seq 2 and 2 cannot be read",
                "board v1: 10 readings between seq 21 and 30 cannot be read",
                "board v1: 10 readings between seq 61 and 70 cannot be read",
            ],
        ),
    ],
)
def test_missing_readings_are_reported_by_their_seqs(
    path: Path, gone: str, left: int, told: list[str]
) -> None:
    change(path, f"DELETE FROM segment WHERE {gone}")
    rows, unreadable = read(path)
    assert len(values(rows)) == left
    assert unreadable == told


def test_what_was_pruned_is_not_missing(path: Path) -> None:
    journal = opened(path)
    journal.write([], [Run(2, 1, 5, Fate.FORWARDED)])
    prune(journal)
    journal.close()
    rows, unreadable = read(path)
    assert values(rows) == list(range(50, 100))
    assert unreadable == []
    # Some of the readings that are missing now were pruned; these do not count as unreadable.
    change(path, "DELETE FROM segment WHERE first_seq = 51 OR stream = 2 AND first_seq = 6")
    rows, unreadable = read(path)
    assert values(rows) == list(range(60, 100))
    assert unreadable == [
        "board v1: 10 readings between seq 1 and 60 cannot be read",
        "board v2: 1 reading between seq 1 and 6 cannot be read",
    ]


def test_only_the_pruned_readings_within_a_gap_are_subtracted(path: Path) -> None:
    change(
        path,
        "DELETE FROM segment WHERE first_seq = 41",
        "UPDATE settled SET last = 41, fate = 'pruned' WHERE first = 31",
        "INSERT INTO settled VALUES (1, 50, 58, 'pruned', ''), (2, 41, 50, 'pruned', '')",
    )
    assert read(path)[1] == ["board v1: 8 readings between seq 41 and 50 cannot be read"]


@pytest.mark.parametrize(
    "wrong",
    [
        "count = 9",
        "ids = substr(ids, 1, 36)",
        "ids = substr(ids, 1, 39)",
        "times = substr(times, 1, 72)",
        "times = substr(times, 1, 79)",
        "vals = substr(vals, 1, 72)",
        "vals = substr(vals, 1, 79)",
        "ids = CAST(ids || x'00000000' AS BLOB)",
        "times = CAST(times || substr(times, 1, 8) AS BLOB)",
        "vals = CAST(vals || substr(vals, 1, 8) AS BLOB)",
        "vals = 'no list'",
        "vals = '[1, 2]'",
        "vals = '[[1]]'",
        "ids = 7",
        f"times = CAST(substr(times, 1, 72) || x'{packed(TOO_LATE_US)}' AS BLOB)",
        f"times = CAST(x'{packed(-TOO_LATE_US)}' || substr(times, 9) AS BLOB)",
    ],
)
def test_a_segment_with_impossible_content_is_missing(path: Path, wrong: str) -> None:
    change(path, f"UPDATE segment SET {wrong} WHERE first_seq = 41")
    rows, unreadable = read(path)
    assert values(rows) == [*range(40), *range(50, 100)]
    assert unreadable == ["board v1: 10 readings between seq 41 and 50 cannot be read"]


def test_the_last_moment_that_can_be_written_is_read(path: Path) -> None:
    times = packed(TOO_LATE_US - 1)
    change(path, f"UPDATE segment SET times = x'{times}' WHERE stream = 2 AND first_seq = 1")
    output = io.StringIO()
    assert export(path, output, Selection()).unreadable == []
    assert "9999-12-31T23:59:58.999999Z" in output.getvalue()


def test_an_unknown_fate_is_empty(path: Path) -> None:
    change(path, "DELETE FROM settled WHERE fate = 'refused'", "DELETE FROM segment WHERE first_seq = 81")
    rows, unreadable = read(path)
    fates = [fate for target, _, fate in rows if target == "v1"]
    # Readings that no run covers may have been refused, or may be pending.
    assert fates == ["forwarded"] * 30 + [""] * 60
    assert {fate for target, _, fate in rows if target == "v2"} == {"pending"}
    assert unreadable == [
        "board v1: 10 readings between seq 81 and 90 cannot be read, unless they were pruned"
    ]


def test_readings_between_runs_and_after_them_are_pending(path: Path) -> None:
    journal = opened(path)
    journal.write([], [Run(1, seq, seq, Fate.SUPERSEDED) for seq in (51, 61)])
    journal.write([], [Run(1, 70, 100, Fate.EXPIRED), Run(2, 2, 2, Fate.FORWARDED)])
    journal.close()
    rows, unreadable = read(path)
    assert unreadable == []
    assert [fate for target, _, fate in rows if target == "v1"] == [
        *["forwarded"] * 30,
        *["refused"] * 20,
        "superseded",
        *["pending"] * 9,
        "superseded",
        *["pending"] * 8,
        *["expired"] * 31,
    ]


def test_readings_of_a_stream_without_a_name_are_exported(path: Path) -> None:
    change(path, "DELETE FROM stream WHERE stream = 1")
    rows, unreadable = read(path)
    assert values(rows, "stream 1") == list(range(100))
    assert export(path, io.StringIO(), Selection({"unknown"})).readings == 100
    assert values(rows, "v2") == list(range(10))
    assert unreadable == ["stream 1: its name and its number of readings cannot be read"]


def test_streams_without_names_are_reported_in_their_order(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    journal = opened(path)
    journal.write([("board", batch("".join(f"v{n}=1\n" for n in range(1, 10))))], [])
    journal.close()
    change(path, "DELETE FROM stream WHERE stream = 9", "UPDATE segment SET stream = 1000 WHERE stream = 8")
    _, unreadable = read(path)
    assert [sentence.split(":")[0] for sentence in unreadable] == ["board v8", "stream 9", "stream 1000"]


def test_an_impossible_extra_row_is_reported_as_damage(path: Path) -> None:
    change(
        path,
        "INSERT INTO segment (first_id, stream, first_seq, count, ids, times, vals)"
        " SELECT first_id, stream, 5, 99, ids, times, vals FROM segment WHERE first_seq = 11",
    )
    rows, unreadable = read(path)
    assert values(rows) == list(range(100))
    assert unreadable == ["the file is damaged, but no reading is missing"]


def test_a_segment_that_is_there_twice_makes_nothing_missing(path: Path) -> None:
    change(
        path,
        "INSERT INTO segment (first_id, stream, first_seq, count, ids, times, vals)"
        " SELECT first_id, 1, 5, count, ids, times, vals FROM segment WHERE stream = 2 AND first_seq = 10",
    )
    rows, unreadable = read(path)
    assert values(rows) == [*range(100), 9]
    assert unreadable == []


def test_an_undamaged_file_is_read_by_one_query(path: Path) -> None:
    with closing(Look(path)) as look:
        salvage = Salvage(look)
        asked: list[str] = []
        look.connection.set_trace_callback(asked.append)
        assert len(list(salvage.segments())) == 20
        assert len(asked) == 1


def test_a_fate_is_looked_up_once_a_run(path: Path) -> None:
    with closing(Look(path)) as look:
        asked: list[str] = []
        look.connection.set_trace_callback(asked.append)
        fates = Fates(look)
        assert [fates.of(1, seq) for seq in (1, 2, 29, 30)] == ["forwarded"] * 4
        assert [fates.of(2, seq) for seq in (1, 2, 3)] == ["pending"] * 3
        assert [fates.of(1, seq) for seq in (31, 32, 50)] == ["refused"] * 3
        assert [fates.of(1, seq) for seq in (51, 52, 100)] == ["pending"] * 3
        # One query for each of four runs and gaps, and for each stream one that looks for missing runs.
        assert len(asked) == 6
        # Seq 45 is in the middle of a run of stream 1; stream 2 has no run there.
        assert (Fates(look).of(1, 45), Fates(look).of(2, 45)) == ("refused", "pending")


def test_a_late_run_costs_what_an_early_one_does(path: Path) -> None:
    change(
        path,
        "DELETE FROM settled",
        "WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 2000)"
        " INSERT INTO settled SELECT 1, 2 * value, 2 * value, 'refused', '' FROM n",
    )
    with closing(Look(path)) as look:
        early, late = (cost(look.connection, lambda: Fates(look).of(1, seq)) for seq in (4, 3998))  # noqa: B023
    assert late <= early + 10


def test_rows_that_run_backwards_are_not_read_twice(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # As if the search for damage, which ends after a second, had found nothing in time.
    monkeypatch.setattr("app.journal.file.recovery.complaint", lambda _: None)
    with closing(sqlite3.connect(path)) as connection:
        (root,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'segment'").fetchone()
    content = bytearray(path.read_bytes())
    page = (root - 1) * 4096
    # All segments are on one page; give the eleventh the number of the third.
    cell = page + int.from_bytes(content[page + 8 + 20 : page + 8 + 22], "big")
    number = cell + (2 if content[cell] >= 0x80 else 1)
    assert (content[page], content[number]) == (13, 11)
    content[number] = 3
    path.write_bytes(content)
    rows, unreadable = read(path)
    assert values(rows) == [*range(50), *range(60, 100)]
    assert unreadable == ["board v1: 10 readings between seq 51 and 60 cannot be read"]


def test_a_device_without_a_name_is_unknown(path: Path) -> None:
    change(path, "DELETE FROM device")
    output = io.StringIO()
    export(path, output, Selection({"unknown"}))
    rows = list(csv.DictReader(io.StringIO(output.getvalue())))
    assert {row["target"] for row in rows} == {"v1", "v2"}
    assert len(rows) == 110


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("", "the file is damaged, but no reading is missing"),
        ("DELETE FROM stream WHERE stream = 2; DELETE FROM segment WHERE stream = 2", ""),
    ],
)
def test_damage_that_loses_no_reading_is_reported_too(path: Path, damage: str, told: str) -> None:
    change(path, *filter(None, damage.split("; ")))
    with path.open("r+b") as file:
        # Damage the index of the segments; the readings are found without it too.
        connection = sqlite3.connect(path)
        (root,) = connection.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'segment_of_stream'"
        ).fetchone()
        connection.close()
        file.seek((root - 1) * 4096)
        file.write(bytes(4096))
    rows, unreadable = read(path)
    assert values(rows) == list(range(100))
    assert unreadable == [told or "the file is damaged: whole streams may be missing"]
