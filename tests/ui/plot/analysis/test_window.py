"""The window with the analyses over a plot pane: what it shows, and what the user chooses in it by keyboard.

`test_by_hand` has it in the whole window.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.history.calculation import Calculated, Calculation, Stretch, T
from app.messages import languages
from tests.ui.gestures import proves
from tests.ui.plot.fixed_source import FixedSource
from tests.ui.stage import LEFT, PATIENCE_MS
from ui.plot.analysis.figure import Figure, Shape
from ui.plot.analysis.window import AnalysisWindow
from ui.plot.curves import Style
from ui.plot.feed.trace import Series
from ui.plot.pane import PlotPane
from ui.theme.colors import DARK, LIGHT, Scheme

NOON_S = 1_790_000_000.0
STYLES = (
    Style("v1", "Current", "A", "#0072B2", device="lab"),
    Style("v2", "Voltage", "V", "#D55E00", device="lab"),
    Style("v3", "Counter", "", "#009E73", device="lab"),
)


class Lab(FixedSource):
    """A sine of 1.25 Hz, twice its value, and a counter, at 20 Hz. A result is kept, as by a bench."""

    def __init__(self) -> None:
        super().__init__(self._read)
        self.now_s = NOON_S
        self.is_awaited = self.is_cut = False
        self.pruned = 0
        self._known: object = None
        self._result: Any = None

    def _read(self, _device: str, target: str) -> Series:
        number = np.arange(-400, round((self.now_s - NOON_S) * 20) + 1)
        times = NOON_S + number / 20
        wave = 2 * np.sin(2 * np.pi * 1.25 * number / 20)
        return times, {"v1": wave, "v2": 2 * wave, "v3": number.astype(float)}[target]

    def calculate(self, wanted: Calculation[T]) -> Calculated[T] | None:
        if not self.is_awaited and self._known != (wanted, self.version):
            self._known = wanted, self.version
            found = [
                Stretch(*self.window(*key, *wanted[1:3], 0), self.is_cut, self.pruned) for key in wanted.keys
            ]
            self._result = Calculated(wanted.from_s, wanted.to_s, wanted.function(found))
        known: Calculated[T] | None = self._result
        return known


class Desk:
    """A plot pane with the window beside it."""

    def __init__(self, qtbot: QtBot) -> None:
        self.lab: Lab | None = Lab()
        self.scheme: Scheme = LIGHT
        self.main = QWidget()
        qtbot.addWidget(self.main)
        self.pane = PlotPane(self.main)
        self.pane.resize(700, 400)
        with qtbot.waitExposed(self.main, timeout=PATIENCE_MS):
            self.main.show()
        self.show(STYLES)
        self.window = AnalysisWindow(self.main, self.pane, lambda: self.lab, lambda: self.scheme)
        self.window.show()
        self.window.timer.stop()

    def show(self, styles: tuple[Style, ...]) -> None:
        assert self.lab is not None
        self.pane.look_at(self.lab)
        self.pane.set_styles(styles)
        self.pane.show_plot()
        self.pass_time(0)

    def pass_time(self, seconds: float) -> None:
        assert self.lab is not None
        self.lab.now_s += seconds
        self.lab.version += 1
        self.pane.refresh(self.lab.now_s)

    @property
    def figure(self) -> Figure:
        assert self.window.page.chart.figure is not None
        return self.window.page.chart.figure

    def turn(self, page: int) -> None:
        """Go to a tab by keyboard."""
        self.window.tabs.setFocus()
        while self.window.tabs.currentIndex() != page:
            QTest.keyClick(self.window.tabs, Qt.Key.Key_Right)
        assert self.window.page.isVisible()

    def choose(self, box: int, steps: int) -> None:
        """Choose an entry of a box that is so many entries below, by keyboard."""
        for _ in range(steps):
            QTest.keyClick(self.window.page.boxes[box], Qt.Key.Key_Down)

    def tick(self) -> None:
        """Tick the box for the option by keyboard."""
        assert self.window.page.option
        QTest.keyClick(self.window.page.option, Qt.Key.Key_Space)


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    made = Desk(qtbot)
    yield made
    made.window.close()


def titles(desk: Desk) -> tuple[str, str]:
    return str(desk.figure.x.title), str(desk.figure.y.title)


def test_x_and_y_are_chosen_among_the_curves_of_the_plot(desk: Desk) -> None:
    x, _ = desk.window.page.boxes
    assert [x.itemText(at) for at in range(x.count())] == ["Current", "Voltage", "Counter"]
    assert not x.itemIcon(0).isNull()
    assert titles(desk) == ("Current (A)", "Voltage (V)")
    assert desk.figure.ys == pytest.approx(2 * desk.figure.xs)
    assert len(desk.figure.xs) == 201
    desk.choose(1, 1)
    desk.choose(0, 2)
    assert titles(desk) == ("Counter", "Counter")
    assert desk.figure.xs.tolist() == desk.figure.ys.tolist() == list(range(-200, 1))
    assert desk.window.page.words.text() == "201 pairs; Counter from −200 to 0, Counter from −200 to 0."


def test_points_are_joined_if_the_user_wants_lines(desk: Desk) -> None:
    assert desk.figure.joins is None
    desk.tick()
    assert desk.figure.joins is not None
    assert desk.figure.joins.sum() == 200


def test_the_period_is_that_in_view_or_between_the_cursors_while_these_are_shown(desk: Desk) -> None:
    desk.choose(0, 2)
    assert desk.window.period.text() == "In view: 10 s"
    desk.pane.tools.cursors_button.click()
    desk.window.renew()
    assert desk.window.period.text() == "Between the cursors: 3 s"
    assert (desk.figure.xs[0], desk.figure.xs[-1]) == (-130, -70)
    QTest.keyClick(desk.pane.plot, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    desk.window.renew()
    assert desk.window.period.text() == "Between the cursors: 3.05 s"
    assert (desk.figure.xs[0], desk.figure.xs[-1]) == (-131, -70)
    desk.pane.tools.cursors_button.click()
    desk.window.renew()
    assert desk.window.period.text() == "In view: 10 s"


def test_it_runs_with_the_view_and_stands_still_with_it(desk: Desk) -> None:
    desk.choose(0, 2)

    def newest_after(seconds: float) -> float:
        desk.pass_time(seconds)
        desk.window.renew()
        return float(desk.figure.xs[-1])

    assert newest_after(1) == 20
    desk.pane.toggle_pause()
    assert newest_after(1) == 20
    desk.pane.toggle_pause()
    assert newest_after(1) == 60


def test_the_histogram_counts_the_readings_of_a_datastream(desk: Desk) -> None:
    desk.turn(1)
    assert desk.window.page.option is None
    desk.choose(0, 2)
    assert (desk.figure.shape, desk.figure.color) == (Shape.BARS, "#009E73")
    assert desk.figure.ys.sum() == 201
    assert desk.window.page.words.text() == "201 readings: mean −100.0, σ 58.2."
    QTest.keyClick(desk.window.page.chart, Qt.Key.Key_Home)
    assert desk.window.page.pointed.text() == "−200 to −167: 34 readings"


def test_the_spectrum_names_the_frequency_of_a_sine(desk: Desk) -> None:
    desk.turn(2)
    assert desk.window.page.words.text() == "Highest peak: 1.25 Hz, 2 A. From 201 samples in 10 s."
    assert float(desk.figure.ys.max()) == pytest.approx(2, rel=0.02)
    desk.tick()
    assert float(desk.figure.ys.max()) == pytest.approx(20 * math.log10(2), abs=0.2)
    assert str(desk.figure.y.title) == "Current (dB)"


def test_where_there_is_no_chart_a_sentence_says_why(desk: Desk) -> None:
    desk.turn(2)
    desk.pane.view.set_span(0.5)
    desk.pass_time(0)
    desk.window.renew()
    assert desk.window.page.chart.figure is None
    assert "too few readings" in desk.window.page.chart.accessibleDescription()
    assert not desk.window.copy_picture.isEnabled()
    assert desk.window.page.table() == ""


def test_the_chart_says_in_words_what_it_shows(desk: Desk) -> None:
    for page in range(3):
        desk.turn(page)
        assert desk.window.page.chart.accessibleDescription() == desk.window.page.words.text() != ""


def test_what_is_not_in_the_plot_is_replaced_and_comes_back_with_it(desk: Desk) -> None:
    desk.choose(0, 2)
    desk.show(STYLES[:1])
    desk.window.renew()
    assert [box.currentText() for box in desk.window.page.boxes] == ["Current", "Current"]
    desk.show(STYLES)
    desk.window.renew()
    assert [box.currentText() for box in desk.window.page.boxes] == ["Counter", "Voltage"]


def test_without_curves_it_says_so(desk: Desk) -> None:
    for has_bench in (True, False):
        desk.show(())
        desk.lab = desk.lab if has_bench else None
        desk.window.renew()
        assert desk.window.page.chart.accessibleDescription() == "There are no curves in the plot yet."
        assert desk.window.period.text() == ""
        assert [box.count() for box in desk.window.page.boxes] == [0, 0]
        assert desk.window.page.chosen == ()


def test_an_overview_or_a_plot_that_was_never_needed_has_no_curves(desk: Desk, qtbot: QtBot) -> None:
    desk.pane.show_overview()
    desk.window.renew()
    assert desk.window.page.chart.figure is None
    empty = PlotPane()
    qtbot.addWidget(empty)
    empty.show_overview()
    window = AnalysisWindow(desk.main, empty, lambda: desk.lab, lambda: LIGHT)
    window.renew()
    assert window.page.chart.accessibleDescription() == "There are no curves in the plot yet."


def test_while_the_first_result_is_awaited_there_are_dots(desk: Desk) -> None:
    assert desk.lab is not None
    desk.lab.is_awaited, desk.lab._result = True, None
    desk.window.renew()
    assert desk.window.page.chart.accessibleDescription() == "…"
    assert desk.window.period.text() == ""
    desk.lab.is_awaited = False
    desk.pass_time(0)
    desk.window.renew()
    assert desk.window.period.text() == "In view: 10 s"


def test_while_a_newer_result_is_awaited_the_period_is_that_of_the_chart(desk: Desk) -> None:
    assert desk.lab is not None
    desk.lab.is_awaited = True
    desk.pane.tools.cursors_button.click()
    desk.window.renew()
    assert desk.window.period.text() == "In view: 10 s"
    desk.lab.is_awaited = False
    desk.window.renew()
    assert desk.window.period.text() == "Between the cursors: 3 s"
    desk.lab.is_awaited = True
    desk.pane.tools.cursors_button.click()
    desk.window.renew()
    assert desk.window.period.text() == "Between the cursors: 3 s"


def test_with_large_text_it_fits_a_narrow_screen(desk: Desk) -> None:
    window = desk.window
    tabs, page = window.tabs, window.page
    beside = page.boxes[0].y()
    assert page.option
    assert abs(page.option.geometry().center().y() - page.boxes[0].geometry().center().y()) <= 2
    assert window.period.geometry().left() >= tabs.geometry().right()
    _enlarge(window, 2)
    for code in ("en", "de"):
        languages.choose(code)
        window.renew()
        window.resize(1, 1)
        QApplication.processEvents()
        assert window.width() <= 760
        assert tabs.width() >= tabs.sizeHint().width()
        assert not window.period.geometry().intersects(tabs.geometry())
    assert page.option.y() >= page.boxes[0].geometry().bottom()
    assert beside == page.boxes[0].y()
    _enlarge(window, 2)
    window.resize(1, 1)
    QApplication.processEvents()
    assert window.period.y() >= tabs.geometry().bottom()


def _enlarge(widget: QWidget, factor: float) -> None:
    font = widget.font()
    font.setPointSizeF(factor * font.pointSizeF())
    widget.setFont(font)


def test_lengths_are_written_as_by_the_time_axis_in_any_language(desk: Desk) -> None:
    languages.choose("de")
    desk.pane.view.set_span(2.5)
    desk.pass_time(0)
    desk.window.renew()
    assert desk.window.period.text() == "Im sichtbaren Bereich: 2.5 s"


def test_it_says_that_there_were_too_many_readings(desk: Desk) -> None:
    assert desk.lab is not None
    desk.lab.is_cut = True
    desk.turn(1)
    assert desk.window.page.words.text().endswith("Only the newest 2,000,000 readings are used.")


def test_it_says_that_readings_were_pruned(desk: Desk) -> None:
    assert desk.lab is not None
    desk.lab.pruned = 1234
    desk.turn(1)
    assert desk.window.page.words.text().endswith(
        "About 1,234 readings are missing, which were pruned from the journal."
    )


def test_the_same_result_is_not_drawn_again(desk: Desk) -> None:
    before = desk.figure
    desk.window.renew()
    assert desk.figure is before
    desk.pass_time(0)
    desk.window.renew()
    assert desk.figure is not before


def test_picture_and_values_can_be_copied(desk: Desk) -> None:
    desk.turn(1)
    QTest.mouseClick(desk.window.copy_values, LEFT)
    rows = QApplication.clipboard().text().splitlines()
    assert rows[0] == "Current (A) from\tCurrent (A) to\tReadings"
    assert sum(int(row.split("\t")[2]) for row in rows[1:]) == 201
    QTest.mouseClick(desk.window.copy_picture, LEFT)
    picture: QImage = QApplication.clipboard().image()
    assert picture.width() == 2 * desk.window.page.chart.width()
    assert picture.pixelColor(2, 2) == QColor(LIGHT.card)


def test_it_has_the_colours_of_the_window(desk: Desk) -> None:
    desk.scheme = DARK
    desk.window.renew()
    assert desk.window.page.chart.grab().toImage().pixelColor(4, 4) == QColor(DARK.card)


@proves("AnalysisWindow.eventFilter")
def test_it_closes_with_the_main_window_and_is_renewed_only_while_it_is_visible(desk: Desk) -> None:
    desk.window.timer.start()
    desk.main.hide()
    assert not desk.window.isVisible()
    assert not desk.window.timer.isActive()
    desk.main.show()
    assert not desk.window.isVisible()
    desk.window.show()
    assert desk.window.timer.isActive()
    assert desk.window.timer.interval() == 250


def test_it_keeps_its_size_and_what_was_chosen_while_it_is_closed(desk: Desk) -> None:
    desk.choose(0, 2)
    desk.window.resize(600, 480)
    QTest.keyClick(desk.window.page.chart, Qt.Key.Key_Escape)
    assert not desk.window.isVisible()
    desk.window.show()
    assert desk.window.page.boxes[0].currentText() == "Counter"
    assert (desk.window.width(), desk.window.height()) == (600, 480)


def test_it_is_not_in_the_way_of_the_window(desk: Desk) -> None:
    assert not desk.window.isModal()
    assert desk.window.isWindow()


def test_tab_goes_through_it_from_top_to_bottom_and_everything_has_a_name(desk: Desk) -> None:
    names, heights, widget = [], [], desk.window.tabs.nextInFocusChain()
    while widget and widget is not desk.window.tabs:
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            names.append(widget.accessibleName() or widget.property("text"))
            heights.append(widget.mapTo(desk.window, widget.rect().topLeft()).y())
        widget = widget.nextInFocusChain()
    assert names[:4] == ["x", "y", "&Lines between the points", "Chart: x–y"]
    assert all(names)
    assert max(heights[:3]) < heights[3] < min(heights[4:])
    assert len(names) == 7
