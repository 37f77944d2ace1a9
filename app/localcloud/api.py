"""The device API as routes: every call of Blynk's HTTPS device API, and three reads that Blynk does not have.

Invariants: a refused call changes nothing; it is answered with `{"error":{"message":"…"}}` and status 400, or
413 if the request's body is too large; an answer contains only data of the device whose token the call has;
nothing is logged, because URLs contain tokens. Blynk's calls follow its public documentation of the device
API. The other reads are for scripts and tests:

- `history?token=T&pin=v1[&after=N]` (or `dataStreamId=7`): `{"count": N, "points": [[n, ts_ms, value], …]}`,
  where `count` is the number of values ever received, and `points` lists the values that are still kept and
  have a number `n` above `after`
- `properties?token=T&pin=v1` (or `dataStreamId=7`): a JSON object that maps each property to its latest text,
  or to its latest list of texts
- `events?token=T`: `{"events": [[ts_ms, code, description], …]}`, the events that are still kept
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.localcloud import queries
from app.localcloud.devices import Device, Devices
from app.localcloud.queries import Query
from app.localcloud.refusals import (
    BODY_TOO_LARGE,
    NO_EVENT_CODE,
    UNKNOWN_CONTENT_TYPE,
    WRONG_BODY,
    WRONG_EVENT,
    RefusedError,
)
from app.wire.datastreams import sent_as

PREFIX = "/external/api/"
OWN_READS = ("history", "properties", "events")
"""The calls that Blynk does not have."""
MAX_BODY_BYTES = 2_000_000
"""The largest size of a request in bytes, from Blynk's documentation."""

_STAMP_MAX_MS = 2**53
_points = msgspec.json.Decoder(list[tuple[int, Any]])
# A value is any text that a board sends, so a browser must not interpret an answer as HTML.
_PLAIN = {"X-Content-Type-Options": "nosniff"}

Handler = Callable[[Device, Query, int], Response]
"""Answers a call without a body, given device, query and Unix time in ms. May raise RefusedError."""


def routes(devices: Devices, clock_ms: Callable[[], int]) -> list[Route]:
    """The routes of the device API for `devices`; `clock_ms` returns Unix time in milliseconds."""

    def reading(name: str, handle: Handler) -> Route:
        async def endpoint(request: Request) -> Response:
            try:
                query = queries.parse_query(request.scope["query_string"])
                return handle(devices.by_token(query.token), query, clock_ms())
            except RefusedError as refused:
                return refusal(refused)

        return Route(PREFIX + name, endpoint, methods=["GET"])

    async def update_set(request: Request) -> Response:
        try:
            query = queries.parse_query(request.scope["query_string"])
            device = devices.by_token(query.token)
            target = queries.named_pin(query)
            points = await _timestamped_set(request)
            device.update_set(target, points, clock_ms())
        except RefusedError as refused:
            return refusal(refused)
        return Response("OK", media_type="text/plain")

    return [
        reading("update", _update),
        reading("batch/update", _update_batch),
        Route(PREFIX + "batch/update", update_set, methods=["POST"]),
        reading("update/property", _update_property),
        reading("get", _get),
        reading("getAll", _get_all),
        reading("isHardwareConnected", _is_connected),
        reading("logEvent", _log_event),
        reading("history", _history),
        reading("properties", _properties),
        reading("events", _events),
    ]


def refusal(refused: RefusedError) -> Response:
    """The answer to a call that was refused with the error `refused`."""
    return as_json({"error": {"message": str(refused)}}, refused.status)


def as_json(content: object, status: int = 200) -> Response:
    """An answer whose body is `content` as JSON."""
    return Response(msgspec.json.encode(content), status, _PLAIN, "application/json")


def _as_text(text: str) -> Response:
    return Response(text, 200, _PLAIN, "text/plain")


def _update(device: Device, query: Query, now_ms: int) -> Response:
    device.update(queries.updated(query), now_ms)
    return Response()


def _update_batch(device: Device, query: Query, now_ms: int) -> Response:
    device.update(queries.by_pins(query), now_ms)
    return Response()


def _update_property(device: Device, query: Query, now_ms: int) -> Response:
    device.update_properties(queries.named_pin(query), query.others("pin"), now_ms)
    return Response()


def _get(device: Device, query: Query, _now_ms: int) -> Response:
    values = {target: device.stream(target).value for target in queries.read_targets(query)}
    if len(values) > 1:
        return as_json({target: value for target, value in values.items() if value is not None})
    (value,) = values.values()
    return _as_text("" if value is None else sent_as(value))


def _get_all(device: Device, _query: Query, _now_ms: int) -> Response:
    streams = device.streams
    return as_json({stream.targets[0]: stream.value for stream in streams if stream.value is not None})


def _is_connected(device: Device, _query: Query, now_ms: int) -> Response:
    return as_json(device.is_connected(now_ms))


def _log_event(device: Device, query: Query, now_ms: int) -> Response:
    codes, descriptions = query.texts("code"), query.texts("description") or [""]
    if not any(codes):
        raise RefusedError(NO_EVENT_CODE)
    if len(codes) != 1 or len(descriptions) != 1:
        raise RefusedError(WRONG_EVENT)
    device.log_event(codes[0], descriptions[0], now_ms)
    return Response()


def _history(device: Device, query: Query, _now_ms: int) -> Response:
    count, points = device.history(queries.named(query), queries.after(query))
    return as_json({"count": count, "points": points})


def _properties(device: Device, query: Query, _now_ms: int) -> Response:
    return as_json(device.stream(queries.named(query)).properties)


def _events(device: Device, _query: Query, _now_ms: int) -> Response:
    return as_json({"events": list(device.events)})


async def _timestamped_set(request: Request) -> list[tuple[int, object]]:
    """The points in the body of a POST, as pairs (Unix time in ms, JSON value). Raises RefusedError."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise RefusedError(UNKNOWN_CONTENT_TYPE)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise RefusedError(BODY_TOO_LARGE, 413)
    try:
        points: list[tuple[int, object]] = _points.decode(bytes(body))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise RefusedError(WRONG_BODY) from None
    if not points or not all(0 <= at_ms < _STAMP_MAX_MS for at_ms, _ in points):
        raise RefusedError(WRONG_BODY)
    return points
