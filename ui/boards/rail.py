"""The rail: a column with a chip for each device, so that every board is in sight.

Invariants: the device whose chip is chosen is the one that all panes show; the rail is hidden while there is
at most one device; a click does not take the focus from the plot, so that the plot's keys go on working; no
chip is cut off: chips have fewer lines if there is little room. If not all fit even then, a button at the end
counts the failing boards that are out of sight, and scrolls to them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import cast

from PySide6.QtCore import QEvent, QModelIndex, QRect, QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QListView,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from app.bench.status import DeviceStatus
from app.messages.languages import text
from ui import wording
from ui.boards.chip_painter import GAP_PX, MOST_LINES, ChipPainter, chip_px, tick_box
from ui.boards.rail_model import Index, RailModel
from ui.theme.colors import Scheme

_WIDE_LETTERS, _NARROW_LETTERS, _TIGHT_LETTERS = 28, 20, 16
_BUTTON_EDGE_PX = 12


class Rail(QListView):
    """A list of chips, of which one is chosen. Ticked devices keep their curves in the plot."""

    device_chosen = Signal(str)
    """Emitted with the name of a device when it becomes the chosen one."""
    kept_changed = Signal()
    """Emitted when the user has ticked a device, or taken its tick away."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = RailModel(self)
        self.setModel(self.rows)
        self._painter = ChipPainter(self.viewport())
        self.setItemDelegate(self._painter)
        self.setAccessibleName(text("label_rail"))
        self.setAccessibleDescription(text("label_rail_keys"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Ignored)
        self.keep_action = QAction(text("menu_keep"), self)
        self.keep_action.setCheckable(True)
        self.keep_action.setShortcut("B")
        self.keep_action.setEnabled(False)
        self.keep_action.triggered.connect(lambda: self.toggle_kept(self.chosen))
        self.is_narrow = self.is_tight = False
        self.more_button = QToolButton(self)
        """Is visible while failing boards are out of sight."""
        self.more_button.setProperty("tone", "bad")
        self.more_button.setAccessibleName(text("label_rail_failing"))
        self.more_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the arrow keys reach every chip
        self.more_button.clicked.connect(self._show_failing)
        self.more_button.hide()
        self.verticalScrollBar().valueChanged.connect(self._count_failing)
        self.rows.dataChanged.connect(self._fit)
        self.rows.modelReset.connect(self._fit)
        self._typing = QTimer(self)
        """Active for a moment after each letter that is typed."""
        self._typing.setSingleShot(True)
        self.hide()

    @property
    def chosen(self) -> str:
        """The name of the chosen device; empty if there is none."""
        row = self.currentIndex().row()
        return self.rows.names[row] if row >= 0 else ""

    @property
    def kept(self) -> frozenset[str]:
        """The names of the devices whose curves are kept in the plot."""
        return self.rows.kept

    def set_scheme(self, scheme: Scheme) -> None:
        """Use the colours of `scheme`."""
        self._painter.scheme = scheme
        self.viewport().update()

    def set_narrow(self, is_narrow: bool, *, is_tight: bool = False) -> None:
        """Make the rail narrow, so that its lights have short names; or wide again.

        If it `is_tight`, a narrow rail is as narrow as can be.
        """
        self.is_narrow, self.is_tight = is_narrow, is_tight
        self.updateGeometry()

    def show_if_needed(self) -> None:
        """Show the rail if there are several devices, otherwise hide it."""
        self.setVisible(len(self.rows.names) > 1)

    def set_devices(self, names: Sequence[str]) -> None:
        """Show a chip for each of `names`.

        If the chosen device is not among them, choose the one in its place: it may have a new name.
        """
        if tuple(names) == self.rows.names:
            return
        before = self.chosen
        with QSignalBlocker(self):
            place = min(max(self.currentIndex().row(), 0), len(names) - 1)
            self.rows.set_names(names)
            row = names.index(before) if before in names else place
            self.setCurrentIndex(self.rows.index(row))
        self.show_if_needed()
        self._show_kept()
        if self.chosen != before:
            self.device_chosen.emit(self.chosen)

    def show_devices(self, devices: Sequence[DeviceStatus], at_s: float) -> None:
        """Show the status of the devices, taken at `at_s` (Unix seconds). Call it at least once a second."""
        self.rows.show(devices, at_s)

    def show_idle(self, devices: Sequence[DeviceStatus] = ()) -> None:
        """Show that nothing is connected; `devices` are those that were disconnected."""
        self.rows.show_idle(devices)

    def flash(self, name: str) -> None:
        """Let the chip of the device `name` flash, unless it is the chosen one."""
        if name != self.chosen:
            self._painter.flashes.begin(name)

    def choose(self, name: str) -> None:
        """Choose the device `name`; do nothing if there is no such device."""
        if name in self.rows.names:
            self.setCurrentIndex(self.rows.index(self.rows.names.index(name)))

    def step(self, by: int) -> None:
        """Choose the device `by` places further down, or further up if `by` is negative.

        The list wraps around at both ends.
        """
        count = len(self.rows.names)
        if count:
            self.setCurrentIndex(self.rows.index((self.currentIndex().row() + by) % count))

    def toggle_kept(self, name: str) -> None:
        """Keep the curves of the device `name` in the plot; or no longer, if they are kept."""
        self.keep(self.kept ^ {name})

    def keep(self, names: Collection[str]) -> None:
        """Keep the curves of the devices in `names` in the plot, and of no others."""
        self.rows.set_kept(names)
        self._show_kept()
        self.kept_changed.emit()

    def _show_kept(self) -> None:
        self.keep_action.setEnabled(len(self.rows.names) > 1)
        self.keep_action.setChecked(self.chosen in self.kept)

    def currentChanged(self, current: Index, previous: Index) -> None:  # noqa: N802
        """Report that another device has been chosen."""
        super().currentChanged(current, previous)
        if current.isValid() and not self.signalsBlocked():
            self._show_kept()
            self.device_chosen.emit(self.chosen)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Choose a device; or tick it, if its tick is clicked, or if Ctrl is held."""
        place = event.position().toPoint()
        index = self.indexAt(place)
        is_left = event.button() is Qt.MouseButton.LeftButton
        with_control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if is_left and index.isValid() and (with_control or self._tick_place(index).contains(place)):
            self.toggle_kept(self.rows.names[index.row()])
            event.accept()
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Light up the chip under the pointer, but choose no chip while a button is held."""
        if not event.buttons():
            super().mouseMoveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Tick the chosen device on Space; the other keys are those of a list.

        While the user types the beginning of a name, Space is a part of the name.
        """
        if event.key() == Qt.Key.Key_Space and not self._typing.isActive():
            self.toggle_kept(self.chosen)
            return
        super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:  # noqa: N802
        """Choose the next device whose name begins with what the user has typed."""
        self._typing.start(QApplication.keyboardInputInterval())
        super().keyboardSearch(search)

    def event(self, event: QEvent) -> bool:
        """Use letters to find a device while the rail has the focus, not as the keys of the menus."""
        if event.type() == QEvent.Type.ShortcutOverride:
            key = cast(QKeyEvent, event)
            if key.text().strip() and not key.modifiers() & ~Qt.KeyboardModifier.ShiftModifier:
                event.accept()
                return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Fit the chips into the room, and keep the chosen one in sight."""
        super().resizeEvent(event)
        self._fit()
        self.scrollTo(self.currentIndex())

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Fit the chips to another font."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        """Give the chips as many lines as fit, and show only whole chips."""
        count, room = len(self.rows.names), self.height() + GAP_PX
        fitting = (n for n in range(MOST_LINES, 1, -1) if count * chip_px(self.font(), n) <= room)
        lines = next(fitting, 1)
        if lines != self._painter.lines:
            self._painter.lines = lines
            self.doItemsLayout()
        chip = chip_px(self.font(), lines)
        shown = max(1, room // chip)
        if shown < count and any(chip.fails for chip in self.rows.chips):
            shown = max(1, (room - self._button_px) // chip)
        below = max(0, self.height() - shown * chip) if shown < count else 0
        if below != self.viewportMargins().bottom():
            self.setViewportMargins(0, 0, 0, below)
        self.more_button.setGeometry(0, shown * chip, self.width(), self._button_px)
        self._count_failing()

    @property
    def _button_px(self) -> int:
        return self.more_button.sizeHint().height()

    def _failing_out_of_sight(self) -> list[int]:
        """The rows of the failing boards whose chips are scrolled out of sight, those below first."""
        seen = self.viewport().rect()
        rows = [row for row, chip in enumerate(self.rows.chips) if chip.fails]
        places = {row: self.visualRect(self.rows.index(row)) for row in rows}
        below = [row for row in rows if places[row].top() >= seen.bottom()]
        return below + [row for row in rows if places[row].top() < 0]

    def _count_failing(self) -> None:
        rows = self._failing_out_of_sight()
        self.more_button.setVisible(bool(rows))
        if not rows:
            return
        arrow = "▾" if self.visualRect(self.rows.index(rows[0])).top() > 0 else "▴"
        said = text("rail_failing", count=len(rows), arrow=arrow)
        room = self.width() - 2 * _BUTTON_EDGE_PX
        if self.more_button.fontMetrics().horizontalAdvance(said) > room:
            said = text("rail_failing_short", number=wording.count(len(rows)), arrow=arrow)
        self.more_button.setText(said)
        self.more_button.setToolTip(text("tip_rail_failing", count=len(rows)))

    def _show_failing(self) -> None:
        rows = self._failing_out_of_sight()
        if rows:
            self.scrollTo(self.rows.index(rows[0]))

    def sizeHint(self) -> QSize:  # noqa: N802
        """As wide as the texts of a chip usually need, but less if the rail is narrow."""
        narrow = _TIGHT_LETTERS if self.is_tight else _NARROW_LETTERS
        letters = narrow if self.is_narrow else _WIDE_LETTERS
        return QSize(letters * self.fontMetrics().averageCharWidth(), 0)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """As wide as `sizeHint`, and as tall as a chip of one line and the button."""
        height = chip_px(self.font(), 1) + self._button_px if self.rows.names else 0
        return QSize(self.sizeHint().width(), height)

    def _tick_place(self, index: QModelIndex) -> QRect:
        box = tick_box(self.visualRect(index), self.font())
        return box if box.isNull() else box.adjusted(-6, -6, 6, 6)
