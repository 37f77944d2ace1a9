"""The row of tools above the plot: buttons, and the box with the length of the time window.

Invariants: the box says how much time the plot shows, also if that is no entry of its list; in a low pane,
only the tools that are used most are shown, and those that are switched on.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QMenu, QToolButton

from app.messages.languages import text
from ui.plot.arrangement import Arrangement
from ui.plot.time_view import PRESETS_S, TimeView
from ui.settings import Settings
from ui.widgets.choice_box import ChoiceBox
from ui.widgets.flow import FlowWidget


class PlotTools(FlowWidget):
    """The tools of the plot."""

    def __init__(self, view: TimeView) -> None:
        super().__init__()
        self._view = view
        self.pause_button = _button("button_pause", "tip_pause", checkable=True)
        self.span_box = ChoiceBox()
        self.span_box.setAccessibleName(text("label_time_window"))
        self.span_box.setToolTip(text("tip_time_window"))
        for span_s in PRESETS_S:
            self.span_box.addItem(text("label_last", seconds=span_s), span_s)
        self.span_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.together_button = _button("button_together", "tip_together", checkable=True)
        self.one_scale_action = QAction(text("menu_one_scale"), self)
        self.one_scale_action.setCheckable(True)
        self.thick_action = QAction(text("menu_thick"), self)
        self.thick_action.setCheckable(True)
        menu = QMenu(self.together_button)
        menu.addAction(self.one_scale_action)
        self.together_button.setMenu(menu)
        self.together_button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self.clock_button = _button("button_clock", "tip_clock", checkable=True)
        self.lock_button = _button("button_lock", "tip_lock", checkable=True)
        self.cursors_button = _button("button_cursors", "tip_cursors", checkable=True)
        self.reset_button = _button("button_reset_view", "tip_reset_view")
        self._rarely_used = (
            *(self.lock_button, self.cursors_button),
            *(self.together_button, self.clock_button),
        )
        for tool in (
            *(self.pause_button, self.span_box, self.lock_button, self.reset_button, self.cursors_button),
            *(self.together_button, self.clock_button),
        ):
            self.add(tool)
        self._is_low = False
        for tool in self._rarely_used:
            tool.toggled.connect(lambda _: self.set_low(self._is_low))
        self.show_span()

    @property
    def arrangement(self) -> Arrangement:
        """Which curves share a strip."""
        if not self.together_button.isChecked():
            return Arrangement.APART
        return Arrangement.ONE_SCALE if self.one_scale_action.isChecked() else Arrangement.BY_UNIT

    def restore(self, settings: Settings) -> None:
        """Restore the choices that `remember` has stored in `settings`."""
        self.together_button.setChecked(settings.together)
        self.one_scale_action.setChecked(settings.one_scale)
        self.clock_button.setChecked(settings.clock)
        self.thick_action.setChecked(settings.thick)

    def remember(self, settings: Settings) -> None:
        """Store in `settings` which curves share a strip and a scale, how thick they are, and the labels.

        The labels of the time axis are clock times, or times such as `−2 s`.
        """
        settings.together = self.together_button.isChecked()
        settings.one_scale = self.one_scale_action.isChecked()
        settings.clock = self.clock_button.isChecked()
        settings.thick = self.thick_action.isChecked()

    def set_low(self, is_low: bool) -> None:
        """Hide the tools that are seldom used if `is_low`, so that the curves have the room."""
        self._is_low = is_low
        for tool in self._rarely_used:
            tool.setVisible(not is_low or tool.isChecked())

    def show_span(self) -> None:
        """Show how much time is in view. What is not the last of something is shown as its length."""
        span_s, box = self._view.span_s, self.span_box
        at = PRESETS_S.index(span_s) if span_s in PRESETS_S and not self._view.is_paused else -1
        words = text("label_span" if self._view.is_paused else "label_last", seconds=span_s)
        if (at, words) != (box.currentIndex(), box.placeholderText()):
            box.setPlaceholderText(words)
            box.setCurrentIndex(at)
            box.setAccessibleDescription(words)

    def nearest_preset(self, by: int) -> float:
        """The time window that is `by` entries after the one in view, and stops at both ends of the list.

        If the one in view is no entry, the next longer or shorter entry is one away.
        """
        span_s = self._view.span_s
        shorter = sum(preset < span_s for preset in PRESETS_S)
        at = shorter + by if by < 0 or span_s in PRESETS_S else shorter + by - 1
        return PRESETS_S[min(max(at, 0), len(PRESETS_S) - 1)]


def _button(code: str, tip: str, *, checkable: bool = False) -> QToolButton:
    button = QToolButton()
    button.setText(text(code))
    button.setToolTip(text(tip))
    button.setAccessibleName(text(tip))
    button.setCheckable(checkable)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button
