"""Middleware of a local cloud that holds all calls while it is shut, so that they stay in flight."""

from __future__ import annotations

import asyncio
import threading

from starlette.types import ASGIApp, Receive, Scope, Send


class Gate:
    """Lets calls through to `app` while `is_open` is set."""

    def __init__(self, app: ASGIApp, is_open: threading.Event) -> None:
        self._app = app
        self._is_open = is_open

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        while scope["type"] == "http" and not self._is_open.is_set():
            await asyncio.sleep(0.002)
        await self._app(scope, receive, send)
