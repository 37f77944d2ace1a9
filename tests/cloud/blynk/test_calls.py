"""Calls have exactly the paths, queries and bodies of Blynk's device API."""

import json
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cloud.blynk.calls import (
    address,
    batch,
    is_connected,
    joined_characters,
    log_event,
    may_join,
    timestamped_set,
    update,
)
from app.wire.datastreams import DatastreamType, Value
from app.wire.streams import Reading

MAX_BODY_BYTES = 2_000_000
MAX_POINTS = 10_000
TOKEN = "T"


def spelled(target: str, value: Value, datastream_id: int | None = None) -> str:
    call = update(Reading(1, 1, 1, target, value, 0), datastream_id)
    assert (call.method, call.body) == ("GET", None)
    return address(call, TOKEN)


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
def test_each_reading_has_its_path_and_query(
    target: str, value: Value, datastream_id: int | None, expected: str
) -> None:
    assert spelled(target, value, datastream_id) == expected


@given(st.text(min_size=1))
def test_any_text_survives_the_encoding(text: str) -> None:
    text = text.encode(errors="ignore").decode() or "x"
    query = urlsplit(spelled("v1", text)).query
    assert " " not in query
    assert "+" not in query
    assert parse_qsl(query, keep_blank_values=True) == [("token", TOKEN), ("v1", text)]


def reading(value: Value, at_ms: int = 0, target: str = "v1") -> Reading:
    return Reading(1, 1, 1, target, value, at_ms * 1000 + 999)


def test_a_batch_names_each_pin_and_its_length_is_known_in_advance() -> None:
    members = [(1, reading(33.0)), (12, reading("a b/é"))]
    call = batch(members)
    whole = address(call, TOKEN)
    assert whole == "/external/api/batch/update?token=T&v1=33&v12=a%20b%2F%C3%A9"
    bare = len(address(batch(()), TOKEN))
    assert len(whole) == bare + sum(joined_characters(pin, its) for pin, its in members)


def test_a_location_repeats_its_pin_in_a_batch_longitude_first() -> None:
    members = [(5, reading((13.4, -52.5))), (14, reading(100.0))]
    whole = address(batch(members), TOKEN)
    assert whole == "/external/api/batch/update?token=T&v5=13.4&v5=-52.5&v14=100"
    bare = len(address(batch(()), TOKEN))
    assert len(whole) == bare + sum(joined_characters(pin, its) for pin, its in members)


def test_properties_are_not_batched() -> None:
    assert may_join(reading(1.0))
    assert may_join(reading("text"))
    assert may_join(reading((1.0, 2.0)))
    assert not may_join(reading("text", target="v1.label"))


AT_US = 1_795_762_212_999_999
"""2026-11-27 06:50:12 UTC, just before the next second."""


def description(text: str, waited_us: int) -> str:
    call = log_event(Reading(1, 1, 1, "event.overheat", text, AT_US), AT_US + waited_us)
    (code, named), words = call.query
    assert (call.path, code, named, words[0]) == (
        "/external/api/logEvent",
        "code",
        "overheat",
        "description",
    )
    assert (call.method, call.body, call.is_event, call.points) == ("GET", None, True, 0)
    return words[1]


def test_an_event_has_its_code_and_its_text() -> None:
    call = log_event(Reading(1, 1, 1, "event.overheat", "Too hot", AT_US), AT_US)
    assert address(call, TOKEN) == "/external/api/logEvent?token=T&code=overheat&description=Too%20hot"
    assert [reading.target for reading in call.readings] == ["event.overheat"]


@pytest.mark.parametrize(
    ("waited_s", "expected"),
    [
        (-3600, "Too hot"),
        (0, "Too hot"),
        (59.999999, "Too hot"),
        (60, "Too hot (2026-11-27 06:50:12 UTC)"),
        (86_400, "Too hot (2026-11-27 06:50:12 UTC)"),
    ],
)
def test_an_event_that_waited_for_a_minute_says_when_it_occurred(waited_s: float, expected: str) -> None:
    assert description("Too hot", round(waited_s * 1e6)) == expected


def test_a_late_event_has_at_most_300_characters() -> None:
    suffix = " (2026-11-27 06:50:12 UTC)"
    for length in (273, 274, 275, 300):
        text = "é" * length
        late = description(text, 60_000_000)
        assert late.endswith(suffix)
        assert late == text + suffix if length <= 274 else late == "é" * 273 + "…" + suffix
        assert len(late) == min(300, length + len(suffix))
    assert description("é" * 300, 0) == "é" * 300


def points_of(values: list[Value], declared: DatastreamType | None = None) -> list[object]:
    call, _ = timestamped_set(1, [reading(value) for value in values], declared)
    assert (call.method, call.query) == ("POST", (("pin", "v1"),))
    assert call.body
    return [value for _, value in json.loads(call.body)]


def test_a_set_is_json_with_values_of_the_datastream_s_type() -> None:
    assert timestamped_set(3, [reading(1.5, 0)], None)[1] == 1
    call, last_ms = timestamped_set(3, [reading(1.5, 5), reading(2.5, 7)], None)
    assert address(call, TOKEN) == "/external/api/batch/update?token=T&pin=v3"
    assert (call.body, last_ms) == (b"[[5,1.5],[7,2.5]]", 7)
    assert json.dumps(points_of([1.0, 2], DatastreamType.INT)) == "[1, 2]"
    assert json.dumps(points_of([1.0], DatastreamType.ENUM)) == "[1]"
    assert json.dumps(points_of([1.0, -2.5e-7], DatastreamType.DOUBLE)) == "[1.0, -2.5e-07]"
    assert points_of(["1", "é"], DatastreamType.STRING) == ["1", "é"]
    assert points_of([(13.4, 52.5)], DatastreamType.LOCATION) == [[13.4, 52.5]]
    assert json.dumps(points_of([1.0, 1.5, "x", 1e300])) == '[1, 1.5, "x", 1e+300]'


def stamps_of(times_ms: list[int], after_ms: int = 0) -> list[int]:
    call, last_ms = timestamped_set(1, [reading(1.0, at_ms) for at_ms in times_ms], None, after_ms)
    assert call.body
    stamps = [stamp for stamp, _ in json.loads(call.body)]
    assert last_ms == stamps[-1]
    assert len(call.readings) == len(stamps)
    return stamps


def test_timestamps_strictly_increase() -> None:
    assert stamps_of([5, 5, 5, 6, 9, 8]) == [5, 6, 7, 8, 9, 10]
    assert stamps_of([5, 9], after_ms=5) == [6, 9]


def test_a_clock_that_was_set_back_begins_a_new_set() -> None:
    hour = 3_600_000
    assert stamps_of([2 * hour, 2 * hour + 1, hour]) == [2 * hour, 2 * hour + 1]
    assert stamps_of([hour, hour], after_ms=2 * hour) == [hour, hour + 1]


def test_timestamps_are_moved_by_less_than_a_minute() -> None:
    assert stamps_of([120_000, 60_001]) == [120_000, 120_001]
    assert stamps_of([120_000, 60_000]) == [120_000]
    assert stamps_of([60_000], after_ms=120_000) == [60_000]
    assert stamps_of([60_001], after_ms=120_000) == [120_001]


def test_a_body_has_at_most_two_million_bytes() -> None:
    frame = len('[[1,""],[2,""]]')
    for more, count, size in ((0, 2, 2_000_000), (1, 1, 1000 + len('[[1,""]]'))):
        texts = ["x" * 1000, "x" * (2_000_000 - frame - 1000 + more)]
        call, last_ms = timestamped_set(1, [reading(text, 1) for text in texts], None)
        assert call.body
        assert (len(call.readings), last_ms, len(json.loads(call.body))) == (count, count, count)
        assert len(call.body) == size


def test_a_body_is_filled_to_its_last_byte_if_more_readings_wait() -> None:
    frame = len('[[1,""],[2,""]]')
    for more, count in ((0, 2), (1, 1)):
        texts = ["x" * 1000, "x" * (2_000_000 - frame - 1000 + more), "x"]
        call, _ = timestamped_set(1, [reading(text, 1) for text in texts], None)
        assert call.body
        assert len(call.readings) == len(json.loads(call.body)) == count


def test_a_whole_number_is_sent_as_an_integer_as_far_as_it_is_exact() -> None:
    assert json.dumps(points_of([2.0**53 - 1, 2.0**53, -(2.0**53)])) == (
        "[9007199254740991, 9007199254740992.0, -9007199254740992.0]"
    )


@given(st.lists(st.integers(0, 1 << 41), min_size=1, max_size=50), st.integers(0, 1 << 41))
def test_any_times_give_increasing_timestamps_close_to_them(times_ms: list[int], after_ms: int) -> None:
    stamps = stamps_of(times_ms, after_ms)
    assert stamps == sorted(set(stamps))
    assert all(0 <= stamp - at_ms <= 60_000 for stamp, at_ms in zip(stamps, times_ms, strict=False))


def test_a_set_keeps_its_limits() -> None:
    call, _ = timestamped_set(1, [reading(1.0)] * (MAX_POINTS + 1), None)
    assert len(call.readings) == MAX_POINTS
    texts = [reading("x" * 1000, at_ms=1) for _ in range(3000)]
    call, last_ms = timestamped_set(1, texts, None)
    assert call.body
    assert len(call.body) <= MAX_BODY_BYTES
    assert 1900 < len(call.readings) == len(json.loads(call.body)) < 2000
    assert last_ms == len(call.readings)


def test_the_call_that_checks_a_token_carries_no_reading() -> None:
    call = is_connected()
    assert (call.method, call.readings) == ("GET", ())
    assert address(call, TOKEN) == "/external/api/isHardwareConnected?token=T"
