"""The whole pipeline in real processes: from a pty through `pinbridge run` to a local cloud."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.last_words import ending
from tests.processes import (
    Gate,
    balances,
    bench_file,
    finish,
    local_cloud,
    pty_board,
    read_until,
    start,
    wait_until_open,
)
from tests.waiting import wait_until

pytest.importorskip("pty", reason="a pty stands for a board; Windows has none")


def test_two_thousand_lines_arrive_in_order_by_pin_and_by_id(tmp_path: Path) -> None:
    entries = "[[device.datastream]]\nvirtual_pin = 2\nid = 7\n"
    with local_cloud(tmp_path, entries) as cloud, pty_board() as board:
        gate = Gate(tmp_path)
        bench = bench_file(tmp_path, board.port, cloud.url, entries + gate.entry)
        with start("run", str(bench), "--until-idle", "1", "--json") as bridge:
            wait_until_open(bridge)
            board.say(b"# boot\n")
            for number in range(1000):
                board.say(b"v2=%d\nds7=%d\n" % (number, number + 5000))
            wait_until(lambda: cloud.last("v2", 1)[0] == 2000, 240)
            gate.open()
            status, ledger = finish(bridge)
        values = cloud.received("v2")
    assert values == [value for number in range(1000) for value in (number, number + 5000)]
    assert status == 0
    assert balances(ledger)
    assert ledger["run"] == {
        "lines": 2001,
        "accepted": 2000,
        "rejected": 0,
        "comments": 1,
        "blank": 0,
        "partial": 0,
        "lost_bytes": 0,
        "requests": 2000,
        "reconnects": 0,
    }
    assert ledger["journal"] == {
        "readings": 2000,
        "forwarded": 2000,
        "superseded": 0,
        "refused": 0,
        "expired": 0,
        "pending": 0,
        "held": 0,
    }


def test_a_line_cut_by_an_unplug_never_becomes_a_value(tmp_path: Path) -> None:
    """Every cut is tried: the first board is unplugged after one byte of its line, the second after two, …"""
    with ExitStack() as stack:
        cloud = stack.enter_context(local_cloud(tmp_path, "open = true\n"))
        boards = [stack.enter_context(pty_board()) for _ in b"v1=10"]
        ports = [tmp_path / f"board {cut}" for cut, _ in enumerate(boards, 1)]
        for port, board in zip(ports, boards, strict=True):
            port.symlink_to(board.port)
        entries = "".join(
            f'[[device]]\nname = "{port.name}"\nport = "{port}"\nserver = "{cloud.url}"\n'
            'auth_token = "env:PINBRIDGE_T"\nrequests_per_s = 0\n'
            for port in ports
        )
        bench = tmp_path / "bench.toml"
        gate = Gate(tmp_path)
        bench.write_text(f'[bench]\njournal = "bench.db"\n{entries}{gate.entry}')
        bridge = stack.enter_context(start("run", str(bench), "--until-idle", "1", "--json"))
        told = ""
        # Ports that opened first may be reported as silent before the last one is open.
        while not all(f"{port.name}: {port} is open" in told for port in ports):
            told += read_until(bridge, "open")
        for cut, board in enumerate(boards, 1):
            board.say(b"# boot\nv2=%d\n" % cut + b"v1=100"[:cut])
        # A pty delivers its bytes in order, with a small delay: v2 arrives before the cut.
        cloud.wait_for("v2", len(boards))
        for port, board in zip(ports, boards, strict=True):
            board.wait_until_read()
            port.unlink()  # first: the system may give the pty's number to another program at once
            board.unplug()
        gate.open()
        out, _ = ending(bridge)
        assert sorted(cloud.received("v2")) == [1, 2, 3, 4, 5]
        assert cloud.received("v1") == []
    *ledgers, _ = json.loads(out)["devices"]
    assert [ledger["run"]["partial"] for ledger in ledgers] == [1] * 5
    assert all(map(balances, ledgers))


def test_refused_readings_are_exit_1_and_block_no_others(tmp_path: Path) -> None:
    entries = "[[device.datastream]]\nvirtual_pin = 1\n"
    with local_cloud(tmp_path, entries) as cloud, pty_board() as board:
        gate = Gate(tmp_path)
        bench = bench_file(tmp_path, board.port, cloud.url, gate.entry)
        with start("run", str(bench), "--until-idle", "1", "--json") as bridge:
            wait_until_open(bridge)
            board.say(b"# boot\nv9=1\nv1=1\nv9=2\nv256=3\nv1=2\n")
            cloud.wait_for("v1", 2)
            gate.open()
            status, ledger = finish(bridge)
        assert cloud.received("v1") == [1, 2]
    assert status == 1
    assert (ledger["journal"]["forwarded"], ledger["journal"]["refused"]) == (2, 2)
    assert ledger["run"]["rejected"] == 1
    assert balances(ledger)


def test_a_wrong_token_pauses_and_keeps_everything(tmp_path: Path) -> None:
    with local_cloud(tmp_path) as cloud, pty_board() as board:
        (tmp_path / "cloud-devices.toml").write_text('[[device]]\nname = "other"\nauth_token = "another"\n')
        cloud.kill()
        cloud.start()
        gate = Gate(tmp_path)
        bench = bench_file(tmp_path, board.port, cloud.url, gate.entry)
        with start("run", str(bench), "--until-idle", "1", "--json") as bridge:
            wait_until_open(bridge)
            board.say(b"# boot\nv1=1\nv1=2\n")
            read_until(bridge, "Invalid token")
            gate.open()
            status, ledger = finish(bridge)
    assert status == 1
    assert ledger["journal"]["pending"] == 2
    assert ledger["run"]["requests"] == 1
