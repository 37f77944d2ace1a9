"""The model of the rail: a row for each device, with its chip and whether its curves are kept in the plot.

Invariants: only a row whose chip has changed is reported to the view; numbers are renewed once a second,
because painting costs time, but a light changes at once.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.bench.status import DeviceStatus
from app.messages.languages import text, text_of
from app.messages.visible import visible
from ui import lights, wording
from ui.boards.chip import Chip, chip_of, idle_chip
from ui.datastreams.rates import LineRates

_NUMBERS_S = 0.9
"""How soon numbers are renewed after the last time; `show` is called one to three times a second."""

Index = QModelIndex | QPersistentModelIndex


class RailModel(QAbstractListModel):
    """A list model of devices; `chips` has the chip of each row."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.names: tuple[str, ...] = ()
        self.chips: list[Chip] = []
        self._kept: frozenset[str] = frozenset()
        self._rates = LineRates()
        self._numbers_s = self._shown_s = -math.inf
        """When numbers were renewed last, and when the last status was taken, in Unix seconds."""

    @property
    def kept(self) -> frozenset[str]:
        """The names of the devices whose curves are kept in the plot."""
        return self._kept

    def set_names(self, names: Sequence[str]) -> None:
        """Show a chip for each device in `names`. The curves of other devices are no longer kept."""
        self.beginResetModel()
        known = dict(zip(self.names, self.chips, strict=True))
        self.names = tuple(names)
        self.chips = [known.get(name, Chip(visible(name))) for name in names]
        self._kept &= set(names)
        self._numbers_s = -math.inf
        self.endResetModel()

    def set_kept(self, kept: Collection[str]) -> None:
        """Keep the curves of these devices in the plot, and of no others."""
        self._kept = frozenset(kept) & set(self.names)
        self._changed(range(len(self.names)))

    def show(self, devices: Sequence[DeviceStatus], at_s: float) -> None:
        """Show the status of the devices, taken at `at_s` (Unix seconds)."""
        # Also if the computer's clock was set back, and while the time of a paused recording stands still.
        is_due, changed = at_s == self._shown_s or not 0 <= at_s - self._numbers_s < _NUMBERS_S, []
        self._numbers_s, self._shown_s = at_s if is_due else self._numbers_s, at_s
        for device in devices:
            per_s = self._rates.update(device.name, at_s, device.lines.lines)
            if device.name not in self.names:
                continue
            row = self.names.index(device.name)
            old = self.chips[row]
            if is_due or (old.port, old.cloud) != (lights.of_port(device), lights.of_cloud(device)):
                self.chips[row] = chip_of(device, per_s)
                changed += [row] if self.chips[row] != old else []
        self._changed(changed)

    def show_idle(self, devices: Sequence[DeviceStatus] = ()) -> None:
        """Show only the names of the devices, because no bench runs, and what waits in `devices`."""
        self._rates.clear()
        self._numbers_s = -math.inf
        stopped = {device.name: idle_chip(device) for device in devices}
        idle = [stopped.get(name, Chip(visible(name))) for name in self.names]
        changed = [row for row, chip in enumerate(self.chips) if chip != idle[row]]
        self.chips = idle
        self._changed(changed)

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802
        """The number of devices; 0 if `parent` is a device."""
        return 0 if parent is not None and parent.isValid() else len(self.chips)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Every row can be chosen and ticked."""
        return super().flags(index) | Qt.ItemFlag.ItemIsUserCheckable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The name, tool tip or tick of a device, or all texts of its chip for screen readers."""
        chip = self.chips[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return chip.name
            case Qt.ItemDataRole.CheckStateRole:
                is_kept = self.names[index.row()] in self._kept
                return Qt.CheckState.Checked if is_kept else Qt.CheckState.Unchecked
            case Qt.ItemDataRole.AccessibleTextRole:
                return ", ".join(_lines(chip))
            case Qt.ItemDataRole.ToolTipRole:
                return "<br>".join(map(wording.tooltip, (*_lines(chip), text("tip_chip"))))
        return None

    def _changed(self, rows: Collection[int]) -> None:
        for row in rows:
            self.dataChanged.emit(self.index(row), self.index(row))


def _lines(chip: Chip) -> list[str]:
    """All that is known about a device, as text."""
    counts = (part.message for part in chip.readings)
    return [chip.name, *map(text_of, (*chip.details, *filter(None, (chip.rate,)), *counts))]
