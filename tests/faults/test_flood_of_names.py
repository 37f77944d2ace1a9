"""A board that sends new names without end holds up neither another board nor the end of the run."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from tests.journal.test_journal import batch, opened
from tests.processes import (
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

NAMES, BLOCKS, ROOM = 5000, 4, 1024


def test_another_board_s_readings_arrive_during_a_flood_of_new_names(tmp_path: Path) -> None:
    with local_cloud(tmp_path) as cloud, pty_board() as board, pty_board() as flood:
        bench = bench_file(
            tmp_path, board.port, cloud.url, f'[[device]]\nname = "flood"\nport = "{flood.port}"\n'
        )
        with start("run", str(bench), "--json") as bridge:
            said = ""
            while not ("board: " in said and "flood: " in said):
                said += read_until(bridge, "is open")
            board.say(b"# boot\n")
            flood.say(b"# boot\n")
            for block in range(BLOCKS):
                names = range(block * NAMES + 1, (block + 1) * NAMES + 1)
                flood.say(b"".join(b"ds%d=1\n" % name for name in names))
                # This reading was said after the names, and must arrive before the board says the next.
                board.say(b"v1=%d\n" % block)
                cloud.wait_for("v1", block + 1)
            flood.wait_until_read()
            bridge.terminate()
            out, _ = bridge.communicate(timeout=60)
        assert cloud.received("v1") == list(range(BLOCKS))
    one, other = json.loads(out)["devices"]
    assert bridge.returncode == 0
    assert balances(one)
    assert balances(other)
    assert one["journal"]["forwarded"] == BLOCKS
    assert other["run"]["lost_bytes"] == 0
    assert other["run"]["accepted"] == other["journal"]["readings"] == ROOM
    # The program may have stopped before it had read the last lines.
    assert other["run"]["rejected"] > (BLOCKS - 1) * NAMES - ROOM


def test_a_journal_that_holds_more_targets_keeps_taking_them(tmp_path: Path) -> None:
    names = [f"ds{number}" for number in range(1, 3001)]
    with closing(opened(tmp_path / "bench.db", b"")) as journal:
        # Each batch is judged like the lines of a new board, which has room for 1,024 names.
        for first in range(0, 3000, 1000):
            lines = "".join(f"{name}=1\n" for name in names[first : first + 1000])
            journal.write([("board", batch(lines))], [])
    with pty_board() as board:
        bench = tmp_path / "bench.toml"
        bench.write_text(
            f'[bench]\njournal = "bench.db"\n[[device]]\nname = "board"\nport = "{board.port}"\n'
            "[[device.datastream]]\nvirtual_pin = 7\n"
        )
        with start("run", str(bench), "--json") as bridge:
            wait_until_open(bridge)
            board.say(
                "".join(["# boot\n", *(f"{name}=2\n" for name in names), "ds3001=1\nv8=1\nv7=1\n"]).encode()
            )
            board.wait_until_read()
            bridge.terminate()
            _, ledger = finish(bridge)
    assert (ledger["run"]["accepted"], ledger["run"]["rejected"]) == (3001, 2)
    assert ledger["journal"]["readings"] == 6001


def test_check_counts_the_names_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "bench.toml").write_text(
        '[[device]]\nname = "board"\nport = "COM5"\n[[device.datastream]]\nvirtual_pin = 7\n'
    )
    lines = "".join(f"ds{number}=1\n" for number in range(1, ROOM + 2)) + "v7=1\nds1=2\n"
    options = ("--bench", str(tmp_path / "bench.toml"), "--device", "board")
    done = pinbridge("check", "-", "--json", *options, stdin=lines.encode())
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    rejected = [(line["text"], line["reason"]) for line in found if line["verdict"] == "rejected"]
    assert rejected == [("ds1025=1", "too_many_datastreams")]
