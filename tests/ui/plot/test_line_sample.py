"""The dashes of curves, and the samples of line styles: each style looks different, at any size."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QIcon, QPalette

from app.wire.datastreams import LineStyle
from ui.plot.line_sample import SAMPLE, choice_icon, dashes_px, sample_icon, sample_path

pytestmark = pytest.mark.usefixtures("qtbot")

RED = QColor("#C00000")


def spots(line_style: LineStyle, area: QRectF) -> list[tuple[float, float]]:
    """Where the dashes of a sample begin and end, from left to right."""
    polygons = sample_path(area, line_style).toSubpathPolygons()
    areas = [polygon.boundingRect() for polygon in polygons]
    assert {(spot.top(), spot.bottom()) for spot in areas} == {(area.top(), area.bottom())}
    return [(spot.left(), spot.right()) for spot in areas]


def row(icon: QIcon, mode: QIcon.Mode = QIcon.Mode.Normal, state: QIcon.State = QIcon.State.Off) -> str:
    """The middle row of an icon: the names of its colours, each once where it begins, and `-` for gaps."""
    picture = icon.pixmap(2 * SAMPLE.width(), 2 * SAMPLE.height(), mode, state).toImage()
    assert picture.size().toTuple() == (2 * SAMPLE.width(), 2 * SAMPLE.height())
    pixels = [picture.pixelColor(x, picture.height() // 2) for x in range(picture.width())]
    names = [pixel.name() if pixel.alpha() == 255 else "-" for pixel in pixels]
    return " ".join(
        name for before, name in zip(["", *names], names, strict=False) if name != before
    ).removesuffix(" -")


@pytest.mark.parametrize(
    ("line_style", "dashes"),
    [
        (LineStyle.SOLID, []),
        (LineStyle.DASHED, [10, 6]),
        (LineStyle.DOTTED, [2, 4]),
        (LineStyle.DASH_DOT, [12, 5, 2, 5]),
    ],
)
def test_the_dashes_of_a_curve_are_in_pixels(line_style: LineStyle, dashes: list[float]) -> None:
    assert dashes_px(line_style) == tuple(dashes)
    assert dashes_px(line_style, scale=3) == tuple(3 * length for length in dashes)


@pytest.mark.parametrize(
    ("line_style", "expected"),
    [
        (LineStyle.SOLID, [(10, 60)]),
        (LineStyle.DASHED, [(10, 30), (40, 60)]),
        (LineStyle.DOTTED, [(10, 20), (30, 40), (50, 60)]),
        (LineStyle.DASH_DOT, [(10, 40), (50, 60)]),
    ],
)
def test_a_sample_begins_and_ends_with_a_dash(
    line_style: LineStyle, expected: list[tuple[float, float]]
) -> None:
    assert spots(line_style, QRectF(10, 5, 50, 8)) == expected


def test_an_icon_has_the_dashes_in_its_colour_and_room_before_the_text() -> None:
    name = RED.name()
    assert [row(sample_icon(RED, line_style)) for line_style in LineStyle] == [
        name,
        f"{name} - {name}",
        f"{name} - {name} - {name}",
        f"{name} - {name}",
    ]
    picture = sample_icon(RED, LineStyle.SOLID).pixmap(SAMPLE * 2).toImage()
    filled = [x for x in range(picture.width()) if picture.pixelColor(x, picture.height() // 2).alpha()]
    assert (filled[0], filled[-1], picture.width()) == (0, 39, 46)
    across = [y for y in range(picture.height()) if picture.pixelColor(5, y).alpha()]
    assert across == [11, 12, 13, 14, 15, 16]


def test_an_icon_to_choose_has_the_colours_of_text_and_of_chosen_text() -> None:
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.Text, RED)
    palette.setColor(QPalette.ColorRole.HighlightedText, QColor("#FFE900"))
    icon = choice_icon(palette, LineStyle.DASHED)
    assert row(icon) == "#c00000 - #c00000"
    assert row(icon, QIcon.Mode.Selected) == "#ffe900 - #ffe900"
    assert row(icon, QIcon.Mode.Normal, QIcon.State.On) == "#ffe900 - #ffe900"
