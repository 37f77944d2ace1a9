"""Finds two devices, or two datastreams of a device, with the same value for a unique key. Pure.

Invariant: an error names both places, and never contains an auth token.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, TypeVar

from app.errors import InvalidValueError
from app.messages.message import Message
from app.wire.datastreams import Datastream


class _Named(Protocol):
    @property
    def name(self) -> str: ...


def check_devices(key: str, devices: Sequence[_Named], values: Iterable[str | None]) -> None:
    """Raise InvalidValueError if two devices have the same value for `key` (see `repeated_devices`)."""
    for index, _, message in repeated_devices(key, devices, values):
        raise InvalidValueError("about", subject=place_of(index, devices[index]), message=message)


def repeated_devices(
    key: str, devices: Sequence[_Named], values: Iterable[str | None]
) -> Iterator[tuple[int, int, Message]]:
    """Yield the index of each device that has the same value for `key` as an earlier one.

    With it come the index of the earlier one and a message. `values` has one item for each device, in the
    same order; None stands for a device without a value.
    """
    for value, first, second in _repeated(values):
        other = place_of(first, devices[first])
        if key == "auth_token":
            yield second, first, Message("auth_token_twice", other=other)
        else:
            yield second, first, Message("key_of_two_devices", key=key, value=value, other=other)


def check_datastreams(datastreams: Sequence[Datastream]) -> None:
    """Raise InvalidValueError if two datastreams of a device have the same virtual pin or the same id."""
    pins = [entry.virtual_pin for entry in datastreams]
    ids = [entry.id for entry in datastreams]
    for key, numbers in (("virtual_pin", pins), ("id", ids)):
        for index, _, message in repeated_datastreams(key, numbers):
            raise InvalidValueError("about", subject=f"datastream[{index}]", message=message)


def repeated_datastreams(key: str, numbers: Iterable[int | None]) -> Iterator[tuple[int, int, Message]]:
    """Yield the index of each datastream that has the same number for `key` as an earlier one.

    With it come the index of the earlier one and a message. `numbers` has one item for each datastream of a
    device; None stands for one without a number.
    """
    for value, first, second in _repeated(numbers):
        other = f"datastream[{first}]"
        yield second, first, Message("key_of_two_datastreams", key=key, value=value, other=other)


def place_of(index: int, device: _Named) -> str:
    """The name of a device in an error: `device[0] "greenhouse"`."""
    return f'device[{index}] "{device.name}"'


_Value = TypeVar("_Value", str, int)


def _repeated(values: Iterable[_Value | None]) -> Iterator[tuple[_Value, int, int]]:
    """Yield each value that equals an earlier value, with the indexes of the earlier one and of its own.

    A None in `values` stands for a missing value, and equals nothing.
    """
    places: dict[_Value, int] = {}
    for place, value in enumerate(values):
        if value is None:
            continue
        if value in places:
            yield value, places[value], place
        else:
            places[value] = place
