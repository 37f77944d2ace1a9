"""Requests: their headers, connections, time-outs and proxies, and which ones the cloud may have counted."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest
import requests
from urllib3 import HTTPConnectionPool, Timeout

from app import __version__
from app.cloud.blynk.calls import timestamped_set
from app.cloud.blynk.client import Client
from app.cloud.blynk.server import Server
from app.cloud.destination import Outcome, OutcomeKind
from app.messages.message import Message
from app.wire.streams import Reading
from tests.cloud.blynk.test_client import CALL, TOKEN
from tests.cloud.certificate import self_signed
from tests.cloud.rude_server import Act, RudeServer, answer, close, raw, reset


@pytest.fixture
def _no_proxy_is_excepted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove the environment variables that exclude addresses from the use of a proxy."""
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)


def test_a_call_has_a_user_agent_and_the_type_of_its_body() -> None:
    call, _ = timestamped_set(1, [Reading(1, 1, 1, "v1", 1.5, 7000)], None)
    with RudeServer(answer("200 OK", b"", "Connection: close")) as server:
        client = Client(Server(server.url), TOKEN)
        client.send(CALL)
        client.send(call)
        client.close()
    get, post = ({line.lower() for line in head.split("\r\n")[1:]} for head in server.heads)
    common = {
        f"user-agent: pinbridge/{__version__}",
        "accept: */*",
        "accept-encoding: identity",
        "connection: keep-alive",
        f"host: {server.url.removeprefix('http://')}",
    }
    assert get == common
    assert post == common | {"content-type: application/json", "content-length: 9"}


def test_a_connection_is_used_again() -> None:
    def answer_two(peer: socket.socket) -> None:
        answer("200 OK")(peer)
        peer.recv(65536)
        answer("200 OK")(peer)

    with RudeServer(answer_two) as server:
        client = Client(Server(server.url), TOKEN)
        assert [client.send(CALL).kind for _ in range(2)] == [OutcomeKind.ACCEPT] * 2
        client.close()
    assert len(server.requests) == 1


def test_a_client_that_is_closed_keeps_no_connection() -> None:
    ended = threading.Event()

    def wait_for_the_end(peer: socket.socket) -> None:
        answer("200 OK")(peer)
        if peer.recv(65536) == b"":
            ended.set()

    with RudeServer(wait_for_the_end) as server:
        client = Client(Server(server.url), TOKEN)
        assert client.send(CALL).kind is OutcomeKind.ACCEPT
        client.close()
        assert ended.wait(60)


def test_each_call_has_time_outs(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[object] = []

    def refuse(*_: object, timeout: Timeout, **__: object) -> None:
        given.append((timeout.connect_timeout, timeout.read_timeout))
        raise ConnectionError

    monkeypatch.setattr(HTTPConnectionPool, "urlopen", refuse)
    for server in ("http://127.0.0.1:9", "https://fra1.blynk.cloud"):
        Client(Server(server), TOKEN).send(CALL)
    assert given == [(5.0, 15.0)] * 2


def test_a_netrc_is_not_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password mine\ndefault login me password mine\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with RudeServer(answer("200 OK")) as server:
        # A library that reads such files would find this one.
        assert requests.utils.get_netrc_auth(server.url) == ("me", "mine")
        client = Client(Server(server.url), TOKEN)
        client.send(CALL)
        client.close()
    assert len(server.heads) == 1
    assert "authorization" not in server.heads[0].lower()


@pytest.mark.usefixtures("_no_proxy_is_excepted")
@pytest.mark.parametrize("is_there", [True, False])
def test_the_system_s_proxy_is_used_and_reported(is_there: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    with RudeServer(answer("407 Proxy Authentication Required")) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url if is_there else "http://127.0.0.1:9")
        client = Client(Server("https://fra1.blynk.cloud"), TOKEN)
        outcome = client.send(CALL)
        client.close()
    assert client.take_counts() == (1, 0)
    assert [line.split()[:2] for line in proxy.requests] == [["CONNECT", "fra1.blynk.cloud:443"]] * is_there
    assert outcome.kind is OutcomeKind.BACK_OFF
    assert "lets nothing through to fra1.blynk.cloud" in str(outcome.message)


@pytest.mark.usefixtures("_no_proxy_is_excepted")
@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "ALL_PROXY"])
def test_a_socks_proxy_is_named_until_the_settings_change(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "socks5://me:word@127.0.0.1:1080")
    client = Client(Server("https://fra1.blynk.cloud"), TOKEN)
    outcome = client.send(CALL)
    assert outcome.kind is OutcomeKind.PAUSE
    assert "a SOCKS proxy (socks5://127.0.0.1:1080)" in str(outcome.message)
    assert client.take_counts() == (0, 0)
    monkeypatch.setenv(variable, "http://127.0.0.1:9")
    assert "lets nothing through" in str(client.send(CALL).message)
    client.close()


@pytest.mark.usefixtures("_no_proxy_is_excepted")
def test_no_proxy_is_used_for_this_computer_and_its_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")

    asked: list[object] = []

    def note(pool: HTTPConnectionPool, *_: object, **__: object) -> None:
        asked.append(pool.proxy and pool.proxy.url)
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(HTTPConnectionPool, "urlopen", note)
        for address in ("http://127.0.0.1:8080", "http://192.168.1.5", "https://fra1.blynk.cloud"):
            Client(Server(address), TOKEN).send(CALL)
    assert asked == [None, None, "http://127.0.0.1:9"]
    with RudeServer(answer("200 OK")) as server:
        client = Client(Server(server.url), TOKEN)
        assert client.send(CALL).kind is OutcomeKind.ACCEPT
        client.close()


def test_an_exception_that_contains_itself_is_searched_once(monkeypatch: pytest.MonkeyPatch) -> None:
    error = ConnectionError()
    error.args = (error,)

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(HTTPConnectionPool, "urlopen", fail)
    outcome = Client(Server("http://127.0.0.1:9"), TOKEN).send(CALL)
    assert outcome == Outcome(OutcomeKind.BACK_OFF, Message("cloud_connection_lost", host="127.0.0.1"))


@pytest.mark.parametrize(
    ("act", "counts"),
    [
        (answer("200 OK"), (1, 1)),
        (answer("503 Service Unavailable"), (1, 1)),
        # The cloud may have counted a request whose answer was lost.
        (close, (1, 1)),
        (reset, (1, 1)),
        (raw(b"220 smtp ready\r\n"), (1, 1)),
    ],
)
def test_a_request_that_may_have_reached_the_cloud_counts(act: Act, counts: tuple[int, int]) -> None:
    with RudeServer(act) as server:
        client = Client(Server(server.url), TOKEN)
        client.send(CALL)
        assert client.take_counts() == counts
        assert client.take_counts() == (0, 0)
        client.close()


def test_a_failed_tls_handshake_counts_no_message(tmp_path: Path) -> None:
    with RudeServer(answer("200 OK"), tls=self_signed(tmp_path)) as server:
        client = Client(Server(server.url), TOKEN)
        client.send(CALL)
        assert client.take_counts() == (1, 0)
        client.close()
