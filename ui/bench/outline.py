"""The list at the left of the editor: the bench, its organisations, and its devices with their datastreams.

Invariant: the list shows the draft in its order, and keeps the chosen table while the draft changes.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from app.messages.languages import text
from app.messages.visible import visible
from ui import wording
from ui.bench.model.draft import NAME, Draft, Kind, Node
from ui.widgets.swatch import swatch

_SPOT_PX = 28


class Outline(QTreeWidget):
    """The tables of a draft as a tree."""

    chosen = Signal()
    """Emitted when the user has chosen another table; `node` is that table."""

    def __init__(self, draft: Draft, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._draft = draft
        self._items: dict[Node, QTreeWidgetItem] = {}
        self._shown: dict[Node, tuple[str, int, str]] = {}
        """The name, the number of problems and the colour that each row shows."""
        self._shape: list[object] = []
        self.setHeaderHidden(True)
        self.setColumnCount(1)
        self.header().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.setAccessibleName(text("label_bench_outline"))
        self.setMinimumWidth(150)
        self.setIndentation(14)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.currentItemChanged.connect(lambda: self.chosen.emit())

    @property
    def node(self) -> Node:
        """The chosen table; the bench if none is chosen."""
        item = self.currentItem()
        return next((node for node, known in self._items.items() if known is item), self._draft.bench)

    @property
    def place(self) -> int:
        """The place of the chosen table in the list."""
        return list(self._items).index(self.node) if self.node in self._items else 0

    def choose(self, node: Node) -> None:
        """Choose a table."""
        if node in self._items:
            self.setCurrentItem(self._items[node])
            self.scrollToItem(self._items[node])

    def refresh(self, wrong: Mapping[Node, int], colors: Mapping[Node, str]) -> None:
        """Show the draft; `wrong` has the number of problems of tables, `colors` those of datastreams."""
        shape: list[object] = [
            *self._draft.organisations,
            *((device, tuple(device.children)) for device in self._draft.devices),
        ]
        if shape != self._shape:
            self._shape = shape
            self._rebuild()
        for node, item in self._items.items():
            inside = sum(wrong.get(each, 0) for each in (node, *node.children)) if wrong else 0
            known = (title(node), inside, colors.get(node, ""))
            # A bench may have thousands of tables, and a key press changes one of them.
            if self._shown.get(node) != known:
                self._shown[node] = known
                _show(item, *known)

    def _rebuild(self) -> None:
        node = self.node
        with QSignalBlocker(self):
            self.clear()
            self._items, self._shown = {}, {}
            for table in (self._draft.bench, *self._draft.organisations, *self._draft.devices):
                item = QTreeWidgetItem(self)
                self._items[table] = item
                for child in table.children:
                    self._items[child] = QTreeWidgetItem(item)
            self.expandAll()
            self.setCurrentItem(self._items.get(node, self._items[self._draft.bench]))


def _show(item: QTreeWidgetItem, name: str, problems: int, color: str) -> None:
    item.setText(0, f"✗ {name}" if problems else name)
    item.setToolTip(0, wording.tooltip(name))
    said = text("label_table_problems", name=name, count=problems) if problems else name
    item.setData(0, Qt.ItemDataRole.AccessibleTextRole, said)
    item.setIcon(0, _spot(color) if color else QIcon())


def _spot(color: str) -> QIcon:
    """A dot in the colour of a curve, which stays the same in a chosen row."""
    icon = swatch(color)
    icon.addPixmap(icon.pixmap(_SPOT_PX, _SPOT_PX), QIcon.Mode.Selected)
    return icon


def title(node: Node) -> str:
    """The name of a table in lists: what it is called, or what it is if it has no name."""
    name = visible(str(node.get(NAME))).strip()
    match node.kind:
        case Kind.BENCH:
            return name or text("section_bench")
        case Kind.ORGANISATION:
            return text("label_organisation_named", name=name)
        case Kind.DEVICE:
            return name or text("section_board")
    return "  ".join(filter(None, (node.target, name))) or text("section_datastream")
