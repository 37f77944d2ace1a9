"""The client tells what became of a call, whatever the server does, and never says the token."""

from __future__ import annotations

import contextlib
import logging
import socket
import ssl
import sys
import threading
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
import requests
from requests.adapters import HTTPAdapter

from app import __version__, redaction
from app.cloud.calls import timestamped_set, update
from app.cloud.client import Client, Server
from app.cloud.outcomes import Outcome, OutcomeKind
from app.logs import Redactor
from app.wire.streams import Reading
from tests.cloud.rude_server import Act, RudeServer, answer, close, endless, raw, reset, trickle


@pytest.fixture
def _no_proxy_is_excepted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the program itself may leave a proxy out."""
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)


TOKEN = "very-secret/token+1"
CALL = update(Reading(1, 1, 1, "v1", 100, 0), None)
PATH = "/external/api/update?token=very-secret%2Ftoken%2B1&v1=100"


def send(url: str, caplog: pytest.LogCaptureFixture, **timeouts_s: float) -> Outcome:
    caplog.set_level(logging.INFO)
    client = Client(Server(url), TOKEN, **timeouts_s)
    try:
        outcome = client.send(CALL)
    finally:
        client.close()
    # The HTTP library logs whole addresses: the log's formatter strikes the token out.
    redaction.learn([TOKEN])
    logged = [Redactor().format(record) for record in caplog.records]
    for told in (outcome.sentence, *logged):
        assert "very-secret" not in told
    return outcome


def test_a_call_arrives_as_it_is_spelled(caplog: pytest.LogCaptureFixture) -> None:
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
    # The cloud has said yes, whatever became of the rest of its words.
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
    assert word in outcome.sentence


def test_a_connection_with_rubbish_on_it_is_not_used_again() -> None:
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


def test_a_body_without_end_is_not_read_to_its_end(caplog: pytest.LogCaptureFixture) -> None:
    with RudeServer(endless) as server:
        outcome = send(server.url, caplog)
    assert outcome.kind is OutcomeKind.BACK_OFF
    assert "not Blynk" in outcome.sentence


@pytest.mark.parametrize("begun", [b"", b"HTTP/1.1 200 OK\r\nContent-"])
def test_a_silent_server_is_given_up(begun: bytes, caplog: pytest.LogCaptureFixture) -> None:
    enough = threading.Event()

    def wait(_peer: socket.socket) -> None:
        enough.wait(60)

    with RudeServer(raw(begun, wait)) as server:
        outcome = send(server.url, caplog, read_timeout_s=0.05)
        enough.set()
    assert outcome.kind is OutcomeKind.BACK_OFF
    assert "in time" in outcome.sentence


def test_a_body_that_trickles_is_given_up(caplog: pytest.LogCaptureFixture) -> None:
    enough = threading.Event()
    with RudeServer(trickle(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", enough)) as server:
        outcome = send(server.url, caplog, read_timeout_s=0.2)
        enough.set()
    assert outcome.kind is OutcomeKind.BACK_OFF
    assert "in time" in outcome.sentence


def test_a_host_that_takes_no_connection_is_given_up(caplog: pytest.LogCaptureFixture) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            # Once the queue is full the system answers no more, as a dead host does.
            each.setblocking(False)
            each.connect_ex(server.getsockname())
        outcome = send(f"http://127.0.0.1:{server.getsockname()[1]}", caplog, connect_timeout_s=0.1)
        for each in waiting:
            each.close()
    assert outcome.kind is OutcomeKind.BACK_OFF
    assert "is the network there" in outcome.sentence


def test_no_server(caplog: pytest.LogCaptureFixture) -> None:
    with RudeServer(close) as server:
        pass
    outcome = send(server.url, caplog)
    assert outcome.kind is OutcomeKind.BACK_OFF
    assert "refuses the connection" in outcome.sentence


def test_no_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", gone)
    client = Client(Server("https://fra1.blynk.cloud"), TOKEN)
    outcome = client.send(CALL)
    assert outcome.kind is OutcomeKind.BACK_OFF
    assert outcome.sentence == "The name fra1.blynk.cloud is not known: is the network there?"
    assert client.take_counts() == (1, 0)
    client.close()


@pytest.mark.usefixtures("_no_proxy_is_excepted")
@pytest.mark.parametrize("is_there", [True, False])
def test_the_system_s_proxy_is_asked_and_told(is_there: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    with RudeServer(answer("407 Proxy Authentication Required")) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url if is_there else "http://127.0.0.1:9")
        client = Client(Server("https://fra1.blynk.cloud"), TOKEN)
        outcome = client.send(CALL)
        client.close()
    assert [line.split()[:2] for line in proxy.requests] == [["CONNECT", "fra1.blynk.cloud:443"]] * is_there
    assert outcome.kind is OutcomeKind.BACK_OFF
    assert "lets nothing through to fra1.blynk.cloud" in outcome.sentence


def test_a_redirect_is_followed_with_the_token_and_remembered() -> None:
    with RudeServer(answer("200 OK")) as there:
        moved = answer("308 Moved", b"", f"Location: {there.url}{PATH}")
        with RudeServer(moved) as here:
            account = Server(here.url)
            for _ in range(2):
                # Each sender has a client of its own, and all go where one was sent.
                client = Client(account, TOKEN)
                assert client.send(CALL).kind is OutcomeKind.ACCEPT
                client.close()
    assert len(here.requests) == 1
    assert there.requests == [f"GET {PATH} HTTP/1.1"] * 2
    assert client.take_counts() == (1, 1)
    assert account.address == there.url


def test_a_redirect_that_leads_nowhere_is_not_remembered() -> None:
    with RudeServer(answer("200 OK")) as nowhere:
        pass
    moved = answer("308 Moved", b"", f"Location: {nowhere.url}{PATH}", "Connection: close")
    with RudeServer(moved, answer("200 OK")) as here:
        account = Server(here.url)
        client = Client(account, TOKEN)
        assert client.send(CALL).kind is OutcomeKind.BACK_OFF
        assert account.address == here.url
        assert client.send(CALL).kind is OutcomeKind.ACCEPT
        client.close()


def test_a_circle_of_redirects_ends(caplog: pytest.LogCaptureFixture) -> None:
    def back(peer: socket.socket) -> None:
        answer("308 Moved", b"", f"Location: {circle.url}", "Connection: close")(peer)

    with RudeServer(back) as circle:
        assert send(circle.url, caplog).kind is OutcomeKind.PAUSE
    assert len(circle.requests) == 4


def test_a_set_goes_on_with_its_body() -> None:
    call, _ = timestamped_set(1, [Reading(1, 1, 1, "v1", 1.5, 7000)], None)
    with RudeServer(answer("200 OK")) as there:
        moved = answer(
            "308 Moved", b"", f"Location: {there.url}/external/api/batch/update?token=x", "Connection: close"
        )
        with RudeServer(moved) as here:
            client = Client(Server(here.url), TOKEN)
            assert client.send(call).kind is OutcomeKind.ACCEPT
            client.close()
    path = "/external/api/batch/update?token=very-secret%2Ftoken%2B1&pin=v1"
    assert here.requests == there.requests == [f"POST {path} HTTP/1.1"]
    assert here.bodies == there.bodies == [b"[[7,1.5]]"]


def test_a_server_without_tls_is_told(caplog: pytest.LogCaptureFixture) -> None:
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
    assert "does not speak TLS" in outcome.sentence


def test_an_untrusted_certificate_is_told_and_gets_no_token(
    caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    with RudeServer(answer("200 OK"), tls=self_signed(tmp_path)) as server:
        outcome = send(server.url, caplog)
    assert outcome.kind is OutcomeKind.BACK_OFF
    assert "certificate of 127.0.0.1 is not trusted" in outcome.sentence
    assert server.requests == []


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system's list cannot be chosen for a test")
def test_the_system_s_authorities_are_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A certificate that the system trusts, and no bundled list knows, is good."""
    context = self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
    with RudeServer(answer("200 OK"), tls=context) as server:
        client = Client(Server(server.url), TOKEN)
        outcome = client.send(CALL)
        client.close()
    assert outcome.kind is OutcomeKind.ACCEPT
    assert server.requests == [f"GET {PATH} HTTP/1.1"]


def self_signed(folder: Path) -> ssl.SSLContext:
    """A server's context with a certificate that nobody vouches for."""
    x509 = pytest.importorskip("cryptography.x509", reason="makes the certificate")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "server.pem").write_bytes(private + certificate.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    return context


@pytest.mark.usefixtures("_no_proxy_is_excepted")
def test_no_proxy_for_this_computer_and_its_neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")

    def proxies(server: str) -> dict[str, str]:
        return Client(Server(server), TOKEN)._proxies

    assert proxies("http://127.0.0.1:8080") == {}
    assert proxies("http://192.168.1.5") == {}
    assert proxies("https://fra1.blynk.cloud")["https"] == "http://127.0.0.1:9"
    with RudeServer(answer("200 OK")) as server:
        client = Client(Server(server.url), TOKEN)
        assert client.send(CALL).kind is OutcomeKind.ACCEPT
        client.close()


def test_a_netrc_is_not_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password mine\ndefault login me password mine\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with RudeServer(answer("200 OK")) as server:
        # What reads it would find it.
        assert requests.utils.get_netrc_auth(server.url) == ("me", "mine")
        client = Client(Server(server.url), TOKEN)
        client.send(CALL)
        client.close()
    assert len(server.heads) == 1
    assert "authorization" not in server.heads[0].lower()


def test_a_call_says_who_asks_and_what_it_brings() -> None:
    call, _ = timestamped_set(1, [Reading(1, 1, 1, "v1", 1.5, 7000)], None)
    with RudeServer(answer("200 OK")) as server:
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


def test_no_call_is_made_without_time_outs(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[object] = []

    def refuse(*_: object, timeout: object, **__: object) -> None:
        given.append(timeout)
        raise requests.ConnectionError

    monkeypatch.setattr(HTTPAdapter, "send", refuse)
    for server in ("http://127.0.0.1:9", "https://fra1.blynk.cloud"):
        Client(Server(server), TOKEN).send(CALL)
    assert given == [(5.0, 15.0)] * 2


@pytest.mark.parametrize(
    ("act", "counts"),
    [
        (answer("200 OK"), (1, 1)),
        (answer("503 Unwell"), (1, 1)),
        # A request that was lost on the way may have been counted there.
        (close, (1, 1)),
        (reset, (1, 1)),
        (raw(b"220 smtp ready\r\n"), (1, 1)),
    ],
)
def test_what_may_have_reached_the_cloud_counts(act: Act, counts: tuple[int, int]) -> None:
    with RudeServer(act) as server:
        client = Client(Server(server.url), TOKEN)
        client.send(CALL)
        assert client.take_counts() == counts
        assert client.take_counts() == (0, 0)
        client.close()


@pytest.mark.parametrize(("hops", "kind"), [(3, OutcomeKind.ACCEPT), (4, OutcomeKind.PAUSE)])
def test_each_hop_counts_and_three_are_followed(hops: int, kind: OutcomeKind) -> None:
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(RudeServer(answer("200 OK")))]
        for _ in range(hops):
            moved = answer("308 Moved", b"", f"Location: {servers[-1].url}{PATH}", "Connection: close")
            servers.append(stack.enter_context(RudeServer(moved)))
        client = Client(Server(servers[-1].url), TOKEN)
        assert client.send(CALL).kind is kind
        assert client.take_counts() == (4, 4)
        client.close()


@pytest.mark.parametrize(("size", "words"), [(65536, "Wrong pin format."), (65537, '{"error":')])
def test_a_body_is_read_up_to_64_kb(size: int, words: str) -> None:
    body = b'{"error":{"message":"Wrong pin format."},"more":"'
    body += b"x" * (size - len(body) - 2) + b'"}'
    with RudeServer(answer("400 Bad", body)) as server:
        client = Client(Server(server.url), TOKEN)
        assert client.send(CALL).sentence.startswith(words)
        client.close()


def test_a_server_that_refuses_a_reading_is_remembered_and_one_that_is_unwell_is_not() -> None:
    account = Server("https://fra1.blynk.cloud")
    for kind, address in [
        (OutcomeKind.REJECT, "https://ny3.blynk.cloud"),
        (OutcomeKind.BACK_OFF, "https://fra1.blynk.cloud"),
        (OutcomeKind.ACCEPT, "https://ny3.blynk.cloud"),
        (OutcomeKind.UNKNOWN, "https://fra1.blynk.cloud"),
        (OutcomeKind.PAUSE, "https://fra1.blynk.cloud"),
    ]:
        account.answered("https://ny3.blynk.cloud", Outcome(kind))
        assert account.address == address
