"""Certificates are always checked against the system's authorities; sessions send no stored credentials."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import requests
import truststore

from app.security.trust import SystemTrust, anonymous_session
from tests.cloud.certificate import self_signed
from tests.cloud.rude_server import RudeServer, answer


@pytest.fixture(autouse=True)
def _no_proxy_is_excepted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set a proxy for all addresses, so that only the program itself can decide not to use it."""
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")


@pytest.mark.parametrize("asked_for", [True, False, "server.pem"])
def test_a_certificate_that_the_system_does_not_trust_is_refused_whatever_is_asked_for(
    asked_for: bool | str, tmp_path: Path
) -> None:
    """Even `server.pem`, a list of authorities that contains the certificate, does not make it trusted."""
    context = self_signed(tmp_path)
    verify = str(tmp_path / asked_for) if isinstance(asked_for, str) else asked_for
    with RudeServer(answer("200 OK"), tls=context) as server:
        with anonymous_session(server.url) as session, pytest.raises(requests.exceptions.SSLError):
            session.get(server.url, timeout=60, verify=verify)
        assert server.requests == []


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system's list cannot be chosen for a test")
def test_a_certificate_that_only_the_system_trusts_is_accepted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
    with RudeServer(answer("200 OK"), tls=context) as server, anonymous_session(server.url) as session:
        assert session.get(server.url, timeout=60).status_code == 200


def test_a_connection_through_a_proxy_is_checked_against_the_same_list() -> None:
    adapter = SystemTrust()
    straight, through = adapter.poolmanager, adapter.proxy_manager_for("http://127.0.0.1:9")
    context = through.connection_pool_kw["ssl_context"]
    assert isinstance(context, truststore.SSLContext)
    assert context is straight.connection_pool_kw["ssl_context"]


def test_one_connection_is_kept_for_each_session() -> None:
    kept = vars(SystemTrust())
    assert (kept["_pool_connections"], kept["_pool_maxsize"]) == (1, 1)


@pytest.mark.parametrize(
    ("address", "is_far"),
    [
        ("http://127.0.0.1:8080", False),
        ("http://localhost", False),
        ("https://192.168.1.5", False),
        ("https://fra1.blynk.cloud", True),
        ("http://example.org", True),
    ],
)
def test_a_proxy_is_used_for_public_addresses_only(address: str, is_far: bool) -> None:
    with anonymous_session(address) as session:
        proxies = {kind: session.proxies.get(kind) for kind in ("http", "https")}
    assert proxies == dict.fromkeys(("http", "https"), "http://127.0.0.1:9" if is_far else None)


def test_the_user_s_netrc_is_not_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login me password mine\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with RudeServer(answer("200 OK")) as server, anonymous_session(server.url) as session:
        assert requests.utils.get_netrc_auth(server.url) == ("me", "mine")
        assert session.get(server.url, timeout=60).status_code == 200
    assert "authorization" not in server.heads[0].lower()


@pytest.mark.parametrize("location", [b"http://x/\xff", b"http://[x", b"http://\x1b[31m@/", b"/"])
def test_no_redirect_is_followed_wherever_it_leads(location: bytes) -> None:
    head = b"HTTP/1.1 308 Permanent Redirect\r\nContent-Length: 0\r\nLocation: " + location + b"\r\n\r\n"
    for follow in (False, True):
        with RudeServer(lambda peer: peer.sendall(head)) as server, anonymous_session(server.url) as session:
            assert session.get(server.url, timeout=60, allow_redirects=follow).status_code == 308
        assert len(server.heads) == 1
