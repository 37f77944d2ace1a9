"""Builds the calls to the Blynk device API: HTTP requests as plain data, which another module sends.

Invariants: a call contains no token; only this module knows Blynk's paths and query keys; every value is
percent-encoded as UTF-8, with a space as `%20`; every set (a call with readings of one pin and their
times) is within Blynk's size limits, and its timestamps strictly increase. Source: Blynk's HTTPS device API.
Pure: no I/O, no clock.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import accumulate
from urllib.parse import quote

import msgspec

from app.cloud.destination import Call
from app.wire.datastreams import EVENT_MAX_CHARACTERS, DatastreamType, Value, sent_as
from app.wire.streams import EVENT, Reading, pin_of

MAX_POINTS = 10_000
"""How many readings with their times Blynk accepts in one call."""
MAX_BODY_BYTES = 2_000_000

_UPDATE = "/external/api/update"
_IS_CONNECTED = "/external/api/isHardwareConnected"
_PROPERTY = "/external/api/update/property"
_BATCH = "/external/api/batch/update"
_EVENT = "/external/api/logEvent"
_WAITED_US = 60_000_000
"""After this wait, the description of an event says when the event occurred."""
_MAX_SHIFT_MS = 60_000
"""How far a timestamp may be moved forward to keep timestamps increasing. If the clock was set back further,
a new set begins."""
_WHOLE = (DatastreamType.INT, DatastreamType.ENUM)
_encode = msgspec.json.Encoder().encode


def update(reading: Reading, datastream_id: int | None) -> Call:
    """The call that sends one reading.

    If `datastream_id` is not None, the call names this id instead of the pin. The call for a property always
    names the pin.
    """
    target, value = reading.target, reading.value
    pin = pin_of(target)
    _, dot, name = target.partition(".")
    if dot:
        query: tuple[tuple[str, str], ...] = (("pin", f"v{pin}"), (name, sent_as(value)))
        return Call("GET", _PROPERTY, query, None, (reading,))
    by_id = int(target.removeprefix("ds")) if pin is None else datastream_id
    values = tuple(("value", text) for text in _texts(value))
    if by_id is not None:
        query = (("dataStreamId", str(by_id)), *values)
    elif isinstance(value, tuple):
        query = (("pin", target), *values)
    else:
        query = ((target, sent_as(value)),)
    return Call("GET", _UPDATE, query, None, (reading,))


def log_event(reading: Reading, now_us: int) -> Call:
    """The call that sends an event.

    `now_us` is the time in Unix microseconds. If the event arrived a minute or more before, the time of its
    arrival is appended to its text, because Blynk shows the time at which the call comes in.
    """
    description = sent_as(reading.value)
    if now_us - reading.received_at_us >= _WAITED_US:
        description = _dated(description, reading.received_at_us)
    query = (("code", reading.target.removeprefix(EVENT)), ("description", description))
    return Call("GET", _EVENT, query, None, (reading,), is_event=True)


def may_join(reading: Reading) -> bool:
    """Whether a reading can be part of a batch: Blynk accepts no properties in batches."""
    return "." not in reading.target


def joined_characters(pin: int, reading: Reading) -> int:
    """How many characters a reading of `pin` adds to the URL of a batch."""
    return sum(len(f"&v{pin}=") + len(quote(text, safe="")) for text in _texts(reading.value))


def batch(members: Iterable[tuple[int, Reading]]) -> Call:
    """The call that sends one reading for each of several pins. Each member is a pin and its reading.

    A location repeats the key of its pin: longitude first, then latitude.
    """
    pairs = tuple(members)
    query = tuple((f"v{pin}", text) for pin, reading in pairs for text in _texts(reading.value))
    return Call("GET", _BATCH, query, None, tuple(reading for _, reading in pairs))


def timestamped_set(
    pin: int, readings: Sequence[Reading], declared: DatastreamType | None, after_ms: int = 0
) -> tuple[Call, int]:
    """Build the call that sends readings of `pin` with their times.

    Returns the call and the last timestamp in it. The call carries as many of `readings` as fit, from the
    first one on. `declared` is the datastream's type in the bench file; `after_ms` is the last timestamp in
    the previous such call for this pin. The new timestamps are later, unless the clock was set back by a
    minute or more. All timestamps are in Unix milliseconds.
    """
    stamps = _stamps(readings[:MAX_POINTS], after_ms)
    points = list(zip(stamps, (_typed(r.value, declared) for r in readings[: len(stamps)]), strict=True))
    body = _encode(points)
    if len(body) > MAX_BODY_BYTES:
        points = points[: _fitting(points)]
        body = _encode(points)
    carried = tuple(readings[: len(points)])
    call = Call("POST", _BATCH, (("pin", f"v{pin}"),), body, carried, points=len(carried))
    return call, points[-1][0]


def is_connected() -> Call:
    """The call that asks whether the device is connected. It is used to check a token.

    The call changes nothing in the cloud. If the token is valid, the call succeeds, whether or not the device
    is connected.
    """
    return Call("GET", _IS_CONNECTED, (), None, ())


def address(call: Call, token: str) -> str:
    """The path and query of a call. They contain the token, so they must never be shown or logged."""
    query = "".join(f"&{quote(key, safe='')}={quote(value, safe='')}" for key, value in call.query)
    return f"{call.path}?token={quote(token, safe='')}{query}"


def _texts(value: Value) -> list[str]:
    """The texts that stand for `value` in a query: two for a location, longitude first; else one."""
    return [sent_as(part) for part in (value if isinstance(value, tuple) else (value,))]


def _dated(text: str, at_us: int) -> str:
    """`text` with the time `at_us` (Unix microseconds) appended in UTC. A text that gets too long is cut."""
    at = f"{datetime.fromtimestamp(at_us / 1e6, UTC):%Y-%m-%d %H:%M:%S}"
    suffix = f" ({at} UTC)"
    room = EVENT_MAX_CHARACTERS - len(suffix)
    return (text if len(text) <= room else f"{text[: room - 1]}…") + suffix


def _stamps(readings: Sequence[Reading], after_ms: int) -> list[int]:
    """Strictly increasing timestamps, in Unix milliseconds, for `readings` or for the first few of them.

    Each timestamp is the time of its reading. If this time is not later than the previous timestamp, it is
    moved forward, to one millisecond after the previous timestamp. For the first reading, the previous
    timestamp is `after_ms`.

    The list ends before a reading whose time would have to be moved by more than `_MAX_SHIFT_MS`, as after
    the clock was set back. The first of `readings` is an exception: it is not moved, but keeps its own time.
    """
    stamps: list[int] = []
    last_ms = after_ms
    for reading in readings:
        at_ms = reading.received_at_us // 1000
        if at_ms <= last_ms:
            if last_ms - at_ms >= _MAX_SHIFT_MS:
                if stamps:
                    break
                last_ms = at_ms - 1
            at_ms = last_ms + 1
        stamps.append(at_ms)
        last_ms = at_ms
    return stamps


def _typed(value: Value, declared: DatastreamType | None) -> Value:
    """Return `value` as an int if it is a float and the datastream type `declared` needs an int.

    A fraction is then dropped. If `declared` is None, a float is returned as an int if it has no
    fraction (such as 5.0) and is between -2**53 and 2**53. Every other value is returned unchanged.
    """
    if isinstance(value, float) and (
        declared in _WHOLE or (declared is None and value.is_integer() and abs(value) < 2**53)
    ):
        return int(value)
    return value


def _fitting(points: Sequence[tuple[int, Value]]) -> int:
    """How many of `points`, counted from the first, fit in one body.

    At least one fits, because no single value exceeds the limit.
    """
    # A body of n points has two brackets and n - 1 commas, so it is n + 1 bytes longer than its points.
    ends = accumulate((len(_encode(point)) + 1 for point in points), initial=1)
    return bisect_right(list(ends), MAX_BODY_BYTES) - 1
