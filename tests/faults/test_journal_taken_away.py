"""A run whose journal is taken away loses no accepted reading, says so, and has exit status 1."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journal.file.sound import exported
from tests.last_words import ending
from tests.processes import (
    ENV,
    ROOT,
    Process,
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

pytest.importorskip("pty", reason="Windows keeps an open file from being taken away")

import resource

OTHER = b"my homework"


def remove_folder(journal: Path) -> None:
    shutil.rmtree(journal.parent)


def put_another_file_there(journal: Path) -> None:
    journal.with_name("homework").write_bytes(OTHER)
    journal.with_name("homework").replace(journal)


def test_what_was_accepted_is_in_the_new_journal(tmp_path: Path) -> None:
    journal = tmp_path / "bench.db"
    with (
        pty_board() as board,
        start("run", "--port", board.port, "--journal", str(journal), "--json") as bridge,
    ):
        wait_until_open(bridge)
        board.say(b"# boot\n" + b"".join(b"v1=%d\n" % number for number in range(400)))
        board.wait_until_read()
        put_another_file_there(journal)
        # What comes before the loss is noticed is kept too.
        board.say(b"v1=400\n")
        read_until(bridge, "was deleted, renamed or replaced while Pinbridge was using it")
        board.say(b"v1=401\n")
        board.wait_until_read()
        bridge.terminate()
        status, ledger = finish(bridge)
    assert status == 1
    assert balances(ledger)
    assert (ledger["run"]["accepted"], ledger["run"]["lost_bytes"]) == (402, 0)
    assert ledger["journal"]["readings"] == ledger["journal"]["pending"] == 402
    assert journal.read_bytes() == OTHER
    (rescued,) = tmp_path.glob("bench.rescued-*.db")
    assert [row["value"] for row in exported(rescued)[0]] == [str(number) for number in range(402)]


@pytest.mark.long
@pytest.mark.parametrize("take", [remove_folder, put_another_file_there])
def test_what_was_pending_is_sent_from_the_new_journal(tmp_path: Path, take: Callable[[Path], None]) -> None:
    (tmp_path / "data").mkdir()
    journal = tmp_path / "data" / "bench.db"
    with local_cloud(tmp_path) as cloud, pty_board() as board:
        bench = bench_file(tmp_path, board.port, cloud.url)
        bench.write_text(bench.read_text().replace('"bench.db"', '"data/bench.db"'))
        cloud.kill()
        with start("run", str(bench), "--json") as bridge:
            wait_until_open(bridge)
            board.say(b"# boot\n" + b"".join(b"v1=%d\n" % number for number in range(400)))
            board.wait_until_read()
            take(journal)
            # The last readings before the loss is noticed are kept too.
            board.say(b"v1=400\n")
            read_until(bridge, "was deleted, renamed or replaced while Pinbridge was using it")
            board.say(b"v1=401\n")
            cloud.start()
            cloud.wait_for("v1", 402)
            bridge.terminate()
            status, ledger = finish(bridge)
        assert cloud.received("v1") == list(range(402))
    assert status == 1
    assert balances(ledger)
    assert (ledger["run"]["accepted"], ledger["run"]["lost_bytes"]) == (402, 0)
    assert ledger["journal"]["readings"] == ledger["journal"]["forwarded"] == 402
    if take is put_another_file_there:
        assert journal.read_bytes() == OTHER
        (journal,) = journal.parent.glob("bench.rescued-*.db")
    assert len(exported(journal)[0]) == 402


@pytest.mark.long
def test_a_loss_in_the_last_moment_is_noticed(tmp_path: Path) -> None:
    journal = tmp_path / "bench.db"
    with (
        pty_board() as board,
        start("run", "--port", board.port, "--journal", str(journal), "--json") as bridge,
    ):
        wait_until_open(bridge)
        board.say(b"# boot\nv1=1\nv1=2\n")
        board.wait_until_read()
        wait_until(lambda: len(exported(journal)[0]) == 2)
        journal.unlink()
        os.kill(bridge.pid, signal.SIGTERM)
        status, ledger = finish(bridge)
    assert (status, ledger["journal"]["readings"]) == (1, 2)
    assert len(exported(journal)[0]) == 2


def test_what_a_full_disk_did_not_take_is_in_the_ledger(tmp_path: Path) -> None:
    lines = 12_000
    with pty_board() as board, Process(
        [sys.executable, "-m", "app", "run", "--port", board.port, "--journal", f"{tmp_path}/j.db", "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENV, cwd=ROOT,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY)),
    ) as bridge:  # fmt: skip
        wait_until_open(bridge)
        board.say(b"# boot\n")
        for said in range(0, lines, 100):
            board.say(b"".join(b"v1=%05d\n" % number for number in range(said, said + 100)))
            board.wait_until_read()
        read_until(bridge, "is the disk full?")
        bridge.terminate()
        status, ledger = finish(bridge)
    assert status == 1
    assert balances(ledger)
    lost = ledger["run"]["accepted"] - ledger["journal"]["readings"]
    assert lost > 0
    # Each line has nine bytes.
    assert ledger["run"]["lost_bytes"] == 9 * lost


@pytest.mark.long
def test_the_warning_about_a_damaged_journal_counts_what_will_not_be_sent(tmp_path: Path) -> None:
    journal = tmp_path / "j.db"
    options = ("--port", "simulated:", "--journal", str(journal), "--json")
    with start("run", *options) as bridge:
        read_until(bridge, "lines come in")
        bridge.terminate()
        _, ledger = finish(bridge)
    pending = ledger["journal"]["pending"]
    content = bytearray(journal.read_bytes())
    content[100:4096] = bytes(3996)
    journal.write_bytes(content)
    with start("run", *options, "--for", "0") as bridge:
        _, told = ending(bridge)
    assert f"{pending:,} pending reading{'s' * (pending > 1)} will not be sent" in told
