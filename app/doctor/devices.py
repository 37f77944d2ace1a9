"""Checks of the devices in a bench file: their tokens, their boards and their servers.

Invariants: no reading is stored or sent; no finding contains a token.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

import requests

from app.boards.link import Link
from app.boards.ports.registry import PortRegistry
from app.boards.sink import NullSink
from app.boards.status import LinkState, LinkStatus
from app.cloud.blynk.clock import TOLERANCE_S, ahead_s
from app.config.bench_file import DeviceConfig
from app.doctor.finding import Finding, Grade
from app.messages.message import Message, verbatim
from app.security import tokens
from app.security.proxies import UnusableProxyError, proxies_for
from app.security.trust import anonymous_session

_GOOD = (LinkState.GOOD, LinkState.ENDED)
_OPENING_S = 10.0
"""The longest time to wait for the ports to open; some drivers take several seconds."""
_LOOK_S = 0.05
_TIMEOUT_S = 10.0


def token(device: DeviceConfig) -> Finding:
    """Check whether the auth token of a device is in the place that the bench file names."""
    grade, message = Grade.OK, Message("token_found", device=device.name)
    try:
        if not tokens.resolve(device):
            grade, message = Grade.NOTE, Message("device_without_server", device=device.name)
    except tokens.TokenError as error:
        grade, message = Grade.WRONG, error.message
    return Finding("token", grade, message, device.name)


def listen(devices: Iterable[DeviceConfig], seconds: float) -> list[tuple[DeviceConfig, LinkStatus]]:
    """Open the ports of all devices, listen to the boards, and return each device with its port's state.

    Waits until all ports have opened or failed to open, but at most 10 s, and then listens for `seconds`.
    Opening a port resets the board on it as in a run of the bench (see `app.boards.reset`).
    """
    registry = PortRegistry()
    links = [
        (
            device,
            Link(
                device,
                device.grammar(),
                NullSink(),
                registry=registry,
            ),
        )
        for device in devices
    ]
    for _, link in links:
        link.start()
    ends_s = time.monotonic() + _OPENING_S
    while any(link.quiet_since_s is None for _, link in links) and time.monotonic() < ends_s:
        time.sleep(_LOOK_S)
    time.sleep(seconds)
    heard = [(device, link.status()) for device, link in links]
    for _, link in links:
        link.stop()
    return heard


def board(device: DeviceConfig, heard: LinkStatus) -> Finding:
    """Judge the board of a device by `heard`, the state of the device's port, which `listen` returned."""
    bad = Grade.NOTE if heard.state is LinkState.OPEN else Grade.WRONG
    grade = Grade.OK if heard.state in _GOOD else bad
    message = Message("about", subject=device.name, message=heard.message or verbatim(heard.state))
    return Finding("board", grade, message, device.name)


def reach(servers: Iterable[str]) -> Iterator[Finding]:
    """Check for each server whether it answers, and whether its clock agrees with this computer's clock."""
    for server in sorted(set(servers)):
        try:
            date = _ask(server)
        except UnusableProxyError:
            continue  # `proxy` reports it.
        except requests.exceptions.SSLError:
            yield Finding("server", Grade.WRONG, Message("server_not_trusted", server=server))
        except requests.RequestException as error:
            message = Message("server_not_reached", server=server, words=type(error).__name__)
            yield Finding("server", Grade.WRONG, message)
        else:
            yield compare_clocks(server, date, time.time())


def compare_clocks(server: str, date: str, now_s: float) -> Finding:
    """Compare `now_s`, this computer's time in seconds since 1970, with the time of `server`.

    `date` is the `Date` header of the server's answer. If the header is invalid, the finding says only that
    the server answers.
    """
    skew_s = abs(ahead_s({"date": date}, now_s, 0.0) or 0.0)
    if skew_s > TOLERANCE_S:
        message = Message("server_clock_differs", server=server, seconds=skew_s)
        return Finding("server", Grade.WRONG, message)
    return Finding("server", Grade.OK, Message("server_answers", server=server))


def proxy(servers: Iterable[str]) -> Finding | None:
    """Check whether the proxy in this computer's settings can be used; None if nothing is wrong with it."""
    for server in sorted(set(servers)):
        try:
            proxies_for(server)
        except UnusableProxyError as error:
            return Finding("proxy", Grade.WRONG, error.message)
    return None


def _ask(server: str) -> str:
    """Send a request to `server`; return the `Date` header of the answer, or an empty string if it has none.

    The status of the answer does not matter. Raises RequestException if there is no answer, and
    UnusableProxyError.
    """
    with (
        anonymous_session(server) as session,
        session.get(server, timeout=_TIMEOUT_S, stream=True, allow_redirects=False) as answer,
    ):
        return answer.headers.get("Date", "")
