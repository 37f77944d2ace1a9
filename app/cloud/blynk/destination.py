"""Blynk as a destination: the account of one device, given by its server and its auth token.

Invariants: the URL of a batch, including the token, is shorter than `MAX_URL_CHARACTERS`. It stays below this
limit after a redirect if the new server's name is at most `_LONGER_NAME` characters longer than the old one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.cloud.blynk import calls
from app.cloud.blynk.server import Server
from app.cloud.destination import Call
from app.config.bench_file import DeviceConfig
from app.wire.streams import Reading, is_event, pin_of

if TYPE_CHECKING:
    from app.cloud.blynk.client import Client

MAX_URL_CHARACTERS = 2000
_LONGER_NAME = 32
"""How many characters the URL of a batch leaves free for a longer server name after a redirect."""


class Blynk:
    """The Blynk account of one device. The protocol `Destination` describes the methods."""

    max_points = calls.MAX_POINTS

    def __init__(self, device: DeviceConfig, token: str, server: Server | None = None) -> None:
        """`server` is the server of the account; by default, it begins at that of the bench file."""
        self._server = server or Server(device.server)
        self._token = token
        self._types = {entry.virtual_pin: entry.type for entry in device.datastream}
        self._ids = {entry.virtual_pin: entry.id for entry in device.datastream}
        bare_characters = len(device.server.rstrip("/")) + len(calls.address(calls.batch(()), token))
        self.batch_room = MAX_URL_CHARACTERS - 1 - _LONGER_NAME - bare_characters

    def connect(self) -> Client:
        """Make a new client. A redirect of one client changes the server of all clients of this account."""
        # Imported only here, in the thread that will use it: the HTTP libraries are slow to import.
        from app.cloud.blynk.client import Client

        return Client(self._server, self._token)

    def single(self, reading: Reading, now_us: int) -> Call:
        """The call that sends one reading, at the Unix time `now_us` in microseconds.

        It uses the datastream id if the bench file gives it.
        """
        if is_event(reading.target):
            return calls.log_event(reading, now_us)
        return calls.update(reading, self._ids.get(pin_of(reading.target)))

    def batched_size(self, pin: int, reading: Reading) -> int | None:
        """How many characters a reading adds to the URL of a batch; None if no batch can carry it."""
        return calls.joined_characters(pin, reading) if calls.may_join(reading) else None

    def batch(self, members: Sequence[tuple[int, Reading]]) -> Call:
        """The call that sends one reading for each of several pins. Each member is a pin and its reading."""
        return calls.batch(members)

    def timestamped(self, pin: int, readings: Sequence[Reading], after_ms: int) -> tuple[Call, int]:
        """Build the call that sends readings of `pin` with their times.

        `after_ms` is the last timestamp in the pin's previous set. Returns the call and the last timestamp in
        it. Both timestamps are in Unix milliseconds. The values in the call have the type that the bench file
        declares for the datastream.
        """
        return calls.timestamped_set(pin, readings, self._types.get(pin), after_ms)
