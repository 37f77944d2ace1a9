"""Outcomes: what an answer of the cloud means for the readings that were sent.

Invariants: each answer means that the readings of its call are accepted, rejected, or kept to be sent again.
They are rejected only if the text of the answer says that a value, pin or datastream is wrong. They are kept
after an answer that Blynk does not document. Source: Blynk's HTTPS device API. Pure: no I/O, no clock.
"""

from __future__ import annotations

import email.utils
import re
from collections.abc import Mapping
from datetime import UTC
from typing import NamedTuple

import msgspec

from app.cloud.destination import Outcome, OutcomeKind
from app.messages.message import Message

_REJECTIONS = {
    "wrong pin format": "refused_wrong_pin",
    "wrong datastreamid format": "refused_wrong_datastream_id",
    "value doesn't match the datastream data type": "refused_wrong_type",
    "no datastream setup for that pin": "refused_pin_without_datastream",
    "requested datastream doesn't exist in the product": "refused_unknown_datastream",
    "can't find event with this code in product template": "refused_unknown_event",
    "event code is not provided": "refused_event_without_code",
}
"""Blynk's texts for a reading that it does not accept, each with the code of our message."""
_TOO_LARGE = "too much data in batch"
_TRY_AGAIN = {408: "cloud_asks_again", 425: "cloud_asks_again", 429: "cloud_asks_slower"}
"""Statuses below 500 that ask to try again later, each with the code of our message."""
_MAX_RETRY_AFTER_S = 86400.0
_MAX_OK_CHARACTERS = 256
"""Blynk accepts a call with an empty body or `OK`; a text longer than this does not come from Blynk."""
_QUOTA = re.compile(r"quota|limit|exceeded|too many", re.IGNORECASE)
_REASON_CHARACTERS = 200


class Answer(NamedTuple):
    """An HTTP answer: its status, its headers by lower-case name, and the first part of its body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class _Error(msgspec.Struct):
    message: str


class _ErrorBody(msgspec.Struct):
    error: _Error


def outcome_of(answer: Answer, now_s: float) -> Outcome:
    """The outcome that `answer` means. `now_s` is Unix time, needed if `Retry-After` is a date."""
    return _meaning(answer, now_s)._replace(status=answer.status)


def _meaning(answer: Answer, now_s: float) -> Outcome:
    status = answer.status
    if status == 200:
        return _ok(answer)
    words = words_of(answer.body)
    plain = words.lower().replace("’", "'")
    if status == 400 and "invalid token" in plain:
        return Outcome(OutcomeKind.PAUSE, Message("cloud_invalid_token"))
    refusals = [code for known, code in _REJECTIONS.items() if known in plain]
    if status == 400 and refusals:
        return Outcome(OutcomeKind.REJECT, Message(refusals[0], words=words))
    if status == 413 or (status == 400 and _TOO_LARGE in plain):
        return Outcome(OutcomeKind.TOO_LARGE, _quoted(status, words, "cloud_call_too_large"))
    if status in _TRY_AGAIN or status >= 500:
        wait_s = _retry_after_s(answer.headers.get("retry-after", ""), now_s)
        code = _TRY_AGAIN.get(status, "cloud_server_error")
        return Outcome(OutcomeKind.BACK_OFF, Message(code, status=status), wait_s)
    if status == 308:
        return Outcome(OutcomeKind.PAUSE, Message("cloud_points_elsewhere"))
    if 300 <= status < 400:
        return Outcome(OutcomeKind.BACK_OFF, Message("not_blynk_redirect", status=status))
    if status in (402, 403) and _QUOTA.search(words):
        return Outcome(OutcomeKind.PAUSE, Message("cloud_quota_used_up", words=words.rstrip(".")))
    return Outcome(OutcomeKind.UNKNOWN, _quoted(status, words, "cloud_answer_empty"))


def _quoted(status: int, words: str, without_words: str) -> Message:
    """A message that quotes the status and the text `words` of an answer.

    If `words` is empty, the message code is the argument `without_words`, and only the status is quoted. A
    full stop at the end of `words` is left out, because the message may become a part of a longer sentence.
    """
    if not words:
        return Message(without_words, status=status)
    return Message("cloud_answer", status=status, words=words.rstrip("."))


def words_of(body: bytes) -> str:
    """The text of an error: the message in Blynk's JSON, or the beginning of any other body."""
    try:
        words = msgspec.json.decode(body, type=_ErrorBody).error.message
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        words = body[: 4 * _REASON_CHARACTERS].decode(errors="replace")
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", words).split())[:_REASON_CHARACTERS]


def _ok(answer: Answer) -> Outcome:
    if "html" in answer.headers.get("content-type", "").lower() or answer.body.lstrip()[:1] == b"<":
        return Outcome(OutcomeKind.BACK_OFF, Message("not_blynk_page"))
    if len(answer.body) > _MAX_OK_CHARACTERS:
        return Outcome(OutcomeKind.BACK_OFF, Message("not_blynk_text"))
    return Outcome(OutcomeKind.ACCEPT)


def _retry_after_s(header: str, now_s: float) -> float:
    """The wait, in seconds, that a `Retry-After` header asks for; 0 if the header is empty or invalid.

    The header contains a number of seconds or an HTTP date. The wait is limited to `_MAX_RETRY_AFTER_S`.
    Source: RFC 9110 section 10.2.3.
    """
    if re.fullmatch(r"[0-9]{1,9}", header.strip()):
        return min(float(header), _MAX_RETRY_AFTER_S)
    try:
        wait_s = unix_s(header) - now_s
    except ValueError:
        return 0.0
    return min(max(0.0, wait_s), _MAX_RETRY_AFTER_S)


def unix_s(date: str) -> float:
    """The Unix time of an HTTP date (RFC 9110 section 5.6.7). Raises ValueError if `date` is not valid."""
    try:
        at = email.utils.parsedate_to_datetime(date)
    except OverflowError as error:
        raise ValueError(date) from error
    # The oldest of the three date formats has no time zone; all of them are in UTC.
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
