"""The doctor's checks of the devices and servers of a bench file."""

from __future__ import annotations

import re
import ssl
import time
from email.utils import formatdate
from types import SimpleNamespace
from typing import Any

import pytest
import requests

from app.boards import health
from app.boards.link import Link
from app.boards.ports.registry import PortRegistry
from app.boards.status import LinkState, LinkStatus
from app.config.bench_file import DeviceConfig, UnknownPins
from app.doctor import devices
from app.doctor.devices import board, compare_clocks, listen, reach, token
from app.doctor.finding import Grade
from app.localcloud.devices import Device
from app.localcloud.faults.file import Fault, FaultKind, FaultsFile
from app.localcloud.server import LocalCloud
from app.messages.message import verbatim
from tests.boards.links import readers
from tests.cloud.rude_server import RudeServer, answer
from tests.doctor.asking import Asking
from tests.doctor.shown import shown
from tests.waiting import wait_until

TOKEN = "test-token-0123456789abcdef"

URL = "http://127.0.0.1:1"


def device(**options: str) -> DeviceConfig:
    return DeviceConfig(name="greenhouse", port="simulated:", **options)  # type: ignore[arg-type]


def test_tokens_are_checked_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (token(device()).grade, token(device()).device) == (Grade.NOTE, "greenhouse")
    named = device(server=URL, auth_token="env:PINBRIDGE_T")
    monkeypatch.delenv("PINBRIDGE_T", raising=False)
    assert token(named).grade is Grade.WRONG
    assert "PINBRIDGE_T is not set" in str(token(named).message)
    monkeypatch.setenv("PINBRIDGE_T", TOKEN)
    assert token(named).grade is Grade.OK
    assert TOKEN not in str(token(named).message)


def test_it_listens_to_boards(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = DeviceConfig(name="gone", port="COM99")
    strict = DeviceConfig(name="strict", port="simulated:", unknown_pins=UnknownPins.REJECT)
    links: list[Link] = []
    registries: list[PortRegistry] = []

    class Listed(Link):
        def __init__(self, *arguments: Any, registry: PortRegistry) -> None:
            super().__init__(*arguments, registry=registry)
            links.append(self)
            registries.append(registry)

    def heard_enough(seconds: float) -> None:
        if seconds != 4.0:  # `listen` still waits for the ports.
            time.sleep(seconds)
            return
        assert all(link.quiet_since_s is not None for link in links)
        wait_until(
            lambda: all(link.status().state not in (LinkState.CLOSED, LinkState.OPEN) for link in links)
        )

    monkeypatch.setattr(health, "GRACE_S", 0.0)
    monkeypatch.setattr(devices, "Link", Listed)
    monkeypatch.setattr(devices, "time", SimpleNamespace(sleep=heard_enough, monotonic=time.monotonic))
    heard = listen([device(), missing, strict], 4.0)
    assert [(asked.name, told.state) for asked, told in heard] == [
        ("greenhouse", LinkState.GOOD),
        ("gone", LinkState.NO_SUCH_PORT),
        ("strict", LinkState.GOOD),  # its first line, a comment, is good
    ]
    assert links[0].counts.accepted
    assert not links[2].counts.accepted
    assert links[0].lost_bytes == 0
    assert all(registry is registries[0] for registry in registries)
    assert not readers()


def test_a_port_that_is_not_tried_is_waited_for_ten_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    class NeverTried(Link):
        def start(self) -> None:
            """Do nothing, as if the port's driver hung."""

    slept_s: list[float] = []
    monkeypatch.setattr(devices, "Link", NeverTried)
    clock = SimpleNamespace(sleep=slept_s.append, monotonic=lambda: sum(slept_s))
    monkeypatch.setattr(devices, "time", clock)
    ((_, told),) = listen([device()], 4.0)
    assert told.state is LinkState.CLOSED
    assert (set(slept_s[:-1]), slept_s[-1]) == ({0.05}, 4.0)
    assert sum(slept_s[:-1]) == pytest.approx(10.0, abs=0.06)


@pytest.mark.parametrize(
    ("state", "grade"),
    [
        (LinkState.GOOD, Grade.OK),
        (LinkState.ENDED, Grade.OK),
        (LinkState.OPEN, Grade.NOTE),
        (LinkState.SILENT, Grade.WRONG),
        (LinkState.UNREADABLE, Grade.WRONG),
        (LinkState.RESTARTING, Grade.WRONG),
        (LinkState.UPLOAD_MODE, Grade.WRONG),
        (LinkState.AMBIGUOUS, Grade.WRONG),
    ],
)
def test_each_state_of_a_board_has_its_grade(state: LinkState, grade: Grade) -> None:
    finding = board(device(), LinkStatus(state, verbatim("COM5 …")))
    assert shown(finding) == ("board", grade, "greenhouse: COM5 …")
    assert finding.device == "greenhouse"


def test_a_server_that_answers_and_one_that_does_not() -> None:
    with LocalCloud([Device("board", TOKEN)]) as cloud:
        answers = ("server", Grade.OK, f"{cloud.url} answers.")
        assert [*map(shown, reach([cloud.url, cloud.url]))] == [answers]
    words = f"{cloud.url} cannot be reached (ConnectionError): is this computer online?"
    assert [*map(shown, reach([cloud.url]))] == [("server", Grade.WRONG, words)]


def test_each_server_is_asked_once_for_its_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    session = Asking(monkeypatch, formatdate(1.7e9))
    told = [*reach(["https://b", "https://a", "https://b"])]
    assert [url for url, _ in session.asked] == ["https://a", "https://b"]
    assert all("its clock and this computer's are" in str(finding.message) for finding in told)


def test_a_redirect_is_not_followed_for_a_server_s_clock(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(devices, "time", SimpleNamespace(time=lambda: time.time() + 86_400))
    redirect = Fault(fault=FaultKind.WRONG_REGION, to="http://127.0.0.1:1")
    with LocalCloud([Device("board", TOKEN)], faults=FaultsFile(fault=(redirect,))) as cloud:
        servers = [cloud.url, f"{cloud.url}/external/api/update?token={TOKEN}&v1=1"]
        for finding in reach(servers):
            assert re.search(r"its clock and this computer's are 24 h apart", str(finding.message))


def test_a_server_has_ten_seconds_and_needs_no_date(monkeypatch: pytest.MonkeyPatch) -> None:
    session = Asking(monkeypatch)
    with RudeServer(answer("404 Not Found")) as server:
        assert [*map(shown, reach([server.url]))] == [("server", Grade.OK, f"{server.url} answers.")]
    options = {"timeout": 10.0, "stream": True, "allow_redirects": False}
    assert session.asked == [(server.url, options)]


def test_a_certificate_that_is_not_trusted_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    Asking(monkeypatch, requests.exceptions.SSLError(ssl.SSLError("self-signed")))
    words = "this computer does not trust its certificate: ask the administrator of this network."
    assert [*map(shown, reach(["https://fra1.blynk.cloud"]))] == [
        ("server", Grade.WRONG, f"https://fra1.blynk.cloud: {words}")
    ]


@pytest.mark.parametrize(
    ("date", "grade", "words"),
    [
        (formatdate(1.8e9), Grade.OK, "answers."),
        (formatdate(1.8e9 + 120), Grade.OK, "answers."),
        (formatdate(1.8e9 - 121), Grade.OK, "answers."),
        (
            formatdate(1.8e9 + 180),
            Grade.WRONG,
            "answers, but its clock and this computer's are 3 min apart: set the clock.",
        ),
        (
            formatdate(1.8e9 - 181),
            Grade.WRONG,
            "answers, but its clock and this computer's are 3 min apart: set the clock.",
        ),
        (formatdate(0.0), Grade.OK, "answers."),
        ("", Grade.OK, "answers."),
        ("x", Grade.OK, "answers."),
        ("Thu, 28 May 99999999999 20:26:50 GMT", Grade.OK, "answers."),
    ],
)
def test_clocks_that_disagree_are_wrong(date: str, grade: Grade, words: str) -> None:
    assert shown(compare_clocks("https://x", date, 1.8e9)) == ("server", grade, f"https://x {words}")


@pytest.mark.parametrize(
    ("opens_s", "look_s", "waits"),
    [
        ((100.0, 100.06), devices._LOOK_S, [0.05] * 2),
        ((100.0, 1000.0), 0.125, [0.125] * 80),  # a port that hangs delays the others by ten seconds at most
    ],
)
def test_the_seconds_begin_when_every_port_is_open_or_took_too_long(
    opens_s: tuple[float, ...], look_s: float, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    now_s = 100.0
    slept_s: list[float] = []

    class Port:
        def __init__(self, device: DeviceConfig, *_: object, **__: object) -> None:
            self.opens_s = float(device.name)

        @property
        def quiet_since_s(self) -> float | None:
            return now_s if now_s >= self.opens_s else None

        def start(self) -> None:
            """Do nothing; the port counts as open when the clock reaches `opens_s`."""

        def status(self) -> LinkStatus:
            return LinkStatus(LinkState.OPEN, verbatim(""))

        def stop(self) -> None:
            """Do nothing."""

    def sleep(seconds: float) -> None:
        nonlocal now_s
        slept_s.append(seconds)
        now_s += seconds

    monkeypatch.setattr(devices, "Link", Port)
    monkeypatch.setattr(devices, "_LOOK_S", look_s)
    monkeypatch.setattr(devices, "time", SimpleNamespace(monotonic=lambda: now_s, sleep=sleep))
    listen([DeviceConfig(name=str(opens), port="COM5") for opens in opens_s], 3.0)
    assert slept_s == [*waits, 3.0]
