"""The options of `export` and `delete`."""

from __future__ import annotations

import csv
import shutil
import sqlite3
import types
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from app.commands.journal import _microseconds
from app.journal.journal import Journal, JournalError
from app.journal.timeline.rows import read_events, read_markers
from app.messages.message import Message
from tests.commands.table import Done, Row, Runner

EXPORT = "export --journal two.db --output -"
DELETE = "delete --journal two.db --yes"


def values(done: Done) -> list[str]:
    return [row[4] for row in csv.reader(done.out.splitlines()[1:])]


def third_row(done: Done) -> str:
    return done.out.splitlines()[4].partition("a")[2]


def in_file(done: Done) -> str:
    return (done.folder / "a.csv").read_text().splitlines()[4].partition("a")[2]


def exported(done: Done) -> tuple[str, list[str]]:
    """The first two characters of standard output, and the CSV files that were written."""
    return done.out[:2], sorted(path.name for path in done.folder.glob("*.csv"))


def left(done: Done) -> set[str]:
    """The devices that still have readings in one of the journals."""
    found = set()
    for name in ("two.db", "other.db"):
        with closing(Journal(done.folder / name)) as journal:
            found |= {stream.device for stream in journal.streams() if stream.counts().readings}
    return found


def first_rows(done: Done) -> list[str]:
    return done.out.splitlines()[:2]


def begins(done: Done) -> bytes:
    """The first four bytes of the file that was written."""
    (path,) = done.folder.glob("a.*")
    return path.read_bytes()[:4]


LONG = ["id,received_at,device,target,value,fate", "1,1970-01-01T00:00:01.000000Z,a,v1,1,refused"]
LONG_ELAPSED = ["id,elapsed_s,device,target,value,fate", "1,0.000000,a,v1,1,refused"]
WIDE = ["time_utc,a: v1,a: v2,b: v1", "1970-01-01 00:00:01.000,1,,"]
ELAPSED = ["elapsed_s,a: v1,a: v2,b: v1", "0.000000,1,,"]


def markers(done: Done) -> list[str]:
    return beside(done, "m.csv")


def happened(done: Done) -> list[str]:
    return beside(done, "e.csv")


def beside(done: Done, name: str) -> list[str]:
    """The lines of the other file that an export wrote, and what it said about that; nothing without one."""
    path = done.folder / name
    if not path.exists():
        return []
    return [*path.read_text(encoding="utf-8").splitlines(), done.err.splitlines()[1]]


FIRST, SECOND, THIRD = (f"1970-01-01T00:00:0{second}.000000Z" for second in (1, 2, 3))
ALL = ["1", "2", "3", "2.5", "7", "8"]
TO_FILE = "export --journal two.db --output a.csv"
ROWS = {
    "export --journal": Row(EXPORT, "export --journal other.db --output -", values, ALL, ["50", "51"]),
    "export --device": Row(EXPORT, f"{EXPORT} --device b", values, ALL, ["7", "8"]),
    "export --device of several": Row(
        f"{EXPORT} --device b", f"{EXPORT} --device b --device a", values, ["7", "8"], ALL
    ),
    "export --from": Row(EXPORT, f"{EXPORT} --from 1970-01-01T00:00:02", values, ALL, ["3", "2.5", "7", "8"]),
    "export --from of another zone": Row(
        EXPORT, f"{EXPORT} --from 1970-01-01T01:00:02+01:00", values, ALL, ["3", "2.5", "7", "8"]
    ),
    "export --separator of a tab": Row(
        EXPORT, rf"{EXPORT} --separator '\t'", third_row, ",v2,2.5,refused", "\tv2\t2.5\trefused"
    ),
    "export --to": Row(EXPORT, f"{EXPORT} --to 1970-01-01T00:00:03", values, ALL, ["1", "2", "3", "2.5"]),
    "export --separator": Row(
        EXPORT, f"{EXPORT} --separator ;", third_row, ",v2,2.5,refused", ";v2;2.5;refused"
    ),
    "export --decimal": Row(
        f"{EXPORT} --separator ;",
        f"{EXPORT} --separator ; --decimal ,",
        third_row,
        ";v2;2.5;refused",
        ";v2;2,5;refused",
    ),
    "export --separator of a file": Row(
        TO_FILE, f"{TO_FILE} --separator ;", in_file, ",v2,2.5,refused", ";v2;2.5;refused"
    ),
    "export --decimal of a file": Row(
        f"{TO_FILE} --separator ;",
        f"{TO_FILE} --separator ; --decimal ,",
        in_file,
        ";v2;2.5;refused",
        ";v2;2,5;refused",
    ),
    "export --layout": Row(EXPORT, f"{EXPORT} --layout wide", first_rows, LONG, WIDE),
    "export --time": Row(
        f"{EXPORT} --layout wide", f"{EXPORT} --layout wide --time elapsed", first_rows, WIDE, ELAPSED
    ),
    "export --time of the long layout": Row(
        EXPORT, f"{EXPORT} --time elapsed", first_rows, LONG, LONG_ELAPSED
    ),
    "export --bench": Row(
        f"{EXPORT} --layout wide",
        f"{EXPORT} --layout wide --bench named.toml",
        lambda done: done.out.splitlines()[0],
        WIDE[0],
        "time_utc,a: Air (°C),a: v2,b: v1",
    ),
    "export --format": Row(TO_FILE, f"{TO_FILE} --format parquet", begins, b"id,r", b"PAR1"),
    "export --format of the file": Row(
        TO_FILE, "export --journal two.db --output a.csv --output a.PARQUET", begins, b"id,r", b"PAR1"
    ),
    "export --format of another name": Row(
        "export --journal two.db --output a.parquet",
        "export --journal two.db --output a.parquet --format csv",
        begins,
        b"PAR1",
        b"id,r",
    ),
    "export --layout of a file": Row(TO_FILE, f"{TO_FILE} --layout wide", begins, b"id,r", b"\xef\xbb\xbft"),
    "export --markers": Row(
        EXPORT,
        f"{EXPORT} --markers m.csv --separator ;",
        markers,
        [],
        [
            "at;device;note",
            f"{FIRST};;class 7b",
            f"{SECOND};a;'=lamp",
            f"{THIRD};b;door",
            "3 markers exported.",
        ],
    ),
    "export --markers of a device and a time": Row(
        f"{EXPORT} --markers m.csv --device b --from 1970-01-01T00:00:01.5",
        f"{EXPORT} --markers m.csv --device b --to 1970-01-01T00:00:02",
        markers,
        ["at,device,note", f"{THIRD},b,door", "1 marker exported."],
        ["at,device,note", f"{FIRST},,class 7b", "1 marker exported."],
    ),
    "export --events": Row(
        EXPORT,
        f"{EXPORT} --events e.csv --device a",
        happened,
        [],
        [
            "at,until,device,kind,target,count,detail",
            f"{FIRST},{SECOND},a,not_running,,,",
            f"{FIRST},{FIRST},a,connected,,,COM5",
            f"{SECOND},,a,cloud_down,,1,{Message('no_server')}",
            "3 events exported.",
        ],
    ),
    "export --output": Row(
        EXPORT,
        f"{EXPORT} --output a.csv",
        exported,
        ("id", []),
        ("", ["a.csv"]),
    ),
    "delete --journal": Row(DELETE, "delete --journal other.db --yes", left, {"c"}, {"a", "b"}),
    "delete --device": Row(DELETE, f"{DELETE} --device a", left, {"c"}, {"b", "c"}),
    "delete --yes": Row("delete --journal two.db", DELETE, left, {"a", "b", "c"}, {"c"}),
}


@pytest.mark.parametrize("option", ROWS)
def test_an_option_does_what_it_says(option: str, runner: Runner) -> None:
    runner.hold(ROWS[option])


def test_damaged_parts_of_a_journal_are_reported_and_are_exit_1(
    runner: Runner, template: Path, tmp_path: Path
) -> None:
    path = tmp_path / "bad.db"
    shutil.copy(template / "two.db", path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE segment SET vals = x'00' WHERE stream = 3")
        connection.commit()
    done = runner.run(f"export --journal {path} --output -")
    assert values(done) == ["1", "2", "3", "2.5"]
    said = done.err.splitlines()
    assert (said[0], done.status) == ("4 readings exported.", 1)
    assert all(sentence.startswith(f"{path}: ") for sentence in said[1:])
    assert len(said) > 1


@pytest.mark.parametrize("output", ["-", "a.csv"])
def test_a_device_that_the_journal_does_not_have_is_an_error_and_nothing_is_written(
    runner: Runner, output: str
) -> None:
    command = f"export --journal two.db --output {output} --markers b.csv --device a --device nobody"
    done = runner.run(command)
    assert (done.status, done.out) == (2, "")
    assert done.err == "two.db: holds no device nobody, but a and b"
    assert exported(done) == ("", [])


def test_a_device_that_is_only_in_the_bench_file_has_no_readings_yet(runner: Runner) -> None:
    done = runner.run(f"{EXPORT} --device c")
    assert (done.status, done.err) == (2, "two.db: holds no device c, but a and b")
    done = runner.run(f"{EXPORT} --device c --bench other.toml")
    assert (done.status, values(done)) == (0, [])


def test_a_journal_whose_devices_cannot_be_read_is_searched_for_any(
    runner: Runner, template: Path, tmp_path: Path
) -> None:
    path = tmp_path / "bad.db"
    shutil.copy(template / "two.db", path)
    with closing(sqlite3.connect(path)) as connection:
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'device'").fetchone()
    content = bytearray(path.read_bytes())
    content[size * (page - 1) : size * page] = b"\xff" * size
    path.write_bytes(content)
    done = runner.run(f"export --journal {path} --output - --device nobody")
    assert (done.status, done.err.splitlines()[0]) == (1, "0 readings exported.")


@pytest.mark.parametrize(("number", "status"), [(0xD800, 2), (0xDFFF, 2), (0xA7, 0)])
def test_a_separator_that_is_no_text_is_refused(runner: Runner, number: int, status: int) -> None:
    assert runner.run(f"{EXPORT} --separator {chr(number)}").status == status


def test_without_a_standard_output_export_needs_a_file(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.commands.journal.sys", types.SimpleNamespace(stdout=None))
    done = runner.run(EXPORT)
    assert (done.status, done.err) == (2, "standard output is closed: name a file with --output")


def test_an_export_shows_its_progress(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, bool]] = []

    @contextmanager
    def bar(what: str) -> Iterator[Callable[[int, int], None]]:
        yield lambda done, total: told.append((what, done == total > 0))

    monkeypatch.setattr("app.commands.journal.progress_bar", bar)
    for command in (EXPORT, TO_FILE):
        runner.run(command)
    assert told == [("Exporting", True)] * 2


def test_a_time_is_counted_to_the_microsecond() -> None:
    """Without rounding, some times would be too early by a microsecond."""
    for text, at_us in (("02.000014", 2_000_014), ("02.000021", 2_000_021), ("59", 59_000_000)):
        assert _microseconds("--from", f"1970-01-01T00:00:{text}") == at_us


ONE_CHARACTER = "--separator must be one character, such as ; or ,"


def test_each_usage_error_has_its_message(runner: Runner, tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="there is no such journal"):
        runner.run("export --journal none.db --output good.txt")
    with pytest.raises(JournalError, match=r"two.db: is a file of a Pinbridge journal: name another file"):
        runner.run("export --journal two.db --output two.db")
    assert runner.run(EXPORT).status == runner.run(TO_FILE).status == 0
    path = tmp_path / "empty.db"
    Journal(path).close()
    for command, said in (
        ("delete --journal two.db", "this deletes readings from two.db for good, sent or not: add --yes"),
        (
            "delete --journal two.db --device a",
            "this deletes readings from two.db for good, sent or not: add --yes",
        ),
        (f"{DELETE} --device c", "two.db: holds no device c, but a and b"),
        (
            f"delete --journal {path} --yes --device c",
            f"{path}: holds no device at all: name another journal",
        ),
        (f"{EXPORT} --separator ab", ONE_CHARACTER),
        (f"{EXPORT} --separator ''", ONE_CHARACTER),
        (f"{EXPORT} --separator '\"'", ONE_CHARACTER),
        (f"{EXPORT} --separator '\n'", ONE_CHARACTER),
        (f"{EXPORT} --separator '\r'", ONE_CHARACTER),
        (
            f"{EXPORT} --decimal ,",
            "--separator and --decimal are the same: with --decimal , choose --separator ;",
        ),
        (f"{EXPORT} --from soon", "--from soon: write a time such as 2026-07-01T12:00:00"),
        (f"{EXPORT} --to soon", "--to soon: write a time such as 2026-07-01T12:00:00"),
        (
            f"{EXPORT} --format parquet",
            "Parquet is not text: name a file with --output, or choose --format csv",
        ),
        (
            "export --journal two.db --output none/a.csv",
            "none/a.csv: cannot be written: No such file or directory: choose another folder",
        ),
        (
            f"{TO_FILE} --markers none/m.csv",
            "none/m.csv: cannot be written: No such file or directory: choose another folder",
        ),
    ):
        done = runner.run(command)
        assert (done.status, done.out, done.err) == (2, "", said)


@pytest.mark.parametrize(("device", "left"), [("--device a", ["class 7b", "door"]), ("", [])])
def test_delete_deletes_markers_too(
    runner: Runner, template: Path, tmp_path: Path, device: str, left: list[str]
) -> None:
    """Those of the whole bench go with its last device."""
    path = tmp_path / "two.db"
    shutil.copy(template / "two.db", path)
    assert runner.run(f"delete --journal {path} --yes {device}").status == 0
    with closing(Journal(path)) as journal:
        assert sorted(marker.note for marker in read_markers(journal.reader())) == left
        assert read_events(journal.reader(), "a") == []
    assert b"lamp" not in path.read_bytes()


def test_delete_prints_the_count_and_names_damaged_copies(
    runner: Runner, template: Path, tmp_path: Path
) -> None:
    path = tmp_path / "t[w]o.db"
    shutil.copy(template / "two.db", path)
    for name in ("t[w]o.damaged-2.db", "t[w]o.damaged-1.db", "two.damaged-1.db", "t[w]o.csv"):
        (tmp_path / name).touch()
    done = runner.run(f"delete --journal '{path}' --yes --device a")
    words = "was set aside when the journal was damaged, and may hold more readings: delete it yourself."
    assert done.err.splitlines() == [
        "4 readings deleted.",
        *(f"{tmp_path / f't[w]o.damaged-{number}.db'} {words}" for number in (1, 2)),
    ]
    assert done.status == 0


def test_without_pyarrow_an_export_says_what_to_install_and_replaces_nothing(
    runner: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.journal.export.parquet_table.has_pyarrow", lambda: False)
    path = tmp_path / "a.parquet"
    path.write_bytes(b"of last week")
    with pytest.raises(JournalError, match=r"Parquet needs .* pip install pyarrow, or write a CSV file"):
        runner.run(f"export --journal two.db --output {path}")
    assert path.read_bytes() == b"of last week"
    assert [entry.name for entry in tmp_path.iterdir() if entry.suffix] == [path.name]


def test_local_times_are_those_of_the_clock_on_the_wall(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.journal.export.times._offset_us", lambda _at_us: 3_600_000_000)
    done = runner.run(f"{EXPORT} --time local --separator ; --decimal ,")
    assert done.out.splitlines()[:2] == [
        "id;received_at_local;device;target;value;fate",
        "1;1970-01-01 01:00:01,000;a;v1;1;refused",
    ]


def test_standard_output_has_no_byte_order_mark(runner: Runner) -> None:
    assert runner.run(f"{EXPORT} --layout wide").out.startswith("time_utc,")
