"""The pane with the datastream table: its rows, or a sentence while there are none."""

from __future__ import annotations

from typing import Any, cast

import msgspec
import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.bench.status import CloudState, CloudStatus, DatastreamStatus, DeviceStatus
from app.messages.message import verbatim
from app.wire.datastreams import LineStyle
from tests.ui.datastreams.test_model import row
from tests.ui.test_situation import DEVICE
from ui.datastreams.model import COLOR_ROLE, FATES, NAME
from ui.datastreams.pane import LeftPane
from ui.plot.curves import Look
from ui.theme.colors import DARK

LOOKS = [Look("#111111", LineStyle.SOLID), Look("#222222", LineStyle.DOTTED)]


@pytest.fixture
def pane(qtbot: QtBot) -> LeftPane:
    pane = LeftPane()
    qtbot.addWidget(pane)
    return pane


def device(*rows: DatastreamStatus) -> DeviceStatus:
    return msgspec.structs.replace(DEVICE, datastreams=rows)


def colors(pane: LeftPane) -> list[str]:
    return [pane.rows.index(number, NAME).data(COLOR_ROLE) for number in range(pane.rows.rowCount())]


def test_each_row_has_the_colour_of_its_curve_until_another_device_is_shown(pane: LeftPane) -> None:
    pane.show_device(device(row("v1"), row("v2", "calm")), LOOKS, 0.0)
    assert pane.looks == LOOKS
    assert colors(pane) == ["#111111", "#222222"]
    pane.restart()
    assert pane.rows.rowCount() == 0
    pane.set_scheme(DARK)
    assert cast(Any, pane.table.itemDelegate()).scheme is DARK


def test_an_empty_table_is_replaced_by_a_sentence(pane: LeftPane) -> None:
    heading, word = (
        next(label for label in pane.findChildren(QLabel) if label.text().startswith("Datastreams" + end))
        for end in ("", " appear")
    )
    for rows in ((), (row("v1"),)):
        pane.restart()
        pane.show_device(device(*rows), LOOKS[:1] * len(rows), 0.0)
        seen = [part.isVisibleTo(pane) for part in (heading, word, pane.table)]
        assert seen == [not rows, not rows, bool(rows)]
    pane.restart()
    assert word.isVisibleTo(pane)


@pytest.mark.parametrize(("state", "words"), [(CloudState.OFF, "no server"), (CloudState.IDLE, "0")])
def test_a_device_without_a_server_shows_that(pane: LeftPane, state: CloudState, words: str) -> None:
    shown = msgspec.structs.replace(device(row("v1")), cloud=CloudStatus(state, verbatim("")))
    pane.show_device(shown, LOOKS[:1], 0.0)
    assert pane.rows.index(0, FATES).data() == words
