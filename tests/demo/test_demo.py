"""The demo has its own board and cloud, uses only a temporary folder, and counts its readings correctly."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest
import requests

from app.bench.status import (
    BenchStatus,
    CloudStatus,
    DeviceStatus,
    JournalCounts,
    LinkState,
    LinkStatus,
    ledger,
)
from app.boards.simulated.faulty import BoardFault
from app.demo.demo import DRAIN_S, Demo, is_whole
from app.demo.faults import DemoFaultsFile
from app.localcloud.devices import Device
from app.localcloud.faults.file import Fault, FaultKind
from app.messages import languages
from app.wire.counts import LineCounts
from app.wire.datastreams import Datastream, DatastreamType
from tests.waiting import wait_until


@pytest.fixture
def tokens(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A list to which each demo adds the auth token of its cloud."""
    made: list[str] = []

    def note(name: str, auth_token: str, datastreams: Iterable[Datastream]) -> Device:
        made.append(auth_token)
        return Device(name, auth_token, datastreams)

    monkeypatch.setattr("app.demo.demo.Device", note)
    return made


def test_it_uses_only_its_own_files_and_leaves_none_behind(tokens: list[str]) -> None:
    with closing(Demo()) as show:
        journal = Path(show.config.bench.journal)
        (device,) = show.config.device
        assert journal.parent.name.startswith("pinbridge-demo-")
        assert (device.port, device.server, device.requests_per_s) == ("simulated:", show.cloud_url, 0)
        assert (show.config.bench.name, device.name, journal.name) == ("Demo", "demo board", "demo.db")
        assert device.auth_token == "env:PINBRIDGE_DEMO"
        assert [(entry.virtual_pin, entry.name, entry.unit, entry.type) for entry in device.datastream] == [
            (0, "Sine", "", DatastreamType.DOUBLE),
            (1, "Temperature", "°C", DatastreamType.DOUBLE),
            (2, "Counter", "", DatastreamType.INT),
            (3, "Weather", "", DatastreamType.STRING),
        ]
        bench = show.bench()
        bench.start()
        wait_until(lambda: bench.status().devices[0].counts.forwarded > 4)
        bench.stop_boards()
        wait_until(lambda: not bench.status().devices[0].counts.pending)
        counts = bench.status().devices[0].counts
        assert show.arrived() == counts.forwarded == counts.readings
        bench.stop()
        assert journal.exists()
        with closing(Demo()) as other:
            assert [len(token) for token in tokens] == [32, 32]
            assert other.cloud_url != show.cloud_url
            # The cloud of one demo does not take the token of another.
            taken = requests.get(
                f"{show.cloud_url}/external/api/get", {"token": tokens[-1], "v0": ""}, timeout=60
            )
            assert taken.status_code == 400
    assert not journal.parent.exists()
    with pytest.raises(requests.ConnectionError):
        requests.get(show.cloud_url, timeout=60)


def test_its_second_bench_goes_on_with_the_journal_of_the_first() -> None:
    with closing(Demo()) as show:
        counts: list[JournalCounts] = []
        for _ in range(2):
            bench = show.bench()
            assert show.last_bench is bench
            bench.start()
            before = counts[-1].forwarded if counts else 0
            wait_until(lambda: bench.status().devices[0].counts.forwarded > before)  # noqa: B023
            bench.stop_boards()
            wait_until(lambda: not bench.status().devices[0].counts.pending)  # noqa: B023
            bench.stop()
            counts.append(bench.status().devices[0].counts)
        assert show.arrived() == counts[1].forwarded > counts[0].forwarded
        assert not show.is_closed
        show.close()
        assert show.is_closed


def test_what_was_recorded_outlives_the_demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.config.folders.data_folder", lambda: tmp_path)
    with closing(Demo()) as show:
        bench = show.bench()
        bench.start()
        bench.record("demo board", True)
        wait_until(lambda: bench.status().devices[0].counts.readings > 4)
        bench.record("demo board", False)
        bench.stop()
        recorded = bench.status().devices[0].recorded
        journal = Path(show.config.bench.journal)
    assert not journal.parent.exists()
    assert recorded
    (path,) = (tmp_path / "recordings").iterdir()
    assert (str(path), path.stat().st_size) == (recorded.path, recorded.bytes)


def test_files_that_cannot_be_deleted_at_the_end_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows, a file cannot be deleted while another program has it open."""

    def fail(*_: object, **_how: object) -> None:
        raise OSError(errno.EBUSY, "in use")

    with closing(Demo()) as show:
        folder = Path(show.config.bench.journal).parent
        monkeypatch.setattr(os, "rmdir", fail)
    monkeypatch.undo()
    folder.rmdir()


def test_the_count_is_asked_for_without_the_readings_and_with_a_time_out(
    monkeypatch: pytest.MonkeyPatch, tokens: list[str]
) -> None:
    real, listed = requests.get, list[object]()

    def get(address: str, params: dict[str, str], timeout: float) -> requests.Response:
        assert timeout == 60
        assert params["after"] == str(2**31)  # no reading of a demo has so high a number
        answer = real(address, params, timeout=timeout)
        listed.append(answer.json()["points"])
        return answer

    with closing(Demo()) as show:
        url = f"{show.cloud_url}/external/api/batch/update"
        points = [[at_ms, 1] for at_ms in range(100)]
        requests.post(url, json=points, params={"token": tokens[0], "pin": "v2"}, timeout=60)
        monkeypatch.setattr(requests, "get", get)
        assert show.arrived() == 100
    assert listed == [[]] * 4


def test_faults_play_from_the_start_and_pending_readings_go_at_their_end() -> None:
    file = DemoFaultsFile(fault=(Fault(fault=FaultKind.SERVER_ERROR, retry_after_s=86_400),))
    with closing(Demo(file)) as show:
        bench = show.bench()
        bench.start()
        wait_until(lambda: "next try in" in str(bench.status().devices[0].cloud.message))
        show.faults.switch("unplug", True)
        wait_until(lambda: bench.status().devices[0].link.state is LinkState.NO_SUCH_PORT)
        show.end_faults(bench)
        assert not show.faults.is_on(BoardFault.UNPLUG)
        # The cloud asked to wait for a day, but at the end of the faults readings are sent at once.
        wait_until(lambda: bench.status().devices[0].counts.forwarded > 0)
        bench.stop()


def test_a_drain_gives_up_after_ten_seconds() -> None:
    assert DRAIN_S == 10


def status(forwarded: int, lost_bytes: int = 0) -> BenchStatus:
    counts = JournalCounts(readings=5, forwarded=forwarded, pending=5 - forwarded)
    device = DeviceStatus(
        "demo board", "simulated:", "", LinkStatus(), CloudStatus(), LineCounts(), lost_bytes, 0, counts, ()
    )
    return BenchStatus("Demo", (device,), "demo.db", 0)


@pytest.mark.parametrize(
    ("forwarded", "lost_bytes", "arrived", "played", "whole"),
    [
        (5, 0, 5, False, True),
        (5, 0, 4, False, False),
        (5, 0, 6, False, False),
        (4, 0, 4, False, False),
        (5, 1, 5, False, False),
        # After faults the cloud may have a reading twice, but none may be missing.
        (5, 0, 6, True, True),
        (5, 0, 5, True, True),
        (5, 0, 4, True, False),
        (4, 0, 5, True, False),
        (5, 1, 6, True, False),
    ],
)
def test_the_demo_is_whole_if_the_cloud_has_what_was_forwarded(
    forwarded: int, lost_bytes: int, arrived: int, played: bool, whole: bool
) -> None:
    assert is_whole(status(forwarded, lost_bytes), arrived, played) is whole


def test_its_names_are_in_the_chosen_language_but_not_that_of_its_device(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The ledger has the device's name, and is the same in every language."""
    monkeypatch.setenv("LANGUAGE", "en")  # `choose` changes it; `monkeypatch` restores it
    languages.choose("de")
    try:
        with closing(Demo()) as show:
            (device,) = show.config.device
    finally:
        languages.choose("en")
    assert device.name == "demo board"
    assert [entry.name for entry in device.datastream] == ["Sinus", "Temperatur", "Zähler", "Wetter"]


def test_its_device_can_have_another_name() -> None:
    with closing(Demo(name="Demo-Board")) as show:
        bench = show.bench()
        bench.start()
        wait_until(lambda: bench.status().devices[0].counts.forwarded > 0)
        show.end_faults(bench)
        bench.stop()
        assert ledger(bench.status())["devices"][0]["name"] == "Demo-Board"
