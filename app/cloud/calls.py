"""Calls: HTTP requests to the Blynk device API as data, exactly spelled.

Invariants: a call holds no token; this module alone knows Blynk's paths and keys; every value is
percent-encoded, UTF-8, a space as `%20`. Source: Blynk's HTTPS device API.
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote

from app.wire.datastreams import sent_as
from app.wire.streams import Reading, pin_of

_UPDATE = "/external/api/update"
_PROPERTY = "/external/api/update/property"


class Call(NamedTuple):
    """One HTTP request and the readings that it carries."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    body: bytes | None
    readings: tuple[Reading, ...]


def update(reading: Reading, datastream_id: int | None) -> Call:
    """The call that brings one reading, by its pin, or by the datastream id that the bench file gives it."""
    target, value = reading.target, reading.value
    pin = pin_of(target)
    _, dot, name = target.partition(".")
    if dot:
        query: tuple[tuple[str, str], ...] = (("pin", f"v{pin}"), (name, sent_as(value)))
        return Call("GET", _PROPERTY, query, None, (reading,))
    by_id = int(target.removeprefix("ds")) if pin is None else datastream_id
    values = tuple(("value", sent_as(part)) for part in (value if isinstance(value, tuple) else (value,)))
    if by_id is not None:
        query = (("dataStreamId", str(by_id)), *values)
    elif isinstance(value, tuple):
        query = (("pin", target), *values)
    else:
        query = ((target, sent_as(value)),)
    return Call("GET", _UPDATE, query, None, (reading,))


def url(call: Call, server: str, token: str) -> str:
    """The whole address of a call. It holds the token: it is sent, and never shown."""
    pairs = (("token", token), *call.query)
    query = "&".join(f"{quote(key, safe='')}={quote(value, safe='')}" for key, value in pairs)
    return f"{server.rstrip('/')}{call.path}?{query}"
