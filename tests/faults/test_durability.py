"""Data is synced before the program reports it as durable, and no other change waits for a sync.

The tests observe the writes and the syncs below SQLite (`disk`).
"""

from __future__ import annotations

import os
import sqlite3
import struct
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from app.boards.recordings import file as recording_file
from app.boards.recordings.recorder import Recorder
from app.config.bench_file import DeviceConfig
from app.journal import decisions, deleting
from app.journal.journal import Journal
from app.journal.owner import Owner
from app.journal.rejected import RejectedLines
from app.journal.steps import carry_out
from app.journal.writer import JournalWriter
from app.wire.streams import Fate, Run, Usage
from tests.boards.recordings.test_recorder import Said
from tests.faults import recorded_run
from tests.faults.disk import Event, Kind, recorded
from tests.journal.test_journal import batch, opened
from tests.journal.test_rejected import wrong
from tests.last_words import ending
from tests.processes import ENV, ROOT, Gate, bench_file, local_cloud, pty_board, wait_until_open

LOG = "j.db-wal"


def packed(value: float) -> bytes:
    return struct.pack("<d", value)


def is_durable(events: list[Event]) -> bool:
    """Whether the last write to SQLite's write-ahead log was followed by a sync."""
    kinds = [event.kind for event in events if event.file == LOG and event.kind in (Kind.WRITE, Kind.SYNC)]
    return bool(kinds) and kinds[-1] is Kind.SYNC


@pytest.mark.parametrize(("level", "syncs"), [("OFF", 0), ("NORMAL", 0), ("FULL", 1)])
def test_the_recorded_disk_sees_what_sqlite_syncs(tmp_path: Path, level: str, syncs: int) -> None:
    with recorded(tmp_path) as disk, closing(sqlite3.connect(tmp_path / "j.db", isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("CREATE TABLE t (x)")
        db.execute(f"PRAGMA synchronous = {level}")
        before = len(disk.events)
        db.execute("INSERT INTO t VALUES (1)")
        events = disk.events[before:]
    assert any(event.kind is Kind.WRITE and event.file == LOG for event in events)
    assert Counter(event.kind for event in events)[Kind.SYNC] == syncs


def _rejected() -> RejectedLines:
    lines = RejectedLines("board")
    lines.add(wrong("v999=1\n"))
    return lines


RUN = Run(1, 1, 1, Fate.FORWARDED)
CHANGES: tuple[tuple[str, bool, Callable[[Journal], object]], ...] = (
    ("readings", True, lambda journal: journal.write([("board", batch("v1=7\n"))], [])),
    ("readings and runs", True, lambda journal: journal.write([("board", batch("v1=7\n"))], [RUN])),
    ("rejected lines", True, lambda journal: journal.write([], [], (), [_rejected().take()])),
    ("runs", False, lambda journal: journal.write([], [RUN])),
    ("usage", False, lambda journal: journal.write([], [], [Usage("messages of x", "2026-11", 3)])),
    ("send again", True, lambda journal: carry_out(decisions.resend(journal, "board"))),
    ("send here", True, lambda journal: carry_out(decisions.send_here(journal, "board"))),
    ("discard", True, lambda journal: carry_out(decisions.discard(journal, "board"))),
    ("another account", True, lambda journal: journal.bind("board", b"c" * 16)),
    ("delete", True, lambda journal: carry_out(deleting.delete_data(journal, "board"))),
)


@pytest.mark.parametrize(
    ("is_synced", "change"), [row[1:] for row in CHANGES], ids=[row[0] for row in CHANGES]
)
def test_a_change_that_must_not_be_undone_is_synced(
    tmp_path: Path, is_synced: bool, change: Callable[[Journal], object]
) -> None:
    with recorded(tmp_path) as disk:
        journal = opened(tmp_path / "j.db", b"b" * 16)
        journal.write([("board", batch("v1=1\nv1=2\nv1=3\n"))], [Run(1, 2, 2, Fate.REFUSED, "no")])
        # The user's decisions need refused readings, and readings of another account.
        journal.bind("board", b"a" * 16)
        journal.write([("board", batch("v2=1\nv2=2\n"))], [Run(2, 2, 2, Fate.REFUSED, "no")])
        before = len(disk.events)
        change(journal)
        events = disk.events[before:]
        journal.close()
    assert any(event.kind is Kind.WRITE for event in events)
    assert is_durable(events) is is_synced
    # A change that a crash may undo does not wait for a sync.
    assert is_synced or not any(event.kind is Kind.SYNC for event in events)


def test_a_reading_is_passed_on_once_synced_and_settling_does_not_wait(tmp_path: Path) -> None:
    told: list[list[Event]] = []
    with recorded(tmp_path) as disk:
        journal = opened(tmp_path / "j.db")
        writer = JournalWriter(journal, lambda _: told.append(disk.events.copy()))
        writer.start()
        for number in range(5):
            before = len(disk.events)
            writer.append(Owner("board"), batch(f"v1={number}.5\n"))
            assert writer.flush(60)
            since = told[-1][before:]
            assert any(packed(number + 0.5) in event.data for event in since if event.file == LOG)
            assert is_durable(since)
            before = len(disk.events)
            settled = threading.Event()
            writer.settle([Run(1, number + 1, number + 1, Fate.FORWARDED)], settled.set)
            assert settled.wait(60)
            assert writer.flush(60)
            since = disk.events[before:]
            assert any(event.kind is Kind.WRITE for event in since)
            assert not any(event.kind is Kind.SYNC for event in since)
        assert writer.stop(60)
        journal.close()
    assert len(told) == 5


def test_a_new_journal_s_name_is_synced_before_its_first_reading(tmp_path: Path) -> None:
    if os.name != "posix":
        pytest.skip("only there a file's name is synced by itself")
    with recorded(tmp_path) as disk:
        journal = opened(tmp_path / "j.db")
        journal.write([("board", batch("v1=1\n"))], [])
        events = disk.events.copy()
        journal.close()
    made = max(n for n, event in enumerate(events) if event.kind is Kind.CREATE)
    assert [event.file for event in events if event.kind in (Kind.CREATE, Kind.MAKE)] == ["j.db", LOG]
    assert Kind.SYNC_FOLDER in [event.kind for event in events[made:]]
    assert is_durable(events)


def test_what_goes_to_the_cloud_is_on_the_disk(tmp_path: Path) -> None:
    """This runs the real program, from the bytes of a board to the requests to the cloud."""
    pytest.importorskip("pty", reason="a pty stands for a board; Windows has none")
    values = [n + 0.5 for n in range(100, 106)]
    out = tmp_path / "events"
    with local_cloud(tmp_path, "open = true\n") as cloud, pty_board() as board:
        gate = Gate(tmp_path)
        bench = bench_file(tmp_path, board.port, cloud.url, gate.entry)
        command = [sys.executable, "-m", "tests.faults.recorded_run", str(tmp_path), str(out)]
        bridge = subprocess.Popen(
            [*command, "run", str(bench), "--until-idle", "1", "--json"],
            env=ENV,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        wait_until_open(bridge)
        board.say(b"# boot\n")
        for value in values:
            board.say(f"v1={value}\n".encode())
            cloud.wait_for("v1", int(value) - 99, 60)
        gate.open()
        _, err = ending(bridge)
        assert bridge.returncode == 0, err
    events = recorded_run.read(out)
    for value in values:
        sent = next(n for n, event in enumerate(events) if f"?v1={value} " in event.file.replace("&", "?"))
        kept = next(n for n, event in enumerate(events) if packed(value) in event.data)
        synced = [event.file for event in events[kept:sent] if event.kind is Kind.SYNC]
        assert "bench.db-wal" in synced


def test_a_recording_is_synced_while_it_runs_and_at_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.pbrec"
    synced: list[int] = []
    changed = threading.Condition()
    fsync = os.fsync

    def seen(file: int) -> None:
        fsync(file)
        with changed:
            synced.append(os.fstat(file).st_size)
            changed.notify_all()

    monkeypatch.setattr(os, "fsync", seen)
    monkeypatch.setattr(recording_file, "_SYNC_S", 0.0)
    device = DeviceConfig(name="board", port="COM1")
    recorder = Recorder(device, tmp_path)
    recorder.start(path)
    recorder.tap(lambda _: Said(b"v1=1\n"))(device).read()
    with changed:
        assert changed.wait_for(lambda: synced and b"v1=1\n" in path.read_bytes()[: synced[-1]], 60)
    recorder.stop()
    with changed:
        assert changed.wait_for(lambda: synced[-1] == path.stat().st_size, 60)
