"""The rows of the datastream table: values, rates, fates, and which curves are hidden."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from app.bench.status import DatastreamStatus, JournalCounts, RejectedTarget
from app.wire.datastreams import LineStyle, Reason, Value
from ui.datastreams.model import (
    COLOR_ROLE,
    FATES,
    HEADING_ROLE,
    LINE_ROLE,
    NAME,
    SMALL_ROLE,
    STALE_ROLE,
    TONE_ROLE,
    VALUE,
    DatastreamModel,
    Section,
)
from ui.plot.curves import NO_LOOK, Key, Look, has_curve
from ui.wording import clock

pytestmark = pytest.mark.usefixtures("qtbot")

BLUE, ORANGE = Look("#0072B2", LineStyle.SOLID), Look("#D55E00", LineStyle.DASHED)
LOOKS = [BLUE, ORANGE]


def watched(model: DatastreamModel) -> DatastreamModel:
    """Have `model` checked by Qt's model tester, whose warnings fail the test, and return it."""
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning, model)
    return model


def row(target: str, value: Value | None = 1, name: str = "", **counts: int) -> DatastreamStatus:
    return DatastreamStatus(
        *(target, name, "°C", "", LineStyle.SOLID, value), 1_790_000_000_000_000, JournalCounts(**counts)
    )


def update(
    model: DatastreamModel,
    rows: Sequence[DatastreamStatus],
    looks: Sequence[Look],
    at_s: float,
    *,
    has_cloud: bool,
    runs: bool = True,
    is_replay: bool = False,
) -> None:
    """Show `rows` of one device."""
    model.update([Section("a", rows, looks, has_cloud, is_replay)], at_s, runs=runs)


def hide(model: DatastreamModel, *targets: str) -> None:
    model.set_hidden({("a", target) for target in targets})


def look(model: DatastreamModel, number: int) -> Look:
    name = model.index(number, NAME)
    return Look(name.data(COLOR_ROLE), LineStyle(name.data(LINE_ROLE)))


def test_cells_have_two_lines() -> None:
    model = watched(DatastreamModel())
    rows = [
        row("v1", 21.5, "Temperature", readings=9, forwarded=5, refused=1, pending=3, held=1),
        row("v2", "calm"),
    ]
    for n in range(12):
        update(model, rows, LOOKS, n / 4, has_cloud=True)
    assert (model.index(0, NAME).data(), model.index(0, NAME).data(SMALL_ROLE)) == ("Temperature", "v1")
    assert (model.index(1, NAME).data(), model.index(1, NAME).data(SMALL_ROLE)) == ("v2", "")
    assert model.index(0, VALUE).data() == "21.5 °C"
    assert model.index(0, VALUE).data(SMALL_ROLE) == "0 lines/s"
    assert model.index(0, FATES).data() == "5"
    assert model.index(0, FATES).data(SMALL_ROLE) == "1 refused · 1 held · 2 waiting"
    assert model.index(0, FATES).data(TONE_ROLE) == "warn"
    assert model.index(1, FATES).data(SMALL_ROLE) == "none waiting"
    assert "3 pending (1 of them held)" in model.index(0, FATES).data(Qt.ItemDataRole.ToolTipRole)
    assert "°C" in model.index(0, VALUE).data(Qt.ItemDataRole.AccessibleTextRole)
    update(model, rows, LOOKS, 3, has_cloud=False)
    assert (model.index(0, FATES).data(), model.index(0, FATES).data(SMALL_ROLE)) == ("no server", "2 kept")


def test_only_changed_rows_are_reported_to_views() -> None:
    model = watched(DatastreamModel())
    heard: list[int] = []
    model.dataChanged.connect(lambda first, _last: heard.append(first.row()))
    update(model, [row("v1"), row("v2")], LOOKS, 0, has_cloud=True)
    heard.clear()
    update(model, [row("v1"), row("v2", 2)], LOOKS, 0.1, has_cloud=True)
    assert heard == [1]
    update(model, [row("v1"), row("v2", 2)], LOOKS, 0.2, has_cloud=True)
    assert heard == [1]


def test_rows_are_added_and_another_device_resets() -> None:
    model = watched(DatastreamModel())
    resets: list[int] = []
    model.modelReset.connect(lambda: resets.append(1))
    update(model, [row("v1")], [BLUE], 0, has_cloud=True)
    update(model, [row("v1"), row("v2")], LOOKS, 0.1, has_cloud=True)
    assert (model.rowCount(), resets) == (2, [])
    update(model, [row("v0"), row("v1")], LOOKS, 0.2, has_cloud=True)
    assert (model.key(0)[1], resets) == ("v0", [1])
    update(model, [row("v5"), row("v6"), row("v7")], [BLUE, ORANGE, NO_LOOK], 0.3, has_cloud=True)
    assert [model.key(n)[1] for n in range(model.rowCount())] == ["v5", "v6", "v7"]
    assert [look(model, n) for n in range(3)] == [BLUE, ORANGE, NO_LOOK]
    model.clear()
    assert model.rowCount() == 0


def test_numbers_have_a_curve_that_can_be_hidden() -> None:
    assert has_curve(row("v1", 1.5))
    assert not any(has_curve(row("v1", value)) for value in (None, "calm", (13.4, 52.5)))
    model = watched(DatastreamModel())
    update(model, [row("v1"), row("v2", "calm")], [BLUE, NO_LOOK], 0, has_cloud=True)
    hide(model, "v1")
    state = Qt.ItemDataRole.CheckStateRole
    assert Qt.CheckState(model.index(0, NAME).data(state)) is Qt.CheckState.Unchecked
    assert model.index(1, NAME).data(state) is None
    assert [model.is_plotted(n) for n in (0, 1)] == [True, False]


ROLE = Qt.ItemDataRole


def test_second_lines_show_what_became_of_the_readings() -> None:
    model = watched(DatastreamModel())
    busy = row(
        *("v1", 1, ""),
        readings=200_000,
        forwarded=100_000,
        superseded=7,
        refused=1,
        expired=2,
        pending=6,
        held=4,
    )
    update(model, [busy, row("v2", held=1), row("v3", expired=1)], [*LOOKS, NO_LOOK], 0, has_cloud=True)
    fates = model.index(0, FATES)
    assert fates.data() == "100 k"
    assert fates.data(SMALL_ROLE) == "1 refused · 2 expired · 4 held · 2 waiting · 7 superseded"
    assert fates.data(ROLE.ToolTipRole) == (
        "<span>200,000 readings: 100,000 forwarded, 7 superseded, 1 refused, 2 expired, "
        "6 pending (4 of them held)</span>"
    )
    assert fates.data(ROLE.AccessibleTextRole) == f"{fates.data()}, {fates.data(SMALL_ROLE)}"
    assert model.index(0, FATES).data(TONE_ROLE) == "warn"
    assert model.index(1, FATES).data(TONE_ROLE) == "warn"
    assert model.index(1, VALUE).data(TONE_ROLE) == ""
    assert model.index(2, FATES).data(TONE_ROLE) == ""  # discarded, or announced when it happened
    update(model, [row("v1"), row("v2"), row("v3")], [*LOOKS, NO_LOOK], 1, has_cloud=True)
    assert model.index(1, FATES).data(TONE_ROLE) == ""


def test_names_values_and_tips() -> None:
    model = watched(DatastreamModel())
    update(model, [row("v1", 21.5, "Air\ttemp"), row("v2", "calm", "v2")], [BLUE, NO_LOOK], 0, has_cloud=True)
    name, value = model.index(0, NAME), model.index(0, VALUE)
    assert (name.data(), name.data(SMALL_ROLE)) == ("Air temp", "v1")
    assert model.index(1, NAME).data(SMALL_ROLE) == ""
    assert name.data(ROLE.ToolTipRole) == (
        "<span>Air temp: a click on its mark or Space hides or shows it in the plot, "
        "Enter or a double click edits it, a right click offers more</span>"
    )
    assert model.index(1, NAME).data(ROLE.ToolTipRole) == "<span>v2</span>"
    at = clock(1_790_000_000)
    assert value.data(ROLE.ToolTipRole) == f"<span>21.5 °C, received at {at}</span>"
    assert value.data(ROLE.AccessibleTextRole) == "21.5 °C, 0 lines/s"
    assert value.data(ROLE.DecorationRole) is None
    assert model.index(1, VALUE).data(SMALL_ROLE) == "0 lines/s"
    silent = DatastreamStatus("v3", "", "", "", LineStyle.SOLID, None, None, JournalCounts())
    update(model, [silent], [NO_LOOK], 1, has_cloud=True)
    assert model.index(0, VALUE).data() == "–"
    assert model.index(0, VALUE).data(ROLE.ToolTipRole) == "<span>v3</span>"


def test_colours_go_with_the_rows_and_shown_curves_are_checked() -> None:
    model = watched(DatastreamModel())
    update(model, [row("v1"), row("v2")], LOOKS, 0, has_cloud=True)
    assert [look(model, n) for n in (0, 1)] == LOOKS
    assert model.index(0, VALUE).data(COLOR_ROLE) == ""
    assert Qt.CheckState(model.index(0, NAME).data(ROLE.CheckStateRole)) is Qt.CheckState.Checked
    assert model.index(0, VALUE).data(ROLE.CheckStateRole) is None
    hide(model, "v1")
    model.clear()
    update(model, [row("v1")], LOOKS[:1], 0, has_cloud=True)
    assert Qt.CheckState(model.index(0, NAME).data(ROLE.CheckStateRole)) is Qt.CheckState.Unchecked


def test_rates_are_those_of_each_row() -> None:
    model = watched(DatastreamModel())
    for n in range(13):
        update(model, [row("v1", readings=10 * n), row("v2", readings=n)], LOOKS, n / 4, has_cloud=True)
    rates = [model.index(n, VALUE).data(SMALL_ROLE) for n in (0, 1)]
    assert rates == ["40 lines/s", "4 lines/s"]
    model.clear()
    update(model, [row("v1", readings=500)], LOOKS[:1], 3.25, has_cloud=True)
    assert model.index(0, VALUE).data(SMALL_ROLE) == "0 lines/s"


def test_columns_have_headers() -> None:
    model = watched(DatastreamModel())
    update(model, [row("v1")], LOOKS[:1], 0, has_cloud=True)
    across, align = Qt.Orientation.Horizontal, ROLE.TextAlignmentRole
    headers = [model.headerData(column, across) for column in range(3)]
    assert headers == ["Datastream", "Live value", "Forwarded\nall runs"]
    middle, left, right = (
        Qt.AlignmentFlag.AlignVCenter,
        Qt.AlignmentFlag.AlignLeft,
        Qt.AlignmentFlag.AlignRight,
    )
    sides = [model.headerData(column, across, align) for column in range(3)]
    assert sides == [middle | left, middle | right, middle | right]
    assert model.headerData(0, across, ROLE.ToolTipRole) is None
    assert model.headerData(0, Qt.Orientation.Vertical) is None
    cell = model.index(0, 0)
    assert (model.rowCount(), model.columnCount(), model.rowCount(cell), model.columnCount(cell)) == (
        1,
        3,
        0,
        0,
    )


def test_every_change_of_a_row_or_its_looks_is_reported() -> None:
    model = watched(DatastreamModel())
    heard: list[tuple[object, ...]] = []
    model.dataChanged.connect(
        lambda first, last: heard.append((first.row(), first.column(), last.row(), last.column()))
    )
    model.rowsInserted.connect(lambda _parent, first, last: heard.append(("in", first, last)))
    model.modelReset.connect(lambda: heard.append(("reset",)))

    def hear(
        rows: list[DatastreamStatus], looks: list[Look], at_s: float, *, has_cloud: bool = True
    ) -> list[tuple[object, ...]]:
        heard.clear()
        update(model, rows, looks, at_s, has_cloud=has_cloud)
        return list(heard)

    hide(model)
    assert heard == []
    one, two = row("v1"), row("v2")
    assert hear([one], LOOKS[:1], 0) == [("in", 0, 0)]
    assert hear([one, two], LOOKS, 0.1)[0] == ("in", 1, 1)
    assert hear([one, two], LOOKS, 0.2) == []
    assert hear([one, two], LOOKS[::-1], 0.3) == [(0, 0, 0, 0), (1, 0, 1, 0)]
    assert hear([one, two], LOOKS[::-1], 0.4, has_cloud=False) == [(0, 2, 0, 2), (1, 2, 1, 2)]
    assert hear([one, two], LOOKS[::-1], 0.5, has_cloud=False) == []
    assert hear([one, row("v2", readings=8)], LOOKS[::-1], 0.7, has_cloud=False) == [
        (1, 1, 1, 1),
        (1, 2, 1, 2),
    ]
    # Here only the rate changes, because the counter no longer grows.
    assert hear([one, row("v2", readings=8)], LOOKS[::-1], 2.5, has_cloud=False) == [(1, 1, 1, 1)]
    assert hear([two, one], LOOKS, 3, has_cloud=False) == [("reset",)]
    assert look(model, 0) == BLUE
    heard.clear()
    hide(model, "v1")
    assert heard == [(1, 0, 1, 0)]


def value_cell(model: DatastreamModel) -> tuple[str, str, str, bool]:
    index = model.index(0, VALUE)
    return index.data(), index.data(SMALL_ROLE), index.data(TONE_ROLE), index.data(STALE_ROLE)


def test_a_value_that_has_stopped_is_greyed_with_its_age() -> None:
    model = watched(DatastreamModel())
    begin_s = 1_790_000_000
    for n in range(20):
        received = msgspec.structs.replace(row("v1", n, readings=n + 1), received_at_us=(begin_s + n) * 10**6)
        update(model, [received], [BLUE], begin_s + n, has_cloud=True)
    assert value_cell(model) == ("19 °C", "1 line/s", "", False)
    heard: list[int] = []
    model.dataChanged.connect(lambda first, _last: heard.append(first.row()))
    update(model, [received], [BLUE], begin_s + 19 + 12.4, has_cloud=True)
    assert value_cell(model) == ("19 °C", "12 s ago", "", True)
    update(model, [received], [BLUE], begin_s + 19 + 12.9, has_cloud=True)
    assert heard == [0]
    update(model, [received], [BLUE], begin_s + 19 + 13, has_cloud=True)
    assert value_cell(model)[1] == "13 s ago"
    assert heard == [0, 0]
    assert model.index(0, NAME).data(STALE_ROLE) is False


def test_values_of_a_stopped_bench_have_the_time_of_their_arrival_and_no_rate() -> None:
    model = watched(DatastreamModel())
    rows = [row("v1", 1), msgspec.structs.replace(row("v2", None), received_at_us=None)]
    for n in range(20):
        rows[0] = msgspec.structs.replace(rows[0], counts=JournalCounts(readings=10 * n))
        update(model, rows, LOOKS, 1_790_000_000 + n / 4, has_cloud=True)
    assert value_cell(model)[1] == "40 lines/s"
    heard: list[int] = []
    model.dataChanged.connect(lambda first, _last: heard.append(first.row()))
    for _ in range(2):
        update(model, rows, LOOKS, 1_790_000_005, has_cloud=True, runs=False)
        shown = [model.index(number, VALUE).data(SMALL_ROLE) for number in (0, 1)]
        assert shown == [clock(1_790_000_000), ""]
    assert heard == [0, 1]
    # Another device of the stopped bench is shown in the same way.
    update(model, [row("v3", 1)], LOOKS[:1], 1_790_000_005, has_cloud=True, runs=False)
    assert value_cell(model)[1] == clock(1_790_000_000)


def test_a_datastream_whose_lines_are_rejected_shows_the_reason() -> None:
    model = watched(DatastreamModel())
    at_us = 1_790_000_000_000_000
    never = DatastreamStatus(
        *("v1", "", "", "", LineStyle.SOLID, None, None, JournalCounts()),
        rejected=RejectedTarget(Reason.NOT_A_NUMBER, 7, 5),
    )
    once = msgspec.structs.replace(row("v1"), rejected=RejectedTarget(Reason.OUT_OF_RANGE, 1, at_us + 1))
    well = msgspec.structs.replace(row("v1"), rejected=RejectedTarget(Reason.OUT_OF_RANGE, 1, at_us - 1))
    update(model, [never], [BLUE], at_us / 1e6, has_cloud=True)
    assert value_cell(model) == ("–", "not a number", "bad", False)
    tip = model.index(0, VALUE).data(Qt.ItemDataRole.ToolTipRole)
    assert "The newest line was rejected: not a number. 7 lines were rejected in this run." in tip
    update(model, [once], [BLUE], at_us / 1e6, has_cloud=True)
    assert value_cell(model) == ("1 °C", "out of range", "bad", False)
    update(model, [well], [BLUE], at_us / 1e6, has_cloud=True)
    assert value_cell(model) == ("1 °C", "0 lines/s", "", False)
    assert model.index(0, FATES).data(TONE_ROLE) == ""


def test_the_readings_of_a_recording_are_only_shown() -> None:
    model = watched(DatastreamModel())
    update(model, [row("v1", 1, "", readings=60)], LOOKS[:1], 0, has_cloud=False, is_replay=True)
    fates, header = model.index(0, FATES), Qt.Orientation.Horizontal
    assert model.headerData(FATES, header, ROLE.DisplayRole) == "Shown"
    assert (fates.data(), fates.data(SMALL_ROLE)) == ("60", "up to here")
    assert "nothing of it is forwarded" in fates.data(ROLE.ToolTipRole)
    assert "edits it" not in model.index(0, NAME).data(ROLE.ToolTipRole)
    update(model, [row("v1")], LOOKS[:1], 1, has_cloud=True)
    assert model.headerData(FATES, header, ROLE.DisplayRole) == "Forwarded\nall runs"


def test_below_headings_are_the_curves_of_other_devices() -> None:
    model = watched(DatastreamModel())
    others = [Section("b\tb", [row("v1", 2, "Air", forwarded=3)], [ORANGE]), Section("c", [], [])]
    model.update([Section("a", [row("v1")], [BLUE]), *others], 0)
    assert [model.key(n) for n in range(model.rowCount())] == [("a", "v1"), ("b\tb", ""), ("b\tb", "v1")]
    assert [model.is_heading(n) for n in range(3)] == [False, True, False]
    heading, name = model.index(1, NAME), model.index(2, NAME)
    assert (heading.data(), heading.data(HEADING_ROLE), heading.data(SMALL_ROLE)) == ("b b", True, None)
    assert heading.data(ROLE.AccessibleTextRole) == "b b"
    assert (model.index(1, VALUE).data(), model.flags(heading)) == (None, ROLE_LESS)
    assert (name.data(), name.data(HEADING_ROLE), look(model, 2)) == ("Air", False, ORANGE)
    assert name.data(ROLE.AccessibleTextRole) == "b b, Air, v1, shown in the plot"
    assert [model.index(2, column).data() for column in (VALUE, FATES)] == ["2 °C", "3"]
    assert (model.row_of(("b\tb", "v1")), model.row_of(("c", "v1"))) == (2, None)
    assert not model.is_plotted(1)


ROLE_LESS = Qt.ItemFlag.NoItemFlags


def test_curves_are_hidden_by_device_and_only_their_rows_are_reported() -> None:
    model = watched(DatastreamModel())
    model.update([Section("a", [row("v1")], [BLUE]), Section("b", [row("v1")], [ORANGE])], 0)
    heard: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda first, last: heard.append((first.row(), last.column())))
    hidden: set[Key] = {("b", "v1")}
    model.set_hidden(hidden)
    assert [model.is_hidden(n) for n in range(3)] == [False, False, True]
    assert heard == [(2, NAME)]
    name = model.index(2, NAME)
    assert name.data(ROLE.AccessibleTextRole) == "b, v1, hidden in the plot"
    assert (name.data(STALE_ROLE), model.index(0, NAME).data(STALE_ROLE)) == (True, False)
    model.set_hidden(hidden)
    assert heard == [(2, NAME)]


def test_a_screen_reader_can_check_the_row_of_a_curve() -> None:
    model = watched(DatastreamModel())
    update(model, [row("v1"), row("v2", "calm")], [BLUE, NO_LOOK], 0, has_cloud=True)
    checkable = Qt.ItemFlag.ItemIsUserCheckable
    flags = [[bool(model.flags(model.index(n, column)) & checkable) for column in (0, 1)] for n in (0, 1)]
    assert flags == [[True, False], [False, False]]
    assert model.flags(QModelIndex()) == ROLE_LESS
