"""The demo's faults: by hand or from a file, told in a list, and gone before the demo counts."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests

from app import demo_faults
from app.boards.faulty import BoardFault
from app.demo import demo, is_whole
from app.demo_faults import DemoFaults, DemoFaultsFile
from app.localcloud.faults import FaultKind, FaultsFile, FaultsFileError
from app.run import drain, stop_on_signals
from app.status import CloudState, DeviceStatus, LinkState
from tests.processes import wait_until

FILE = """
seed = 2
[[fault]]
fault = "server_error"
share = 0.5
[[board]]
fault = "unplug"
from_s = 5
for_s = 3
"""


def test_a_file_plays_both_sides(tmp_path: Path) -> None:
    (tmp_path / "f.toml").write_text(FILE)
    now_s, played = [100.0], list[FaultsFile]()
    faults = DemoFaults(demo_faults.load(tmp_path / "f.toml"), played.append, lambda: now_s[0])
    assert (played[0].seed, played[0].fault[0].fault) == (2, FaultKind.SERVER_ERROR)
    on = []
    for _ in range(10):
        on.append(faults.is_on(BoardFault.UNPLUG))
        now_s[0] += 1
    assert on == [False] * 5 + [True] * 3 + [False] * 2
    assert faults.played


@pytest.mark.parametrize(
    "text", ['[[board]]\nfault = "flod"', "[[bord]]", '[[board]]\nfault = "flood"\nshare = 1']
)
def test_a_wrong_file_is_told_in_one_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "f.toml").write_text(text)
    with pytest.raises(FaultsFileError, match=r"f\.toml: .*: (mend its spelling|take it out)") as told:
        demo_faults.load(tmp_path / "f.toml")
    assert len(str(told.value).splitlines()) == 1


def test_faults_are_switched_by_hand() -> None:
    played = list[FaultsFile]()
    faults = DemoFaults(DemoFaultsFile(), played.append)
    assert [fault.name for fault in faults.shown()] == ["unplug", "rubbish", "flood", "down", "429", "308"]
    assert not any(fault.on for fault in faults.shown())
    assert not faults.played
    for name in ("rubbish", "429", "308"):
        faults.switch(name, True)
    assert [fault.name for fault in faults.shown() if fault.on] == ["rubbish", "429", "308"]
    assert faults.is_on(BoardFault.RUBBISH)
    assert [entry.fault for entry in played[-1].fault] == [
        FaultKind.TOO_MANY_REQUESTS,
        FaultKind.WRONG_REGION,
    ]
    faults.switch("429", False)
    assert [entry.fault for entry in played[-1].fault] == [FaultKind.WRONG_REGION]
    faults.clear()
    assert played[-1] == FaultsFile()
    assert not any(fault.on for fault in faults.shown())
    assert faults.played


def test_the_demo_loses_nothing_to_its_faults() -> None:
    stop = stop_on_signals()
    with demo() as show:
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
