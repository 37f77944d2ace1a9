"""Values are written as TOML, in the style of the ones that they replace."""

from __future__ import annotations

import functools
import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.config.writing.inline import Element, elements, pairs
from app.config.writing.values import Value, key_text, literal
from app.errors import InvalidValueError

TEXTS = st.text(st.characters(codec="utf-8"))


@given(
    TEXTS
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.lists(st.integers(-9, 9)),
    st.sampled_from(["", "''", '""', "'''x'''", "1", "1.0", "1e3", "[\n  0, # zero\n]", "[]"]),
)
def test_what_is_written_is_read_back(value: Value, earlier: str) -> None:
    if isinstance(value, list) == earlier.startswith("["):
        assert tomllib.loads(f"a = {literal(value, earlier)}") == {"a": value}


@given(st.lists(TEXTS, min_size=1).map(tuple))
def test_a_key_is_read_back(path: tuple[str, ...]) -> None:
    table: Any = tomllib.loads(f"{key_text(path)} = 1")
    assert functools.reduce(lambda inner, part: inner[part], path, table) == 1


@pytest.mark.parametrize(
    ("value", "earlier", "text"),
    [
        ("COM5", "", '"COM5"'),
        ("COM5", "'x'", "'COM5'"),
        ("it's", "'x'", '"it\'s"'),
        ("\n", "'x'", r'"\n"'),
        ("x", "'''y'''", '"x"'),
        (True, "false", "true"),
        (9600, "115_200", "9600"),
        (60.0, "30", "60"),
        (60.0, "30.0", "60.0"),
        (60.0, "3e1", "60.0"),
        (60.0, "3E1", "60.0"),
        (60.0, "", "60"),
        (0.1, "1", "0.1"),
        (1e15, "", "1000000000000000.0"),
        (-1e15, "", "-1000000000000000.0"),
        (1e15 - 1, "", "999999999999999"),
        (1e22, "", "1e+22"),
        ([1, -2], "[0]", "[1, -2]"),
        ([], "", "[]"),
    ],
)
def test_the_style_of_the_earlier_value_stays(value: Value, earlier: str, text: str) -> None:
    assert literal(value, earlier) == text


def test_numbers_in_a_list_keep_their_comments() -> None:
    earlier = "[ # states\n    0, # off\n    # the usual one\n    0x1, # on\n    1_0,\n    # end\n  ]"
    assert literal([1, 7, 10, 10], earlier) == (
        "[\n    # the usual one\n    0x1, # on\n    7,\n    1_0,\n    10,\n    # end\n  ]"
    )
    assert literal([0], earlier.replace("\n", "\r\n")) == (
        "[\r\n    # states\r\n    0, # off\r\n    # end\r\n  ]"
    )
    assert literal([1, 1], "[\n1, # first\n1, # second\n]") == "[\n1, # first\n1,\n]"


def test_no_file_can_hold_half_of_a_surrogate_pair() -> None:
    with pytest.raises(InvalidValueError, match="a text has a character that cannot be in a file"):
        literal("\ud83d")


def test_a_list_has_elements_with_comments() -> None:
    text = '[ # 0\n # 1\n"a,]", # 2\n { b = [1, # in\n 2] } # 3\n , # 4\n 1 # 5\n # 6\n]'
    assert elements(text) == (
        [
            Element(["# 0", "# 1"], '"a,]"', "# 2"),
            Element([], "{ b = [1, # in\n 2] }", "# 3"),
            Element(["# 4"], "1", "# 5"),
        ],
        ["# 6"],
    )
    assert elements("[]") == ([], [])
    assert elements("[# x\n]") == ([], ["# x"])


def test_an_inline_table_has_keys_and_values() -> None:
    text = "{ a.b = 1, \"=\"= '=',c = { d = [1, 2] } }"
    assert pairs(text) == [(("a", "b"), "1"), (("=",), "'='"), (("c",), "{ d = [1, 2] }")]
    assert pairs("{}") == []
