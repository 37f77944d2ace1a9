"""The outcome of each possible answer of the cloud."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cloud.blynk.outcomes import Answer, outcome_of, words_of
from app.cloud.destination import Outcome, OutcomeKind
from app.messages.message import Message

NOW_S = 1_780_000_000.0


def outcome(status: int, body: bytes = b"", **headers: str) -> Outcome:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return outcome_of(Answer(status, named, body), NOW_S)


def error(message: str) -> bytes:
    return b'{"error":{"message":"%s"}}' % message.encode()


@pytest.mark.parametrize("body", [b"", b"OK", b"ok\n"])
def test_200_accepts(body: bytes) -> None:
    assert outcome(200, body).kind is OutcomeKind.ACCEPT


@pytest.mark.parametrize(
    ("body", "kind"), [(b" <!DOCTYPE html>", ""), (b"hello", "text/html; charset=utf-8")]
)
def test_a_login_page_accepts_nothing(body: bytes, kind: str) -> None:
    found = outcome(200, body, content_type=kind)
    assert found.kind is OutcomeKind.BACK_OFF
    assert "not Blynk" in str(found.message)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Wrong pin format.", "refused_wrong_pin"),
        ("Wrong dataStreamId format.", "refused_wrong_datastream_id"),
        ("Value doesn't match the Datastream data type", "refused_wrong_type"),
        ("Value doesn't match the Datastream data type.", "refused_wrong_type"),
        ("Value doesn’t match the Datastream data type", "refused_wrong_type"),
        ("no datastream setup for that pin", "refused_pin_without_datastream"),
        ("Requested dataStream doesn't exist in the product Greenhouse", "refused_unknown_datastream"),
        ("Event code is not provided.", "refused_event_without_code"),
    ],
)
def test_words_that_name_value_pin_or_datastream_reject(words: str, code: str) -> None:
    found = outcome(400, error(words))
    assert (found.kind, found.message) == (OutcomeKind.REJECT, Message(code, words=words))
    assert str(found.message) == words


@pytest.mark.parametrize("quote", ["'", "’"])
def test_an_event_that_is_not_in_the_template_is_refused_with_the_fix(quote: str) -> None:
    words = f"Can{quote}t find Event with this code in Product template"
    found = outcome(400, error(words))
    assert (found.kind, found.message.code) == (OutcomeKind.REJECT, "refused_unknown_event")
    fix = "add an event with this code to the device's template in Blynk"
    assert str(found.message) == f"{words} ({fix})"


@pytest.mark.parametrize("status", [401, 403, 404, 408, 418, 422, 429, 500, 502, 503])
@pytest.mark.parametrize("words", ["Wrong pin format.", "Value doesn't match the Datastream data type"])
def test_these_words_reject_only_with_status_400(status: int, words: str) -> None:
    assert outcome(status, error(words)).kind in (OutcomeKind.UNKNOWN, OutcomeKind.BACK_OFF)


def test_the_words_of_a_server_error_are_ignored() -> None:
    for words in ("Invalid token.", "Too much data in batch.", "Message quota exceeded"):
        assert outcome(500, error(words)).kind is OutcomeKind.BACK_OFF
    assert outcome(404, error("Invalid token.")).kind is OutcomeKind.UNKNOWN


def test_a_bad_token_says_nothing_about_the_reading() -> None:
    assert outcome(400, error("Invalid token.")).kind is OutcomeKind.PAUSE


@pytest.mark.parametrize("status", [400, 401, 403, 404, 418])
def test_unknown_words_keep_the_reading(status: int) -> None:
    found = outcome(status, b"what?\x00\x1b[31m")
    assert found.kind is OutcomeKind.UNKNOWN
    assert str(found.message) == f"HTTP {status}: what? [31m"
    assert str(outcome(status).message).endswith("no reason given")


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_a_failure_that_passes_backs_off(status: int) -> None:
    found = outcome(status)
    assert found.kind is OutcomeKind.BACK_OFF
    assert found.retry_after_s == 0
    assert found.asks_to_wait is (status < 500)
    assert outcome(status, b"Monthly quota exceeded").asks_to_wait


@pytest.mark.parametrize(
    ("header", "wait_s"),
    [
        ("7", 7.0),
        ("Thu, 28 May 2026 20:26:50 GMT", 10.0),
        ("Thursday, 28-May-26 20:26:50 GMT", 10.0),
        ("Thu May 28 20:26:50 2026", 10.0),
        ("Thu, 28 May 2020 20:26:50 GMT", 0.0),
        ("999999999", 86400.0),
        ("soon", 0.0),
        ("-3", 0.0),
        ("Thu, 28 May 99999 20:26:50 GMT", 0.0),
        ("Thu, 28 May 99999999999 20:26:50 GMT", 0.0),
    ],
)
def test_retry_after_is_honoured(header: str, wait_s: float) -> None:
    assert outcome(429, retry_after=header).retry_after_s == wait_s


def test_a_308_that_may_not_be_followed_pauses() -> None:
    assert outcome(308).kind is OutcomeKind.PAUSE
    for status in (300, 301, 302, 307, 399):
        found = outcome(status)
        assert found.kind is OutcomeKind.BACK_OFF
        assert f"not Blynk answered (HTTP {status})" in str(found.message)
    assert outcome(299).kind is OutcomeKind.UNKNOWN


@given(st.integers(100, 599), st.binary(max_size=500), st.text(max_size=50))
def test_any_answer_has_an_outcome(status: int, body: bytes, retry_after: str) -> None:
    found = outcome(status, body, retry_after=retry_after)
    assert found.retry_after_s >= 0
    assert (found.kind is OutcomeKind.ACCEPT) <= (status in (200, 201, 204))


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (413, b""),
        (413, b"<html>"),
        (400, error("Too much data in batch. Maximum batch size is 10000 points.")),
    ],
)
def test_too_much_at_once_is_too_large(status: int, body: bytes) -> None:
    found = outcome(status, body)
    assert (found.kind, found.status) == (OutcomeKind.TOO_LARGE, status)


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (200, b"", "The cloud has accepted it."),
        (
            400,
            error("Invalid token."),
            "The cloud says: Invalid token. Check the token, and whether the server is that of "
            "your account's region.",
        ),
        (
            308,
            b"",
            "The cloud points to a server where this token may not be sent: choose the server of "
            "your account's region.",
        ),
        (
            302,
            b"",
            "Something that is not Blynk answered (HTTP 302): does this network want a login in the browser?",
        ),
        (
            200,
            b"<html>",
            "Something that is not Blynk answered (a web page): "
            "does this network want a login in the browser?",
        ),
        (403, b"over the limit", "HTTP 403: over the limit"),
        (403, b"no quota left.", "The plan's messages are used up. The cloud says: no quota left."),
        (402, b"", "The plan's messages are used up (HTTP 402)."),
        (402, b"Pay.", "The plan's messages are used up. The cloud says: Pay."),
        (403, b"<h1>Blocked</h1>", "HTTP 403: a web page that is not Blynk's (Blocked)"),
        (403, b"<br>", "HTTP 403: no reason given"),
        (413, b"<h1>Big</h1>", "HTTP 413: a web page that is not Blynk's (Big)"),
        (413, b"", "HTTP 413: the request is too large"),
        (413, b"only 1 MB", "HTTP 413: only 1 MB"),
        (429, b"", "The cloud asks for a slower pace (HTTP 429)."),
        (428, b"", "HTTP 428: no reason given"),
        (408, b"", "The cloud asks for the request to be sent again (HTTP 408)."),
        (425, b"", "The cloud asks for the request to be sent again (HTTP 425)."),
        (500, b"", "The cloud has a server error (HTTP 500)."),
        (400, error("Odd."), "HTTP 400: Odd"),
        (403, error("Over the limit."), "HTTP 403: Over the limit"),
        (413, b"Too long.", "HTTP 413: Too long"),
        (499, b"left", "HTTP 499: left"),
    ],
)
def test_each_outcome_has_a_message(status: int, body: bytes, said: str) -> None:
    found = outcome(status, body)
    assert (str(found.message), found.status, found.retry_after_s) == (said, status, 0.0)


def test_an_outcome_without_an_answer_has_no_status() -> None:
    assert Outcome(OutcomeKind.ACCEPT) == (OutcomeKind.ACCEPT, Message("call_accepted"), 0.0, 0, False)
    assert [str(kind) for kind in OutcomeKind] == [
        "accept",
        "reject",
        "back_off",
        "pause",
        "unknown",
        "limit",
        "too_large",
    ]


def test_a_long_text_does_not_accept() -> None:
    assert outcome(200, b"x" * 256).kind is OutcomeKind.ACCEPT
    found = outcome(200, b"x" * 257)
    assert found.kind is OutcomeKind.BACK_OFF
    assert "(a long text)" in str(found.message)


def test_a_long_message_is_cut() -> None:
    assert len(words_of(b"x" * 10_000)) == 200


def test_only_the_first_800_bytes_of_an_unknown_body_are_read() -> None:
    assert words_of(b" " * 799 + b"ab") == "a"


def test_a_body_that_is_not_blynk_s_json_is_shown_as_it_is() -> None:
    for key in ("error", "other"):
        assert words_of(b'{"%s":' % key.encode() + b"[" * 100_000).startswith(f'{{"{key}":[[[')
    assert words_of(b'{"error":{"message":"\xff"}}') == '{"error":{"message":"\ufffd"}}'
