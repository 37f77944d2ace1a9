"""The model of the datastream table: values, rates, and the fates of readings (forwarded, refused, …).

The table is also the legend of the plot. So below the datastreams of the device that is shown, it has those
of other devices whose curves are in the plot, below a heading with the name of their device.

Invariants: rows have the same order as the datastreams in a device's status, so a row moves only when a new
datastream comes before it; only changed cells are reported to the view; the journal provides the counts of
readings.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.bench.status import DatastreamStatus
from app.messages.languages import text, text_of
from app.messages.message import Message
from app.messages.visible import visible
from app.wire.datastreams import REASON_LABELS
from ui import lights, wording
from ui.datastreams.rates import LineRates
from ui.datastreams.staleness import Staleness
from ui.plot.curves import NO_LOOK, Key, Look
from ui.plot.decimals import Decimals

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

HEADING_ROLE = Qt.ItemDataRole.UserRole + 6
"""The role that tells whether the row is the heading of a device."""

TEXT_ROLE = Qt.ItemDataRole.UserRole + 7
"""The role that tells whether the plot has texts in boxes for the row."""

Index = QModelIndex | QPersistentModelIndex


class Section(NamedTuple):
    """The datastreams of one device."""

    device: str
    rows: Sequence[DatastreamStatus]
    looks: Sequence[Look]
    """The look of each row; `NO_LOOK` if it is not in the plot."""
    has_cloud: bool = True
    """Whether the device sends readings to the cloud."""
    is_replay: bool = False
    """Whether it is a recording that is only shown."""


class _Line(NamedTuple):
    """A row of the table. If it is the heading of a device, it has no `status`."""

    device: str
    status: DatastreamStatus | None = None
    look: Look = NO_LOOK
    per_s: float = 0.0
    age_s: int | None = None
    """How old the value is in whole seconds; None if it is not stale."""
    has_cloud: bool = True
    is_replay: bool = False
    is_of_other: bool = False
    """Whether it is below a heading."""
    is_hidden: bool = False
    """Whether the plot hides its curve."""

    @property
    def key(self) -> Key:
        return self.device, self.status.target if self.status else ""


class _Cell(NamedTuple):
    """What a cell shows."""

    main: str = ""
    small: str = ""
    """The smaller line below."""
    look: tuple[object, ...] = ()
    """What else decides how it looks."""


class DatastreamModel(QAbstractTableModel):
    """A table model with three columns: name and target; live value and rate; fates of the readings."""

    def __init__(self, parent: QObject | None = None, staleness: Staleness | None = None) -> None:
        """`staleness` knows the pauses of the bench's datastreams; without it, the model learns them."""
        super().__init__(parent)
        self._lines: list[_Line] = []
        self._shown: list[list[_Cell]] = []
        """What each row shows; made once for each `update`."""
        self._hidden: frozenset[Key] = frozenset()
        self._headers = [text(code) for code in _HEADERS]
        self._rates = LineRates()
        self._staleness = staleness or Staleness()
        self._decimals = Decimals()
        self._runs = True
        self._is_replay = False

    def clear(self) -> None:
        """Remove all rows, for example before another device is shown."""
        self.beginResetModel()
        self._lines, self._shown = [], []
        self._rates.clear()
        self._decimals.clear()
        self.endResetModel()

    def update(self, sections: Sequence[Section], at_s: float, *, runs: bool = True) -> None:
        """Show the datastreams of `sections` as they are at the time `at_s` (Unix seconds).

        The first section is the device that is shown; the others are below headings, unless they are empty.
        If the bench is stopped, `runs` is false: then values have the time of their arrival instead of a rate
        or an age, because both would stand still.
        """
        self._show_header(is_replay=any(section.is_replay for section in sections[:1]))
        lines = [line for place, section in enumerate(sections) for line in self._of(section, place, at_s)]
        self._runs = runs
        cells, before = [self._cells(line) for line in lines], self._shown
        known = [line.key for line in self._lines]
        if [line.key for line in lines[: len(known)]] != known:
            self.beginResetModel()
            self._lines, self._shown = lines, cells
            self.endResetModel()
            return
        if len(lines) > len(known):
            self.beginInsertRows(QModelIndex(), len(known), len(lines) - 1)
            self._lines.extend(lines[len(known) :])
            self._shown = [*before, *cells[len(known) :]]
            self.endInsertRows()
        self._lines, self._shown = lines, cells
        for number, row in enumerate(before):
            for column, cell in enumerate(row):
                if cell != cells[number][column]:
                    self.dataChanged.emit(self.index(number, column), self.index(number, column))

    def _show_header(self, *, is_replay: bool) -> None:
        if is_replay != self._is_replay:
            self._is_replay = is_replay
            self._headers[FATES] = text("column_shown" if is_replay else "column_forwarded")
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, FATES, FATES)

    def _of(self, section: Section, place: int, at_s: float) -> Iterator[_Line]:
        device = section.device
        if place and section.rows:
            yield _Line(device)
        for row, look in zip(section.rows, section.looks, strict=True):
            key = device, row.target
            yield _Line(
                *(device, row, look),
                self._rates.update(key, at_s, row.counts.readings),
                self._age_s(key, row, at_s),
                *(section.has_cloud, section.is_replay, place > 0, key in self._hidden),
            )

    def _cells(self, line: _Line) -> list[_Cell]:
        """What each cell of a row shows."""
        row = line.status
        if row is None:
            return [_Cell(visible(line.device)), *[_Cell()] * (len(_HEADERS) - 1)]
        looks = (line.look, line.is_hidden), (_fails(row), line.age_s is not None), ()
        return [
            _Cell(self._main(line, row, column), self._small(line, row, column), look)
            for column, look in enumerate(looks)
        ]

    def set_hidden(self, hidden: Collection[Key]) -> None:
        """Mark the rows of these curves as hidden in the plot."""
        self._hidden = frozenset(hidden)
        for number, line in enumerate(self._lines):
            is_hidden = line.key in self._hidden
            if is_hidden != line.is_hidden:
                self._lines[number] = line._replace(is_hidden=is_hidden)
                self._shown[number] = self._cells(self._lines[number])
                self.dataChanged.emit(self.index(number, NAME), self.index(number, NAME))

    def key(self, row: int) -> Key:
        """The device and the target of a row; the target of a heading is empty."""
        return self._lines[row].key

    def row_of(self, key: Key) -> int | None:
        """The number of the row with this device and target; None if there is none."""
        return next((number for number, line in enumerate(self._lines) if line.key == key), None)

    def is_plotted(self, row: int) -> bool:
        """Whether a row is in the plot, where it may be hidden."""
        return bool(self._lines[row].look.color)

    def has_curve(self, row: int) -> bool:
        """Whether a row is in the plot and has a curve there, rather than boxes."""
        return self.is_plotted(row) and not self._lines[row].look.is_text

    def is_hidden(self, row: int) -> bool:
        """Whether the plot hides the curve of a row."""
        return self._lines[row].is_hidden

    def is_heading(self, row: int) -> bool:
        """Whether a row is the heading of a device."""
        return self._lines[row].status is None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """The row of a curve can be checked; a heading can only be read."""
        if not index.isValid() or self._lines[index.row()].status is None:
            return Qt.ItemFlag.NoItemFlags
        checkable = index.column() == NAME and self.is_plotted(index.row())
        return super().flags(index) | (
            Qt.ItemFlag.ItemIsUserCheckable if checkable else Qt.ItemFlag.NoItemFlags
        )

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802
        """The number of rows; 0 if `parent` is a cell, because cells have no children."""
        return 0 if parent is not None and parent.isValid() else len(self._lines)

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
        line, column = self._lines[index.row()], index.column()
        row = line.status
        if role == HEADING_ROLE:
            return row is None
        cell = self._shown[index.row()][column]
        if row is None:
            said = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
            return cell.main if column == NAME and role in said else None
        if role == Qt.ItemDataRole.DisplayRole:
            return cell.main
        if role == SMALL_ROLE:
            return cell.small
        if role == STALE_ROLE:
            return line.is_hidden if column == NAME else column == VALUE and line.age_s is not None
        if role == TONE_ROLE:
            if column == VALUE:
                return "bad" if _fails(row) else ""
            return "warn" if column == FATES and (row.counts.refused or row.counts.held) else ""
        if role in (COLOR_ROLE, LINE_ROLE, TEXT_ROLE):
            look = line.look if column == NAME else NO_LOOK
            return {COLOR_ROLE: look.color, LINE_ROLE: look.line_style, TEXT_ROLE: look.is_text}[role]
        if role == Qt.ItemDataRole.CheckStateRole and column == NAME and line.look.color:
            return Qt.CheckState.Unchecked if line.is_hidden else Qt.CheckState.Checked
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._said(line, cell, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return wording.tooltip(self._tip(line, row, column))
        return None

    def _main(self, line: _Line, row: DatastreamStatus, column: int) -> str:
        if column == NAME:
            return visible(row.name or row.target)
        if column == VALUE:
            return visible(self._decimals.text(line.key, row.value, row.unit))
        if line.is_replay:
            return text_of(wording.count(row.counts.readings))
        return text_of(
            wording.count(row.counts.forwarded) if line.has_cloud else Message("label_not_forwarded")
        )

    def _age_s(self, key: Key, row: DatastreamStatus, at_s: float) -> int | None:
        if row.received_at_us is None:
            return None
        age_s = self._staleness.age_s(key, row.received_at_us, at_s)
        return None if age_s is None else int(age_s)

    def _small(self, line: _Line, row: DatastreamStatus, column: int) -> str:
        if column == NAME:
            return row.target if row.name and row.name != row.target else ""
        if column == VALUE:
            if row.rejected and _fails(row):
                return text(REASON_LABELS[row.rejected.reason])
            if not self._runs:
                return "" if row.received_at_us is None else wording.clock(row.received_at_us / 1e6)
            if line.age_s is not None:
                return text_of(wording.ago(line.age_s))
            return text(
                "label_lines_rate", count=wording.plural_of(line.per_s), rate=wording.rate(line.per_s)
            )
        counts = row.counts
        if line.is_replay:
            return text("label_up_to_here")
        if not line.has_cloud:
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

    def _said(self, line: _Line, cell: _Cell, column: int) -> str:
        """What a screen reader says of a cell."""
        parts = [cell.main, cell.small]
        if column == NAME:
            if line.is_of_other:
                parts.insert(0, visible(line.device))
            if line.look.color:
                parts.append(text("label_curve_hidden" if line.is_hidden else "label_curve_shown"))
        return ", ".join(filter(None, parts))

    def _tip(self, line: _Line, row: DatastreamStatus, column: int) -> str:
        if column == VALUE and row.rejected and _fails(row):
            reason = Message(REASON_LABELS[row.rejected.reason])
            return text("tip_value_rejected", reason=reason, count=row.rejected.count)
        if column == VALUE and row.received_at_us is not None:
            time = wording.clock(row.received_at_us / 1e6)
            return text("tip_value", value=wording.value(row.value, row.unit), time=time)
        if column == FATES and line.is_replay:
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
        if not line.look.color:
            return name
        return text("tip_curve" if line.is_replay else "tip_datastream", name=name)


def _fails(row: DatastreamStatus) -> bool:
    """Whether the newest line of a datastream was rejected, so that its value is out of date."""
    return row.rejected is not None and row.rejected.received_at_us > (row.received_at_us or 0)
