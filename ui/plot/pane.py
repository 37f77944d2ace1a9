"""The plot with its tools (time window, pause, lock, legend), or a text instead while nothing is plotted.

Invariants: the legend, the buttons and the mouse change the same view; pausing stops only this view.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMargins, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QSlider,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.messages.languages import text
from app.messages.message import Message
from ui.fixes.fix import Fix
from ui.plot.area import PlotArea
from ui.plot.cursors import measured
from ui.plot.curves import Style
from ui.plot.legend import Legend
from ui.plot.overview import EmptyPane, Overview, plain_label
from ui.plot.time_view import PRESETS_S, TimeView
from ui.settings import Settings
from ui.theme.colors import Scheme
from ui.widgets.choice_box import ChoiceBox
from ui.widgets.flow import FlowWidget

if TYPE_CHECKING:
    from ui.plot.plot import History, Plot

_LOW_LINES = 20
"""A pane that is lower than so many lines of text shows only the tools that are used most."""


class PlotPane(QFrame):
    """The plot and its tools. A text, or the contents of a bench file, can be shown instead."""

    paused_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.view = TimeView()
        self.legend = Legend()
        self.empty = EmptyPane()
        self.overview = Overview()
        self._now_s = 0.0
        self.pause_button = _button("button_pause", "tip_pause", checkable=True)
        self.span_box = ChoiceBox()
        self.span_box.setAccessibleName(text("label_time_window"))
        self.span_box.setToolTip(text("tip_time_window"))
        for span_s in PRESETS_S:
            self.span_box.addItem(text("label_last", seconds=span_s), span_s)
        self.span_box.setCurrentIndex(PRESETS_S.index(self.view.span_s))
        self.span_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.together_button = _button("button_together", "tip_together", checkable=True)
        self.clock_button = _button("button_clock", "tip_clock", checkable=True)
        self.lock_button = _button("button_lock", "tip_lock", checkable=True)
        self.cursors_button = _button("button_cursors", "tip_cursors", checkable=True)
        self.reset_button = _button("button_reset_view", "tip_reset_view")
        self._paused_label = QLabel(text("label_view_paused"))
        self._paused_label.setProperty("tone", "warn")
        self._paused_label.hide()
        self._remark = plain_label("")
        self._remark.setProperty("tone", "warn")
        self._remark.setWordWrap(True)
        self._remark.hide()
        self._measured = plain_label("")
        self._measured.setAccessibleName(text("label_measured"))
        self._measured.hide()
        self._rarely_used = (
            *(self.lock_button, self.cursors_button),
            *(self.together_button, self.clock_button),
        )
        self.tools = FlowWidget()
        for tool in (
            *(self.pause_button, self.span_box, self.lock_button, self.reset_button, self.cursors_button),
            *(self.together_button, self.clock_button),
        ):
            self.tools.add(tool)
        self.plot_area = PlotArea(self.view)
        """Contains the plot. The view for a projector borrows it; `take_plot_back` puts it into its place."""
        self._plot_page = QWidget()
        page = QVBoxLayout(self._plot_page)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(6)
        page.addWidget(self.tools)
        page.addWidget(self.legend)
        page.addWidget(self._paused_label)
        page.addWidget(self._remark)
        page.addWidget(self._measured)
        page.addWidget(self.plot_area)
        self._column = page
        self._pages = QStackedWidget()
        for shown in (self._plot_page, self.empty, self.overview):
            self._pages.addWidget(shown)
        column = QVBoxLayout(self)
        self._edges = QMargins(10, 10, 10, 6)
        column.setContentsMargins(self._edges)
        column.addWidget(self._pages)
        self.span_box.activated.connect(self._span_chosen)
        self.pause_button.toggled.connect(self._pause_toggled)
        self.cursors_button.toggled.connect(self._cursors_toggled)
        self.reset_button.clicked.connect(self.reset)
        for tool in self._rarely_used:
            tool.toggled.connect(self._hide_tools)
        self.legend.hidden_changed.connect(self._hidden_changed)
        self.plot_area.plot_made.connect(self._plot_made)

    @property
    def plot(self) -> Plot:
        """The plot. It is made now if it was not needed so far."""
        return self.plot_area.plot

    def _plot_made(self) -> None:
        plot = self.plot
        for button, follow in (
            (self.together_button, plot.set_together),
            (self.clock_button, plot.set_clock),
            (self.lock_button, plot.set_locked),
        ):
            follow(button.isChecked())
            button.toggled.connect(follow)
        plot.view_changed.connect(self._mouse_changed_view)
        plot.values_locked.connect(lambda: self.lock_button.setChecked(True))

    @property
    def is_paused(self) -> bool:
        """Whether the view is paused."""
        return self.view.is_paused

    @property
    def shows_plot(self) -> bool:
        """Whether the plot is shown, rather than a sentence or an overview."""
        return self._pages.currentWidget() is self._plot_page

    @property
    def measured(self) -> str:
        """The line of text about the two measuring cursors: their times, and the time between them."""
        return self._measured.text()

    def look_at(self, history: History) -> None:
        """Prepare for curves that `set_styles` will set. If the plot is paused, end the pause.

        The function `history` returns the readings of the bench.
        """
        self.plot_area.set_history(history)
        self.pause_button.setChecked(False)

    def forget_bench(self) -> None:
        """Remove all curves, and forget which were hidden."""
        self.legend.clear()
        if plot := self.plot_area.made:
            plot.set_styles(())
        self.plot_area.set_hidden(frozenset())

    def set_styles(self, styles: Sequence[Style]) -> None:
        """Plot the curves of `styles`, each in its style, and list them in the legend."""
        is_other_legend = self.legend.set_styles(styles)
        if self.plot_area.made is None and not styles:
            return
        if is_other_legend:
            order: list[QWidget] = [self.clock_button, *self.legend.buttons, self.plot]
            for before, after in itertools.pairwise(order):
                QWidget.setTabOrder(before, after)
        self.plot.set_styles(styles)

    def set_scheme(self, scheme: Scheme) -> None:
        """Use the colours of `scheme`."""
        self.plot_area.set_scheme(scheme)

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

    def refresh(self, now_s: float, *, runs: bool = True) -> None:
        """Draw the frame for the time `now_s` (Unix seconds) if the plot is visible. See `Plot.refresh`."""
        self._now_s = now_s
        plot = self.plot_area.made
        if plot and plot.isVisible():
            plot.refresh(now_s, runs=runs)
            self._show_measured()

    def toggle_pause(self) -> None:
        """Pause the view, or resume it if it is paused."""
        if self.shows_plot:
            self.pause_button.toggle()

    def reset(self) -> None:
        """Resume the view with the chosen time window; unlock the value axes and fit them to the values."""
        self.lock_button.setChecked(False)
        self.pause_button.setChecked(False)
        self._span_chosen()
        if plot := self.plot_area.made:
            plot.fit()

    def step_span(self, by: int) -> None:
        """In the list of time windows, move the choice down by `by` entries, or up if `by` is negative.

        The choice stops at both ends of the list.
        """
        at = min(max(self.span_box.currentIndex() + by, 0), self.span_box.count() - 1)
        self.span_box.setCurrentIndex(at)
        self._span_chosen()

    def restore(self, settings: Settings) -> None:
        """Restore the choices that `remember` has stored in `settings`."""
        if settings.span_s in PRESETS_S:
            self.span_box.setCurrentIndex(PRESETS_S.index(settings.span_s))
            self._span_chosen()
        self.together_button.setChecked(settings.together)
        self.clock_button.setChecked(settings.clock)

    def remember(self, settings: Settings) -> None:
        """Store in `settings` what the user has chosen for the plot.

        That is: how much time the plot shows; whether all curves share one strip; and whether the time axis
        shows clock times, instead of labels such as `−2 s`.
        """
        settings.span_s = float(self.span_box.currentData())
        settings.together = self.together_button.isChecked()
        settings.clock = self.clock_button.isChecked()

    def take_over(self, other: PlotPane, now_s: float) -> None:
        """Show the same period of time and the same curves as `other`, the plot pane of another window.

        Also lock the value axes if `other` has locked them. Also show the two measuring cursors if `other`
        shows them, but at their default places, not at those in `other`. `now_s` is the present time in Unix
        seconds.
        """
        self.legend.set_hidden(other.legend.hidden)
        self.view.set_span(other.view.span_s)
        if other.is_paused:
            self.view.pause(other.view.right_s(now_s))
            self.pause_button.setChecked(True)
        self.lock_button.setChecked(other.lock_button.isChecked())
        self.cursors_button.setChecked(other.cursors_button.isChecked())

    def take_plot_back(self) -> None:
        """Show the plot in this pane again, after another view has borrowed `plot_area`."""
        self._column.addWidget(self.plot_area)
        self.plot_area.show()

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """A size with room for all tools and for the legend, which may need several rows at this width."""
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
        is_low = self._is_low
        for tool in self._rarely_used:
            tool.setVisible(not is_low or tool.isChecked())
        self._paused_label.setVisible(self.is_paused and not is_low)

    @property
    def _is_low(self) -> bool:
        return self.height() < _LOW_LINES * self.fontMetrics().height()

    def save_picture(self, path: Path) -> bool:
        """Write a picture of the plot to the file `path`. Returns False if the file cannot be written."""
        return bool(self.plot.picture().save(str(path)))

    def _span_chosen(self) -> None:
        self.view.set_span(float(self.span_box.currentData()))
        self.plot_area.touch()

    def _cursors_toggled(self, shown: bool) -> None:
        self.plot.set_cursors(shown)
        self._measured.setVisible(shown)
        self._show_measured()

    def _show_measured(self) -> None:
        if self.plot.cursors.shown:
            self._measured.setText(measured(*self.plot.cursors.times_s(self._now_s)))

    def _hidden_changed(self) -> None:
        self.plot_area.set_hidden(self.legend.hidden)

    def _pause_toggled(self, paused: bool) -> None:
        if paused and not self.view.is_paused:
            self.view.pause(self._now_s)
        elif not paused:
            self.view.resume()
        self._show_paused()

    def _mouse_changed_view(self) -> None:
        self.pause_button.setChecked(self.view.is_paused)

    def _show_paused(self) -> None:
        paused = self.view.is_paused
        self.pause_button.setText(text("button_resume" if paused else "button_pause"))
        self._paused_label.setVisible(paused and not self._is_low)
        self.plot_area.touch()
        self.paused_changed.emit()


def _button(code: str, tip: str, *, checkable: bool = False) -> QToolButton:
    button = QToolButton()
    button.setText(text(code))
    button.setToolTip(text(tip))
    button.setAccessibleName(text(tip))
    button.setCheckable(checkable)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button
