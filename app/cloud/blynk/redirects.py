"""Decides whether a redirect by the cloud may be followed. Pure.

Invariants: a token follows a redirect only to the same host, or from one server of Blynk to another; it never
goes from https to http. Source: Blynk's HTTPS device API; RFC 9110 sections 10.2.2 and 15.4.9.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from app.config.addresses import check_server, is_blynk, is_clear_text, server_identity

_PATH = re.compile(r"/[!-~]+")


class Redirect(NamedTuple):
    """Where a call is to be sent again."""

    server: str
    path: str


def followed(server: str, path: str, location: str) -> Redirect | None:
    """Where to send a call again after a 308 with this `Location`; None if the token may not go there.

    `server` and `path` are those of the call. The call keeps its own query, which has the token, and its path
    if `location` has none.
    """
    asked = server_identity(server)
    try:
        given = urlsplit(location.strip())
        if not any(given) or (given.scheme and not given.netloc):
            return None
        there = urlsplit(urljoin(f"{asked}{path}", location.strip()))
        host = (there.hostname or "").rstrip(".")
        port = "" if there.port is None else f":{there.port}"
        shown = f"[{host}]" if ":" in host else host
        check_server(f"{there.scheme}://{shown}{port}")
    except ValueError:
        return None
    found = server_identity(f"{there.scheme}://{shown}{port}")
    is_same = host == urlsplit(asked).hostname
    if not (is_same or (is_blynk(server) and is_blynk(found))):
        return None
    if is_clear_text(found) and not is_clear_text(asked):
        return None
    return Redirect(found, there.path if _PATH.fullmatch(there.path) else path)
