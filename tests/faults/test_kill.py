"""Proofs that nothing is lost when the server or the bridge itself is killed."""

from __future__ import annotations

import json
import random
import sqlite3
import threading
import time
from pathlib import Path

import pytest

from tests.processes import (
    Board,
    balances,
    bench_file,
    finish,
    kill,
    local_cloud,
    pty_board,
    start,
    wait_until,
    wait_until_open,
)

pytest.importorskip("pty", reason="a pty stands for a board; Windows has none")

_LANES = 4


class _Talker(threading.Thread):
    """Says counters on four pins, at a pace, until it is told to stop."""

    def __init__(self, board: Board, pause_s: float) -> None:
        super().__init__(daemon=True)
        self._board = board
        self._pause_s = pause_s
        self.enough = threading.Event()
        self.said = 0

    def run(self) -> None:
        while not self.enough.wait(self._pause_s):
            lines = b"".join(b"v%d=%d\r\n" % (pin, self.said) for pin in range(_LANES))
            self._board.say(lines)
            self.said += 1

    def stop(self) -> int:
        self.enough.set()
        self.join()
        return self.said


@pytest.mark.parametrize("outage_s", [3.0, pytest.param(30.0, marks=pytest.mark.long)])
def test_a_server_that_was_gone_gets_every_reading_in_order(tmp_path: Path, outage_s: float) -> None:
    with local_cloud(tmp_path, "open = true\n") as cloud, pty_board() as board:
        bench = bench_file(tmp_path, board.port, cloud.url)
        with start("run", str(bench), "--until-idle", "3", "--json") as bridge:
            wait_until_open(bridge)
            board.say(b"# boot\n")
            cloud.kill()
            talker = _Talker(board, outage_s / 160)
            talker.start()
            # The outage is the experiment: this is its length, no wait for something to happen.
            time.sleep(outage_s)
            said = talker.stop()
            cloud.start()
            status, ledger = finish(bridge, 120)
        assert said * _LANES >= 500
        for pin in range(_LANES):
            assert cloud.received(f"v{pin}") == list(range(said))
    assert status == 0
    assert balances(ledger)
    assert ledger["journal"]["forwarded"] == said * _LANES


@pytest.mark.parametrize("kills", [3, pytest.param(40, marks=pytest.mark.long)])
def test_a_killed_bridge_loses_nothing_that_the_journal_confirmed(tmp_path: Path, kills: int) -> None:
    chance = random.Random(kills)
    with local_cloud(tmp_path, "open = true\n") as cloud, pty_board() as board:
        bench = bench_file(tmp_path, board.port, cloud.url)
        talker = _Talker(board, 0.002)
        talker.start()
        for _ in range(kills):
            with start("run", str(bench), "--json") as bridge:
                wait_until_open(bridge)
                # A random moment under load is what is tested.
                time.sleep(chance.uniform(0.0, 1.0))
                kill(bridge)
        with start("run", str(bench), "--until-idle", "1", "--json") as bridge:
            wait_until_open(bridge)
            talker.stop()
            status, ledger = finish(bridge)
        received = {pin: cloud.received(f"v{pin}") for pin in range(_LANES)}
    assert status == 0
    assert balances(ledger)
    confirmed = _confirmed(tmp_path / "bench.db")
    assert sum(map(len, confirmed.values())) > 100 * kills
    for pin in range(_LANES):
        _assert_at_least_once_in_order(received[pin], confirmed[f"v{pin}"], kills)


def _confirmed(journal: Path) -> dict[str, list[int]]:
    """Every reading that the journal holds, by target, in order."""
    from app.journal.segments import unpack_values

    connection = sqlite3.connect(journal)
    rows = connection.execute(
        "SELECT target, vals FROM segment JOIN stream USING (stream) ORDER BY stream, first_seq"
    ).fetchall()
    connection.close()
    found: dict[str, list[int]] = {}
    for target, values in rows:
        found.setdefault(target, []).extend(int(value) for value in unpack_values(values))
    return found


def _assert_at_least_once_in_order(received: list[int], confirmed: list[int], kills: int) -> None:
    """`received` is `confirmed`, but for at most two calls that each kill sent once more."""
    assert received
    repeats = len(received) - len(confirmed)
    assert 0 <= repeats <= 2 * kills
    once: list[int] = []
    for value in received:
        if not once or value > once[-1]:
            once.append(value)
    assert once == confirmed


def test_why_it_did_not_arrive_is_known_after_a_kill(tmp_path: Path) -> None:
    with pty_board() as board:
        bench = bench_file(tmp_path, board.port, "http://127.0.0.1:9")
        for run in (1, 2):
            with start("run", str(bench), "--json") as bridge:
                wait_until_open(bridge)
                board.say(b"# boot\nv256=1\nv1=nan\n")
                wait_until(lambda: _rejected(tmp_path / "bench.db") == 2 * run)  # noqa: B023
                kill(bridge)
    done = start("rejected", str(bench), "--json")
    out, _ = done.communicate(timeout=60)
    (device,) = json.loads(out)["devices"]
    assert (device["name"], done.returncode) == ("board", 0)
    assert [line["text"] for line in device["lines"]] == ["v256=1", "v1=nan"] * 2
    assert device["counts"] == {"wrong_pin": 2, "not_a_number": 2}
    shown = start("rejected", "--journal", str(tmp_path / "bench.db"), "--device", "board")
    out, err = shown.communicate(timeout=60)
    assert "board: v256=1\n    wrong_pin: pins are v0 to v255" in out
    assert "2 wrong_pin" in err


def _rejected(journal: Path) -> int:
    connection = sqlite3.connect(journal)
    (found,) = connection.execute("SELECT sum(count) FROM rejection").fetchone()
    connection.close()
    return found or 0
