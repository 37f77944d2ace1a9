"""What a server answers about a token: in words, with the right region, and without changing anything."""

from __future__ import annotations

import errno
import socket
import ssl
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn, cast

import pytest
from urllib3.exceptions import (
    ConnectTimeoutError,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    ProxyError,
    ReadTimeoutError,
)

from app.cloud.blynk import acceptance
from app.cloud.blynk.acceptance import Acceptance
from app.cloud.blynk.calls import is_connected
from app.cloud.blynk.failures import why
from app.cloud.blynk.server import Server
from app.cloud.destination import Call, Outcome, OutcomeKind
from app.config.addresses import BLYNK_REGIONS
from app.localcloud.devices import Device
from app.localcloud.faults.file import Fault, FaultKind, FaultsFile
from app.localcloud.server import LocalCloud
from app.messages.message import Message
from tests.cloud.certificate import self_signed
from tests.cloud.rude_server import Act, RudeServer, answer, close

TOKEN = "Zq7-known-token-3Xw9"
FRANKFURT, LONDON, ANY = "https://fra1.blynk.cloud", "https://lon1.blynk.cloud", "https://blynk.cloud"
UNKNOWN = answer("400 Bad Request", b'{"error":{"message":"Invalid token."}}')


def asked(server: str) -> Acceptance:
    found = acceptance.ask(server, TOKEN)
    assert TOKEN not in str(found.message)
    return found


def test_a_token_that_the_cloud_knows_is_accepted_and_changes_nothing() -> None:
    device = Device("board", TOKEN)
    with LocalCloud([device]) as cloud:
        assert asked(cloud.url) == Acceptance(True, Message("token_accepted", server=cloud.url))
        assert acceptance.ask(cloud.url, "another") == Acceptance(
            False, Message("token_unknown", server=cloud.url)
        )
    assert device.streams == []


def test_a_server_that_redirects_is_named_with_the_one_that_accepts() -> None:
    with LocalCloud([Device("board", TOKEN)]) as there:
        moved = FaultsFile(fault=(Fault(fault=FaultKind.WRONG_REGION, to=there.url),))
        with LocalCloud([], faults=moved) as here:
            message = Message("token_redirected", server=here.url, there=there.url)
            assert asked(here.url) == Acceptance(True, message, there.url)


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (answer("404 Not Found"), "does not answer like a Blynk server (HTTP 404: no reason given)"),
        (answer("200 OK", b"hello"), "does not answer like a Blynk server (HTTP 200: hello)"),
        (answer("200 OK"), "does not answer like a Blynk server (HTTP 200: no reason given)"),
        (answer("400 Bad", b"Wrong pin format."), "does not answer like a Blynk server"),
        (
            answer("200 OK", b"<html>log in: true</html>"),
            "not answer like a Blynk server (a web page): check",
        ),
        (answer("200 OK", b"x" * 300), "does not answer like a Blynk server (a long text): check"),
        (answer("302 Found", b"", "Location: https://login.example/"), "redirects to another address"),
        (answer("400 Bad", b"The plain HTTP request was sent to HTTPS port"), "sent to HTTPS port): check"),
        (answer("503 Busy"), "The cloud has a server error (HTTP 503)."),
        (answer("403 No", b"Message limit exceeded"), "limit"),
        (answer("308 Moved", b"", "Location: https://other.example/"), "to which the token does not go"),
        (close, "broke off the connection: if it takes only secure connections, write https:// in"),
    ],
)
def test_any_other_answer_is_explained(act: Act, words: str) -> None:
    with RudeServer(act) as server:
        found = asked(server.url)
    assert not found.accepted
    assert found.server == ""
    assert words in str(found.message)


def test_what_keeps_the_question_from_arriving_is_explained(tmp_path: Path) -> None:
    assert str(asked("http://127.0.0.1:9").message).startswith("127.0.0.1 refuses the connection")
    with RudeServer(answer("200 OK", b"true"), tls=self_signed(tmp_path)) as server:
        assert "does not trust the certificate" in str(asked(server.url).message)
        clear = server.url.replace("https:", "http:")
        assert asked(clear).message == Message("server_broke_off", server=clear)
    with LocalCloud([]) as cloud:
        encrypted = cloud.url.replace("http:", "https:")
        assert str(asked(encrypted).message) == (
            "127.0.0.1 makes no secure connection (TLS): if it is a local cloud, write http:// in place of "
            "https://."
        )


NEAR = (
    "http://127.0.0.1:8080",
    "https://localhost",
    "https://192.168.1.7",
    "http://10.0.0.1:80",
    "https://[::1]",
)
FAR = ("https://fra1.blynk.cloud", "https://blynk.example.org:8443", "https://8.8.8.8")
FAILURES = {
    "certificate": ssl.SSLCertVerificationError("no"),
    "tls": ssl.SSLError("no"),
    "refused": NewConnectionError(cast(Any, None), "no"),
    "away": ConnectTimeoutError("no"),
    "late": ReadTimeoutError(cast(Any, None), "", "no"),
    "broken": ProtocolError("no"),
    "name": NameResolutionError("host", cast(Any, None), socket.gaierror("no")),
    "proxy": ProxyError("no", OSError()),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_no_failure_of_a_near_server_is_put_down_to_a_school_s_proxy_or_the_internet(failure: str) -> None:
    for server in (*NEAR, *FAR):
        words = str(why(FAILURES[failure], server))
        is_near = server in NEAR
        assert ("school" in words) == (not is_near and failure in ("certificate", "tls"))
        assert ("http://" in words) == (is_near and failure in ("certificate", "tls"))
        if failure == "away":
            assert ("is this computer online" in words) == (not is_near)


def test_a_server_to_which_there_is_no_way_does_not_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    for errors, code in (
        ([OSError(errno.EHOSTUNREACH, "no")], "near_no_connection"),
        ([OSError(errno.ENETUNREACH, "no"), ConnectionRefusedError()], "cloud_connection_refused"),
        ([ConnectionRefusedError(), OSError(errno.ENETUNREACH, "no")], "cloud_connection_refused"),
        ([TimeoutError()], "near_no_connection"),
    ):
        left = iter(errors)
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 9))] * len(errors)
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, found=found: found)

        def fail(*_args: object, left: Iterator[OSError] = left) -> NoReturn:
            raise next(left)

        monkeypatch.setattr("app.cloud.blynk.transport._Plain._connected", fail)
        assert asked("http://127.0.0.1:9").message.code == code


def test_one_call_is_sent_and_it_asks_whether_the_board_is_online() -> None:
    with RudeServer(answer("200 OK", b"false")) as server:
        assert asked(f"{server.url}/").accepted
    path = f"/external/api/isHardwareConnected?token={TOKEN}"
    assert server.requests == [f"GET {path} HTTP/1.1"]


class Blynk:
    """A stand-in for Blynk's servers: `accepts` has those that know the token; `moved` redirects."""

    def __init__(self, *accepts: str, moved: dict[str, str] | None = None) -> None:
        self.accepts, self.moved = accepts, moved or {}
        self.asked: list[str] = []
        self.now_s, self.call_s, self.unreachable = 0.0, 5.0, ""

    def client(self, server: Server, token: str, **how: Any) -> Blynk:
        assert (token, how["call_timeout_s"]) == (TOKEN, 10)
        self._server = server
        return self

    def send(self, call: Call) -> Outcome:
        assert call == is_connected()
        self.asked.append(self._server.given)
        self.now_s += self.call_s
        self._server.address = self.moved.get(self._server.given, self._server.given)
        if self._server.address in self.accepts:
            return Outcome(OutcomeKind.ACCEPT)
        if self._server.given == self.unreachable:
            return Outcome(OutcomeKind.BACK_OFF, Message("cloud_no_connection", host="lon1.blynk.cloud"))
        return Outcome(OutcomeKind.PAUSE, Message("cloud_invalid_token"))

    def close(self) -> None:
        pass


MakeBlynk = Callable[..., Blynk]


@pytest.fixture
def make_blynk(monkeypatch: pytest.MonkeyPatch) -> MakeBlynk:
    def make(*accepts: str, moved: dict[str, str] | None = None) -> Blynk:
        made = Blynk(*accepts, moved=moved)
        monkeypatch.setattr(acceptance, "Client", made.client)
        monkeypatch.setattr(acceptance, "time", types.SimpleNamespace(monotonic=lambda: made.now_s))
        return made

    return make


def test_the_right_region_of_an_unknown_token_is_found(make_blynk: MakeBlynk) -> None:
    blynk = make_blynk(LONDON)
    message = Message("token_elsewhere", server=FRANKFURT, there=LONDON)
    assert asked(FRANKFURT) == Acceptance(False, message, LONDON)
    assert blynk.asked == [FRANKFURT, ANY, LONDON]
    blynk = make_blynk(LONDON, moved={ANY: LONDON})
    assert asked(f"{FRANKFURT}/").server == LONDON
    assert blynk.asked == [f"{FRANKFURT}/", ANY]


def test_the_server_that_stands_for_all_regions_is_right(make_blynk: MakeBlynk) -> None:
    make_blynk(LONDON, moved={ANY: LONDON, FRANKFURT: LONDON})
    assert asked(ANY) == Acceptance(True, Message("token_accepted", server=ANY))
    assert asked(FRANKFURT).message == Message("token_redirected", server=FRANKFURT, there=LONDON)


def test_a_token_that_no_region_knows_is_reported_and_the_question_ends_in_time(
    make_blynk: MakeBlynk,
) -> None:
    blynk = make_blynk()
    assert asked(ANY) == Acceptance(False, Message("token_unknown_so_far", server=ANY))
    # Each call takes five seconds here; after twenty no other server is asked.
    assert blynk.asked == [ANY, FRANKFURT, LONDON, "https://ny3.blynk.cloud"]


def test_only_if_all_regions_say_so_no_region_knows_the_token(make_blynk: MakeBlynk) -> None:
    blynk = make_blynk()
    blynk.call_s = 1.0
    assert asked(ANY) == Acceptance(False, Message("token_unknown_to_blynk"))
    assert blynk.asked == [ANY, *BLYNK_REGIONS]
    blynk = make_blynk()
    blynk.call_s, blynk.unreachable = 1.0, LONDON
    assert asked(FRANKFURT).message == Message("token_unknown_so_far", server=FRANKFURT)
