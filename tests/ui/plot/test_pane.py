"""The plot with its tools: buttons and mouse change the same view."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QScrollArea, QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.messages.message import Message, verbatim
from tests.ui.plot.drawing import NOW_S, on_screen, shows, values
from tests.ui.plot.fixed_source import FixedSource, fixed
from tests.ui.stage import PATIENCE_MS
from ui.plot.curves import Key, Style
from ui.plot.pane import PlotPane
from ui.settings import Settings
from ui.theme.colors import DARK

STYLES = (Style("v1", "one", "", "#0072B2"), Style("v2", "two", "", "#D55E00"))


class Window(QWidget):
    """A plot pane, and a text field that can have the focus instead."""

    def __init__(self) -> None:
        super().__init__()
        self.pane, self.field = PlotPane(), QLineEdit()
        column = QVBoxLayout(self)
        column.addWidget(self.pane)
        column.addWidget(self.field)
        self.resize(900, 600)


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    window = Window()
    qtbot.addWidget(window)
    with qtbot.waitExposed(window, timeout=PATIENCE_MS):
        window.show()
    return window


@pytest.fixture
def pane(window: Window) -> PlotPane:
    window.pane.show_plot()
    window.pane.set_styles(STYLES)
    window.pane.refresh(NOW_S)
    return window.pane


def words(pane: PlotPane) -> str:
    return " ".join(label.text() for label in pane.findChildren(QLabel) if label.isVisible())


def test_either_the_plot_a_sentence_or_the_overview_is_shown(window: Window) -> None:
    pane = window.pane
    pane.say(Message("title_no_device"), verbatim("Choose a port."))
    assert (pane.empty.isVisible(), pane.plot.isVisible(), pane.overview.isVisible()) == (True, False, False)
    assert "No device Choose a port." in words(pane)
    assert not pane.shows_plot
    pane.show_overview()
    assert (pane.empty.isVisible(), pane.plot.isVisible(), pane.overview.isVisible()) == (False, False, True)
    pane.show_plot()
    assert (pane.empty.isVisible(), pane.plot.isVisible(), pane.overview.isVisible()) == (False, True, False)
    assert pane.shows_plot


def test_the_plot_is_made_only_when_there_is_a_curve(window: Window) -> None:
    pane = window.pane
    source = fixed((NOW_S - 2, 1.0), (NOW_S - 1, 2.0))
    acts: list[Callable[[], object]] = [
        *(lambda: pane.set_scheme(DARK), lambda: pane.look_at(source), lambda: pane.set_styles(())),
        *(pane.forget_bench, pane.plot_area.read_again, pane.reset, lambda: pane.step_span(1)),
        *(lambda: pane.plot_area.set_zero(NOW_S - 3), lambda: pane.say(verbatim("Nothing yet."), None)),
        *(lambda: pane.refresh(NOW_S), lambda: pane.restore(Settings(together=True, clock=True))),
        *(lambda: pane.tools.lock_button.setChecked(True), pane.tools.pause_button.toggle),
    ]
    for act in acts:
        act()
        assert pane.plot_area.made is None
    pane.tools.pause_button.setChecked(False)
    pane.set_styles(STYLES)
    pane.show_plot()
    pane.refresh(NOW_S)
    assert pane.plot_area.widget() is pane.plot
    assert source.asked[:2] == [("", "v1"), ("", "v2")]
    (strip,) = pane.plot.strips
    assert len(strip.styles) == 2
    assert on_screen(pane.plot).pixelColor(1, 1) == QColor(DARK.card)
    labels = [tick.label for tick in pane.plot.time_axis.ticks]
    assert all(label.count(":") == 2 for label in labels)
    pane.tools.clock_button.setChecked(False)
    pane.refresh(NOW_S)
    assert "00:00" in [tick.label for tick in pane.plot.time_axis.ticks]


def test_the_plot_has_the_focus_unless_the_user_is_typing(window: Window) -> None:
    window.field.setFocus()
    window.pane.say(Message("title_no_device"), None)
    window.pane.show_plot()
    assert window.focusWidget() is window.field
    window.pane.say(Message("title_no_device"), None)
    window.pane.tools.pause_button.setFocus()
    window.pane.show_plot()
    assert window.focusWidget() is window.pane.plot
    window.pane.tools.span_box.setFocus()
    window.pane.show_plot()
    assert window.focusWidget() is window.pane.tools.span_box


def test_a_plot_that_is_not_visible_is_not_drawn(pane: PlotPane) -> None:
    assert shows(pane.plot.strips[0], 10, NOW_S)
    pane.say(Message("title_no_device"), None)
    pane.refresh(NOW_S + 1)
    assert shows(pane.plot.strips[0], 10, NOW_S)
    pane.toggle_pause()
    assert not pane.is_paused


def test_pausing_shows_a_remark_and_stops_the_view(pane: PlotPane) -> None:
    told: list[bool] = []
    pane.paused_changed.connect(lambda: told.append(pane.is_paused))
    assert pane.tools.pause_button.text() == "Pause"
    pane.toggle_pause()
    pane.refresh(NOW_S + 5)
    assert pane.view.right_s(NOW_S + 5) == NOW_S
    assert pane.tools.pause_button.text() == "Resume"
    assert "View paused; reading and sending go on" in words(pane)
    pane.toggle_pause()
    pane.refresh(NOW_S + 6)
    assert shows(pane.plot.strips[0], 10, NOW_S + 6)
    assert pane.tools.pause_button.text() == "Pause"
    assert "View paused" not in words(pane)
    assert told == [True, False]


def test_pausing_with_the_mouse_presses_the_button_and_keeps_the_view(pane: PlotPane) -> None:
    QTest.keyClick(pane.plot, Qt.Key.Key_Left)
    assert pane.tools.pause_button.isChecked()
    assert pane.view.right_s(NOW_S) == NOW_S - 1


def test_time_windows_are_stepped_through_to_their_ends(pane: PlotPane) -> None:
    assert pane.tools.span_box.currentText() == "Last 10 s"
    seen = []
    for by in (-1, -1, -1, 1):
        pane.step_span(by)
        seen.append(pane.view.span_s)
    assert seen == [5, 1, 1, 5]
    for _ in range(20):
        pane.step_span(1)
    assert pane.view.span_s == 86400
    assert pane.tools.span_box.currentText() == "Last 24 h"


def test_a_paused_view_shows_the_time_window_that_is_chosen(pane: PlotPane) -> None:
    pane.toggle_pause()
    pane.refresh(NOW_S)
    pane.step_span(1)
    pane.refresh(NOW_S)
    assert shows(pane.plot.strips[0], 30)


def test_view_settings_are_remembered_and_unknown_ones_ignored(pane: PlotPane) -> None:
    settings = Settings()
    pane.remember(settings)
    assert settings == Settings()
    pane.restore(Settings(span_s=7.0, together=True, clock=True))
    assert pane.view.span_s == 10
    assert len(pane.plot.strips) == 1
    pane.remember(settings)
    assert settings == Settings(together=True, clock=True)
    pane.restore(Settings(span_s=60.0))
    assert (pane.view.span_s, pane.tools.span_box.currentText()) == (60, "Last 60 s")
    pane.plot.refresh(NOW_S)
    assert shows(pane.plot.strips[0], 60)
    pane.remember(settings)
    assert settings == Settings(span_s=60.0)


def test_reset_resumes_unlocks_and_fits(pane: PlotPane) -> None:
    pane.tools.lock_button.setChecked(True)
    pane.toggle_pause()
    pane.view.zoom(0.5, 1, NOW_S)
    pane.tools.reset_button.click()
    assert (pane.tools.lock_button.isChecked(), pane.is_paused, pane.view.span_s) == (False, False, 10)


def test_reset_fits_the_values_even_if_they_were_not_locked(pane: PlotPane) -> None:
    ages = ((-9.5, 10.5), (-8.5, 5.0), (-5.0, 0.0), (1.5, 10.0))
    pane.look_at(fixed(*((NOW_S + at_s, value) for at_s, value in ages)))
    pane.set_styles(STYLES[:1])
    (strip,) = pane.plot.strips
    for now_s in (NOW_S, NOW_S + 2):
        pane.refresh(now_s)
        # A range shrinks only if much of it is empty.
        assert values(strip) == pytest.approx((-0.84, 11.34))
    pane.tools.reset_button.click()
    pane.refresh(NOW_S + 2)
    assert values(strip) == pytest.approx((-0.8, 10.8))


def test_cursors_report_what_they_measure_while_they_are_shown(pane: PlotPane) -> None:
    label = pane.measuring.line
    assert not label.isVisible()
    pane.tools.cursors_button.click()
    assert label.isVisible()
    assert "Δt 3 s" in pane.measured == label.text()
    assert label.accessibleName() == f"Cursors: {pane.measured}"
    before = pane.measured
    pane.refresh(NOW_S + 10)
    assert pane.measured != before
    pane.tools.cursors_button.click()
    assert not label.isVisible()
    last = pane.measured
    pane.refresh(NOW_S + 20)
    assert pane.measured == last


def test_another_device_begins_with_a_running_view_and_curves_stay_hidden(pane: PlotPane) -> None:
    told: list[frozenset[Key]] = []
    pane.hidden_changed.connect(lambda: told.append(pane.hidden))
    pane.toggle_curve(STYLES[0].key)
    assert told == [{STYLES[0].key}]
    assert len(pane.plot.strips) == 1
    pane.toggle_pause()
    pane.look_at(fixed())
    assert not pane.is_paused
    other = STYLES[0]._replace(device="cellar")
    pane.set_styles([other])
    assert len(pane.plot.strips) == 1
    pane.set_styles([*STYLES, other])
    assert len(pane.plot.strips) == 2
    pane.toggle_curve(STYLES[0].key)
    assert told[1:] == [frozenset()]
    assert len(pane.plot.strips) == 3


def test_another_bench_begins_with_no_curves_and_none_hidden(pane: PlotPane) -> None:
    pane.toggle_curve(STYLES[0].key)
    pane.forget_bench()
    assert (pane.hidden, pane.plot.strips) == (frozenset(), [])
    pane.set_styles(STYLES)
    assert len(pane.plot.strips) == 2


def test_a_remark_is_shown_above_the_plot_as_plain_text(pane: PlotPane) -> None:
    pane.show_plot("cellar: <b>no board</b>")
    assert words(pane) == "cellar: <b>no board</b>"
    (label,) = [label for label in pane.findChildren(QLabel) if label.text().startswith("cellar")]
    assert label.textFormat() is Qt.TextFormat.PlainText
    pane.show_plot()
    assert not label.isVisible()


def test_many_names_do_not_make_a_wide_window_taller(qtbot: QtBot) -> None:
    pane = PlotPane()
    qtbot.addWidget(pane)
    pane.show_plot()
    pane.set_styles([Style(f"v{n}", f"name number {n}", "", "#0072B2") for n in range(30)])
    pane.resize(2000, 200)
    with qtbot.waitExposed(pane, timeout=PATIENCE_MS):
        pane.show()
    assert pane.height() < 500


def test_tab_goes_from_the_tools_to_the_plot(pane: PlotPane) -> None:
    widget: QWidget | None = pane.tools.clock_button.nextInFocusChain()
    while widget is not None and not (widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible()):
        widget = widget.nextInFocusChain()
    assert widget is pane.plot


def test_every_tool_has_its_label_and_the_time_windows_have_room(pane: PlotPane) -> None:
    assert [button.text() for button in pane.tools.findChildren(QToolButton)] == [
        *("Pause", "Lock Y", "Reset", "Cursors", "Together", "Clock")
    ]
    assert pane.tools.span_box.sizeAdjustPolicy() is QComboBox.SizeAdjustPolicy.AdjustToContents
    assert pane.measured == ""


def test_every_tool_says_what_it_does_and_takes_the_keyboard(pane: PlotPane) -> None:
    for button in pane.tools.findChildren(QToolButton):
        assert button.toolTip() == button.accessibleName() != ""
        assert button.focusPolicy() is Qt.FocusPolicy.StrongFocus
        assert button.isCheckable() is (button is not pane.tools.reset_button)
        assert not button.isChecked()
    assert pane.plot.focusPolicy() is Qt.FocusPolicy.StrongFocus
    assert [area.focusPolicy() for area in pane.findChildren(QScrollArea) if area is not pane.overview] == [
        Qt.FocusPolicy.NoFocus
    ]
    assert pane.tools.span_box.toolTip()


WEEK_S = 604_800.0


def test_the_strip_with_all_readings_shows_what_the_plot_shows_at_once(pane: PlotPane) -> None:
    """A week in it is else renewed every quarter of an hour."""
    assert pane.whole
    first, second = STYLES
    read = 0

    def shown(*styles: Style, source: FixedSource | None = None) -> tuple[float, list[Key], list[float]]:
        nonlocal read
        if source:
            pane.look_at(source)
        pane.set_styles(styles)
        read += 1
        pane.refresh(NOW_S + read * 0.1)
        assert pane.whole
        curves = pane.whole._curves
        return (
            round(NOW_S - pane.whole.extent.from_s),
            [curve.style.key for curve in curves],
            [curve.points[1][0] for curve in curves],
        )

    week = fixed((NOW_S - WEEK_S, 1.0), (NOW_S, 1.0))
    assert shown(first, source=week) == (WEEK_S, [first.key], [1.0])
    assert shown(first, second) == (WEEK_S, [first.key, second.key], [1.0, 1.0])
    assert shown(second) == (WEEK_S, [second.key], [1.0])
    hour = fixed((NOW_S - 3600, 7.0), (NOW_S, 7.0))
    assert shown(second, source=hour) == (3600, [second.key], [7.0])
    pane.set_hidden([second.key])
    assert shown(second)[1:] == ([], [])
    pane.set_hidden([])
    assert shown(second)[1:] == ([second.key], [7.0])
    assert shown(second, source=week)[0] == WEEK_S
    week.version, week._read = 1, hour._read  # as when the older ones are deleted
    pane.read_again()
    assert shown(second) == (3600, [second.key], [7.0])
    pane.look_at(fixed())
    assert shown(first)[1:] == ([], [])
