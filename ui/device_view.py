"""One device in all panes: table, plot, console, what was wrong, cloud, and status bar.

Invariants: what is not in front is neither asked for nor drawn; the lists that come from the journal are
asked for at most once a second, and only when their counts have changed.
"""

from __future__ import annotations

from app.status import DeviceStatus
from ui.colors import Scheme
from ui.connection_bar import ConnectionBar
from ui.console_model import MAX_LINES
from ui.contract import BenchView, Series
from ui.left_pane import LeftPane
from ui.lower_pane import CLOUD, CONSOLE, WRONG, LowerPane
from ui.plot_pane import PlotPane
from ui.situation import empty_words, is_open
from ui.status_bar import StatusBar

_LISTS_EVERY = 10
"""In looks, of which there are ten a second."""


class DeviceView:
    """Knows the panes, and how one device is shown in them."""

    def __init__(
        self, bar: ConnectionBar, left: LeftPane, pane: PlotPane, lower: LowerPane, status_line: StatusBar
    ) -> None:
        self._bar, self._left, self._pane, self._lower = bar, left, pane, lower
        self._status_line = status_line
        self._looks = 0

    def restart(self, scheme: Scheme) -> None:
        """Another device or run follows."""
        self._looks = 0
        self._left.restart(scheme)
        self._lower.restart()
        self._status_line.restart()

    def look_at(self, bench: BenchView, name: str) -> None:
        """Plot this device from now on."""

        def history(target: str, from_s: float, to_s: float) -> Series:
            return bench.history(name, target, from_s, to_s)

        self._pane.show_device(history)

    def look_soon(self) -> None:
        """Another page is in front: ask for its list at the next look."""
        self._looks = 0

    def show(self, bench: BenchView, device: DeviceStatus, at_s: float) -> None:
        """Show the device as it is at a time in Unix seconds."""
        self._looks += 1
        styles = self._left.show_device(device, at_s)
        self._pane.set_styles(styles)
        words = None if styles else empty_words(device)
        if words:
            self._pane.say(*words)
        else:
            self._pane.show_plot()
        self._bar.show_device(device)
        self._status_line.show_device(device, at_s)
        self._show_lower(bench, device, at_s)

    def _show_lower(self, bench: BenchView, device: DeviceStatus, at_s: float) -> None:
        lower = self._lower
        wrong, counts = sum(count for _, count in device.reasons), device.counts
        lower.set_count(WRONG, wrong)
        lower.set_count(CLOUD, counts.refused + counts.held)
        lower.console.send_box.setEnabled(is_open(device))
        asks = self._looks % _LISTS_EVERY == 1
        if lower.front == CONSOLE and not self._pane.is_paused and not device.orphan:
            lower.console.add(bench.console(device.name, lower.console.model.newest, MAX_LINES))
        elif lower.front == CLOUD:
            lower.cloud.show_device(device, at_s)
            if asks and lower.cloud.is_stale(counts.refused):
                refused = bench.refused(device.name) if counts.refused else ()
                lower.cloud.show_refused(refused, counts.refused)
