"""Outcomes: what an answer of the cloud means for the readings that were sent.

Invariants: each answer means that the readings of its call are accepted, rejected, or kept to be sent again.
They are rejected only if the text of the answer says that a value, pin or datastream is wrong. They are kept
after an answer that Blynk does not document. Blynk's documented texts are looked for first; then words about
a limit, which never reject. A web page is not Blynk's, so its text rejects nothing. An answer is judged as it
came, because a token may be as short as a word of Blynk's; the words that a message quotes are redacted, and
only then cut. An error page may repeat the requested address, which contains the token.
Source: Blynk's HTTPS device API. Pure: no I/O, no clock.
"""

from __future__ import annotations

import email.utils
import html
import re
from collections.abc import Mapping
from datetime import UTC
from typing import NamedTuple

import msgspec

from app.cloud.destination import Outcome, OutcomeKind
from app.messages.message import Message
from app.security.redaction import redact

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
_LIMIT = re.compile(
    r"quota|(?<!de)(?<!un)limit|too[\s_-]*(many|much|fast|quick|rapid|soon|frequent|often)|exceed|flood"
    r"|slow[\s_-]*(it[\s_-]*)?(down|er)|throttl|\brates?\b|overload|\breached\b|exhausted|used[\s_-]*up"
    r"|(try[\s_-]*again|retry)[\s_-]*(later|after|in\b)",
    re.IGNORECASE,
)
"""Words about a limit. Blynk does not document what its limits answer, so they are looked for in any 4xx."""
_QUOTA = re.compile("quota", re.IGNORECASE)
_PAGE = re.compile(rb"(?i)\s*<|.*<(html|body|!doctype)\b", re.DOTALL)
_SCRIPT = re.compile(r"(?i)<(?:script|style)\b|</(?:script|style)\s*>")
_TAG = re.compile("<[^<>]*>")
_TAKEN = (200, 201, 204)
_BOM = b"\xef\xbb\xbf"
_REASON_CHARACTERS = 200
_PAGE_CHARACTERS = 80


class Answer(NamedTuple):
    """An HTTP answer: its status, its headers by lower-case name, and the first part of its body.

    The body may contain the token.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


def outcome_of(answer: Answer, now_s: float) -> Outcome:
    """The outcome that `answer` means. `now_s` is Unix time, needed if `Retry-After` is a date."""
    answer = answer._replace(body=answer.body.removeprefix(_BOM))
    return _meaning(answer, now_s)._replace(status=answer.status)


def _meaning(answer: Answer, now_s: float) -> Outcome:
    status = answer.status
    if status in _TAKEN:
        return _ok(answer, now_s)
    wait_s = _retry_after_s(answer.headers.get("retry-after", ""), now_s)
    if status in _TRY_AGAIN or status >= 500:
        code = _TRY_AGAIN.get(status, "cloud_server_error")
        asks_to_wait = status in _TRY_AGAIN or _speaks_of_limit(answer.body)
        return Outcome(OutcomeKind.BACK_OFF, Message(code, status=status), wait_s, asks_to_wait=asks_to_wait)
    if status == 308:
        return Outcome(OutcomeKind.PAUSE, Message("cloud_points_elsewhere"))
    if 300 <= status < 400:
        return Outcome(OutcomeKind.BACK_OFF, Message("not_blynk_redirect", status=status))
    if _PAGE.match(answer.body):
        return _of_page(answer, wait_s)
    words = _words_in(answer.body)
    documented = _documented(status, words) if status == 400 else None
    return documented or _undocumented(status, words, answer.body, wait_s)


class _Words(NamedTuple):
    """The text of an error, twice."""

    said: str
    """As it came, for judging it."""
    shown: str
    """Without tokens, for messages."""


def _documented(status: int, words: _Words) -> Outcome | None:
    """The outcome of an error whose text Blynk documents; None if it does not document `words`."""
    plain = words.said.lower().replace("’", "'")
    if "invalid token" in plain:
        return Outcome(OutcomeKind.PAUSE, Message("cloud_invalid_token"))
    for known, code in _REJECTIONS.items():
        if known in plain:
            return Outcome(OutcomeKind.REJECT, Message(code, words=words.shown))
    if _TOO_LARGE in plain:
        return Outcome(OutcomeKind.TOO_LARGE, _quoted(status, words.shown, "cloud_call_too_large"))
    return None


def _undocumented(status: int, words: _Words, body: bytes, wait_s: float) -> Outcome:
    """The outcome of an error with any other text, or with a status other than 400.

    Words about a limit may be in any part of the body, such as the value of `code` in JSON.
    """
    shown = words.shown
    if status == 402 or _QUOTA.search(words.said):
        used_up = Message("cloud_quota_used_up", words=shown.rstrip(".")) if shown else None
        return Outcome(OutcomeKind.PAUSE, used_up or Message("cloud_plan_used_up", status=status), wait_s)
    if status == 413:  # By definition this is about the size, whatever the words are.
        return Outcome(OutcomeKind.TOO_LARGE, _quoted(status, shown, "cloud_call_too_large"))
    message = _quoted(status, shown, "cloud_answer_empty")
    if _LIMIT.search(words.said) or _speaks_of_limit(body):
        return Outcome(OutcomeKind.LIMIT, message, wait_s)
    return Outcome(OutcomeKind.UNKNOWN, message, wait_s)


def _speaks_of_limit(body: bytes) -> bool:
    return _LIMIT.search(body.decode(errors="replace")) is not None


def _of_page(answer: Answer, wait_s: float) -> Outcome:
    """The outcome of an error that came as a web page, such as one of a proxy or a firewall.

    Its text rejects nothing. Scripts and styles are no part of the text.
    """
    page = answer.body.decode(errors="replace")
    text = _text_of_page(page)
    outcome = _undocumented(answer.status, _Words("", ""), text.encode(), wait_s)
    if outcome.kind is OutcomeKind.PAUSE or not text:
        return outcome
    # A token may look like a tag, or may be found only after the page's own escapes are gone.
    shown = redact(_text_of_page(redact(page)))[:_PAGE_CHARACTERS].rstrip()
    return outcome._replace(message=Message("cloud_answer_page", status=answer.status, words=shown))


def _text_of_page(page: str) -> str:
    return _cleaned(html.unescape(_TAG.sub(" ", " ".join(_SCRIPT.split(page)[::2]))))


def _quoted(status: int, words: str, without_words: str) -> Message:
    """A message that quotes the status and the text `words` of an answer.

    If `words` is empty, the message code is the argument `without_words`, and only the status is quoted. A
    full stop at the end of `words` is left out, because the message may become a part of a longer sentence.
    """
    if not words:
        return Message(without_words, status=status)
    return Message("cloud_answer", status=status, words=words.rstrip("."))


def words_of(body: bytes) -> str:
    """The text of an error, with tokens redacted: the message in JSON, or the beginning of any other body.

    Blynk's form is `{"error":{"message":"…"}}`; `{"error":"…"}` and `{"message":"…"}` are understood too, and
    both together.
    """
    return _words_in(body).shown


def _words_in(body: bytes) -> _Words:
    found = _json(body)
    error, message = found.get("error"), found.get("message")
    if isinstance(error, dict):
        error, message = error.get("message"), None
    parts = [text for text in (error, message) if isinstance(text, str) and text]
    text = ": ".join(parts) if parts else body.decode(errors="replace")
    return _Words(_beginning(text), _beginning(redact(text)))


def _beginning(text: str) -> str:
    return _cleaned(text[: 4 * _REASON_CHARACTERS])[:_REASON_CHARACTERS]


def _json(body: bytes) -> dict[str, object]:
    """The JSON object in `body`; an empty one if there is none."""
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _cleaned(words: str) -> str:
    """`words` in one line, without control characters."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", words).split())


def _ok(answer: Answer, now_s: float) -> Outcome:
    """The outcome of a status that accepts: the body may show an error, or that Blynk did not answer."""
    body = answer.body.strip()
    if not body or body.lower() == b"ok":  # whatever its content type is
        return Outcome(OutcomeKind.ACCEPT)
    if _json(body).get("error"):
        words = _words_in(body)
        wait_s = _retry_after_s(answer.headers.get("retry-after", ""), now_s)
        return _documented(answer.status, words) or _undocumented(answer.status, words, body, wait_s)
    if "html" in answer.headers.get("content-type", "").lower() or body[:1] == b"<":
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
