"""The panes of one device (table, plot, console, rejected lines, cloud, status bar), and the rail.

Invariants: all panes show the same device, but the plot can have curves of others too; of console, rejected
lines and cloud, only the one whose tab is selected is updated and drawn; the lists of rejected lines and
refused readings are read at most once a second, and only when their counts have changed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence, Set
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from app.bench.status import BenchStatus, DeviceStatus
from app.config.addresses import REPLAY
from app.config.bench_file import DeviceConfig
from app.messages.languages import text
from app.messages.message import Message
from app.messages.visible import visible
from ui import lights, wording
from ui.boards.rail import Rail
from ui.contract import BenchView
from ui.datastreams.pane import LeftPane, section
from ui.fixes.catalogue import Subject
from ui.lower_pane import CLOUD, CONSOLE, REJECTED, LowerPane
from ui.plot.curves import Curves, Key, Style
from ui.plot.pane import PlotPane
from ui.settings import Settings
from ui.situation import Notice, empty_text, fixes_for, is_open
from ui.status_bar import StatusBar
from ui.theme.colors import LIGHT, Scheme

if TYPE_CHECKING:
    from ui.alarms.alarms import Alarms

_SIZES = {"table": (450, 830), "lower": (480, 210)}
"""The sizes of the panes beside each other, and above each other, before the user has changed them."""
_MOST_PX = 16_000
_LISTS_S = 0.9
"""How soon lists are read after the last time; `show_device` is called one to three times a second."""

_NARROW_LETTERS = 162
"""A narrower window has no room for the rail beside the lower pane, whose buttons need 134 letters."""
_TIGHT_LETTERS = 140
"""In a narrower window, the tools of the plot and the buttons below need the room of longer names."""
_COMPACT_LETTERS = 120
"""A narrower window has no room for the tools of the plot beside all columns of the table."""


class Panes(QWidget):
    """A widget that contains the rail and all panes of the window. All panes show the same device."""

    fix_asked = Signal(object, str)
    """Emitted with a `Fix` for the device that is shown, and the line that it is for, or an empty text."""
    frame_asked = Signal()
    """Emitted when something was changed here that a frame will show."""
    pause_asked = Signal()
    """Emitted when the user presses Space in the plot."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._scheme = LIGHT
        # Then Qt need not paint what is around the panes whenever anything in them has changed.
        self.setAutoFillBackground(True)
        self.curves = Curves()
        self._journal = ""
        """The path of the journal of the bench whose curves `curves` has; empty while there is none."""
        self.rail = Rail()
        self.left = LeftPane()
        self.plot = PlotPane()
        self.lower_pane = LowerPane()
        self.status_line = StatusBar()
        self.notices: list[Notice] = []
        """Which values are beyond their limits."""
        self._looks = 0
        """How many times `show_device` was called since the user asked for something else to be shown."""
        self._listed_s = -math.inf
        """When lists were read last, in Unix seconds."""
        self._port = ""
        self._room_px = _MOST_PX
        self._wanted = {name: list(sizes) for name, sizes in _SIZES.items()}
        """The sizes to give to the splitters when their size is known."""
        self._entries: dict[str, DeviceConfig] = {}
        self._lay_out()
        self.lower_pane.console.sending.use(settings)
        self.plot.empty.fixes.asked.connect(lambda fix: self.fix_asked.emit(fix, ""))
        self.lower_pane.connect_fixes(self.fix_asked.emit)
        self.rail.kept_changed.connect(self._look_soon)
        self.plot.hidden_changed.connect(self._mark_hidden)
        self.left.table.curve_toggled.connect(self.plot.toggle_curve)
        self.plot.paused_changed.connect(self._paused_changed)
        self.plot.view_changed.connect(self._look_soon)
        self.lower_pane.tabs.currentChanged.connect(self._look_soon)
        console = self.lower_pane.console
        for asked in (console.send_box.asked, console.menu.hex_view.toggled, console.menu.all_boards.toggled):
            asked.connect(self._look_soon)
        console.send_box.line_end_chosen.connect(self._remember_line_end)
        self.plot.plot_area.pause_asked.connect(self.pause_asked)
        self.plot.plot_area.frame_asked.connect(self.frame_asked)

    def _lay_out(self) -> None:
        upper, both = QSplitter(Qt.Orientation.Horizontal), QSplitter(Qt.Orientation.Vertical)
        self._splitters = {"table": upper, "lower": both}
        """By the names of their panes in the settings, which never change."""
        upper.addWidget(self.left)
        upper.addWidget(self.plot)
        upper.setStretchFactor(0, 3)
        upper.setStretchFactor(1, 7)
        upper_row = QWidget()
        self._beside_upper = QHBoxLayout(upper_row)
        self._beside_upper.setContentsMargins(0, 0, 0, 0)
        self._beside_upper.setSpacing(8)
        self._beside_upper.addWidget(upper, 1)
        both.addWidget(upper_row)
        both.addWidget(self.lower_pane)
        both.setStretchFactor(0, 3)
        both.setStretchFactor(1, 1)
        for splitter in (upper, both):
            splitter.setHandleWidth(8)
            splitter.setChildrenCollapsible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self._beside_both = QHBoxLayout()
        self._beside_both.setSpacing(8)
        self._beside_both.addWidget(self.rail)
        self._beside_both.addWidget(both, 1)
        column.addLayout(self._beside_both, 1)
        column.addWidget(self.status_line)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """In a narrow window, narrow the rail, and give the lower pane its whole width."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """With larger text, the same window is narrower."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._fit()

    def adapt(self, room_px: int) -> None:
        """Fit into a window with room for a page of this width, though the page may be wider, and scroll."""
        self._room_px = room_px
        self._fit()

    def _fit(self) -> None:
        letters = min(self.width(), self._room_px) / self.fontMetrics().averageCharWidth()
        self.left.table.set_compact(letters < _COMPACT_LETTERS)
        is_narrow, is_tight = letters < _NARROW_LETTERS, letters < _TIGHT_LETTERS
        self.lower_pane.console.set_tight(is_tight)
        if is_tight != self.rail.is_tight:
            self.rail.set_narrow(self.rail.is_narrow, is_tight=is_tight)
        if is_narrow != self.rail.is_narrow:
            self.rail.set_narrow(is_narrow, is_tight=is_tight)
            (self._beside_upper if is_narrow else self._beside_both).insertWidget(0, self.rail)
            self.rail.show_if_needed()

    @cached_property
    def alarms(self) -> Alarms:
        """The alarms. They are made when they are needed, so that the window opens sooner."""
        from ui.alarms.alarms import Alarms

        return Alarms(self._settings, self.plot.plot_area, self.rail)

    @property
    def hideable(self) -> dict[str, QWidget]:
        """The panes that the user can hide, by their names in the settings."""
        return {"table": self.left, "lower": self.lower_pane}

    def restore(self, settings: Settings) -> None:
        """Restore how the console shows lines and the sizes of the panes, and hide what was hidden."""
        self.lower_pane.console.menu.restore(settings)
        self._wanted |= {
            name: sizes
            for name, sizes in settings.splitters.items()
            if len(sizes) == len(_SIZES.get(name, ())) and all(0 < size < _MOST_PX for size in sizes)
        }
        for name, pane in self.hideable.items():
            if name in settings.hidden:
                pane.hide()

    def remember(self, settings: Settings) -> None:
        """Store in `settings` how the console shows lines, which panes are hidden, and all sizes."""
        self.lower_pane.console.menu.remember(settings)
        settings.hidden = [name for name, pane in self.hideable.items() if pane.isHidden()]
        settings.splitters |= self._sizes()
        self._remember_looks()

    def _sizes(self) -> dict[str, list[int]]:
        """The sizes of the panes that have been shown, except where one of them is hidden."""
        sizes = {name: splitter.sizes() for name, splitter in self._splitters.items()}
        return {name: each for name, each in sizes.items() if name not in self._wanted and all(each)}

    def _remember_looks(self) -> None:
        """Store how the curves of the bench look, unless its journal is gone, such as that of a demo."""
        known = self._settings.looks
        if self._journal and Path(self._journal).exists():
            self._settings.remember(known, self._journal, self.curves.remembered)
        else:
            known.pop(self._journal, None)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Give the panes their sizes, which fit only after the window has its own size."""
        super().showEvent(event)
        wanted, self._wanted = self._wanted, {}
        for name, sizes in wanted.items():
            self._splitters[name].setSizes(sizes)

    @property
    def is_stale(self) -> bool:
        """Whether another tab, device or view was chosen since the last `show_device`."""
        return self._looks == 0

    def set_scheme(self, scheme: Scheme) -> None:
        """Show all panes in the colours of `scheme`."""
        self._scheme = scheme
        for pane in (self.rail, self.left, self.plot, self.lower_pane):
            pane.set_scheme(scheme)

    def forget_bench(self) -> None:
        """Empty the panes, and forget the curves, because another bench will be shown."""
        self.restart()
        self._remember_looks()
        self.curves, self._journal = Curves(), ""
        self.left.staleness.clear()
        self.notices = []
        self.plot.forget_bench()

    def forget_readings(self, device: str) -> None:
        """Forget the curves of a device, because its readings were deleted."""
        self.curves.forget(device)
        self.plot.read_again()

    def restart(self) -> None:
        """Empty the panes, for example before a recording is shown from another position on.

        The plot keeps its curves.
        """
        self._restart()
        self.lower_pane.restart()

    def _restart(self) -> None:
        self._looks = 0
        self.left.restart()
        self.status_line.restart()

    def look_at(self, bench: BenchView, name: str, entry: DeviceConfig | None) -> None:
        """Show the device `name` from now on.

        `entry` is what the bench file says about this device; None if the file no longer has the device.
        """
        self._restart()
        self.lower_pane.show_device(name)
        self.plot.look_at(bench)
        self.plot.measuring.look_at(bench.readings)
        self._port = entry.port if entry else ""
        sending = self.lower_pane.console.sending
        sending.setVisible(not self._port.startswith(REPLAY))
        sending.show_board(name, self._port)
        if entry:
            line_end = self._settings.line_ends.get(entry.port, entry.line_end)
            sending.send_box.set_line_end(line_end)

    def show_device(self, bench: BenchView, status: BenchStatus, device: DeviceStatus, *, runs: bool) -> None:
        """Show the status of a device, and the curves that the rail keeps in the plot.

        `status` is the snapshot of the whole bench. `runs` is false if the bench is stopped.
        """
        self._looks += 1
        self._entries = {entry.name: entry for entry in bench.config.device} if runs else {}
        at_s = status.at_us / 1e6
        if runs:
            self.left.staleness.look(status.devices, at_s)
        self.give_alarms(bench, status, runs=runs)
        if status.journal != self._journal:
            self.curves, self._journal = Curves(self._settings.looks.get(status.journal)), status.journal
        styles = self._show_curves(bench, status, device, runs=runs)
        words = None if any(style.device == device.name for style in styles) else empty_text(device)
        if words and not styles:
            self.plot.say(*words, fixes_for(device, self._entries, words[1]))
        else:
            shown = {style.key for style in styles} - self.plot.hidden
            boxes = any(style.is_text and style.key in shown for style in styles)
            silence = self._silence(status, shown) if runs and not boxes and not self.plot.is_paused else ""
            self.plot.show_plot(_remark(device, words) if words else silence)
        self.status_line.show_device(device, at_s)
        boards = [each for each in status.devices if not each.orphan]
        self._show_lower(bench, device, boards, at_s, runs)

    def give_alarms(self, bench: BenchView, status: BenchStatus, *, runs: bool) -> None:
        """Let the user know of values that have left their limits; see `show_device` for the arguments."""
        self.notices = self.alarms.look(bench, status if runs else None)

    def _show_curves(
        self, bench: BenchView, status: BenchStatus, device: DeviceStatus, *, runs: bool
    ) -> list[Style]:
        """Show the curves in the plot and in the table. Returns their styles."""
        kept, scheme = self.rail.kept, self._scheme
        styles = self.curves.styles(status.devices, device.name, kept, scheme, bench.config.device)
        others = [
            section(other, self.curves.looks(other, scheme), only_curves=True)
            for other in status.devices
            if other.name in kept and other.name != device.name
        ]
        looks = self.curves.looks(device, scheme)
        self.left.show_device(device, looks, status.at_us / 1e6, runs=runs, others=others)
        self.plot.set_styles(styles)
        return styles

    def _silence(self, status: BenchStatus, shown: Set[Key]) -> str:
        """Why a plot with the curves `shown` is empty: all of them have stopped before its time window."""
        at_s = status.at_us / 1e6
        ages_s = [
            self.left.staleness.age_s((device.name, row.target), row.received_at_us, at_s) or 0.0
            for device in status.devices
            for row in device.datastreams
            if (device.name, row.target) in shown and row.received_at_us is not None
        ]
        newest_s = min(ages_s, default=0.0)
        if newest_s <= self.plot.view.span_s:
            return ""
        # Not how long ago it came: all around a sentence that changes every second would be laid out again.
        return text("plot_without_values", time=wording.at_time(at_s - newest_s, at_s))

    def take_over(self, other: Panes, now_s: float) -> None:
        """Show the same view as the panes of another window; `now_s` is the time in Unix seconds."""
        self.curves, self._journal = other.curves, other._journal
        self.left.staleness.take_over(other.left.staleness)
        self.rail.keep(other.rail.kept)
        self.plot.take_over(other.plot, now_s)
        lower, others = self.lower_pane, other.lower_pane
        lower.tabs.setCurrentIndex(others.front)
        lower.cloud.take_over(others.cloud)
        lower.console.take_over(others.console)
        self._wanted |= other._wanted | other._sizes()
        lower.cloud.halves.restoreState(others.cloud.halves.saveState())
        for name, pane in self.hideable.items():
            pane.setVisible(not other.hideable[name].isHidden())

    def _show_lower(
        self, bench: BenchView, device: DeviceStatus, boards: Sequence[DeviceStatus], at_s: float, runs: bool
    ) -> None:
        lower = self.lower_pane
        rejected, left = sum(count for _, count in device.reasons), lights.unsent(device)
        lower.set_count(REJECTED, rejected)
        lower.set_count(CLOUD, left.refused + left.held, lights.of_cloud(device))
        lower.console.sending.look_at(bench, [board.name for board in boards if is_open(board)])
        entry = None if device.orphan else self._entries.get(device.name)
        subject = Subject(entry, len(device.datastreams)) if entry else None
        lower.rejected.look_at(subject)
        asks = self._looks == 1 or not 0 <= at_s - self._listed_s < _LISTS_S
        self._listed_s = at_s if asks else self._listed_s
        # A stopped bench has closed its journal. The rejected lines of its boards are still in memory; the
        # lines of an orphan (a device that has left the bench file) are only in the journal.
        reads = asks and (runs or not device.orphan)
        if lower.front == CONSOLE and not self.plot.is_paused and not device.orphan:
            lower.console.look(bench, [board.name for board in boards], at_s, at_first=self._looks == 1)
        elif lower.front == REJECTED and reads and lower.rejected.is_stale(device.reasons):
            lower.rejected.show_lines(device.reasons, bench.rejected(device.name))
        elif lower.front == CLOUD:
            lower.cloud.show_device(device, at_s, subject, runs=runs)
            if asks and runs and lower.cloud.is_stale(left.refused):
                refused = bench.refused(device.name) if left.refused else ()
                lower.cloud.show_refused(refused, left.refused)

    def _look_soon(self) -> None:
        """Reset `_looks`, so that the next call of `show_device` comes soon and reads what is shown anew.

        Without it, that could be a second later, because nothing else may have changed.
        """
        self._looks = 0
        self.frame_asked.emit()

    def _mark_hidden(self) -> None:
        self.left.rows.set_hidden(self.plot.hidden)

    def _paused_changed(self) -> None:
        self.lower_pane.console.say(text("label_console_paused") if self.plot.is_paused else "")
        self._look_soon()

    def _remember_line_end(self, line_end: str) -> None:
        if self._port:
            self._settings.remember(self._settings.line_ends, self._port, line_end)


def _remark(device: DeviceStatus, words: tuple[Message, Message | None]) -> str:
    """Why the plot has only curves of other devices: what the empty plot would say about this one."""
    headline, sentence = words
    return text("about", subject=visible(device.name), message=sentence or headline)
