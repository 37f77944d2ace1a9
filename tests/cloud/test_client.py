"""The client tells what became of a call, whatever the server does, and never says the token."""

from __future__ import annotations

import logging
import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest

from app.cloud.calls import update
from app.cloud.client import MAX_BODY_BYTES, MAX_HOPS, Client, Server
from app.cloud.outcomes import Outcome, OutcomeKind
from app.wire.streams import Reading
from tests.cloud.rude_server import Act, RudeServer, answer, close, endless, reset

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
    for told in (outcome.sentence, caplog.text):
        assert "very-secret" not in told
    return outcome


def test_a_call_arrives_as_it_is_spelled(caplog: pytest.LogCaptureFixture) -> None:
    with RudeServer(answer("200 OK")) as server:
        assert send(server.url, caplog).kind is OutcomeKind.ACCEPT
    assert server.requests == [f"GET {PATH} HTTP/1.1"]


@pytest.mark.parametrize(
    ("act", "kind", "word"),
    [
        (answer("200 OK", b"<html>login</html>"), OutcomeKind.BACK_OFF, "not Blynk"),
        (answer("400 Bad", b'{"error":{"message":"Invalid token."}}'), OutcomeKind.PAUSE, "Invalid token"),
        (answer("400 Bad", b'{"error":{"message":"Wrong pin format."}}'), OutcomeKind.REJECT, "Wrong pin"),
        (answer("404 None", b"nothing here"), OutcomeKind.UNKNOWN, "nothing here"),
        (answer("429 Slow", b"", "Retry-After: 9"), OutcomeKind.BACK_OFF, "slower"),
        (answer("503 Busy"), OutcomeKind.BACK_OFF, "503"),
        (answer("308 Moved", b"", "Location: https://evil.example/"), OutcomeKind.PAUSE, "region"),
        (close, OutcomeKind.BACK_OFF, "broke off"),
        (reset, OutcomeKind.BACK_OFF, "broke off"),
        (answer("200 OK", b"short", length=5000), OutcomeKind.BACK_OFF, "broke off"),
        (lambda peer: peer.sendall(b"220 smtp ready\r\n"), OutcomeKind.BACK_OFF, "broke off"),
    ],
)
def test_each_answer_has_its_outcome(
    act: Act, kind: OutcomeKind, word: str, caplog: pytest.LogCaptureFixture
) -> None:
    with RudeServer(act) as server:
        outcome = send(server.url, caplog)
    assert outcome.kind is kind
    assert word in outcome.sentence


def test_a_body_without_end_is_not_read_to_its_end(caplog: pytest.LogCaptureFixture) -> None:
    with RudeServer(endless) as server:
        outcome = send(server.url, caplog)
    assert outcome.kind is OutcomeKind.BACK_OFF
    assert "not Blynk" in outcome.sentence
    assert MAX_BODY_BYTES < 1 << 20


def test_a_silent_server_is_given_up(caplog: pytest.LogCaptureFixture) -> None:
    enough = threading.Event()
    with RudeServer(lambda _peer: enough.wait(10) and None) as server:
        outcome = send(server.url, caplog, read_timeout_s=0.05)
        enough.set()
    assert outcome.kind is OutcomeKind.BACK_OFF
    assert "in time" in outcome.sentence


def test_no_server_and_no_name(caplog: pytest.LogCaptureFixture) -> None:
    with RudeServer(close) as server:
        pass
    outcome = send(server.url, caplog)
    assert outcome.kind is OutcomeKind.BACK_OFF
    assert "refuses the connection" in outcome.sentence


def test_a_redirect_is_followed_with_the_token_and_remembered(caplog: pytest.LogCaptureFixture) -> None:
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


def test_a_redirect_that_leads_nowhere_is_not_remembered(caplog: pytest.LogCaptureFixture) -> None:
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
    assert len(circle.requests) == MAX_HOPS + 1


def test_an_untrusted_certificate_is_told_and_gets_no_token(
    caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    with RudeServer(answer("200 OK"), tls=self_signed(tmp_path)) as server:
        outcome = send(server.url, caplog)
    assert outcome.kind is OutcomeKind.BACK_OFF
    assert "certificate of 127.0.0.1 is not trusted" in outcome.sentence
    assert server.requests == []


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


def test_no_proxy_and_no_netrc_for_this_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)

    def proxies(server: str) -> dict[str, str]:
        return Client(Server(server), TOKEN)._proxies

    assert proxies("http://127.0.0.1:8080") == {}
    assert proxies("http://192.168.1.5") == {}
    assert proxies("https://fra1.blynk.cloud")["https"] == "http://127.0.0.1:9"
