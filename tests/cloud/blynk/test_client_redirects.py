"""The client follows a redirect if the token may be sent to the new server."""

from __future__ import annotations

import contextlib
import socket

import pytest

from app.cloud.blynk.calls import timestamped_set
from app.cloud.blynk.client import Client, Server
from app.cloud.destination import Outcome, OutcomeKind
from app.wire.streams import Reading
from tests.cloud.blynk.test_client import CALL, PATH, TOKEN, send
from tests.cloud.rude_server import RudeServer, answer


def test_a_redirect_is_followed_with_the_token_and_remembered() -> None:
    with RudeServer(answer("200 OK")) as there:
        moved = answer("308 Moved", b"", f"Location: {there.url}{PATH}")
        with RudeServer(moved) as here:
            account = Server(here.url)
            for _ in range(2):
                # Each thread has its own client, but a redirect of one client counts for all of them.
                client = Client(account, TOKEN)
                assert client.send(CALL).kind is OutcomeKind.ACCEPT
                client.close()
    assert len(here.requests) == 1
    assert there.requests == [f"GET {PATH} HTTP/1.1"] * 2
    assert client.take_counts() == (1, 1)
    assert account.address == there.url


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("200 OK", OutcomeKind.ACCEPT),
        ("302 Found", OutcomeKind.BACK_OFF),
        ("307 Moved", OutcomeKind.BACK_OFF),
    ],
)
def test_only_a_308_is_followed(status: str, kind: OutcomeKind) -> None:
    with contextlib.ExitStack() as stack:
        there = stack.enter_context(RudeServer(answer("200 OK")))
        moved = answer(status, b"", f"Location: {there.url}{PATH}", "Connection: close")
        here = stack.enter_context(RudeServer(moved))
        client = Client(Server(here.url), TOKEN)
        assert client.send(CALL).kind is kind
        client.close()
    assert (len(here.requests), there.requests) == (1, [])


def test_a_redirect_to_a_dead_server_is_not_remembered() -> None:
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


def test_a_redirected_set_keeps_its_body() -> None:
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


@pytest.mark.parametrize(("hops", "kind"), [(3, OutcomeKind.ACCEPT), (4, OutcomeKind.PAUSE)])
def test_each_redirect_counts_and_three_are_followed(hops: int, kind: OutcomeKind) -> None:
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(RudeServer(answer("200 OK")))]
        for _ in range(hops):
            moved = answer("308 Moved", b"", f"Location: {servers[-1].url}{PATH}", "Connection: close")
            servers.append(stack.enter_context(RudeServer(moved)))
        client = Client(Server(servers[-1].url), TOKEN)
        assert client.send(CALL).kind is kind
        assert client.take_counts() == (4, 4)
        client.close()


def test_a_server_that_rejects_a_reading_is_remembered_and_one_with_an_error_is_not() -> None:
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
