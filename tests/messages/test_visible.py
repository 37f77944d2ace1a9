"""Text from elsewhere is shown without anything that could control a terminal or reorder the text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.messages.visible import visible


@pytest.mark.parametrize(
    "character",
    "\x00\x07\x1b\r\n\x7f\x85\x9b\u200b\u2028\u2029\u202e\u2066\udc80\ufeff\u00a0\u00ad",
)
def test_what_cannot_be_printed_is_replaced(character: str) -> None:
    assert visible(f"a{character}b") == "a\ufffdb"


def test_a_tab_is_a_space_and_everything_else_stays() -> None:
    assert visible("a\tb é 温度計 → 😀") == "a b é 温度計 → 😀"


def test_line_ends_stay_where_several_lines_are_shown() -> None:
    assert visible("a\x1b\nb\r\n\rc\n", lines=True) == "a\ufffd\nb\n\ufffdc\n"


@given(st.text())
def test_any_text_becomes_one_visible_line(text: str) -> None:
    assert visible(text).isprintable()
    assert len(visible(text)) == len(text)
    assert visible(text, lines=True).replace("\n", "").isprintable()
