"""The strip of a datastream of texts: its boxes, its header, and its place among the others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.wire.states import LEFT_OUT, StateRow
from app.wire.timeline import Event, EventKind
from tests.ui.plot.drawing import COLORS, NOW_S, Drawing, keys, on_screen, place, texts
from tests.ui.plot.strips.test_canvas import difference
from ui import wording
from ui.plot import picture
from ui.plot.arrangement import Arrangement
from ui.plot.curves import Style
from ui.plot.strips.state_canvas import StateCanvas
from ui.plot.strips.state_colors import state_colors
from ui.plot.strips.state_strip import StateStrip
from ui.theme.colors import DARK, HIGH_CONTRAST, LIGHT, Scheme

MODE = Style("v1", "Mode", "", LIGHT.faint, is_text=True)
HEAT = Style("v2", "Heat", "°C", COLORS[0])


@pytest.fixture
def shown(drawing: Drawing) -> Drawing:
    """Texts above a curve: `idle` from before the plot on, `on` 8 s ago, `off` 3 s ago."""
    drawing.say("v1", (30, "idle"), (20, "idle"), (8, "on"), (5, "on"), (3, "off"), (1, "off"))
    drawing.put("v2", (8, 10), (1, 20))
    drawing.show([MODE, HEAT])
    drawing.settle()
    return drawing


def clock(age_s: float) -> str:
    return wording.clock(NOW_S - age_s)


def x_of(drawing: Drawing, age_s: float) -> int:
    canvas = drawing.strip.canvas
    return int((NOW_S - age_s - canvas.frame.from_s) / canvas.frame.column_s)


def grounds(drawing: Drawing, *ages_s: float) -> list[str]:
    """The colour of the boxes' ground at some times, near its lower edge."""
    image = on_screen(drawing.strip.canvas)
    y = drawing.strip.canvas.height() - 5
    return [image.pixelColor(x_of(drawing, age_s), y).name().upper() for age_s in ages_s]


def hover(drawing: Drawing, age_s: float | None) -> str:
    """What the header says if the pointer is at a time."""
    x = None if age_s is None else float(x_of(drawing, age_s))
    drawing.plot._steering.gestures().point(x)
    drawing.draw()
    return texts(drawing.strip)[0]


@pytest.mark.parametrize("scheme", [LIGHT, DARK, HIGH_CONTRAST])
def test_each_text_has_a_box_in_its_colour_until_the_next_one(shown: Drawing, scheme: Scheme) -> None:
    shown.plot.set_scheme(scheme)
    shown.settle()
    idle, on, off = (state_colors(text, scheme).ground for text in ("idle", "on", "off"))
    assert grounds(shown, 9.5, 8.1, 7.8, 3.1, 2.8, 0.1) == [idle, idle, on, on, off, off]


def test_the_strip_is_low_and_its_boxes_begin_where_curves_begin(shown: Drawing) -> None:
    low, high = shown.plot.strips
    before = low.height()
    assert before == low.least_px < 3.5 * low.fontMetrics().height() < high.height()
    assert place(low.canvas, shown.plot).left() == place(high.canvas, shown.plot).left() >= 40
    shown.plot.resize(800, 900)
    shown.settle()
    assert low.height() == before
    assert shown.plot.minimumHeight() > low.least_px + high.least_px
    # Alone, it is at the top.
    shown.show([MODE])
    shown.settle()
    assert (shown.strip.y(), shown.strip.height()) == (0, before)
    assert shown.plot.groups == []


def test_it_has_a_strip_of_its_own_in_every_arrangement_unless_it_is_hidden(shown: Drawing) -> None:
    shown.show([MODE, HEAT, HEAT._replace(target="v3")])
    found = []
    for arrangement in Arrangement:
        shown.plot.set_arrangement(arrangement)
        found.append([[style.target for style in strip.styles] for strip in shown.plot.strips])
    assert found == [[["v1"], ["v2"], ["v3"]], *([[["v2", "v3"], ["v1"]]] * 2)]
    shown.plot.set_hidden(keys("v1"))
    assert [len(strip.styles) for strip in shown.plot.strips] == [2]


def test_the_header_has_the_newest_text_or_that_at_the_pointer(shown: Drawing) -> None:
    assert texts(shown.strip) == [f"Mode   off   since {clock(3)}"]
    assert hover(shown, 4) == f"Mode   on   since {clock(8)}"
    assert hover(shown, 9) == f"Mode   idle   since {clock(30)}"
    assert hover(shown, None) == f"Mode   off   since {clock(3)}"
    shown.plot.set_cursors(shown=True)
    shown.plot.cursors.move(0, NOW_S - 9, NOW_S)
    shown.plot.cursors.move(1, NOW_S - 5, NOW_S)
    shown.plot.touch()
    shown.draw()
    assert texts(shown.strip) == [f"Mode   off   since {clock(3)}   A idle   B on"]


def test_a_text_that_began_on_another_day_has_its_date(shown: Drawing) -> None:
    shown.say("v1", (3 * 86_400, "a long text, which is cut after some forty letters"))
    shown.settle()
    since = wording.moment(NOW_S - 3 * 86_400)
    assert texts(shown.strip) == [f"Mode   a long text, which is cut after some for…   since {since}"]


def test_without_a_text_there_is_none(shown: Drawing) -> None:
    shown.say("v1", (3, "on"))
    shown.settle()
    assert hover(shown, 5) == "Mode   –"
    shown.say("v1")
    shown.settle()
    assert hover(shown, None) == "Mode   –"


def test_a_gap_ends_a_box_and_says_why(shown: Drawing) -> None:
    lost = Event(1, EventKind.LOST, round((NOW_S - 7) * 1e6), round((NOW_S - 6) * 1e6), detail="COM5")
    shown.timelines.happened("", lost)
    shown.settle()
    on = state_colors("on", LIGHT).ground
    assert [ground == on for ground in grounds(shown, 7.5, 6.5, 5.5, 4.5)] == [True, False, False, True]
    assert hover(shown, 6.5) == f"Mode   –   unplugged {clock(7)}–{clock(6)}"
    assert hover(shown, 4.5) == f"Mode   on   since {clock(5)}"
    shown.timelines.happened("", Event(2, EventKind.LOST, round((NOW_S - 0.5) * 1e6), None, detail="COM5"))
    shown.settle()
    assert grounds(shown, 0.2)[0] not in (on, state_colors("off", LIGHT).ground)


def test_many_changes_side_by_side_are_one_box_that_counts_them(shown: Drawing) -> None:
    crowd = [(6 - n / 1000, ("open", "shut")[n % 2]) for n in range(1000)]
    shown.say("v1", (8, "on"), *crowd, (3, "off"))
    shown.settle()
    boxes = [(box.text, box.changes) for box in canvas(shown).boxes]
    assert boxes == [("on", 1), (None, 999), ("shut", 1), ("off", 1)]
    assert hover(shown, 5.5) == "Mode   999 changes"
    assert hover(shown, 4) == f"Mode   shut   since {clock(6 - 0.999)}"


def canvas(drawing: Drawing) -> StateCanvas:
    assert isinstance(drawing.strip, StateStrip)
    return drawing.strip.canvas


def test_readings_that_were_not_read_are_told(shown: Drawing, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [StateRow(NOW_S - 20, None, 0, 0.0), StateRow(NOW_S - 4, "on", LEFT_OUT, NOW_S - 4)]
    monkeypatch.setattr(shown, "states", lambda *_: rows)
    shown.plot.read_again()
    shown.settle()
    assert hover(shown, 6) == "Mode   too many readings: zoom in"
    assert hover(shown, 2) == f"Mode   on   since {clock(4)}"


def test_a_moving_picture_is_the_same_as_one_that_is_drawn_at_once(shown: Drawing) -> None:
    shown.paint(30, each_s=0.05)
    shown.plot._steering.gestures().point(None)
    moved = on_screen(shown.strip.canvas)
    shown.strip.canvas.update()
    QApplication.processEvents()
    assert difference(moved, on_screen(shown.strip.canvas)) == 0


def test_a_text_that_fills_the_plot_is_not_drawn_again(shown: Drawing) -> None:
    shown.say("v1", (30, "idle"))
    shown.show([MODE])
    shown.settle()
    shown.paint(20, each_s=0.1)
    before = shown.strip.canvas.paints
    shown.paint(20, each_s=0.1)
    assert shown.strip.canvas.paints == before
    assert not shown.strip.canvas.has_content
    # What begins within the plot moves.
    shown.texts["v1"].append((shown.now_s, "on"))
    shown.paint(20, each_s=0.1)
    assert shown.strip.canvas.paints > before + 5


def wheel(drawing: Drawing) -> None:
    at, up = QPointF(100, 5), QPoint(0, 120)
    event = QWheelEvent(
        *(at, at, QPoint(), up, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier),
        *(Qt.ScrollPhase.NoScrollPhase, False),
    )
    QApplication.sendEvent(drawing.strip.canvas, event)


def double_click(drawing: Drawing) -> None:
    QTest.mouseDClick(drawing.strip.canvas, Qt.MouseButton.LeftButton)


def box(drawing: Drawing) -> None:
    canvas, button, shift = drawing.strip.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier
    QTest.mousePress(canvas, button, shift, QPoint(x_of(drawing, 8), 3))
    QTest.mouseMove(canvas, QPoint(x_of(drawing, 6), 15))
    QTest.mouseRelease(canvas, button, shift, QPoint(x_of(drawing, 6), 15))


@pytest.mark.parametrize(("gesture", "span_s"), [(wheel, 8.0), (box, 2.0), (double_click, 10.0)])
def test_the_mouse_moves_the_time_as_in_other_strips(
    shown: Drawing, gesture: Callable[[Drawing], None], span_s: float
) -> None:
    gesture(shown)
    shown.draw()
    assert shown.view.span_s == pytest.approx(span_s, abs=0.05)
    if gesture is box:
        double_click(shown)
        assert shown.view.span_s == 10.0


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_pictures_have_the_boxes(shown: Drawing, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"plot{suffix}"
    assert picture.save(shown.plot, path)
    if suffix == ".png":
        image = QImage(str(path))
        wanted = QColor(state_colors("on", LIGHT).ground).rgb()
        assert any(
            image.pixel(x, y) == wanted for x in range(0, image.width(), 5) for y in range(image.height())
        )
    if suffix == ".svg":
        assert ">idle<" in path.read_text(encoding="utf-8")


def test_the_newest_text_reaches_the_right_edge_in_each_frame(shown: Drawing) -> None:
    off = QColor(state_colors("off", LIGHT).ground).rgb()
    canvas = shown.strip.canvas
    for _ in range(12):
        shown.paint(1, each_s=0.05)
        assert on_screen(canvas).pixel(canvas.width() - 1, canvas.height() - 5) == off
