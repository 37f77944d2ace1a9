"""Converts the texts in a URL, or the JSON value of a point in the body of a POST, to a datastream's value.

Invariants: a number is always clamped to the range of the datastream, as in Blynk, even if the datastream's
`out_of_range` says otherwise; a value that does not fit the datastream's type raises RefusedError.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from app.localcloud.refusals import WRONG_VALUE, RefusedError
from app.wire.datastreams import (
    TEXT_MAX_BYTES,
    Datastream,
    DatastreamType,
    OutOfRange,
    Reason,
    Value,
    check_text,
    into_range,
    parse_value,
)

_WHOLE = (DatastreamType.INT, DatastreamType.ENUM)


def clamping(datastream: Datastream) -> Datastream:
    """A copy of `datastream` that clamps numbers outside its range, as Blynk does."""
    return msgspec.structs.replace(datastream, out_of_range=OutOfRange.CLAMP)


def from_text(texts: Sequence[str], datastream: Datastream) -> Value:
    """Convert the `texts` of a target in a URL: one text, or a location's longitude and latitude in degrees.

    A location may also be one text, `LON,LAT`.

    `datastream` must be a copy made by `clamping`, so that numbers outside its range are clamped. Raises
    RefusedError if the texts are not a valid value of the datastream.
    """
    if len(texts) == 1:
        if datastream.type is DatastreamType.LOCATION:
            return _location(texts[0])
        return _parse(texts[0], datastream)
    if len(texts) != 2 or datastream.type not in (None, DatastreamType.LOCATION):
        raise RefusedError(WRONG_VALUE)
    return _location(",".join(texts))


def from_json(value: object, datastream: Datastream) -> Value:
    """Convert the JSON value of a point to a value of `datastream`.

    `datastream` must be a copy made by `clamping`, so that numbers outside its range are clamped. Raises
    RefusedError if `value` is invalid, or if its JSON type does not fit the type of the datastream.

    An int datastream, or one without a type, takes `true` as 1 and `false` as 0, because such a datastream
    may stand for a boolean one in Blynk.
    """
    declared = datastream.type
    match value:
        case bool() if declared in (None, DatastreamType.INT):
            return _parse(str(int(value)), datastream)
        case bool():
            raise RefusedError(WRONG_VALUE)
        case int() if declared is None or declared in _WHOLE or declared is DatastreamType.DOUBLE:
            return _parse(repr(value), datastream)
        case float() if declared in (None, DatastreamType.DOUBLE):
            return _parse(repr(value), datastream)
        case str() if declared in (None, DatastreamType.STRING):
            if not value or check_text(value):
                raise RefusedError(WRONG_VALUE)
            return value
        case [int() | float() as longitude, int() | float() as latitude] if declared in (
            None,
            DatastreamType.LOCATION,
        ):
            return _location(f"{longitude!r},{latitude!r}")
        case _:
            raise RefusedError(WRONG_VALUE)


def _parse(text: str, datastream: Datastream) -> Value:
    # Check the length first, because Python does not convert integers of several thousand digits.
    if not 0 < len(text) <= TEXT_MAX_BYTES:
        raise RefusedError(WRONG_VALUE)
    parsed = parse_value(text, datastream)
    if isinstance(parsed, Reason):
        raise RefusedError(WRONG_VALUE)
    value = into_range(parsed[0], datastream)
    assert value is not None  # noqa: S101 - None means out of range, which `clamping` rules out
    return value


_PLACE = Datastream(virtual_pin=0, type=DatastreamType.LOCATION)


def _location(text: str) -> Value:
    return _parse(text, _PLACE)
