"""The legend: a button in the colour of each curve; a hidden curve stays hidden until another bench comes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QIcon
from pytestqt.qtbot import QtBot

from app.wire.datastreams import LineStyle
from ui.plot.curves import Key, Style
from ui.plot.legend import Legend, swatch
from ui.plot.line_sample import SAMPLE, sample_icon

STYLES = (Style("v1", "Air & water", "", "#0072B2"), Style("v2", "Light", "", "#D55E00", LineStyle.DASHED))


@pytest.fixture
def legend(qtbot: QtBot) -> Legend:
    legend = Legend()
    qtbot.addWidget(legend)
    legend.set_styles(STYLES)
    return legend


def test_buttons_are_named_in_order_and_checked(legend: Legend) -> None:
    assert [button.text() for button in legend.buttons] == [" Air && water", " Light"]
    assert [button.isChecked() for button in legend.buttons] == [True, True]
    assert [button.accessibleName() for button in legend.buttons] == [
        *("Show the curve of Air & water", "Show the curve of Light")
    ]
    first = legend.buttons[0]
    assert "Air &amp; water (v1): click to show or hide its curve" in first.toolTip()
    assert first.property("chip")
    assert first.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonTextBesideIcon
    assert first.iconSize() == SAMPLE
    assert [button.icon().pixmap(SAMPLE).toImage() for button in legend.buttons] == [
        sample_icon(QColor(color), line_style).pixmap(SAMPLE).toImage()
        for color, line_style in (("#0072B2", LineStyle.SOLID), ("#D55E00", LineStyle.DASHED))
    ]
    assert legend.hidden == frozenset()


@pytest.mark.parametrize(("letters", "is_cut"), [(28, False), (29, True)])
def test_long_names_are_cut(legend: Legend, letters: int, is_cut: bool) -> None:
    legend.set_styles([Style("v1", "x" * letters, "", "#0072B2")])
    text = legend.buttons[0].text().strip()
    assert text == ("x" * 27 + "…" if is_cut else "x" * letters)
    assert legend.buttons[0].accessibleName().endswith("x" * letters)


ONE, TWO = (style.key for style in STYLES)


def test_hidden_curves_are_reported_and_stay_hidden(legend: Legend) -> None:
    told: list[frozenset[Key]] = []
    legend.hidden_changed.connect(lambda: told.append(legend.hidden))
    legend.toggle(TWO)
    legend.toggle(("", "v9"))
    assert told == [{TWO}]
    assert not legend.set_styles(STYLES)
    assert legend.set_styles((*STYLES, Style("v3", "Wind", "", "#009E73")))
    assert legend.hidden == {TWO}
    legend.set_styles(STYLES[:1])
    assert [button.text() for button in legend.buttons] == [" Air && water"]
    legend.set_styles(STYLES)
    assert [button.isChecked() for button in legend.buttons] == [True, False]
    legend.toggle(TWO)
    legend.toggle(ONE)
    assert told[1:] == [frozenset(), {ONE}]
    legend.clear()
    assert (legend.buttons, legend.hidden) == ([], frozenset())
    assert legend.isHidden()
    legend.set_styles(STYLES)
    assert [button.isChecked() for button in legend.buttons] == [True, True]
    assert not legend.isHidden()


def test_a_curve_of_another_device_is_another_curve(legend: Legend) -> None:
    other = STYLES[0]._replace(device="cellar", shows_device=True)
    legend.set_styles([STYLES[0], other])
    legend.toggle(other.key)
    assert [button.isChecked() for button in legend.buttons] == [True, False]
    assert [button.text() for button in legend.buttons] == [" Air && water", " cellar: Air && water"]
    assert legend.buttons[1].accessibleName() == "Show the curve of cellar: Air & water"
    assert "cellar: Air &amp; water (v1)" in legend.buttons[1].toolTip()


def test_the_curves_to_hide_can_be_set_at_once(legend: Legend) -> None:
    told: list[frozenset[Key]] = []
    legend.hidden_changed.connect(lambda: told.append(legend.hidden))
    legend.toggle(ONE)
    legend.set_hidden({TWO, ("cellar", "v1")})
    assert told[1:] == [{TWO, ("cellar", "v1")}]
    assert [button.isChecked() for button in legend.buttons] == [True, False]


@pytest.mark.parametrize(
    ("device", "name", "text"),
    [
        ("greenhouse", "x" * 16, "greenhouse: " + "x" * 16),
        ("greenhouse", "x" * 17, "greenhou…: " + "x" * 17),
        ("greenhouse", "x" * 20, "green…: " + "x" * 20),
        ("greenhouse", "x" * 21, "greenhouse: " + "x" * 15 + "…"),
        ("tab\tbed", "x" * 25, "tab bed: " + "x" * 18 + "…"),
    ],
)
def test_of_a_long_label_the_device_is_cut_first(legend: Legend, device: str, name: str, text: str) -> None:
    legend.set_styles([Style("v1", name, "", "#0072B2", device=device, shows_device=True)])
    assert legend.buttons[0].text() == f" {text}"
    assert len(text) <= 28


def test_labels_that_differ_are_cut_where_they_are_alike(legend: Legend) -> None:
    runs = ["board 2026-11-27 15.16.30", "board 2026-11-27 15.16.23"]
    legend.set_styles([Style("v1", "v1", "", "#0072B2", device=run, shows_device=True) for run in runs])
    assert [button.text() for button in legend.buttons] == [
        *(" board 2026-1…27 15.16.30: v1", " board 2026-1…27 15.16.23: v1")
    ]
    names = [f"Temperature of the water in the {where} tank" for where in ("upper", "lower")]
    legend.set_styles([Style(f"v{n}", name, "", "#0072B2") for n, name in enumerate(names)])
    one, other = (button.text() for button in legend.buttons)
    assert one != other
    assert all(len(text) <= 29 for text in (one, other))


def pixel(icon: QIcon, across: float, down: float) -> QColor:
    picture = icon.pixmap(QSize(28, 28)).toImage()
    return picture.pixelColor(int(across * (picture.width() - 1)), int(down * (picture.height() - 1)))


@pytest.mark.usefixtures("qtbot")
def test_the_dot_is_round_and_filled_or_hollow() -> None:
    blue = QColor("#0072B2")
    assert pixel(swatch("#0072B2"), 0.5, 0.5) == blue
    hollow = swatch("#0072B2", filled=False)
    assert pixel(hollow, 0.5, 0.5).alpha() == 0
    assert pixel(hollow, 0.5, 0.13).alpha() > 128
    for icon in (swatch("#0072B2"), hollow):
        picture = icon.pixmap(QSize(28, 28)).toImage()
        for across, down in ((0, 0), (1, 0), (0, 1), (1, 1)):
            assert pixel(icon, across, down).alpha() == 0
        assert picture.width() == picture.height()
        side = range(picture.width())
        assert any(0 < picture.pixelColor(x, y).alpha() < 128 for x in side for y in side)  # smooth edges
        rows = [
            y for y in range(picture.height()) if picture.pixelColor(picture.width() // 2, y).alpha() > 128
        ]
        columns = [
            x for x in range(picture.width()) if picture.pixelColor(x, picture.height() // 2).alpha() > 128
        ]
        for filled in (rows, columns):
            assert filled[0] + filled[-1] == pytest.approx(picture.width() - 1, abs=1)
            assert filled[-1] - filled[0] > picture.width() / 2


@pytest.mark.usefixtures("qtbot")
def test_the_dot_is_sharp_on_a_screen_with_twice_the_pixels() -> None:
    assert swatch("#0072B2").availableSizes() == [QSize(28, 28)]
    sizes = [(size.width(), size.height()) for size in swatch("#0072B2", size=10).availableSizes()]
    assert sizes == [(20, 20)]
