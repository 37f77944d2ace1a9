"""The same mistake is reported in the same words in every kind of file."""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.config.bench_file import BenchConfig
from app.config.documents import MAX_BYTES, load, parse, parse_json
from app.config.errors import ConfigError
from app.demo.faults import DemoFaultsFile
from app.localcloud.devices_file import DevicesFile
from app.localcloud.faults.file import FaultsFile
from app.messages.message import Message

KINDS: dict[str, type] = {
    "bench": BenchConfig,
    "devices": DevicesFile,
    "faults": FaultsFile,
    "demo": DemoFaultsFile,
}
GOOD: dict[str, str] = {
    "bench": '[[device]]\nname = "A"\nport = "COM5"\n',
    "devices": '[[device]]\nname = "A"\n',
    "faults": '[[fault]]\nfault = "down"\n',
    "demo": '[[board]]\nfault = "flood"\n',
}
"""A valid file of each kind. It has one table, to which keys that a test adds at the end belong."""

PLACE: dict[str, str] = {
    "bench": 'device[0] "A"',
    "devices": 'device[0] "A"',
    "faults": "fault[0]",
    "demo": "board[0]",
}

every_kind = pytest.mark.parametrize("kind", GOOD)


def mistake(text: str | bytes, kind: str) -> str:
    """The error message for an invalid document, without the name of its file."""
    with pytest.raises(ConfigError) as raised:
        parse(text.encode() if isinstance(text, str) else text, "x.toml", KINDS[kind])
    line = str(raised.value)
    assert line.isprintable()
    assert line.startswith("x.toml: ")
    return line.removeprefix("x.toml: ")


@every_kind
def test_a_file_is_read_with_and_without_a_byte_order_mark(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text(GOOD[kind], encoding="utf-8")
    read: object = load(path, KINDS[kind])
    assert isinstance(read, KINDS[kind])
    path.write_text(GOOD[kind], encoding="utf-8-sig")
    assert load(path, KINDS[kind]) == read
    assert parse_json(json.dumps(tomllib.loads(GOOD[kind])).encode(), KINDS[kind]) == read


@every_kind
def test_a_file_that_cannot_be_read_or_is_too_large_is_named(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    with pytest.raises(ConfigError) as raised:
        load(path, KINDS[kind])
    assert str(raised.value) == (
        f"{path}: cannot be read: No such file or directory: check the name and the folder"
    )
    good = GOOD[kind].encode()
    path.write_bytes(good.ljust(MAX_BYTES, b"#"))
    assert isinstance(load(path, KINDS[kind]), KINDS[kind])
    path.write_bytes(good.ljust(MAX_BYTES + 1, b"#"))
    with pytest.raises(ConfigError) as raised:
        load(path, KINDS[kind])
    assert str(raised.value) == f"{path}: is larger than 1,000,000 bytes: name another file"


def test_a_system_error_without_text_is_named_by_its_type(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "open", fail)
    with pytest.raises(ConfigError, match=r"x: cannot be read: PermissionError: check"):
        load(tmp_path / "x", FaultsFile)


@pytest.mark.skipif(sys.platform == "win32", reason="no file of Windows has a line end in its name")
def test_a_file_with_a_line_break_in_its_name_is_named_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"/no where\.toml: cannot be read: No such file"):
        load(tmp_path / "no\nwhere.toml", FaultsFile)


@every_kind
@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        (b"\xff", "is not UTF-8 text: save it with the encoding UTF-8", ""),
        (b"name", "is not TOML: ", ")"),
        (b"name = COM5", "is not TOML: Invalid value", "): put a text in quotes"),
        (b'name = "C:\\data"', "is not TOML: ", "): write / or \\\\ in paths"),
        (
            b"[a]\n[a]",
            "is not TOML: ",
            "): a key or a table is there twice, or [device] is not written [[device]]",
        ),
        (b"a = " + b"1" * 5000, "has a number or a key of more than 500 characters in line 1: ", ""),
        (b"a = " + b"[" * 100_000, "is nested more than 16 levels deep in line 1: ", ""),
    ],
)
def test_text_that_is_not_toml_is_explained(kind: str, text: bytes, start: str, end: str) -> None:
    line = mistake(text, kind)
    assert line.startswith(start)
    assert line.endswith(end)


@every_kind
def test_an_unknown_key_is_reported_with_the_nearest_one_or_with_all(kind: str) -> None:
    first = next(iter(tomllib.loads(GOOD[kind])))
    assert mistake(f"{first}s = 1", kind) == f"unknown key {first}s: did you mean {first}?"
    known = {
        "bench": "are bench, organisation and device",
        "devices": "is device",
        "faults": "are seed and fault",
        "demo": "are seed, fault and board",
    }
    assert mistake("zzz = 1", kind) == f"unknown key zzz: known {known[kind]}"
    field = {"bench": "portt", "devices": "opne", "faults": "shar", "demo": "for_"}[kind]
    near = {"bench": "port", "devices": "open", "faults": "share", "demo": "for_s"}[kind]
    line = f"{PLACE[kind]}: unknown key {field}: did you mean {near}?"
    assert mistake(f"{GOOD[kind]}{field} = 1", kind) == line


@pytest.mark.parametrize("kind", ["faults", "demo"])
def test_a_top_level_key_in_a_table_is_explained(kind: str) -> None:
    line = f"{PLACE[kind]}: unknown key seed: it belongs to no table, so write it at the top of the file"
    assert mistake(GOOD[kind] + "seed = 1", kind) == line


@pytest.mark.parametrize("kind", ["bench", "devices"])
def test_a_key_of_a_device_in_a_datastream_is_explained(kind: str) -> None:
    line = f"{PLACE[kind]}, datastream[0]: unknown key auth_token: it belongs to device, "
    text = GOOD[kind] + "[[device.datastream]]\nauth_token = 'secret'"
    assert mistake(text, kind) == line + "so write it above this table"


@every_kind
def test_a_missing_key_is_named(kind: str) -> None:
    table, key = {
        "bench": ("device", "port"),
        "devices": ("device", "name"),
        "faults": ("fault", "fault"),
        "demo": ("board", "fault"),
    }[kind]
    assert mistake(f"[[{table}]]", kind) == f"{table}[0]: {key} is missing: add it"


@every_kind
def test_a_wrong_type_is_reported_in_words_that_users_know(kind: str) -> None:
    table, place = ("device", "device[0].name") if kind in ("bench", "devices") else ("fault", "")
    if place:
        line = "expected a text in quotes, got a whole number"
        assert mistake(f"[[{table}]]\nname = 3", kind) == f"{place}: {line}"
    key = {"bench": "record", "devices": "open", "faults": "share", "demo": "from_s"}[kind]
    wanted = "true or false" if kind in ("bench", "devices") else "a number"
    at = f"{PLACE[kind]}, {key}" if place else f"{PLACE[kind]}.{key}"
    assert mistake(f"{GOOD[kind]}{key} = 'x'", kind) == f"{at}: expected {wanted}, got a text in quotes"


@every_kind
def test_a_wrong_choice_is_reported_with_the_choices(kind: str) -> None:
    text, line = {
        "bench": ("forward = 'often'", ', forward: write "every", "latest" or "timestamped"'),
        "devices": (
            "[[device.datastream]]\nid = 1\ntype = 'text'",
            ', datastream[0].type: write "int", "double", "string", "enum" or "location"',
        ),
        "faults": ("per = 'week'", '.per: write "total" or "month"'),
        "demo": (
            "[[board]]\nfault = 'flod'",
            'board[1].fault: write "unplug", "rubbish" or "flood"',
        ),
    }[kind]
    expected = line if kind == "demo" else PLACE[kind] + line
    assert mistake(GOOD[kind] + text, kind) == expected


@every_kind
def test_brackets_are_corrected(kind: str) -> None:
    table = next(iter(tomllib.loads(GOOD[kind])))
    assert mistake(f"[{table}]", kind) == f"{table}: write [[{table}]], in double brackets"
    assert mistake(f"{table} = 3", kind) == f"{table}: expected a list, got a whole number"
    if kind == "bench":
        assert mistake("[[bench]]", kind) == "bench: write [bench], in single brackets"
        text = "[[organisation]]\nmonthly_messages = 1"
        assert mistake(text, kind) == "organisation: expected a table, got a list"


@every_kind
def test_the_error_of_a_types_own_check_is_reported_with_its_place(kind: str) -> None:
    text, line = {
        "bench": ("baud_rate = 1", ": baud_rate = 1 is not within 50…20000000"),
        "devices": (
            "[[device.datastream]]\nvirtual_pin = 256",
            ", datastream[0]: virtual_pin = 256 is not within 0…255",
        ),
        "faults": ("every = 0", ": every = 1 is each call, 2 every second one: write 1 or more"),
        "demo": (
            "[[fault]]\nfault = 'quota'",
            "fault[0]: quota needs messages: add it",
        ),
    }[kind]
    expected = line if kind == "demo" else PLACE[kind] + line
    assert mistake(GOOD[kind] + text, kind) == expected


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{"fault": [{}]}', "fault[0]: fault is missing: add it"),
        ('{"fault": [{"fault": "down", "shre": 1}]}', "fault[0]: unknown key shre: did you mean share?"),
        (
            '{"fault": [{"fault": "down", "device": 3}]}',
            "fault[0].device: expected a text in quotes, got a whole number",
        ),
        (
            '{"fault": [{"fault": "down", "device": null}]}',
            "fault[0].device: expected a text in quotes, got null",
        ),
        ('{"fault": {"fault": "down"}}', "fault: expected a list, got a table"),
        ("[]", "expected a table, got a list"),
        ('{"fault": [{"fault": "down", "count": -1}]}', "fault[0]: count must be at least 0"),
        ("{", "is not JSON: Input data was truncated"),
        ('{"seed": 1e999}', "is not JSON: Number out of range - at `$[...]`"),
        ("[" * 100_000, "is not JSON: maximum recursion depth exceeded while deserializing an object"),
    ],
)
def test_json_is_explained_like_toml(text: str, line: str) -> None:
    with pytest.raises(ConfigError) as raised:
        parse_json(text.encode(), FaultsFile)
    assert str(raised.value) == line


def test_json_that_is_not_utf8_is_explained() -> None:
    with pytest.raises(ConfigError, match=r"^is not JSON: 'utf-8' codec can't decode byte 0xff"):
        parse_json(b'{"\xff": 1}', FaultsFile)


def test_null_is_a_type_of_its_own() -> None:
    with pytest.raises(ConfigError) as raised:
        parse_json(b'{"seed": null}', FaultsFile)
    wrong = Message("wrong_type", wanted=Message("type_int"), got=Message("type_null"))
    assert raised.value.message == Message("about", subject="seed", message=wrong)


@given(
    st.binary(max_size=60) | st.text(max_size=60).map(str.encode) | st.just(b'{"seed": ' + b"1" * 5000 + b"}")
)
def test_any_bytes_are_accepted_or_refused_in_one_line(text: bytes) -> None:
    for kind in KINDS.values():
        for read in (lambda text, kind: parse(text, "x", kind), parse_json):
            line = "x"
            try:
                read(text, kind)
            except ConfigError as error:
                line = str(error)
            assert len(line.splitlines()) == 1
