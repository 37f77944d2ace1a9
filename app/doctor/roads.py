"""The devices of a bench file: their tokens, their boards, and the servers that they send to.

Invariants: nothing is kept and nothing is sent; no finding holds a token.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

import requests

from app.boards.link import Link
from app.boards.ports.registry import PortRegistry
from app.boards.sink import NullSink
from app.boards.status import LinkState, LinkStatus
from app.cloud.blynk.outcomes import unix_s
from app.config.bench_file import DeviceConfig, UnknownPins
from app.doctor.finding import Finding, Grade
from app.messages.message import verbatim
from app.security import tokens
from app.security.trust import nobody_s_session
from app.wire.readings import Grammar

_WELL = (LinkState.GOOD, LinkState.ENDED)
_OPENING_S = 10.0
"""How long a port may take to open: some drivers take seconds."""
_LOOK_S = 0.05
_TIMEOUT_S = 10.0
_SKEW_S = 300.0


def token(device: DeviceConfig) -> Finding:
    """Whether a device's token is where the bench file says."""
    grade, words = Grade.OK, f"{device.name}: its auth token is there."
    try:
        if not tokens.resolve(device):
            grade, words = Grade.NOTE, f"{device.name}: no server is set, and nothing will be sent."
    except tokens.TokenError as error:
        grade, words = Grade.WRONG, f"{error}."
    return Finding("token", grade, verbatim(words), device.name)


def listen(devices: Iterable[DeviceConfig], seconds: float) -> list[tuple[DeviceConfig, LinkStatus]]:
    """Open every device's port and hear for some seconds what its board says; that resets the board.

    The seconds begin when every port is open or has failed once.
    """
    registry = PortRegistry()
    links = [
        (
            device,
            Link(
                device,
                Grammar(device.datastream, reject_unknown=device.unknown_pins is UnknownPins.REJECT),
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
    """What was heard of a device's board, as a finding."""
    bad = Grade.NOTE if heard.state is LinkState.OPEN else Grade.WRONG
    grade = Grade.OK if heard.state in _WELL else bad
    return Finding("board", grade, verbatim(f"{device.name}: {heard.message}"), device.name)


def reach(servers: Iterable[str]) -> Iterator[Finding]:
    """A finding for each server: whether it answers, and agrees with this computer's clock."""
    for server in sorted(set(servers)):
        try:
            date = _ask(server)
        except requests.exceptions.SSLError:
            words = f"{server}: this computer does not trust its certificate: ask who runs this network."
            yield Finding("server", Grade.WRONG, verbatim(words))
        except requests.RequestException as error:
            words = f"{server} cannot be reached ({type(error).__name__}): is the network there?"
            yield Finding("server", Grade.WRONG, verbatim(words))
        else:
            yield compare_clocks(server, date, time.time())


def compare_clocks(server: str, date: str, now_s: float) -> Finding:
    """What the `Date` of a server's answer says of this computer's clock."""
    try:
        skew_s = abs(now_s - unix_s(date))
    except ValueError:
        return Finding("server", Grade.OK, verbatim(f"{server} answers."))
    if skew_s > _SKEW_S:
        words = (
            f"{server} answers, but its clock and this computer's are {skew_s:.0f} s apart: set the clock."
        )
        return Finding("server", Grade.WRONG, verbatim(words))
    return Finding("server", Grade.OK, verbatim(f"{server} answers."))


def _ask(server: str) -> str:
    """What a server's clock says, or nothing; any answer is one. Raises RequestException."""
    with (
        nobody_s_session(server) as session,
        session.get(server, timeout=_TIMEOUT_S, stream=True, allow_redirects=False) as answer,
    ):
        return answer.headers.get("Date", "")
