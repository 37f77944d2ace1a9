"""`run --until-idle` and `doctor --listen` begin to count time when every port is open or has failed once.

Each run here ends after 0 s of silence, so that the result depends on no clock. A run looks at its bench
again and again; with `Looks`, a test can act at a certain look.
"""

from __future__ import annotations

import socket
import threading
import time
import types
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import serial

from app.bench.bench import Bench
from app.bench.status import LinkState
from app.boards.errors import PortError
from app.boards.ports.registry import PortRegistry
from app.boards.recordings.format import Header, Record, RecordKind, pack, pack_header
from app.boards.simulated.board import SimulatedBoard
from app.boards.sources import Source, open_source
from app.commands.running.run import run
from app.config.bench_file import DeviceConfig
from app.config.loading import parse
from app.doctor import devices as doctor_devices
from app.messages.message import verbatim
from tests.processes import pty_board
from tests.waiting import wait_until

pytest.importorskip("pty", reason="a pty stands for a board; Windows has none")


class Looks(threading.Event):
    """The stop event of a run. Each wait calls `at` with the number of the wait, counted from 1."""

    def __init__(self, at: Callable[[int], object]) -> None:
        super().__init__()
        self.at, self.seen = at, 0

    def wait(self, timeout: float | None = None) -> bool:
        self.seen += 1
        self.at(self.seen)
        assert self.seen < 600, "the run did not end"
        return super().wait(timeout)


def bench_of(folder: Path, *ports: str, open_port: Callable[..., Source] = open_source) -> Bench:
    devices = "".join(f'[[device]]\nname = "{port[:9]}"\nport = "{port}"\n' for port in ports)
    return Bench(
        parse(f'[bench]\njournal = "b.db"\n{devices}'.encode(), "b.toml", folder), {}, open_port=open_port
    )


def opens() -> Source:
    return SimulatedBoard()


def is_missing() -> Source:
    raise PortError(LinkState.NO_SUCH_PORT, verbatim("COM7 is not there."))


def fails() -> Source:
    raise OSError("COM7 went away")


def is_wrong() -> Source:
    raise RuntimeError("an internal error")


@pytest.mark.parametrize("then", [opens, is_missing, fails, is_wrong])
def test_a_port_that_opens_slowly_is_waited_for(tmp_path: Path, then: Callable[[], Source]) -> None:
    opening = threading.Event()
    opened_s: list[float] = []

    def open_port(device: DeviceConfig, registry: PortRegistry) -> Source:
        if device.port == "COM7":
            assert opening.wait(60)
            return then()
        return open_source(device, registry)

    def at(look: int) -> None:
        if look == 3:
            assert bench.idle_s() is None
            opened_s.append(time.monotonic())
            opening.set()

    bench = bench_of(tmp_path, "simulated:", "/dev/none", "COM7", open_port=open_port)
    looks = Looks(at)
    run(bench, looks, lambda _: None, until_idle_s=0.0)
    assert looks.seen >= 3
    idle_s = bench.idle_s()
    assert idle_s is not None
    assert idle_s <= time.monotonic() - opened_s[0]


@pytest.fixture
def ports(tmp_path: Path) -> Iterator[dict[str, str]]:
    """One port of each kind, such as "busy" or "silent", by the name of the kind."""
    recording = tmp_path / "a.pbrec"
    header = Header("board", "COM1", 115200, 0)
    records = [
        Record(RecordKind.OPENED, 0, 0),
        Record(RecordKind.DATA, 0, 0, b"# hi\n"),
        Record(RecordKind.ENDED, 0, 0),
    ]
    recording.write_bytes(pack_header(header) + b"".join(map(pack, records)))
    with pty_board() as board, pty_board() as other, socket.socket() as refusing:
        refusing.bind(("127.0.0.1", 0))
        with serial.Serial(other.port, exclusive=True):
            yield {
                "absent": str(tmp_path / "none"),
                "busy": other.port,
                "refused": f"socket://127.0.0.1:{refusing.getsockname()[1]}",
                "silent": board.port,
                "replay": f"replay:{recording}",
                "simulated": "simulated:",
            }


@pytest.mark.parametrize(
    ("kinds", "states"),
    [
        (["absent"], [LinkState.NO_SUCH_PORT]),
        (["busy"], [LinkState.BUSY]),
        (["refused"], [LinkState.NO_SUCH_PORT]),
        (["silent"], [LinkState.CLOSED]),
        (["silent", "absent"], [LinkState.CLOSED, LinkState.NO_SUCH_PORT]),
        (["replay"], [LinkState.ENDED]),
        (["simulated"], [LinkState.CLOSED]),
    ],
)
def test_no_kind_of_port_keeps_a_run_from_ending(
    tmp_path: Path, ports: dict[str, str], kinds: list[str], states: list[LinkState]
) -> None:
    bench = bench_of(tmp_path, *(ports[kind] for kind in kinds))

    def at(_look: int) -> None:
        # The recording must end before the run does.
        wait_until(lambda: LinkState.ENDED not in states or bench.status().devices[0].link.state in states)

    # Nothing sets the event: the run ends by itself, or `Looks` fails.
    status, _ = run(bench, Looks(at), lambda _: None, until_idle_s=0.0)
    assert [device.link.state for device in status.devices] == states


def test_the_doctor_listens_from_when_every_port_has_been_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    opening, slept_s = threading.Event(), list[float]()

    class SlowBoard(SimulatedBoard):
        def __init__(self) -> None:
            assert opening.wait(60)
            super().__init__()

    def sleep(seconds: float) -> None:
        slept_s.append(seconds)
        if len(slept_s) == 3:
            opening.set()
        time.sleep(seconds)

    monkeypatch.setattr("app.boards.sources.SimulatedBoard", SlowBoard)
    monkeypatch.setattr(doctor_devices, "time", types.SimpleNamespace(monotonic=time.monotonic, sleep=sleep))
    devices = [DeviceConfig(name="slow", port="simulated:"), DeviceConfig(name="gone", port="/dev/none")]
    heard = [status.state for _, status in doctor_devices.listen(devices, 0.1)]
    assert slept_s[-1] == 0.1
    assert len(slept_s) > 3
    assert heard[0] in (LinkState.OPEN, LinkState.GOOD)
    assert heard[1] is LinkState.NO_SUCH_PORT
