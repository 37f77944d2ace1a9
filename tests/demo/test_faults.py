"""The demo's faults are switched by hand or come from a file, are listed, and end before the demo counts."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
import requests

from app.bench.status import CloudState, DeviceStatus, LinkState
from app.boards.simulated.faulty import BoardFault
from app.commands.running.run import drain, stop_on_signals
from app.config.errors import ConfigError
from app.demo import faults as demo_faults
from app.demo.demo import Demo, is_whole
from app.demo.faults import BoardEntry, DemoFaults, DemoFaultsFile
from app.localcloud.faults.file import Fault, FaultKind, FaultsFile
from tests.waiting import wait_until

FILE = """
seed = 2
[[fault]]
fault = "server_error"
share = 0.5
[[board]]
fault = "unplug"
from_s = 5
for_s = 3
[[board]]
fault = "flood"
from_s = 8
"""


def faults_of(file: DemoFaultsFile) -> tuple[DemoFaults, list[FaultsFile], list[float]]:
    """The faults of `file`, the list of what they play in the cloud, and their clock.

    The clock is a list with the time in seconds, which a test may change.
    """
    now_s, played = [100.0], list[FaultsFile]()
    return DemoFaults(file, played.append, lambda: now_s[0]), played, now_s


def on(faults: DemoFaults) -> list[str]:
    return [fault.name for fault in faults.shown() if fault.on]


def test_a_file_plays_both_sides(tmp_path: Path) -> None:
    (tmp_path / "f.toml").write_text(FILE)
    faults, played, now_s = faults_of(demo_faults.load(tmp_path / "f.toml"))
    assert played == [FaultsFile(seed=2, fault=(Fault(fault=FaultKind.SERVER_ERROR, share=0.5),))]
    assert faults.played
    seen = []
    for _ in range(10):
        seen.append(on(faults))
        now_s[0] += 1
    assert seen == [[]] * 5 + [["unplug"]] * 3 + [["flood"]] * 2


def test_by_default_a_fault_lasts_from_the_start_without_end() -> None:
    faults, played, now_s = faults_of(DemoFaultsFile(board=(BoardEntry(fault=BoardFault.FLOOD),)))
    assert (on(faults), faults.played, played) == (["flood"], True, [FaultsFile()])
    now_s[0] += 1e9
    assert on(faults) == ["flood"]
    faults, _, _ = faults_of(DemoFaultsFile(fault=(Fault(fault=FaultKind.DOWN),)))
    assert (on(faults), faults.played) == ([], True)


@pytest.mark.parametrize(
    "text", ['[[board]]\nfault = "flod"', "[[bord]]", '[[board]]\nfault = "flood"\nshare = 1']
)
def test_an_error_in_a_file_is_one_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "f.toml").write_text(text)
    with pytest.raises(ConfigError, match=r"f\.toml: .*(: write|did you mean|known are)") as told:
        demo_faults.load(tmp_path / "f.toml")
    assert len(str(told.value).splitlines()) == 1


def test_faults_are_switched_by_hand() -> None:
    faults, played, _ = faults_of(DemoFaultsFile())
    assert [(fault.name, str(fault.message)) for fault in faults.shown()] == [
        ("unplug", "Unplug the board"),
        ("rubbish", "Garbage from the board"),
        ("flood", "Flood of lines from the board"),
        ("down", "Cloud down"),
        ("429", "Cloud answers 429"),
        ("308", "Cloud answers 308"),
    ]
    faults.switch("429", False)
    assert (on(faults), faults.played) == ([], False)
    for name in ("rubbish", "429", "308", "down"):
        faults.switch(name, True)
    assert on(faults) == ["rubbish", "down", "429", "308"]
    assert faults.is_on(BoardFault.RUBBISH)
    a_day = Fault(fault=FaultKind.DOWN, down_s=86_400.0)
    many = Fault(fault=FaultKind.TOO_MANY_REQUESTS, retry_after_s=2)
    away = Fault(fault=FaultKind.WRONG_REGION, to="https://lon1.blynk.cloud")
    assert [file.fault for file in played] == [(), (), (many,), (many, away), (a_day, many, away)]
    faults.switch("429", False)
    assert (on(faults), played[-1].fault) == (["rubbish", "down", "308"], (a_day, away))
    faults.clear()
    assert (on(faults), played[-1]) == ([], FaultsFile())
    assert faults.played


def test_a_switched_fault_ends_the_file_s_faults_of_its_side_only() -> None:
    file = DemoFaultsFile(board=(BoardEntry(fault=BoardFault.FLOOD),))
    faults, played, _ = faults_of(file)
    faults.switch("down", True)
    assert on(faults) == ["flood", "down"]
    told = len(played)
    faults.switch("unplug", True)
    assert on(faults) == ["unplug", "down"]
    assert len(played) == told
    faults, _, _ = faults_of(file)
    faults.clear()
    assert on(faults) == []


def test_the_demo_loses_nothing_to_its_faults() -> None:
    stop = stop_on_signals()
    with closing(Demo()) as show:
        bench = show.bench()

        def device() -> DeviceStatus:
            return bench.status().devices[0]

        bench.start()
        wait_until(lambda: device().counts.forwarded > 5)
        for name in ("unplug", "down"):
            show.faults.switch(name, True)
        wait_until(lambda: device().link.state is LinkState.NO_SUCH_PORT)
        show.faults.switch("unplug", False)
        wait_until(lambda: device().cloud.state is CloudState.WAITING)
        with pytest.raises(requests.ConnectionError):
            requests.get(show.cloud_url, timeout=5)
        show.faults.switch("flood", True)
        wait_until(lambda: device().counts.pending > 500)
        show.end_faults(bench)
        drain(bench, stop, 60)
        arrived = show.arrived()
        bench.stop()
        assert is_whole(bench.status(), arrived, faults_played=True)
        assert device().reconnects == 1
