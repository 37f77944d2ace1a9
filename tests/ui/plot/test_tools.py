"""The tools above the plot: the box says only what is true, and a low pane has few of them."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QToolButton

from ui.plot.arrangement import Arrangement
from ui.plot.time_view import PRESETS_S, TimeView
from ui.plot.tools import PlotTools

pytestmark = pytest.mark.usefixtures("qtbot")


@pytest.fixture
def view() -> TimeView:
    return TimeView()


@pytest.fixture
def tools(view: TimeView) -> PlotTools:
    return PlotTools(view)


def said(tools: PlotTools) -> str:
    """What the box of the time window shows."""
    tools.show_span()
    box = tools.span_box
    shown = box.currentText() if box.currentIndex() >= 0 else box.placeholderText()
    assert box.accessibleDescription() == shown
    return shown


def test_the_box_has_the_time_windows(tools: PlotTools) -> None:
    assert [tools.span_box.itemData(row) for row in range(tools.span_box.count())] == list(PRESETS_S)
    assert said(tools) == "Last 10 s"


def test_the_box_says_last_only_while_that_is_true(view: TimeView, tools: PlotTools) -> None:
    view.set_span(65)
    assert said(tools) == "Last 65 s"
    view.set_span(3600)
    assert said(tools) == "Last 60 min"
    view.pause(100)
    assert said(tools) == "60 min"
    view.zoom_into(50, 52.5, 100)
    assert said(tools) == "2.5 s"
    view.resume()
    assert said(tools) == "Last 2.5 s"
    view.set_span(10)
    assert (said(tools), tools.span_box.currentData()) == ("Last 10 s", 10)


@pytest.mark.parametrize(
    ("span_s", "by", "nearest_s"),
    [
        *((10, 1, 30), (10, -1, 5), (10, -9, 1), (86400, 1, 86400), (7, 1, 10), (7, -1, 5), (7, 2, 30)),
        *((0.5, -1, 1), (0.5, 1, 1), (1e6, 1, 86400), (1e6, -1, 86400)),
    ],
)
def test_the_next_time_window(
    view: TimeView, tools: PlotTools, span_s: float, by: int, nearest_s: float
) -> None:
    view.set_span(span_s)
    assert tools.nearest_preset(by) == nearest_s


def test_curves_share_a_scale_only_if_they_are_together(tools: PlotTools) -> None:
    seen = [tools.arrangement]
    for press in (
        tools.one_scale_action.trigger,
        tools.together_button.click,
        tools.one_scale_action.trigger,
    ):
        press()
        seen.append(tools.arrangement)
    assert seen == [Arrangement.APART, Arrangement.APART, Arrangement.ONE_SCALE, Arrangement.BY_UNIT]
    menu = tools.together_button.menu()
    assert menu is not None
    assert menu.actions() == [tools.one_scale_action]


def test_a_low_pane_has_the_tools_that_are_used_most_and_those_that_are_on(tools: PlotTools) -> None:
    def shown() -> list[str]:
        return [button.text() for button in tools.findChildren(QToolButton) if not button.isHidden()]

    every = shown()
    assert len(every) >= 6
    tools.set_low(True)
    assert shown() == ["Pause", "Reset"]
    tools.clock_button.click()
    assert shown() == ["Pause", "Reset", "Clock"]
    tools.clock_button.click()
    assert shown() == ["Pause", "Reset"]
    tools.set_low(False)
    assert shown() == every
