"""Switches faults while the cloud runs: `GET /faults` lists them, `POST /faults` sets them.

`POST` replaces the current faults by those in its body, which is a faults file in JSON instead of TOML; `{}`
switches off all faults. The answer is that of `GET`, with the replaced faults under `ended`:

    curl -H "Content-Type: application/json" -d '{"fault": [{"fault": "forbidden"}]}' localhost:8080/faults

Invariant: only programs on this computer may use the routes; other computers and web pages, even those in a
browser on this computer, are refused. Therefore a request must come from a loopback address, name a loopback
host and have no Origin or Sec-Fetch-Site header, and a `POST` must have the content type of JSON. A browser
lets a page of another site send that type only after a preflight request, which is never granted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.config.documents import parse_json
from app.config.errors import ConfigError
from app.localcloud.api import as_json, refusal
from app.localcloud.faults.file import FaultsFile
from app.localcloud.faults.schedule import FaultSchedule
from app.localcloud.names import is_loopback, named_host
from app.localcloud.refusals import FAULTS_TOO_LARGE, FOREIGN, RefusedError

MAX_BODY_BYTES = 65536


def routes(
    schedule: FaultSchedule, switch: Callable[[FaultsFile], None], clock_ms: Callable[[], int]
) -> list[Route]:
    """The routes that list and replace the faults of `schedule`.

    `switch` replaces the faults; `clock_ms` returns Unix time in milliseconds.
    """

    def state() -> dict[str, Any]:
        keys = [msgspec.structs.asdict(fault) for fault in schedule.file.fault]
        entries = [
            {"words": str(entry.message), "hits": entry.hits, "on": entry.on}
            | {key: value for key, value in written.items() if value not in (None, "")}
            for entry, written in zip(schedule.shown(clock_ms()), keys, strict=True)
        ]
        return {"seed": schedule.file.seed, "fault": entries}

    async def look(request: Request) -> Response:
        return as_json(state()) if is_ours(request) else refusal(RefusedError(FOREIGN, 403))

    async def change(request: Request) -> Response:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if not is_ours(request) or kind != "application/json":
            return refusal(RefusedError(FOREIGN, 403))
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BODY_BYTES:
                return refusal(RefusedError(FAULTS_TOO_LARGE, 413))
        try:
            file = parse_json(bytes(body), FaultsFile)
        except ConfigError as wrong:
            return refusal(RefusedError(str(wrong)))
        ended = state()["fault"]
        switch(file)
        return as_json({**state(), "ended": ended})

    return [Route("/faults", look, methods=["GET"]), Route("/faults", change, methods=["POST"])]


def is_ours(request: Request) -> bool:
    """Whether a request comes from a program on this computer, and not from a web page."""
    client = request.client.host if request.client else ""
    host = named_host(request.headers.get("host", ""))
    from_a_page = any(name in request.headers for name in ("origin", "sec-fetch-site"))
    return is_loopback(client) and is_loopback(host) and not from_a_page
