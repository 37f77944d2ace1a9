"""Lines of any thickness: as thick as asked, in every direction, and the same in parts as at once."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from ui.plot.strips.strokes import Pixels, draw_rough, draw_smooth

pytestmark = pytest.mark.usefixtures("qtbot")

WHITE = QColor("#FFFFFF").rgb()
SIZE = 120


def line(*points: tuple[float, float]) -> Pixels:
    places = np.array(points, float)
    return places[:, 0].copy(), places[:, 1].copy()


def picture(
    drawn: Pixels, thick_px: int, *, smooth: bool, areas: tuple[QRect, ...] = (), scale: float = 1.0
) -> QImage:
    """A picture of a line that is drawn in several areas."""
    made = QImage(SIZE, SIZE, QImage.Format.Format_RGB32)
    made.fill(WHITE)
    for area in areas or (QRect(0, 0, SIZE, SIZE),):
        painter = QPainter(made)
        painter.setClipRect(area)
        painter.scale(scale, scale)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, smooth)
        painter.setPen(QPen(QColor("#000000"), 0, Qt.PenStyle.SolidLine))
        if smooth:
            draw_smooth(painter, [drawn], thick_px, scale)
        else:
            draw_rough(painter, drawn, thick_px, scale)
        painter.end()
    return made


def ink(made: QImage, x: int, y: int) -> float:
    """How black a pixel is, from 0 to 1."""
    return 1 - QColor(made.pixel(x, y)).lightnessF()


@pytest.mark.parametrize("smooth", [False, True])
@pytest.mark.parametrize("thick_px", [1, 2, 3, 6])
@pytest.mark.parametrize("degrees", [0, 20, 44, 46, 70, 90])
def test_a_line_is_as_thick_as_asked_in_every_direction(thick_px: int, smooth: bool, degrees: int) -> None:
    reach = 40.0
    across, down = reach * math.cos(math.radians(degrees)), reach * math.sin(math.radians(degrees))
    made = picture(line((60 - across, 60 - down), (60 + across, 60 + down)), thick_px, smooth=smooth)
    column = [ink(made, 60, y) for y in range(SIZE)]
    row = [ink(made, x, 60) for x in range(SIZE)]
    cut = column if degrees < 45 else row
    assert sum(cut) == pytest.approx(thick_px, abs=0.6 if smooth else 1)
    assert max(cut) > 0.49
    assert abs(cut.index(max(cut)) - 60) <= thick_px / 2 + 1


def test_a_thick_line_is_in_the_middle_of_where_a_fine_one_is() -> None:
    for thick_px in (1, 3, 5):
        made = picture(line((10, 60), (110, 60)), thick_px, smooth=False)
        dark = [y for y in range(SIZE) if ink(made, 60, y) > 0.5]
        assert dark == list(range(60 - thick_px // 2, 61 + thick_px // 2))


def test_the_thickness_is_in_pixels_of_a_larger_picture() -> None:
    made = picture(line((1, 15), (28, 15)), 4, smooth=False, scale=4.0)
    assert sum(ink(made, 60, y) for y in range(SIZE)) == pytest.approx(4)


def test_a_smooth_thick_line_has_no_holes() -> None:
    made = picture(line((5, 40.5), (115, 47.25)), 3, smooth=True)
    for x in range(10, 110):
        column = [ink(made, x, y) for y in range(SIZE)]
        inside = [number for number, dark in enumerate(column) if dark > 0.2]
        assert all(column[number] > 0.8 for number in inside[1:-1])


@pytest.mark.parametrize("smooth", [False, True])
@pytest.mark.parametrize("thick_px", [1, 2, 3])
def test_a_line_that_is_drawn_in_parts_has_the_same_pixels(thick_px: int, smooth: bool) -> None:
    noise = np.random.default_rng(7)
    for count in (2, 5, 40, 200):
        x = np.round(np.sort(noise.uniform(0, SIZE, count)) * 64) / 64
        y = noise.uniform(0, SIZE, count)
        y[count // 2 :] = 60  # flat
        whole = picture((x, y), thick_px, smooth=smooth)
        cuts = [0, *sorted(noise.integers(1, SIZE, 6).tolist()), SIZE]
        areas = tuple(QRect(left, 0, right - left, SIZE) for left, right in itertools.pairwise(cuts))
        assert picture((x, y), thick_px, smooth=smooth, areas=areas) == whole


def test_a_single_point_is_no_line() -> None:
    for smooth in (False, True):
        assert picture(line((5, 5)), 3, smooth=smooth) == picture(line((9, 9)), 3, smooth=smooth)
