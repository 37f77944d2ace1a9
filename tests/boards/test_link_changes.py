"""A link gets other settings while it runs: the port is opened again only if it must be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from serial import SerialException

from app.boards.health import Health
from app.boards.link import Link
from app.boards.ports.registry import PortRegistry
from app.boards.sink import NullSink
from app.boards.sources import Source
from app.boards.status import LinkState, PortInfo
from app.config.bench_file import DeviceConfig
from app.config.serial_settings import FlowControl, Parity
from app.wire.batches import Intake
from app.wire.datastreams import Datastream
from app.wire.readings import Grammar, Kind
from tests.bench.scripted_boards import ScriptedPort, ScriptedPorts
from tests.boards.links import retry_after
from tests.waiting import wait_until

DEVICE = DeviceConfig(name="a", port="COM1")
OTHER_PORT: dict[str, Any] = {
    "port": "COM2",
    "data_bits": 7,
    "parity": Parity.EVEN,
    "stop_bits": 2.0,
    "flow_control": FlowControl.XON_XOFF,
    "dtr": True,
    "rts": True,
}
SAME_PORT: dict[str, Any] = {
    "name": "b",
    "baud_rate": 9600,
    "line_end": "",
    "reset_on_connect": False,
    "server": "",
}


class Rig:
    """A link to the board at COM1; another board is at COM2."""

    def __init__(self, device: DeviceConfig = DEVICE) -> None:
        self.ports = ScriptedPorts("COM1", "COM2")
        self.device = device
        self.link = Link(device, Grammar(), NullSink(), self.ports.open)

    def change(self, *datastreams: Datastream, **keys: Any) -> None:
        self.device = msgspec.structs.replace(self.device, **keys)
        self.link.change(self.device, Grammar(datastreams), self.ports.open)

    def say(self, text: str, lines: int) -> None:
        """Let the board say `text`, and wait until `lines` lines have come in all."""
        self.ports[self.device.port].say(text.encode())
        wait_until(lambda: self.link.counts.lines == lines)

    @property
    def openings(self) -> list[int]:
        return [self.ports[name].opened for name in ("COM1", "COM2")]


@pytest.fixture
def rig() -> Iterator[Rig]:
    rig = Rig()
    rig.link.start()
    wait_until(lambda: rig.link.opened == 1)
    rig.say("# hi\n", 1)
    yield rig
    rig.link.stop()


@pytest.mark.parametrize(("key", "value"), OTHER_PORT.items())
def test_a_setting_of_the_opening_opens_the_port_again(rig: Rig, key: str, value: object) -> None:
    rig.say("v1=1", 1)
    rig.change(**{key: value})
    wait_until(lambda: rig.link.opened == 2)
    assert rig.openings == ([1, 1] if key == "port" else [2, 0])
    assert rig.ports["COM1"].closed == 1
    rig.say("v1=2\n", 3)
    assert (rig.link.counts.partial, rig.link.counts.accepted, rig.link.reconnects) == (1, 1, 1)


@pytest.mark.parametrize(("key", "value"), SAME_PORT.items())
def test_any_other_setting_leaves_the_port_open_and_its_line_whole(rig: Rig, key: str, value: object) -> None:
    rig.say("v1=1", 1)
    rig.change(**{key: value})
    rig.say("2\n", 2)
    assert [line.verdict.value for line in rig.link.console.lines(1, 9)] == [12]
    assert (rig.openings, rig.ports["COM1"].closed) == ([1, 0], 0)


def test_a_baud_rate_is_set_on_the_open_port(rig: Rig) -> None:
    rig.change(baud_rate=9600)
    rig.change(name="b")
    rig.say("v1=1\n", 2)
    assert rig.ports["COM1"].baud_rates == [115200, 9600]


def test_bytes_from_before_a_new_baud_rate_no_longer_count() -> None:
    health, intake = Health(DEVICE), Intake(Grammar())
    for second in range(5):
        chunk = bytes(range(128, 250)) + b"\n"
        health.heard(second, chunk, intake.feed(chunk, second))
    assert health.status(5.0).state is LinkState.UNREADABLE
    renamed = msgspec.structs.replace(DEVICE, name="b", port="COM2")
    health.change(renamed, 5.0)
    status = health.status(5.0)
    assert status.message
    assert (status.state, status.message.params["port"]) == (LinkState.UNREADABLE, "COM2")
    health.change(msgspec.structs.replace(renamed, baud_rate=9600), 5.0)
    assert health.status(5.0).state is LinkState.OPEN


def test_the_restarts_of_the_board_at_the_old_port_no_longer_count() -> None:
    health, intake = Health(DEVICE), Intake(Grammar())
    chunk = b"# hi\r\nwaiting for download\r\n"
    health.heard(0.0, chunk, intake.feed(chunk, 1))
    assert health.status(1.0).state is LinkState.UPLOAD_MODE
    health.change(msgspec.structs.replace(DEVICE, name="b"), 1.0)
    assert health.status(1.0).state is LinkState.UPLOAD_MODE
    health.change(msgspec.structs.replace(DEVICE, port="COM2"), 1.0)
    assert health.status(1.0).state is LinkState.GOOD


@pytest.mark.parametrize("error", [ValueError("no such rate"), SerialException("no such rate")])
def test_a_baud_rate_that_an_open_port_does_not_take_opens_it_again(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def refuse(_port: ScriptedPort, _baud_rate: int) -> None:
        raise error

    monkeypatch.setattr(ScriptedPort, "set_baud_rate", refuse)
    rig.change(baud_rate=9600)
    wait_until(lambda: rig.link.opened == 2)
    assert rig.ports["COM1"].baud_rates == [115200, 9600]


def test_lines_are_judged_by_the_new_datastreams_and_keep_the_verdicts_they_had(rig: Rig) -> None:
    rig.say("v1=1\nv1=2\nv1=3\n", 4)
    rig.change(Datastream(virtual_pin=1, max=2.0))
    rig.say("v1=2\nv1=3\n", 6)
    rig.change(Datastream(virtual_pin=1, max=9.0))
    rig.say("v1=3\nv1=4\n", 8)
    kinds = [line.verdict.kind for line in rig.link.console.lines(1, 9)]
    assert kinds == [Kind.ACCEPTED] * 4 + [Kind.REJECTED] + [Kind.ACCEPTED] * 2


def test_lines_to_the_board_get_the_new_line_end(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[bytes] = []
    monkeypatch.setattr(rig.ports["COM1"], "write", written.append)
    rig.change(line_end="\r")
    rig.say("v1=1\n", 2)
    assert rig.link.send("on")
    wait_until(lambda: written == [b"on\r"])


def test_another_port_is_tried_at_once_although_the_link_would_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    retry_after(monkeypatch, 3600.0)
    rig = Rig()
    rig.ports["COM1"].unplug()
    rig.link.start()
    wait_until(lambda: rig.link.status().state is LinkState.NO_SUCH_PORT)
    rig.change(port="COM2")
    wait_until(lambda: rig.openings == [0, 1])
    rig.link.stop()


def test_another_port_is_opened_although_the_old_one_was_released(rig: Rig) -> None:
    rig.link.release()
    wait_until(lambda: rig.link.status().state is LinkState.RELEASED)
    rig.change(name="b")
    rig.change(port="COM2")
    wait_until(lambda: rig.openings == [1, 1])


def test_settings_that_change_before_the_start_are_used() -> None:
    rig = Rig()
    rig.change(port="COM2", baud_rate=9600)
    rig.link.start()
    wait_until(lambda: rig.openings == [0, 1])
    rig.link.stop()
    assert rig.ports["COM2"].baud_rates == [9600]


def test_a_replay_that_has_ended_does_not_begin_again_unless_the_port_changes() -> None:
    rig = Rig()

    def ended(*_: object) -> Source:
        raise EOFError

    rig.link = Link(DEVICE, Grammar(), NullSink(), ended)
    rig.link.start()
    wait_until(lambda: rig.link.status().state is LinkState.ENDED)
    rig.link.change(msgspec.structs.replace(DEVICE, name="b"), Grammar(), rig.ports.open)
    rig.link.take()
    assert rig.link.status().state is LinkState.ENDED
    rig.link.change(msgspec.structs.replace(DEVICE, port="COM2"), Grammar(), rig.ports.open)
    wait_until(lambda: rig.openings == [0, 1])
    rig.link.stop()


def test_a_renamed_device_keeps_its_board_and_one_with_another_port_does_not() -> None:
    boards = [PortInfo(f"COM{number}", "Uno", "2341:0043", str(number), f"1-{number}") for number in (1, 2)]
    registry = PortRegistry(lambda: boards, lambda: None)
    key, other = registry.register("a", "usb:2341:0043"), registry.register("b", "COM2")
    assert (key, other, registry.register("a", "COM9")) == ("a", "b", "a'")
    registry.choose(key, "COM1")
    registry.change(key, "b", "usb:2341:0043")
    registry.change(other, "a", "COM2")
    found = [registry.find(each) for each in (key, other)]
    assert [info.device for info in found if info] == ["COM1", "COM2"]
    registry.change(key, "b", "COM2")
    registry.remove(other)
    info = registry.find(key)
    assert info
    assert info.device == "COM2"
