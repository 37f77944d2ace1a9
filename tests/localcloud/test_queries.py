"""Query strings: the spellings of targets, and arbitrary bytes."""

from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.localcloud import queries
from app.localcloud.queries import Query, parse_query
from app.localcloud.refusals import (
    WRONG_AFTER,
    WRONG_DATASTREAM_ID,
    WRONG_PIN,
    WRONG_VALUE,
    RefusedError,
)


def test_the_token_is_not_one_of_the_pairs() -> None:
    assert parse_query(b"token=T&v1=a%20b&v2") == Query("T", [("v1", "a b"), ("v2", "")])
    assert parse_query(b"v1=1").token == ""
    assert parse_query("token=T&v1=°C".encode()).pairs == [("v1", "°C")]
    query = parse_query(b"pin=v1&label=x&urls=a&urls=b")
    assert query.others("pin", "label") == {"urls": ["a", "b"]}


@pytest.mark.parametrize(
    ("raw", "changes"),
    [
        (b"v1=100", {"v1": ["100"]}),
        (b"V255=100", {"v255": ["100"]}),
        (b"pin=V1&value=100", {"v1": ["100"]}),
        (b"dataStreamId=7&value=100", {"ds7": ["100"]}),
        (b"value=100&dataStreamId=2147483647", {"ds2147483647": ["100"]}),
        (b"pin=v3&value=13&value=52", {"v3": ["13", "52"]}),
        (b"v3=13&v3=52", {"v3": ["13", "52"]}),
        (b"v1=", {"v1": [""]}),
        (b"pin=v1", {"v1": []}),
    ],
)
def test_an_update_names_one_target(raw: bytes, changes: dict[str, list[str]]) -> None:
    assert queries.updated(parse_query(raw)) == changes


@pytest.mark.parametrize(
    ("read", "raw", "message"),
    [
        (queries.updated, b"", WRONG_PIN),
        (queries.updated, b"x=1", WRONG_PIN),
        (queries.updated, b"v256=1", WRONG_PIN),
        (queries.updated, b"v01=1", WRONG_PIN),
        (queries.updated, b"v=1", WRONG_PIN),
        (queries.updated, "v١=1".encode(), WRONG_PIN),
        (queries.updated, b"v1=1&v2=2", WRONG_PIN),
        (queries.updated, b"v1=1&pin=v2", WRONG_PIN),
        (queries.updated, b"pin=v1&pin=v2&value=1", WRONG_PIN),
        (queries.updated, b"pin=&value=1", WRONG_PIN),
        (queries.updated, b"dataStreamId=7&label=x", WRONG_PIN),
        (queries.updated, b"datastreamid=7&value=1", WRONG_PIN),
        (queries.updated, b"dataStreamId=&value=1", WRONG_DATASTREAM_ID),
        (queries.updated, b"dataStreamId=0&value=1", WRONG_DATASTREAM_ID),
        (queries.updated, b"dataStreamId=07&value=1", WRONG_DATASTREAM_ID),
        (queries.updated, b"dataStreamId=-7&value=1", WRONG_DATASTREAM_ID),
        (queries.updated, b"dataStreamId=x&value=1", WRONG_DATASTREAM_ID),
        (queries.updated, "dataStreamId=²&value=1".encode(), WRONG_DATASTREAM_ID),
        (queries.updated, b"dataStreamId=2147483648&value=1", WRONG_DATASTREAM_ID),
        (queries.updated, b"dataStreamId=" + b"9" * 5000, WRONG_DATASTREAM_ID),
        (queries.updated, b"dataStreamId=7&dataStreamId=8&value=1", WRONG_DATASTREAM_ID),
        (queries.updated, b"dataStreamId=7&pin=v1&value=1", WRONG_DATASTREAM_ID),
        (queries.by_pins, b"", WRONG_PIN),
        (queries.by_pins, b"v1=1&dataStreamId=7", WRONG_PIN),
        (queries.named_pin, b"dataStreamId=7", WRONG_PIN),
        (queries.named, b"", WRONG_PIN),
        (queries.read_targets, b"", WRONG_PIN),
        (queries.read_targets, b"v1&v256", WRONG_PIN),
        (queries.read_targets, b"dataStreamId=x", WRONG_DATASTREAM_ID),
        (queries.after, b"after=-1", WRONG_AFTER),
        (queries.after, b"after=", WRONG_AFTER),
        (queries.after, "after=²".encode(), WRONG_AFTER),
        (queries.after, b"after=" + b"1" * 19, WRONG_AFTER),
        (queries.after, "after=²&after=1".encode(), WRONG_AFTER),
        (queries.after, b"after=" + b"1" * 19 + b"&after=1", WRONG_AFTER),
    ],
)
def test_a_wrong_query_is_refused_with_its_message(
    read: Callable[[Query], object], raw: bytes, message: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        read(parse_query(raw))
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("raw", "message"),
    [(b"v1=%ff", WRONG_VALUE), (b"v1=\xff", WRONG_VALUE), (b"v1&" * 1000 + b"v1", WRONG_PIN)],
)
def test_invalid_bytes_and_very_long_queries_are_refused(raw: bytes, message: str) -> None:
    with pytest.raises(RefusedError) as refused:
        parse_query(raw)
    assert str(refused.value) == message


def test_the_targets_of_reads() -> None:
    assert queries.read_targets(parse_query(b"v1&V2&v1&dataStreamId=7")) == ["v1", "v2", "ds7"]
    assert queries.after(parse_query(b"pin=v1&after=12")) == 12
    assert queries.after(parse_query(b"pin=v1")) == 0
    assert queries.after(parse_query(b"after=" + b"1" * 18 + b"&after=x")) == int("1" * 18)
    assert queries.read_targets(parse_query(b"&".join([b"v1"] * 1000))) == ["v1"]
    assert queries.by_pins(parse_query(b"v1=1&V2=2")) == {"v1": ["1"], "v2": ["2"]}


@given(st.text())
def test_a_percent_encoded_text_is_decoded(text: str) -> None:
    raw = f"token=T&v1={quote(text, safe='', errors='surrogatepass')}".encode()
    try:
        text.encode()
    except UnicodeEncodeError:
        with pytest.raises(RefusedError):
            parse_query(raw)
    else:
        assert queries.updated(parse_query(raw)) == {"v1": [text]}


READS = (
    queries.updated,
    queries.by_pins,
    queries.named,
    queries.named_pin,
    queries.read_targets,
    queries.after,
)


@given(
    st.one_of(
        st.binary(),
        st.lists(st.sampled_from([b"v1", b"pin", b"dataStreamId", b"value", b"=", b"&", b"1", b"%"])).map(
            b"".join
        ),
    ),
    st.sampled_from(READS),
)
def test_any_bytes_give_an_answer_or_a_refusal(raw: bytes, read: Callable[[Query], object]) -> None:
    assert answer(read, raw) in ("", WRONG_PIN, WRONG_DATASTREAM_ID, WRONG_VALUE, WRONG_AFTER)


def answer(read: Callable[[Query], object], raw: bytes) -> str:
    try:
        read(parse_query(raw))
    except RefusedError as refused:
        return str(refused)
    return ""
