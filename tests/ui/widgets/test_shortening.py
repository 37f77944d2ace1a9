"""Short names: what differs stays, wherever it is."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ui.widgets.shortening import cut_to, told_apart

RUNS = ("board 2026-11-27 15.16.30", "board 2026-11-27 15.16.23")
GYM = ("Weather station, gym north, board number 1", "Weather station, gym south, board number 1")


@pytest.mark.parametrize(
    ("name", "others", "letters", "shown"),
    [
        ("cellar", RUNS, 6, "cellar"),
        ("greenhouse", RUNS, 6, "green…"),
        (RUNS[0], RUNS, 16, "board 20…5.16.30"),
        (RUNS[1], RUNS, 16, "board 20…5.16.23"),
        (GYM[0], GYM, 16, "…north, board n…"),
        (GYM[1], GYM, 16, "…south, board n…"),
        ("board 1", ("board 12",), 7, "board 1"),
    ],
)
def test_names_are_cut_where_they_are_alike(
    name: str, others: tuple[str, ...], letters: int, shown: str
) -> None:
    assert told_apart(name, others, cut_to(letters)) == shown


@given(st.text("ab ", max_size=30), st.text("ab ", max_size=30), st.integers(4, 20))
def test_two_names_never_look_the_same(one: str, other: str, letters: int) -> None:
    assume(one != other and not one.startswith(other) and not other.startswith(one))
    names, cut = (one, other), cut_to(letters)
    shown = {told_apart(name, names, cut) for name in names}
    assert len(shown) == 2
    assert all(len(text) <= letters for text in shown)


@given(st.text(max_size=30), st.integers(1, 40), st.booleans())
def test_a_cut_text_has_the_letters_there_is_room_for(text: str, letters: int, at_end: bool) -> None:
    cut = cut_to(letters)(text, at_end)
    assert cut == text if len(text) <= letters else (len(cut) == letters and "…" in cut)
    assert at_end is False or text.startswith(cut.removesuffix("…"))
