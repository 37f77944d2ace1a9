"""Each key of the bench file that is about boards or the journal has its effect.

The name of each decorated function says where the effect is seen.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from app.bench.status import DatastreamStatus
from app.boards.recordings.format import RecordingReader
from app.config.bench_file import BenchConfig, BenchSection, DeviceConfig, Organisation
from app.journal.pruning import Pruner
from app.wire.datastreams import Datastream
from app.wire.streams import Fate
from tests.bench.keys import Key, Keys
from tests.bench.terminal import Terminal
from tests.bench.test_keys_to_the_cloud import KEYS as KEYS_TO_THE_CLOUD
from tests.bench.trial import Trial
from tests.boards.opened_ports import Settings, note_settings

KEYS = Keys()
V1 = {"device.datastream.virtual_pin": "1"}
OUT_OF_RANGE = (("out_of_range", 1),)


@KEYS.row("bench.name", '"Lab 2"', by_default=("Bench", "Bench.db"), by_value=("Lab 2", "Lab-2.db"))
def _in_the_status_and_as_the_journals_file(trial: Trial) -> object:
    trial.without("bench.journal")
    trial.started()
    (journal,) = trial.data_folder.glob("*.db")
    return trial.bench.status().name, journal.name


@KEYS.row("bench.journal", '"here.db"', by_default="data/pinbridge/Bench.db", by_value="here.db")
def _as_the_file_that_holds_the_reading(trial: Trial) -> object:
    trial.started()
    trial.say("v1=1\n")
    told = trial.bench.status().journal
    trial.stop()
    (path,) = (path for path in trial.folder.rglob("*.db") if _kept(path) == 1)
    assert str(path) == told
    return str(path.relative_to(trial.folder))


@KEYS.row("bench.keep_days", "60", by_default=["v1"], by_value=["v1", "v2"])
def _in_the_journal_once_it_is_pruned(trial: Trial) -> object:
    for target, days in (("v3", 70), ("v2", 40), ("v1", 20)):
        trial.left([f"{target}=1\n"], age_days=days, fate=Fate.FORWARDED)
    _prune(trial)
    return _targets(trial.folder / "b.db")


@KEYS.row("bench.max_journal_mb", "0.4", by_default=24_000, by_value=12_000)
def _in_the_journal_once_it_is_cut_to_size(trial: Trial) -> object:
    trial.left(["v1=1\n" * 12_000, "v2=1\n" * 12_000], fate=Fate.FORWARDED)
    _prune(trial)
    return _kept(trial.folder / "b.db")


@KEYS.row("device.name", '"hall"', by_default=("board", "board"), by_value=("hall", "hall"))
def _in_the_status_and_in_the_journal(trial: Trial) -> object:
    trial.started()
    trial.say("v1=1\n")
    (name,) = _rows(trial.folder / "b.db", "SELECT name FROM device JOIN stream USING (device)")
    return trial.device.name, name


@KEYS.row("device.port", '"OTHER"', instead='"BOARD"', by_default="board", by_value="other")
def _as_the_terminal_that_is_read(trial: Trial) -> object:
    other = Terminal()
    try:
        ports = {'"BOARD"': trial.board, '"OTHER"': other}
        trial.keys["device.port"] = f'"{ports[trial.keys["device.port"]].port}"'
        trial.started()
        assert trial.device.port in trial.keys["device.port"]
        trial.board.say(b"# hello\nv1=1\n")
        other.say(b"# hello\nv2=2\n")
        trial.wait(lambda: trial.counts.readings == 1)
        return {"v1": "board", "v2": "other"}[trial.device.datastreams[0].target]
    finally:
        trial.stop()
        other.unplug()


@KEYS.row("device.baud_rate", "9600", by_default=(115200, 115200, 434), by_value=(9600, 9600, 5208))
def _at_the_port_in_a_recording_and_in_the_times_of_lines(trial: Trial) -> object:
    trial.started()
    baud_rate = trial.board.baud_rate
    trial.bench.record("board", True)
    trial.say("v1=0\n")
    trial.clock.now_s += 1
    trial.say("v1=1\nv1=2\n")
    times = trial.bench.readings.recent("board", "v1", 0, 1e12)[0]
    recording = trial.device.recording
    assert recording
    trial.stop()
    with Path(recording.path).open("rb") as file:
        recorded = RecordingReader(file).header.baud_rate
    return baud_rate, recorded, round((times[2] - times[1]) * 1e6)


@KEYS.row(
    "device.reset_on_connect",
    "false",
    by_default=(True, "try dtr = false and rts = false."),
    by_value=(False, "try reset_on_connect = true."),
)
def _at_the_port_and_in_what_is_said_of_a_silent_board(trial: Trial) -> object:
    trial.started()
    return trial.board.drops_dtr, _fix_of_silence(trial)


@KEYS.row(
    "device.dtr",
    "false",
    by_default=(True, True, "try dtr = false and rts = false."),
    by_value=(False, False, "try dtr = true."),
)
def _as_dtr_and_rts_at_the_port_and_in_what_is_said_of_a_silent_board(trial: Trial) -> object:
    settings = _opened(trial)
    return settings.dtr, settings.rts, _fix_of_silence(trial)


@KEYS.row("device.rts", "false", by_default=(True, True), by_value=(True, False))
def _as_rts_at_the_port(trial: Trial) -> object:
    settings = _opened(trial)
    return settings.dtr, settings.rts


@KEYS.row("device.data_bits", "7", by_default=8, by_value=7)
def _as_the_data_bits_of_the_port(trial: Trial) -> object:
    return _opened(trial).data_bits


@KEYS.row("device.parity", '"odd"', by_default="N", by_value="O")
def _as_the_parity_of_the_port(trial: Trial) -> object:
    return _opened(trial).parity


@KEYS.row("device.stop_bits", "2", by_default=1, by_value=2)
def _as_the_stop_bits_of_the_port(trial: Trial) -> object:
    return _opened(trial).stop_bits


@KEYS.row("device.flow_control", '"rts_cts"', by_default=(False, False), by_value=(True, False))
def _as_the_flow_control_of_the_port(trial: Trial) -> object:
    settings = _opened(trial)
    return settings.rts_cts, settings.xon_xoff


@KEYS.row("device.line_end", r'"\r\n"', by_default=b"hello\nbye\r!", by_value=b"hello\r\nbye\r!")
def _in_the_bytes_that_come_to_the_board(trial: Trial) -> object:
    trial.started()
    for text, line_end in (("hello", None), ("bye", "\r"), ("!", "")):
        assert trial.bench.send("board", text, line_end)
    return trial.board.heard_until(b"!")


@KEYS.row("device.record", "true", by_default=[], by_value=[b"# hello\nv1=1\n"])
def _as_a_file_of_what_the_board_said(trial: Trial) -> object:
    trial.started()
    trial.say("v1=1\n")
    assert bool(trial.device.recording) is (trial.keys.get("device.record") == "true")
    trial.stop()
    return trial.recordings(ended=True)


@KEYS.row(
    "device.unknown_pins",
    '"reject"',
    by_default=(["v1", "v9"], ()),
    by_value=(["v1"], (("unknown_pin", 1),)),
    needs=V1,
)
def _in_the_verdict_on_a_pin_without_an_entry(trial: Trial) -> object:
    return _verdicts(trial, "v1=1\nv9=1\n")


@KEYS.row("device.datastream.virtual_pin", "2", instead="1", by_default=["T", ""], by_value=["", "T"],
          needs={"device.datastream.name": '"T"'})  # fmt: skip
def _as_the_row_that_has_the_entrys_name(trial: Trial) -> object:
    return [row.name for row in _table(trial)]


@KEYS.row("device.datastream.name", '"Soil"', by_default="", by_value="Soil", needs=V1)
def _as_the_rows_name(trial: Trial) -> object:
    return _table(trial)[0].name


@KEYS.row("device.datastream.unit", '"°C"', by_default="", by_value="°C", needs=V1)
def _as_the_rows_unit(trial: Trial) -> object:
    return _table(trial)[0].unit


@KEYS.row("device.datastream.color", '"#D55E00"', by_default="", by_value="#D55E00", needs=V1)
def _as_the_rows_color(trial: Trial) -> object:
    return _table(trial)[0].color


@KEYS.row("device.datastream.line_style", '"dotted"', by_default="solid", by_value="dotted", needs=V1)
def _as_the_rows_line_style(trial: Trial) -> object:
    return _table(trial)[0].line_style


@KEYS.row(
    "device.datastream.type",
    '"int"',
    by_default=(["v1"], ()),
    by_value=([], (("not_an_integer", 1),)),
    needs=V1,
)
def _in_the_verdict_on_a_value_of_another_type(trial: Trial) -> object:
    return _verdicts(trial, "v1=1.5\n")


@KEYS.row("device.datastream.values", "[1, 2]", by_default=([1, 5], ()), by_value=([1], OUT_OF_RANGE),
          needs={**V1, "device.datastream.type": '"enum"'})  # fmt: skip
def _in_the_verdict_on_a_value_that_is_not_listed(trial: Trial) -> object:
    return _taken(trial, "v1=1\nv1=5\n")


@KEYS.row("device.datastream.min", "0", by_default=([-5, 5], ()), by_value=([5], OUT_OF_RANGE), needs=V1)
def _in_the_verdict_on_a_value_below(trial: Trial) -> object:
    return _taken(trial, "v1=-5\nv1=5\n")


@KEYS.row("device.datastream.max", "9", by_default=([50, 5], ()), by_value=([5], OUT_OF_RANGE), needs=V1)
def _in_the_verdict_on_a_value_above(trial: Trial) -> object:
    return _taken(trial, "v1=50\nv1=5\n")


@KEYS.row("device.datastream.out_of_range", '"clamp"', by_default=([5], OUT_OF_RANGE), by_value=([9, 5], ()),
          needs={**V1, "device.datastream.max": "9"})  # fmt: skip
def _in_the_value_that_is_kept(trial: Trial) -> object:
    return _taken(trial, "v1=50\nv1=5\n")


@KEYS.row("device.datastream.scale", "0.5", by_default=([5], ()), by_value=([2.5], ()), needs=V1)
@KEYS.row("device.datastream.offset", "-0.5", by_default=([5], ()), by_value=([4.5], ()), needs=V1)
def _in_the_value_that_is_kept_for_a_number(trial: Trial) -> object:
    return _taken(trial, "v1=5\n")


def _opened(trial: Trial) -> Settings:
    """Start the bench. Returns the settings with which it opened the port."""
    noted = note_settings(trial.monkeypatch)
    trial.started()
    return noted[-1]


def _fix_of_silence(trial: Trial) -> str:
    """Let the board be silent. Returns the last words of what is said about it."""
    trial.pass_link_time(5.0)
    _, question, fix = str(trial.device.link.message).rpartition("DTR")
    assert question
    return fix[fix.index("try ") :]


def _verdicts(trial: Trial, lines: str) -> object:
    """Let the board send `lines`. Returns their targets, and counts of rejected lines by reason."""
    trial.started()
    trial.say(lines)
    rows = [row.target for row in trial.device.datastreams if row.counts.readings]
    return rows, trial.device.reasons


def _taken(trial: Trial, lines: str) -> object:
    """Let the board send `lines`. Returns the values of v1, and counts of rejected lines by reason."""
    trial.started()
    trial.say(lines)
    return trial.bench.readings.recent("board", "v1", 0, 1e12)[1].tolist(), trial.device.reasons


def _table(trial: Trial) -> tuple[DatastreamStatus, ...]:
    """Let the board send v1 and v2. Returns their rows in the table of datastreams."""
    trial.started()
    trial.say("v1=1\nv2=2\n")
    return trial.device.datastreams


def _prune(trial: Trial) -> None:
    """Run the bench until its pruner has nothing more to do."""
    done: list[float] = []
    step = Pruner.step

    def told(pruner: Pruner) -> float:
        wait_s = step(pruner)
        if wait_s:
            done.append(wait_s)
        return wait_s

    trial.monkeypatch.setattr(Pruner, "step", told)
    trial.started()
    trial.wait(lambda: bool(done))
    trial.stop()


def _rows(path: Path, query: str) -> Iterator[int | str]:
    connection = sqlite3.connect(path)
    try:
        yield from [row[0] for row in connection.execute(query)]
    finally:
        connection.close()


def _kept(path: Path) -> int | str:
    """The number of readings in the journal at `path`."""
    return next(_rows(path, "SELECT coalesce(sum(count), 0) FROM segment"))


def _targets(path: Path) -> list[int | str]:
    """The targets that have readings in the journal at `path`, sorted."""
    return list(_rows(path, "SELECT DISTINCT target FROM segment JOIN stream USING (stream) ORDER BY target"))


TABLES: dict[str, type[msgspec.Struct]] = {
    "bench": BenchSection,
    "organisation": Organisation,
    "device": DeviceConfig,
    "device.datastream": Datastream,
}


@pytest.mark.parametrize("row", KEYS, ids=lambda row: row.key)
def test_a_key_that_is_left_out_has_its_default(row: Key, trial: Trial) -> None:
    assert row.seen(trial, row.instead) == row.by_default


@pytest.mark.parametrize("row", KEYS, ids=lambda row: row.key)
def test_a_key_has_its_effect(row: Key, trial: Trial) -> None:
    assert row.seen(trial, row.value) == row.by_value


def test_every_key_of_the_bench_file_has_a_row_that_tells_its_value_from_the_default() -> None:
    every = {
        f"{table}.{field.encode_name}"
        for table, kind in TABLES.items()
        for field in msgspec.structs.fields(kind)
    }
    tables = {field.encode_name for field in msgspec.structs.fields(BenchConfig)}
    rows = [*KEYS, *KEYS_TO_THE_CLOUD]
    assert {row.key for row in rows} | TABLES.keys() == every | tables | {"device.datastream"}
    assert all(row.by_default != row.by_value for row in rows)
