"""The bounded history of a datastream."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.localcloud import history
from app.localcloud.history import PointHistory


def test_points_are_numbered_from_one_in_the_order_of_arrival() -> None:
    ring = PointHistory(10)
    ring.add(5, 1.5)
    ring.add(3, "two")
    assert ring.after(0) == [(1, 5, 1.5), (2, 3, "two")]
    assert ring.after(1) == [(2, 3, "two")]
    assert ring.after(2) == ring.after(99) == []


@given(st.integers(1, 7), st.lists(st.integers(), max_size=30), st.integers(0, 40))
def test_it_keeps_the_newest_points_and_counts_all(max_points: int, values: list[int], after: int) -> None:
    ring = PointHistory(max_points)
    for number, value in enumerate(values, 1):
        ring.add(number * 10, value)
    every = [(number, number * 10, value) for number, value in enumerate(values, 1)]
    assert ring.count == len(values)
    assert ring.after(after) == [point for point in every[-max_points:] if point[0] > after]


def test_text_is_bounded_by_its_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "MAX_TEXT_BYTES", 10)
    ring = PointHistory(100)
    for text in ("äää", "bb", "cc", "dd"):
        ring.add(0, text)
    assert [value for _, _, value in ring.after(0)] == ["bb", "cc", "dd"]
    assert ring.count == 4
    ring.add(0, "eeee")
    assert [value for _, _, value in ring.after(0)] == ["bb", "cc", "dd", "eeee"]


def test_a_history_of_no_points_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        PointHistory(0)


def test_the_default_bounds() -> None:
    numbers = PointHistory()
    for number in range(100_001):
        numbers.add(0, number)
    assert (len(numbers.after(0)), numbers.after(0)[0]) == (100_000, (2, 0, 1))
    texts = PointHistory()
    texts.add(0, "a" * 4_000_000)
    texts.add(0, "ä" * 2_000_000)
    assert [number for number, _, _ in texts.after(0)] == [1, 2]
    texts.add(0, "c")
    assert [number for number, _, _ in texts.after(0)] == [2, 3]
