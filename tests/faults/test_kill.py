"""Nothing is lost when the server or the bridge itself is killed."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.faults.confirmed import values_of
from tests.faults.talker import LANES, Talker
from tests.processes import (
    Cloud,
    Gate,
    balances,
    bench_file,
    finish,
    kill,
    local_cloud,
    pty_board,
    start,
    wait_until_open,
)
from tests.waiting import wait_until

pytest.importorskip("pty", reason="a pty stands for a board; Windows has none")


@pytest.mark.parametrize("outage_s", [3.0, pytest.param(30.0, marks=pytest.mark.long)])
def test_a_server_that_was_down_gets_every_reading_in_order(tmp_path: Path, outage_s: float) -> None:
    with local_cloud(tmp_path, "open = true\n") as cloud, pty_board() as board:
        gate = Gate(tmp_path)
        bench = bench_file(tmp_path, board.port, cloud.url, gate.entry)
        with start("run", str(bench), "--until-idle", "1", "--json") as bridge:
            wait_until_open(bridge)
            board.say(b"# boot\n")
            cloud.kill()
            talker = Talker(board, outage_s / 160)
            talker.start()
            # This is the length of the outage, not a wait for something.
            time.sleep(outage_s)
            wait_until(lambda: len(talker.said_s) * LANES >= 500)
            said = talker.stop()
            board.wait_until_read()
            cloud.start()
            gate.open()
            status, ledger = finish(bridge, 120)
        for pin in range(LANES):
            assert cloud.received(f"v{pin}") == list(range(said))
    assert status == 0
    assert balances(ledger)
    assert ledger["journal"]["forwarded"] == said * LANES


_FAULTS: tuple[dict[str, Any], ...] = (
    {"fault": "latency", "delay_s": 0.0, "spread_s": 0.02},
    {"fault": "lost_answer", "share": 0.004, "hold_s": 0.0},
    {"fault": "reset_in", "share": 0.004},
    {"fault": "reset_before", "share": 0.004},
    {"fault": "reset_after", "share": 0.004},
    {"fault": "short_body", "share": 0.004},
    {"fault": "server_error", "share": 0.004},
    {"fault": "too_many_requests", "share": 0.004, "retry_after_s": 0},
)
_TAKEN_TWICE = ("lost_answer", "reset_in", "reset_after", "short_body")
"""Faults after which the cloud has the value, but the bridge may lack a valid answer and send it again."""


@pytest.mark.parametrize("kills", [3, pytest.param(200, marks=pytest.mark.long)])
def test_a_killed_bridge_loses_nothing_that_the_journal_confirmed(tmp_path: Path, kills: int) -> None:
    chance = random.Random(kills)
    with local_cloud(tmp_path, "open = true\n") as cloud, pty_board() as board:
        cloud.play(*_FAULTS, seed=kills)
        gate = Gate(tmp_path)
        bench = bench_file(tmp_path, board.port, cloud.url, gate.entry)
        talker = Talker(board, 0.01)
        talker.start()
        kept: dict[str, list[int]] = {}
        for number in range(kills):
            with start("run", str(bench), "--json") as bridge:
                # One bridge in four is killed while it starts, the others under load.
                if chance.random() >= 0.25:
                    wait_until_open(bridge)
                if number == 0:
                    # The first bridge, at least, must have readings to keep.
                    cloud.wait_for("v0", 1)
                # The kill must come at a random moment.
                time.sleep(chance.uniform(0.0, 1.0))
                kill(bridge)
            # Not after every kill, because reading the whole journal takes longer the more it holds.
            if number % max(1, kills // 10) == 0:
                kept = _kept_after_the_kill(tmp_path, kept, cloud)
        met = cloud.play()
        with start("run", str(bench), "--until-idle", "1", "--json") as bridge:
            for pin in range(LANES):
                cloud.wait_for(f"v{pin}", 25 * kills)
            talker.stop()
            board.wait_until_read()
            gate.open()
            status, ledger = finish(bridge, 280 + 15 * kills)
        received = {pin: cloud.received(f"v{pin}") for pin in range(LANES)}
    assert status == 0
    assert balances(ledger)
    confirmed = values_of(tmp_path / "bench.db")
    assert any(kept.values())
    assert all(confirmed[target][: len(values)] == values for target, values in kept.items())
    assert sum(map(len, confirmed.values())) == ledger["journal"]["forwarded"] > 50 * kills
    unsure = sum(met[kind] for kind in _TAKEN_TWICE)
    repeats = 0
    for pin in range(LANES):
        repeats += _repeats(received[pin], confirmed[f"v{pin}"], 2 * kills + unsure)
    print(f"{kills} kills: {ledger['journal']['forwarded']} readings, {repeats} sent twice, met: {met}")
    # A lane has one call in flight, and at most one answered call whose fates are not in the journal yet.
    assert repeats <= 2 * LANES * kills + unsure


def _kept_after_the_kill(folder: Path, before: dict[str, list[int]], cloud: Cloud) -> dict[str, list[int]]:
    """The values that the journal holds now, by target.

    Asserts that they begin with the values of `before`, and include all that the cloud has received.
    """
    # Read a copy, because opening the files repairs them.
    copy = folder / "killed"
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    for file in folder.glob("bench.db*"):
        if not file.name.endswith("-shm"):
            shutil.copy(file, copy)
    kept = values_of(copy / "bench.db")
    for target, values in before.items():
        assert kept[target][: len(values)] == values
    for pin in range(LANES):
        assert set(cloud.received(f"v{pin}")) <= set(kept.get(f"v{pin}", []))
    return kept


def _repeats(received: list[int], confirmed: list[int], at_most: int) -> int:
    """Assert that `received` equals `confirmed`, apart from at most `at_most` repeats.

    Returns the number of repeats.
    """
    more, fewer = Counter(received), Counter(confirmed)
    assert fewer - more == Counter(), "the cloud lacks readings that the journal had confirmed"
    assert set(more) == set(fewer), "the cloud has readings that the journal never confirmed"
    repeats = len(received) - len(confirmed)
    assert 0 <= repeats <= at_most
    furthest = -1
    for value in received:
        # Only the last two calls of a lane may be repeated, never earlier ones.
        assert value > furthest or value in confirmed[max(0, confirmed.index(furthest) - 1) :][:2]
        furthest = max(furthest, value)
    assert list(dict.fromkeys(received)) == confirmed
    return repeats


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
