"""The page at `/`: live values of every device, to look at, from the computer itself or across a classroom.

Invariants: nothing can be changed from it; no answer holds a token; the page loads from its own server alone
and runs no script but its own, and its values go out as text. A request that names this server by a foreign
host name is refused, so that a web site cannot read the values by pointing its own name at this address.
"""

from __future__ import annotations

import ipaddress
import math
import socket
from collections.abc import Callable
from importlib.resources import files
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.localcloud.api import as_json
from app.localcloud.devices import DatastreamState, Device, Devices
from app.localcloud.faults.schedule import FaultSchedule
from app.localcloud.names import named_host
from app.wire.datastreams import Value, sent_as

SHOWN_EVENTS = 3

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_FILES = {"/": ("page.html", "text/html"), "/page.css": ("page.css", "text/css")} | {
    "/page.js": ("page.js", "text/javascript")
}


def routes(devices: Devices, faults: FaultSchedule, clock_ms: Callable[[], int]) -> list[Route]:
    """The routes of the page over `devices` and the `faults`; `clock_ms` gives Unix time in ms."""

    def guarded(path: str, answer: Callable[[], Response]) -> Route:
        async def endpoint(request: Request) -> Response:
            if not is_own_name(request.headers.get("host", "")):
                return Response("Open this page by the address that the local cloud printed.", 421, _HEADERS)
            response = answer()
            response.headers.update(_HEADERS)
            return response

        return Route(path, endpoint, methods=["GET"])

    def serving(name: str, media_type: str) -> Callable[[], Response]:
        content = (files(__package__) / name).read_bytes()
        return lambda: Response(content, media_type=media_type)

    return [
        *(guarded(path, serving(name, media_type)) for path, (name, media_type) in _FILES.items()),
        guarded("/values.json", lambda: as_json(snapshot(devices, clock_ms()) | on(faults, clock_ms()))),
    ]


def is_own_name(host_header: str) -> bool:
    """Whether a Host header names this computer: an address, `localhost`, or the computer's own name."""
    host = named_host(host_header)
    own = socket.gethostname().lower()
    if host in ("localhost", own, f"{own}.local"):
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def snapshot(devices: Devices, now_ms: int) -> dict[str, Any]:
    """What the page shows, as JSON values. Ages are in ms, so that the browser's clock does not matter."""
    return {"devices": [_device(device, now_ms) for device in devices]}


def on(faults: FaultSchedule, now_ms: int) -> dict[str, Any]:
    """The faults that could meet a call now, as JSON values."""
    return {
        "faults": [{"words": entry.words, "hits": entry.hits} for entry in faults.shown(now_ms) if entry.on]
    }


def _device(device: Device, now_ms: int) -> dict[str, Any]:
    events = list(device.events)[-SHOWN_EVENTS:]
    return {
        "name": device.name,
        "connected": device.is_connected(now_ms),
        "datastreams": [_datastream(stream, now_ms) for stream in device.streams],
        "events": [
            {"code": event.code, "description": event.description, "age_ms": max(0, now_ms - event.at_ms)}
            for event in reversed(events)
        ],
    }


def _datastream(stream: DatastreamState, now_ms: int) -> dict[str, Any]:
    declared = stream.datastream
    label, color = stream.properties.get("label", ""), stream.properties.get("color", "")
    return {
        "target": stream.targets[0],
        "name": label if isinstance(label, str) and label else declared.name,
        "value": None if stream.value is None else shown(stream.value),
        "exact": "" if stream.value is None else sent_as(stream.value),
        "unit": declared.unit,
        "color": color if isinstance(color, str) and color else declared.color,
        "count": stream.history.count,
        "age_ms": None if stream.value is None else max(0, now_ms - stream.at_ms),
    }


def shown(value: Value) -> str:
    """A value as people read it: at most six digits of a double, a location's numbers apart."""
    if isinstance(value, tuple):
        return ", ".join(map(shown, value))
    if isinstance(value, float) and math.isfinite(value):
        return sent_as(float(f"{value:.6g}"))
    return sent_as(value)
