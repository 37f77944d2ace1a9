"""Checks over HTTPS, only when the user asks, whether there is a newer version of the program.

Invariants: the request reveals only the program's version; the result is a single message, whatever the
server answers; the only address in the message is that of our own releases page.
"""

from __future__ import annotations

import re

import msgspec
import requests

from app import __version__
from app.messages.message import Message
from app.security.proxies import UnusableProxyError
from app.security.trust import anonymous_session

RELEASES_PAGE = "https://github.com/pinbridge/pinbridge/releases"
LATEST_RELEASE = "https://api.github.com/repos/pinbridge/pinbridge/releases/latest"
_TIMEOUT_S = 10.0
_MAX_BYTES = 1_000_000
_VERSION = re.compile(r"v?(\d{1,6})\.(\d{1,6})\.(\d{1,6})")


class _Release(msgspec.Struct):
    """The only part of the server's answer that is read: the tag of the newest version."""

    tag_name: str


def ask(address: str = LATEST_RELEASE, current: str = __version__) -> Message:
    """Ask the server once for the newest version, and return a message with the result.

    A failure of the network also gives a message, not an exception.
    """
    try:
        session = anonymous_session(address)
        session.headers["User-Agent"] = f"pinbridge/{current}"
        with session, session.get(address, timeout=_TIMEOUT_S, stream=True, allow_redirects=False) as answer:
            body = next(answer.iter_content(_MAX_BYTES), b"")
    except UnusableProxyError as error:
        return error.message
    except requests.exceptions.SSLError:
        return Message("update_certificate_untrusted")
    except (OSError, ValueError):  # including the exceptions of requests
        return Message("update_page_unreachable")
    return judge(answer.status_code, body, current)


def judge(status: int, body: bytes, current: str = __version__) -> Message:
    """Turn the status and body of the server's answer into a message for a user of version `current`."""
    if status != 200:
        return Message("update_answer_unreadable_status", status=status, page=RELEASES_PAGE)
    try:
        latest = msgspec.json.decode(body, type=_Release).tag_name
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        latest = ""
    newest, ours = _numbers(latest), _numbers(current)
    if newest is None or ours is None:
        return Message("update_answer_unreadable", page=RELEASES_PAGE)
    if newest > ours:
        version = ".".join(map(str, newest))
        return Message("update_available", newest=version, current=current, page=RELEASES_PAGE)
    return Message("update_not_needed", current=current)


def _numbers(version: str) -> tuple[int, ...] | None:
    found = _VERSION.fullmatch(version)
    return tuple(map(int, found.groups())) if found else None
