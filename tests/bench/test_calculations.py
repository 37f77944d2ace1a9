"""What is calculated is that of the readings in the journal, or in the recording up to where it is shown."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

from app.bench.bench import Bench
from app.bench.player import Player
from app.history.calculation import Calculation, Stretch
from tests.bench.clock import NOON_US
from tests.bench.test_player import ZERO_US, Clock, every_second, opened, write
from tests.bench.trial import Trial
from tests.waiting import wait_until


def values(stretches: Sequence[Stretch]) -> list[list[float]]:
    return [stretch.values.tolist() for stretch in stretches]


def between(bench: Bench | Player, from_s: float, to_s: float, device: str = "board") -> list[list[float]]:
    """The values of v1 between two times, in Unix seconds."""
    wanted = Calculation(((device, "v1"),), from_s, to_s, values)

    def is_there() -> bool:
        found = bench.readings.calculate(wanted)
        return found is not None and "calculating" not in {thread.name for thread in threading.enumerate()}

    wait_until(is_there)
    found = bench.readings.calculate(wanted)
    assert found
    return found.result


def test_a_bench_calculates_also_when_a_device_is_renamed_and_after_its_stop(trial: Trial) -> None:
    noon_s = NOON_US / 1e6
    bench = trial.started()
    for value in (1, 2, 3):
        trial.clock.now_s += 1
        trial.say(f"v1={value}\n")
    assert between(bench, noon_s + 1.5, noon_s + 9) == [[2, 3]]
    bench.reconfigure(trial.config(name='"hall"'), {}, {"hall": "board"})
    assert between(bench, noon_s + 1.5, noon_s + 9) == [[]]
    assert between(bench, noon_s + 1.5, noon_s + 9, "hall") == [[2, 3]]
    trial.stop()
    assert between(bench, noon_s, noon_s + 2, "hall") == [[1, 2]]


def test_a_recording_is_calculated_with_up_to_where_it_is_shown(tmp_path: Path) -> None:
    clock, zero_s = Clock(), ZERO_US / 1e6
    many = [float(value % 7) for value in range(200)]
    with opened(write(tmp_path / "a.pbrec", every_second(many)), clock) as player:
        wait_until(lambda: player.is_whole)
        for position, expected in ((0, list[float]()), (3, many[:3]), (199, many[:199]), (70, many[:70])):
            player.transport.seek(position * 1_000_000)
            assert between(player, 0.0, zero_s + 999, "a") == [expected]
        player.transport.seek(199 * 1_000_000)
        assert between(player, zero_s + 130, zero_s + 133, "a") == [many[129:133]]
        wanted = Calculation((("a", "v1"), ("a", "v9")), zero_s + 2, zero_s + 999, values)
        player.readings.calculate(wanted)
        player.stop()
        found = player.readings.calculate(wanted)
        assert found is None or found.result == [many[1:199], []]
