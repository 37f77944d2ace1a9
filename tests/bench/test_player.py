"""A recording that is shown: every position has what a replay has shown when it comes there."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.bench import run as run_module
from app.bench.bench import Bench
from app.bench.errors import BenchError
from app.bench.player import Player
from app.bench.run import Run
from app.bench.status import LinkState
from app.boards.recordings.format import Header, Record, RecordingError, RecordKind, pack, pack_header
from app.config.bench_file import BenchConfig, BenchSection, DeviceConfig
from app.journal.export.form import Form, Selection
from app.journal.export.rows import Exported
from app.journal.export.tables import HEADER
from app.journal.journal import Journal
from app.messages.message import Message
from app.wire.datastreams import Datastream, LineStyle
from app.wire.timeline import Timeline
from tests.boards.recordings.test_replay import PIECES
from tests.waiting import wait_until

ZERO_US = 1_790_000_000_000_000
GAPS = st.sampled_from([0, 1, 40_000, 1_000_000, 3_600_000_000])
CHUNKS = st.tuples(st.just(RecordKind.DATA), GAPS, st.lists(PIECES, max_size=4).map(b"".join))
OTHERS = st.tuples(st.sampled_from([RecordKind.OPENED, RecordKind.CLOSED]), GAPS, st.just(b""))
RECORDS = st.lists(st.one_of(CHUNKS, CHUNKS, CHUNKS, OTHERS), min_size=1, max_size=60)


class Clock:
    def __init__(self) -> None:
        self.now_s = 50.0

    def __call__(self) -> float:
        return self.now_s


def write(path: Path, records: list[tuple[RecordKind, int, bytes]], device: str = "board") -> Path:
    path.parent.mkdir(exist_ok=True)
    data = b"".join(pack(Record(kind, gap_us, 0, chunk)) for kind, gap_us, chunk in records)
    path.write_bytes(pack_header(Header(device, "COM5", 115200, ZERO_US)) + data)
    return path


def every_second(values: list[float], name: str = "v1") -> list[tuple[RecordKind, int, bytes]]:
    lines = [(RecordKind.DATA, 1_000_000, f"{name}={value}\n".encode()) for value in values]
    return [(RecordKind.OPENED, 0, b""), *lines, (RecordKind.CLOSED, 0, b""), (RecordKind.ENDED, 0, b"")]


@contextmanager
def opened(path: Path, clock: Callable[[], float] | None = None, **keys: Any) -> Iterator[Player]:
    player = Player(path, clock=clock or Clock(), **keys)
    try:
        wait_until(lambda: player.is_whole)
        yield player
    finally:
        player.stop()


def shown(run: Run, at_us: int) -> object:
    progress = run.show(at_us)
    curves = {}
    for target in sorted(progress.latest):
        times, values = run.window(target, 0, (run.zero_us + at_us) / 1e6)
        curves[target] = times.tolist(), values.tolist()
    return (
        progress.counts,
        progress.latest,
        progress.readings,
        progress.reasons,
        progress.console.lines(0, 1000),
        curves,
    )


@given(RECORDS, st.data())
def test_every_position_shows_what_a_replay_up_to_there_has_shown(
    tmp_path_factory: pytest.TempPathFactory, records: Any, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("run")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run_module, "CHECK_BYTES", 64)
        patch.setattr(run_module, "_TARGET_BYTES", 1)
        patch.setattr(run_module, "_MOST_BACK", 1000)
        with closing(Run(write(folder / "a.pbrec", records))) as run:
            wait_until(lambda: run.is_whole)
            total_us = sum(gap_us for _, gap_us, _ in records)
            assert run.length_us == total_us
            for at_us in data.draw(st.lists(st.integers(0, total_us), min_size=1, max_size=3)):
                last, passed_us = 0, 0
                for number, (_, gap_us, _) in enumerate(records, 1):
                    passed_us += gap_us
                    last = number if passed_us <= at_us else last
                # A replay in small steps, of a file that has no more than that.
                ends = last == len(records)
                cut = [*records[:last], *([] if ends else [(RecordKind.DATA, 10**9, b"")])]
                with closing(Run(write(folder / "b.pbrec", cut))) as straight:
                    wait_until(lambda straight=straight: straight.is_whole)  # type: ignore[misc]
                    step_us = max(1, at_us // 3)
                    for step in range(0, at_us, step_us):
                        straight.show(step)
                    assert shown(run, at_us) == shown(straight, at_us)


def test_the_end_has_what_the_bench_has_after_a_replay(tmp_path: Path) -> None:
    records = [
        *every_second([1.5, -2, 300]),
        (RecordKind.OPENED, 10, b""),
        (RecordKind.DATA, 1000, b"half\nnonsense\n# comment\n\nv2=text\nv1=7\nv300=1\nv3=1"),
        (RecordKind.DATA, 1000, b"2"),
    ]
    records = [record for record in records if record[0] is not RecordKind.ENDED]
    path = write(tmp_path / "a.pbrec", records)
    device = DeviceConfig(name="board", port=f"replay:{path}")
    config = BenchConfig(bench=BenchSection(journal=str(tmp_path / "journal.db")), device=(device,))
    bench = Bench(config, {}, replay_speed=0)
    bench.start()
    wait_until(lambda: bench.status().devices[0].link.state is LinkState.ENDED)
    bench.stop()
    real = bench.status().devices[0]
    with opened(path) as player:
        player.transport.seek(player.length_us)
        played = player.status().devices[0]
    assert played.lines == real.lines
    assert played.link == real.link
    assert sorted(played.reasons) == sorted(real.reasons)
    assert [(row.target, row.value) for row in played.datastreams] == [
        (row.target, row.value) for row in real.datastreams
    ]


def test_it_plays_pauses_and_jumps(tmp_path: Path) -> None:
    clock = Clock()
    with opened(write(tmp_path / "run 1.pbrec", every_second(list(range(100)))), clock) as player:

        def value() -> object:
            return player.status().devices[0].datastreams[0].value

        clock.now_s += 5.5
        assert (value(), player.position_us) == (4, 5_500_000)
        player.transport.speed = 10.0
        clock.now_s += 2
        assert value() == 24
        player.transport.toggle(player.length_us)
        clock.now_s += 100
        assert value() == 24
        player.transport.seek(3_000_000)
        assert value() == 2
        times, values = player.history("run 1", "v1", 0, np.inf)
        assert values.tolist() == [0, 1, 2]
        assert times.tolist() == [ZERO_US / 1e6 + n for n in (1, 2, 3)]
        player.transport.speed = 0.0
        player.transport.toggle(player.length_us)
        assert value() == 99
        assert player.status().devices[0].link.state is LinkState.ENDED
        player.transport.toggle(player.length_us)
        player.transport.speed = 1.0
        assert player.position_us == 0
        assert player.status().devices[0].datastreams == ()


def test_two_runs_begin_at_the_same_zero(tmp_path: Path) -> None:
    first = write(tmp_path / "run.pbrec", every_second([1, 2, 3]))
    other = write(tmp_path / "other" / "run.pbrec", every_second([10, 20, 30, 40, 50]))
    other.write_bytes(other.read_bytes().replace(str(ZERO_US).encode(), str(ZERO_US + 10**12).encode()))
    with opened(first) as player:
        assert player.add(other) == "run (2)"
        wait_until(lambda: player.is_whole)
        assert player.length_us == 5_000_000
        player.transport.seek(4_500_000)
        one, two = player.status().devices
        assert (one.datastreams[0].value, two.datastreams[0].value) == (3, 40)
        assert player.history("run (2)", "v1", 0, np.inf)[0].tolist() == [
            ZERO_US / 1e6 + n for n in (1, 2, 3, 4)
        ]


def test_a_known_device_gives_its_names_units_and_line_styles(tmp_path: Path) -> None:
    stream = Datastream(virtual_pin=1, name="Temperature", unit="°C", scale=2.0, line_style=LineStyle.DASHED)
    known = DeviceConfig(name="oven", port="COM1", datastream=(stream,))
    with opened(write(tmp_path / "a.pbrec", every_second([4]), "oven"), known=[known]) as player:
        player.transport.seek(player.length_us)
        (row,) = player.status().devices[0].datastreams
        assert (row.name, row.unit, row.line_style, row.value) == ("Temperature", "°C", LineStyle.DASHED, 8)


def test_a_damaged_file_is_shown_as_far_as_it_goes(tmp_path: Path) -> None:
    path = write(tmp_path / "a.pbrec", every_second([1, 2, 3]))
    data = bytearray(path.read_bytes())
    data[-60] ^= 1
    path.write_bytes(data)
    with opened(path) as player:
        player.transport.seek(10**9)
        status = player.status()
        assert status.devices[0].datastreams[0].value == 2
        (warning,) = status.warnings
        assert warning.code == "run_damaged"


def test_another_file_is_no_recording(tmp_path: Path) -> None:
    path = tmp_path / "a.pbrec"
    path.write_bytes(b"something else")
    with pytest.raises(RecordingError, match="is not a recording"):
        Player(path)
    with pytest.raises(RecordingError, match="cannot be opened"):
        Player(tmp_path / "gone.pbrec")
    with pytest.raises(RecordingError, match="is not a recording"):
        Player(tmp_path)


def test_a_file_with_the_largest_numbers_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "a.pbrec"
    records = [Record(RecordKind.DATA, gap_us, 0, b"v1=1\n") for gap_us in (1, 2**64 - 1, 5)]
    path.write_bytes(pack_header(Header("", "", -5, 2**63)) + b"".join(map(pack, records)))
    with opened(path) as player:
        player.transport.seek(10**30)
        assert player.status().devices[0].lines.lines == 1


def test_nothing_can_be_done_with_a_recording(tmp_path: Path) -> None:
    with opened(write(tmp_path / "a.pbrec", every_second([1]))) as player:
        with pytest.raises(BenchError, match="only shown"):
            player.send("a", "on")
        with pytest.raises(BenchError, match="only shown"):
            player.delete_data("a")
        with pytest.raises(BenchError, match="only shown"):
            player.timelines.mark("a", 1.0, "here")
        assert (player.timelines.read("a", 0, 9), player.timelines.version("a")) == (Timeline(), 0)


def test_opening_reads_no_more_than_the_header_and_seeking_reads_a_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    block = b"".join(b"v1=%d\n" % n for n in range(2000))
    path = write(tmp_path / "a.pbrec", [(RecordKind.DATA, 1000, block)] * 300)
    size = path.stat().st_size
    with opened(path) as player:
        read: list[int] = []
        take = Run._take

        def counting(run: Run, record: Record) -> None:
            read.append(record.size)
            take(run, record)

        monkeypatch.setattr(Run, "_take", counting)
        for part in (0.9, 0.1, 0.5, 1.0, 0.0):
            read.clear()
            player.transport.seek(int(part * player.length_us))
            player.status()
            assert sum(read) <= 3 * run_module.CHECK_BYTES < size / 8


def test_a_window_has_every_peak_and_few_points(tmp_path: Path) -> None:
    values = [n % 7 for n in range(60_000)]
    values[31_111] = 1000
    block = [
        (RecordKind.DATA, 100, b"".join(b"v1=%d\n" % v for v in values[n : n + 60]))
        for n in range(0, 60_000, 60)
    ]
    with opened(write(tmp_path / "a.pbrec", block)) as player:
        player.transport.seek(player.length_us)
        times, found = player.history("a", "v1", 0, np.inf)
        assert found.max() == 1000
        assert len(found) < 20_000
        assert (np.diff(times) >= 0).all()
        assert found[-1] == values[-1]


def test_the_readings_has_what_was_shown_so_far(tmp_path: Path) -> None:
    clock = Clock()
    with opened(write(tmp_path / "a.pbrec", every_second([1, 2, 3])), clock) as player:
        wait_until(lambda: player.is_whole)
        readings, zero_s = player.readings, ZERO_US / 1e6
        counts = []
        for position, shown in ((0, []), (1, [1]), (2, [1, 2]), (3, [1, 2, 3])):
            clock.now_s = 50.0 + position
            assert readings.window("a", "v1", 0.0, zero_s + 99, 100)[1].tolist() == shown
            assert readings.extent("a", "v1") == (zero_s, zero_s + position)
            counts.append(readings.count("a", "v1"))
        assert len(set(counts)) == 4
        assert readings.count("a", "v1") == counts[-1]
        assert readings.revision("a", "v1") == 0
        readings.watch(lambda: pytest.fail("the window looks at a recording in each frame"))


def test_the_readings_have_the_texts_that_were_shown_so_far(tmp_path: Path) -> None:
    clock, lines = Clock(), (b"v1=on\n", b"v1=on\nv2=1\n", b"v1=off\nv2=2\n", b"v1=5\n")
    begin = (RecordKind.OPENED, 0, b""), (RecordKind.DATA, 0, b"# sketch\n")
    records = [*begin, *((RecordKind.DATA, 10**6, line) for line in lines)]
    with opened(write(tmp_path / "a.pbrec", records), clock) as player:
        wait_until(lambda: player.is_whole)
        readings, zero_s = player.readings, ZERO_US / 1e6
        counts = []
        for position, shown in enumerate(([], ["on"], ["on"], ["on", "off"], ["on", "off", None])):
            clock.now_s = 50.0 + position
            found = readings.states("a", "v1", 0.0, zero_s + 99, 1000)
            assert [row.text for row in found if row.changes] == shown
            counts.append(readings.count("a", "v1"))
        assert len(set(counts)) == 5
        assert readings.states("a", "v2", 0.0, zero_s + 99, 1000) == []
        assert player.states("a", "v1", zero_s + 2.5, zero_s + 99, 1000)[0].since_s == zero_s + 1


def test_the_status_has_the_position_and_says_that_nothing_is_sent(tmp_path: Path) -> None:
    clock = Clock()
    with opened(write(tmp_path / "a.pbrec", every_second([1, 2, 3])), clock) as player:
        player.add(write(tmp_path / "b.pbrec", every_second([1])))
        wait_until(lambda: player.is_whole)
        for after_s, positions in ((0, [0, 0]), (2.5, [2_500_000, 1_000_000]), (9, [3_000_000, 1_000_000])):
            clock.now_s = 50.0 + after_s
            devices = player.status().devices
            assert [device.replay.position_us for device in devices if device.replay] == positions
            assert [device.replay.length_us for device in devices if device.replay] == [3_000_000, 1_000_000]
            assert {device.cloud.message for device in devices} == {Message("run_not_forwarded")}


def exported(player: Player, device: str, path: Path, **keys: Any) -> tuple[Exported, list[str]]:
    written = player.export(Selection({device}), Form(), path, **{"progress": lambda *_at: None, **keys})
    return written, path.read_text(encoding="utf-8").splitlines()


def test_a_recording_is_saved_as_the_table_of_a_journal_without_fates(tmp_path: Path) -> None:
    lines = [
        (RecordKind.DATA, 1_000_000, line) for line in (b"v1=1.5\n# hi\n", b"v2=calm,v3=1\n", b"v1=-3\nv9")
    ]
    path = write(tmp_path / "=run.pbrec", [(RecordKind.OPENED, 0, b""), *lines])
    with opened(path) as player:
        told, rows = exported(player, "=run", tmp_path / "a.csv")
        assert (told.readings, told.unreadable) == (len(rows) - 1, [])
        assert rows[:2] == [",".join(HEADER), "1,2026-09-21T14:13:21.000000Z,'=run,v1,1.5,"]
        assert rows[-1] == f"{len(rows) - 1},2026-09-21T14:13:23.000000Z,'=run,v1,-3,"


@given(RECORDS)
def test_what_is_saved_is_what_is_shown_at_the_end(
    tmp_path_factory: pytest.TempPathFactory, records: list[tuple[RecordKind, int, bytes]]
) -> None:
    folder = tmp_path_factory.mktemp("export")
    with opened(write(folder / "a.pbrec", records)) as player:
        player.transport.seek(player.length_us)
        (device,) = player.status().devices
        told, _ = exported(player, "a", folder / "a.csv")
        assert told.readings == device.counts.readings
        with (folder / "a.csv").open(encoding="utf-8", newline="") as file:
            assert len(list(csv.reader(file))) == told.readings + 1


def test_a_saving_can_be_cancelled_and_replaces_neither_a_recording_nor_a_journal(tmp_path: Path) -> None:
    path = write(tmp_path / "a.pbrec", every_second([float(number) for number in range(9000)]))
    Journal(tmp_path / "j.db").close()
    before = path.read_bytes()

    class CancelledError(Exception):
        pass

    def cancel(seen: int, total: int) -> None:
        assert 0 < seen < total
        raise CancelledError

    with opened(path) as player:
        with pytest.raises(CancelledError):
            exported(player, "a", tmp_path / "a.csv", progress=cancel)
        assert not (tmp_path / "a.csv").exists()
        with pytest.raises(BenchError, match="choose another folder"):
            exported(player, "a", tmp_path / "no" / "a.csv")
        with pytest.raises(BenchError, match="is the recording itself"):
            exported(player, "a", path)
        with pytest.raises(BenchError, match="Pinbridge journal"):
            exported(player, "a", tmp_path / "j.db")
        path.write_bytes(before[:-100])
        told, rows = exported(player, "a", tmp_path / "a.csv")
        assert [message.code for message in told.unreadable] == ["run_damaged"]
        assert told.readings == len(rows) - 1 > 8000
    assert len(before) > len(path.read_bytes())
