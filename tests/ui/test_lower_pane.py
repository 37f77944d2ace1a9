"""The pane at the bottom: three tabs with counts, and the page that is in front."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.bench.status import RefusedReading, RejectedLine
from app.messages.message import verbatim
from app.wire.datastreams import Reason
from tests.ui.console.rows import news
from tests.ui.stage import PATIENCE_MS
from ui.console.model import VERDICT
from ui.lower_pane import CLOUD, CONSOLE, REJECTED, LowerPane
from ui.theme.colors import DARK


@pytest.fixture
def pane(qtbot: QtBot) -> LowerPane:
    pane = LowerPane()
    qtbot.addWidget(pane)
    pane.resize(900, 300)
    with qtbot.waitExposed(pane, timeout=PATIENCE_MS):
        pane.show()
    pane.activateWindow()
    return pane


def titles(pane: LowerPane) -> list[str]:
    return [pane.tabs.tabText(number) for number in range(pane.tabs.count())]


def test_tabs_are_as_wide_as_their_names_and_have_their_keys_in_tool_tips(pane: LowerPane) -> None:
    tabs = pane.tabs
    assert [tabs.tabToolTip(number) for number in range(3)] == [
        "Lines of this run (Ctrl+1)",
        "Rejected lines of all runs (Ctrl+2)",
        "Refused and held readings of all runs (Ctrl+3)",
    ]
    assert (tabs.expanding(), tabs.drawBase(), tabs.usesScrollButtons()) == (False, False, False)
    assert tabs.focusPolicy() is Qt.FocusPolicy.StrongFocus


def test_a_page_comes_to_the_front_with_its_tools_and_the_focus(pane: LowerPane) -> None:
    pages = [
        (pane.console, pane.console.tools),
        (pane.rejected, pane.rejected.tools),
        (pane.cloud, pane.cloud.tools),
    ]
    keyboard: dict[int, QWidget] = {
        CONSOLE: pane.console.view,
        REJECTED: pane.rejected.view,
        CLOUD: pane.tabs,
    }
    for front in (CLOUD, REJECTED, CONSOLE):
        pane.show_page(front)
        assert pane.front == front
        for number, (page, tools) in enumerate(pages):
            assert (page.isVisible(), tools.isVisible()) == (number == front,) * 2
        assert pane.focusWidget() is keyboard[front]
    # A list of refused readings that is not empty is visible, and has the focus instead of the tabs.
    pane.cloud.show_refused([RefusedReading(1, "v1", 1.0, 0, verbatim("no"))], 1)
    pane.show_page(CLOUD)
    assert pane.focusWidget() is pane.cloud.view


def test_another_device_begins_with_empty_pages(pane: LowerPane) -> None:
    pane.console.add([news(1, "v1=1", "v1=2")])
    pane.cloud.show_refused([RefusedReading(1, "v1", 1.0, 0, verbatim("no"))], 1)
    for page, count in ((CONSOLE, 1), (REJECTED, 1200), (CLOUD, 3)):
        pane.set_count(page, count)
    assert titles(pane) == ["Console (1)", "Rejected lines (1,200 in all runs)", "Cloud (3)"]
    # The buttons of the cloud's page need the room.
    pane.show_page(CLOUD)
    assert titles(pane)[REJECTED] == "Rejected lines (1,200)"
    pane.show_page(CONSOLE)
    assert titles(pane)[REJECTED] == "Rejected lines (1,200 in all runs)"
    line = RejectedLine(0, "v256=1", Reason.WRONG_PIN)
    pane.rejected.show_lines(((Reason.WRONG_PIN, 1),), [line])
    pane.restart()
    assert titles(pane) == ["Console", "Rejected lines", "Cloud"]
    for model in (pane.console.model, pane.rejected.model, pane.cloud.model):
        assert model.rowCount() == 0


def test_the_same_count_again_changes_no_tab(pane: LowerPane, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[tuple[int, str]] = []
    monkeypatch.setattr(pane.tabs, "setTabText", lambda *tab: written.append(tab))
    pane.set_count(CLOUD, 0)
    pane.set_count(CLOUD, 3)
    assert written == [(CLOUD, "Cloud (3)")]


def test_the_lists_take_the_colours_of_the_scheme(pane: LowerPane) -> None:
    pane.console.add([news(1, "v1=1")])
    pane.set_scheme(DARK)
    color = pane.console.model.index(0, VERDICT).data(Qt.ItemDataRole.ForegroundRole)
    assert color == QColor(DARK.good)
