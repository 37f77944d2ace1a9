"""An answer's text is stored as a reason, so a token that the cloud or a proxy repeats in it is redacted."""

from __future__ import annotations

import json

import pytest

from app.cloud.blynk.calls import is_connected
from app.cloud.blynk.client import Client
from app.cloud.blynk.server import Server
from app.security import redaction
from tests.cloud.rude_server import RudeServer, answer

TOKEN = "sec/ret+token-0123456789"


@pytest.mark.parametrize("spelt", [TOKEN, "sec%2Fret%2Btoken-0123456789"])
def test_a_token_in_the_cloud_s_words_is_redacted(spelt: str) -> None:
    redaction.learn([TOKEN])
    words = f"No datastream setup for that pin. /update?token={spelt}"
    body = json.dumps({"error": {"message": words}}).encode()
    with RudeServer(answer("400 Bad Request", body)) as server:
        client = Client(Server(server.url), TOKEN)
        outcome = client.send(is_connected())
        client.close()
    assert str(outcome.message) == words.replace(spelt, redaction.REDACTED)
