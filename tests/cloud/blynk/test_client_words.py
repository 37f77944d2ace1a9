"""An answer's text is stored as a reason, so a token that the cloud or a proxy repeats in it is redacted.

A token may be as short as a word, or a letter, of an answer. Then the answer still means what it means.
"""

from __future__ import annotations

import json

import pytest

from app.cloud.blynk import acceptance
from app.cloud.blynk.calls import is_connected
from app.cloud.blynk.client import Client
from app.cloud.blynk.server import Server
from app.cloud.destination import Outcome
from app.security import redaction
from tests.cloud.rude_server import RudeServer, answer

TOKEN = "sec/ret+token-0123456789"


@pytest.mark.parametrize("spelt", [TOKEN, "sec%2Fret%2Btoken-0123456789"])
def test_a_token_in_the_cloud_s_words_is_redacted(spelt: str) -> None:
    redaction.learn([TOKEN])
    words = f"No datastream setup for that pin. /update?token={spelt}"
    body = json.dumps({"error": {"message": words}}).encode()
    outcome = sent(TOKEN, "400 Bad Request", body)
    assert str(outcome.message) == words.replace(spelt, redaction.REDACTED)


def sent(token: str, status: str, body: bytes) -> Outcome:
    with RudeServer(answer(status, body)) as server:
        client = Client(Server(server.url), token)
        outcome = client.send(is_connected())
        client.close()
    return outcome


def error(words: str) -> bytes:
    return json.dumps({"error": {"message": words}}).encode()


ANSWERS = {
    ("400 Bad Request", error("Invalid token.")): "cloud_invalid_token",
    ("400 Bad Request", error("Wrong pin format.")): "refused_wrong_pin",
    ("400 Bad Request", error("No datastream setup for that pin")): "refused_pin_without_datastream",
    ("400 Bad Request", error("Too much data in batch")): "cloud_answer",
    ("400 Bad Request", error("Your quota is used up")): "cloud_quota_used_up",
    ("400 Bad Request", b"Too many messages: limit reached"): "cloud_answer",
    ("403 Forbidden", b"<html>Access to a token denied: limit</html>"): "cloud_answer_page",
    ("500 Oh", b"rate limit"): "cloud_server_error",
    ("200 OK", b'{"error":"Invalid token."}'): "cloud_invalid_token",
    ("200 OK", b"OK"): "call_accepted",
    ("200 OK", b"<html>log in</html>"): "not_blynk_page",
}


@pytest.mark.parametrize("token", ["a", "e", "o", "t", "[", '"', "<", "OK", "token", "quota", "limit", "pin"])
@pytest.mark.parametrize(("status", "body"), ANSWERS)
def test_a_short_token_does_not_change_what_an_answer_means(token: str, status: str, body: bytes) -> None:
    usual = sent(TOKEN, status, body)
    redaction.learn([token])
    outcome = sent(token, status, body)
    assert outcome._replace(message=usual.message) == usual
    assert outcome.message.code == usual.message.code == ANSWERS[status, body]
    words = str(outcome.message.params.get("words", ""))
    assert not [part for part in words.split(redaction.REDACTED) if token in part]


@pytest.mark.parametrize("token", ["t", "true", "token", "alid"])
def test_test_it_understands_the_answer_about_a_short_token(token: str) -> None:
    redaction.learn([token])
    with RudeServer(answer("200 OK", b"true"), answer("400 Bad Request", error("Invalid token."))) as server:
        assert acceptance.ask(server.url, token).accepted
        assert acceptance.ask(server.url, token).message.code == "token_unknown"


@pytest.mark.parametrize("size", range(180, 220, 3))
def test_no_part_of_a_token_is_left_where_the_words_are_cut(size: int) -> None:
    redaction.learn([TOKEN])
    for body in (
        error("x" * size + TOKEN),
        b"x" * size + TOKEN.encode(),
        b" " * 600 + b"x" * size + TOKEN.encode(),
    ):
        assert TOKEN[:1] not in str(sent(TOKEN, "400 Bad Request", body).message.params["words"])
    for page in ("<html>" + "x" * (size - 140) + TOKEN, "<html>" + "&#115;" + TOKEN[1:]):
        words = str(sent(TOKEN, "403 Forbidden", page.encode()).message.params["words"])
        assert "s" not in words.replace("[token]", "")
