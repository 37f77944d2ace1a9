"""The row above the curves of a strip: a name gives way to its value, and names wrap into rows."""

from __future__ import annotations

from typing import cast

import pytest
from PySide6.QtCore import QEvent, QPoint, QRectF
from PySide6.QtGui import QColor, QHelpEvent, QTextLayout
from PySide6.QtWidgets import QApplication, QToolTip

from tests.ui.plot.drawing import COLORS, Drawing, on_screen, place, texts
from ui.plot.arrangement import Arrangement
from ui.plot.curves import Style
from ui.theme.colors import DARK, LIGHT

LONG = "Weather station on the roof of the gym, north side, board 2: temperature in the shade of the chimney"


def areas(drawing: Drawing) -> list[QRectF]:
    """Where the entries of the topmost header are."""
    return [placed.area for placed in drawing.strip.header._placed]


def together(drawing: Drawing, targets: list[str], unit: str = "") -> None:
    drawing.plot.set_arrangement(Arrangement.ONE_SCALE)
    drawing.name(targets, unit)
    drawing.settle()


def test_entries_are_beside_each_other_above_the_curves(drawing: Drawing) -> None:
    together(drawing, ["v1", "v2", "v3"], "V")
    assert texts(drawing.strip) == ["name of v1   –", "name of v2   –", "name of v3   –"]
    first, *others = areas(drawing)
    assert first.left() == drawing.strip.canvas.x() + 2
    right = first.right()
    for area in others:
        assert area.left() == pytest.approx(right + 22)
        assert area.top() == first.top()
        right = area.right()
    assert drawing.strip.header.height() == drawing.strip.header.row_px == 20


def test_names_that_do_not_fit_beside_each_other_are_in_several_rows(drawing: Drawing) -> None:
    together(drawing, [f"v{n}" for n in range(12)])
    header = drawing.strip.header
    tops = [area.top() for area in areas(drawing)]
    rows = len(set(tops))
    assert tops == sorted(tops)
    assert rows > 1
    assert max(area.right() for area in areas(drawing)) <= header.width()
    assert header.height() == rows * header.row_px
    assert place(drawing.strip.canvas, drawing.plot).top() == place(header, drawing.plot).bottom() + 1


def test_a_header_becomes_lower_only_with_another_width(drawing: Drawing) -> None:
    names = ["v1", "v2", "v3", "v4"]
    together(drawing, names)
    drawing.plot.resize(330, 600)
    drawing.settle()
    before = drawing.strip.header.height()
    assert before > 20
    for name in names:
        drawing.put(name, (0.5, 12_345.678))
    drawing.settle()
    higher = drawing.strip.header.height()
    assert higher > before
    for name in names:
        drawing.put(name, (0.1, 1))
    drawing.settle()
    assert drawing.strip.header.height() == higher
    drawing.plot.resize(1200, 600)
    drawing.settle()
    assert drawing.strip.header.height() == 20


def test_a_header_of_many_rows_leaves_room_for_the_curves(drawing: Drawing) -> None:
    drawing.plot.resize(300, 100)
    together(drawing, [f"v{number}" for number in range(1, 8)])
    header, canvas = drawing.strip.header, drawing.strip.canvas
    assert header.height() >= 4 * header.row_px
    assert canvas.height() == 30
    assert drawing.plot.height() == place(canvas, drawing.plot).bottom() + 1 + 24
    drawing.plot.resize(2000, 100)
    drawing.settle()
    assert drawing.plot.minimumHeight() == 20 + 30 + 24


@pytest.mark.parametrize("arrangement", [Arrangement.APART, Arrangement.ONE_SCALE])
def test_a_long_name_gives_way_to_its_value(drawing: Drawing, arrangement: Arrangement) -> None:
    for target in ("v1", "v2"):
        drawing.put(target, (1, 21.5))
    drawing.plot.set_arrangement(arrangement)
    drawing.show([Style(f"v{n}", f"{LONG} {n}", "°C", "#0072B2") for n in (1, 2)])
    drawing.plot.set_cursors(True)
    for width in (800, 400):
        drawing.plot.resize(width, 600)
        drawing.settle()
        shown = [(strip, text) for strip in drawing.plot.strips for text in texts(strip)]
        for number, (strip, text) in enumerate(shown, 1):
            assert max(area.right() for area in areas(drawing)) <= strip.header.width()
            name, value, *_ = text.split("   ")
            assert (name[:3], name[-2:], value) == ("Wea", f" {number}", "21.5 °C")
            assert "…" in name or width == 800


def test_the_tool_tip_of_a_name_is_the_whole_name(drawing: Drawing, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _at, text, _widget: shown.append(text))
    drawing.show([Style("v1", f"<b>{LONG}</b>", "", "#0072B2")])
    drawing.settle()
    header = drawing.strip.header
    (area,) = areas(drawing)
    for at in (area.center().toPoint(), QPoint(1, 1)):
        QApplication.sendEvent(header, QHelpEvent(QEvent.Type.ToolTip, at, header.mapToGlobal(at)))
    assert shown == [f"<span>&lt;b&gt;{LONG}&lt;/b&gt;</span>"]


def test_a_name_from_right_to_left_stands_before_its_value(drawing: Drawing) -> None:
    name = "\u0645\u062e\u062a\u0628\u0631"
    drawing.put("v1", (1, 21.5))
    drawing.show([Style("v1", name, "°C", "#0072B2")])
    drawing.settle()
    (text,) = texts(drawing.strip)
    layout = QTextLayout(text, drawing.strip.header.font())
    layout.beginLayout()
    line = layout.createLine()
    layout.endLayout()

    def x_of(at: int) -> float:
        x, _ = cast(tuple[float, int], line.cursorToX(at))
        return x

    begin, value = text.index(name), text.index("21.5")
    ends = [x_of(at) for at in range(begin, begin + len(name) + 1)]
    assert max(ends) < x_of(value) < x_of(len(text))


def test_the_units_are_above_their_axes(drawing: Drawing) -> None:
    drawing.plot.set_arrangement(Arrangement.BY_UNIT)
    drawing.show(
        [
            Style("v1", "one", "°C", COLORS[0]),
            Style("v2", "two", "", COLORS[1]),
            Style("v3", "three", "hPa", COLORS[2]),
        ]
    )
    drawing.settle()
    strip = drawing.strip
    assert strip.header.units == ["hPa", "", "°C"]
    rights = [unit.right for unit in strip.header._units]
    assert rights == [place(axis, strip).right() + 1 for axis in reversed(strip.axes)]
    assert rights[-1] == strip.canvas.x()


def test_samples_and_texts_have_their_colours(drawing: Drawing) -> None:
    for scheme in (LIGHT, DARK):
        drawing.plot.set_scheme(scheme)
        drawing.name(["v1"])
        drawing.settle()
        picture = on_screen(drawing.strip.header)
        area = areas(drawing)[0].toRect()
        sample = {
            picture.pixelColor(x, area.center().y()).name() for x in range(area.left(), area.left() + 17)
        }
        assert QColor(COLORS[0]).name() in sample
        seen = {
            picture.pixelColor(x, y).name()
            for x in range(area.left() + 24, area.right())
            for y in range(area.top(), area.bottom())
        }
        assert QColor(scheme.card).name() in seen
        assert QColor(scheme.text).name() in seen


def test_the_sample_grows_with_the_text(drawing: Drawing) -> None:
    drawing.name(["v1"])
    drawing.settle()
    before = drawing.strip.header.row_px
    font = drawing.plot.font()
    font.setPointSizeF(2 * font.pointSizeF())
    drawing.plot.setFont(font)
    drawing.settle()
    assert drawing.strip.header.row_px == pytest.approx(2 * before, rel=0.1)
    assert drawing.strip.header.height() == drawing.strip.header.row_px
