"""One strip of the plot: which readings it shows as text, and how its axes follow the values."""

from __future__ import annotations

import numpy as np
import pytest

from app.wire.timeline import Event, EventKind
from tests.ui.plot.drawing import COLORS, NOW_S, Drawing, lines, points, texts, values
from ui.plot.arrangement import Arrangement
from ui.plot.curves import Style
from ui.theme.colors import LIGHT
from ui.wording import clock


@pytest.fixture
def shown(drawing: Drawing) -> Drawing:
    """A plot with one strip, which has 20 readings, one per second; the newest is one second old."""
    drawing.put("v1", *((ago_s, 10 - ago_s) for ago_s in range(20, 0, -1)))
    drawing.name(["v1"], unit="°C")
    drawing.settle()
    return drawing


def point(drawing: Drawing, at_s: float) -> str:
    """The text of the topmost strip while the pointer is at a time, in seconds relative to now."""
    canvas = drawing.strip.canvas
    drawing.plot._steering.gestures().point(
        (drawing.now_s + at_s) / canvas.frame.column_s - canvas.frame.first
    )
    drawing.draw()
    return texts(drawing.strip)[0]


def marked(drawing: Drawing) -> list[tuple[float, float]]:
    """The time and the value of each reading that has a dot."""
    return [(marker.at_s, marker.value) for marker in drawing.strip.canvas.content.markers]


def leave(drawing: Drawing) -> None:
    drawing.plot._steering.gestures().point(None)
    drawing.draw()


def test_curve_joins_the_readings_up_to_the_right_edge(shown: Drawing) -> None:
    assert points(shown.strip) == [(-ago_s, 10 - ago_s) for ago_s in range(19, 0, -1)]


def test_value_axis_fits_the_visible_readings_and_the_one_before(drawing: Drawing) -> None:
    drawing.put("v1", (10.9, 500), (10.5, 100), (5, 0), (1, 10))
    drawing.name(["v1"])
    drawing.draw()
    # The line to the first visible reading starts at the 100 before it; the 500 cannot be seen.
    assert values(drawing.strip) == pytest.approx((-8, 108))
    drawing.put("v2", (5, 0), (1, 10))
    drawing.name(["v2"])
    drawing.draw()
    assert values(drawing.strip) == pytest.approx((-0.8, 10.8))


def test_one_reading_or_none_has_a_range_too(drawing: Drawing) -> None:
    drawing.name(["v1"])
    drawing.draw()
    assert (points(drawing.strip), texts(drawing.strip)) == ([], ["name of v1   –"])
    assert values(drawing.strip) == (0, 1)
    drawing.put("v1", (2, 20))
    drawing.draw(each_s=1)
    assert values(drawing.strip) == (19, 21)


def test_locked_axis_is_fitted_once_and_then_stays(drawing: Drawing) -> None:
    drawing.plot.set_locked(True)
    drawing.put("v1", (5, 0), (1, 10))
    drawing.name(["v1"])
    drawing.draw()
    assert values(drawing.strip) == pytest.approx((-0.8, 10.8))
    drawing.put("v1", (5, 0), (1, 10), (0.5, 1000))
    drawing.draw(3, each_s=0.1)
    assert values(drawing.strip) == pytest.approx((-0.8, 10.8))
    drawing.plot.set_locked(False)
    drawing.draw()
    assert values(drawing.strip) == pytest.approx((-80, 1080))


def test_an_axis_is_fitted_again_soon_after_a_peak_has_left(drawing: Drawing) -> None:
    drawing.put("v1", (9, 1000), (8.9, 0), (1, 10))
    drawing.name(["v1"])
    drawing.draw()
    assert values(drawing.strip)[1] == 1080
    drawing.draw(30, each_s=0.05)
    assert values(drawing.strip) == pytest.approx((-0.8, 10.8))


@pytest.mark.parametrize("arrangement", [Arrangement.BY_UNIT, Arrangement.ONE_SCALE])
def test_several_curves_share_one_range_and_one_header(drawing: Drawing, arrangement: Arrangement) -> None:
    drawing.put("v1", (5, 0), (1, 10))
    drawing.put("v2", (6, -100), (2, 50))
    drawing.plot.set_arrangement(arrangement)
    drawing.name(["v1", "v2", "v3"], unit="V")
    drawing.draw()
    assert values(drawing.strip) == pytest.approx((-112, 62))
    assert points(drawing.strip, 1) == [(-6, -100), (-2, 50)]
    assert texts(drawing.strip) == ["name of v1   10 V", "name of v2   50 V", "name of v3   –"]
    assert drawing.strip.axes[0].unit == "V"


def test_curves_of_several_units_on_one_scale_have_no_unit_at_the_axis(drawing: Drawing) -> None:
    drawing.put("v1", (5, 0), (1, 10))
    drawing.put("v2", (6, 900), (2, 1000))
    drawing.plot.set_arrangement(Arrangement.ONE_SCALE)
    drawing.show([Style("v1", "one", "°C", COLORS[0]), Style("v2", "two", "hPa", COLORS[1])])
    drawing.draw()
    assert (values(drawing.strip), drawing.strip.axes[0].unit) == ((-80, 1080), "")
    assert texts(drawing.strip) == ["one   10 °C", "two   1000 hPa"]


def test_the_header_shows_the_newest_reading_and_no_lowest_or_highest(drawing: Drawing) -> None:
    times = np.arange(NOW_S - 20, NOW_S + 1, 0.0005)
    numbers = (np.arange(len(times)) * 37 % 1009).astype(float)
    drawing.set("v1", times, numbers)
    drawing.name(["v1"])
    for _ in range(20):
        drawing.draw(each_s=0.3334)
        known = int(np.searchsorted(times, drawing.now_s, side="right"))
        assert texts(drawing.strip) == [f"name of v1   {numbers[known - 1]:.0f}"]
    assert drawing.now_s > times[-1] + 4  # the board has fallen silent
    drawing.draw(20, each_s=0.34)
    assert texts(drawing.strip) == ["name of v1   –"]


@pytest.mark.parametrize("runs", [True, False])
def test_the_last_reading_is_shown_also_if_no_pixel_moves_after_it(drawing: Drawing, runs: bool) -> None:
    drawing.view.set_span(86400)
    drawing.put("v1", (5, 1), (0, 2), (-0.05, 3))
    drawing.name(["v1"])
    drawing.draw()
    drawing.draw(each_s=0.06)
    assert texts(drawing.strip) == ["name of v1   2"]
    drawing.runs = runs
    drawing.draw(2, each_s=0.34 if runs else 0.0)
    assert texts(drawing.strip) == ["name of v1   3"]


def test_the_pointer_shows_the_reading_near_it_as_it_came(drawing: Drawing) -> None:
    times = np.arange(NOW_S - 9, NOW_S - 1, 0.0005)
    numbers = (np.arange(len(times)) * 37 % 1009).astype(float)
    drawing.set("v1", times, numbers)
    drawing.name(["v1"])
    drawing.settle()
    for at_s in np.linspace(-8.9, -1.1, 40).tolist():
        nearest = int(np.argmin(np.abs(times - (NOW_S + at_s))))
        shown = point(drawing, at_s).split("   ")
        assert shown[1] == f"{numbers[nearest]:.0f}"
        assert shown[2] == f"at {clock(times[nearest], fraction=True)}"


@pytest.mark.parametrize("at_s", [-9.9, -0.2])
def test_the_pointer_shows_no_reading_where_none_is_near(drawing: Drawing, at_s: float) -> None:
    drawing.put("v1", (5, 1), (4, 2), (3, 3))
    drawing.name(["v1"])
    drawing.settle()
    assert point(drawing, at_s) == "name of v1   –"
    assert marked(drawing) == []
    assert point(drawing, -3.6) == f"name of v1   2   at {clock(NOW_S - 4)}.000"
    assert marked(drawing) == [(NOW_S - 4, 2)]
    leave(drawing)
    assert texts(drawing.strip) == ["name of v1   3"]
    assert marked(drawing) == []


def test_the_pointer_shows_no_reading_in_a_gap_but_what_it_was(drawing: Drawing) -> None:
    drawing.put("v1", (8, 1), (7, 2), (3, 3), (2, 4))
    lost = Event(1, EventKind.LOST, round((NOW_S - 6) * 1e6), round((NOW_S - 4) * 1e6))
    drawing.timelines.happened("", lost)
    drawing.name(["v1"])
    drawing.settle()
    name, value, words = point(drawing, -5).split("   ")
    assert (name, value) == ("name of v1", "–")
    assert "unplugged" in words
    assert point(drawing, -7.1).startswith("name of v1   2   at ")
    (ground,) = drawing.strip.canvas.content.grounds
    assert (ground.from_s, ground.to_s) == (NOW_S - 6, NOW_S - 4)
    assert "unplugged" in ground.label


def test_cursors_compare_readings_and_show_none_where_there_is_none(shown: Drawing) -> None:
    shown.plot.set_cursors(True)
    shown.draw()
    assert texts(shown.strip) == ["name of v1   9 °C   A 4   B 7   Δy 3 °C"] or texts(shown.strip) == [
        "name of v1   9 °C   A 3   B 6   Δy 3 °C"
    ]
    shown.plot.cursors.move(1, NOW_S - 0.01, NOW_S)
    shown.plot.touch()
    shown.draw()
    assert texts(shown.strip)[0].endswith("B –   Δy –")
    assert [label for label, _ in lines(shown.strip)] == ["A", "B"]
    shown.plot.set_cursors(False)
    shown.draw()
    assert (texts(shown.strip), lines(shown.strip)) == (["name of v1   9 °C"], [])


def test_curves_together_show_only_their_difference(drawing: Drawing) -> None:
    drawing.put("v1", (6.5, 0), (3.5, 10))
    drawing.plot.set_arrangement(Arrangement.ONE_SCALE)
    drawing.name(["v1", "v2"])
    drawing.plot.set_cursors(True)
    drawing.draw()
    assert texts(drawing.strip) == ["name of v1   10   Δy 10", "name of v2   –   Δy –"]


def test_lines_have_the_colours_of_the_scheme(shown: Drawing) -> None:
    shown.plot.set_cursors(True)
    point(shown, -5)
    first, second, hover = shown.strip.canvas.content.lines
    assert [(line.color, line.is_dashed) for line in (first, second)] == 2 * [(LIGHT.accent, True)]
    assert (hover.color, hover.is_dashed, hover.label) == (LIGHT.faint, False, "")
    assert hover.at_s == pytest.approx(NOW_S - 5, abs=0.02)


def test_values_keep_their_decimals(drawing: Drawing) -> None:
    drawing.put("v1", (2, 20.75))
    drawing.name(["v1"])
    drawing.draw()
    drawing.put("v1", (2, 20.75), (1, 21.0))
    drawing.draw(2, each_s=0.34)
    assert texts(drawing.strip) == ["name of v1   21.00"]


@pytest.mark.parametrize(
    ("value", "written"), [(1_234_567.0, "1234567"), (1e9 - 1, "999999999"), (0.5, "0.5")]
)
def test_values_have_all_digits_of_whole_numbers(drawing: Drawing, value: float, written: str) -> None:
    drawing.put("v1", (2, value))
    drawing.name(["v1"])
    drawing.draw()
    assert texts(drawing.strip) == [f"name of v1   {written}"]
