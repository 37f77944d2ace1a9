"""A list of datastreams with boxes, in which the user ticks those that are wanted; by device, if of several.

Invariants: at first all are ticked; the box of a device ticks all of its datastreams, and is half ticked if
only some are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem, QWidget

from app.messages.visible import visible

_MOST_ROWS = 6
"""How many rows are in sight at most. The others scroll."""
_KEY = Qt.ItemDataRole.UserRole
_FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable


class Entry(NamedTuple):
    """A datastream that is offered."""

    target: str
    name: str = ""

    @property
    def label(self) -> str:
        """The name, if there is one, and the target."""
        return visible(f"{self.name} · {self.target}" if self.name else self.target)


class DatastreamTree(QTreeWidget):
    """The list. A datastream is known by the name of its device and its target."""

    changed = Signal()
    """Emitted when a box has been ticked or cleared."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setHeaderHidden(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.itemChanged.connect(lambda _item, _column: self.changed.emit())

    def offer(self, datastreams: Mapping[str, Sequence[Entry]]) -> None:
        """Show these datastreams of devices, all of them ticked."""
        with QSignalBlocker(self):
            self.clear()
            for device, entries in datastreams.items():
                above = self.invisibleRootItem()
                if len(datastreams) > 1:
                    above = self._add(above, visible(device), _FLAGS | Qt.ItemFlag.ItemIsAutoTristate)
                for entry in entries:
                    self._add(above, entry.label, _FLAGS).setData(0, _KEY, (device, entry.target))
        self.setRootIsDecorated(len(datastreams) > 1)
        self.expandAll()
        if first := self.topLevelItem(0):
            self.setCurrentItem(first)
        rows = sum(map(len, datastreams.values())) + (len(datastreams) if len(datastreams) > 1 else 0)
        self.setFixedHeight(min(rows, _MOST_ROWS) * self.sizeHintForRow(0) + 2 * self.frameWidth())

    @property
    def ticked(self) -> frozenset[tuple[str, str]]:
        """The datastreams that are ticked: for each, its device and its target."""
        boxes = [item for item in self._items() if item.checkState(0) is Qt.CheckState.Checked]
        return frozenset(tuple(item.data(0, _KEY)) for item in boxes)

    @property
    def has_all(self) -> bool:
        """Whether all are ticked."""
        return all(item.checkState(0) is Qt.CheckState.Checked for item in self._items())

    def _items(self) -> Iterator[QTreeWidgetItem]:
        """The items of datastreams."""
        waiting = [self.invisibleRootItem()]
        while waiting:
            item = waiting.pop()
            waiting += [item.child(place) for place in range(item.childCount())]
            if item.data(0, _KEY) is not None:
                yield item

    def _add(self, above: QTreeWidgetItem, label: str, flags: Qt.ItemFlag) -> QTreeWidgetItem:
        item = QTreeWidgetItem(above, [label])
        item.setFlags(flags)
        item.setCheckState(0, Qt.CheckState.Checked)
        return item
