"""The web page at `/`: live values of every device, for a browser on this computer or another one.

All texts of the page are made here, in the language in which the local cloud runs; the script of the page
only inserts them.

Invariants: the page cannot change anything; no answer contains a token; the page loads resources only from
its own server and runs only its own script; values are sent as text. A request whose Host header has a
foreign name is refused: otherwise a web site could point its own name at this address and read the values.
"""

from __future__ import annotations

import html
import ipaddress
import math
import socket
from collections.abc import Callable
from importlib.resources import files
from string import Template
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.localcloud.api import as_json
from app.localcloud.devices import DatastreamState, Device, Devices, Event
from app.localcloud.faults.schedule import FaultSchedule
from app.localcloud.names import named_host
from app.messages.languages import current, text
from app.messages.message import Message
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
_FILES = {"/page.css": ("page.css", "text/css"), "/page.js": ("page.js", "text/javascript")}
_NOW_S = 2
"""Ages below this many seconds are shown as `now`."""


def routes(devices: Devices, faults: FaultSchedule, clock_ms: Callable[[], int]) -> list[Route]:
    """The routes of the page for `devices` and `faults`; `clock_ms` returns Unix time in ms."""

    def guarded(path: str, answer: Callable[[], Response]) -> Route:
        async def endpoint(request: Request) -> Response:
            if not is_own_name(request.headers.get("host", "")):
                return Response(text("page_foreign_name"), 421, _HEADERS)
            response = answer()
            response.headers.update(_HEADERS)
            return response

        return Route(path, endpoint, methods=["GET"])

    def serving(name: str, media_type: str) -> Callable[[], Response]:
        content = (files(__package__) / name).read_bytes()
        return lambda: Response(content, media_type=media_type)

    return [
        guarded("/", lambda: Response(as_html(), media_type="text/html")),
        *(guarded(path, serving(name, media_type)) for path, (name, media_type) in _FILES.items()),
        guarded("/values.json", lambda: as_json(snapshot(devices, clock_ms()) | on(faults, clock_ms()))),
    ]


def is_own_name(host_header: str) -> bool:
    """Whether a Host header names this computer: by an address, `localhost` or the computer's name."""
    host = named_host(host_header)
    own = socket.gethostname().lower()
    if host in ("localhost", own, f"{own}.local"):
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def as_html() -> str:
    """The HTML of the page. It contains no values: the page's script fetches them later."""
    texts = {
        "language": current().code,
        "title": text("title_page"),
        "local_cloud": text("label_local_cloud"),
        "connecting": text("page_connecting"),
        "live": text("page_live"),
        "lost": text("page_lost"),
        "faults": text("label_faults_on"),
        "no_values": text("page_no_values"),
        "no_script": text("page_no_script"),
    }
    template = Template((files(__package__) / "page.html").read_text(encoding="utf-8"))
    return template.substitute({name: html.escape(shown) for name, shown in texts.items()})


def snapshot(devices: Devices, now_ms: int) -> dict[str, Any]:
    """The devices and their values for the page, in a dict that can be encoded as JSON."""
    return {"devices": [_device(device, now_ms) for device in devices]}


def on(faults: FaultSchedule, now_ms: int) -> dict[str, Any]:
    """The faults that are on now, for the page, in a dict that can be encoded as JSON."""
    entries = [entry for entry in faults.shown(now_ms) if entry.on]
    return {"faults": [text("page_fault_on", fault=entry.message, hits=entry.hits) for entry in entries]}


def _device(device: Device, now_ms: int) -> dict[str, Any]:
    events = list(device.events)[-SHOWN_EVENTS:]
    return {
        "name": device.name,
        "connected": device.is_connected(now_ms),
        "connection": text(_connection(device, now_ms)),
        "datastreams": [_datastream(stream, now_ms) for stream in device.streams],
        "events": [_event(event, now_ms) for event in reversed(events)],
    }


def _connection(device: Device, now_ms: int) -> str:
    """The message code for the connection state of `device`."""
    if device.is_connected(now_ms):
        return "page_receiving"
    heard = any(stream.history.count for stream in device.streams)
    return "page_nothing_lately" if heard else "page_nothing_yet"


def _event(event: Event, now_ms: int) -> str:
    age = _age(now_ms - event.at_ms)
    if event.description:
        return text("page_event", code=event.code, description=event.description, age=age)
    return text("page_event_alone", code=event.code, age=age)


def _datastream(stream: DatastreamState, now_ms: int) -> dict[str, Any]:
    declared = stream.datastream
    label, color = stream.properties.get("label", ""), stream.properties.get("color", "")
    return {
        "target": stream.targets[0],
        "pin": _pin(stream.targets[0]),
        "name": label if isinstance(label, str) and label else declared.name,
        "value": None if stream.value is None else shown(stream.value),
        "exact": "" if stream.value is None else sent_as(stream.value),
        "unit": declared.unit,
        "color": color if isinstance(color, str) and color else declared.color,
        "age": _age_and_count(stream, now_ms),
    }


def _pin(target: str) -> str:
    """The target as the page shows it: `V1` for `v1`, and `id 7` for `ds7`."""
    if target.startswith("ds"):
        return text("page_datastream_id", id=target.removeprefix("ds"))
    return target.upper()


def _age_and_count(stream: DatastreamState, now_ms: int) -> str:
    if stream.value is None:
        return text("page_no_value")
    age = _age(now_ms - stream.at_ms)
    return text("page_age_and_count", age=age, count=stream.history.count)


def _age(age_ms: int) -> Message:
    """The message for an age in milliseconds. A time in the future has a negative age: it counts as now."""
    seconds = age_ms // 1000
    return Message("page_now") if seconds < _NOW_S else Message("page_ago", seconds=seconds)


def shown(value: Value) -> str:
    """A value as text for the user. A location becomes `longitude, latitude`.

    Floats are rounded to six significant digits, also in a location.
    """
    if isinstance(value, tuple):
        return ", ".join(map(shown, value))
    if isinstance(value, float) and math.isfinite(value):
        return sent_as(float(f"{value:.6g}"))
    return sent_as(value)
