"""Recordings for the tests of the window, and a window that shows one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from app.bench.player import Player
from app.boards.recordings.format import Header, Record, RecordKind, pack, pack_header
from app.config.bench_file import DeviceConfig
from tests.ui.fake_bench import FakeClock
from tests.ui.stage import Stage

ZERO_US = 1_790_000_000_000_000


def every_second(path: Path, values: Iterable[float]) -> Path:
    """Write a recording of a board that sends `v1=VALUE` every second. The header ends the first line."""
    lines = [Record(RecordKind.DATA, 1_000_000, 0, f"v1={value}\n".encode()) for value in values]
    records = [Record(RecordKind.OPENED, 0, 0), *lines, Record(RecordKind.ENDED, 0, 0)]
    path.write_bytes(pack_header(Header("oven", "COM5", 115200, ZERO_US)) + b"".join(map(pack, records)))
    return path


def opened(stage: Stage, length: int = 100) -> tuple[Player, FakeClock]:
    """Open a recording of `length` values, 0, 1, 2, …, in the window, and wait until it has been read."""
    clock = FakeClock(50.0)

    def make(path: Path, known: Iterable[DeviceConfig]) -> Player:
        return Player(path, tuple(known), clock)

    stage.monkeypatch.setattr("app.bench.player.Player", make)
    stage.window.replaying.open(every_second(stage.folder / "run 1.pbrec", range(length)))
    if stage.window.connection.player is None:
        stage.agree()  # to disconnect the bench that runs
    player = stage.window.connection.player
    assert player
    stage.wait_until(lambda: player.is_whole)
    stage.frames()
    return player, clock
