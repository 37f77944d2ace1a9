"""A bench notes what happens to its devices, over all runs, and keeps the user's markers."""

from __future__ import annotations

import socket
import sqlite3
import sys
import threading
from pathlib import Path

from app.bench.status import LinkState
from app.journal.file.schema import open_for_reading
from app.journal.timeline.rows import read_events
from app.wire.timeline import Event, EventKind
from tests.bench.clock import NOON_US
from tests.bench.terminal import Terminal
from tests.bench.trial import Trial
from tests.cloud.rude_server import RudeServer, answer
from tests.journal.timeline.loading import load
from tests.processes import bench_file, kill, local_cloud, pty_board, start, wait_until_open
from tests.waiting import PATIENCE_S, wait_until

if sys.platform != "win32":
    import fcntl

S = 1_000_000
BOOT = "rst:0x8 (TG1WDT_SYS_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\n"


def events(trial: Trial, device: str = "board") -> tuple[Event, ...]:
    return trial.bench.timelines.read(device, 0, 1e12).events


def told(trial: Trial, device: str = "board") -> list[tuple[str, float, float | None]]:
    """The kind, begin and end of each event but "closed", in seconds since noon."""
    return [
        (str(event.kind), since_noon(event.at_us), event.until_us and since_noon(event.until_us))
        for event in events(trial, device)
        if event.kind is not EventKind.CLOSED
    ]


def since_noon(at_us: int) -> float:
    """In seconds, rounded because the lines of a chunk come one after the other."""
    return round((at_us - NOON_US) / S, 1)


def wait_for(trial: Trial, kind: EventKind, count: int = 1) -> Event:
    """Wait until there are so many events of this kind. Returns the last one."""
    trial.wait(lambda: sum(event.kind is kind for event in events(trial)) >= count)
    return [event for event in events(trial) if event.kind is kind][-1]


def plug(trial: Trial) -> None:
    """Plug in another board where the first one was."""
    link = trial.folder / "usb"
    link.unlink(missing_ok=True)
    trial.board.unplug()
    trial.board = Terminal()
    link.symlink_to(trial.board.port)


def test_a_board_is_unplugged_and_plugged_in_again(trial: Trial) -> None:
    plug(trial)
    trial.clock.now_s = 1
    trial.started(port=f'"{trial.folder / "usb"}"')
    trial.say("v1=1\n")
    trial.clock.now_s = 10
    (trial.folder / "usb").unlink()
    trial.board.unplug()
    lost = wait_for(trial, EventKind.LOST)
    assert (lost.until_us, lost.detail) == (None, str(trial.folder / "usb"))
    version = trial.bench.timelines.version("board")
    trial.clock.now_s = 130
    plug(trial)
    wait_for(trial, EventKind.CONNECTED, 2)
    assert told(trial) == [("connected", 1, 1), ("lost", 10, 130), ("connected", 130, 130)]
    assert trial.bench.timelines.version("board") > version
    assert [event.kind for event in trial.bench.timelines.read("board", at(60), at(70)).events] == ["lost"]
    first = events(trial)[0]
    assert (first.kind, first.at_us, first.until_us) == ("closed", NOON_US + S, NOON_US + S)


def at(seconds: float) -> float:
    """The time in seconds since 1970 that is so many seconds after noon."""
    return NOON_US / S + seconds


def test_a_port_is_released_and_taken_back(trial: Trial) -> None:
    trial.started()
    trial.clock.now_s = 5
    trial.bench.release_port("board")
    trial.wait(lambda: trial.device.link.state is LinkState.RELEASED)
    trial.clock.now_s = 8
    trial.bench.take_port("board")
    wait_for(trial, EventKind.TAKEN_BACK)
    assert told(trial) == [("connected", 0, 0), ("released", 5, 8), ("taken_back", 8, 8)]


def test_a_port_that_another_program_uses(trial: Trial) -> None:
    fcntl.flock(trial.board.slave, fcntl.LOCK_EX)
    trial.made()
    trial.bench.start()
    assert wait_for(trial, EventKind.NOT_OPENED).detail == "busy"
    trial.clock.now_s = 20
    fcntl.flock(trial.board.slave, fcntl.LOCK_UN)
    wait_for(trial, EventKind.CONNECTED)
    assert told(trial) == [("not_opened", 0, 20), ("connected", 20, 20)]


def test_a_cloud_that_is_down_and_up_again(trial: Trial) -> None:
    is_well = threading.Event()

    def takes_it_later(peer: socket.socket) -> None:
        is_well.wait(PATIENCE_S)
        answer("200 OK", b"", "Connection: close")(peer)

    down = answer("503 Service Unavailable", b"", "Connection: close")
    with RudeServer(down, takes_it_later) as server:
        trial.started(server=f'"{server.url}"')
        trial.clock.now_s = 3
        trial.say("v1=1\n")
        outage = wait_for(trial, EventKind.CLOUD_DOWN)
        assert (outage.until_us, outage.count) == (None, 1)
        assert outage.reason is not None
        assert "503" in str(outage.reason)
        trial.clock.now_s = 60
        is_well.set()
        trial.bench.try_now("board")
        trial.wait(lambda: trial.counts.forwarded == 1)
        assert told(trial)[1:] == [("cloud_down", 3, 60)]
        trial.stop()


def test_rejected_lines_name_their_datastream(trial: Trial) -> None:
    for key, value in (("virtual_pin", "1"), ("min", "0"), ("max", "5")):
        trial.keys[f"device.datastream.{key}"] = value
    trial.started(unknown_pins='"reject"')
    for second in range(1, 4):
        trial.clock.now_s = second
        trial.say("v1=9\nv7=1\nv300=1\nhello\n")
    trial.clock.now_s = 4
    trial.say("v1=1\n")
    trial.clock.now_s = 6
    trial.say("v1=nan\n")
    rejected = [event for event in events(trial) if event.kind is EventKind.REJECTED]
    assert [(event.target, event.count) for event in rejected] == [("v1", 3), ("v7", 3), ("", 6), ("v1", 1)]
    assert told(trial)[1:] == [
        ("rejected", 1, 3),
        ("rejected", 1, 3),
        ("rejected", 1, 3),
        ("rejected", 6, 6),
    ]


def test_bytes_for_which_there_is_no_room(trial: Trial) -> None:
    trial.started()
    trial.say("v1=1\n")
    trial.monkeypatch.setattr("app.journal.writer.MAX_INBOX_BYTES", 0)
    trial.clock.now_s = 2
    trial.board.say(b"v1=2\n" * 10)
    trial.wait(lambda: trial.device.lost_bytes == 50)
    assert wait_for(trial, EventKind.BYTES_LOST).count == 50


def test_a_board_that_restarts_and_a_clock_that_is_set(trial: Trial) -> None:
    trial.started()
    trial.say(BOOT)  # This one is due to the opening of the port.
    trial.pass_link_time(60)
    trial.clock.now_s = 60
    trial.say(BOOT)
    trial.clock.set_forward_s = -30
    trial.say("v1=1\n")
    lines = [("rejected", 0, 60)]  # The boot lines name no datastream.
    assert told(trial)[1:] == [*lines, ("restarted", 60, 60), ("clock_set", 30, 30)]
    restarted, clock_set = events(trial)[-2:]
    assert (restarted.detail, clock_set.count) == ("watchdog", -30 * S)


def test_the_next_run_shows_the_seam_and_what_happened_before(trial: Trial) -> None:
    trial.started()
    trial.say("v1=1\n")
    trial.clock.now_s = 100
    trial.stop()
    trial.clock.now_s = 400
    trial.started()
    load(trial.bench.timelines)
    assert told(trial) == [("connected", 0, 0), ("not_running", 100, 400), ("connected", 400, 400)]
    trial.stop()
    trial.clock.now_s = 500
    trial.started(name='"hall"')
    load(trial.bench.timelines)
    assert len(told(trial)) == 3
    assert told(trial, "hall") == [("connected", 500, 500)]


def test_a_device_may_get_another_name_leave_and_come_back(trial: Trial) -> None:
    bench = trial.started()
    trial.say("v1=1\n")
    marker = bench.timelines.mark("board", at(0), "here")
    bench.reconfigure(trial.config(name='"hall"'), {}, {"hall": "board"})
    trial.clock.now_s = 10
    trial.bench.release_port("hall")
    trial.wait(lambda: len(told(trial, "hall")) == 2)
    assert bench.timelines.read("hall", 0, 1e12).markers == (marker._replace(device="hall"),)
    assert told(trial) == []
    bench.reconfigure(trial.config(name='"other"'), {})
    trial.clock.now_s = 20
    bench.reconfigure(trial.config(name='"hall"'), {})
    trial.wait(lambda: len(told(trial, "hall")) == 4)
    assert told(trial, "hall") == [
        ("connected", 0, 0),
        ("released", 10, 10),
        ("not_running", 10, 20),
        ("connected", 20, 20),
    ]


def test_deleted_events_and_markers_are_gone_from_memory_and_from_the_journal(trial: Trial) -> None:
    bench = trial.started()
    trial.say("v1=1\nv1=nan\n")
    bench.timelines.mark("board", at(0), "my secret note")
    bench.timelines.mark("", at(0), "of the class")
    trial.wait(lambda: b"my secret note" in content(trial))
    trial.clock.now_s = 5
    bench.delete_data("board")
    found = bench.timelines.read("board", 0, 1e12)
    assert (found.events, [marker.note for marker in found.markers]) == ((), ["of the class"])
    trial.stop()
    assert b"my secret note" not in content(trial)
    trial.started()
    load(trial.bench.timelines)
    assert [kind for kind, _, _ in told(trial)] == ["not_running", "connected"]


def content(trial: Trial) -> bytes:
    return b"".join(path.read_bytes() for path in trial.folder.glob("b.db*"))


def test_a_killed_program_leaves_a_seam_and_ends_what_lasted(tmp_path: Path) -> None:
    """The seam begins with the last sign of life, here the last readings."""
    journal = tmp_path / "bench.db"

    def stored() -> list[Event]:
        reader = open_for_reading(journal)
        try:
            return read_events(reader, "board")
        finally:
            reader.close()

    def has(kind: EventKind, count: int = 1) -> bool:
        return journal.exists() and sum(event.kind is kind for event in stored()) >= count

    with local_cloud(tmp_path, "open = true\n") as cloud, pty_board() as board:
        bench = bench_file(tmp_path, board.port, cloud.url)
        with start("run", str(bench)) as bridge:
            wait_until_open(bridge)
            cloud.kill()
            board.say(b"# boot\nv1=1\n")
            wait_until(lambda: has(EventKind.CLOUD_DOWN), PATIENCE_S)
            board.say(b"v1=2\n")
            board.wait_until_read()
            wait_until(lambda: readings(journal) == 2, PATIENCE_S)
            (outage,) = [event for event in stored() if event.kind is EventKind.CLOUD_DOWN]
            assert outage.until_us is None
            kill(bridge)
        with start("run", str(bench)) as bridge:
            wait_until_open(bridge)
            wait_until(lambda: has(EventKind.CONNECTED, 2), PATIENCE_S)
            found = stored()
            kill(bridge)
    (seam,) = [event for event in found if event.kind is EventKind.NOT_RUNNING]
    outage = next(event for event in found if event.kind is EventKind.CLOUD_DOWN)
    connected = [event for event in found if event.kind is EventKind.CONNECTED]
    assert outage.at_us < seam.at_us == outage.until_us
    assert connected[0].at_us < seam.at_us < (seam.until_us or 0) <= connected[1].at_us
    assert last_reading_us(journal) == seam.at_us


def readings(journal: Path) -> int:
    reader = open_for_reading(journal)
    try:
        found: int = reader.execute("SELECT coalesce(sum(next_seq - 1), 0) FROM stream").fetchone()[0]
        return found
    finally:
        reader.close()


def last_reading_us(journal: Path) -> int:
    reader = open_for_reading(journal)
    try:
        ((times,),) = reader.execute("SELECT times FROM segment ORDER BY segment DESC LIMIT 1")
    finally:
        reader.close()
    return int.from_bytes(times[-8:], "little", signed=True)


def test_what_is_in_memory_is_written_again_when_the_journal_is_replaced(trial: Trial) -> None:
    bench = trial.started()
    trial.say("v1=1\n")
    bench.timelines.mark("board", at(0), "here")
    trial.wait(lambda: b"here" in content(trial))
    error = sqlite3.DatabaseError("database disk image is malformed")
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    trial.parts.writer.report(error)
    trial.wait(lambda: any(told.code == "journal_replaced" for told in bench.status().warnings))
    trial.clock.now_s = 10
    trial.stop()
    trial.clock.now_s = 20
    trial.started()
    load(trial.bench.timelines)
    assert told(trial) == [("connected", 0, 0), ("not_running", 10, 20), ("connected", 20, 20)]
    assert [marker.note for marker in trial.bench.timelines.read("board", 0, 1e12).markers] == ["here"]
