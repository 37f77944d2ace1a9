"""The place of the window on the screens: always inside one that exists, with room for its frame."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.placement import LEAST, Area, Placement, Wish, placed

FULL_HD = Area(0, 0, 1920, 1040)
LAPTOP = Area(0, 0, 1366, 728)
AT_200_PERCENT = Area(0, 0, 960, 500)
LEFT_OF_IT = Area(-1280, 100, 1280, 984)
FIRST_START = Wish(1280, 800)


def test_the_first_window_is_in_the_middle_of_a_large_screen() -> None:
    assert placed(FIRST_START, [FULL_HD]) == Placement(Area(320, 135, 1280, 800), maximised=False)


@pytest.mark.parametrize("screen", [LAPTOP, AT_200_PERCENT, Area(0, 0, 1024, 768), Area(0, 27, 820, 520)])
def test_the_first_window_fills_a_small_screen(screen: Area) -> None:
    area, maximised = placed(FIRST_START, [screen])
    assert maximised
    assert area == Area(
        screen.left + 8 + max(0, screen.width - 16 - 1280) // 2,
        screen.top + 38,
        min(1280, screen.width - 16),
        screen.height - 46,
    )


def test_a_window_that_just_fits_is_not_maximised() -> None:
    screen = Area(0, 0, 1280 + 16, 800 + 46)
    assert placed(FIRST_START, [screen]) == Placement(Area(8, 38, 1280, 800), maximised=False)
    for one_less in (Area(0, 0, 1280 + 15, 900), Area(0, 0, 1400, 800 + 45)):
        assert placed(FIRST_START, [one_less]).maximised


def test_a_window_opens_where_it_was() -> None:
    wish = Wish(1000, 700, 300, 200)
    assert placed(wish, [FULL_HD]) == Placement(Area(300, 200, 1000, 700), maximised=False)
    assert placed(wish._replace(maximised=True), [FULL_HD]) == Placement(
        Area(300, 200, 1000, 700), maximised=True
    )


@pytest.mark.parametrize(
    ("left", "top", "moved"),
    [
        (-200, 100, (8, 100)),
        (1500, 100, (912, 100)),
        (100, -50, (100, 38)),
        (100, 900, (100, 332)),
        (8, 38, (8, 38)),
        (912, 332, (912, 332)),
    ],
)
def test_a_window_that_is_partly_outside_is_moved_inside(left: int, top: int, moved: tuple[int, int]) -> None:
    assert placed(Wish(1000, 700, left, top), [FULL_HD]).area == Area(*moved, 1000, 700)


def test_a_window_opens_on_the_screen_on_which_most_of_it_was() -> None:
    both = [FULL_HD, LEFT_OF_IT]
    assert placed(Wish(800, 600, -900, 200), both).area == Area(-900, 200, 800, 600)
    assert placed(Wish(800, 600, -500, 200), both).area == Area(-808, 200, 800, 600)
    assert placed(Wish(800, 600, -300, 200), both).area == Area(8, 200, 800, 600)


@pytest.mark.parametrize(("left", "top"), [(-1100, 200), (2500, 100), (1920, 100), (100, 1040), (0, -600)])
def test_a_window_on_a_screen_that_is_gone_opens_in_the_middle_of_the_primary_one(
    left: int, top: int
) -> None:
    assert placed(Wish(800, 600, left, top), [FULL_HD]).area == Area(560, 235, 800, 600)


def test_without_screens_only_the_limits_of_the_size_are_applied() -> None:
    assert placed(FIRST_START, []) == Placement(Area(0, 0, 1280, 800), maximised=False)
    kept = Wish(1280, 800, 5, 6, maximised=True)
    assert placed(kept, []) == Placement(Area(5, 6, 1280, 800), maximised=True)
    assert placed(Wish(10**12, -7), []).area == Area(0, 0, 16_000, LEAST[1])
    assert placed(Wish(0, 10**12), []).area == Area(0, 0, LEAST[0], 16_000)


NUMBERS = st.integers(-(10**12), 10**12)
SCREENS = st.builds(
    Area, st.integers(-5000, 5000), st.integers(-5000, 5000), st.integers(700, 6000), st.integers(500, 4000)
)


@given(
    st.builds(Wish, NUMBERS, NUMBERS, st.none() | NUMBERS, st.none() | NUMBERS, st.booleans()),
    st.lists(SCREENS, min_size=1, max_size=3),
)
def test_whatever_was_saved_the_window_is_inside_a_screen(wish: Wish, screens: list[Area]) -> None:
    area, maximised = placed(wish, screens)
    assert maximised or not wish.maximised
    assert any(
        screen.left + 8 <= area.left
        and screen.top + 38 <= area.top
        and area.left + area.width <= screen.left + screen.width - 8
        and area.top + area.height <= screen.top + screen.height - 8
        for screen in screens
    )
    assert area.width >= LEAST[0]
    assert area.height >= LEAST[1]
