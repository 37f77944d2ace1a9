"""The page of live values: its content, who may read it, and what a real browser shows."""

import html
import itertools
import json
import re
import shutil
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.localcloud.devices import Device, Devices
from app.localcloud.faults.file import Fault, FaultKind, FaultsFile
from app.localcloud.page import page
from app.localcloud.page.page import is_own_name, shown
from app.localcloud.server import LocalCloud
from app.messages import languages
from app.messages.message import Language
from app.wire.datastreams import Datastream, DatastreamType
from tests.localcloud.conftest import Account
from tests.waiting import PATIENCE_S

MEDIA_TYPES = {
    "/": "text/html",
    "/page.css": "text/css",
    "/page.js": "text/javascript",
    "/values.json": "application/json",
}
PAGE_FILES = tuple(MEDIA_TYPES)
GUARDS = {
    "content-security-policy": "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
TEMPERATURE = Datastream(virtual_pin=1, id=7, name="Temperature", unit="°C", type=DatastreamType.DOUBLE)


def test_the_snapshot_has_names_values_and_ages() -> None:
    device = Device("Greenhouse", "T", [TEMPERATURE, Datastream(id=12)])
    device.update({"v1": ["21.4837261"]}, 1_000)
    device.log_event("hot", "Above 30", 2_000)
    assert page.snapshot(Devices([device]), 5_000) == {
        "devices": [
            {
                "name": "Greenhouse",
                "connected": True,
                "connection": "receiving",
                "datastreams": [
                    {
                        "target": "v1",
                        "pin": "V1",
                        "name": "Temperature",
                        "value": "21.4837",
                        "exact": "21.4837261",
                        "unit": "°C",
                        "color": "",
                        "age": "4 s ago · 1 value",
                    },
                    {
                        "target": "ds12",
                        "pin": "id 12",
                        "name": "",
                        "value": None,
                        "exact": "",
                        "unit": "",
                        "color": "",
                        "age": "no value yet",
                    },
                ],
                "events": ["hot: Above 30 · 3 s ago"],
            }
        ]
    }


def test_the_properties_label_and_color_are_shown() -> None:
    device = Device("Greenhouse", "T", [TEMPERATURE])
    device.update_properties("v1", {"label": ["Room 12"], "color": ["#D3435C"]}, 1)
    (stream,) = page.snapshot(Devices([device]), 1)["devices"][0]["datastreams"]
    assert (stream["name"], stream["color"]) == ("Room 12", "#D3435C")
    device.update_properties("v1", {"label": ["a", "b"], "color": ["a", "b"]}, 1)
    (stream,) = page.snapshot(Devices([device]), 1)["devices"][0]["datastreams"]
    assert (stream["name"], stream["color"]) == ("Temperature", "")
    declared = Device("Greenhouse", "T", [msgspec.structs.replace(TEMPERATURE, color="#0072B2")])
    declared.update_properties("v1", {"label": [""], "color": [""]}, 1)
    (stream,) = page.snapshot(Devices([declared]), 1)["devices"][0]["datastreams"]
    assert (stream["name"], stream["color"]) == ("Temperature", "#0072B2")


def test_a_value_from_the_future_and_the_newest_events() -> None:
    device = Device("Board", "T")
    device.update_set("v1", [(9_000, 1)], 5_000)
    for code in "abcd":
        device.log_event(code, "", 9_000)
    shown_device = page.snapshot(Devices([device]), 5_000)["devices"][0]
    assert shown_device["datastreams"][0]["age"] == "now · 1 value"
    assert shown_device["events"] == ["d · now", "c · now", "b · now"]


@pytest.mark.parametrize(
    ("age_ms", "age"),
    [
        (1_999, "now"),
        (2_000, "2 s ago"),
        (119_999, "119 s ago"),
        (120_000, "2 min ago"),
        (7_200_000, "2 h ago"),
        (172_800_000, "2 days ago"),
    ],
)
def test_ages(age_ms: int, age: str) -> None:
    device = Device("Board", "T")
    device.update({"v1": ["1"]}, 0)
    device.update({"v1": ["2"]}, 0)
    (stream,) = page.snapshot(Devices([device]), age_ms)["devices"][0]["datastreams"]
    assert stream["age"] == f"{age} · 2 values"


def test_a_device_says_whether_values_come() -> None:
    device = Device("Board", "T", [TEMPERATURE])

    def connection(now_ms: int) -> str:
        shown: str = page.snapshot(Devices([device]), now_ms)["devices"][0]["connection"]
        return shown

    assert connection(0) == "nothing yet"
    device.update({"v1": ["1"]}, 0)
    assert connection(10_000) == "receiving"
    assert connection(10_001) == "nothing for 10 s"


def test_the_page_speaks_the_language_that_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    shouting = Language("xx", lambda entry, _count: f"<{entry.code}>")
    monkeypatch.setattr(languages, "_current", shouting)
    shown = page.as_html()
    assert '<html lang="xx">' in shown
    assert "<title>&lt;title_page&gt;</title>" in shown
    assert 'data-lost="&lt;page_lost&gt;"' in shown
    texts = re.sub(r"<[^>]*>", "", re.sub(r"&lt;\w+&gt;", "", shown)).split()
    assert texts == ["Pinbridge"]
    (device,) = page.snapshot(Devices([Device("Board", "T", [TEMPERATURE])]), 0)["devices"]
    assert (device["connection"], device["datastreams"][0]["age"]) == (
        "<page_nothing_yet>",
        "<page_no_value>",
    )


def test_values_are_shown_for_the_user() -> None:
    assert shown(1234567) == "1234567"
    assert shown(0.1 + 0.2) == "0.3"
    assert shown(20.0) == "20"
    assert shown(1.23456789e300) == "1.23457e+300"
    assert shown((13.4123456, -52.5)) == "13.4123, -52.5"
    assert shown("20.000000001") == "20.000000001"


@pytest.mark.parametrize("path", PAGE_FILES)
def test_it_has_its_security_headers_and_no_token(greenhouse: Account, path: str) -> None:
    greenhouse.get("update", "v0=1")
    answer = greenhouse.session.get(greenhouse.cloud.url + path, timeout=PATIENCE_S)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(MEDIA_TYPES[path])
    assert {name: answer.headers[name] for name in GUARDS} == GUARDS
    assert "declared-" not in answer.text + str(answer.headers)
    assert not re.search(r"(?:https?:)?//(?!\s)[a-z]", answer.text)
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("path", PAGE_FILES)
def test_a_foreign_host_name_is_refused(greenhouse: Account, path: str) -> None:
    answer = greenhouse.session.get(
        greenhouse.cloud.url + path, headers={"Host": "rebound.example.org"}, timeout=10
    )
    assert answer.status_code == 421
    assert answer.text == "Open this page by the address that the local cloud printed."
    assert {name: answer.headers[name] for name in GUARDS} == GUARDS


@pytest.mark.parametrize(
    "header", ["127.0.0.1:8080", "localhost", "LOCALHOST:80", "[::1]:8080", "192.168.1.5:8080", "localhost."]
)
def test_own_names(header: str) -> None:
    assert is_own_name(header)


@pytest.mark.parametrize(
    "header",
    ["", "example.org", "127.0.0.1.example.org", "localhost.example.org", "[::1", "a@b@c", "2130706433"],
)
def test_foreign_names(header: str) -> None:
    assert not is_own_name(header)


def test_the_computers_own_name_is_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "Room12-PC")
    assert is_own_name("room12-pc:8080")
    assert is_own_name("ROOM12-PC.local")
    assert not is_own_name("room13-pc")


class Watch:
    """Middleware that records the path of each request, and calls `act` before each request for the values.

    If `act` returns true, the request is answered with 503.
    """

    def __init__(self, app: ASGIApp, paths: list[str], act: Callable[[], object]) -> None:
        self._app, self._paths, self._act = app, paths, act

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._paths.append(scope["path"])
        fails = scope["path"] == "/values.json" and self._act()
        await (Response(status_code=503) if fails else self._app)(scope, receive, send)


class Browser:
    """Headless Chromium, with a virtual clock that runs as fast as the page allows."""

    def __init__(self, program: str, folder: Path) -> None:
        self._program, self._folder = program, folder

    def dump(self, url: str) -> tuple[str, list[str]]:
        """Open `url`. Returns its HTML after six virtual seconds, and the URLs that the page requested."""
        log = self._folder / "net.json"
        flags = ["headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-sync"]
        flags += ["disable-background-networking", "disable-component-update", "disable-dev-shm-usage"]
        flags += [f"user-data-dir={self._folder / 'profile'}", f"log-net-log={log}", "dump-dom"]
        flags += ["virtual-time-budget=6000", "host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
        command = [self._program, *(f"--{flag}" for flag in flags), url + "/"]
        done = subprocess.run(command, capture_output=True, timeout=250, check=True)
        asked = [event["params"] for event in json.loads(log.read_text())["events"] if "params" in event]
        return done.stdout.decode(), [
            parameters["url"] for parameters in asked if parameters.get("initiator") == url
        ]


@pytest.fixture
def browser(tmp_path: Path) -> Browser:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    program = next(filter(None, map(shutil.which, names)), None)
    if program is None:
        pytest.skip("no Chromium here to show the page in")
    return Browser(program, tmp_path)


def text_of(dump: str, name: str) -> list[str]:
    """The text of each element with the CSS class `name`, as the browser shows it."""
    found = re.findall(rf'<\w+ (?:[^>]* )?class="{name}(?: [^"]*)?"[^>]*>(.*?)</', dump, re.DOTALL)
    return [html.unescape(text) for text in found]


ATTACK = "<img src=/attack onerror=\"document.title='attacked'\"><script>document.title='attacked'</script>"


def test_what_a_board_sends_is_shown_as_text_and_nothing_else_is_requested(browser: Browser) -> None:
    device = Device(f"Room {ATTACK}"[:60], "secret-token", [TEMPERATURE], open=True)
    device.update({"v0": [ATTACK], "v1": ["21.5"]}, 0)
    device.update_properties("v1", {"label": [ATTACK], "color": ["red;} * {display: none"]}, 0)
    device.log_event("hot", ATTACK, 0)
    paths: list[str] = []
    with LocalCloud([device], middleware=[Middleware(Watch, paths, lambda: None)]) as cloud:
        dump, asked = browser.dump(cloud.url)
        assert text_of(dump, "value") == [ATTACK, "21.5"]
        assert text_of(dump, "unit") == ["", "°C"]
        assert "<img" not in dump
        assert dump.count("<script") == 1
        assert "attacked</title>" not in dump
        assert "secret-token" not in dump
        assert {*paths} - {"/favicon.ico"} == {*PAGE_FILES}
        assert f"{cloud.url}/values.json" in asked
        assert [url for url in asked if not url.startswith(cloud.url + "/")] == []


def test_the_values_move(browser: Browser) -> None:
    device = Device("Board", "T")
    count = itertools.count(1)
    act = lambda: device.update({"v2": [str(next(count))]}, 0)  # noqa: E731
    with LocalCloud([device], middleware=[Middleware(Watch, [], act)], clock_ms=lambda: 90_000) as cloud:
        dump, _ = browser.dump(cloud.url)
    (value,) = text_of(dump, "value")
    assert int(value) >= 3
    assert text_of(dump, "age") == [f"90 s ago · {value} values"]
    assert text_of(dump, "connection") == ["nothing for 10 s"]
    assert ">live</p>" in dump


def test_faults_that_are_on_are_shown(browser: Browser) -> None:
    on = Fault(fault=FaultKind.LOST_ANSWER, every=2, device="<b>Room</b>")
    later = Fault(fault=FaultKind.DOWN, from_s=3600)
    with LocalCloud([Device("Board", "T")], faults=FaultsFile(fault=(on, later))) as cloud:
        dump, _ = browser.dump(cloud.url)
    shown = html.unescape(dump)
    assert "Fault on: answers get lost, one call in 2, device <b>Room</b> · 0 so far" in shown
    assert shown.count("Fault on:") == 1
    assert "<b>" not in dump


def test_the_page_shows_that_the_cloud_does_not_answer(browser: Browser) -> None:
    device = Device("Board", "T")
    device.update({"v2": ["5"]}, 0)
    looks = itertools.count()
    with LocalCloud([device], middleware=[Middleware(Watch, [], lambda: next(looks) > 0)]) as cloud:
        dump, _ = browser.dump(cloud.url)
    assert text_of(dump, "value") == ["5"]
    assert "The local cloud does not answer." in text_of(dump, "lost")
