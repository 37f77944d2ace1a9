"""Asks a server whether it accepts an auth token, with a call that changes nothing in the cloud.

Invariants: the token goes only to the server, to where this may redirect it (see `redirects`), and, if the
server is one of Blynk's, to Blynk's other servers; nothing that this module returns contains the token; the
question ends after `_MOST_S` and one more call. Each call is one message of the account's plan.
"""

from __future__ import annotations

import re
import time
from typing import NamedTuple

from app.cloud.blynk.calls import is_connected
from app.cloud.blynk.client import Client
from app.cloud.blynk.outcomes import Answer, outcome_of, words_of
from app.cloud.blynk.server import Server
from app.cloud.destination import Outcome, OutcomeKind
from app.config.addresses import (
    BLYNK,
    BLYNK_REGIONS,
    is_blynk,
    is_clear_text,
    is_loopback,
    is_private,
    server_identity,
)
from app.messages.message import Message

_MOST_S = 20.0
"""After this time, no further server is asked."""
_CALL_S = 10.0
"""How long one call may take."""
_ANSWERS = {"not_blynk_page": "answer_page", "not_blynk_text": "answer_text"}
"""What a server answered, by the code of the message about it."""
_YES_OR_NO = re.compile(rb"\b(true|false)\b", re.IGNORECASE)


class Acceptance(NamedTuple):
    """What a server has answered about a token."""

    accepted: bool
    """Whether readings would arrive with this server and token."""
    message: Message
    server: str = ""
    """Another server, which accepts the token and is to be chosen instead; empty if none is known."""


def ask(server: str, token: str) -> Acceptance:
    """Ask `server` whether it accepts `token`.

    If it is one of Blynk's servers and does not know the token, the others are asked too: each account has
    its devices in one region, and `Invalid token.` may mean a wrong region. Source: Blynk's HTTPS device API.
    """
    ends_s = time.monotonic() + _MOST_S
    outcome, there = _asked(server, token)
    if outcome.kind is OutcomeKind.ACCEPT:
        if server_identity(there) == server_identity(server) or server_identity(server) == BLYNK:
            return Acceptance(True, Message("token_accepted", server=server))
        return Acceptance(True, Message("token_redirected", server=server, there=there), there)
    if outcome.message.code != "cloud_invalid_token":
        return Acceptance(False, _sentence(outcome, server))
    if not is_blynk(server):
        return Acceptance(False, Message("token_unknown", server=server))
    left = [other for other in (BLYNK, *BLYNK_REGIONS) if other != server_identity(server)]
    for other in left.copy():
        if time.monotonic() < ends_s:
            outcome, there = _asked(other, token)
            if outcome.kind is OutcomeKind.ACCEPT:
                return Acceptance(False, Message("token_elsewhere", server=server, there=there), there)
            if outcome.message.code == "cloud_invalid_token":
                left.remove(other)
    return Acceptance(
        False, Message("token_unknown_so_far", server=server) if left else Message("token_unknown_to_blynk")
    )


def _asked(server: str, token: str) -> tuple[Outcome, str]:
    """What the call means for `token`, and the server that answered it after all redirects."""
    asked = Server(server)
    client = Client(asked, token, call_timeout_s=_CALL_S, meaning=_meaning)
    try:
        return client.send(is_connected()), asked.address
    finally:
        client.close()


def _meaning(answer: Answer, now_s: float) -> Outcome:
    """What `answer` means. A server that answers neither `true` nor `false` is not Blynk's."""
    outcome = outcome_of(answer, now_s)
    if outcome.kind is not OutcomeKind.ACCEPT or _YES_OR_NO.search(answer.body):
        return outcome
    words = words_of(answer.body)
    said = Message("cloud_answer", status=answer.status, words=words.rstrip("."))
    empty = Message("cloud_answer_empty", status=answer.status)
    return outcome._replace(kind=OutcomeKind.UNKNOWN, message=said if words else empty)


def _sentence(outcome: Outcome, server: str) -> Message:
    """The sentence about an answer that neither accepts nor rejects the token."""
    if outcome.kind in (OutcomeKind.UNKNOWN, OutcomeKind.REJECT, OutcomeKind.TOO_LARGE):
        return Message("not_like_blynk", server=server, answer=outcome.message)
    code, is_near = outcome.message.code, is_loopback(server) or is_private(server)
    if code == "cloud_points_elsewhere" and not is_blynk(server):
        return Message("server_redirects", server=server)
    if code == "cloud_connection_lost" and is_clear_text(server):
        return Message("server_broke_off", server=server)
    # Between this computer and a local cloud, no network asks for a login.
    if code == "not_blynk_redirect" and is_near:
        return Message("server_redirects", server=server)
    if code in _ANSWERS and is_near:
        return Message("not_like_blynk", server=server, answer=Message(_ANSWERS[code]))
    return outcome.sentence
