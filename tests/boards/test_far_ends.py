"""Details of boards, ports and the console on which bench files, the window and other programs rely."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import SimpleNamespace

import pytest
import serial
from serial.tools import list_ports

from app.boards.console import KEPT_LINES, ConsoleBuffer
from app.boards.link import Link
from app.boards.ports import registry as ports
from app.boards.sink import NullSink
from app.boards.sources import SerialSource
from app.config.bench_file import DeviceConfig
from app.wire.batches import Intake
from app.wire.readings import Grammar
from tests.waiting import wait_until


def test_vendor_and_product_ids_are_in_capitals_as_in_bench_files(monkeypatch: pytest.MonkeyPatch) -> None:
    board = SimpleNamespace(
        device="/dev/ttyUSB0", description="n/a", vid=0x10C4, pid=0xEA60, serial_number=None, location="1-1"
    )
    monkeypatch.setattr(list_ports, "comports", lambda: [board])
    assert [port.vid_pid for port in ports.serial_ports()] == ["10C4:EA60"]


def test_the_console_keeps_the_last_ten_thousand_lines() -> None:
    grammar = Grammar()
    console, intake = ConsoleBuffer(grammar), Intake(grammar)
    for number in range(KEPT_LINES + 500):
        console.add(intake.feed(f"v1={number}\n".encode(), 0), 0)
    numbers = [line.number for line in console.lines(0, 2 * KEPT_LINES)]
    assert numbers == list(range(501, KEPT_LINES + 501))


class Idle:
    """A port that sends nothing."""

    def __init__(self) -> None:
        self.closed = False

    def read(self) -> bytes:
        return b""

    def set_baud_rate(self, baud_rate: int) -> None:
        """Do nothing."""

    def write(self, _data: bytes) -> None:
        """Drop the data."""

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize("how", [Link.stop, Link.release])
def test_a_port_that_is_no_longer_read_is_free_for_other_programs(how: Callable[[Link], None]) -> None:
    source = Idle()
    link = Link(DeviceConfig(name="board", port="COM9"), Grammar(), NullSink(), lambda *_: source)
    link.start()
    wait_until(lambda: link.opened > 0)
    how(link)
    wait_until(lambda: source.closed)
    link.stop()


def test_windows_is_asked_for_a_larger_receive_buffer(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    port = SimpleNamespace(open=lambda: None, set_buffer_size=lambda rx_size: asked.append(rx_size))
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(serial, "serial_for_url", lambda *_args, **_settings: port)
    SerialSource("COM5", DeviceConfig(port="COM5"))
    assert asked == [1 << 20]
