"""The model of the datastream table: values, rates, and the fates of readings (forwarded, refused, …).

Invariants: rows have the same order as the datastreams in the device's status, so a row moves only when a new
datastream comes before it; only changed rows are reported to the view; the journal provides the counts of
readings.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.bench.status import DatastreamStatus
from app.messages.languages import text, text_of
from app.messages.message import Message
from app.messages.visible import visible
from app.wire.datastreams import REASON_LABELS, LineStyle
from ui import lights, wording
from ui.datastreams.decimals import Decimals
from ui.datastreams.rates import LineRates
from ui.datastreams.staleness import Staleness
from ui.plot.curves import Look, has_curve

NAME, VALUE, FATES = range(3)
_HEADERS = ("column_datastream", "column_live_value", "column_forwarded")
SMALL_ROLE = Qt.ItemDataRole.UserRole + 1
"""The role of the second, smaller line of a cell."""
COLOR_ROLE = Qt.ItemDataRole.UserRole + 2
TONE_ROLE = Qt.ItemDataRole.UserRole + 3
"""The role of the second line's tone: `bad` (an error), `warn` (it needs attention) or empty.

Beside a value, it is `bad` if the newest line was rejected; beside the fates, it is `warn` if readings are
refused or held.
"""
STALE_ROLE = Qt.ItemDataRole.UserRole + 4
"""The role that tells whether the value is stale, so that it is greyed."""

LINE_ROLE = Qt.ItemDataRole.UserRole + 5
"""The role of the line style of the row's curve."""

Index = QModelIndex | QPersistentModelIndex
_NO_LOOK = Look("", LineStyle.SOLID)


class DatastreamModel(QAbstractTableModel):
    """A table model with three columns: name and target; live value and rate; fates of the readings."""

    def __init__(self, parent: QObject | None = None, staleness: Staleness | None = None) -> None:
        """`staleness` knows the pauses of the bench's datastreams; without it, the model learns them."""
        super().__init__(parent)
        self._rows: list[DatastreamStatus] = []
        self._per_s: list[float] = []
        self._ages_s: list[int | None] = []
        """For each row, how old its value is in whole seconds; None if the value is not stale."""
        self._looks: list[Look] = []
        self._hidden: frozenset[str] = frozenset()
        self._headers = [text(code) for code in _HEADERS]
        self._rates = LineRates()
        self._staleness = staleness or Staleness()
        self._decimals = Decimals()
        self._has_cloud = self._runs = True
        self._is_replay = False

    def clear(self) -> None:
        """Remove all rows, for example before another device is shown."""
        self.beginResetModel()
        self._rows, self._per_s, self._ages_s, self._looks = [], [], [], []
        self._hidden = frozenset()
        self._rates.clear()
        self._decimals.clear()
        self.endResetModel()

    def update(
        self,
        rows: Sequence[DatastreamStatus],
        looks: Sequence[Look],
        at_s: float,
        *,
        has_cloud: bool,
        runs: bool = True,
        is_replay: bool = False,
        device: str = "",
    ) -> None:
        """Show `rows` of `device` as they are at the time `at_s` (Unix seconds).

        `looks` has the look of each row; `has_cloud` tells whether the device sends readings to the cloud,
        and `is_replay` whether it is a recording that is only shown. If the bench is stopped, `runs` is
        false: then values have the time of their arrival instead of a rate or an age, because both would
        stand still.
        """
        if is_replay != self._is_replay:
            self._is_replay = is_replay
            self._headers[FATES] = text("column_shown" if is_replay else "column_forwarded")
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, FATES, FATES)
        per_s = [self._rates.update(row.target, at_s, row.counts.readings) for row in rows]
        ages_s = [self._age_s(device, row, at_s) for row in rows]
        restyled = (self._looks, self._has_cloud, self._runs) != (list(looks), has_cloud, runs)
        self._looks, self._has_cloud, self._runs = list(looks), has_cloud, runs
        known = [row.target for row in self._rows]
        if [row.target for row in rows[: len(known)]] != known:
            self.beginResetModel()
            self._rows, self._per_s, self._ages_s = list(rows), per_s, ages_s
            self.endResetModel()
            return
        if len(rows) > len(known):
            self.beginInsertRows(QModelIndex(), len(known), len(rows) - 1)
            self._rows.extend(rows[len(known) :])
            self._per_s.extend(per_s[len(known) :])
            self._ages_s.extend(ages_s[len(known) :])
            self.endInsertRows()
        for number, row in enumerate(rows):
            before = self._rows[number], wording.rate(self._per_s[number]), self._ages_s[number]
            changed = before != (row, wording.rate(per_s[number]), ages_s[number])
            self._rows[number], self._per_s[number], self._ages_s[number] = row, per_s[number], ages_s[number]
            if changed or restyled:
                self.dataChanged.emit(self.index(number, 0), self.index(number, len(_HEADERS) - 1))

    def set_hidden(self, hidden: frozenset[str]) -> None:
        """Mark these targets as hidden in the plot."""
        self._hidden = hidden
        if self._rows:
            self.dataChanged.emit(self.index(0, NAME), self.index(len(self._rows) - 1, NAME))

    def target(self, row: int) -> str:
        """The target of a row."""
        return self._rows[row].target

    def is_plotted(self, row: int) -> bool:
        """Whether the last value of a row is a number. Only numbers are plotted."""
        return has_curve(self._rows[row])

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802
        """The number of rows; 0 if `parent` is a cell, because cells have no children."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:  # noqa: N802
        """The number of columns; 0 if `parent` is a cell, because cells have no children."""
        return 0 if parent is not None and parent.isValid() else len(_HEADERS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:  # noqa: N802
        """The title of a column, or the alignment of the title, depending on `role`; None for other roles."""
        if orientation is Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return self._headers[section]
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignVCenter | (
                    Qt.AlignmentFlag.AlignLeft if section == NAME else Qt.AlignmentFlag.AlignRight
                )
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The text, dot colour, line style, check state, tool tip or tone of a cell, depending on `role`.

        None if the cell has nothing for `role`. The possible tones are described at `TONE_ROLE`.
        """
        row, column = self._rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._main(row, column)
        if role == SMALL_ROLE:
            return self._small(index.row(), column)
        if role == STALE_ROLE:
            return column == VALUE and self._ages_s[index.row()] is not None
        if role == TONE_ROLE:
            if column == VALUE:
                return "bad" if _fails(row) else ""
            return "warn" if column == FATES and (row.counts.refused or row.counts.held) else ""
        if role in (COLOR_ROLE, LINE_ROLE):
            look = self._looks[index.row()] if column == NAME and index.row() < len(self._looks) else _NO_LOOK
            return look.color if role == COLOR_ROLE else look.line_style
        if role == Qt.ItemDataRole.CheckStateRole and column == NAME and has_curve(row):
            hidden = row.target in self._hidden
            return Qt.CheckState.Unchecked if hidden else Qt.CheckState.Checked
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self._main(row, column)}, {self._small(index.row(), column)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return wording.tooltip(self._tip(row, column))
        return None

    def _main(self, row: DatastreamStatus, column: int) -> str:
        if column == NAME:
            return visible(row.name or row.target)
        if column == VALUE:
            return visible(self._decimals.text(row.target, row.value, row.unit))
        if self._is_replay:
            return text_of(wording.count(row.counts.readings))
        return text_of(
            wording.count(row.counts.forwarded) if self._has_cloud else Message("label_not_forwarded")
        )

    def _age_s(self, device: str, row: DatastreamStatus, at_s: float) -> int | None:
        if row.received_at_us is None:
            return None
        age_s = self._staleness.age_s((device, row.target), row.received_at_us, at_s)
        return None if age_s is None else int(age_s)

    def _small(self, number: int, column: int) -> str:
        row, age_s = self._rows[number], self._ages_s[number]
        if column == NAME:
            return row.target if row.name and row.name != row.target else ""
        if column == VALUE:
            if row.rejected and _fails(row):
                return text(REASON_LABELS[row.rejected.reason])
            if not self._runs:
                return "" if row.received_at_us is None else wording.clock(row.received_at_us / 1e6)
            if age_s is not None:
                return text_of(wording.ago(age_s))
            per_s = self._per_s[number]
            return text("label_lines_rate", count=wording.plural_of(per_s), rate=wording.rate(per_s))
        counts = row.counts
        if self._is_replay:
            return text("label_up_to_here")
        if not self._has_cloud:
            return text("label_readings_kept", number=wording.count(lights.kept(counts)))
        parts = [
            (counts.refused, "label_refused"),
            (counts.expired, "label_expired"),
            (counts.held, "label_held"),
            (counts.pending - counts.held, "label_waiting"),
            (counts.superseded, "label_superseded"),
        ]
        shown = [text(code, number=wording.count(number)) for number, code in parts if number]
        return " · ".join(shown) if shown else text("label_none_waiting")

    def _tip(self, row: DatastreamStatus, column: int) -> str:
        if column == VALUE and row.rejected and _fails(row):
            reason = Message(REASON_LABELS[row.rejected.reason])
            return text("tip_value_rejected", reason=reason, count=row.rejected.count)
        if column == VALUE and row.received_at_us is not None:
            time = wording.clock(row.received_at_us / 1e6)
            return text("tip_value", value=wording.value(row.value, row.unit), time=time)
        if column == FATES and self._is_replay:
            return text("tip_shown")
        if column == FATES:
            counts = row.counts
            return text(
                "tip_fates",
                count=counts.readings,
                forwarded=counts.forwarded,
                superseded=counts.superseded,
                refused=counts.refused,
                expired=counts.expired,
                pending=counts.pending,
                held=counts.held,
            )
        name = visible(row.name or row.target)
        return text("tip_datastream", name=name) if has_curve(row) and not self._is_replay else name


def _fails(row: DatastreamStatus) -> bool:
    """Whether the newest line of a datastream was rejected, so that its value is out of date."""
    return row.rejected is not None and row.rejected.received_at_us > (row.received_at_us or 0)
