"""An error in a bench file is explained in one line with the place, the mistake and the fix."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.config.bench_file import DeviceConfig
from app.config.errors import ConfigError
from app.config.explaining import explain
from app.config.loading import parse
from app.messages.message import Message

BOARD = '[[device]]\nname = "greenhouse"\nport = "COM5"\n'
PIN = "[[device.datastream]]\nvirtual_pin = 1\n"
HERE = 'device[0] "greenhouse"'


def error_of(text: str | bytes) -> str:
    """The error message for a bench file with this text; empty if it loads."""
    try:
        parse(text.encode() if isinstance(text, str) else text, "bench.toml", Path(__file__).parent)
    except ConfigError as error:
        return str(error)
    return ""


def refusal(text: str | bytes) -> str:
    line = error_of(text)
    assert line.startswith("bench.toml: ")
    assert line.isprintable()
    return line.removeprefix("bench.toml: ")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("benc = 1", "unknown key benc: did you mean bench?"),
        ("zzz = 1", "unknown key zzz: known are bench, organisation and device"),
        ("[bench]\nkeep = 1", "bench: unknown key keep: did you mean keep_days?"),
        ("[bench]\norganisation = 1", "bench: unknown key organisation: known are name, journal, keep_days "),
        ("[organisation.a]\nmessages = 1",
         "organisation.a: unknown key messages: did you mean monthly_messages?"),
        (BOARD + "baudrate = 1", HERE + ": unknown key baudrate: did you mean baud_rate?"),
        (BOARD + "Baud-Rate = 1", HERE + ": unknown key Baud-Rate: did you mean baud_rate?"),
        (BOARD + '"a\\nb`c" = 1', HERE + ": unknown key a b`c: known are name, port, baud_rate, "),
        (
            BOARD + PIN + "colour = 1",
            HERE + ", datastream[0]: unknown key colour: did you mean color?",
        ),
        (BOARD + PIN + "device = 1", HERE + ", datastream[0]: unknown key device: known are "),
        (
            BOARD + PIN + "baud_rate = 9600",
            HERE + ", datastream[0]: unknown key baud_rate: it belongs to device, "
            "so write it above this table",
        ),
    ],
)  # fmt: skip
def test_an_unknown_key_is_refused_with_its_place_and_the_nearest_one(text: str, expected: str) -> None:
    assert refusal(text).startswith(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (BOARD + 'baud_rate = "fast"', HERE + ", baud_rate: expected a whole number, got a text in quotes"),
        (BOARD + "baud_rate = 1.5", HERE + ", baud_rate: expected a whole number, got a number"),
        (BOARD + "baud_rate = true", HERE + ", baud_rate: expected a whole number, got true or false"),
        (BOARD + "record = 1", HERE + ", record: expected true or false, got a whole number"),
        (BOARD + "server = 1", HERE + ", server: expected a text in quotes, got a whole number"),
        (BOARD + "server = 2026-11-27", HERE + ", server: expected a text in quotes, got a date or time"),
        (BOARD + "server = 2026-11-27T10:00:00Z",
         HERE + ", server: expected a text in quotes, got a date or time"),
        (BOARD + "interval_s = 10:00:00", HERE + ", interval_s: expected a number, got a date or time"),
        (BOARD + "interval_s = []", HERE + ", interval_s: expected a number, got a list"),
        ('[[device]]\nname = 3\nport = "COM5"',
         "device[0].name: expected a text in quotes, got a whole number"),
        ('[[device]]\nname = ""\nport = 3', "device[0].port: expected a text in quotes, got a whole number"),
        (
            BOARD + PIN + 'name = "T"\nmin = "low"',
            HERE + ', datastream[0] "T", min: expected a number, got a text in quotes',
        ),
        (
            BOARD + PIN + 'values = [1, "x"]',
            HERE + ", datastream[0].values[1]: expected a whole number, got a text in quotes",
        ),
        ("[organisation]\na = 3", "organisation.a: expected a table, got a whole number"),
        ("[organisation.a]\n[organisation.b]\nmonthly_messages = '1'",
         "organisation.b.monthly_messages: expected a whole number, got a text in quotes"),
        ("device = 3", "device: expected a list, got a whole number"),
        (BOARD + "baud_rate = {a = 1}", HERE + ", baud_rate: expected a whole number, got a table"),
        (BOARD + PIN + "values = {a = 1}", HERE + ", datastream[0].values: expected a list, got a table"),
        ("device = [3]", "device[0]: expected a table, got a whole number"),
        ('[device]\nport = "COM5"', "device: write [[device]], in double brackets"),
        (BOARD + "[device.datastream]\nid = 1",
         HERE + ", datastream: write [[device.datastream]], in double brackets"),
        ('[[bench]]\nname = "x"', "bench: write [bench], in single brackets"),
        (BOARD + "interval_s = 1" + "0" * 400,
         HERE + ", interval_s: the number is too large: write a smaller one"),
        ('[[device]]\nname = "greenhouse"', HERE + ": port is missing: add it"),
    ],
)  # fmt: skip
def test_a_wrong_type_is_refused_with_its_place(text: str, expected: str) -> None:
    assert refusal(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (BOARD + 'forward = "often"', 'forward: write "every", "latest" or "timestamped"'),
        (BOARD + "forward = 3", 'forward: write "every", "latest" or "timestamped"'),
        (BOARD + 'backlog = ""', 'backlog: write "replay" or "timestamped"'),
        (BOARD + 'unknown_pins = "Reject"', 'unknown_pins: write "forward" or "reject"'),
        (BOARD + PIN + 'type = "bool"',
         'datastream[0].type: write "int", "double", "string", "enum" or "location"'),
        (BOARD + PIN + 'out_of_range = "cut"',
         'datastream[0].out_of_range: write "reject", "clamp" or "forward"'),
        (BOARD + PIN + 'line_style = "dashdot"',
         'datastream[0].line_style: write "solid", "dashed", "dotted" or "dash_dot"'),
    ],
)  # fmt: skip
def test_a_wrong_choice_is_refused_with_the_known_ones(text: str, expected: str) -> None:
    assert refusal(text) == f"{HERE}, {expected}"


PATHS = "write / or \\\\ in paths"
TWICE = "a key or a table is there twice, or [device] is not written [[device]]"


@pytest.mark.parametrize(
    ("text", "start", "fix"),
    [
        (b"port = COM5", "Invalid value", ": put a text in quotes"),
        (b'port = "C:\\data"', "Unescaped", f": {PATHS}"),
        (b'port = "C:\\Users"', "Invalid hex", f": {PATHS}"),
        (b'[device]\nport = "a"\n[[device]]\nport = "b"', "Cannot overwrite", f": {TWICE}"),
        (b"[bench]\n[bench]", "Cannot declare", f": {TWICE}"),
        (b"name", "Expected", ""),
    ],
)
def test_what_is_no_toml_is_refused_with_a_fix(text: bytes, start: str, fix: str) -> None:
    """The text between `start` and `fix` is Python's own, and differs between its versions."""
    line = refusal(text)
    assert line.startswith(f"is not TOML: {start}")
    assert line.endswith(f"){fix}")


ODD = ["every", "", "\x00", "usb:", "http://[", "COM5", "a - at `$.b`", "a\u2028b"]
VALUES: st.SearchStrategy[Any] = st.integers() | st.floats() | st.booleans() | st.sampled_from(ODD)
KEYS = st.sampled_from([*DeviceConfig.__struct_fields__, "baudrate", "x`y", "a\nb"])


def toml(value: object) -> str:
    if isinstance(value, str):
        return '"' + "".join(f"\\u{ord(letter):04x}" for letter in value) + '"'
    return "nan" if value != value else str(value).lower()


@given(st.dictionaries(KEYS, VALUES, max_size=6))
def test_any_device_is_accepted_or_refused_in_one_line(keys: dict[str, Any]) -> None:
    text = "[[device]]\n" + "".join(f"{toml(key)} = {toml(value)}\n" for key, value in keys.items())
    line = error_of(text)
    assert len(line.splitlines()) <= 1
    assert "`$" not in line.replace("a - at `$.b`", "")


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_bytes_are_accepted_or_refused_in_one_line(text: bytes) -> None:
    assert len(error_of(text).splitlines()) <= 1


class Odd(msgspec.Struct):
    """A type with kinds of fields that no file of the program has; their errors are in msgspec's words."""

    number: Annotated[int, msgspec.Meta(ge=1)] = 1
    mixed: int | str = 1


@pytest.mark.parametrize(
    ("document", "line"),
    [
        ({"number": 0}, "number: Expected `int` >= 1"),
        ({"mixed": []}, "mixed: expected int | str, got a list"),
    ],
)
def test_other_errors_of_msgspec_are_shown_in_its_words(document: dict[str, Any], line: str) -> None:
    with pytest.raises(msgspec.ValidationError) as raised:
        msgspec.convert(document, Odd)
    assert str(explain(raised.value, document, Odd)) == line


def test_the_error_of_a_types_own_check_keeps_its_code() -> None:
    with pytest.raises(ConfigError) as raised:
        parse((BOARD + "baud_rate = 1").encode(), "bench.toml", Path(__file__).parent)
    own = Message("value_out_of_range", key="baud_rate", value=1, low=50, high=20_000_000)
    place = Message("about", subject=HERE, message=own)
    assert raised.value.message == Message("about", subject="bench.toml", message=place)
