"""The sources from which a board's bytes are read: a serial port, the network, or a simulated board.

Invariants: a source returns the bytes unchanged, in large chunks; while it waits for bytes, it uses no
processor time.
"""

from __future__ import annotations

import select
import sys
from collections.abc import Callable
from typing import Protocol

import serial

from app.boards.errors import NotTakenError
from app.boards.network import open_network
from app.boards.ports.failures import PORT_FAILURES, explain
from app.boards.ports.registry import PortRegistry
from app.boards.reset import after_open, before_open
from app.boards.simulated.board import SimulatedBoard
from app.boards.status import LinkState
from app.config.addresses import is_network
from app.config.bench_file import DeviceConfig
from app.config.serial_settings import Parity

CHUNK_BYTES = 65536
_WAIT_S = 0.2
_WRITE_S = 0.5
"""How many seconds a write may delay reading; the system buffers the bytes that come meanwhile."""
_HOLDERS_S = 2.0
"""If a port is busy, but a search found no program that has it open: how long until the next search."""
_LARGE_BYTES = 2048
"""After a read that returned at least this many bytes, there may be more to read."""
_READ_BYTES = 4096
"""How many bytes are asked for at once. Memory for all of them is taken before the read. Chunks are kept for
a while, so that most of the memory of large reads would lie idle between them."""


class Source(Protocol):
    """An open port, real or simulated, from which bytes are read. Only one thread uses it."""

    def read(self) -> bytes:
        """Wait at most 0.2 s for bytes and return them; empty if none have come.

        Raises one of PORT_FAILURES if the port fails, and EOFError at the end of a replay.
        """

    def set_baud_rate(self, baud_rate: int) -> None:
        """Read at another baud rate from now on. Sources without a baud rate do nothing.

        Raises ValueError or one of PORT_FAILURES if the port cannot be set to this rate.
        """

    def write(self, data: bytes) -> None:
        """Send bytes to the board. Raises NotTakenError if the board has not accepted them after 0.5 s."""

    def close(self) -> None:
        """Close the port."""


OpenPort = Callable[[DeviceConfig, PortRegistry], Source]
"""A function that opens a device's port; it raises PortError if the port cannot be opened.

The name of the device is its key in the registry (see `PortRegistry.register`).
"""


def open_source(device: DeviceConfig, registry: PortRegistry | None = None) -> Source:
    """Open the port of a device. Raises PortError if it cannot be opened.

    `registry` is shared by all devices of a bench, and the name of `device` is its key there; None if
    `device` is the only one.
    """
    if device.port == "simulated:":
        return SimulatedBoard()
    if registry is None:
        registry = PortRegistry()
        registry.register(device.name, device.port)
    info = registry.find(device.name)
    name = info.device if info else device.port
    try:
        source = open_network(name, device) if is_network(name) else SerialSource(name, device)
    except (*PORT_FAILURES, ValueError) as error:
        is_unusual = (device.data_bits, device.parity, device.stop_bits) != (8, Parity.NONE, 1)
        problem = explain(name, error, is_unusual=is_unusual)
        if problem.status.state is LinkState.BUSY:
            problem = explain(name, error, registry.holders(name, _HOLDERS_S))
        raise problem from None
    if info:
        registry.opened(device.name, info)
    return source


class SerialSource:
    """A serial port of this computer: a device file or a COM port."""

    def __init__(self, name: str, device: DeviceConfig) -> None:
        self._port = serial.serial_for_url(
            name, device.baud_rate, timeout=_WAIT_S, write_timeout=_WRITE_S, do_not_open=True
        )
        before_open(self._port, device)
        self._port.exclusive = True if sys.platform != "win32" else None
        self._port.open()
        try:
            after_open(self._port, device)
            self._waits_by_select = sys.platform != "win32"
            if self._waits_by_select:
                self._port.timeout = 0
            elif hasattr(self._port, "set_buffer_size"):
                self._port.set_buffer_size(rx_size=1 << 20)
        except BaseException:
            self.close()
            raise

    def read(self) -> bytes:
        """See `Source`."""
        if self._waits_by_select:
            ready, _, _ = select.select([self._port.fileno()], [], [], _WAIT_S)
            return self._read_all_there_is() if ready else b""
        return self._port.read(max(1, self._port.in_waiting))

    def _read_all_there_is(self) -> bytes:
        """Read all bytes that have arrived, but at most 64 KiB.

        This takes several reads, because Linux returns at most 4,095 bytes per read.
        """
        chunk: bytes = self._port.read(_READ_BYTES)
        more = chunk
        while len(more) >= _LARGE_BYTES and len(chunk) < CHUNK_BYTES:
            try:
                more = self._port.read(min(_READ_BYTES, CHUNK_BYTES - len(chunk)))
            except PORT_FAILURES:
                # Return the bytes that came before the port went away; the next read will fail again.
                break
            chunk += more
        return chunk

    def set_baud_rate(self, baud_rate: int) -> None:
        """See `Source`."""
        self._port.baudrate = baud_rate

    def write(self, data: bytes) -> None:
        """See `Source`."""
        try:
            self._port.write(data)
        except serial.SerialTimeoutException:
            raise NotTakenError from None

    def close(self) -> None:
        """See `Source`."""
        try:
            self._port.close()
        except PORT_FAILURES:
            # The port has gone away: there is nothing left to close.
            return
