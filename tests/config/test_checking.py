"""Each mistake in a bench is found in its place, in the words of the loader."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.config import addresses, bench_file, checking, serial_settings
from app.config.bench_file import BenchConfig
from app.config.checking import KEYS, Place, check
from app.config.explaining import explain
from app.messages.message import Message
from app.wire import datastreams

BOARD = {"name": "a", "port": "COM1"}


def found(document: Mapping[str, Any]) -> dict[Place, str]:
    mistakes = check(document)
    assert len({mistake.place for mistake in mistakes}) == len(mistakes)
    return {mistake.place: str(mistake.message) for mistake in mistakes}


def in_device(**keys: object) -> dict[Place, str]:
    """The mistakes in a device, with their places in it."""
    return {place[2:]: text for place, text in found({"device": [BOARD | keys]}).items()}


def in_datastream(**keys: object) -> dict[Place, str]:
    """The mistakes in a datastream, with their places in it."""
    return {place[2:]: text for place, text in in_device(datastream=[{"id": 1}, keys]).items()}


def test_a_bench_without_a_mistake_has_none() -> None:
    assert found({}) == {}
    assert found(msgspec.to_builtins(BenchConfig())) == {}
    assert in_device(datastream=({"id": 1}, {"virtual_pin": 1})) == {}


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({"baud_rate": 1}, {("baud_rate",): "baud_rate = 1 is not within 50…20000000"}),
        ({"baud_rate": "x"}, {("baud_rate",): "expected a whole number, got a text in quotes"}),
        ({"parity": "x"}, {("parity",): 'write "none", "even", "odd", "mark" or "space"'}),
        ({"baudrate": 1}, {("baudrate",): "unknown key baudrate: did you mean baud_rate?"}),
        ({"name": ""}, {("name",): "name is empty or has a control character: give the device a name"}),
        ({"port": "COM"[:0]}, {("port",): str(Message("port_empty"))}),
        ({"port": "replay:"}, {("port",): "port names no file"}),
        ({"server": "x"}, {("server",): str(Message("server_or_token_missing"))}),
        ({"auth_token": "keyring:a"}, {("auth_token",): str(Message("server_or_token_missing"))}),
        (
            {"server": "http://x.example", "auth_token": "secret", "interval_s": 0},
            {
                ("server",): "server would send the token unencrypted to x.example: write https://x.example",
                ("auth_token",): str(Message("auth_token_not_a_place")),
                ("interval_s",): "interval_s must be a number greater than 0 and at most 1000000",
            },
        ),
        (
            {"server": 5, "auth_token": "keyring:a", "requests_per_s": 0, "daily_points": 0},
            {
                ("server",): "expected a text in quotes, got a whole number",
                ("daily_points",): "daily_points must be at least 1 and at most 1000000000000",
            },
        ),
        (
            {"requests_per_s": 0.0},
            {("requests_per_s",): str(Message("unpaced_beyond_loopback"))},
        ),
        (
            {"flow_control": "rts_cts", "rts": False, "stop_bits": 1.5, "line_end": "x"},
            {
                ("stop_bits",): str(Message("stop_bits_only_with_five")),
                ("rts",): str(Message("rts_of_flow_control")),
                ("line_end",): str(Message("line_end_invalid")),
            },
        ),
        ({"stop_bits": 2, "data_bits": 9}, {("data_bits",): "data_bits = 9 is not within 5…8"}),
        ({"stop_bits": 1.5, "data_bits": 9}, {("data_bits",): "data_bits = 9 is not within 5…8"}),
        ({"stop_bits": 2, "data_bits": 5}, {("stop_bits",): str(Message("stop_bits_not_with_five"))}),
        (
            {"organisation": "x"},
            {("organisation",): str(Message("organisation_without_table", organisation="x"))},
        ),
        ({"organisation": 1}, {("organisation",): "expected a text in quotes, got a whole number"}),
    ],
)
def test_mistakes_in_a_device(keys: dict[str, Any], expected: dict[Place, str]) -> None:
    assert in_device(**keys) == expected


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({}, {("virtual_pin",): "a datastream needs virtual_pin or id"}),
        (
            {"virtual_pin": 256, "id": 0, "color": "red"},
            {
                ("virtual_pin",): "virtual_pin = 256 is not within 0…255",
                ("id",): "id = 0 is not within 1…2147483647",
                ("color",): 'color = "red" is not written as "#RRGGBB"',
            },
        ),
        (
            {"id": "x", "max_silence_s": "x"},
            {
                ("id",): "expected a whole number, got a text in quotes",
                ("max_silence_s",): "expected a number, got a text in quotes",
            },
        ),
        ({"id": 2, "min": 5, "max": 1}, {("min",): "min = 5 is greater than max = 1"}),
        ({"id": 2, "min": "x", "max": 1}, {("min",): "expected a number, got a text in quotes"}),
        (
            {"id": 2, "max": 1, "type": "string"},
            {("max",): 'min and max are only for type = "int" and "double"'},
        ),
        (
            {"id": 2, "values": [1, "x"], "type": "enum"},
            {("values", 1): "expected a whole number, got a text in quotes"},
        ),
        (
            {"id": 2, "values": [1], "type": "x"},
            {("type",): 'write "int", "double", "string", "enum" or "location"'},
        ),
        (
            {"id": 2, "values": [1], "min_change": -1},
            {
                ("values",): 'values are only for type = "enum"',
                ("min_change",): "min_change must be 0 or a positive number",
            },
        ),
        ({"id": 1}, {("id",): "id 1 is also used by datastream[0]: give each datastream its own"}),
        (
            {"id": 2, "unit": "\ud800"},
            {("unit",): "a text has a character that cannot be in a file: type the text again"},
        ),
    ],
)
def test_mistakes_in_a_datastream(keys: dict[str, Any], expected: dict[Place, str]) -> None:
    assert in_datastream(**keys) == expected


def test_mistakes_in_all_tables_are_found_at_once() -> None:
    document = {
        "bench": {"keep_days": 0, "max_journal_mb": "x", "journal": "//share/x"},
        "organisation": {"a": {"monthly_messages": -1}, "b": {"monthly": 1}, "\ud800": {}},
        "device": [
            {
                "name": "a",
                "port": "COM1",
                "datastream": [{"virtual_pin": 1}, {"virtual_pin": 1}, {"virtual_pin": 1}],
            },
            {"name": "a", "port": "com1", "organisation": "b"},
            {"name": "", "port": ""},
            {"name": "", "port": ""},
        ],
    }
    twice = "virtual_pin 1 is also used by datastream[0]: give each datastream its own"
    assert set(found(document)) == {
        ("bench", "keep_days"),
        ("bench", "max_journal_mb"),
        ("bench", "journal"),
        ("organisation", "a", "monthly_messages"),
        ("organisation", "b", "monthly"),
        ("organisation", "\ud800"),
        ("device", 0, "datastream", 1, "virtual_pin"),
        ("device", 0, "datastream", 2, "virtual_pin"),
        ("device", 1, "name"),
        ("device", 1, "port"),
        *(("device", index, key) for index in (2, 3) for key in ("name", "port")),
    }
    assert found(document)[("device", 0, "datastream", 2, "virtual_pin")] == twice
    assert found(document)[("device", 1, "port")] == (
        'port com1 is also used by device[0] "a": give each device its own'
    )
    assert found({"device": [{}]}) == {("device", 0, "port"): "port is missing: add it"}


@pytest.mark.parametrize(
    ("document", "place", "text"),
    [
        ({"benches": 1}, (), "unknown key benches: did you mean bench?"),
        ({"bench": 1}, ("bench",), "bench: expected a table, got a whole number"),
        ({"device": {}}, ("device",), "device: write [[device]], in double brackets"),
        (
            {"device": [BOARD | {"datastream": 1}]},
            ("device", 0, "datastream"),
            'device[0] "a", datastream: expected a list, got a whole number',
        ),
        (
            {"organisation": {"a": 1}},
            ("organisation",),
            "organisation.a: expected a table, got a whole number",
        ),
    ],
)
def test_what_is_no_table_is_found_too(document: dict[str, Any], place: Place, text: str) -> None:
    assert found(document) == {place: text}


def test_a_table_with_a_mistake_of_unknown_keys_is_a_mistake_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "KEYS", {})
    assert in_device(line_end="x", datastream=[{}]) == {
        (): str(Message("line_end_invalid")),
        ("datastream", 0): "a datastream needs virtual_pin or id",
    }


def test_every_message_about_a_value_has_keys() -> None:
    """A message names its key as a parameter, or is in the table."""
    codes = set()
    for module in (addresses, bench_file, serial_settings, datastreams):
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "InvalidValueError":
                code = ast.literal_eval(node.args[0])
                if code != "about" and not any(keyword.arg == "key" for keyword in node.keywords):
                    codes.add(code)
    assert codes == set(KEYS)


VALUES = st.sampled_from(
    [None, "", "x", "COM1", "int", "enum", "#0072B2", "a", 0, 1, 1.5, 300, -1, True, [], [1]]
)


def tables(kind: type[msgspec.Struct]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(
        st.sampled_from(sorted({*kind.__struct_fields__, "x"} - {"datastream"})), VALUES, max_size=4
    )


@given(
    st.lists(
        st.tuples(tables(bench_file.DeviceConfig), st.lists(tables(datastreams.Datastream), max_size=2)),
        max_size=2,
    ),
    tables(bench_file.BenchSection),
)
@settings(max_examples=150)
def test_a_mistake_is_found_exactly_if_the_bench_does_not_load(
    devices: list[tuple[dict[str, Any], list[dict[str, Any]]]], bench: dict[str, Any]
) -> None:
    tables = [BOARD | device | ({"datastream": pins} if pins else {}) for device, pins in devices]
    document = {"bench": bench, "device": tables}
    mistakes = check(document)
    try:
        msgspec.convert(document, BenchConfig)
    except msgspec.ValidationError as error:
        first = explain(error, document, BenchConfig)
        while first.code == "about":
            first = first.params["message"]  # type: ignore[assignment]
        assert first in [mistake.message for mistake in mistakes]
    else:
        assert mistakes == []
