"""No call lasts for ever, wherever the server or a proxy is slow: one deadline bounds the whole call."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from app.cloud.blynk.calls import timestamped_set
from app.cloud.blynk.client import Client
from app.cloud.blynk.server import Server
from app.cloud.blynk.transport import Deadline
from app.cloud.destination import Call, OutcomeKind
from app.wire.streams import Reading
from tests.cloud.blynk.test_client import CALL, TOKEN
from tests.cloud.certificate import self_signed
from tests.cloud.rude_server import Act, RudeServer, answer, dead_host, raw

CALL_S, TLS_S = 0.1, 0.3
SLOW_S = 0.005
HANGS_S = 3600.0
"""The time-out for silence: far longer than a test may take, so that only the deadline can end a call."""


def drip(*parts: bytes) -> Act:
    """Send the first of `parts` at once, then the others in turn, one every 5 ms, for ever."""

    def act(peer: socket.socket) -> None:
        peer.sendall(parts[0])
        wait = threading.Event()
        while True:
            for part in parts[1:]:
                wait.wait(SLOW_S)
                peer.sendall(part)

    return act


SLOW_ANSWERS = {
    "a status line without an end": drip(b"HTTP/1.1 200 ", b"O"),
    "a header without an end": drip(b"HTTP/1.1 200 OK\r\nServer: ", b"x"),
    "headers without an end": drip(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n", b"A", b":", b" ", b"b", b"\r\n"),
    "interim answers without an end": drip(b"HTTP/1.1 103 Early Hints\r\n", b"L", b": ", b"x"),
    "a body without an end": drip(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"x"),
    "a chunk without an end": drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n", b"x"),
    "a size of a chunk without an end": drip(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", b"x"
    ),
}


def slow_handshake(peer: socket.socket) -> None:
    """Answer the beginning of a TLS handshake with a record that has no end."""
    peer.recv(65536)
    drip(b"\x16\x03\x03\x3f\xff", b"x")(peer)


def check_too_late(server: str, call: Call = CALL, call_s: float = CALL_S) -> None:
    """Send a call, and check that it ends with a message that the server was too slow.

    A busy computer may use up the time before the request is sent.
    """
    client = Client(
        Server(server), TOKEN, connect_timeout_s=HANGS_S, read_timeout_s=HANGS_S, call_timeout_s=call_s
    )
    outcome = client.send(call)
    client.close()
    assert outcome.kind is OutcomeKind.BACK_OFF
    assert outcome.message.code in ("cloud_answer_timed_out", "cloud_no_connection", "near_no_connection")


@pytest.mark.parametrize("kind", SLOW_ANSWERS)
def test_a_slow_answer_ends_at_the_deadline(kind: str) -> None:
    with RudeServer(SLOW_ANSWERS[kind]) as server:
        check_too_late(server.url)


def test_a_slow_answer_over_tls_ends_at_the_deadline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
    with RudeServer(SLOW_ANSWERS["a header without an end"], tls=context) as server:
        check_too_late(server.url, call_s=TLS_S)


@pytest.mark.parametrize(
    ("scheme", "slow"),
    [
        ("http", SLOW_ANSWERS["a status line without an end"]),
        ("http", SLOW_ANSWERS["headers without an end"]),
        ("http", SLOW_ANSWERS["interim answers without an end"]),
        ("http", raw(b"HTTP/1.1 200 OK\r\n\r\n", slow_handshake)),
        ("https", SLOW_ANSWERS["a header without an end"]),
        ("https", raw(b"HTTP/1.1 200 OK\r\n\r\n", slow_handshake)),
    ],
)
def test_a_slow_proxy_ends_at_the_deadline(
    scheme: str, slow: Act, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    context = self_signed(tmp_path) if scheme == "https" else None
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
    with RudeServer(slow, tls=context) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        check_too_late("https://fra1.blynk.cloud", call_s=CALL_S if scheme == "http" else TLS_S)


@pytest.mark.parametrize("act", [slow_handshake, lambda peer: peer.recv(65536) and peer.recv(65536)])
def test_a_handshake_that_does_not_end_ends_at_the_deadline(act: Act) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            peer, _ = server.accept()
            with peer, suppress(OSError):
                act(peer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        check_too_late(f"https://127.0.0.1:{server.getsockname()[1]}")
        thread.join()


def test_a_server_that_does_not_read_ends_at_the_deadline() -> None:
    readings = [Reading(n, 1, n, "v1", "x" * 1000, 7_000_000 + n) for n in range(1, 1900)]
    call, _ = timestamped_set(1, readings, None)
    assert call.body
    assert len(call.body) > 1_900_000
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        check_too_late(f"http://127.0.0.1:{server.getsockname()[1]}", call)


def test_redirects_share_one_deadline() -> None:
    """Each server answers well within the time of a call, but not all of them together."""

    def late(peer: socket.socket) -> None:
        threading.Event().wait(CALL_S * 0.6)
        answer("308 Moved", b"", f"Location: {server.url}/x", "Connection: close")(peer)

    with RudeServer(late) as server:
        check_too_late(server.url)


def test_every_address_of_a_host_shares_one_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    """The host has so many addresses that all their time-outs together would take an hour."""
    with dead_host() as port:
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
        real = socket.getaddrinfo

        def many(host: str, *args: object, **kwargs: object) -> object:
            return found * 1000 if host == "localhost" else real(host, *args, **kwargs)  # type: ignore[arg-type]

        monkeypatch.setattr(socket, "getaddrinfo", many)
        client = Client(
            Server(f"http://localhost:{port}"), TOKEN, connect_timeout_s=5.0, call_timeout_s=CALL_S
        )
        outcome = client.send(CALL)
        client.close()
    assert "does not answer" in str(outcome.message)
    assert client.take_counts() == (1, 0)


def test_the_next_address_of_a_host_is_tried() -> None:
    """`localhost` is often ::1 first, where nothing listens."""
    with RudeServer(answer("200 OK")) as server:
        client = Client(Server(server.url.replace("127.0.0.1", "localhost")), TOKEN)
        assert client.send(CALL).kind is OutcomeKind.ACCEPT
        client.close()
    assert f"Host: {server.url.removeprefix('http://').replace('127.0.0.1', 'localhost')}" in server.heads[0]


def test_an_address_of_a_kind_that_this_computer_does_not_have_is_passed_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with RudeServer(answer("200 OK")) as server:
        port = int(server.url.rpartition(":")[2])
        here = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_: [(12345, 1, 6, "", ("x", 1)), here])
        client = Client(Server(server.url), TOKEN)
        assert client.send(CALL).kind is OutcomeKind.ACCEPT
        client.close()


def test_a_host_without_an_address_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: [])
    client = Client(Server("http://127.0.0.1:9"), TOKEN)
    assert client.send(CALL).message.code == "near_no_connection"
    assert client.take_counts() == (1, 0)
    client.close()


def test_an_operation_gets_what_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = [100.0]
    monkeypatch.setattr("app.cloud.blynk.transport.time.monotonic", lambda: now_s[0])
    deadline = Deadline(15.0)
    assert deadline.left_s() == 15.0
    deadline.start(30.0)
    assert deadline.left_s() == 15.0
    now_s[0] = 120.0
    assert deadline.left_s() == 10.0
    now_s[0] = 130.0
    with pytest.raises(TimeoutError):
        deadline.left_s()
