"""Routing: which lane a target's readings go in, and in what form.

Invariants: a pin and its datastream id are one lane; properties, and datastreams that have an id alone,
always go one by one. Pure: no I/O, no clock.
"""

from __future__ import annotations

import enum

from app.config.bench_file import DeviceConfig, Forward
from app.wire.streams import pin_of


class Form(enum.Enum):
    """How the readings of a flow go."""

    ONE = enum.auto()
    """Every one, each in a call or in its place of a batch."""
    NEWEST = enum.auto()
    """At each interval the newest, the older ones superseded."""
    SET = enum.auto()
    """Many in one call, with their times."""


_FORMS = {Forward.EVERY: Form.ONE, Forward.LATEST: Form.NEWEST, Forward.TIMESTAMPED: Form.SET}


class Routing:
    """The routes of one device."""

    def __init__(self, device: DeviceConfig) -> None:
        self._form = _FORMS[device.forward]
        self._pins = {f"ds{entry.id}": entry.virtual_pin for entry in device.datastream}

    def pin(self, target: str) -> int | None:
        """The pin whose lane `target` goes in, also where it is named by the pin's datastream id."""
        return self._pins[target] if target in self._pins else pin_of(target)

    def form(self, target: str) -> Form:
        """How a target's readings go."""
        return Form.ONE if "." in target or self.pin(target) is None else self._form
