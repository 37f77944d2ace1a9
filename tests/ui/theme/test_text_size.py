"""The steps of the text size: from 75 to 200 percent, and never anything else."""

from __future__ import annotations

import pytest

from ui.theme.text_size import NORMAL, STEPS, nearest, step


def test_steps_go_from_75_to_200_percent_through_the_normal_size() -> None:
    assert (min(STEPS), max(STEPS), NORMAL) == (75, 200, 100)
    assert list(STEPS) == sorted(set(STEPS))
    assert NORMAL in STEPS


@pytest.mark.parametrize(
    ("percent", "by", "wanted"),
    [(100, 1, 110), (100, -1, 90), (90, -1, 75), (75, -1, 75), (175, 1, 200), (200, 1, 200), (150, 0, 150)],
)
def test_a_step_stops_at_both_ends(percent: int, by: int, wanted: int) -> None:
    assert step(percent, by) == wanted


@pytest.mark.parametrize(
    ("percent", "wanted"), [(0, 75), (-5, 75), (82, 75), (83, 90), (104, 100), (106, 110), (10**9, 200)]
)
def test_a_damaged_size_becomes_the_nearest_step(percent: int, wanted: int) -> None:
    assert nearest(percent) == wanted
    assert step(percent, 0) == wanted
