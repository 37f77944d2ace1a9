"""A document that would cost much memory to parse is refused before it is parsed, and no other one is."""

from __future__ import annotations

import importlib
import itertools
import sys
import tomllib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.config import limits
from app.config.bench_file import BenchConfig
from app.config.documents import MAX_BYTES, parse
from app.config.errors import ConfigError
from app.config.limits import excess
from app.messages.message import Message

parser: Any = importlib.import_module("tomllib._parser")
DEEP = ".".join("a" * 17)


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        (f"{DEEP} = 1", "toml_nested_too_deep", 1),
        (f"\n\n[{DEEP}]", "toml_nested_too_deep", 3),
        (f"x = {{{DEEP} = 1}}", "toml_nested_too_deep", 1),
        (f"x = [\n{{a = 1, {DEEP} = 1}}]", "toml_nested_too_deep", 2),
        (" . ".join(["a", '"b.c"', "'d'", *"efghijklmnopqr"]) + "= 1", "toml_nested_too_deep", 1),
        ("1" + ".1" * 16 + "= 1", "toml_nested_too_deep", 1),
        ("x = " + "[" * 17, "toml_nested_too_deep", 1),
        ("x = [" + "[], " * 9 + "[" * 16, "toml_nested_too_deep", 1),
        ("x = " + "{a=[" * 9, "toml_nested_too_deep", 1),
        ("a" * 501 + "= 1", "toml_word_too_long", 1),
        ("x = 1." + "1" * 501, "toml_word_too_long", 1),
        ("\nx = 0x" + "f" * 501, "toml_word_too_long", 2),
    ],
)
def test_a_document_beyond_a_limit_is_refused_with_its_line(text: str, code: str, line: int) -> None:
    found = excess(text)
    assert found
    assert (found.code, found.params["line"]) == (code, line)
    most = {"toml_nested_too_deep": 16, "toml_word_too_long": 500}[code]
    assert found.params["most"] == most


TEXTS = ["", "a", '"', '""', "'", "''", "\\", 'a"', "a''", '"a""b', "'a''b", '\\"', '\\"""', "\\\\", "#"]


@pytest.mark.parametrize(
    "value",
    [
        *(f'"{text}"' for text in TEXTS),
        *(f"'{text}'" for text in TEXTS),
        *(f'"""{text}"""' for text in [*TEXTS, "\n", "\\\n"]),
        *(f"'''{text}'''" for text in [*TEXTS, "\n"]),
        *("[1, 2.5]", "[[], [{}]]", "{}", "1.5", "-1_0.5e3", "1", "true", "12:00:00.5"),
    ],
)
def test_no_value_hides_a_deep_key_behind_it(value: str) -> None:
    with suppress(tomllib.TOMLDecodeError):
        tomllib.loads(f"x = {value}")
        for text in (f"x = {value}\n{DEEP} = 1", f"x = {value} # ' \" [\n{DEEP} = 1{value}"):
            found = excess(text)
            assert found
            assert found.code == "toml_nested_too_deep"
            assert found.params["line"] == 2 + value.count("\n")
        assert excess(f"x = {{x = {value}, {DEEP} = 1}}")
        assert excess(f"x = [{value}, {{{DEEP} = 1, x = {value}}}]")


@pytest.mark.parametrize(
    "text",
    [
        ".".join("a" * 16) + "= 1",
        f"[{'.'.join('a' * 16)}]",
        "x = " + "[" * 16 + "]" * 16,
        "a" * 500 + "= 1",
        f'"{"a" * 501}" = 1',
        f'x = "{DEEP}"  # {DEEP}',
        f"x = '{DEEP}'",
        f"x = '''\n{DEEP}''\n{DEEP}'''''",
        f'x = """\n{DEEP}\\"""\n{DEEP}"" {DEEP}"""""',
        f'x = "\\"{DEEP}\\\\"',
        f"""x = '"'\n# "\ny = '{DEEP}'""",
        "x = [\n" + "[], " * 20 + "]",
        "x = 12:00:00.5\n" + ".".join("a" * 16) + "= 1",
        "x = [" + "1.5, " * 20 + "]",
        "\n".join(f"x{i}.y = 1" for i in range(20)),
    ],
)
def test_a_document_within_the_limits_passes(text: str) -> None:
    tomllib.loads(text)
    assert excess(text) is None


def test_a_text_to_the_end_of_the_file_hides_nothing_that_the_parser_reads() -> None:
    assert excess('x = """\n' + f"{DEEP}\n" * 3) is None
    assert excess(f'x = "\n{DEEP} = 1') == Message("toml_nested_too_deep", line=2, most=16)


@pytest.mark.parametrize(
    "row", ["[a]\n", "[[a]]\n", "a.b = 1\n", "a = {b = {}}\n", "a = [\n[]]\n", "a = [{}]\n"]
)
def test_the_tables_of_a_document_are_limited(row: str) -> None:
    each = sum(map(row.count, ".[{"))
    text = row * (limits.MAX_TABLES // each)
    assert excess(text) is None
    assert excess(text + row) == Message("toml_too_many_entries", tables=30_000, values=100_000)


@pytest.mark.untraced
def test_the_values_of_a_document_are_limited() -> None:
    for text, one_more in (("a = 1.5\n" * 100_000, "="), ("a = [" + "1," * 99_999, ",")):
        assert excess(text) is None
        assert excess(text + one_more) == Message("toml_too_many_entries", tables=30_000, values=100_000)


def test_numbers_and_texts_are_no_tables() -> None:
    rows = ("a = 1.5\n", "b = -1_000.25\n", 'c = "a.b[{"\n', "# a.b.c [[\n", "d = 1.5e3\n")
    assert excess("".join(rows) * 10_000) is None


PIECES = st.sampled_from(
    [
        *(
            "a",
            "1",
            '"',
            "'",
            '"""',
            "'''",
            ".",
            " . ",
            "[",
            "]",
            "[[",
            "]]",
            "{",
            "}",
            ",",
            " = ",
            "\n",
            "\\",
        ),
        *("#", "a.b", '"a"', "= 1.5", "[a]\n", "a = 1\n", 'a = "', "{a.b", "\\\n", '\\"', "\r\n", " "),
        *("b = [1, # '\n2.5]\n", 'c = "\\""\n', 'd = """a""""\n', "e = '''a''''\n", '# "\n', "f.g.h.i = 1\n"),
    ]
)


@pytest.mark.untraced
@pytest.mark.parametrize("examples", [300, pytest.param(3000, marks=pytest.mark.long)])
def test_the_parser_meets_no_deeper_key_or_bracket_than_the_scan(examples: int) -> None:
    settings(max_examples=examples)(given(st.lists(PIECES, max_size=25).map("".join))(is_no_deeper))()


def is_no_deeper(text: str) -> None:
    deepest = open_now = 0

    def watched(name: str) -> Callable[..., Any]:
        plain = getattr(parser, name)

        def watch(*arguments: Any) -> Any:
            nonlocal deepest, open_now
            open_now += name != "parse_key"
            deepest = max(deepest, open_now)
            found = plain(*arguments)
            open_now -= name != "parse_key"
            if name == "parse_key":
                deepest = max(deepest, len(found[1]))
            return found

        return watch

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "MAX_DEPTH", 3)
        if excess(text):
            return
        for name in ("parse_key", "parse_array", "parse_inline_table"):
            patch.setattr(parser, name, watched(name))
        with suppress(tomllib.TOMLDecodeError):
            tomllib.loads(text)
    assert deepest <= 3


def many(row: Callable[[int], str]) -> str:
    """As many different rows as fit into the largest file that is read."""
    rows: list[str] = []
    left = MAX_BYTES
    for number in itertools.count():
        left -= len(row(number).encode())
        if left < 0:
            return "".join(rows)
        rows.append(row(number))
    raise AssertionError


BOMBS: dict[str, Callable[[], str]] = {
    "a key of many parts": lambda: "a." * 200_000 + "a = 1",
    "a header of many parts": lambda: "[" + "a." * 200_000 + "a]",
    "spaced parts": lambda: "'a' . " * 60_000 + "a = 1",
    "many keys of 16 parts": lambda: many(lambda n: f"k{n:x}{'.a' * 15}=1\n"),
    "many headers of 16 parts": lambda: many(lambda n: f"[k{n:x}{'.a' * 15}]\n"),
    "many headers": lambda: many(lambda n: f"[k{n:x}]\n"),
    "many tables in an array": lambda: many(lambda _: "[[a]]\n"),
    "many keys": lambda: many(lambda n: f"k{n:x}=1\n"),
    "many inline tables": lambda: many(lambda n: f"k{n:x}={{}}\n"),
    "deep inline tables": lambda: many(lambda n: f"k{n:x}={'{a=' * 15}1{'}' * 15}\n"),
    "deep arrays": lambda: "x = " + "[" * 400_000,
    "deep tables": lambda: "x = " + "{a=" * 100_000,
    "an array of numbers": lambda: "x = [" + "1," * 400_000 + "]",
    "an array of fractions": lambda: "x = [" + "0.1," * 200_000 + "]",
    "an array of tables": lambda: "x = [" + "{a.b.c.d=1}," * 80_000 + "]",
    "one long text": lambda: 'x = "' + "\\t" * 400_000 + '"',
    "one long key": lambda: '"' + "k" * 900_000 + '" = 1',
    "one long name": lambda: '[[device]]\nbaud = 1\nname = "' + "k" * 900_000 + '"',
    "one long number": lambda: "x = 1." + "1" * 900_000,
    "one long hexadecimal number": lambda: "x = 0x" + "f" * 900_000,
    "a date without end": lambda: "x = 2026-11-27T10:00:00." + "0" * 900_000,
    "comments": lambda: "#\n" * 400_000 + "x = 1",
    "quotes": lambda: 'x = """' + '"" ' * 300_000,
    "a text without end": lambda: "x = '''" + "''\n" * 300_000,
    "backslashes": lambda: 'x = "' + "\\" * 900_001,
}


@pytest.mark.untraced  # it scans megabytes
@pytest.mark.parametrize("name", BOMBS)
def test_no_document_costs_much_memory(name: str) -> None:
    resource = pytest.importorskip("resource", reason="Windows has no limit of a process's memory")
    text = BOMBS[name]().encode()
    assert 300_000 < len(text) <= MAX_BYTES
    if sys.platform != "linux":
        pytest.skip("the present size of a process is read from /proc")
    now = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (now + 60_000_000, before[1]))
    try:
        with pytest.raises(ConfigError) as raised:
            parse(text, "x.toml", BenchConfig)
        line = str(raised.value)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)
    assert line.startswith("x.toml: ")
    assert line.isprintable()
    assert len(line) < 1000
