"""The place of the plot, which is made only when there is something to plot: so the window opens sooner.

Invariants: the plot looks as if it had been there from the start; there is room for one strip and the time
axis, at any size of the text.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QScrollArea

from ui.plot.curves import Key
from ui.plot.time_view import TimeView
from ui.theme.colors import LIGHT, Scheme

if TYPE_CHECKING:
    from ui.plot.feed.feed import Source
    from ui.plot.plot import Plot

_LEAST_LINES = 5.4
"""The height of one low strip with its header, and of the time axis, in lines of text."""


class PlotArea(QScrollArea):
    """A scroll area that contains the plot, as soon as there is one.

    The plot is as large as the area unless its strips need more room.
    """

    plot_made = Signal()
    frame_asked = Signal()
    """See `Plot.frame_asked`."""
    pause_asked = Signal()
    """Emitted when the user presses Space in the plot."""

    def __init__(self, view: TimeView) -> None:
        super().__init__()
        self._view = view
        self._scheme = LIGHT
        self._source: Source | None = None
        self._hidden: frozenset[Key] = frozenset()
        self._zero_s: float | None = None
        self.made: Plot | None = None
        """The plot; None if it was not needed so far."""
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    @property
    def plot(self) -> Plot:
        """The plot. It is made now if it was not needed so far."""
        if self.made is None:
            from ui.plot.plot import Plot

            plot = self.made = Plot(self._view)
            plot.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            plot.set_scheme(self._scheme)
            plot.set_hidden(self._hidden)
            plot.set_zero(self._zero_s)
            if self._source is not None:
                plot.set_source(self._source)
            # Before the scroll area handles the key.
            space = QShortcut(QKeySequence(Qt.Key.Key_Space), plot)
            space.setContext(Qt.ShortcutContext.WidgetShortcut)
            space.activated.connect(self.pause_asked)
            plot.frame_asked.connect(self.frame_asked)
            self.setWidget(plot)
            self.plot_made.emit()
        return self.made

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """A size with room for one strip and the time axis."""
        size = super().minimumSizeHint()
        return QSize(size.width(), round(_LEAST_LINES * self.fontMetrics().height()))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Keep the labels of the time axis in sight, also if the plot stays as large as it was."""
        super().resizeEvent(event)
        if self.made:
            self.made.keep_time_axis_in_sight()

    def set_source(self, source: Source) -> None:
        """See `Plot.set_source`."""
        self._source = source
        if self.made:
            self.made.set_source(source)

    def set_hidden(self, hidden: frozenset[Key]) -> None:
        """See `Plot.set_hidden`."""
        self._hidden = hidden
        if self.made:
            self.made.set_hidden(hidden)

    def set_scheme(self, scheme: Scheme) -> None:
        """See `Plot.set_scheme`."""
        self._scheme = scheme
        if self.made:
            self.made.set_scheme(scheme)

    def set_zero(self, zero_s: float | None) -> None:
        """See `Plot.set_zero`."""
        self._zero_s = zero_s
        if self.made:
            self.made.set_zero(zero_s)

    def read_again(self) -> None:
        """See `Plot.read_again`."""
        if self.made:
            self.made.read_again()

    def wait_s(self, now_s: float) -> float:
        """See `Plot.wait_s`."""
        return self.made.wait_s(now_s) if self.made and self.made.isVisible() else math.inf

    def flash(self, key: Key) -> None:
        """Let the name of a curve flash, if it is in the plot."""
        for strip in self.made.strips if self.made else ():
            strip.header.flash(key)

    def touch(self) -> None:
        """See `Plot.touch`."""
        if self.made:
            self.made.touch()
