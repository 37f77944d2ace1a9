"""How the journal stores messages and reads them back, including messages of other versions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.messages.message import Message, Param, verbatim
from app.messages.stored import decode, encode

LEAVES = st.text() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False, allow_infinity=False)
MESSAGES = st.recursive(
    st.builds(verbatim, st.text()),
    lambda inner: st.builds(
        lambda subject, message: Message("about", subject=subject, message=message),
        LEAVES,
        inner,
    ),
    max_leaves=5,
)


@given(MESSAGES)
def test_a_message_is_decoded_as_it_was_encoded(message: Message) -> None:
    assert decode(encode(message)) == message


def test_a_list_comes_back_as_a_list() -> None:
    items: Param = ("v1", verbatim("no"))
    message = Message("list_and", first="a", last="b", items=items)
    assert decode(encode(message)) == message


@pytest.mark.parametrize(
    "text", ["", "no such pin", 'HTTP 400: {"error":{}}', "Message: x", "skipped by a person"]
)
def test_a_sentence_of_an_earlier_version_is_shown_as_it_is_stored(text: str) -> None:
    assert decode(text) == verbatim(text)
    assert str(decode(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        'message:{"code":"from_the_future","params":{"pin":"v1"}}',
        'message:{"code":"about","params":{"subject":"x"}}',
        'message:{"code":"about","params":{"subject":"x","message":{"pin":1}}}',
        'message:{"code":["about"],"params":{}}',
        'message:{"code":"about","params":[]}',
        'message:{"code":"about"}',
        'message:{"code":"clock_good","params":{"at_us":1e300}}',
        f'message:{{"code":"page_ago","params":{{"seconds":{10**400}}}}}',
        f"message:{'[' * 5000}{']' * 5000}",
        "message:" + '{"code":"about","params":{"subject":"x","message":' * 300 + '"y"' + "}}" * 300,
        'message:{"params":{}}',
        "message:[1]",
        "message:3",
        "message:{",
        "message:",
    ],
)
def test_a_message_of_a_later_version_is_shown_as_it_is_stored(text: str) -> None:
    assert str(decode(text)) == f"(a message of a later version: {text.removeprefix('message:')})"
