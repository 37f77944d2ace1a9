"""The arrangement of large values: as large as the room allows, for any number of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.beamer.tiling import MOST_TILES, Room, Tiling, room, tiling

SIDES = st.integers(100, 5000)
ASPECTS = st.floats(1, 20)


def test_one_value_takes_all() -> None:
    assert tiling(1, 1000, 1000, 4) == Tiling(1, 1, 250)
    assert tiling(1, 5000, 1000, 4) == Tiling(1, 1, 520)


@pytest.mark.parametrize(
    ("count", "width", "height", "grid"),
    [
        (3, 1900, 400, (3, 1)),
        (3, 800, 1000, (1, 3)),
        (4, 1000, 400, (2, 2)),
        (5, 1900, 400, (3, 2)),
        (12, 1900, 1000, (3, 4)),
        (12, 800, 1000, (2, 6)),
    ],
)
def test_the_grid_follows_the_shape_of_the_room(
    count: int, width: int, height: int, grid: tuple[int, int]
) -> None:
    assert tiling(count, width, height, 4)[:2] == grid


@given(st.integers(1, MOST_TILES), SIDES, SIDES, ASPECTS)
def test_every_value_has_a_tile_and_fits_into_it(count: int, width: int, height: int, aspect: float) -> None:
    columns, rows, text_px = tiling(count, width, height, aspect)
    assert columns * (rows - 1) < count <= columns * rows
    assert text_px * aspect <= width / columns + 1e-6
    assert text_px <= height / rows * 0.52 + 1e-6
    for other in range(1, count + 1):
        others_rows = -(-count // other)
        assert text_px >= min(height / others_rows * 0.52, width / other / aspect)


def test_without_plots_the_values_have_the_whole_page() -> None:
    assert room(3, 1900, 1000, 4, has_plots=False) == Room(1900, 1000, beside=False)


def test_values_are_above_the_plots_unless_they_are_larger_beside_them() -> None:
    for few in (1, 2):
        assert room(few, 1900, 1000, 4, has_plots=True) == Room(1900, 380, beside=False)
    assert room(4, 1900, 1000, 4, has_plots=True) == Room(798, 1000, beside=True)
    assert room(0, 1900, 1000, 4, has_plots=True) == Room(1900, 380, beside=False)


@given(st.integers(1, MOST_TILES), SIDES, SIDES, ASPECTS)
def test_the_values_are_beside_the_plots_if_they_are_clearly_larger_there(
    count: int, width: int, height: int, aspect: float
) -> None:
    chosen = room(count, width, height, aspect, has_plots=True)
    places = [(width, int(height * 0.38)), (int(width * 0.42), height)]
    assert chosen[:2] == places[chosen.beside]
    sizes = [tiling(count, *place, aspect).text_px for place in places]
    assert chosen.beside is (sizes[1] > 1.05 * sizes[0])
