"""The legend: a button in the colour of each curve; a hidden curve stays hidden until its datastream goes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QIcon
from pytestqt.qtbot import QtBot

from ui.plot.legend import Legend, swatch
from ui.plot.strip import Style

STYLES = (Style("v1", "Air & water", "", "#0072B2"), Style("v2", "Light", "", "#D55E00"))


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
    assert first.iconSize() == QSize(14, 14)
    assert [pixel(button.icon(), 0.5, 0.5).name().upper() for button in legend.buttons] == [
        *("#0072B2", "#D55E00")
    ]
    assert legend.hidden == frozenset()


@pytest.mark.parametrize(("letters", "is_cut"), [(28, False), (29, True)])
def test_long_names_are_cut(legend: Legend, letters: int, is_cut: bool) -> None:
    legend.set_styles([Style("v1", "x" * letters, "", "#0072B2")])
    text = legend.buttons[0].text().strip()
    assert text == ("x" * 27 + "…" if is_cut else "x" * letters)
    assert legend.buttons[0].accessibleName().endswith("x" * letters)


def test_hidden_curves_are_reported_and_stay_hidden(legend: Legend) -> None:
    told: list[frozenset[str]] = []
    legend.hidden_changed.connect(lambda: told.append(legend.hidden))
    legend.toggle("v2")
    legend.toggle("v9")
    assert told == [frozenset({"v2"})]
    assert not legend.set_styles(STYLES)
    assert legend.set_styles((*STYLES, Style("v3", "Wind", "", "#009E73")))
    assert legend.hidden == frozenset({"v2"})
    legend.set_styles(STYLES[:1])
    assert [button.text() for button in legend.buttons] == [" Air && water"]
    assert legend.hidden == frozenset()
    legend.toggle("v1")
    legend.clear()
    assert (legend.buttons, legend.hidden) == ([], frozenset())
    assert legend.isHidden()
    legend.set_styles(STYLES)
    assert legend.hidden == frozenset()
    assert not legend.isHidden()


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
