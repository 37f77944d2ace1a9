"""Recordings are saved in every form, several of them in one table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyarrow import parquet

from app.bench.errors import BenchError
from app.bench.player import Player
from app.boards.recordings.format import RecordKind
from app.config.bench_file import DeviceConfig
from app.journal.export.form import FileKind, Form, Layout, Selection, TimeForm
from app.journal.export.rows import Exported
from app.wire.datastreams import Datastream
from tests.bench.test_player import ZERO_US, every_second, opened, write

WIDE = Form(Layout.WIDE, TimeForm.ELAPSED)
AIR = DeviceConfig(name="board", port="COM1", datastream=(Datastream(virtual_pin=1, name="Air", unit="°C"),))


@pytest.fixture
def player(tmp_path: Path) -> Iterator[Player]:
    """In `a` a board says numbers at 1 s and 2 s, in `b` a text at 0.5 s and a number at 1.5 s."""
    lines = [(RecordKind.DATA, 500_000, b"# hi\nv2=calm\n"), (RecordKind.DATA, 1_000_000, b"v1=7\n")]
    with opened(write(tmp_path / "a.pbrec", every_second([1, 2])), known=(AIR,)) as player:
        player.add(write(tmp_path / "b.pbrec", lines))
        yield player


def nothing(_done: int, _total: int) -> None:
    pass


def test_they_are_in_one_table_in_the_order_of_their_times(player: Player) -> None:
    told: list[tuple[int, int]] = []
    text, exported = player.export_text(Selection(), WIDE, 4, lambda *at: told.append(at))
    assert text.splitlines() == [
        "elapsed_s,a: Air (°C),b: Air (°C),b: v2",
        *("0.000000,,,calm", "0.500000,1,,", "1.000000,,7,", "1.500000,2,,"),
    ]
    assert exported == Exported(4, [])
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1][0] == told[-1][1]


def test_more_rows_than_allowed_are_refused(player: Player) -> None:
    with pytest.raises(BenchError, match="more than 3 rows"):
        player.export_text(Selection(), WIDE, 3, nothing)


@pytest.mark.parametrize(
    ("selection", "rows"),
    [
        (Selection(), ["b,v2,calm", "a,v1,1", "b,v1,7", "a,v1,2"]),
        (Selection({"a"}), ["a,v1,1", "a,v1,2"]),
        (Selection(None, ZERO_US + 1_000_000, ZERO_US + 2_000_000), ["a,v1,1", "b,v1,7"]),
    ],
)
def test_a_recording_and_a_period_can_be_selected(
    player: Player, tmp_path: Path, selection: Selection, rows: list[str]
) -> None:
    path = tmp_path / "some.csv"
    told: list[tuple[int, int]] = []
    assert player.export(selection, Form(), path, lambda *at: told.append(at)).readings == len(rows)
    seen = [row.split(",") for row in path.read_text(encoding="utf-8").splitlines()[1:]]
    assert [",".join(row[2:5]) for row in seen] == rows
    assert [row[0] for row in seen] == [str(number) for number, _ in enumerate(rows, 1)]
    assert told[-1][0] == told[-1][1]


def test_no_recording_that_is_shown_is_replaced(player: Player, tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="is the recording itself"):
        player.export(Selection({"a"}), Form(), tmp_path / "b.pbrec", nothing)


def test_a_recording_becomes_a_parquet_file_with_the_types_of_its_values(
    player: Player, tmp_path: Path
) -> None:
    path = tmp_path / "b.parquet"
    player.export(Selection({"b"}), WIDE._replace(kind=FileKind.PARQUET), path, nothing)
    table = parquet.read_table(path)
    assert table.to_pylist() == [
        {"elapsed_s": 0.0, "Air (°C)": None, "v2": "calm"},
        {"elapsed_s": 1.0, "Air (°C)": 7.0, "v2": None},
    ]
