"""Signals: commands that read a board end with everything kept, read-only commands end at once.

Commands are started as a terminal starts them, and as a script starts a job in the background: with SIGINT
ignored. SIGINT ends `run` even then, because it must always be possible to end a run. Read-only commands that
were started in this way ignore it. SIGHUP, the signal of a closed terminal, ends `run` too, unless it was
started with nohup.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from app.boards.recordings.format import Header, Record, RecordingReader, RecordKind, pack, pack_header
from tests.last_words import ending
from tests.processes import ENV, ROOT, balances, read_until, start
from tests.waiting import wait_until

pytest.importorskip("pty", reason="signals of POSIX")

IN_THE_BACKGROUND = ("/bin/sh", "-c", "trap '' INT; exec \"$@\"", "sh")
STARTS = pytest.mark.parametrize("prefix", [(), IN_THE_BACKGROUND], ids=["terminal", "background"])


def interrupt(process: subprocess.Popen[str], number: int = signal.SIGINT) -> tuple[int, str, str]:
    """Send a signal, by default that of Ctrl+C. Returns exit status, standard output and standard error."""
    process.send_signal(number)
    out, err = ending(process)
    return process.returncode, out, err


@pytest.mark.parametrize(
    ("number", "prefix"),
    [
        (signal.SIGINT, ()),
        (signal.SIGTERM, ()),
        (signal.SIGINT, IN_THE_BACKGROUND),
        (signal.SIGHUP, ()),
        (signal.SIGTERM, ("nohup",)),
    ],
)
def test_a_signal_ends_a_run_with_its_ledger(tmp_path: Path, number: int, prefix: tuple[str, ...]) -> None:
    options = ("--port", "simulated:", "--journal", str(tmp_path / "j.db"), "--json")
    with start("run", *options, prefix=prefix) as bridge:
        read_until(bridge, "lines come in")
        if prefix == ("nohup",):
            bridge.send_signal(signal.SIGHUP)
        status, out, err = interrupt(bridge, number)
    (device,) = json.loads(out)["devices"]
    assert (status, err) == (0, "")
    assert balances(device)
    assert device["journal"]["pending"] == device["run"]["accepted"] > 0


def test_ctrl_c_ends_a_recording_with_every_byte_in_it(tmp_path: Path) -> None:
    path = tmp_path / "a.pbrec"
    with start("record", "--port", "simulated:", "--output", str(path)) as recorder:
        read_until(recorder, "lines come in")
        status, out, err = interrupt(recorder)
    with path.open("rb") as stream:
        records = list(RecordingReader(stream))
    assert (status, err) == (0, "")
    assert out.startswith(f"{path}: {path.stat().st_size} bytes in ")
    assert [records[0].kind, records[-1].kind] == [RecordKind.OPENED, RecordKind.ENDED]


def test_ctrl_c_ends_a_replay_in_the_middle_of_a_pause(tmp_path: Path) -> None:
    path = tmp_path / "a.pbrec"
    said = [Record(RecordKind.DATA, gap_us, 0, b"# hi\nv1=1\n") for gap_us in (0, 10**12)]
    header = pack_header(Header("board", "COM1", 115200, 0))
    path.write_bytes(header + b"".join(map(pack, [Record(RecordKind.OPENED, 0, 0), *said])))
    with start("replay", str(path)) as replay:
        assert replay.stdout
        assert replay.stdout.readline() == "1: comment: # hi\n"
        assert replay.stdout.readline() == "2: accepted: v1=1\n"
        status, out, err = interrupt(replay)
    assert (status, out) == (0, "")
    assert err.startswith("2 lines: 1 accepted")


def test_ctrl_c_ends_a_demo_with_its_ledger() -> None:
    with start("demo", "--headless") as demo:
        told = read_until(demo, "")
        assert told.startswith("The local cloud is at http://127.0.0.1:")
        values = f"{told.split()[5].rstrip('/:')}/values.json"
        wait_until(lambda: requests.get(values, timeout=60).json()["devices"][0]["connected"])
        status, out, err = interrupt(demo)
    (device,) = json.loads(out)["devices"]
    assert (status, device["journal"]["pending"]) == (0, 0)
    assert device["journal"]["forwarded"] > 0
    assert err.splitlines()[-1] == f"The local cloud holds {device['journal']['readings']} readings."


def test_ctrl_c_ends_a_read_only_command_at_once_but_not_in_the_background() -> None:
    for prefix in ((), IN_THE_BACKGROUND):
        with start("check", prefix=prefix, stdin=subprocess.PIPE) as check:
            assert check.stdin
            assert check.stdout
            # More than `check` reads at once, so that it prints some of these lines before it waits for more.
            check.stdin.write(f"# {'x' * 998}\n" * 70)
            check.stdin.flush()
            assert check.stdout.readline().startswith("1: comment: # xxx")
            if not prefix:
                status, _, err = interrupt(check)
                assert (status, err.strip()) == (1, "")
                continue
            check.send_signal(signal.SIGINT)
            check.stdin.write("v256=1\n")
            check.stdin.close()
            out, err = ending(check)
            assert (check.returncode, err) == (1, "1 line was rejected.\n")
            assert "71: rejected: v256=1\n" in out


@STARTS
def test_ctrl_c_while_the_program_loads_ends_it_without_a_traceback(prefix: tuple[str, ...]) -> None:
    """The import of a module that is loaded late sends the signal, so it comes while the program loads."""
    script = (
        "import os, signal, sys\n"
        "class Finder:\n"
        "    def find_spec(self, name, path, target=None):\n"
        "        if name == 'app.security.standard_error':\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Finder())\n"
        "sys.argv[1:] = ['--version']\n"
        "from app.__main__ import main\n"
        "main()\n"
    )
    command = [*prefix, sys.executable, "-c", script]
    with subprocess.Popen(command, stdout=-1, stderr=-1, text=True, env=ENV, cwd=ROOT) as program:
        out, err = program.communicate(timeout=60)
    ended = (0, "pinbridge, version ") if prefix else (-signal.SIGINT, "")
    assert (program.returncode, out[:19], err) == (*ended, "")
