"""The plot with its tools (time window, pause, lock), or a text instead while nothing is plotted.

Invariants: the buttons and the mouse change the same view; pausing stops only this view; a hidden curve stays
hidden while another device is shown.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMargins, QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QSlider,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.messages.languages import text
from app.messages.message import Message
from ui.fixes.fix import Fix
from ui.plot.area import PlotArea
from ui.plot.curves import Key, Style
from ui.plot.measuring.measuring import Measuring
from ui.plot.overview import EmptyPane, Overview, plain_label
from ui.plot.time_view import DEFAULT_SPAN_S, PRESETS_S, TimeView
from ui.plot.tools import PlotTools
from ui.settings import Settings
from ui.theme.colors import Scheme

if TYPE_CHECKING:
    from ui.plot.feed.feed import Source
    from ui.plot.plot import Plot
    from ui.plot.whole import WholeStrip

_LOW_LINES = 20
"""A pane that is lower than so many lines of text shows only the tools that are used most."""


_PLOT_AT = 4
"""The place of the plot among the widgets of the pane."""
_WHOLE_S = 2.0
"""How often the strip with all readings is renewed."""


class PlotPane(QFrame):
    """The plot and its tools. A text, or the contents of a bench file, can be shown instead."""

    paused_changed = Signal()
    hidden_changed = Signal()
    view_changed = Signal()
    """Emitted when the user has changed the period of time that is shown, or has paused or resumed it."""
    marker_chosen = Signal(object)
    """Emitted with the `Marker` that the user wants to change."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.view = TimeView()
        self._hidden: frozenset[Key] = frozenset()
        self.empty = EmptyPane()
        self.overview = Overview()
        self._now_s = 0.0
        self._chosen_s = DEFAULT_SPAN_S
        """The length of the time window that the user has chosen in the list, to which *Reset* returns."""
        self.tools = PlotTools(self.view)
        self._paused_label = QLabel(text("label_view_paused"))
        self._paused_label.setProperty("tone", "warn")
        self._paused_label.hide()
        self._remark = plain_label("")
        self._remark.setProperty("tone", "warn")
        self._remark.setWordWrap(True)
        self._remark.hide()
        self.measuring = Measuring()
        self.whole: WholeStrip | None = None
        """The strip with all readings; None before there is a plot."""
        self._whole_s = -math.inf
        """When that was renewed, in Unix seconds; -inf if it shows something else than the plot."""
        self.plot_area = PlotArea(self.view)
        """Contains the plot. The view for a projector borrows it; `take_plot_back` puts it into its place."""
        self._plot_page = QWidget()
        page = QVBoxLayout(self._plot_page)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(6)
        page.addWidget(self.tools)
        page.addWidget(self._paused_label)
        page.addWidget(self._remark)
        page.addWidget(self.measuring)
        page.addWidget(self.plot_area)
        self._column = page
        self._pages = QStackedWidget()
        for shown in (self._plot_page, self.empty, self.overview):
            self._pages.addWidget(shown)
        column = QVBoxLayout(self)
        self._edges = QMargins(10, 10, 10, 6)
        column.setContentsMargins(self._edges)
        column.addWidget(self._pages)
        tools = self.tools
        tools.span_box.activated.connect(self._span_chosen)
        tools.pause_button.toggled.connect(self._pause_toggled)
        tools.cursors_button.toggled.connect(self._cursors_toggled)
        tools.reset_button.clicked.connect(self.reset)
        self.plot_area.plot_made.connect(self._plot_made)

    @property
    def plot(self) -> Plot:
        """The plot. It is made now if it was not needed so far."""
        return self.plot_area.plot

    def _plot_made(self) -> None:
        from ui.plot.whole import WholeStrip

        plot, tools = self.plot, self.tools
        for button, follow in ((tools.clock_button, plot.set_clock), (tools.lock_button, plot.set_locked)):
            follow(button.isChecked())
            button.toggled.connect(follow)
        plot.set_thick(tools.thick_action.isChecked())
        tools.thick_action.toggled.connect(plot.set_thick)
        for switch in (tools.together_button, tools.one_scale_action):
            switch.toggled.connect(self._arrange)
        QWidget.setTabOrder(tools.clock_button, plot)
        self._arrange()
        plot.view_changed.connect(self._mouse_changed_view)
        plot.marker_chosen.connect(self.marker_chosen)
        self.whole = WholeStrip(self._move_view, self._zoom_view)
        self.whole.set_scheme(plot.scheme)
        self._column.addWidget(self.whole)
        self._hide_tools()

    def _arrange(self) -> None:
        self.plot.set_arrangement(self.tools.arrangement)

    @property
    def is_paused(self) -> bool:
        """Whether the view is paused."""
        return self.view.is_paused

    @property
    def shows_plot(self) -> bool:
        """Whether the plot is shown, rather than a sentence or an overview."""
        return self._pages.currentWidget() is self._plot_page

    @property
    def has_curves(self) -> bool:
        """Whether the plot is shown and has a curve."""
        return self.shows_plot and bool(self.plot.strips)

    @property
    def measured(self) -> str:
        """The line of text about the two measuring cursors: their times, and the time between them."""
        return self.measuring.line.text()

    @property
    def in_view(self) -> tuple[float, float] | None:
        """The period of time that the plot shows, in Unix seconds; None if no plot is shown."""
        right_s = self.view.right_s(self._now_s)
        return (right_s - self.view.span_s, right_s) if self.shows_plot else None

    @property
    def between_cursors(self) -> tuple[float, float] | None:
        """The period of time between the cursors, in Unix seconds; None if they are not shown."""
        if not self.shows_plot or not self.plot.cursors.shown:
            return None
        first_s, last_s = sorted(self.plot.cursors.times_s(self._now_s))
        return first_s, last_s

    def look_at(self, bench: Source) -> None:
        """Prepare for curves of `bench` that `set_styles` will set. If the plot is paused, end the pause."""
        self.plot_area.set_source(bench)
        self._whole_s = -math.inf
        self.tools.pause_button.setChecked(False)

    def forget_bench(self) -> None:
        """Remove all curves, and forget which were hidden."""
        if plot := self.plot_area.made:
            plot.set_styles(())
        self.set_hidden(())

    def set_styles(self, styles: Sequence[Style]) -> None:
        """Plot the curves of `styles`, each in its style."""
        if (self.plot_area.made or styles) and tuple(styles) != self.plot.styles:
            self._whole_s = -math.inf
            self.plot.set_styles(styles)

    def read_again(self) -> None:
        """See `Plot.read_again`."""
        self._whole_s = -math.inf
        self.plot_area.read_again()

    @property
    def hidden(self) -> frozenset[Key]:
        """The hidden curves, also those that are not in the plot now."""
        return self._hidden

    def set_hidden(self, hidden: Collection[Key]) -> None:
        """Hide these curves, and show all others."""
        self._hidden = frozenset(hidden)
        self._whole_s = -math.inf
        self.plot_area.set_hidden(self._hidden)
        self.hidden_changed.emit()

    def toggle_curve(self, key: Key) -> None:
        """Show a curve if it is hidden; hide it if it is shown."""
        self.set_hidden(self._hidden ^ {key})

    def set_scheme(self, scheme: Scheme) -> None:
        """Use the colours of `scheme`."""
        self.plot_area.set_scheme(scheme)
        if self.whole:
            self.whole.set_scheme(scheme)

    def say(self, title: Message, sentence: Message | None, fixes: Sequence[Fix] = ()) -> None:
        """Replace the plot by a headline and, unless `sentence` is None, a sentence with its `fixes`."""
        self.empty.say(title, sentence, fixes)
        self._pages.setCurrentWidget(self.empty)

    def show_plot(self, remark: str = "") -> None:
        """Show the plot, below a `remark` if there is one.

        If the plot was not shown before, give it the focus unless the user is typing or moving a slider.
        """
        self.empty.fixes.show_fixes(())
        if remark != self._remark.text():
            self._remark.setText(remark)
            self._remark.setVisible(bool(remark))
        if not self.shows_plot:
            self._pages.setCurrentWidget(self._plot_page)
            if not isinstance(QApplication.focusWidget(), QLineEdit | QListView | QSlider):
                self.plot.setFocus()

    def show_overview(self) -> None:
        """Show the contents of the bench file instead of the plot."""
        self._pages.setCurrentWidget(self.overview)

    def refresh(self, now_s: float, *, runs: bool = True, texts: bool = True) -> None:
        """Draw the frame for the time `now_s` (Unix seconds) if the plot is visible. See `Plot.refresh`.

        `texts` says whether what is read, and not only seen, is renewed.
        """
        self._now_s = now_s
        plot = self.plot_area.made
        if plot and plot.isVisible():
            plot.refresh(now_s, runs=runs, texts=texts)
            self.measuring.refresh(plot, now_s, texts=texts)
            self._show_whole(plot)

    def _show_whole(self, plot: Plot) -> None:
        """Show all readings, and which of them are in view."""
        if self.whole is None or not self.whole.isVisible():
            return
        column_s = self.whole.extent.length_s / max(1, self.whole.width())
        if not 0 <= self._now_s - self._whole_s < max(_WHOLE_S, column_s):
            self._whole_s = self._now_s
            found = plot.whole(max(1, self.whole.width()))
            self.whole.show_whole(*found or (self.whole.seen, ()))
        self.whole.show_seen(plot.frame)

    def _move_view(self, right_s: float) -> None:
        self.view.move_to(right_s, self._now_s)
        self.plot_area.touch()
        self._mouse_changed_view()

    def _zoom_view(self, factor: float) -> None:
        self.view.zoom(factor, 0.5, self._now_s)
        self.plot_area.touch()
        self._mouse_changed_view()

    def toggle_pause(self) -> None:
        """Pause the view, or resume it if it is paused."""
        if self.shows_plot:
            self.tools.pause_button.toggle()

    def reset(self) -> None:
        """Resume the view with the chosen time window; unlock the value axes and fit them to the values."""
        self.tools.lock_button.setChecked(False)
        self.tools.pause_button.setChecked(False)
        self._set_span(self._chosen_s)
        if plot := self.plot_area.made:
            plot.fit()

    def step_span(self, by: int) -> None:
        """In the list of time windows, move the choice down by `by` entries, or up if `by` is negative.

        The choice stops at both ends of the list.
        """
        self._set_span(self.tools.nearest_preset(by))

    def restore(self, settings: Settings) -> None:
        """Restore the choices that `remember` has stored in `settings`."""
        if settings.span_s in PRESETS_S:
            self._set_span(settings.span_s)
        self.tools.restore(settings)

    def remember(self, settings: Settings) -> None:
        """Store in `settings` what the user has chosen: how much time is shown, and `PlotTools.remember`."""
        settings.span_s = self._chosen_s
        self.tools.remember(settings)

    def take_over(self, other: PlotPane, now_s: float) -> None:
        """Show the same period of time and the same curves as `other`, the plot pane of another window.

        Also lock the value axes if `other` has locked them. Also show the two measuring cursors if `other`
        shows them, but at their default places, not at those in `other`. `now_s` is the present time in Unix
        seconds.
        """
        self.set_hidden(other.hidden)
        self.view.set_span(other.view.span_s)
        if other.is_paused:
            self.view.pause(other.view.right_s(now_s))
            self.tools.pause_button.setChecked(True)
        self.tools.lock_button.setChecked(other.tools.lock_button.isChecked())
        self.tools.cursors_button.setChecked(other.tools.cursors_button.isChecked())

    def take_plot_back(self) -> None:
        """Show the plot in this pane again, after another view has borrowed `plot_area`."""
        self._column.insertWidget(_PLOT_AT, self.plot_area)
        self.plot_area.show()

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """A size with room for all tools, which may need several rows at this width."""
        size = super().minimumSizeHint()
        if self.shows_plot and self.isVisible():  # before, the width is not known
            edges = self.contentsMargins() + self._edges
            within = self.width() - edges.left() - edges.right()
            height = self._column.minimumHeightForWidth(within) + edges.top() + edges.bottom()
            size.setHeight(max(size.height(), height))
        return size

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """In a low pane, leave the room to the curves. Another width may need another height.

        The tools that are hidden in a low pane are also in the menu. Those that are switched on stay. The
        button to resume shows that the view is paused.
        """
        super().resizeEvent(event)
        self._hide_tools()
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Take another size of the text into account."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._hide_tools()
            self.updateGeometry()

    def _hide_tools(self) -> None:
        self.tools.set_low(self._is_low)
        if self.whole:
            self.whole.setVisible(not self._is_low)
        self._paused_label.setVisible(self.is_paused and not self._is_low)
        self.measuring.set_height(self.height(), is_low=self._is_low)

    @property
    def _is_low(self) -> bool:
        return self.height() < _LOW_LINES * self.fontMetrics().height()

    def _span_chosen(self) -> None:
        self._set_span(float(self.tools.span_box.currentData()))

    def _set_span(self, span_s: float) -> None:
        self._chosen_s = span_s
        self.view.set_span(span_s)
        self.plot_area.touch()
        self.tools.show_span()
        self.view_changed.emit()

    def _cursors_toggled(self, shown: bool) -> None:
        self.plot.set_cursors(shown)
        self.measuring.show_cursors(shown)
        self.measuring.refresh(self.plot, self._now_s, texts=True)

    def _pause_toggled(self, paused: bool) -> None:
        if paused and not self.view.is_paused:
            self.view.pause(self._now_s)
        elif not paused:
            self.view.resume()
        self._show_paused()

    def _mouse_changed_view(self) -> None:
        self.tools.pause_button.setChecked(self.view.is_paused)
        self.tools.show_span()
        self.view_changed.emit()

    def _show_paused(self) -> None:
        paused = self.view.is_paused
        self.tools.pause_button.setText(text("button_resume" if paused else "button_pause"))
        self.tools.show_span()
        self._paused_label.setVisible(paused and not self._is_low)
        self.plot_area.touch()
        self.paused_changed.emit()
        self.view_changed.emit()
