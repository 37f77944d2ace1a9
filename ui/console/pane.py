"""The console below the plot: every line with its verdict and a hint, and what is sent to the boards.

Invariants: the list follows the newest line until the user scrolls up, and then keeps its place; only visible
rows are painted; how many lines are taken over at a time is bounded, so that a fast board never holds the
window up, and the list says how many lines are not shown.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QItemSelectionModel, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from app.messages.languages import text
from ui.console.filtering import Filter, targets
from ui.console.find_bar import FindBar
from ui.console.happened import Happened
from ui.console.log import News, Row, RowKind
from ui.console.menu import ConsoleMenu
from ui.console.model import DEVICE, TEXT, ConsoleModel
from ui.console.painting import LineDelegate
from ui.console.sending.area import SendArea
from ui.contract import BenchView
from ui.theme.colors import Scheme
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.following import Following
from ui.widgets.rows_view import RowsView

if TYPE_CHECKING:
    from ui.console.hex_view import HexView
    from ui.console.saving import RowSaver

LINES_AT_ONCE, LINES_PER_S = 750, 2000
"""How many lines of all boards are taken over at a time, and for each second since the last time; of more,
only the newest. A board at 115,200 baud says 1,920 lines of four letters a second."""
LINES_AT_FIRST = 2500
"""The same when the console has just been opened, and at most."""
_REJECTED = frozenset({RowKind.REJECTED})
_TIME_LETTERS, _LINE_LETTERS, _DEVICE_LETTERS = 20, 38, 16


class ConsolePane(QWidget):
    """The list of lines or of bytes, and below it what sends lines.

    The buttons for the list are in `tools`, a separate row that the window shows beside the pane's tab.
    """

    shown_asked = Signal()
    """Emitted when the console is to be brought to the front."""
    told = Signal(object, str)
    """Emitted with a message for the user, and its tone."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.device = ""
        """The device that is shown."""
        self._paused = ""
        self._looked_s = 0.0
        """When lines were taken over last, in Unix seconds."""
        self._tight = False
        self.model = ConsoleModel(self)
        self._happened = Happened()
        self.view = RowsView(text("label_console"))
        self.view.setModel(self.model)
        self._delegate = LineDelegate(self.model, self)
        self.view.setItemDelegateForColumn(TEXT, self._delegate)
        self.view.copying = lambda rows: self.saver.copy(rows)
        self.hex_view: HexView | None = None
        """The bytes as they came; None until they are asked for."""
        self._lists = QStackedWidget()
        self._lists.addWidget(self.view)
        self._following = Following(self.view)
        self.find_bar = FindBar()
        self.sending = SendArea()
        self.send_box = self.sending.send_box
        self._make_tools()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._lists, 1)
        column.addWidget(self.sending)
        self._set_widths()
        self._connect()

    def _make_tools(self) -> None:
        self.newest_button = _tool("button_newest", "tip_newest")
        self.newest_button.hide()
        self.find_button = _tool("button_find", "tip_find", "label_find")
        self.only_rejected = _tool("button_only_rejected", "tip_only_rejected")
        self.only_rejected.setCheckable(True)
        self.more_button = _tool("button_more_console", "tip_more_console", "label_more_console")
        self.menu = ConsoleMenu(self.more_button)
        self.more_button.setMenu(self.menu)
        self.more_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.clear_button = _tool("button_clear", "tip_clear", "label_clear")
        self._list_tools = (self.find_button, self.only_rejected, self.more_button, self.clear_button)
        """They make room for the search while it is open."""
        self._remark = ElidedLabel(text("label_console_remark"))
        self._remark.setProperty("faint", True)
        self.tools = QWidget()
        tools = QHBoxLayout(self.tools)
        tools.setContentsMargins(0, 0, 0, 0)
        tools.setSpacing(10)
        tools.addWidget(self._remark, 1)
        tools.addStretch()
        tools.addWidget(self.newest_button)
        tools.addWidget(self.find_bar, 4)
        for widget in self._list_tools:
            tools.addWidget(widget)

    def _connect(self) -> None:
        menu, bar = self.menu, self.find_bar
        self.sending.told.connect(self.told)
        self.newest_button.clicked.connect(self.follow)
        self.only_rejected.toggled.connect(lambda on: self._choose_kinds(_REJECTED if on else frozenset()))
        self.clear_button.clicked.connect(self.clear)
        self.find_button.clicked.connect(self.open_search)
        menu.open_search.triggered.connect(lambda _: self.open_search())
        menu.find_next.triggered.connect(lambda _: self._step(1))
        menu.find_previous.triggered.connect(lambda _: self._step(-1))
        menu.filter_changed.connect(self._filter)
        menu.hex_view.toggled.connect(self._show_hex)
        menu.log_colors.toggled.connect(self._show_colors)
        menu.details.toggled.connect(self._copy_details)
        menu.save.triggered.connect(lambda _: self._ask_for_file())
        menu.aboutToShow.connect(lambda: menu.show_targets(targets(self.model.log, self.model.filter.device)))
        bar.changed.connect(self._search)
        bar.next_asked.connect(lambda: self._step(1))
        bar.previous_asked.connect(lambda: self._step(-1))
        bar.closed.connect(self._close_search)
        self._following.changed.connect(lambda _: self._show_newest_button())
        self.view.selectionModel().selectionChanged.connect(lambda: self._count_hits())

    def _set_widths(self) -> None:
        metrics = self.view.fontMetrics()
        widest = max(map(metrics.horizontalAdvance, self.model.texts.labels.values()))
        letters = max(15, widest // metrics.averageCharWidth() + 4)
        self.view.set_widths((_TIME_LETTERS, _DEVICE_LETTERS, letters, _LINE_LETTERS))
        self.view.setColumnHidden(DEVICE, True)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Show the lines in letters of the same size as all other text."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        self.model.set_text_size(self.font().pointSizeF())
        if not self.view.isColumnHidden(DEVICE):
            letter = self.view.fontMetrics().averageCharWidth()
            self.view.setColumnWidth(DEVICE, _DEVICE_LETTERS * letter)

    def set_tight(self, tight: bool) -> None:
        """Leave out the buttons whose menu entries and keys do the same, if there is no room for them."""
        self._tight = tight
        self._show_tools()

    def _show_tools(self) -> None:
        searching = not self.find_bar.isHidden()
        for widget in self._list_tools:
            spare = self._tight and widget in (self.find_button, self.clear_button)
            widget.setVisible(not searching and not spare)
        self.find_bar.set_tight(self._tight)

    def set_scheme(self, scheme: Scheme) -> None:
        """Use the colours of `scheme`."""
        self.model.set_scheme(scheme)

    # What the board says

    def show_device(self, device: str) -> None:
        """Show the lines of `device` from now on. The send box is disabled until the next `look`."""
        self.sending.set_enabled(False)
        self.device = device
        self._filter()

    def look(self, bench: BenchView, devices: Collection[str], at_s: float, *, at_first: bool) -> None:
        """Show what is new of the device that is shown, or of all `devices`.

        `at_s` is the present time, in Unix seconds. `at_first`: whether the console has just been opened, so
        that more has come.
        """
        passed_s, self._looked_s = at_s - self._looked_s, at_s
        most = min(LINES_AT_FIRST, max(LINES_AT_ONCE, LINES_PER_S * passed_s))
        # Also if the computer's clock was set back.
        most = LINES_AT_FIRST if at_first or passed_s < 0 else round(most)
        all_boards = self.menu.all_boards.isChecked()
        asked = [name for name in devices if all_boards or name == self.device]
        limit = max(1, most // max(1, len(asked)))
        log = self.model.log
        log.keep_only(devices)
        self._happened.keep_only(devices)
        self.add(
            [
                News(
                    name,
                    bench.console(name, log.newest(name), limit),
                    bench.sent(name, log.newest_sent(name)),
                    self._happened.new(bench.timelines, name),
                )
                for name in asked
            ]
        )
        if self.hex_view is not None and self.menu.hex_view.isChecked():
            self.hex_view.show_bytes(bench.raw_bytes(self.device))
        self.say(self._paused)

    def add(self, news: Sequence[News]) -> None:
        """Show new lines, oldest first."""
        if any(each.lines or each.sent or each.happened for each in news):
            self._following.add(lambda: self.model.add(news))
            if self.find_bar.needle:
                self._count_hits()

    def say(self, paused: str) -> None:
        """Show what is filtered and left out beside the buttons; before it `paused`, why nothing is added."""
        self._paused = paused
        parts = [paused]
        if self.model.filter.is_narrow:
            parts.append(text("lines_filtered", count=self.model.rowCount()))
        if self.model.missing:
            parts.append(text("lines_not_shown", count=self.model.missing))
        # While a text is searched, the room is needed for the number of its hits.
        self._remark.say(" · ".join(filter(None, parts)) if self.find_bar.isHidden() else "")

    def clear(self) -> None:
        """Remove all lines. From now on, the list scrolls to each new line again."""
        self.model.clear()
        self.follow()
        self.say(self._paused)

    def take_over(self, other: ConsolePane) -> None:
        """Show the lines as the console of another window does, and send on what it was sending."""
        self.sending.file.take_over(other.sending.file)
        self.menu.take_over(other.menu)
        self._filter()
        self.send_box.field.setText(other.send_box.field.text())

    def restart(self) -> None:
        """Forget all lines and disable the send box, because lines with lower numbers will come."""
        self.sending.set_enabled(False)
        self.sending.file.cancel()
        self.model.restart()
        self._happened = Happened()
        self.follow()
        self.say(self._paused)

    def follow(self) -> None:
        """Scroll to the newest line, and keep following new ones."""
        self._following.begin()
        if self.hex_view is not None:
            self.hex_view.following.begin()
        self._show_newest_button()

    def _show_newest_button(self) -> None:
        hexes = self._lists.currentWidget() is self.hex_view and self.hex_view is not None
        following = self.hex_view.following if hexes and self.hex_view else self._following
        self.newest_button.setVisible(not following.is_on)

    # What is shown of it

    def _choose_kinds(self, kinds: frozenset[RowKind]) -> None:
        if kinds != self.menu.kinds:
            self.menu.choose_kinds(kinds)
            self._filter()

    def _filter(self) -> None:
        menu, bar = self.menu, self.find_bar
        all_boards = menu.all_boards.isChecked()
        needle = bar.needle if bar.only_button.isChecked() else ""
        device = "" if all_boards else self.device
        wanted = Filter(device, menu.kinds, menu.target, needle, bar.case_button.isChecked())
        if all_boards == self.view.isColumnHidden(DEVICE):
            self.view.setColumnHidden(DEVICE, not all_boards)
            self._fit()
        self.only_rejected.setChecked(menu.kinds == _REJECTED)
        if wanted != self.model.filter:
            self.model.set_filter(wanted)
            self.follow()
        self.say(self._paused)

    def _show_hex(self, on: bool) -> None:
        if self.hex_view is None:
            from ui.console.hex_view import HexView  # seldom needed

            self.hex_view = HexView()
            self.hex_view.following.changed.connect(lambda _: self._show_newest_button())
            self._lists.addWidget(self.hex_view)
        row = self._chosen_row()
        # The bytes of the chosen line, when they come with the next look.
        self.hex_view.begin(row.at_us if row else None)
        self._lists.setCurrentIndex(int(on))
        self._show_newest_button()

    def _chosen_row(self) -> Row | None:
        chosen = self.view.chosen
        return self.model.row(chosen[-1]) if chosen else None

    def _show_colors(self, on: bool) -> None:
        self._delegate.shows_colors = on
        self.view.viewport().update()

    def _copy_details(self, on: bool) -> None:
        self.model.copies_details = on

    @cached_property
    def saver(self) -> RowSaver:
        """What copies and saves rows."""
        from ui.console.saving import RowSaver  # seldom needed

        saver = RowSaver(self.model)
        saver.told.connect(self.told)
        return saver

    # Finding

    def open_search(self) -> None:
        """Open the line in which a text to find is typed."""
        self.shown_asked.emit()
        self.menu.hex_view.setChecked(False)
        self.find_bar.open_bar()
        self._show_tools()
        self.say(self._paused)

    def _close_search(self) -> None:
        self._show_tools()
        self.say(self._paused)
        self.view.setFocus()

    def _search(self) -> None:
        bar, search = self.find_bar, self.model.search
        self._filter()
        wanted = bar.needle, bar.case_button.isChecked()
        if wanted != (search.needle, search.match_case):
            search.look_for(bar.needle, match_case=bar.case_button.isChecked())
            if bar.needle:
                self._choose(search.before(self._from(1)))
        self.view.viewport().update()
        self._count_hits()

    def _from(self, beyond: int) -> int:
        """The number of the selected row; if there is none, the one beyond the last row that is shown."""
        chosen, numbers = self.view.chosen, self.model.numbers
        if chosen:
            return numbers[chosen[-1]] + beyond
        return numbers[-1] + 1 if numbers else 0

    def _step(self, by: int) -> None:
        if self.find_bar.isHidden():
            self.open_search()
            return
        search, here = self.model.search, self._from(0)
        self._choose(search.after(here) if by > 0 else search.before(here))
        self._count_hits()

    def _choose(self, number: int | None) -> None:
        if number is not None:
            index = self.model.index(self.model.place(number), TEXT)
            flags = QItemSelectionModel.SelectionFlag
            self.view.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
            self.view.scrollTo(index, RowsView.ScrollHint.PositionAtCenter)

    def _count_hits(self) -> None:
        search, chosen = self.model.search, self.view.chosen
        ordinal = search.ordinal(self.model.numbers[chosen[-1]]) if chosen else 0
        self.find_bar.say(ordinal, len(search.hits))

    def _ask_for_file(self) -> None:
        newest = self.model.row(self.model.rowCount() - 1).at_us / 1e6 if self.model.rowCount() else 0.0
        at = time.strftime("%Y-%m-%d %H.%M.%S", time.localtime(newest))
        safe = "".join(letter if letter.isalnum() or letter in " -_." else "-" for letter in self.device)
        name, _ = QFileDialog.getSaveFileName(
            self.window(), text("title_save_lines"), f"{safe} {at}.txt", text("label_texts", patterns="*.txt")
        )
        if name:
            self.saver.save(Path(name))


def _tool(code: str, tip: str, name: str = "") -> QToolButton:
    button = QToolButton()
    button.setText(text(code))
    button.setToolTip(text(tip))
    if name:
        button.setAccessibleName(text(name))
    return button
