"""While the disk stalls, lines wait in the inbox; once it is full, lost bytes are counted and reported."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

pytest.importorskip("pty", reason="a pty stands for a board; Windows has none")

from app.bench.bench import Bench
from app.bench.status import DeviceStatus
from app.commands.running.run import run
from app.journal import writer
from tests.benchmarks.boards import bench_of, boards
from tests.waiting import wait_until

LINE_BYTES = 12
BOOT_BYTES = 7


def device_of(bench: Bench) -> DeviceStatus:
    return bench.status().devices[0]


def is_accounted_for(said: list[int], device: DeviceStatus) -> bool:
    """Whether every byte from the board is in a line, in a partial line, or counted as lost.

    The board sent several times: each time a comment, then as many lines as the next entry of `said` says.
    """
    lines = device.lines
    missing = (sum(said) - lines.accepted) * LINE_BYTES + (len(said) - lines.comments) * BOOT_BYTES
    missing -= device.lost_bytes
    return 0 <= missing <= lines.partial * LINE_BYTES and device.counts.readings == lines.accepted


def test_a_stalled_disk_loses_nothing_uncounted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "MAX_INBOX_BYTES", 400_000)
    told: list[str] = []
    said: list[int] = []
    stop = threading.Event()
    with boards(1) as spoken, bench_of(tmp_path, spoken.ports) as bench:
        running = threading.Thread(target=run, args=(bench, stop, told.append), daemon=True)
        running.start()
        wait_until(lambda: device_of(bench).link.state == "silent")

        def is_lost() -> bool:
            """Send lines for 0.2 s. Returns whether bytes were lost; slow computers need several calls."""
            spoken.speak(0.2)
            said.append(spoken.said().lines)
            return device_of(bench).lost_bytes > lost

        spoken.speak(0.2)
        wait_until(lambda: device_of(bench).counts.readings)
        # Another program locks the journal, so the writer cannot commit.
        other = sqlite3.connect(tmp_path / "b.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        lost = device_of(bench).lost_bytes
        said.append(spoken.said().lines)
        wait_until(is_lost)
        kept = device_of(bench).lines.accepted
        other.execute("COMMIT")
        other.close()
        wait_until(lambda: is_accounted_for(said, device_of(bench)))
        wait_until(lambda: any("bytes were dropped" in sentence for sentence in told))
        stop.set()
        running.join()
        device = device_of(bench)
    lines = device.lines
    assert is_accounted_for(said, device)
    assert lines.accepted >= kept > 0
    assert lines.lines == lines.accepted + lines.partial + lines.comments
    assert device.counts.readings == lines.accepted
    assert device.lost_bytes > 0


def test_a_stall_that_the_inbox_bridges_loses_nothing(tmp_path: Path) -> None:
    with boards(1) as spoken, bench_of(tmp_path, spoken.ports) as bench:
        bench.start()
        wait_until(lambda: device_of(bench).link.state == "silent")
        other = sqlite3.connect(tmp_path / "b.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        spoken.speak(0.5, 20_000)
        told = spoken.said()
        wait_until(lambda: device_of(bench).lines.accepted == told.lines)
        assert device_of(bench).counts.readings == 0
        other.execute("COMMIT")
        other.close()
        wait_until(lambda: device_of(bench).counts.readings == told.lines)
        assert device_of(bench).lost_bytes == 0


def test_readings_that_cannot_be_written_before_the_end_are_reported(tmp_path: Path) -> None:
    said: list[str] = []
    stop = threading.Event()
    ended: list[int] = []
    with boards(1) as spoken, bench_of(tmp_path, spoken.ports) as bench:
        running = threading.Thread(target=lambda: ended.append(run(bench, stop, said.append)[1]), daemon=True)
        running.start()
        wait_until(lambda: device_of(bench).link.state == "silent")
        other = sqlite3.connect(tmp_path / "b.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        spoken.speak(0.5)
        wait_until(lambda: device_of(bench).lines.accepted)
        stop.set()
        running.join()
        lost, lost_bytes = bench.lost_readings, device_of(bench).lost_bytes
        other.execute("COMMIT")
        other.close()
    assert 0 < lost <= device_of(bench).lines.accepted
    # The shortest line is v0=0 and a line end.
    assert lost_bytes >= 5 * lost
    assert ended == [1]
    assert any(f"{lost:,} readings could not be written" in words for words in said)
