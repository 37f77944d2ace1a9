"""After random faults of every kind, for any length of time, every reading is delivered in the end."""

from __future__ import annotations

import json
import random
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from app.bench.bench import Bench
from app.bench.status import DeviceStatus
from app.config.loading import parse
from app.localcloud.faults.file import FaultKind
from tests.faults.confirmed import values_of
from tests.faults.talker import LANES, Talker
from tests.processes import (
    ENV,
    ROOT,
    TOKEN,
    Board,
    Cloud,
    balances,
    bench_file,
    local_cloud,
    pty_board,
)

pytest.importorskip("pty", reason="a pty stands for a board; Windows has none")

_REFUSING = ("wrong_pin", "wrong_datastream_id", "wrong_value", "no_datastream", "unknown_datastream")
_BROKEN_BODIES = ("short_body", "long_body", "endless_body", "slow_body")
_TAKEN_TWICE = ("lost_answer", "reset_in", "reset_after", *_BROKEN_BODIES)
"""Faults after which the cloud has the value, but the bridge may lack a valid answer and send it again."""
_CALLS_IN_FLIGHT = 2 * LANES
_Fault = dict[str, Any]
_PAUSING = (
    FaultKind.INVALID_TOKEN,
    FaultKind.OTHER_400,
    FaultKind.UNKNOWN_CONTENT_TYPE,
    FaultKind.FORBIDDEN,
    FaultKind.NOT_FOUND,
    FaultKind.QUOTA,
    FaultKind.WRONG_REGION,
)
"""Faults after which the device waits up to five minutes for the user, and then tries again by itself."""
_PASSING = [kind for kind in FaultKind if kind not in _PAUSING]


def _parameters(kind: FaultKind, chance: random.Random, held_s: float | None) -> _Fault:
    """Draw parameters for a fault of `kind`: all that it needs, and some that it may have.

    `held_s` is the longest time for which the fault may hold a call; None means until the client gives up.
    """
    match kind:
        case FaultKind.LATENCY:
            return {"delay_s": chance.choice([0, 0.1, 1]), "spread_s": chance.choice([0, 0.1, 2])}
        case FaultKind.RATE_LIMIT:
            return {"requests_per_s": chance.choice([1, 5, 50]), "retry_after_s": chance.choice([0, 1, 2])}
        case FaultKind.QUOTA:
            return {"messages": chance.randrange(50), "per": chance.choice(["total", "month"])}
        case FaultKind.TOO_MANY_REQUESTS | FaultKind.SERVER_ERROR:
            waits: list[_Fault] = [{}, {"retry_after_s": 1}, {"retry_after_s": 2, "as_date": True}]
            return chance.choice(waits)
        case FaultKind.DOWN:
            return {"down_s": chance.uniform(0, 2), "count": chance.randrange(1, 4)}
        case FaultKind.NO_ANSWER | FaultKind.LOST_ANSWER:
            held: list[_Fault] = [{"hold_s": 0}, {"hold_s": 0.3}]
            return chance.choice([*held, {} if held_s is None else {"hold_s": held_s}])
        case FaultKind.SLOW_BODY:
            return {"delay_s": 0.1, "count": 2}
        case FaultKind.WRONG_REGION:
            return chance.choice([{"to": "https://lon1.blynk.cloud"}, {}, {"to": "http://127.0.0.1:9"}])
    return {}


def _bad_day(
    chance: random.Random, held_s: float | None, kinds: Sequence[FaultKind], shares: Sequence[float]
) -> list[_Fault]:
    """Draw random faults for one day: none, or up to four at once, each for a share of the calls."""
    chosen = [chance.choice(kinds) for _ in range(chance.choice([0, 1, 1, 2, 4]))]
    return [
        {
            "fault": kind.value,
            "share": chance.choice(shares),
            "every": chance.choice([1, 1, 1, 3]),
            **({"virtual_pin": chance.randrange(LANES)} if chance.random() < 0.2 else {}),
            **_parameters(kind, chance, held_s),
        }
        for kind in chosen
    ]


class _Days:
    """Plays bad days one after the other, and counts the faults that calls have met, by kind."""

    def __init__(
        self,
        cloud: Cloud,
        seed: int,
        *,
        held_s: float | None,
        kinds: Sequence[FaultKind],
        shares: Sequence[float] = (1.0, 0.5, 0.1, 0.02),
    ) -> None:
        self._cloud = cloud
        self._held_s = held_s
        self._chance = random.Random(seed)
        self._kinds = kinds
        self._shares = shares
        self.met: Counter[str] = Counter()

    def go_on(
        self,
        is_enough: Callable[[], bool],
        day_s: tuple[float, float],
        meanwhile: Callable[[], None] = lambda: None,
    ) -> None:
        """Play bad days until `is_enough()`. The length of a day is random, within the bounds `day_s`.

        Every kind of fault has its turn. `meanwhile` is called every 50 ms.
        """
        turns = list[FaultKind]()
        while not is_enough():
            turns = turns or self._chance.sample(self._kinds, len(self._kinds))
            faults = _bad_day(self._chance, self._held_s, self._kinds, self._shares)
            first = turns.pop()
            needed = _parameters(first, self._chance, self._held_s)
            self._switch([{"fault": first.value, "share": 0.3, **needed}, *faults])
            # The length of a day is part of the experiment, not a wait for something.
            day_ends_s = time.monotonic() + self._chance.uniform(*day_s)
            while time.monotonic() < day_ends_s:
                time.sleep(0.05)
                meanwhile()
        self._switch([])

    def meet(self, kind: FaultKind) -> None:
        """Play a fault of `kind`, and no other, until a call has met it."""
        needed = _parameters(kind, self._chance, self._held_s)
        if kind is FaultKind.RATE_LIMIT:
            needed["requests_per_s"] = 1
        self._switch([{"fault": kind.value, **needed}])
        _until(self._is_met, 400)
        self._switch([])

    def _is_met(self) -> bool:
        try:
            return self._cloud.hits() > 0
        except OSError:  # it is down, as the fault says
            return False

    def _switch(self, faults: list[_Fault]) -> None:
        _until(lambda: self._try_switch(faults), 60)

    def _try_switch(self, faults: list[_Fault]) -> bool:
        try:
            self.met += self._cloud.play(*faults, seed=self._chance.randrange(2**31))
        except OSError:  # it is down, as the fault says
            return False
        return True

    def repeats_at_most(self) -> int:
        """How many values may have arrived twice. A call that is repeated may carry one value of each pin."""
        unsure = sum(self.met[kind] for kind in _TAKEN_TWICE)
        return LANES * unsure + _CALLS_IN_FLIGHT * self.met["down"]


def _until(what: Callable[[], bool], timeout_s: float) -> None:
    deadline_s = time.monotonic() + timeout_s
    while not what():
        assert time.monotonic() < deadline_s
        time.sleep(0.05)


def _until_heard(bench: Bench, board: Board) -> None:
    """Send comments until the bridge reads one. It may drop the first line after it opens the port."""

    def is_heard() -> bool:
        if bench.console("board", 0, 1):
            return True
        board.say(b"# boot\n")
        return False

    _until(is_heard, 60)


def _assert_all_there(received: list[int], said: list[int], refused: set[int]) -> int:
    """Assert that `received` has every value of `said` and no other. Returns the number of repeats.

    Without the repeats and without the values in `refused`, `received` must be in order.
    """
    assert set(received) == set(said)
    first = [value for value in dict.fromkeys(received) if value not in refused]
    assert first == sorted(first)
    return len(received) - len(said)


def _device(bench: Bench) -> DeviceStatus:
    return bench.status().devices[0]


def _resend_all(bench: Bench, timeout_s: float) -> dict[str, set[int]]:
    """Send refused readings again until none is left. Returns the values that were refused, by target."""
    refused: dict[str, set[int]] = {}
    while readings := bench.refused("board"):
        for reading in readings:
            refused.setdefault(reading.target, set()).add(int(reading.value))  # type: ignore[arg-type]
        bench.resend("board")
        bench.try_now("board")
        _until(lambda: not _device(bench).counts.pending, timeout_s)
    return refused


@pytest.mark.parametrize("extra", ["", pytest.param("batch = true\n", marks=pytest.mark.long)])
def test_some_bad_seconds_end_with_everything_delivered(tmp_path: Path, extra: str) -> None:
    with local_cloud(tmp_path, "open = true\n") as cloud, pty_board() as board:
        file = bench_file(tmp_path, board.port, cloud.url, extra)
        bench = Bench(parse(file.read_bytes(), "bench.toml", tmp_path), {"board": TOKEN})
        bench.start()
        _until_heard(bench, board)
        talker = Talker(board, 0.02)
        talker.start()
        # Each slow body would hold up a lane until the read time-out of 15 s.
        kinds = [kind for kind in FaultKind if kind is not FaultKind.SLOW_BODY]
        days = _Days(cloud, len(extra), held_s=0.5, kinds=kinds)
        gives_up_s = time.monotonic() + 240
        # `try_now` ends all waits, so that the bridge meets many faults in a few seconds.
        days.go_on(
            lambda: len(days.met) > 10 or time.monotonic() > gives_up_s,
            (0.1, 0.3),
            lambda: bench.try_now("board"),
        )
        said = talker.stop()
        board.wait_until_read(60)
        _until(lambda: _device(bench).counts.readings == said * LANES, 60)

        def is_sent() -> bool:
            bench.try_now("board")
            return not _device(bench).counts.pending

        _until(is_sent, 120)
        counts = _device(bench).counts
        refused = _resend_all(bench, 60)
        received = {pin: cloud.received(f"v{pin}") for pin in range(LANES)}
        ended = _device(bench)
        bench.stop()
    assert counts.refused <= sum(days.met[kind] for kind in _REFUSING)
    assert ended.counts.forwarded == ended.counts.readings == said * LANES
    again = {pin: refused.get(f"v{pin}", set()) for pin in range(LANES)}
    every = list(range(said))
    repeats = sum(_assert_all_there(received[pin], every, again[pin]) for pin in range(LANES))
    assert repeats <= days.repeats_at_most()
    print(f"{said * LANES} readings, {counts.refused} sent again, {repeats} came twice: {days.met}")
    assert len(days.met) > 10


class _Bridge:
    """`pinbridge run` as a process that can be started again; its messages are in the file `words`."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.words = file.with_name("words.txt")
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "app", "run", str(self._file), "--json"]
        before = self._opened()
        with self.words.open("a") as told:
            self._process = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=told, text=True, env=ENV, cwd=ROOT
            )
        _until(lambda: self._opened() > before, 60)

    def _opened(self) -> int:
        said = self.words.read_text() if self.words.exists() else ""
        return said.count(" open") + said.count("lines come in")

    def stop(self) -> dict[str, Any]:
        self._process.terminate()
        out, _ = self._process.communicate(timeout=60)
        assert self._process.returncode == 0
        ledger: dict[str, Any] = json.loads(out)["devices"][0]
        assert balances(ledger)
        return ledger


@pytest.mark.long
def test_bad_hours_end_with_everything_delivered(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    for_s: float = pytestconfig.getoption("--faults-s")
    with local_cloud(tmp_path, "open = true\n") as cloud, pty_board() as board:
        file = bench_file(tmp_path, board.port, cloud.url)
        bridge = _Bridge(file)
        board.say(b"# boot\n")
        talker = Talker(board, 0.1)
        talker.start()
        days = _Days(cloud, 1, held_s=None, kinds=_PASSING, shares=(0.3, 0.1, 0.02))
        ends_s = time.monotonic() + for_s
        days.go_on(lambda: time.monotonic() > ends_s, (0.5, 10.0))
        for kind in _PASSING:
            if not days.met[kind.value]:
                days.meet(kind)
        for number, kind in enumerate(_PAUSING):
            days.meet(kind)
            if number < len(_PAUSING) - 1:
                # A new start ends the pause. After the last fault, the bridge has to try again by itself.
                bridge.stop()
                bridge.start()
        talker.stop()
        journal = tmp_path / "bench.db"
        _until(lambda: _settled(journal) == _kept(journal), 900)
        ledger = bridge.stop()
        kept = ledger["journal"]["readings"]
        assert ledger["journal"]["pending"] == 0
        assert ledger["journal"]["refused"] <= sum(days.met[kind] for kind in _REFUSING)
        assert TOKEN not in bridge.words.read_text()
        # Only faults made the cloud refuse readings, so all are accepted when they are sent again.
        bench = Bench(parse(file.read_bytes(), "bench.toml", tmp_path), {"board": TOKEN})
        bench.start()
        refused = _resend_all(bench, 120)
        counts = _device(bench).counts
        bench.stop()
        received = {pin: cloud.received(f"v{pin}") for pin in range(LANES)}
    confirmed = values_of(journal)
    assert counts.forwarded == counts.readings == kept == sum(map(len, confirmed.values()))
    again = {pin: refused.get(f"v{pin}", set()) for pin in range(LANES)}
    repeats = sum(_assert_all_there(received[pin], confirmed[f"v{pin}"], again[pin]) for pin in range(LANES))
    print(f"{for_s} s: {kept} readings, {sum(map(len, again.values()))} sent again, {repeats} came twice")
    print(days.met)
    assert repeats <= days.repeats_at_most() + _CALLS_IN_FLIGHT * len(_PAUSING)
    assert len(days.met) == len(FaultKind)


def _kept(journal: Path) -> int:
    with closing(sqlite3.connect(f"file:{journal}?mode=ro", uri=True)) as connection:
        return int(connection.execute("SELECT sum(next_seq - 1) FROM stream").fetchone()[0] or 0)


def _settled(journal: Path) -> int:
    """The number of readings that are no longer pending, by the counters in the journal."""
    with closing(sqlite3.connect(f"file:{journal}?mode=ro", uri=True)) as connection:
        row = connection.execute("SELECT sum(forwarded + superseded + refused + expired) FROM stream")
        return int(row.fetchone()[0] or 0)
