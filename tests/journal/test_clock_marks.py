"""The journal records each setting of the clock at its place among the readings."""

from __future__ import annotations

import sqlite3
from functools import partial
from pathlib import Path

import pytest

from app.bench.bench import Bench
from app.bench.status import LinkState
from app.boards import clock as clock_module
from app.config.loading import parse
from app.journal.clock_marks import last_arrival_us
from app.journal.streams.segments import unpack_ids, unpack_times
from app.wire.arrival import ClockMark
from tests.journal.test_journal import batch, opened

S = 1_000_000
NOW = 1_764_016_265 * S


def marks(path: Path) -> list[tuple[int, int, int]]:
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT first_id, at_us, stepped_us FROM clock_mark ORDER BY mark").fetchall()
    connection.close()
    return rows


def is_open(bench: Bench) -> bool:
    return bench.status().devices[0].link.state is LinkState.OPEN


def times_by_id(path: Path) -> dict[int, int]:
    connection = sqlite3.connect(path)
    found: dict[int, int] = {}
    for first_id, ids, times in connection.execute("SELECT first_id, ids, times FROM segment"):
        found.update(zip(unpack_ids(ids, first_id), unpack_times(times), strict=True))
    connection.close()
    return dict(sorted(found.items()))


def test_a_mark_has_the_id_of_the_first_reading_after_it(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    assert last_arrival_us(journal.reader(), "board") is None
    mark = ClockMark(500_000, 7, -3 * S)
    after = batch("v2=3\nv1=4\n", 500_000)._replace(marks=(mark,))
    journal.write([("board", batch("v1=1\nv2=2\n")), ("board", after)], [])
    assert marks(tmp_path / "j.db") == [(3, 500_000, -3 * S)]
    assert last_arrival_us(journal.reader(), "board") == 500_000
    journal.write([("board", batch("v2=5\n", 600_000))], [])
    assert last_arrival_us(journal.reader(), "board") == 600_000
    assert last_arrival_us(journal.reader(), "other") is None
    journal.close()


def test_the_last_arrival_is_that_of_the_reading_that_came_last(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    journal.bind("other", b"")
    # The clock was set back between the batches of each commit, and between the commits to before 1970.
    for first, second, at_us in (("v2=1\n" * 256, "v1=1\n", 900), ("v1=1\n", "v2=1\n" * 3, -900)):
        said = [("board", batch(first, at_us + 99)), ("board", batch(second, at_us))]
        journal.write([*said, ("other", batch("v1=1\n", 5))], [])
        assert last_arrival_us(journal.reader(), "board") == at_us
    journal.close()


def test_between_two_marks_no_time_runs_backwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pty = pytest.importorskip("tests.processes", reason="a pty stands for a board; Windows has none")
    offset_us = 0
    real = clock_module.wall_us
    monkeypatch.setattr(clock_module, "wall_us", lambda: real() + offset_us)

    def say(bench: Bench, board: object, data: bytes, readings: int) -> None:
        board.say(data)  # type: ignore[attr-defined]
        pty.wait_until(lambda: bench.status().devices[0].counts.readings == readings)

    for start in (0, 6):
        with pty.pty_board() as board:
            text = f'[bench]\njournal = "j.db"\n[[device]]\nname = "board"\nport = "{board.port}"\n'
            bench = Bench(parse(text.encode(), "b.toml", tmp_path), {})
            bench.start()
            pty.wait_until(partial(is_open, bench))
            say(bench, board, b"v1=1\nv1=2\n", start + 2)
            offset_us -= S
            say(bench, board, b"v1=3\n", start + 3)
            offset_us -= 3600 * S
            say(bench, board, b"v1=4\n", start + 4)
            offset_us += 7200 * S
            say(bench, board, b"v1=5\nv1=6\n", start + 6)
            bench.stop()
        offset_us -= 5 * 3600 * S
    found = times_by_id(tmp_path / "j.db")
    rows = marks(tmp_path / "j.db")
    assert [first_id for first_id, _, _ in rows] == [4, 5, 7, 10, 11]
    assert [round(stepped_us / S / 3600) for _, _, stepped_us in rows] == [-1, 2, -5, -1, 2]
    firsts = {first_id for first_id, _, _ in rows}
    for reading in range(2, 13):
        assert reading in firsts or found[reading] >= found[reading - 1]
