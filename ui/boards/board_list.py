"""The list of the ports at which a board may be. A click or Return chooses one.

Invariants: a board that is plugged in appears in the list by itself; the boards come first, and ports that
are built into the computer come after a heading; a new list changes neither the current item nor the scroll
position unless the ports, or the port in the form, have changed.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidgetItem, QWidget

from app.bench.status import PortInfo
from app.messages.languages import text, text_of
from ui.boards.port_list import PortEntry, entries, in_order, is_board, name_of
from ui.widgets.choice_list import ChoiceList


class BoardList(ChoiceList):
    """The list of ports by their names, boards first."""

    chosen = Signal(PortEntry)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(text("label_boards"), parent)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._entries: list[PortEntry] = []
        self._in_form = ""
        """The port that was chosen in the form when the ports were listed last."""
        self.item_chosen.connect(self._item_chosen)

    def show_ports(self, ports: Sequence[PortInfo], in_form: str = "") -> bool:
        """List `ports`. Returns whether there is a board among them.

        `in_form` is the port that is chosen in the form: it becomes the current item when it is chosen there.
        Otherwise the current item stays the same as long as it is in the list. Without one, the port of the
        form becomes it, or the first board.
        """
        ports = in_order(ports)
        names = [text_of(name_of(info)) for info in ports]
        found, _ = entries(ports, names, "", "")
        _, chosen = entries(ports, names, in_form, "")
        boards = sum(map(is_board, ports))
        if found != self._entries:
            current = self._current()
            self._entries = found
            self.clear()
            for at, entry in enumerate(found):
                if at == boards:
                    self._add_heading()
                self._add(entry)
            kept = [row for row in range(self.count()) if current and self._entry(row) == current]
            if kept:
                self.setCurrentRow(kept[0])
            elif chosen >= 0:
                self._make_current(chosen)
            else:
                self.setCurrentRow(0 if boards else -1)
        if in_form != self._in_form and chosen >= 0:
            self._make_current(chosen)
        self._in_form = in_form
        return boards > 0

    def _make_current(self, at: int) -> None:
        """Make a port the current item; `at` is its place among the entries."""
        rows = range(self.count())
        self.setCurrentRow(next(row for row in rows if self._entry(row) == self._entries[at]))

    def _add(self, entry: PortEntry) -> None:
        item = QListWidgetItem(entry.name)
        item.setData(Qt.ItemDataRole.UserRole, entry)
        item.setToolTip(text("tip_connect_board"))
        self.addItem(item)

    def _add_heading(self) -> None:
        item = QListWidgetItem(text("label_other_ports"))
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        self.addItem(item)

    def _current(self) -> PortEntry | None:
        return self._entry(self.currentRow()) if self.currentRow() >= 0 else None

    def _entry(self, row: int) -> PortEntry | None:
        entry = self.item(row).data(Qt.ItemDataRole.UserRole)
        return PortEntry(*entry) if entry else None

    def _item_chosen(self, item: QListWidgetItem) -> None:
        self.chosen.emit(PortEntry(*item.data(Qt.ItemDataRole.UserRole)))
