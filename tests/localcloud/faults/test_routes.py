"""Faults can be switched while the cloud runs, but only by programs on the same computer."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import requests
from starlette.datastructures import Headers

from app.localcloud.devices import Device
from app.localcloud.faults import routes as fault_routes
from app.localcloud.faults.file import Fault, FaultKind, FaultsFile
from app.localcloud.refusals import FOREIGN
from app.localcloud.server import LocalCloud
from tests.waiting import PATIENCE_S


@pytest.fixture
def cloud() -> Iterator[LocalCloud]:
    with LocalCloud([Device("Board", "secret-T")]) as cloud:
        yield cloud


def post(cloud: LocalCloud, body: Any, **headers: str) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return session.post(f"{cloud.url}/faults", json=body, headers=named, timeout=PATIENCE_S)


def put(cloud: LocalCloud, body: bytes, kind: str = "application/json") -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        headers = {"Content-Type": kind}
        return session.post(f"{cloud.url}/faults", data=body, headers=headers, timeout=PATIENCE_S)


def look(cloud: LocalCloud, path: str, **headers: str) -> Any:
    with requests.Session() as session:
        session.trust_env = False
        return session.get(cloud.url + path, headers=headers, timeout=PATIENCE_S)


def test_faults_are_switched_listed_and_shown(cloud: LocalCloud) -> None:
    entry = {"fault": "forbidden", "virtual_pin": 1, "share": 0.5}
    answer = post(cloud, {"seed": 3, "fault": [entry, {"fault": "wrong_pin", "from_s": 3600}]})
    assert answer.status_code == 200
    for _ in range(20):
        look(cloud, "/external/api/update?token=secret-T&v1=1")
    told = look(cloud, "/faults").json()
    assert told["seed"] == 3
    first, second = told["fault"]
    assert 0 < first["hits"] < 20
    defaults = {"every": 1, "from_s": 0.0}
    words = "answers 403, 50 % of the calls, V1"
    assert first == {**entry, **defaults, "words": words, "hits": first["hits"], "on": True}
    assert (second["hits"], second["on"]) == (0, False)
    shown = look(cloud, "/values.json").json()["faults"]
    assert shown == [f"Fault on: {words} · {first['hits']} so far"]
    last = post(cloud, {}).json()
    assert (last["seed"], last["fault"], len(last["ended"])) == (0, [], 2)
    assert look(cloud, "/values.json").json()["faults"] == []
    assert "secret-T" not in str(told)


def test_wrong_faults_are_explained_and_change_nothing(cloud: LocalCloud) -> None:
    cloud.set_faults(FaultsFile(fault=(Fault(fault=FaultKind.BODY),)))
    answer = post(cloud, {"fault": [{"fault": "body", "shre": 1}]})
    assert answer.status_code == 400
    assert answer.json()["error"]["message"] == "fault[0]: unknown key shre: did you mean share?"
    assert put(cloud, b"{}".ljust(65_536), "text/plain").status_code == 403
    answer = put(cloud, b"{}".ljust(65_537))
    assert (answer.status_code, answer.json()["error"]["message"]) == (
        413,
        "Faults are too large: at most 64 KB.",
    )
    assert len(look(cloud, "/faults").json()["fault"]) == 1
    assert put(cloud, b"{}".ljust(65_536), "Application/JSON ; charset=utf-8").status_code == 200
    assert look(cloud, "/faults").json()["fault"] == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://127.0.0.1:8080"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "same-origin"},
        {"Content_Type": "text/plain"},
        {"Host": "rebound.example.org"},
        {"Host": "192.168.1.5"},
    ],
)
def test_a_web_page_cannot_switch_them(cloud: LocalCloud, headers: dict[str, str]) -> None:
    assert post(cloud, {"fault": [{"fault": "forbidden"}]}, **headers).status_code == 403
    if "Content_Type" not in headers:
        seen = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = look(cloud, "/faults", **seen)
        assert (answer.status_code, answer.json()["error"]["message"]) == (403, FOREIGN)
    assert look(cloud, "/faults").json()["fault"] == []


def test_another_computer_cannot() -> None:
    def request(client: str, **headers: str) -> Any:
        return SimpleNamespace(client=SimpleNamespace(host=client), headers=Headers(headers))

    assert fault_routes.is_ours(request("127.0.0.1", host="localhost:8080"))
    assert fault_routes.is_ours(request("::1", host="[::1]:8080"))
    assert not fault_routes.is_ours(request("192.168.1.7", host="127.0.0.1:8080"))
    assert not fault_routes.is_ours(request("127.0.0.1"))
    nobody = SimpleNamespace(client=None, headers=Headers({"host": "localhost"}))
    assert not fault_routes.is_ours(nobody)  # type: ignore[arg-type]
