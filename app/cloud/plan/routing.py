"""Routing: finds the pin and the form of a target.

The pin decides the lane, and the form decides how the readings are sent.

Invariants: a pin and its datastream id share one lane, and so do all events; events, properties, and
datastreams without a pin are always sent one by one. Pure: no I/O, no clock.
"""

from __future__ import annotations

import enum

from app.cloud.plan.events import LANE
from app.config.bench_file import DeviceConfig, Forward
from app.wire.streams import is_event, pin_of


class Form(enum.Enum):
    """The way in which the readings of a target are sent."""

    ONE = enum.auto()
    """Every reading is sent, in a call of its own or as its pin's value in a batch."""
    NEWEST = enum.auto()
    """Only the newest reading of each interval is sent; older ones are superseded."""
    SET = enum.auto()
    """Every reading is sent, in sets: many readings in one call, with their times."""


_FORMS = {Forward.EVERY: Form.ONE, Forward.LATEST: Form.NEWEST, Forward.TIMESTAMPED: Form.SET}


class Routing:
    """For each target of one device: its pin, its lane, and the `Form` in which its readings are sent."""

    def __init__(self, device: DeviceConfig) -> None:
        self._form = _FORMS[device.forward]
        self._pins = {f"ds{entry.id}": entry.virtual_pin for entry in device.datastream}

    def pin(self, target: str) -> int | None:
        """The pin of `target`. None for an event, and for an id for which the bench file gives no pin."""
        return self._pins[target] if target in self._pins else pin_of(target)

    def lane(self, target: str) -> str:
        """The name of the lane in which the readings of `target` are sent."""
        if is_event(target):
            return LANE
        pin = self.pin(target)
        return target if pin is None else f"v{pin}"

    def form(self, target: str) -> Form:
        """The form in which the readings of `target` are sent."""
        return Form.ONE if "." in target or self.pin(target) is None else self._form
