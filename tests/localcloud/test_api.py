"""Each call of the device API and each of its errors, over real HTTP."""

import json
from urllib.parse import quote

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.localcloud.api import OWN_READS
from app.localcloud.refusals import (
    BODY_TOO_LARGE,
    INVALID_TOKEN,
    NO_DATASTREAM,
    NO_EVENT_CODE,
    NOT_FOUND,
    TOO_MUCH_DATA,
    UNKNOWN_CONTENT_TYPE,
    UNKNOWN_EVENT,
    WRONG_AFTER,
    WRONG_BODY,
    WRONG_DATASTREAM_ID,
    WRONG_EVENT,
    WRONG_PIN,
    WRONG_PROPERTY,
    WRONG_VALUE,
)
from tests.waiting import PATIENCE_S

from .conftest import Account


def assert_taken(answer: requests.Response, body: str = "") -> None:
    assert (answer.status_code, answer.text) == (200, body)


def assert_refused(answer: requests.Response, message: str, status: int = 400) -> None:
    assert (answer.status_code, answer.text) == (
        status,
        json.dumps({"error": {"message": message}}, separators=(",", ":")),
    )
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("query", "target", "value"),
    [
        ("v0=100", "pin=v0", 100),
        ("V0=100", "pin=v0", 100),
        ("pin=v0&value=100", "pin=V0", 100),
        ("dataStreamId=7&value=21.5", "pin=v1", 21.5),
        ("v1=21.5", "dataStreamId=7", 21.5),
        ("v1=1000", "pin=v1", 85.0),
        ("v5=-7", "pin=v5", 0),
        ("v2=Tue%2014%3A05%20%2B1%20%26%20%23%20%C2%B0C", "pin=v2", "Tue 14:05 +1 & # °C"),
        ("pin=v3&value=13.4&value=52.5", "pin=v3", [13.4, 52.5]),
        ("dataStreamId=9&value=-13.4&value=-52.5", "pin=v3", [-13.4, -52.5]),
        ("v4=5", "pin=v4", 5),
    ],
)
def test_update(greenhouse: Account, query: str, target: str, value: object) -> None:
    assert_taken(greenhouse.get("update", query))
    assert greenhouse.get("history", target).json() == {
        "count": 1,
        "points": [[1, greenhouse.clock.now_ms, value]],
    }


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("v0=123.45", WRONG_VALUE),
        ("v0=", WRONG_VALUE),
        ("pin=v0", WRONG_VALUE),
        ("v4=3", WRONG_VALUE),
        ("v2=%ff", WRONG_VALUE),
        ("v3=13.4", WRONG_VALUE),
        ("pin=v3&value=52.5&value=113.4", WRONG_VALUE),
        ("v0=" + "1" * 5000, WRONG_VALUE),
        ("v9=1", NO_DATASTREAM),
        ("v256=1", WRONG_PIN),
        ("x1=1", WRONG_PIN),
        ("", WRONG_PIN),
        ("dataStreamId=x&value=1", WRONG_DATASTREAM_ID),
    ],
)
def test_update_refused(greenhouse: Account, query: str, message: str) -> None:
    assert_refused(greenhouse.get("update", query), message)
    assert greenhouse.get("getAll").json() == {}
    assert_taken(greenhouse.get("isHardwareConnected"), "false")


def test_an_unknown_id_is_refused_with_the_name_of_the_device(greenhouse: Account) -> None:
    message = f"Requested dataStream doesn't exist in the product {greenhouse.device.name}"
    assert_refused(greenhouse.get("update", "dataStreamId=8&value=1"), message)
    assert_refused(greenhouse.get("get", "dataStreamId=8"), message)


CALLS = ("update", "batch/update", "update/property", "get", "getAll", "isHardwareConnected", "logEvent")


@pytest.mark.parametrize("call", [*CALLS, *OWN_READS])
def test_a_wrong_token_is_400_on_every_call(greenhouse: Account, call: str) -> None:
    for query in ("?token=nobody&pin=v1", "?pin=v1", "?token=&pin=v1"):
        answer = greenhouse.session.get(
            f"{greenhouse.cloud.url}/external/api/{call}{query}", timeout=PATIENCE_S
        )
        assert_refused(answer, INVALID_TOKEN)


def test_the_first_of_two_tokens_counts(greenhouse: Account) -> None:
    assert_taken(greenhouse.get("update", "token=nobody&v0=1"))


@pytest.mark.parametrize(
    "path", ["/external/api/nothing", "/external/api/UPDATE", "/external/api", "/update"]
)
def test_an_unknown_path_is_404(greenhouse: Account, path: str) -> None:
    assert_refused(greenhouse.session.get(greenhouse.cloud.url + path, timeout=PATIENCE_S), NOT_FOUND, 404)


def test_an_open_device_takes_any_pin_and_id(board: Account) -> None:
    for query in ("v1=0", "v1=0.5", "v1=calm", "dataStreamId=12&value=3", "pin=v2&value=1&value=2"):
        assert_taken(board.get("update", query))
    assert board.values("pin=v1") == [0, 0.5, "calm"]
    assert board.get("getAll").json() == {"v1": "calm", "v2": [1.0, 2.0], "ds12": 3}
    assert_refused(board.get("update", "v1=nan"), WRONG_VALUE)


def test_a_batch_sets_all_its_pins_at_the_same_time(greenhouse: Account) -> None:
    assert_taken(greenhouse.get("batch/update", "v0=33&v1=44&V2=text&v3=13&v3=52"))
    assert greenhouse.get("getAll").json() == {"v0": 33, "v1": 44.0, "v2": "text", "v3": [13.0, 52.0]}


def test_a_location_in_a_batch_is_one_value_in_both_spellings(greenhouse: Account) -> None:
    assert_taken(greenhouse.get("batch/update", "V3=13.4&v0=33&V3=52.5"))
    assert_taken(greenhouse.get("batch/update", "V3=-0.5,51.5&v0=34"))
    assert greenhouse.values("pin=v3") == [[13.4, 52.5], [-0.5, 51.5]]
    assert greenhouse.values("pin=v0") == [33, 34]
    for query in ("V3=13.4", "V3=181,0", "V3=1,2,3", "V3=1&V3=2&V3=3", "V3=1,2&V3=3"):
        assert_refused(greenhouse.get("batch/update", query), WRONG_VALUE)


@pytest.mark.parametrize(
    ("query", "message"),
    [("v0=33&v5=x", WRONG_VALUE), ("v0=33&v9=1", NO_DATASTREAM), ("v0=33&x=1", WRONG_PIN), ("", WRONG_PIN)],
)
def test_a_refused_batch_changes_nothing(greenhouse: Account, query: str, message: str) -> None:
    assert_refused(greenhouse.get("batch/update", query), message)
    assert greenhouse.get("getAll").json() == {}


def test_a_timestamped_set(greenhouse: Account) -> None:
    body = b"[[1700000000000,20.5],[1700000001000,21],[1700000002000,99]]"
    answer = greenhouse.post("pin=v1", body, "application/json; charset=utf-8")
    assert_taken(answer, "OK")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    # The device is connected because the set arrived now, although its points are old.
    assert_taken(greenhouse.get("isHardwareConnected"), "true")
    assert greenhouse.get("history", "dataStreamId=7").json() == {
        "count": 3,
        "points": [[1, 1700000000000, 20.5], [2, 1700000001000, 21.0], [3, 1700000002000, 85.0]],
    }
    assert_taken(greenhouse.post("pin=V3", b"[[1700000000000,[13.4,52.5]]]"), "OK")
    assert greenhouse.values("pin=v3") == [[13.4, 52.5]]


@pytest.mark.parametrize(
    ("query", "body", "content_type", "message"),
    [
        ("pin=v1", b"[[1,2]]", None, UNKNOWN_CONTENT_TYPE),
        ("pin=v1", b"[[1,2]]", "text/plain", UNKNOWN_CONTENT_TYPE),
        ("pin=x", b"[[1,2]]", "application/json", WRONG_PIN),
        ("dataStreamId=7", b"[[1,2]]", "application/json", WRONG_PIN),
        ("pin=v9", b"[[1,2]]", "application/json", NO_DATASTREAM),
        ("pin=v0", b"[[1,1],[2,123.45]]", "application/json", WRONG_VALUE),
        ("pin=v1", b'[[1,1],[2,"2"]]', "application/json", WRONG_VALUE),
        ("pin=v0", b"[[1,1" + b"0" * 5000 + b"]]", "application/json", None),
        ("pin=v1", b"", "application/json", WRONG_BODY),
        ("pin=v1", b"[]", "application/json", WRONG_BODY),
        ("pin=v1", b"[[1,2,3]]", "application/json", WRONG_BODY),
        ("pin=v1", b"[[1.5,2]]", "application/json", WRONG_BODY),
        ("pin=v1", b"[[-1,2]]", "application/json", WRONG_BODY),
        ("pin=v1", b"[[1,2],[9007199254740992,2]]", "application/json", WRONG_BODY),
        ("pin=v1", b"[[1,2]", "application/json", WRONG_BODY),
        ("pin=v1", b"[[1,NaN]]", "application/json", WRONG_BODY),
        ("pin=v2", b'[[1,"\xff"]]', "application/json", WRONG_BODY),
        ("pin=v1", b"[" * 100_000, "application/json", WRONG_BODY),
        ("pin=v1", b"[[1," + b"[" * 100_000, "application/json", WRONG_BODY),
        ("pin=v1", json.dumps([[n, n] for n in range(10_001)]).encode(), "application/json", TOO_MUCH_DATA),
    ],
)
def test_a_refused_set_changes_nothing(
    greenhouse: Account, query: str, body: bytes, content_type: str | None, message: str | None
) -> None:
    answer = greenhouse.post(query, body, content_type)
    assert_refused(answer, message or answer.json()["error"]["message"])
    assert greenhouse.get("getAll").json() == {}


def test_a_set_may_have_ten_thousand_points(greenhouse: Account) -> None:
    body = json.dumps([[1700000000000 + n, n] for n in range(10_000)]).encode()
    assert_taken(greenhouse.post("pin=v0", body), "OK")
    assert greenhouse.values("pin=v0&after=9998") == [9998, 9999]


def test_a_body_of_over_two_megabytes_is_413(greenhouse: Account) -> None:
    assert_taken(greenhouse.post("pin=v1", b"[[1,2]]".ljust(2_000_000)), "OK")
    assert_refused(greenhouse.post("pin=v1", b"[[1,2]]".ljust(2_000_001)), BODY_TOO_LARGE, 413)
    assert greenhouse.values("pin=v1") == [2.0]


def test_the_times_and_the_spelling_of_a_set(greenhouse: Account) -> None:
    last_ms = 2**53 - 1
    answer = greenhouse.post("pin=v1", b"[[0,1],[%d,2]]" % last_ms, "APPLICATION/json ; charset=utf-8")
    assert_taken(answer, "OK")
    assert greenhouse.get("history", "pin=v1").json()["points"] == [[1, 0, 1.0], [2, last_ms, 2.0]]


def test_properties(greenhouse: Account) -> None:
    assert_taken(greenhouse.get("update/property", "pin=v1&label=Room%2012"))
    assert_taken(greenhouse.get("update/property", "pin=V1&color=%23D3435C&urls=a&urls=b"))
    expected = {"label": "Room 12", "color": "#D3435C", "urls": ["a", "b"]}
    assert greenhouse.get("properties", "pin=v1").json() == expected
    assert greenhouse.get("properties", "dataStreamId=7").json() == expected
    assert greenhouse.get("properties", "pin=v0").json() == {}


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("pin=v1", WRONG_PROPERTY),
        ("pin=v1&1=x", WRONG_PROPERTY),
        ("label=x", WRONG_PIN),
        ("dataStreamId=7&label=x", WRONG_PIN),
        ("pin=v9&label=x", NO_DATASTREAM),
    ],
)
def test_properties_refused(greenhouse: Account, query: str, message: str) -> None:
    assert_refused(greenhouse.get("update/property", query), message)


def test_get_answers_one_value_as_text_and_several_as_json(greenhouse: Account) -> None:
    assert_taken(greenhouse.get("get", "v0"), "")
    greenhouse.get("batch/update", "v0=12&v1=3&v2=<b>bold</b>&v3=13.4&v3=52")
    assert_taken(greenhouse.get("get", "v0"), "12")
    assert_taken(greenhouse.get("get", "V1"), "3")
    assert_taken(greenhouse.get("get", "dataStreamId=7"), "3")
    assert_taken(greenhouse.get("get", "v3"), "13.4,52")
    assert greenhouse.get("get", "V0&v1&v4").json() == {"v0": 12, "v1": 3.0}
    text = greenhouse.get("get", "v2")
    assert_taken(text, "<b>bold</b>")
    assert text.headers["content-type"] == "text/plain; charset=utf-8"
    for answer in (text, greenhouse.get("get", "v2&v0"), greenhouse.get("getAll")):
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert_refused(greenhouse.get("get", ""), WRONG_PIN)
    assert_refused(greenhouse.get("get", "v9"), NO_DATASTREAM)


def test_a_device_is_connected_for_ten_seconds(board: Account) -> None:
    assert_taken(board.get("isHardwareConnected"), "false")
    board.get("update", "v1=1")
    assert_taken(board.get("isHardwareConnected"), "true")
    board.clock.now_ms += 10_001
    assert_taken(board.get("isHardwareConnected"), "false")


def test_events(greenhouse: Account) -> None:
    assert_taken(greenhouse.get("logEvent", "code=hot&description=It%20is%20hot"))
    assert_taken(greenhouse.get("logEvent", "code=cold"))
    now_ms = greenhouse.clock.now_ms
    assert list(greenhouse.device.events) == [(now_ms, "hot", "It is hot"), (now_ms, "cold", "")]
    assert greenhouse.get("events").json() == {"events": [[now_ms, "hot", "It is hot"], [now_ms, "cold", ""]]}


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("", NO_EVENT_CODE),
        ("code=", NO_EVENT_CODE),
        ("description=x", NO_EVENT_CODE),
        ("code=too%20hot", UNKNOWN_EVENT),
        ("code=" + "x" * 65, UNKNOWN_EVENT),
        ("code=a&code=b", WRONG_EVENT),
        ("code=a&description=x&description=y", WRONG_EVENT),
        ("code=a&description=" + "x" * 301, WRONG_EVENT),
        ("code=a&description=x%0Ay", WRONG_EVENT),
    ],
)
def test_events_refused(greenhouse: Account, query: str, message: str) -> None:
    assert_refused(greenhouse.get("logEvent", query), message)
    assert greenhouse.get("events").json() == {"events": []}


def test_the_history_counts_all_values_and_keeps_the_newest(board: Account) -> None:
    assert board.get("history", "pin=v1").json() == {"count": 0, "points": []}
    for n in range(60):
        board.get("update", f"v1={n}")
    history = board.get("history", "pin=v1").json()
    assert history["count"] == 60
    assert [(number, value) for number, _, value in history["points"]] == [(n + 1, n) for n in range(10, 60)]
    assert board.values("pin=v1&after=58") == [58, 59]
    assert_refused(board.get("history", "pin=v1&after=x"), WRONG_AFTER)


def test_a_device_never_sees_another(greenhouse: Account, board: Account) -> None:
    greenhouse.get("update", "v0=1")
    board.get("update", "v0=2")
    assert greenhouse.values("pin=v0") == [1]
    assert board.values("pin=v0") == [2]


def test_another_web_site_cannot_read_any_answer(greenhouse: Account) -> None:
    answer = greenhouse.session.get(
        greenhouse.address("getAll"), headers={"Origin": "https://example.org"}, timeout=10
    )
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]


def test_a_post_to_a_get_call_is_405(greenhouse: Account) -> None:
    assert (
        greenhouse.session.post(greenhouse.address("update", "v0=1"), timeout=PATIENCE_S).status_code == 405
    )
    assert greenhouse.values("pin=v0") == []


PIECES = st.sampled_from(
    ["v1", "V0", "v256", "pin", "dataStreamId", "value", "after", "code", "=", "&", "1", "%", "x"]
)
QUERIES = st.one_of(
    st.lists(PIECES, max_size=12).map("".join),
    st.binary(max_size=40).map(quote),
    st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="#"), max_size=40),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(call=st.sampled_from([*CALLS, *OWN_READS]), query=QUERIES)
def test_any_query_is_answered(board: Account, call: str, query: str) -> None:
    answer = board.get(call, query)
    assert answer.status_code in (200, 400)
    if answer.status_code == 400:
        assert answer.json().keys() == {"error"}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.one_of(
        st.binary(),
        st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists).map(
            lambda content: json.dumps(content).encode()
        ),
    )
)
def test_any_body_is_answered(board: Account, body: bytes) -> None:
    assert board.post("pin=v1", body).status_code in (200, 400)
