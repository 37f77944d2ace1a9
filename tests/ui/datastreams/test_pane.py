"""The colour of each datastream, and which datastreams have a curve."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.bench.status import CloudState, CloudStatus, DatastreamStatus, DeviceStatus
from app.messages.message import verbatim
from tests.ui.datastreams.test_model import row
from tests.ui.test_situation import DEVICE
from ui.datastreams.model import COLOR_ROLE, FATES, NAME
from ui.datastreams.pane import LeftPane
from ui.plot.strip import Style
from ui.theme.colors import DARK, LIGHT, PALETTE, series_color


@pytest.fixture
def pane(qtbot: QtBot) -> LeftPane:
    pane = LeftPane()
    qtbot.addWidget(pane)
    pane.restart(LIGHT)
    return pane


def device(*rows: DatastreamStatus) -> DeviceStatus:
    return msgspec.structs.replace(DEVICE, datastreams=rows)


def colors(pane: LeftPane) -> list[str]:
    return [pane.rows.index(number, NAME).data(COLOR_ROLE) for number in range(pane.rows.rowCount())]


def test_each_row_has_a_colour_and_those_with_numbers_have_a_curve(pane: LeftPane) -> None:
    own = msgspec.structs.replace(row("v3", 2.5, "Wind\tspeed"), color="#123456")
    styles = pane.show_device(device(row("v1"), row("v2", "calm"), own), 0.0)
    assert colors(pane) == [PALETTE[0], PALETTE[1], "#123456"]
    assert styles == [
        Style("v1", "v1", "°C", PALETTE[0], 0),
        Style("v3", "Wind speed", "°C", "#123456", 0),
    ]


def test_after_the_last_colour_the_palette_begins_again(pane: LeftPane) -> None:
    rows = [row(f"v{pin}") for pin in range(len(PALETTE) + 1)]
    *_, before, last = pane.show_device(device(*rows), 0.0)
    assert (before.color, before.round) == (series_color(len(PALETTE) - 1, "", LIGHT), 0)
    assert (last.color, last.round) == (PALETTE[0], 1)


def test_colours_and_curves_stay_while_the_device_is_shown(pane: LeftPane) -> None:
    pane.show_device(device(row("v1"), row("v2")), 0.0)
    # A datastream that has sent a number keeps its curve when it sends a text.
    styles = pane.show_device(device(row("v2", "calm")), 1.0)
    assert [(style.target, style.color) for style in styles] == [("v2", PALETTE[1])]
    pane.restart(DARK)
    assert pane.rows.rowCount() == 0
    assert pane.show_device(device(row("v2", "calm")), 2.0) == []
    assert [style.color for style in pane.show_device(device(row("v2")), 3.0)] == [series_color(0, "", DARK)]


def test_another_scheme_changes_table_and_curves(pane: LeftPane) -> None:
    pane.set_scheme(DARK)
    (style,) = pane.show_device(device(row("v1")), 0.0)
    assert style.color == series_color(0, "", DARK) != PALETTE[0]
    assert colors(pane) == [style.color]
    assert pane.table._cells.scheme is DARK


def test_an_empty_table_is_replaced_by_a_sentence(pane: LeftPane) -> None:
    heading, word = (
        next(label for label in pane.findChildren(QLabel) if label.text().startswith("Datastreams" + end))
        for end in ("", " appear")
    )
    for rows in ((), (row("v1"),)):
        pane.restart(LIGHT)
        pane.show_device(device(*rows), 0.0)
        seen = [part.isVisibleTo(pane) for part in (heading, word, pane.table)]
        assert seen == [not rows, not rows, bool(rows)]
    pane.restart(LIGHT)
    assert word.isVisibleTo(pane)


@pytest.mark.parametrize(("state", "words"), [(CloudState.OFF, "no server"), (CloudState.IDLE, "0")])
def test_a_device_without_a_server_shows_that(pane: LeftPane, state: CloudState, words: str) -> None:
    shown = msgspec.structs.replace(device(row("v1")), cloud=CloudStatus(state, verbatim("")))
    pane.show_device(shown, 0.0)
    assert pane.rows.index(0, FATES).data() == words
