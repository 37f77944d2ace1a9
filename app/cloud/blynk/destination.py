"""Blynk as a destination: one device's account, by its server and its auth token.

Invariants: a batch's address with the token in it stays under `MAX_URL_CHARACTERS`, also where the cloud
points to a server with a longer name.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.cloud.blynk import calls
from app.cloud.blynk.client import Client, Server
from app.cloud.destination import Call
from app.config.bench_file import DeviceConfig
from app.wire.streams import Reading, pin_of

MAX_URL_CHARACTERS = 2000
_LONGER_NAME = 32
"""A server that the cloud points to may have a longer name."""


class Blynk:
    """A `Destination`."""

    max_points = calls.MAX_POINTS

    def __init__(self, device: DeviceConfig, token: str) -> None:
        self._server = Server(device.server)
        self._token = token
        self._types = {entry.virtual_pin: entry.type for entry in device.datastream}
        self._ids = {entry.virtual_pin: entry.id for entry in device.datastream}
        bare_characters = len(device.server.rstrip("/")) + len(calls.address(calls.batch(()), token))
        self.batch_room = MAX_URL_CHARACTERS - 1 - _LONGER_NAME - bare_characters

    def connect(self) -> Client:
        """See `Destination`; so are the others."""
        return Client(self._server, self._token)

    def single(self, reading: Reading) -> Call:
        """By the datastream id that the bench file gives its pin, else by the pin."""
        return calls.update(reading, self._ids.get(pin_of(reading.target)))

    def batched_size(self, pin: int, reading: Reading) -> int | None:
        """In characters of the address."""
        return calls.joined_characters(pin, reading) if calls.may_join(reading) else None

    def batch(self, members: Sequence[tuple[int, Reading]]) -> Call:
        """By their pins."""
        return calls.batch(members)

    def timestamped(self, pin: int, readings: Sequence[Reading], after_ms: int) -> tuple[Call, int]:
        """In the type of the datastream."""
        return calls.timestamped_set(pin, readings, self._types.get(pin), after_ms)
