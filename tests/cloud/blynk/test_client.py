"""The client gives an outcome whatever the server does, and never shows the token."""

from __future__ import annotations

import logging
import socket
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
import requests
from urllib3 import HTTPConnectionPool
from urllib3.exceptions import HTTPError

from app.cloud.blynk.calls import update
from app.cloud.blynk.client import Client
from app.cloud.blynk.server import Server
from app.cloud.destination import Outcome, OutcomeKind
from app.messages.message import Message
from app.program.logs import Redactor
from app.security import redaction
from app.wire.streams import Reading
from tests.cloud.certificate import self_signed
from tests.cloud.rude_server import Act, RudeServer, answer, close, dead_host, endless, raw, reset

TOKEN = "very-secret/token+1"
CALL = update(Reading(1, 1, 1, "v1", 100, 0), None)
PATH = "/external/api/update?token=very-secret%2Ftoken%2B1&v1=100"


def send(url: str, caplog: pytest.LogCaptureFixture, **timeouts_s: Any) -> Outcome:
    caplog.set_level(logging.INFO)
    client = Client(Server(url), TOKEN, **timeouts_s)
    try:
        outcome = client.send(CALL)
    finally:
        client.close()
    # The HTTP library logs whole addresses: the log's formatter must redact the token.
    redaction.learn([TOKEN])
    logged = [Redactor().format(record) for record in caplog.records]
    for text in (str(outcome.message), *logged):
        assert "very-secret" not in text
    return outcome


def test_a_call_arrives_with_its_method_and_address(caplog: pytest.LogCaptureFixture) -> None:
    with RudeServer(answer("200 OK")) as server:
        assert send(server.url, caplog).kind is OutcomeKind.ACCEPT
    assert server.requests == [f"GET {PATH} HTTP/1.1"]


def error(message: str) -> Act:
    return answer("400 Bad Request", b'{"error":{"message":"%s"}}' % message.encode())


REFUSALS = [
    "Wrong pin format",
    "Wrong dataStreamId format",
    "Value doesn't match the Datastream data type",
    "No datastream setup for that pin",
    "Requested dataStream doesn't exist in the product Greenhouse",
]
BAD_DAYS: list[tuple[Act, OutcomeKind, str]] = [
    (answer("200 OK"), OutcomeKind.ACCEPT, ""),
    (answer("200 OK", b"OK"), OutcomeKind.ACCEPT, ""),
    (raw(b"HTTP/1.1 200 OK\r\n\r\n"), OutcomeKind.ACCEPT, ""),
    (raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), OutcomeKind.ACCEPT, ""),
    (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", reset), OutcomeKind.ACCEPT, ""),
    (answer("200 OK", b"OK and more", length=2), OutcomeKind.ACCEPT, ""),
    (answer("200 OK", b"<html>login</html>"), OutcomeKind.BACK_OFF, "not Blynk"),
    (answer("200 OK", b"welcome", "Content-Type: text/html"), OutcomeKind.BACK_OFF, "login in the browser"),
    (answer("302 Found", b"", "Location: https://login.example/"), OutcomeKind.BACK_OFF, "not Blynk"),
    *((error(words + stop), OutcomeKind.REJECT, words) for words in REFUSALS for stop in ("", ".")),
    *((error("Invalid token" + stop), OutcomeKind.PAUSE, "Invalid token") for stop in ("", ".")),
    (error("Unknown content type."), OutcomeKind.UNKNOWN, "Unknown content type"),
    (error("Too much data in batch. Maximum batch size is 10000 points."), OutcomeKind.TOO_LARGE, "Too much"),
    (answer("400 Bad Request", b"<html>nginx</html>"), OutcomeKind.UNKNOWN, "nginx"),
    (answer("400 Bad Request"), OutcomeKind.UNKNOWN, "no reason given"),
    (answer("403 Forbidden"), OutcomeKind.UNKNOWN, "403"),
    (answer("403 Forbidden", b"Message quota exceeded"), OutcomeKind.PAUSE, "used up"),
    (answer("404 Not Found", b"nothing here"), OutcomeKind.UNKNOWN, "nothing here"),
    (answer("413 Too Large", b"<html>"), OutcomeKind.TOO_LARGE, "413"),
    (answer("429 Too Many Requests"), OutcomeKind.BACK_OFF, "slower"),
    (answer("429 Too Many Requests", b"", "Retry-After: 9"), OutcomeKind.BACK_OFF, "slower"),
    (
        answer("429 Too Many Requests", b"", "Retry-After: Thu, 28 May 2099 20:26:50 GMT"),
        OutcomeKind.BACK_OFF,
        "slower",
    ),
    (answer("308 Moved"), OutcomeKind.PAUSE, "region"),
    (answer("308 Moved", b"", "Location: https://evil.example/"), OutcomeKind.PAUSE, "region"),
    *((answer(f"{status} No"), OutcomeKind.BACK_OFF, str(status)) for status in (500, 502, 503, 504)),
    (close, OutcomeKind.BACK_OFF, "broke off"),
    (reset, OutcomeKind.BACK_OFF, "broke off"),
    # The status shows that the cloud has accepted the reading, so the broken rest of the answer is ignored.
    (raw(b"HTTP/1.1 200 OK\r\nConte"), OutcomeKind.ACCEPT, ""),
    (raw(b"HTTP/1.1 2"), OutcomeKind.BACK_OFF, "broke off"),
    (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab", reset), OutcomeKind.BACK_OFF, "broke off"),
    (answer("200 OK", b"short", length=5000), OutcomeKind.BACK_OFF, "broke off"),
    (raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"), OutcomeKind.BACK_OFF, "broke off"),
    (raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"), OutcomeKind.BACK_OFF, "broke off"),
    (raw(b"220 smtp ready\r\n"), OutcomeKind.BACK_OFF, "broke off"),
    (raw(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200), OutcomeKind.BACK_OFF, "broke off"),
]


@pytest.mark.parametrize(("act", "kind", "word"), BAD_DAYS)
def test_each_answer_has_its_outcome(
    act: Act, kind: OutcomeKind, word: str, caplog: pytest.LogCaptureFixture
) -> None:
    with RudeServer(act) as server:
        outcome = send(server.url, caplog)
    assert outcome.kind is kind
    assert word in str(outcome.message)


@pytest.mark.parametrize(
    ("act", "kind", "said"),
    [
        (answer("200 OK", b"\xff"), OutcomeKind.ACCEPT, "The cloud has accepted it."),
        (answer("404 None", b"caf\xe9"), OutcomeKind.UNKNOWN, "HTTP 404: caf\ufffd"),
    ],
)
def test_an_answer_counts_whatever_its_encoding(
    act: Act, kind: OutcomeKind, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    with RudeServer(act) as server:
        found = send(server.url, caplog)
    assert (found.kind, str(found.message)) == (kind, said)


@pytest.mark.parametrize("trouble", [OSError, ValueError, HTTPError, requests.RequestException])
def test_no_network_error_is_raised_or_reported_with_the_token(
    trouble: type[Exception], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_pool: HTTPConnectionPool, _method: str, address: str, **_: object) -> None:
        raise trouble(address)

    monkeypatch.setattr(HTTPConnectionPool, "urlopen", fail)
    found = send("http://127.0.0.1:9", caplog)
    assert found == Outcome(OutcomeKind.BACK_OFF, Message("cloud_connection_lost", host="127.0.0.1"))


def test_a_connection_with_unread_garbage_is_not_used_again() -> None:
    ended = threading.Event()

    def say_more(peer: socket.socket) -> None:
        answer("200 OK", b"OK and more", length=2)(peer)
        peer.shutdown(socket.SHUT_WR)
        ended.set()

    with RudeServer(say_more, answer("200 OK")) as server:
        client = Client(Server(server.url), TOKEN)
        assert client.send(CALL).kind is OutcomeKind.ACCEPT
        assert ended.wait(60)
        assert client.send(CALL).kind is OutcomeKind.ACCEPT
        client.close()


def test_an_endless_body_is_not_read_completely(caplog: pytest.LogCaptureFixture) -> None:
    with RudeServer(endless) as server:
        outcome = send(server.url, caplog)
    assert outcome.kind is OutcomeKind.BACK_OFF
    assert "not Blynk" in str(outcome.message)


@pytest.mark.parametrize(
    "begun", [b"", b"HTTP/1.1 200 OK\r\nContent-", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab"]
)
def test_a_silent_server_times_out(begun: bytes, caplog: pytest.LogCaptureFixture) -> None:
    enough = threading.Event()

    def wait(_peer: socket.socket) -> None:
        enough.wait(60)

    with RudeServer(raw(begun, wait)) as server:
        outcome = send(server.url, caplog, read_timeout_s=0.05)
        enough.set()
    assert outcome.kind is OutcomeKind.BACK_OFF
    assert "in time" in str(outcome.message)


def test_a_host_that_accepts_no_connection_times_out(caplog: pytest.LogCaptureFixture) -> None:
    with dead_host() as port:
        outcome = send(f"http://127.0.0.1:{port}", caplog, connect_timeout_s=0.1)
    assert outcome.kind is OutcomeKind.BACK_OFF
    assert "is it switched on" in str(outcome.message)


def test_a_port_without_a_server_is_reported(caplog: pytest.LogCaptureFixture) -> None:
    with RudeServer(close) as server:
        pass
    outcome = send(server.url, caplog)
    assert outcome.kind is OutcomeKind.BACK_OFF
    assert "refuses the connection" in str(outcome.message)


def test_an_unknown_host_name_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", gone)
    client = Client(Server("https://fra1.blynk.cloud"), TOKEN)
    outcome = client.send(CALL)
    assert outcome.kind is OutcomeKind.BACK_OFF
    assert str(outcome.message) == "The name fra1.blynk.cloud is not known: is this computer online?"
    assert client.take_counts() == (1, 0)
    client.close()


def test_a_server_without_tls_is_reported(caplog: pytest.LogCaptureFixture) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet() -> None:
            peer, _ = server.accept()
            with peer:
                peer.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                peer.recv(65536)

        greeter = threading.Thread(target=greet, daemon=True)
        greeter.start()
        outcome = send(f"https://127.0.0.1:{server.getsockname()[1]}", caplog)
        greeter.join(60)
    assert outcome.kind is OutcomeKind.BACK_OFF
    assert outcome.message == Message("near_tls_failed", host="127.0.0.1")


def test_an_untrusted_certificate_is_reported_and_gets_no_token(
    caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    with RudeServer(answer("200 OK"), tls=self_signed(tmp_path)) as server:
        outcome = send(server.url, caplog)
    assert outcome.kind is OutcomeKind.BACK_OFF
    assert outcome.message == Message("near_certificate_not_trusted", host="127.0.0.1")
    assert server.requests == []


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system's list cannot be chosen for a test")
def test_the_authorities_that_the_system_trusts_are_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client accepts a certificate that the system trusts, although no bundled list has it."""
    context = self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
    with RudeServer(answer("200 OK"), tls=context) as server:
        client = Client(Server(server.url), TOKEN)
        outcome = client.send(CALL)
        client.close()
    assert outcome.kind is OutcomeKind.ACCEPT
    assert server.requests == [f"GET {PATH} HTTP/1.1"]


@pytest.mark.parametrize(("size", "words"), [(65536, "Wrong pin format."), (65537, '{"error":')])
def test_a_body_is_read_up_to_64_kb(size: int, words: str) -> None:
    body = b'{"error":{"message":"Wrong pin format."},"more":"'
    body += b"x" * (size - len(body) - 2) + b'"}'
    with RudeServer(answer("400 Bad", body)) as server:
        client = Client(Server(server.url), TOKEN)
        assert str(client.send(CALL).message).startswith(words)
        client.close()
