"""The texts of fields: how values are written and read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.bench.model import values


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), ("a b", "a b"), (12, "12"), (1.5, "1.5"), (30.0, "30"), (1e-7, "1e-07"), ((1, 2), "1, 2")],
)
def test_values_are_written_shortly(value: object, text: str) -> None:
    assert values.written(value) == text


@given(st.floats(allow_nan=False))
def test_a_written_number_is_read_as_the_same_number(number: float) -> None:
    assert values.read_number(values.written(number)) == number


@given(st.integers())
def test_a_written_whole_number_is_read_as_the_same_number(number: int) -> None:
    read = values.read_whole(values.written(number))
    assert read == (number if len(str(abs(number))) <= 40 else str(number))


@pytest.mark.parametrize(
    ("text", "value"),
    [("", None), (" ", None), ("007", 7), (" -3 ", -3), ("+3", 3), ("1.0", "1.0"), ("x", "x"), ("½", "½")],
)
def test_whole_numbers_are_read(text: str, value: object) -> None:
    assert values.read_whole(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("1,5", 1.5),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        ("1,000.5", "1,000.5"),
        ("1,000,5", "1,000,5"),
        ("x", "x"),
    ],
)
def test_numbers_are_read_with_the_decimal_sign_of_the_language(text: str, value: object) -> None:
    assert values.read_number(text, ",") == value


def test_in_english_a_comma_is_no_decimal_sign() -> None:
    assert values.read_number("1,5") == "1,5"


@pytest.mark.parametrize(
    ("text", "value"), [("", ()), (" 1, 2;3  4 ", (1, 2, 3, 4)), ("1, x", (1, "x")), ("1.5", ("1.5",))]
)
def test_lists_are_read_with_any_separators(text: str, value: object) -> None:
    assert values.read_wholes(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", ""),
        (" fra1.blynk.cloud/ ", "https://fra1.blynk.cloud"),
        ("localhost:8080", "https://localhost:8080"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("https:", "https:"),
        ("fleet://x", "fleet://x"),
    ],
)
def test_a_server_without_a_scheme_is_one_of_https(text: str, value: str) -> None:
    assert values.read_server(text) == value


def test_texts_are_read_as_they_are() -> None:
    assert values.read_text(" a ") == " a "
