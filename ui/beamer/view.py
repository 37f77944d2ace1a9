"""Shows the large values and the plots on the whole screen, and gives the plots back afterwards.

Invariants: only values, curves and a line about the keys are visible: no server, no token, no console, no
form; leaving restores the window as it was; the view is never part of the saved settings.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget
from shiboken6 import isValid

from app.bench.status import BenchStatus, DatastreamStatus, DeviceStatus
from app.messages.languages import text, text_of
from app.messages.visible import visible
from ui import wording
from ui.beamer.tiling import MOST_TILES, Room, room
from ui.beamer.values import BigValue, BigValues
from ui.datastreams.staleness import Staleness
from ui.plot.arrangement import Arrangement
from ui.plot.curves import Look
from ui.plot.overview import plain_label
from ui.plot.pane import PlotPane
from ui.theme.colors import Scheme

_LABEL = 1 / 38
"""The size of the text in the plots, as a share of the height of the screen."""


class BeamerView(QWidget):
    """A page of the window that replaces all other pages while the user shows the values to an audience."""

    def __init__(
        self, window: QMainWindow, pages: QStackedWidget, pane: PlotPane, staleness: Staleness
    ) -> None:
        """`pages` has the usual page in front; `pane` lends its plot to this view."""
        super().__init__()
        self._window, self._pages, self._pane = window, pages, pane
        self._before: tuple[Qt.WindowState, QWidget | None] | None = None
        self._staleness = staleness
        self._more = 0
        self._board = ""
        """The name of the device that is shown, if there are several."""
        self._joined = False
        """Whether all curves share one strip only because their own strips do not fit on the screen."""
        self.values = BigValues()
        self.footer = plain_label("", faint=True)
        self.footer.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._row = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._row.setSpacing(12)
        self._row.addWidget(self.values)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 8)
        column.addLayout(self._row, 1)
        column.addWidget(self.footer)
        pages.addWidget(self)
        self._escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        self._escape.activated.connect(self.leave)
        pane.paused_changed.connect(self._show_footer)

    @property
    def is_on(self) -> bool:
        """Whether this view fills the screen."""
        return self._before is not None

    def toggle(self) -> None:
        """Turn the view on, or off if it is on."""
        if self.is_on:
            self.leave()
        else:
            self._enter()

    def _enter(self) -> None:
        self._before = self._window.windowState(), self._window.focusWidget()
        self._row.addWidget(self._pane.plot_area, 1)
        self._pages.setCurrentWidget(self)
        self._window.menuBar().hide()
        self._window.setWindowState(self._window.windowState() | Qt.WindowState.WindowFullScreen)
        self._arrange()
        self._show_footer()
        self._pane.plot.setFocus()

    def leave(self) -> None:
        """Show the window as it was before. Nothing happens if the view is off."""
        if self._before is None:
            return
        state, focused = self._before
        self._before = None
        self._pane.plot.setFont(QFont())
        self._pane.plot.set_bold(False)
        if self._joined:
            self._joined = False
            self._pane.plot.set_arrangement(self._pane.tools.arrangement)
        self._pane.take_plot_back()
        self._pages.setCurrentIndex(0)
        self._window.menuBar().show()
        self._window.setWindowState(state)
        if focused is not None and isValid(focused):
            focused.setFocus()

    def restart(self) -> None:
        """Remove all values, for example before another device is shown."""
        self._more = 0
        self.values.restart()

    def set_scheme(self, scheme: Scheme) -> None:
        """Use the colours of `scheme`."""
        self.values.set_scheme(scheme)

    def show_device(
        self, status: BenchStatus, device: DeviceStatus, looks: Sequence[Look], *, runs: bool
    ) -> None:
        """Show the datastreams of a device, and its name if `status`, the whole bench, has several.

        `looks` has the look of each row. `runs` is false if the bench is stopped: all values are stale.
        """
        rows, at_s = device.datastreams, status.at_us / 1e6
        if not self.is_on:
            return
        ages_s = {row.target: self._age_s(device.name, row, at_s, runs) for row in rows}
        filled = [(row, look) for row, look in zip(rows, looks, strict=True) if row.value is not None]
        shown = [_value(row, look, ages_s[row.target]) for row, look in filled[:MOST_TILES]]
        self.values.show_values(shown)
        more = len(filled) - len(shown)
        board = visible(device.name) if len(status.devices) > 1 else ""
        if (more, board) != (self._more, self._board):
            self._more, self._board = more, board
            self._show_footer()
        self._arrange()

    def _age_s(self, device: str, row: DatastreamStatus, at_s: float, runs: bool) -> float | None:
        """The age of a value in seconds; None if it is not stale, or if there is none."""
        if row.received_at_us is None:
            return None
        age_s = self._staleness.age_s((device, row.target), row.received_at_us, at_s)
        return age_s if runs else at_s - row.received_at_us / 1e6

    def _arrange(self) -> None:
        """Share the screen between values and plots."""
        if not self.is_on:
            return
        plot, area = self._pane.plot, self._pane.plot_area
        has_plots = self._pane.shows_plot and bool(plot.strips)
        area.setVisible(has_plots)
        inner = self._inner()
        count = len(self.values.values)
        part = room(count, inner.width(), inner.height(), self.values.aspect, has_plots=has_plots)
        direction = QBoxLayout.Direction.LeftToRight if part.beside else QBoxLayout.Direction.TopToBottom
        if self._row.direction() != direction:
            self._row.setDirection(direction)
        self.values.setMinimumSize(
            part.width if part.beside else 0, part.height if has_plots and not part.beside else 0
        )
        font = QFont(self.font())
        font.setPointSizeF(max(font.pointSizeF(), self.height() * _LABEL * 72 / self.logicalDpiY()))
        if plot.font() != font:
            plot.setFont(font)
        plot.set_bold(True)
        if not self._joined and has_plots and plot.minimumHeight() > self._strips_px(inner, part):
            self._joined = True
            plot.set_arrangement(Arrangement.BY_UNIT)

    def _inner(self) -> QSize:
        """The size of the area for values and plots.

        Not the layout's own, which is empty from a change of the view's size until Qt lays the view out.
        """
        column = self._column
        around = column.contentsMargins()
        below = column.spacing() + self.footer.sizeHint().height() + around.bottom()
        return QSize(self.width() - around.left() - around.right(), self.height() - around.top() - below)

    def _strips_px(self, inner: QSize, part: Room) -> int:
        """The height that is left for the plots."""
        return inner.height() - (0 if part.beside else part.height + self._row.spacing())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Share the new room."""
        super().resizeEvent(event)
        self._arrange()

    def _show_footer(self) -> None:
        parts = [self._board] if self._board else []
        if self._more:
            parts.append(text("beamer_more", count=self._more))
        if self._pane.is_paused:
            parts.append(text("label_view_paused"))
        self.footer.setText("   ·   ".join([*parts, text("beamer_leave")]))


def _value(row: DatastreamStatus, look: Look, age_s: float | None) -> BigValue:
    is_number = isinstance(row.value, int | float)
    return BigValue(
        row.target,
        visible(row.name or row.target),
        visible(wording.value(row.value)),
        visible(row.unit) if is_number else "",
        look,
        "" if age_s is None else text_of(wording.ago(age_s)),
    )
