"""The rows of the datastream table: values, rates, fates, and which curves are hidden."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from app.status import DatastreamStatus, JournalCounts
from app.wire.datastreams import Value
from ui.datastream_model import FATES, NAME, SMALL_ROLE, TONE_ROLE, VALUE, DatastreamModel, has_curve

pytestmark = pytest.mark.usefixtures("qtbot")


def watched(model: DatastreamModel) -> DatastreamModel:
    """A model that Qt's own tester looks at; what it finds is a warning of Qt's, which fails the test."""
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning, model)
    return model


def row(target: str, value: Value | None = 1, name: str = "", **counts: int) -> DatastreamStatus:
    return DatastreamStatus(target, name, "°C", "", value, 1_790_000_000_000_000, JournalCounts(**counts))


def test_cells_have_two_lines() -> None:
    model = watched(DatastreamModel())
    rows = [
        row("v1", 21.5, "Temperature", readings=9, forwarded=5, refused=1, pending=3, held=1),
        row("v2", "calm"),
    ]
    for n in range(12):
        model.update(rows, ["#0072B2", "#D55E00"], n / 4, has_cloud=True)
    assert (model.index(0, NAME).data(), model.index(0, NAME).data(SMALL_ROLE)) == ("Temperature", "v1")
    assert (model.index(1, NAME).data(), model.index(1, NAME).data(SMALL_ROLE)) == ("v2", "")
    assert model.index(0, VALUE).data() == "21.5 °C"
    assert model.index(0, VALUE).data(SMALL_ROLE) == "0 lines/s"
    assert model.index(0, FATES).data() == "5 sent"
    assert model.index(0, FATES).data(SMALL_ROLE) == "1 refused · 1 held · 2 waiting"
    assert model.index(0, FATES).data(TONE_ROLE) == "bad"
    assert model.index(1, FATES).data(SMALL_ROLE) == "none waiting"
    assert "3 pending (1 of them held)" in model.index(0, FATES).data(Qt.ItemDataRole.ToolTipRole)
    assert "°C" in model.index(0, VALUE).data(Qt.ItemDataRole.AccessibleTextRole)
    model.update(rows, ["#0072B2", "#D55E00"], 3, has_cloud=False)
    assert (model.index(0, FATES).data(), model.index(0, FATES).data(SMALL_ROLE)) == ("not sent", "9 kept")


def test_views_hear_of_changed_rows_alone() -> None:
    model = watched(DatastreamModel())
    heard: list[int] = []
    model.dataChanged.connect(lambda first, _last: heard.append(first.row()))
    colors = ["#0072B2", "#D55E00"]
    model.update([row("v1"), row("v2")], colors, 0, has_cloud=True)
    heard.clear()
    model.update([row("v1"), row("v2", 2)], colors, 0.1, has_cloud=True)
    assert heard == [1]
    model.update([row("v1"), row("v2", 2)], colors, 0.2, has_cloud=True)
    assert heard == [1]


def test_rows_are_added_and_another_device_resets() -> None:
    model = watched(DatastreamModel())
    resets: list[int] = []
    model.modelReset.connect(lambda: resets.append(1))
    model.update([row("v1")], ["#0072B2"], 0, has_cloud=True)
    model.update([row("v1"), row("v2")], ["#0072B2", "#D55E00"], 0.1, has_cloud=True)
    assert (model.rowCount(), resets) == (2, [])
    model.update([row("v0"), row("v1")], ["#0072B2", "#D55E00"], 0.2, has_cloud=True)
    assert (model.target(0), resets) == ("v0", [1])
    model.show_device()
    assert model.rowCount() == 0


def test_numbers_have_a_curve_that_can_be_hidden() -> None:
    assert has_curve(row("v1", 1.5))
    assert not any(has_curve(row("v1", value)) for value in (None, "calm", (13.4, 52.5)))
    model = watched(DatastreamModel())
    model.update([row("v1"), row("v2", "calm")], ["#0072B2", "#D55E00"], 0, has_cloud=True)
    model.set_hidden(frozenset({"v1"}))
    state = Qt.ItemDataRole.CheckStateRole
    assert Qt.CheckState(model.index(0, NAME).data(state)) is Qt.CheckState.Unchecked
    assert model.index(1, NAME).data(state) is None
    assert [model.is_plotted(n) for n in (0, 1)] == [True, False]
