"""The journal of real processes: two programs on one journal, a full disk, readings sent again, an export."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.journal.test_journal import batch, opened
from tests.processes import (
    ENV,
    ROOT,
    Gate,
    Process,
    balances,
    bench_file,
    finish,
    local_cloud,
    pinbridge,
    pty_board,
    read_until,
    start,
    wait_until_open,
)

pytest.importorskip("pty", reason="a pty stands for a board; Windows has none")

import pty
import resource

UNLIMITED = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


def test_a_second_program_on_a_journal_stops_with_an_error(tmp_path: Path) -> None:
    with pty_board() as board:
        bench = bench_file(tmp_path, board.port, "http://127.0.0.1:9")
        with start("run", str(bench), "--json") as bridge:
            wait_until_open(bridge)
            second = pinbridge("run", bench)
            exported = pinbridge("export", "--journal", tmp_path / "bench.db", "--output", "-")
            bridge.terminate()
            status, _ = finish(bridge)
    assert second.returncode == 2
    assert (
        f"another Pinbridge (process {bridge.pid}) works on this journal: stop that one first"
        in second.stderr
    )
    assert len(second.stderr.splitlines()) == 1
    assert exported.returncode == 0
    assert status == 0


def test_refused_readings_reach_the_cloud_once_it_takes_them(tmp_path: Path) -> None:
    with local_cloud(tmp_path, "[[device.datastream]]\nvirtual_pin = 1\n") as cloud, pty_board() as board:
        gate = Gate(tmp_path)
        bench = bench_file(tmp_path, board.port, cloud.url, gate.entry)
        with start("run", str(bench), "--until-idle", "1", "--json") as bridge:
            wait_until_open(bridge)
            board.say(b"# boot\nv9=1\nv9=2\nv1=1\n")
            cloud.wait_for("v1", 1)
            gate.open()
            _, ledger = finish(bridge)
        assert (ledger["journal"]["forwarded"], ledger["journal"]["refused"]) == (1, 2)
        assert len(pinbridge("refused", bench, "--json").stdout.splitlines()) == 2
        assert pinbridge("resend", bench, "--all").returncode == 0
        # Create the missing datastream.
        devices = tmp_path / "cloud-devices.toml"
        devices.write_text(devices.read_text() + "[[device.datastream]]\nvirtual_pin = 9\n")
        cloud.kill()
        cloud.start()
        with start("run", str(bench), "--until-idle", "1", "--json") as bridge:
            cloud.wait_for("v9", 2)
            gate.open()
            status, ledger = finish(bridge)
        assert cloud.received("v9") == [1, 2]
    assert status == 0
    assert balances(ledger)
    assert (ledger["journal"]["forwarded"], ledger["journal"]["refused"]) == (3, 0)


def test_a_full_disk_is_reported_and_loses_nothing(tmp_path: Path) -> None:
    lines = 12_000
    bench = tmp_path / "bench.toml"
    gate = Gate(tmp_path)
    with pty_board() as board:
        bench.write_text(
            f'[bench]\njournal = "bench.db"\n[[device]]\nname = "board"\nport = "{board.port}"\n{gate.entry}'
        )
        with Process(
            [sys.executable, "-m", "app", "run", str(bench), "--until-idle", "1", "--json"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=ENV,
            cwd=ROOT,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY)),
        ) as bridge:
            wait_until_open(bridge)
            said = 0
            board.say(b"# boot\n")
            while said < lines:
                board.say(b"".join(b"v1=%d\n" % number for number in range(said, said + 100)))
                board.wait_until_read()
                said += 100
            read_until(bridge, "is the disk full?")
            # Let the disk have room again.
            resource.prlimit(bridge.pid, resource.RLIMIT_FSIZE, UNLIMITED)
            gate.open()
            status, ledger = finish(bridge)
    assert status == 1
    assert balances(ledger)
    assert ledger["run"]["lost_bytes"] == 0
    assert ledger["journal"]["readings"] == ledger["journal"]["pending"] == lines


def test_an_export_at_a_terminal_shows_its_progress(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    for _ in range(3):
        journal.write([("board", batch("v1=1\n" * 12_000))], [])
    journal.close()
    command = [sys.executable, "-m", "app", "export", "--journal", str(tmp_path / "j.db"), "--output", "-"]
    master, slave = pty.openpty()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=slave, env={**ENV, "TERM": "xterm"}, cwd=ROOT
    ) as export:
        os.close(slave)
        shown = threading.Thread(
            target=lambda: told.append(b"".join(iter(lambda: _read(master), b""))), daemon=True
        )
        told: list[bytes] = []
        shown.start()
        out, _ = export.communicate(timeout=60)
        shown.join(60)
    os.close(master)
    assert out.count(b"\n") == 36_001
    assert b"Exporting" in told[0]
    assert b"100%" in told[0]
    assert b"36,000 readings exported." in told[0]


def _read(master: int) -> bytes:
    try:
        return os.read(master, 4096)
    except OSError:
        # The other end of the pty is closed.
        return b""
