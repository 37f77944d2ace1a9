"""The menu of the console: finding, filters, how lines are shown, copied and saved.

Invariants: an entry that can be on or off is ticked while it is on; the menu is the same at the console's
button and in the menu bar.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from app.messages.languages import text
from app.messages.visible import visible
from ui.console.log import RowKind
from ui.settings import Settings

_KINDS: tuple[tuple[str, frozenset[RowKind]], ...] = (
    ("menu_all_verdicts", frozenset()),
    ("menu_only_accepted", frozenset({RowKind.ACCEPTED})),
    ("menu_only_rejected_lines", frozenset({RowKind.REJECTED})),
    ("menu_only_comments", frozenset({RowKind.COMMENT})),
    ("menu_only_sent", frozenset({RowKind.SENT, RowKind.NOT_TAKEN})),
)


class ConsoleMenu(QMenu):
    """The menu; the pane connects its actions."""

    filter_changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(text("menu_in_console"), parent)
        self.setToolTipsVisible(True)
        self.open_search = self._entry("menu_find", "Ctrl+F")
        self.find_next = self._entry("menu_find_next", "F3")
        self.find_previous = self._entry("menu_find_previous", "Shift+F3")
        self.addSeparator()
        self.verdicts = self.addMenu(text("menu_verdict"))
        self._kinds = QActionGroup(self)
        for code, kinds in _KINDS:
            self._choice(self.verdicts, self._kinds, text(code), kinds)
        self.streams = self.addMenu(text("menu_datastream"))
        self._targets = QActionGroup(self)
        self._known: Sequence[str] = ()
        self.show_targets(())
        self.all_boards = self._switch("menu_all_boards", "tip_all_boards")
        self.all_boards.toggled.connect(lambda _: self.filter_changed.emit())
        self.addSeparator()
        self.hex_view = self._switch("menu_hex", "tip_hex", "H")
        self.log_colors = self._switch("menu_colors", "tip_colors")
        self.log_colors.setChecked(True)
        self.details = self._switch("menu_copy_details", "tip_copy_details")
        self.save = self._entry("menu_save_lines")

    @property
    def kinds(self) -> frozenset[RowKind]:
        """The kinds of rows that are asked for; empty for all."""
        action = self._kinds.checkedAction()
        return frozenset(action.data()) if action else frozenset()

    @property
    def target(self) -> str:
        """The datastream that is asked for; empty for all."""
        action = self._targets.checkedAction()
        return str(action.data()) if action else ""

    def choose_kinds(self, kinds: frozenset[RowKind]) -> None:
        """Tick the entry of these kinds."""
        for action in self._kinds.actions():
            if action.data() == kinds:
                action.setChecked(True)

    def show_targets(self, targets: Sequence[str]) -> None:
        """Offer these datastreams. The chosen one stays chosen, even if no line names it any more."""
        chosen = self.target
        wanted = sorted({*targets, chosen} - {""}, key=lambda target: (len(target), target))
        if wanted == self._known and self._targets.actions():
            return
        self._known = wanted
        for action in self._targets.actions():
            self._targets.removeAction(action)
        self.streams.clear()  # which deletes its actions
        self._choice(self.streams, self._targets, text("menu_all_datastreams"), "")
        for target in wanted:
            self._choice(self.streams, self._targets, visible(target).replace("&", "&&"), target)
        for action in self._targets.actions():
            action.setChecked(action.data() == chosen)

    def restore(self, settings: Settings) -> None:
        """Tick what `remember` has stored in `settings`."""
        self.all_boards.setChecked(settings.all_boards)
        self.hex_view.setChecked(settings.hex_view)
        self.log_colors.setChecked(settings.log_colors)
        self.details.setChecked(settings.copies_details)

    def remember(self, settings: Settings) -> None:
        """Store in `settings` how lines are shown and copied.

        Filters are not stored, because lines that they hide would be missed after the next start.
        """
        settings.all_boards = self.all_boards.isChecked()
        settings.hex_view = self.hex_view.isChecked()
        settings.log_colors = self.log_colors.isChecked()
        settings.copies_details = self.details.isChecked()

    def take_over(self, other: ConsoleMenu) -> None:
        """Tick what is ticked in the menu of another window."""
        self.show_targets((other.target,))
        for action in (*self._kinds.actions(), *self._targets.actions()):
            action.setChecked(action.data() in (other.kinds, other.target))
        self.all_boards.setChecked(other.all_boards.isChecked())
        self.hex_view.setChecked(other.hex_view.isChecked())
        self.log_colors.setChecked(other.log_colors.isChecked())
        self.details.setChecked(other.details.isChecked())

    def _choice(self, menu: QMenu, group: QActionGroup, label: str, data: object) -> None:
        action = QAction(label, menu)
        action.setCheckable(True)
        action.setData(data)
        action.setChecked(not data)
        action.triggered.connect(lambda _=False: self.filter_changed.emit())
        group.addAction(action)
        menu.addAction(action)

    def _entry(self, code: str, key: str = "") -> QAction:
        action = QAction(text(code), self)
        if key:
            action.setShortcut(QKeySequence(key))
        self.addAction(action)
        return action

    def _switch(self, code: str, tip: str, key: str = "") -> QAction:
        action = self._entry(code, key)
        action.setCheckable(True)
        action.setToolTip(text(tip))
        return action
