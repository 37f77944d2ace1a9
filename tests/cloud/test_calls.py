"""Calls are spelled exactly as Blynk's device API has them."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cloud.calls import update, url
from app.wire.datastreams import Value
from app.wire.streams import Reading

TOKEN = "T"


def spelled(target: str, value: Value, datastream_id: int | None = None) -> str:
    call = update(Reading(1, 1, 1, target, value, 0), datastream_id)
    assert (call.method, call.body) == ("GET", None)
    return url(call, "https://fra1.blynk.cloud/", TOKEN).removeprefix("https://fra1.blynk.cloud")


@pytest.mark.parametrize(
    ("target", "value", "datastream_id", "expected"),
    [
        ("v1", 100, None, "/external/api/update?token=T&v1=100"),
        ("v1", 100.0, 7, "/external/api/update?token=T&dataStreamId=7&value=100"),
        ("ds7", 0.5, None, "/external/api/update?token=T&dataStreamId=7&value=0.5"),
        ("v1.label", "Room 12", 7, "/external/api/update/property?token=T&pin=v1&label=Room%2012"),
        ("v3", (13.4, 52.5), None, "/external/api/update?token=T&pin=v3&value=13.4&value=52.5"),
        ("v3", (13.4, 52.5), 2, "/external/api/update?token=T&dataStreamId=2&value=13.4&value=52.5"),
        ("v4", "a+b&c#d/é", None, "/external/api/update?token=T&v4=a%2Bb%26c%23d%2F%C3%A9"),
    ],
)
def test_each_call_has_its_spelling(
    target: str, value: Value, datastream_id: int | None, expected: str
) -> None:
    assert spelled(target, value, datastream_id) == expected


@given(st.text(min_size=1))
def test_any_text_arrives_as_it_was(text: str) -> None:
    text = text.encode(errors="ignore").decode() or "x"
    query = urlsplit(spelled("v1", text)).query
    assert " " not in query
    assert "+" not in query
    assert parse_qsl(query, keep_blank_values=True) == [("token", TOKEN), ("v1", text)]
