"""Ports with scripted boards: a test says what comes from them, and sees how they are opened."""

from __future__ import annotations

import errno
import threading
from collections import deque

from app.boards.errors import PortError
from app.boards.ports.registry import PortRegistry
from app.boards.status import LinkState
from app.config.bench_file import DeviceConfig
from app.messages.message import verbatim

_WAIT_S = 0.02


class ScriptedPort:
    """A port, which may be open, and the board that is plugged in there."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._chunks: deque[bytes] = deque()
        self.is_plugged_in = True
        self.opened = self.closed = 0
        self.baud_rates: list[int] = []
        """The baud rate at each opening, and each rate that was set while the port was open."""

    def say(self, data: bytes) -> None:
        """Let the board send `data`."""
        with self._changed:
            self._chunks.append(data)
            self._changed.notify_all()

    def unplug(self) -> None:
        with self._changed:
            self.is_plugged_in = False
            self._changed.notify_all()

    def plug_in(self) -> None:
        self.is_plugged_in = True

    def open(self, device: DeviceConfig) -> ScriptedPort:
        if not self.is_plugged_in:
            raise PortError(LinkState.NO_SUCH_PORT, verbatim("nothing is plugged in"))
        if self.opened > self.closed:
            raise PortError(LinkState.BUSY, verbatim("the port is open elsewhere"))
        self._chunks.clear()
        self.baud_rates.append(device.baud_rate)
        self.opened += 1
        return self

    def read(self) -> bytes:
        with self._changed:
            self._changed.wait_for(lambda: self._chunks or not self.is_plugged_in, _WAIT_S)
            if self._chunks:
                return self._chunks.popleft()
            if not self.is_plugged_in:
                raise OSError(errno.ENODEV, "unplugged")
            return b""

    def set_baud_rate(self, baud_rate: int) -> None:
        self.baud_rates.append(baud_rate)

    def write(self, data: bytes) -> None:
        """Drop the data."""

    def close(self) -> None:
        self.closed += 1


class ScriptedPorts:
    """Scripted ports by name, such as `COM1`."""

    def __init__(self, *names: str) -> None:
        self.by_name = {name: ScriptedPort() for name in names}

    def __getitem__(self, name: str) -> ScriptedPort:
        return self.by_name[name]

    def open(self, device: DeviceConfig, _registry: PortRegistry) -> ScriptedPort:
        """See `app.boards.sources.OpenPort`."""
        return self.by_name[device.port].open(device)
