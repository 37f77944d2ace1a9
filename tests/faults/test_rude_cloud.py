"""When the cloud misbehaves in every way, nothing is lost, nothing blocks, and the ledger balances."""

from __future__ import annotations

import random
import threading
import time
from collections import defaultdict
from pathlib import Path

import pytest

pytest.importorskip("pty", reason="a pty stands for a board; Windows has none")

from app.bench.bench import Bench
from app.bench.status import JournalCounts
from app.cloud.destination import OutcomeKind
from app.config.loading import parse
from tests.benchmarks.boards import wait_until_open
from tests.cloud.blynk.test_client import BAD_DAYS
from tests.cloud.rude_server import Act, RudeServer, answer, endless
from tests.processes import TOKEN, pty_board

PINS = 4


def days(count: int) -> list[tuple[Act, bool]]:
    """Choose what the cloud does with each of `count` requests, and whether it then takes the readings.

    Every kind of answer comes once, then random ones.
    """
    chance = random.Random(count)
    bad = [(act, kind is OutcomeKind.ACCEPT) for act, kind, _ in BAD_DAYS] + [(endless, False)]
    return [*bad, *(chance.choice(bad) for _ in range(count - len(bad)))]


@pytest.mark.parametrize(
    ("policy", "bad_days"),
    [
        ("every", 120),
        pytest.param("batch", 120, marks=pytest.mark.long),
        pytest.param("every", 10_000, marks=pytest.mark.long),
    ],
)
def test_every_reading_has_a_fate_in_the_end(tmp_path: Path, policy: str, bad_days: int) -> None:
    acts = days(bad_days)
    well = answer("200 OK", b"", "Connection: close")
    extra = "batch = true\n" if policy == "batch" else ""
    said = 3 * bad_days // PINS
    with RudeServer(*(act for act, _ in acts), well) as server, pty_board() as board:
        text = (
            f'[bench]\njournal = "b.db"\n[[device]]\nname = "board"\nport = "{board.port}"\n{extra}'
            f'server = "{server.url}"\nauth_token = "env:PINBRIDGE_T"\nrequests_per_s = 0\n'
        )
        bench = Bench(parse(text.encode(), "b.toml", tmp_path), {"board": TOKEN})
        bench.start()
        wait_until_open(bench)
        board.say(b"# boot\n")
        lines = b"".join(b"v%d=%d\n" % (pin, n) for n in range(said) for pin in range(PINS))
        talker = threading.Thread(target=board.say, args=(lines,), daemon=True)
        talker.start()
        counts = wait_until_sent(bench, said * PINS)
        talker.join()
        bench.stop()
    assert counts.refused > 0
    assert counts.forwarded + counts.refused == counts.readings
    assert counts.forwarded <= took(server, acts) <= counts.readings + len(acts)


def wait_until_sent(bench: Bench, readings: int) -> JournalCounts:
    """Wait until there are `readings` readings and none is pending. Keeps asking the bench to try now."""
    deadline_s = time.monotonic() + 60 + readings / 20
    impatient = threading.Event()
    while True:
        counts = bench.status().devices[0].counts
        told = counts.forwarded + counts.superseded + counts.refused + counts.expired
        assert counts.readings == told + counts.pending
        if counts.readings == readings and not counts.pending:
            return counts
        assert time.monotonic() < deadline_s, bench.status().devices[0].cloud
        bench.try_now("board")
        impatient.wait(0.01)


def took(server: RudeServer, acts: list[tuple[Act, bool]]) -> int:
    """How many readings the cloud took. Asserts that those of each pin came in order, repeats allowed."""
    by_pin: dict[str, list[int]] = defaultdict(list)
    for number, line in enumerate(server.requests):
        if number >= len(acts) or acts[number][1]:
            for pair in line.split()[1].partition("token=")[2].split("&")[1:]:
                pin, _, value = pair.partition("=")
                by_pin[pin].append(int(value))
    for values in by_pin.values():
        assert values == sorted(values)
    return sum(map(len, by_pin.values()))
