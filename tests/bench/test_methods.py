"""Every public method of `Bench` has its effect."""

from __future__ import annotations

import socket
import sqlite3
import threading
from collections.abc import Mapping

import pytest

from app.bench.bench import Bench, BenchError
from app.bench.status import CloudState, Form, Layout, LinkState, PortInfo, Selection
from app.boards.ports.registry import PortRegistry
from app.boards.status import SearchState
from app.journal.journal import Journal
from app.messages.message import Message
from app.wire.streams import Fate
from tests.bench.clock import NOON_US
from tests.bench.scenes import Scene, Scenes
from tests.bench.terminal import Terminal
from tests.bench.trial import Trial
from tests.cloud.rude_server import RudeServer, answer
from tests.waiting import PATIENCE_S

SCENES = Scenes()
Seen = Mapping[str, tuple[object, object]]


@SCENES.scene({"start": ([], ["journal", "plan board", "port board"]), "stop": (True, False)})
def _a_bench_works_between_start_and_stop(trial: Trial) -> Seen:
    """After the stop, accepted readings are in the journal, the port is free, and no thread is left."""
    others = set(threading.enumerate())

    def threads() -> list[str]:
        return sorted(thread.name for thread in set(threading.enumerate()) - others)

    trial.keys["device.server"] = '"http://127.0.0.1:9"'
    trial.made()
    first = threads()
    trial.started_again()
    at_work = [name for name in threads() if not name.startswith("send")]
    trial.say("v1=1\n")
    was_held = trial.board.is_held
    bench = trial.bench
    trial.stop()
    bench.stop()  # A second call does nothing.
    assert threads() == []
    journal = Journal(trial.folder / "b.db")
    assert [stream.next_seq for stream in journal.streams()] == [2]
    journal.close()
    return {"start": (first, at_work), "stop": (was_held, trial.board.is_held)}


@SCENES.scene({"stop_boards": (LinkState.GOOD, LinkState.CLOSED)})
def _boards_are_stopped_and_their_readings_sent(trial: Trial) -> Seen:
    trial.started()
    trial.say("v1=1\n")
    first = trial.device.link.state
    trial.bench.stop_boards()
    trial.board.say(b"v1=2\n")
    assert trial.sent() == ["update v1=1"]
    assert not trial.board.is_held
    return {"stop_boards": (first, trial.device.link.state)}


@SCENES.scene({"unwritten": (1, 0)})
def _unwritten_readings_are_counted(trial: Trial) -> Seen:
    trial.started()
    other = sqlite3.connect(trial.folder / "b.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    trial.say("v1=1\n", durable=False)
    first = trial.bench.unwritten
    other.execute("COMMIT")
    other.close()
    trial.wait(lambda: trial.counts.readings == 1 and trial.bench.unwritten == 0)
    return {"unwritten": (first, trial.bench.unwritten)}


@SCENES.scene({"send": (False, True), "sent": ([], [("hello", True)])})
def _a_line_goes_to_a_board_that_is_there(trial: Trial) -> Seen:
    """The key `line_end` has a test of its own."""
    closed, before = trial.made().send("board", "too early"), trial.bench.sent("board", 0)
    trial.started_again()
    sent = trial.bench.send("board", "hello")
    assert trial.board.heard_until(b"\n") == b"hello\n"
    trial.wait(lambda: bool(trial.bench.sent("board", 0)))
    noted = [(line.text, line.was_taken) for line in trial.bench.sent("board", 0)]
    return {"send": (closed, sent), "sent": (before, noted)}


@SCENES.scene({"release_port": (True, False), "take_port": (False, True)})
def _a_port_is_lent_to_another_program(trial: Trial) -> Seen:
    trial.started()
    first = trial.board.is_held
    trial.bench.release_port("board")
    trial.wait(lambda: trial.device.link.state is LinkState.RELEASED)
    lent = trial.board.is_held
    trial.bench.take_port("board")
    trial.wait(lambda: trial.device.reconnects == 1)
    return {"release_port": (first, lent), "take_port": (lent, trial.board.is_held)}


@SCENES.scene({"reconfigure": (("board", 1), ("hall", 2))})
def _a_running_bench_follows_its_file(trial: Trial) -> Seen:
    bench = trial.started()
    trial.say("v1=1\n")
    first = trial.device.name, trial.counts.readings
    bench.reconfigure(trial.config(name='"hall"'), {}, {"hall": "board"})
    trial.say("v1=2\n")
    return {"reconfigure": (first, (trial.device.name, trial.counts.readings))}


@SCENES.scene({"choose_port": (LinkState.AMBIGUOUS, LinkState.OPEN)})
def _the_user_chooses_a_board(trial: Trial) -> Seen:
    other = Terminal()
    there = [PortInfo(port, "CH340", "1A86:7523", "", place)
             for port, place in ((trial.board.port, "1-3"), (other.port, "1-4"))]  # fmt: skip
    trial.monkeypatch.setattr(
        "app.bench.bench.PortRegistry", lambda: PortRegistry(lambda: there, lambda: None)
    )
    trial.never_retry()
    bench = trial.started(port='"usb:1A86:7523"')
    trial.wait(lambda: trial.device.link.state is LinkState.AMBIGUOUS)
    assert trial.device.link.choices == tuple(there)
    with pytest.raises(ValueError, match="choose another board"):
        bench.choose_port("board", "COM99")
    bench.choose_port("board", trial.board.port)
    trial.wait(lambda: trial.device.link.state is LinkState.OPEN)
    last = trial.device.link.state
    other.unplug()
    trial.say("v1=2\n")
    return {"choose_port": (LinkState.AMBIGUOUS, last)}


@SCENES.scene({"find_baud_rate": (None, SearchState.CANCELLED)})
def _a_search_for_the_baud_rate_is_begun_and_cancelled(trial: Trial) -> Seen:
    assert not trial.made().find_baud_rate("board")  # The port is not open.
    trial.started_again()
    first = trial.device.baud_search
    assert trial.bench.find_baud_rate("board")
    listening = trial.device.baud_search
    assert listening
    assert listening.state is SearchState.LISTENING
    assert trial.bench.find_baud_rate("board", False)
    last = trial.device.baud_search
    assert last
    return {"find_baud_rate": (first, last.state)}


@SCENES.scene({"record": ([], [b"v1=2\n"])})
def _a_recording_begins_and_ends(trial: Trial) -> Seen:
    trial.started()
    trial.say("v1=1\n")
    first = trial.recordings()
    trial.bench.record("board", True)
    trial.say("v1=2\n")
    trial.bench.record("board", False)
    trial.say("v1=3\n")
    assert trial.device.recording is None
    return {"record": (first, trial.recordings(ended=True))}


@SCENES.scene({"try_now": (CloudState.PAUSED, CloudState.IDLE)})
def _a_paused_device_tries_again_at_once(trial: Trial) -> Seen:
    refusal = answer("400 Bad Request", b'{"error":{"message":"Invalid token."}}', "Connection: close")
    with RudeServer(refusal, answer("200 OK", b"", "Connection: close")) as server:
        trial.started(server=f'"{server.url}"')
        trial.say("v1=1\n")
        trial.wait(lambda: trial.device.cloud.state is CloudState.PAUSED)
        assert trial.bench.idle_s() is not None  # No pending reading could be sent now.
        trial.bench.try_now("board")
        trial.wait(lambda: trial.counts.pending == 0)
        last = trial.device.cloud.state
        trial.stop()
    return {"try_now": (CloudState.PAUSED, last)}


@SCENES.scene({"skip": (False, True)})
def _a_stuck_reading_is_skipped(trial: Trial) -> Seen:
    with RudeServer(answer("404 None", b"nothing here", "Connection: close")) as server:
        trial.started(server=f'"{server.url}"')
        first = trial.bench.skip("board")
        trial.say("v1=1\n")
        trial.wait(lambda: trial.bench.skip("board"))
        trial.wait(lambda: trial.counts.refused == 1)
        trial.stop()
    return {"skip": (first, True)}


@SCENES.scene({"refused": ([], [("v1", 1, "no such pin"), ("v2", 2, "no such pin")]),
               "resend": ([], ["update v2=2", "update v1=1"])})  # fmt: skip
def _refused_readings_are_listed_and_sent_again(trial: Trial) -> Seen:
    trial.left(["v1=1\nv2=2\n"], fate=Fate.REFUSED, reason="no such pin")
    trial.started()
    readings = trial.bench.refused("board")
    assert [reading.received_at_us for reading in readings] == [NOON_US] * 2
    first = trial.calls()
    assert trial.bench.resend("board", "v7") == trial.bench.resend("board", ids=[77]) == 0
    assert trial.bench.resend("board", "v2") == 1
    trial.wait(lambda: trial.counts.forwarded == 1)
    assert trial.bench.resend("board", ids=[readings[0].id]) == 1
    trial.wait(lambda: trial.counts.forwarded == 2)
    listed = [(reading.target, reading.value, str(reading.reason)) for reading in readings]
    return {"refused": (trial.bench.refused("board"), listed), "resend": (first, trial.calls())}


@SCENES.scene({"send_here": ([], ["update v1=1"]), "discard": (1, 0)})
def _held_readings_are_sent_or_discarded(trial: Trial) -> Seen:
    trial.left(["v1=1\n"], token="another")
    trial.left(["v2=2\n"], device="gone")
    trial.started()
    first, waits = trial.calls(), trial.bench.status().devices[1].counts.held
    assert (trial.bench.send_here("board"), trial.bench.discard("gone")) == (1, 1)
    calls = trial.sent()
    left = trial.bench.status().devices[1].counts
    assert left.expired == 1
    return {"send_here": (first, calls), "discard": (waits, left.held)}


@SCENES.scene({"decide_unassigned": ([], ["update v1=1"])})
def _readings_from_before_the_server_are_sent(trial: Trial) -> Seen:
    trial.left(["v1=1\n"], unassigned=True)
    trial.started()
    first = trial.calls()
    assert trial.bench.decide_unassigned("board", send=True) == 1
    return {"decide_unassigned": (first, trial.sent())}


@SCENES.scene({"discard_refused": ([1, 2], [1])})
def _refused_readings_are_discarded(trial: Trial) -> Seen:
    trial.left(["v1=1\nv2=2\n"], fate=Fate.REFUSED, reason="no such pin")
    trial.started()
    first = [reading.value for reading in trial.bench.refused("board")]
    assert trial.bench.discard_refused("board", "v7") == trial.bench.discard_refused("board", ids=[77]) == 0
    assert trial.bench.discard_refused("board", "v2") == 1
    assert trial.counts.expired == 1
    left = [reading.value for reading in trial.bench.refused("board")]
    return {"discard_refused": (first, left)}


@SCENES.scene({"delete_data": ((2, [1, 2], "v1", 1), (0, [], None, 0))})
def _deleted_data_is_gone_from_memory_and_from_the_journal(trial: Trial) -> Seen:
    trial.without("device.server", "device.auth_token", "device.requests_per_s")
    bench = trial.started()
    trial.say("v1=1\nv1=2\nx=1\n")

    def there() -> object:
        export = bench.export(Selection({"board"}), Form(), trial.folder / "all.csv", _nothing)
        values = bench.readings.recent("board", "v1", 0, 1e12)[1].tolist()
        seen = [row.target for row in trial.device.datastreams if row.value is not None]
        return export.readings, values, seen[0] if seen else None, len(bench.rejected("board"))

    first = there()
    assert bench.delete_data("board") == 2
    assert trial.device.reasons == ()
    return {"delete_data": (first, there())}


@SCENES.scene({
    "export": (["2;2026-11-15T12:00:00.000000Z;board;v1;0,5;pending"], [(2, 2)]),
    "export_text": ("time_utc\tv1\n2026-11-15 12:00:00.000\t0.5\n", 1),
})  # fmt: skip
def _readings_become_a_file_or_a_text(trial: Trial) -> Seen:
    """The form, the device and the progress are as asked for, even after the bench was stopped."""
    trial.left(["v1=7\n"], device="gone")
    trial.left(["v1=0.5\n"])
    bench = trial.made()
    trial.stop()
    path, told, board = trial.folder / "b.csv", list[tuple[int, int]](), Selection({"board"})
    signs = Form(separator=";", decimal=",")
    bench.export(board, signs, path, lambda *at: told.append(at))
    with pytest.raises(BenchError, match="choose another folder"):
        bench.export(board, signs, trial.folder / "no" / "b.csv", _nothing)
    wide = Form(Layout.WIDE, separator="\t")
    text, exported = bench.export_text(board, wide, 1, _nothing)
    with pytest.raises(BenchError, match="too many for the clipboard"):
        bench.export_text(Selection(), Form(), 1, _nothing)
    (trial.folder / "b.db").write_bytes(b"homework")
    with pytest.raises(BenchError, match="not a Pinbridge journal"):
        bench.export(board, signs, path, _nothing)
    written = path.read_text(encoding="utf-8").splitlines()[1:]
    return {"export": (written, told), "export_text": (text, exported.readings)}


@SCENES.scene({"idle_s": (None, True)})
def _a_bench_is_idle_once_all_is_sent(trial: Trial) -> Seen:
    taken = threading.Event()

    def takes_its_time(peer: socket.socket) -> None:
        taken.wait(PATIENCE_S)
        answer("200 OK", b"", "Connection: close")(peer)

    with RudeServer(takes_its_time) as server:
        trial.started(server=f'"{server.url}"')
        trial.say("v1=1\n")
        first = trial.bench.idle_s()
        taken.set()
        trial.wait(lambda: trial.counts.pending == 0)
        trial.wait(lambda: trial.bench.idle_s() is not None)
        trial.stop()
    return {"idle_s": (first, True)}


@SCENES.scene({"console": ([2, 3], [4]), "readings": ([1, 2, 3], [2]), "raw_bytes": (b"", b"v1=3\n")})
def _console_and_readings_give_the_range_asked_for(trial: Trial) -> Seen:
    bench = trial.started()
    raw = bench.raw_bytes("board").data
    for value in range(1, 4):
        trial.clock.now_s += 1
        trial.say(f"v1={value}\n")
    noon_s = NOON_US / 1e6

    def console(after: int, limit: int) -> list[int]:
        return [line.number for line in bench.console("board", after, limit) if line.number < 4 or after]

    def history(from_s: float, to_s: float) -> object:
        return bench.readings.recent("board", "v1", noon_s + from_s, noon_s + to_s)[1].tolist()

    return {
        "console": (console(0, 3), console(3, 9)),
        "readings": (history(0, 9), history(1.5, 2.5)),
        "raw_bytes": (raw, bench.raw_bytes("board").data[-5:]),
    }


@SCENES.scene({"rejected": ([], [("x=1", "wrong_pin")])})
def _rejected_lines_of_all_runs_are_kept(trial: Trial) -> Seen:
    """Even those of a device that is no longer in the bench file are kept."""
    trial.started()
    first = trial.bench.rejected("board")
    trial.say("x=1\n")
    trial.stop()
    trial.started(name='"other"')
    lines = [(line.text, str(line.reason)) for line in trial.bench.rejected("board")]
    assert trial.bench.rejected("other") == []
    return {"rejected": (first, lines)}


@SCENES.scene({"journal_was_taken_away": (False, True)})
def _a_journal_that_was_deleted_is_noticed(trial: Trial) -> Seen:
    bench = trial.started()
    trial.say("v1=1\n")
    before = bench.journal_was_taken_away
    (trial.folder / "b.db").unlink()
    trial.wait(lambda: any(told.code == "journal_rescued" for told in bench.status().warnings))
    assert (trial.folder / "b.db").exists()
    return {"journal_was_taken_away": (before, bench.journal_was_taken_away)}


@SCENES.scene({"status": ("board", "hall"), "config": ("board", "hall"), "lost_readings": (0, True)})
def _readings_lost_at_the_end_are_reported(trial: Trial) -> Seen:
    name = trial.config().device[0].name
    bench = trial.started(name='"hall"')
    trial.say("v1=1\n")
    lost = bench.lost_readings
    trial.fill_the_disk()
    said = trial.say_until_warned("is the disk full?")
    bench.stop()
    missing = said + 1 - trial.counts.readings
    path = str(trial.folder / "b.db")
    assert Message("readings_lost_at_end", path=path, count=missing) in bench.status().warnings
    # Each of these lines is v1=, 900 letters and a line end.
    assert trial.device.lost_bytes == 904 * missing
    return {
        "status": (name, trial.device.name),
        "config": (name, bench.config.device[0].name),
        "lost_readings": (lost, bench.lost_readings == missing > 0),
    }


def test_the_newest_thousand_refused_readings_are_listed(trial: Trial) -> None:
    trial.left(["v1=1\n" * 1001], fate=Fate.REFUSED)
    assert [reading.id for reading in trial.made().refused("board")] == list(range(2, 1002))


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_a_method_has_its_effect(scene: Scene, trial: Trial) -> None:
    assert scene.play(trial) == scene.wanted


def test_every_method_is_seen_to_do_something() -> None:
    methods = {name for name in vars(Bench) if not name.startswith("_")}
    attributes = {name for name in Bench.__init__.__code__.co_names if name == "config"}
    assert methods | attributes == SCENES.shown


def _nothing(_seen: int, _in_all: int) -> None:
    return
