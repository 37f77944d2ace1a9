"""Blynk as a destination: the account of one device, given by its server and its auth token.

Invariants: the address of a batch, token included, is shorter than `MAX_URL_CHARACTERS`, also after a
redirect to a server with a longer name.
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
"""How many characters longer the name of a server that the cloud redirects to may be."""


class Blynk:
    """The `Destination` for Blynk. See there for what the methods do."""

    max_points = calls.MAX_POINTS

    def __init__(self, device: DeviceConfig, token: str) -> None:
        self._server = Server(device.server)
        self._token = token
        self._types = {entry.virtual_pin: entry.type for entry in device.datastream}
        self._ids = {entry.virtual_pin: entry.id for entry in device.datastream}
        bare_characters = len(device.server.rstrip("/")) + len(calls.address(calls.batch(()), token))
        self.batch_room = MAX_URL_CHARACTERS - 1 - _LONGER_NAME - bare_characters

    def connect(self) -> Client:
        """A client that shares this account's server with the other clients."""
        return Client(self._server, self._token)

    def single(self, reading: Reading) -> Call:
        """By the datastream id that the bench file has for its pin, else by the pin."""
        return calls.update(reading, self._ids.get(pin_of(reading.target)))

    def batched_size(self, pin: int, reading: Reading) -> int | None:
        """The size in characters of the address."""
        return calls.joined_characters(pin, reading) if calls.may_join(reading) else None

    def batch(self, members: Sequence[tuple[int, Reading]]) -> Call:
        """Each reading by its pin."""
        return calls.batch(members)

    def timestamped(self, pin: int, readings: Sequence[Reading], after_ms: int) -> tuple[Call, int]:
        """The values have the type that the bench file declares for the datastream."""
        return calls.timestamped_set(pin, readings, self._types.get(pin), after_ms)
