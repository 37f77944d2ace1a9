"""Finds two devices, or two datastreams of a device, with the same value for a unique key. Pure.

Invariant: an error names both places, and never contains an auth token.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

from app.errors import InvalidValueError
from app.messages.message import Message
from app.wire.datastreams import Datastream


class _Named(Protocol):
    @property
    def name(self) -> str: ...


def check_devices(key: str, devices: Sequence[_Named], values: Iterable[str | None]) -> None:
    """Raise InvalidValueError if two devices have the same value for `key`.

    `values` has one item for each device, in the same order; None stands for a device without a value.
    """
    found = _first(values)
    if found is None:
        return
    value, first, second = found
    other = place_of(first, devices[first])
    if key == "auth_token":
        message = Message("auth_token_twice", other=other)
    else:
        message = Message("key_of_two_devices", key=key, value=value, other=other)
    raise InvalidValueError("about", subject=place_of(second, devices[second]), message=message)


def check_datastreams(datastreams: Sequence[Datastream]) -> None:
    """Raise InvalidValueError if two datastreams of a device have the same virtual pin or the same id."""
    pins = [entry.virtual_pin for entry in datastreams]
    ids = [entry.id for entry in datastreams]
    for key, numbers in (("virtual_pin", pins), ("id", ids)):
        if found := _first(numbers):
            value, first, second = found
            message = Message("key_of_two_datastreams", key=key, value=value, other=f"datastream[{first}]")
            raise InvalidValueError("about", subject=f"datastream[{second}]", message=message)


def place_of(index: int, device: _Named) -> str:
    """The name of a device in an error: `device[0] "greenhouse"`."""
    return f'device[{index}] "{device.name}"'


_Value = TypeVar("_Value", str, int)


def _first(values: Iterable[_Value | None]) -> tuple[_Value, int, int] | None:
    """The first value that equals an earlier value, and the indexes of both. None if all values differ.

    A None in `values` stands for a missing value, and equals nothing.
    """
    places: dict[_Value, int] = {}
    for place, value in enumerate(values):
        if value is None:
            continue
        if value in places:
            return value, places[value], place
        places[value] = place
    return None
