"""The lines at the limits of curves, and the places of their labels."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QFontMetrics
from PySide6.QtWidgets import QApplication

from tests.ui.plot.drawing import COLORS, Drawing, on_screen, values
from tests.ui.plot.strips.test_canvas import difference
from ui.plot import picture
from ui.plot.arrangement import Arrangement
from ui.plot.curves import Style
from ui.plot.limits import Limits
from ui.plot.strips.limit_lines import LimitLine, label_places
from ui.theme.colors import DARK, HIGH_CONTRAST, LIGHT, Scheme

STYLE = Style("v1", "Boiler", "°C", COLORS[0], limits=Limits(0.0, 30.0))


@pytest.fixture
def shown(drawing: Drawing) -> Drawing:
    """A curve from 10 to 29 °C, whose upper limit is near."""
    drawing.put("v1", (8.0, 10.0), (5.0, 29.0), (1.0, 20.0))
    drawing.show([STYLE])
    drawing.settle()
    return drawing


def labels(drawing: Drawing) -> list[str]:
    return [line.label for strip in drawing.plot.strips for line in strip.canvas.content.limits]


def test_a_limit_has_a_line_if_the_axis_shows_it(shown: Drawing) -> None:
    assert labels(shown) == ["max 30 °C"]
    assert values(shown.strip)[1] > 30
    shown.put("v1", (8.0, 1.0), (5.0, 29.0))
    shown.plot.read_again()
    shown.settle()
    assert labels(shown) == ["min 0 °C", "max 30 °C"]
    shown.put("v1", (8.0, 10.0), (5.0, 11.0))
    shown.plot.read_again()
    shown.settle()
    assert labels(shown) == []
    assert values(shown.strip)[1] < 12


def test_a_range_that_the_user_has_set_is_not_stretched(shown: Drawing) -> None:
    shown.strip.groups[0].scale.set(0.0, 25.0)
    shown.settle()
    assert labels(shown) == ["min 0 °C"]
    assert values(shown.strip) == (0.0, 25.0)


def test_labels_say_whose_limit_it_is_where_several_curves_share_a_strip(shown: Drawing) -> None:
    shown.put("v2", (8.0, 20.0), (1.0, 30.0))
    other = Style("v2", "Flow", "l/s", COLORS[1], limits=Limits(high=31.0))
    shown.show([STYLE, other])
    shown.plot.set_arrangement(Arrangement.BY_UNIT)
    shown.settle()
    assert labels(shown) == ["Boiler: max 30 °C", "Flow: max 31 l/s"]


@pytest.mark.parametrize("scheme", [LIGHT, DARK, HIGH_CONTRAST])
def test_the_line_is_dashed_in_the_colour_of_warnings_also_in_pictures(
    shown: Drawing, scheme: Scheme
) -> None:
    shown.plot.set_scheme(scheme)
    shown.settle()
    canvas = shown.strip.canvas
    (line,) = canvas.content.limits
    corner = canvas.mapTo(shown.plot, canvas.rect().topLeft())
    saved, at_x, at_y = picture.image(shown.plot), 12 + corner.x(), corner.y() + line.y
    row_in_picture = range(at_y, saved.height())
    warn = QColor(scheme.warn).rgb()
    on = on_screen(canvas)
    row = [on.pixel(x, line.y) == warn for x in range(canvas.width() - 90, canvas.width())]
    assert sum(row) == 50
    assert any(
        saved.pixel(at_x + canvas.width() - 20 + x, y) == warn for x in range(9) for y in row_in_picture
    )


def test_lines_and_labels_are_the_same_frame_by_frame(shown: Drawing) -> None:
    canvas = shown.strip.canvas
    before = canvas.painted_px
    for _ in range(30):
        shown.paint(each_s=0.1)
    assert canvas.painted_px - before < 30 * canvas.width() * canvas.height() / 4
    by_frame = on_screen(canvas)
    canvas.update()
    QApplication.processEvents()
    assert difference(on_screen(canvas), by_frame) <= 3


def test_labels_are_outside_the_range_unless_there_is_no_room_and_cover_no_other(
    shown: Drawing,
) -> None:
    metrics = QFontMetrics(shown.strip.canvas.font())
    height = metrics.height()
    lines = [
        LimitLine(50, "max 3", is_low=False),
        LimitLine(2, "max 4", is_low=False),
        LimitLine(60, "min 1", is_low=True),
        LimitLine(98, "min 0", is_low=True),
        LimitLine(52, "max 5", is_low=False),
    ]
    places = label_places(lines, metrics, 100)
    assert [place.top() for place in places] == [50 - height, 3, 61, 98 - height, 52 - height]
    assert [place.left() for place in places][:4] == [4, 4, 4, 4]
    assert places[4].left() > places[0].right()
