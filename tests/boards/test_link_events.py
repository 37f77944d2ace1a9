"""A link tells its sink what happens to the port and to the board, each thing once."""

from __future__ import annotations

import pytest

from app.boards import link as link_module
from app.boards.errors import PortError
from app.boards.link import Link
from app.boards.ports.registry import PortRegistry
from app.boards.sources import Source
from app.boards.status import LinkState
from app.config.bench_file import DeviceConfig
from app.messages.message import Message
from app.wire.readings import Grammar
from app.wire.timeline import EventKind
from tests.boards.links import Heard
from tests.boards.open_port import OpenPort
from tests.boards.test_link_calls import Script
from tests.waiting import wait_until

DEVICE = DeviceConfig(name="board", port="COM5")
CONNECTED = (EventKind.CONNECTED, "COM5")
CRASH = b"Guru Meditation Error: Core  0 panic'ed (LoadProhibited). Exception was unhandled.\n"
BOOT = b"rst:0xc (SW_CPU_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\n"


class Ports:
    """Ports that are opened one after the other: a script, or why it cannot be opened."""

    def __init__(self, *said: Script | LinkState) -> None:
        self.said = list(said)

    def open(self, device: DeviceConfig, registry: PortRegistry) -> Source:
        said = self.said.pop(0)
        if isinstance(said, LinkState):
            raise PortError(said, Message("port_not_open_yet"))
        return said.open(device, registry)


def played(monkeypatch: pytest.MonkeyPatch, *said: Script | LinkState) -> list[tuple[EventKind, str]]:
    """The events while a link opens the ports `said`, the last of which is a script that comes to its end."""
    monkeypatch.setattr(Link, "_pause", lambda *_: None)
    heard = Heard("COM5", open_port=Ports(*said).open, registry=PortRegistry(list, lambda: 0))
    heard.link.start()
    wait_until(lambda: heard.link.status().state is LinkState.ENDED)
    heard.link.stop()
    return heard.events


def script(*chunks: bytes | Exception, is_over: bool = False) -> Script:
    made = Script()
    made.chunks += chunks
    if is_over:
        made.over.set()
    return made


def test_a_port_that_fails_is_lost_and_one_that_ends_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    lost = script(b"# hi\n", OSError("gone"))
    assert played(monkeypatch, lost, script(b"v1=1\n", is_over=True)) == [
        CONNECTED,
        (EventKind.LOST, "COM5"),
        CONNECTED,
        (EventKind.CLOSED, ""),
    ]


def test_a_port_that_cannot_be_opened_is_told_once_for_each_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    gone, busy = LinkState.NO_SUCH_PORT, LinkState.BUSY
    said = [gone, gone, busy, busy, LinkState.NO_PERMISSION, gone, gone]
    assert played(monkeypatch, *said, script(is_over=True)) == [
        (EventKind.CLOSED, ""),
        (EventKind.NOT_OPENED, "busy"),
        (EventKind.NOT_OPENED, "no_permission"),
        (EventKind.CLOSED, ""),
        CONNECTED,
        (EventKind.CLOSED, ""),
    ]


def test_a_released_port_and_a_stopped_link_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    port = script()
    heard = Heard("COM5", open_port=port.open, registry=PortRegistry(list, lambda: 0))
    monkeypatch.setattr(link_module, "_LOOK_S", 0.001)
    heard.link.start()
    heard.wait_until_open()
    heard.link.release()
    wait_until(lambda: heard.link.status().state is LinkState.RELEASED)
    heard.link.take()
    heard.wait_until_open(2)
    heard.link.stop()
    assert heard.events == [CONNECTED, (EventKind.RELEASED, ""), CONNECTED, (EventKind.CLOSED, "")]


def test_bytes_without_room_are_told() -> None:
    heard = Heard("COM5", open_port=script(b"v1=1\n", b"v1=2", is_over=True).open)
    heard.has_room = False
    heard.link.start()
    wait_until(lambda: heard.link.status().state is LinkState.ENDED)
    heard.link.stop()
    assert (heard.lost, heard.link.lost_bytes) == ([5, 4], 9)


def test_a_board_that_crashes_long_after_its_port_was_opened_has_restarted() -> None:
    port = OpenPort()
    seen = [port.say(BOOT, 1), port.say(b"v1=1\n", 5), port.say(CRASH, 60), port.say(BOOT, 0.5)]
    assert seen == [None, None, "crash", None]
    assert port.say(BOOT, 30) == "software"
    assert port.say(b"rst:0x5 (DEEPSLEEP_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\n", 60) is None


def test_a_link_tells_of_a_restart() -> None:
    heard = Heard("COM5")
    link = Link(DEVICE, Grammar(), heard, script(BOOT, is_over=True).open)
    link._health.heard = lambda *_: "watchdog"  # type: ignore[method-assign, assignment]
    link.start()
    wait_until(lambda: link.status().state is LinkState.ENDED)
    link.stop()
    assert heard.events[1] == (EventKind.RESTARTED, "watchdog")
