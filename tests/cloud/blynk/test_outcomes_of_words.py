"""The words of an answer: those about a limit refuse nothing, and those of an error count with any status."""

from __future__ import annotations

import json

import pytest

from app.cloud.blynk.outcomes import words_of
from app.cloud.destination import Outcome, OutcomeKind
from app.messages.message import Message
from tests.cloud.blynk.test_outcomes import error, outcome

LIMITS = [
    "Limit reached.",
    "Rate limit",
    "RATE_LIMIT",
    "RateLimitReached",
    "You are limited to 10 requests a second",
    "Too many requests",
    "too_many_requests",
    "TooManyRequests",
    "Too\u00a0many requests",
    "Maximum exceeded",
    "You exceed what you may",
    "Flood error",
    "Slow down",
    "SlowDown",
    "slower, please",
    "Throttled",
    "throttling",
    "Request rate is too high",
    "Requests come too fast",
    "You are sending too quickly",
    "Too much traffic",
    "Slow it down",
    "Daily message cap reached",
    "The message allowance is used up",
    "Resource exhausted",
    "Server overloaded",
    "Please try again later",
    "Retry after 5 s",
]
FORMS: dict[str, object] = {
    "Blynk's JSON": {"error": {"message": "{}"}},
    "the error as text": {"error": "{}"},
    "the message alone": {"message": "{}"},
    "an error and a message": {"error": "Bad Request", "message": "{}"},
    "a code": {"error": {"code": "{}", "message": "no"}},
    "plain text": None,
    "an end that is far away": {"detail": "x" * 5000, "reason": "{}"},
    "a web page": "<html><title>{}</title><body>Nginx</body></html>",
}
STATUSES = [400, 401, 403, 404, 409, 418, 422, 451, 499]


def body_of(form: str, words: str) -> bytes:
    """The body of an answer that has `words` in one of `FORMS`."""
    shape = FORMS[form]
    text = shape if isinstance(shape, str) else json.dumps(shape) if shape else "{}"
    return text.replace("{}", words).encode()


@pytest.mark.parametrize("words", LIMITS)
@pytest.mark.parametrize("form", FORMS)
def test_words_about_a_limit_refuse_nothing_in_any_form_and_case(form: str, words: str) -> None:
    for status, said in ((400, words), (422, words.upper()), (403, words.lower())):
        assert outcome(status, body_of(form, said)).kind is OutcomeKind.LIMIT


@pytest.mark.parametrize("status", STATUSES)
def test_words_about_a_limit_count_with_every_4xx(status: int) -> None:
    found = outcome(status, error("Too many requests."), retry_after="7")
    assert (found.kind, found.status, found.retry_after_s) == (OutcomeKind.LIMIT, status, 7.0)
    assert str(found.message) == f"HTTP {status}: Too many requests"
    assert str(found.sentence) == f"The cloud reports a limit (HTTP {status}: Too many requests)."
    found = outcome(status, error("Message quota reached."), retry_after="7")
    assert (found.kind, found.retry_after_s) == (OutcomeKind.PAUSE, 7.0)
    assert str(found.sentence) == "The plan's messages are used up. The cloud says: Message quota reached."


@pytest.mark.parametrize(
    "words", ["Wrong delimiter", "Unlimited", "Separate values", "Many", "Slow", "Generate"]
)
def test_other_words_are_not_about_a_limit(words: str) -> None:
    assert outcome(400, error(words)).kind is OutcomeKind.UNKNOWN


@pytest.mark.parametrize(
    "words",
    [
        "Requested dataStream doesn't exist in the product Rate Limit Test",
        "Value doesn't match the Datastream data type: limit exceeded",
    ],
)
def test_documented_words_are_looked_for_first(words: str) -> None:
    assert outcome(400, error(words)).kind is OutcomeKind.REJECT
    assert outcome(404, error(words)).kind is not OutcomeKind.REJECT


@pytest.mark.parametrize("body", [b"", b"Pay.", error("Wrong pin format."), b"<html>Pay</html>"])
def test_402_means_that_the_plan_is_used_up(body: bytes) -> None:
    found = outcome(402, body, retry_after="60")
    assert (found.kind, found.retry_after_s) == (OutcomeKind.PAUSE, 60.0)
    assert str(found.message).startswith("The plan's messages are used up")


@pytest.mark.parametrize(
    "body",
    [
        b"<html><body>You have used up your message limit</body></html>",
        b"  <!DOCTYPE html><p>quota exceeded",
        b"Sorry <html><body>quota",
    ],
)
def test_a_web_page_says_nothing_about_the_plan_and_rejects_nothing(body: bytes) -> None:
    found = outcome(403, body)
    assert found.kind is OutcomeKind.LIMIT
    assert str(found.message).startswith("HTTP 403: a web page that is not Blynk's (")
    for words in (b"Wrong pin format.", b"Invalid token."):
        assert outcome(400, b"<html>" + words).kind is OutcomeKind.UNKNOWN


def test_scripts_and_styles_of_a_web_page_are_not_its_words() -> None:
    page = b"<html><style>a{limit:1}</style><SCRIPT>var quota</script ><b class='rate limit'>Blocked"
    found = outcome(403, page)
    assert found.kind is OutcomeKind.UNKNOWN
    assert str(found.message) == "HTTP 403: a web page that is not Blynk's (Blocked)"
    long = outcome(403, b"<p>" + b"a\x1b" * 200)
    assert str(long.message) == "HTTP 403: a web page that is not Blynk's (" + ("a " * 40).rstrip() + ")"


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, error("No datastream setup for that pin."), OutcomeKind.REJECT),
        (200, error("Invalid token."), OutcomeKind.PAUSE),
        (200, error("Too much data in batch."), OutcomeKind.TOO_LARGE),
        (200, error("Too many requests"), OutcomeKind.LIMIT),
        (200, error("Quota reached"), OutcomeKind.PAUSE),
        (200, error("Odd"), OutcomeKind.UNKNOWN),
        (200, error("Odd" * 200), OutcomeKind.UNKNOWN),
        (200, b'{"error":"Wrong pin format"}', OutcomeKind.REJECT),
        (200, b'{"error":true}', OutcomeKind.UNKNOWN),
        (200, b'{"error":{"code":7}}', OutcomeKind.UNKNOWN),
        (201, error("Odd"), OutcomeKind.UNKNOWN),
        (200, b'{"error":null}', OutcomeKind.ACCEPT),
        (200, b'{"error":""}', OutcomeKind.ACCEPT),
        (200, b'{"message":"limit"}', OutcomeKind.ACCEPT),
        (200, b'[{"error":"limit"}]', OutcomeKind.ACCEPT),
        (200, b'"error"', OutcomeKind.ACCEPT),
        (200, b"true", OutcomeKind.ACCEPT),
    ],
)
def test_a_200_with_an_error_is_that_error(status: int, body: bytes, kind: OutcomeKind) -> None:
    for content_type in ("application/json", "text/html"):
        found = outcome(status, body, content_type=content_type, retry_after="3")
        if kind is not OutcomeKind.ACCEPT:
            assert (found.kind, found.status) == (kind, status)
    found = outcome(status, body, retry_after="3")
    assert found.kind is kind
    if kind in (OutcomeKind.LIMIT, OutcomeKind.UNKNOWN):
        assert found.retry_after_s == 3.0
        assert str(found.message).startswith(f"HTTP {status}: ")


def test_a_byte_order_mark_hides_no_error() -> None:
    assert outcome(200, b"\xef\xbb\xbf" + error("Wrong pin format.")).kind is OutcomeKind.REJECT
    assert outcome(400, b"\xef\xbb\xbf" + error("Odd")).message == outcome(400, error("Odd")).message
    assert outcome(200, b"\xef\xbb\xbf<html>").kind is OutcomeKind.BACK_OFF
    assert outcome(200, b"\xef\xbb\xbfOK").kind is OutcomeKind.ACCEPT


@pytest.mark.parametrize("status", [200, 201, 204])
@pytest.mark.parametrize("content_type", ["", "text/html", "application/json", "image/png"])
@pytest.mark.parametrize("body", [b"", b" \r\n", b"OK", b"ok\n"])
def test_an_empty_answer_accepts_whatever_its_content_type(
    status: int, content_type: str, body: bytes
) -> None:
    assert outcome(status, body, content_type=content_type).kind is OutcomeKind.ACCEPT


@pytest.mark.parametrize("status", [202, 203, 205, 206, 299])
def test_no_other_status_accepts(status: int) -> None:
    assert outcome(status).kind is OutcomeKind.UNKNOWN


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"error":{"message":"a"}}', "a"),
        (b'{"error":"a"}', "a"),
        (b'{"message":"b"}', "b"),
        (b'{"error":"a","message":"b"}', "a: b"),
        (b'{"error":{"message":"a"},"message":"b"}', "a"),
        (b'{"error":{"message":7}}', '{"error":{"message":7}}'),
        (b'{"error":7,"message":""}', '{"error":7,"message":""}'),
        (b'["a"]', '["a"]'),
        (b"a\n\tb\x07", "a b"),
    ],
)
def test_the_words_of_an_error_are_found_in_its_json(body: bytes, words: str) -> None:
    assert words_of(body) == words


def test_413_is_about_the_size_whatever_its_words_are() -> None:
    assert outcome(413, b"Payload size limit exceeded").kind is OutcomeKind.TOO_LARGE


def test_the_sentence_of_an_outcome_that_is_not_about_an_answer_is_its_message() -> None:
    message = Message("cloud_invalid_token")
    for kind in (OutcomeKind.ACCEPT, OutcomeKind.PAUSE, OutcomeKind.BACK_OFF, OutcomeKind.REJECT):
        assert Outcome(kind, message).sentence == message
    for kind in (OutcomeKind.UNKNOWN, OutcomeKind.TOO_LARGE):
        assert Outcome(kind, message).sentence == Message("cloud_answers_all", answer=message)
