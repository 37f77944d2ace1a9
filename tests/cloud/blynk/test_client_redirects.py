"""The client follows a redirect if the token may be sent to the new server."""

from __future__ import annotations

import contextlib
import socket

import pytest

from app.cloud.blynk.calls import timestamped_set
from app.cloud.blynk.client import Client
from app.cloud.blynk.server import Server
from app.cloud.destination import OutcomeKind
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


def test_a_redirect_to_another_path_is_followed() -> None:
    slash = answer("308 Moved", b"", "Location: /external/api/update/?token=x&v1=7", "Connection: close")
    with RudeServer(slash, answer("200 OK")) as server:
        client = Client(Server(server.url), TOKEN)
        assert client.send(CALL).kind is OutcomeKind.ACCEPT
        client.close()
    assert server.requests == [f"GET {PATH} HTTP/1.1", f"GET {PATH.replace('?', '/?')} HTTP/1.1"]


def test_a_region_that_no_longer_knows_the_token_is_forgotten_in_the_same_call() -> None:
    invalid = answer("400 Bad", b'{"error":{"message":"Invalid token."}}', "Connection: close")
    remembered: list[str] = []
    taken = answer("200 OK", b"", "Connection: close")
    with RudeServer(invalid) as region, RudeServer(taken) as given:
        account = Server(given.url, region.url, remembered.append)
        client = Client(account, TOKEN)
        assert client.send(CALL).kind is OutcomeKind.ACCEPT
        assert client.send(CALL).kind is OutcomeKind.ACCEPT
        assert client.take_counts() == (3, 3)
        client.close()
    assert (len(region.requests), len(given.requests)) == (1, 1 + 1)
    assert remembered == [""]


def test_a_region_that_is_gone_is_forgotten_in_the_same_call() -> None:
    with RudeServer(answer("200 OK")) as gone:
        pass
    with RudeServer(answer("200 OK")) as given:
        client = Client(Server(given.url, gone.url), TOKEN)
        assert client.send(CALL).kind is OutcomeKind.ACCEPT
        assert client.take_counts() == (2, 1)
        client.close()


def test_the_server_of_the_bench_file_is_not_asked_twice_about_a_wrong_token() -> None:
    invalid = answer("400 Bad", b'{"error":{"message":"Invalid token."}}', "Connection: close")
    with RudeServer(invalid) as region:
        moved = answer("308 Moved", b"", f"Location: {region.url}/", "Connection: close")
        with RudeServer(moved) as given:
            client = Client(Server(given.url), TOKEN)
            assert client.send(CALL).kind is OutcomeKind.PAUSE
            client.close()
    assert (len(given.requests), len(region.requests)) == (1, 1)


def test_a_region_that_has_trouble_is_kept_for_the_next_start() -> None:
    remembered: list[str] = []
    down = answer("503 Down", b"", "Connection: close")
    with RudeServer(down) as region, RudeServer(answer("200 OK")) as given:
        account = Server(given.url, region.url, remembered.append)
        client = Client(account, TOKEN)
        assert client.send(CALL).kind is OutcomeKind.BACK_OFF
        client.close()
        assert (len(region.requests), len(given.requests)) == (1, 0)
        # The next call asks the server of the bench file, which may name another region.
        assert account.address == given.url
    assert remembered == []
