"""What the doctor says of a bench file's devices and servers."""

from __future__ import annotations

import ssl
import threading
from email.utils import formatdate
from pathlib import Path

import pytest

from app.config import DeviceConfig
from app.doctor import roads
from app.doctor.finding import Finding, Grade
from app.doctor.roads import board, compare_clocks, listen, reach, token
from app.localcloud.devices import Device
from app.localcloud.server import LocalCloud
from app.status import LinkState, LinkStatus
from tests.processes import TOKEN

URL = "http://127.0.0.1:1"


def device(**options: str) -> DeviceConfig:
    return DeviceConfig(name="greenhouse", port="simulated:", **options)  # type: ignore[arg-type]


def test_tokens_are_looked_for_and_never_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (token(device()).grade, token(device()).device) == (Grade.NOTE, "greenhouse")
    named = device(server=URL, auth_token="env:PINBRIDGE_T")
    monkeypatch.delenv("PINBRIDGE_T", raising=False)
    assert token(named).grade is Grade.WRONG
    assert "PINBRIDGE_T is not set" in token(named).sentence
    monkeypatch.setenv("PINBRIDGE_T", TOKEN)
    assert token(named).grade is Grade.OK
    assert TOKEN not in token(named).sentence


def test_boards_are_heard(tmp_path: Path) -> None:
    missing = DeviceConfig(name="gone", port=str(tmp_path / "none"))
    heard = dict(listen([device(), missing], 0.5))
    assert heard[device()].state is LinkState.GOOD
    assert heard[missing].state is LinkState.NO_SUCH_PORT
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("port ")]


@pytest.mark.parametrize(
    ("state", "grade"),
    [
        (LinkState.GOOD, Grade.OK),
        (LinkState.OPEN, Grade.NOTE),
        (LinkState.SILENT, Grade.WRONG),
        (LinkState.UNREADABLE, Grade.WRONG),
        (LinkState.AMBIGUOUS, Grade.WRONG),
    ],
)
def test_a_board_s_state_is_a_grade(state: LinkState, grade: Grade) -> None:
    finding = board(device(), LinkStatus(state, "COM5 …"))
    assert finding == Finding("board", grade, "greenhouse: COM5 …", "greenhouse")


def test_a_server_that_answers_and_one_that_does_not() -> None:
    with LocalCloud([Device("board", TOKEN)]) as cloud:
        (well,) = reach([cloud.url, cloud.url])
    assert well.grade is Grade.OK
    (gone,) = reach([cloud.url])
    assert gone.grade is Grade.WRONG
    assert "ConnectionError" in gone.sentence


def test_a_certificate_that_is_not_trusted_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_server: str) -> str:
        raise roads.requests.exceptions.SSLError(ssl.SSLError("self-signed"))

    monkeypatch.setattr(roads, "_ask", refuse)
    (finding,) = reach(["https://fra1.blynk.cloud"])
    assert finding.grade is Grade.WRONG
    assert "does not trust its certificate" in finding.sentence


@pytest.mark.parametrize(
    ("date", "grade"),
    [(formatdate(1000.0), Grade.OK), (formatdate(9000.0), Grade.WRONG), ("", Grade.OK), ("x", Grade.OK)],
)
def test_clocks_that_disagree_are_told(date: str, grade: Grade) -> None:
    assert compare_clocks("https://x", date, 1010.0).grade is grade
