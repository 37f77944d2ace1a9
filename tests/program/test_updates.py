"""The check for a newer version results in one message, whatever the server answers."""

from __future__ import annotations

import json
import socket
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from app import __version__
from app.messages.message import Message
from app.program.updates import LATEST_RELEASE, RELEASES_PAGE, ask, judge
from tests.cloud.certificate import self_signed
from tests.cloud.rude_server import Act, RudeServer, answer, close, endless, raw, reset

NOT_READ = Message("update_answer_unreadable", page=RELEASES_PAGE)
UNREACHABLE = Message("update_page_unreachable")


def _release(tag: object) -> bytes:
    return json.dumps({"tag_name": tag, "html_url": "https://elsewhere.example/"}).encode()


@pytest.mark.parametrize(
    ("tag", "current", "start"),
    [
        ("v0.2.0", "0.1.0", "Version 0.2.0 is out; you have 0.1.0"),
        ("0.10.0", "0.9.9", "Version 0.10.0 is out"),
        ("v0.1.0", "0.1.0", "You have version 0.1.0"),
        ("v0.1.0", "0.2.0", "You have version 0.2.0"),
        ("nightly", "0.1.0", "The releases page gave an unreadable answer"),
        ("v1.2.3; run this", "0.1.0", "The releases page gave an unreadable answer"),
        (7, "0.1.0", "The releases page gave an unreadable answer"),
        ("v0.2.0", "0.2.0.dev1", "The releases page gave an unreadable answer"),
    ],
)
def test_versions_are_compared_as_numbers(tag: object, current: str, start: str) -> None:
    assert str(judge(200, _release(tag), current)).startswith(start)


@pytest.mark.parametrize("body", [b'{"tag_name": "\xff"}', b'{"x":' + b"[" * 100_000])
def test_an_invalid_or_deeply_nested_answer_is_unreadable(body: bytes) -> None:
    assert judge(200, body) == NOT_READ


def test_another_status_is_reported() -> None:
    assert "HTTP 404" in str(judge(404, _release("v9.9.9"), "0.1.0"))


@given(body=st.binary(max_size=200), status=st.integers(100, 599))
def test_any_answer_is_one_sentence_with_no_address_but_ours(body: bytes, status: int) -> None:
    said = str(judge(status, body, "0.1.0"))
    assert "\n" not in said
    assert said.replace(RELEASES_PAGE, "").count("://") == 0


def test_the_addresses_are_the_projects_and_https() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["urls"]["Releases"] == RELEASES_PAGE
    assert LATEST_RELEASE.startswith("https://")


@contextmanager
def _server(status: int, body: bytes, seen: list[dict[str, str]]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(dict(self.headers))
            self.send_response(status)
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Do not log requests."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/latest"
        finally:
            server.shutdown()
            thread.join()


def test_there_is_one_request_that_reveals_only_the_version() -> None:
    seen: list[dict[str, str]] = []
    with _server(200, _release("v0.2.0"), seen) as address:
        assert str(ask(address, "0.1.0")).startswith("Version 0.2.0 is out")
    assert len(seen) == 1
    assert seen[0]["User-Agent"] == "pinbridge/0.1.0"
    assert not {"Authorization", "Cookie"} & seen[0].keys()


def test_a_redirect_is_not_followed() -> None:
    with _server(302, b"", []) as address:
        assert "HTTP 302" in str(ask(address, "0.1.0"))


def test_an_unreachable_page_is_reported() -> None:
    with _server(200, b"", []) as address:
        pass
    assert ask(address) == UNREACHABLE


def test_a_socks_proxy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "socks5://127.0.0.1:1080")
    assert ask("https://example.org") == Message("proxy_is_socks", proxy="socks5://127.0.0.1:1080")


def test_a_page_without_end_is_not_read_to_its_end() -> None:
    with RudeServer(endless) as server:
        assert ask(server.url, "0.1.0") == NOT_READ


def test_a_million_bytes_are_read_and_no_more() -> None:
    """A longer answer is cut off after a million bytes; it is then not valid JSON, so it has no version."""
    page = _release("v9.9.9")
    for size, said in ((1_000_000, "Version 9.9.9 is out"), (1_000_001, str(NOT_READ))):
        body = page[:-1] + b" " * (size - len(page)) + page[-1:]
        with RudeServer(answer("200 OK", body)) as server:
            assert str(ask(server.url, "0.1.0")).startswith(said)


def test_an_empty_answer_is_unreadable() -> None:
    with RudeServer(answer("200 OK")) as server:
        assert ask(server.url, "0.1.0") == NOT_READ


@pytest.mark.parametrize("act", [close, reset, raw(b"no HTTP\r\n\r\n")])
def test_a_broken_connection_is_reported_as_unreachable(act: Act) -> None:
    with RudeServer(act) as server:
        assert ask(server.url) == UNREACHABLE


def test_a_page_that_does_not_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.program.updates._TIMEOUT_S", 0.05)
    enough = threading.Event()
    gave_up: list[None] = []

    def says_nothing(_peer: socket.socket) -> None:
        if not enough.wait(60):
            gave_up.append(None)

    with RudeServer(says_nothing) as server:
        assert ask(server.url) == UNREACHABLE
        assert not gave_up, "the server has ended it"
        enough.set()


def test_by_default_the_latest_release_is_asked_for_with_a_time_out_of_ten_seconds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[object, object, dict[str, object]]] = []

    class Asking(requests.Session):
        def get(self, url: str | bytes, **options: object) -> requests.Response:
            asked.append((url, self.headers["User-Agent"], options))
            raise requests.ConnectTimeout

    monkeypatch.setattr("app.program.updates.anonymous_session", lambda _: Asking())
    assert ask() == UNREACHABLE
    options = {"timeout": 10.0, "stream": True, "allow_redirects": False}
    assert asked == [(LATEST_RELEASE, f"pinbridge/{__version__}", options)]


def test_an_untrusted_certificate_is_reported(tmp_path: Path) -> None:
    with RudeServer(answer("200 OK", _release("v9.9.9")), tls=self_signed(tmp_path)) as server:
        said = ask(server.url)
    assert said == Message("update_certificate_untrusted")
