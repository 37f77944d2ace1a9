"""When boards are unplugged and plugged in again and again, in any state, only the bytes that an unplug cuts
off are lost, no value is invented, and the ledger balances."""

from __future__ import annotations

import io
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest

pytest.importorskip("pty", reason="a pty stands for a board; Windows has none")

from app.bench.bench import Bench
from app.bench.status import DeviceStatus, LinkState
from app.boards.link import Link
from app.commands.running.run import drain, stop_on_signals
from app.config.loading import parse
from app.journal.export.rows import Selection, export
from app.localcloud.devices import Device
from app.localcloud.server import LocalCloud
from tests.bench.parts import Parts
from tests.hil.board import SIGNAL_GENERATOR, EmulatedUno
from tests.hil.conftest import build_folder, plug_in
from tests.processes import TOKEN, Board
from tests.waiting import wait_until

__all__ = ["build_folder", "plug_in"]  # fixtures


class Said(NamedTuple):
    """What a board sent between a plug and an unplug: lines with the numbers from `first` up to `end - 1`."""

    first: int
    end: int
    is_heard: bool
    """Whether the bridge had read all of these lines before the unplug."""


class Socket:
    """A USB socket: a path that links to the port of the board that is plugged in."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def plug(self, port: str) -> None:
        self.path.symlink_to(port)

    def unplug(self) -> None:
        # This comes before the pty closes, because a new pty may get its number. A second call does nothing.
        self.path.unlink(missing_ok=True)


class Life:
    """A board whose counter goes on, however often it is unplugged and plugged in again."""

    def __init__(self, socket: Socket, link: Link, seed: int) -> None:
        self.socket = socket
        self.link = link
        self.chance = random.Random(seed)
        self.number = 0
        self.said: list[Said] = []

    def live(self, cycles: int) -> list[Said]:
        """Plug the board in and unplug it `cycles` times, each time in a random way. Returns what it sent.

        The ways are methods that send lines, and return whether the bridge has read all of them.
        """
        for cycle in range(cycles):
            board = Board()
            opened = self.link.opened
            self.socket.plug(board.port)
            way = self.chance.choice((self.cut, self.flood, self.write, self.open, self.listen))
            if way != self.open:
                wait_until(lambda opened=opened: self.link.opened > opened, what=f"cycle {cycle}")  # type: ignore[misc]
            first = self.number
            is_heard = way(board)
            self.said.append(Said(first, self.number, is_heard))
            self.socket.unplug()
            board.unplug()
            if way == self.open or self.chance.random() < 0.8:
                # Without this wait, it may be plugged in again before the bridge notices the unplug.
                wait_until(
                    lambda: "There is no port" in str(self.link.status().message), what=f"end of {cycle}"
                )
        return self.said

    def say(self, board: Board, lines: int) -> None:
        board.say(b"".join(b"v1=%d\r\n" % number for number in range(self.number, self.number + lines)))
        self.number += lines

    def listen(self, board: Board) -> bool:
        """Send whole lines and wait until all are read, so that the unplug loses nothing."""
        lines = 1 + self.chance.randrange(20)
        heard = self.link.counts.accepted + lines
        self.say(board, lines)
        wait_until(lambda: self.link.counts.accepted == heard, what="its lines")
        return True

    def cut(self, board: Board) -> bool:
        """Unplug the board in the middle of a line, after whole lines that were all read."""
        self.listen(board)
        cut = b"v1=123456\r"[: self.chance.randrange(1, 10)]
        partial = self.link.counts.partial + 1
        said_s = time.monotonic()
        board.say(cut)
        wait_until(lambda: (self.link.quiet_since_s or 0.0) >= said_s, what="the cut line")
        self.socket.unplug()
        board.unplug()
        wait_until(lambda: self.link.counts.partial == partial, what="the cut line's verdict")
        return True

    def flood(self, board: Board) -> bool:
        """Send many lines and wait only for the first, so that the unplug cuts off bytes on their way."""
        heard = self.link.counts.accepted
        self.say(board, self.chance.randrange(100, 400))
        wait_until(lambda: self.link.counts.accepted > heard, what="its first lines")
        return False

    def write(self, board: Board) -> bool:
        """Let the program write a lot to the board, so that it is still writing at the unplug."""
        for _ in range(20):
            self.link.send("hello " * 100)
        self.say(board, 3)
        return False

    def open(self, board: Board) -> bool:
        """Send lines at once, so that the unplug comes while the port is being opened, or before."""
        self.say(board, 2)
        time.sleep(self.chance.random() * 0.02)  # at any time while the port is opened
        return False


def check_counter(values: list[int], said: list[Said]) -> None:
    """Assert that `values` consists of one gapless range of numbers for each entry of `said`, in order.

    The range of an entry whose `is_heard` is true has all its numbers. Other ranges may be shorter or empty.
    """
    rest = iter([*values, -1])
    value = next(rest)
    for first, end, is_heard in said:
        stretch = []
        while first <= value < end:
            stretch.append(value)
            value = next(rest)
        if is_heard:
            assert stretch == list(range(first, end))
        elif stretch:
            assert stretch == list(range(stretch[0], stretch[-1] + 1))
    assert value == -1, f"{value} was never sent, or is out of order"


def check_ledger(device: DeviceStatus, readings: int) -> None:
    counts, lines = device.counts, device.lines
    fates = counts.forwarded + counts.superseded + counts.refused + counts.expired + counts.pending
    assert counts.readings == fates == lines.accepted == readings
    assert lines.rejected == device.lost_bytes == 0
    assert device.reconnects > 0


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> Parts:
    return Parts(monkeypatch)


def three_boards(folder: Path, cycles: int, parts: Parts) -> None:
    names = ("a", "b", "c")
    text = '[bench]\njournal = "b.db"\n'
    text += "".join(f'[[device]]\nname = "{name}"\nport = "{folder / name}"\n' for name in names)
    bench = Bench(parse(text.encode(), "b.toml", folder), {})
    lives = [Life(Socket(folder / name), parts.sessions[name].link, seed) for seed, name in enumerate(names)]
    bench.start()
    with ThreadPoolExecutor(len(lives)) as pool:
        for future in [pool.submit(life.live, cycles) for life in lives]:
            future.result()
    bench.stop()
    for life, device in zip(lives, bench.status().devices, strict=True):
        output = io.StringIO()
        export(folder / "b.db", output, Selection({device.name}))
        values = [int(row.split(",")[4]) for row in output.getvalue().splitlines()[1:]]
        check_counter(values, life.said)
        check_ledger(device, len(values))
        print(f"{device.name}: {cycles} cycles, {device.reconnects} reconnects, {life.number} lines sent, "
              f"{len(values)} kept, {device.lines}")  # fmt: skip


def test_three_boards_come_and_go(tmp_path: Path, parts: Parts) -> None:
    three_boards(tmp_path, 12, parts)


@pytest.mark.long
def test_three_boards_come_and_go_a_thousand_times(tmp_path: Path, parts: Parts) -> None:
    three_boards(tmp_path, 1000, parts)


def uno(folder: Path, plug_in: Callable[..., EmulatedUno], cycles: int, parts: Parts) -> None:
    """Plug in an emulated Uno and unplug it at any byte, `cycles` times; its sketch starts anew each time."""
    chance = random.Random(1)
    socket = Socket(folder / "uno")
    with LocalCloud([Device("uno", TOKEN)]) as cloud:
        text = (
            f'[bench]\njournal = "b.db"\n[[device]]\nname = "uno"\nport = "{socket.path}"\n'
            f'server = "{cloud.url}"\nauth_token = "env:PINBRIDGE_T"\nrequests_per_s = 0\n'
        )
        bench = Bench(parse(text.encode(), "b.toml", folder), {"uno": TOKEN})
        link = parts.sessions["uno"].link
        bench.start()
        for cycle in range(cycles):
            board = plug_in(SIGNAL_GENERATOR)
            heard = link.counts.accepted + chance.randrange(1, 40)
            socket.plug(board.port)
            wait_until(lambda heard=heard: link.counts.accepted >= heard, what=f"cycle {cycle}")  # type: ignore[misc]
            socket.unplug()
            board.kill()
            wait_until(lambda: link.status().state is LinkState.NO_SUCH_PORT, what=f"end of {cycle}")
        drain(bench, stop_on_signals(), 30)
        bench.stop()
        device = bench.status().devices[0]
    output = io.StringIO()
    export(folder / "b.db", output, Selection({"uno"}))
    rows = [row.split(",") for row in output.getvalue().splitlines()[1:]]
    check_ledger(device, len(rows))
    assert device.counts.forwarded == device.counts.readings
    assert device.reconnects == cycles - 1
    counter = [int(row[4]) for row in rows if row[3] == "v2"]
    # Opening the port may cut the first line of a cycle, so the counter begins with 0 or with 1.
    starts = [
        n for n, value in enumerate(counter) if value == 0 or (value == 1 and counter[n - 1 : n] != [0])
    ]
    for start, end in zip(starts, [*starts[1:], len(counter)], strict=True):
        assert counter[start:end] == list(range(counter[start], counter[start] + end - start))
    print(f"uno: {cycles} cycles, {len(counter)} counter values in {len(starts)} stretches, {device.lines}")


def test_an_uno_comes_and_goes(tmp_path: Path, plug_in: Callable[..., EmulatedUno], parts: Parts) -> None:
    uno(tmp_path, plug_in, 4, parts)


@pytest.mark.long
def test_an_uno_comes_and_goes_two_hundred_times(
    tmp_path: Path, plug_in: Callable[..., EmulatedUno], parts: Parts
) -> None:
    uno(tmp_path, plug_in, 200, parts)
