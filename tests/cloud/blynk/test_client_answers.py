"""Answers of servers and proxies that add something: interim answers, compressed bodies, dates."""

from __future__ import annotations

import gzip
import time
import zlib
from email.utils import formatdate

import pytest

from app.cloud.blynk.client import Client
from app.cloud.blynk.server import Server
from app.cloud.destination import Outcome, OutcomeKind
from app.security import redaction
from tests.cloud.blynk.test_client import CALL, TOKEN
from tests.cloud.rude_server import Act, RudeServer, answer, raw

REFUSAL = b'{"error":{"message":"Wrong pin format."}}'
HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n"


def sent(*acts: Act) -> tuple[Outcome, Server]:
    with RudeServer(*acts) as server:
        account = Server(server.url)
        client = Client(account, TOKEN)
        outcome = client.send(CALL)
        client.close()
    return outcome, account


@pytest.mark.parametrize(
    "before",
    [
        HINTS,
        HINTS * 3,
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 102 Processing\r\n\r\n" + HINTS + b"HTTP/1.1 100 Continue\r\nA: b\r\n\r\n",
        b"HTTP/1.1 199 Odd\r\n\r\n" * 20,
    ],
)
def test_interim_answers_are_passed_over(before: bytes) -> None:
    body = b"Content-Length: %d\r\n\r\n%s" % (len(REFUSAL), REFUSAL)
    outcome, _ = sent(raw(before + b"HTTP/1.1 400 Bad Request\r\n" + body))
    assert (outcome.kind, outcome.status) == (OutcomeKind.REJECT, 400)
    outcome, _ = sent(raw(before + b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
    assert outcome.kind is OutcomeKind.ACCEPT


def test_a_connection_is_used_again_after_an_interim_answer() -> None:
    ok = HINTS + b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    with RudeServer(raw(ok, lambda peer: raw(ok)(peer) if peer.recv(65536) else None)) as server:
        client = Client(Server(server.url), TOKEN)
        assert [client.send(CALL).kind for _ in range(2)] == [OutcomeKind.ACCEPT] * 2
        client.close()
    assert len(server.requests) == 1


def test_interim_answers_without_end_are_no_answer() -> None:
    outcome, _ = sent(raw(HINTS * 21 + b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
    assert outcome.kind is OutcomeKind.BACK_OFF
    assert "broke off" in str(outcome.message)


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(REFUSAL, mtime=0)),
        ("deflate", zlib.compress(REFUSAL)),
        ("deflate", zlib.compress(REFUSAL)[2:-4]),
    ],
)
def test_a_compressed_body_is_read(coding: str, body: bytes) -> None:
    outcome, _ = sent(answer("400 Bad Request", body, f"Content-Encoding: {coding}"))
    assert (outcome.kind, str(outcome.message)) == (OutcomeKind.REJECT, "Wrong pin format.")


def test_a_compressed_body_that_came_in_chunks_is_read() -> None:
    body = gzip.compress(b"OK", mtime=0)
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in body) + b"0\r\n\r\n"
    assert sent(raw(head + chunks))[0].kind is OutcomeKind.ACCEPT


def test_a_compressed_page_is_not_taken_for_the_cloud() -> None:
    page = gzip.compress(b"<html>" + b"x" * 50_000_000, mtime=0)
    outcome, _ = sent(answer("200 OK", page, "Content-Encoding: gzip"))
    assert outcome.kind is OutcomeKind.BACK_OFF
    assert "a web page" in str(outcome.message)


def test_a_token_in_a_compressed_body_is_not_shown() -> None:
    redaction.learn([TOKEN])
    body = gzip.compress(f"no such page: /update?token={TOKEN}".encode(), mtime=0)
    outcome, _ = sent(answer("404 Not Found", body, "Content-Encoding: gzip"))
    assert str(outcome.message) == "HTTP 404: no such page: /update?token=[token]"


@pytest.mark.parametrize(
    ("status", "body", "is_told"),
    [
        ("200 OK", b"", True),
        ("400 Bad Request", REFUSAL, True),
        ("400 Bad Request", b'{"error":{"message":"Invalid token."}}', True),
        ("404 Not Found", b"", True),
        # These may come from something in front of the cloud.
        ("502 Bad Gateway", b"", False),
        ("302 Found", b"", False),
        ("308 Moved", b"", False),
        ("200 OK", b"<html>login</html>", False),
    ],
)
def test_the_clock_is_compared_with_that_of_the_cloud(status: str, body: bytes, is_told: bool) -> None:
    date = f"Date: {formatdate(time.time() + 1800.0, usegmt=True)}"
    warning = sent(answer(status, body, date))[1].clock_warning()
    if is_told:
        assert str(warning).startswith("This computer's clock is 30 min behind that of 127.0.0.1: set the ")
    else:
        assert warning is None


def test_a_clock_that_is_right_is_not_reported() -> None:
    assert sent(answer("200 OK", b"", f"Date: {formatdate(usegmt=True)}"))[1].clock_warning() is None
    assert sent(answer("200 OK"))[1].clock_warning() is None
