"""The slider with the position in a recording.

Invariant: the slider follows the replay, but not while the user holds it.
"""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QSlider, QStyle, QStyleOptionSlider

from app.messages.languages import text
from ui import wording

_MOST_UNITS = 1_000_000_000
"""A slider counts with 32 bits."""


class SeekSlider(QSlider):
    """A slider whose ends are those of the recording. A click moves it to the pointer at once."""

    sought = Signal(object)
    """Emitted with the chosen position in microseconds, which may be too large for 32 bits."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setAccessibleName(text("label_position"))
        self.setToolTip(text("tip_position"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._unit_us = 1000
        self.valueChanged.connect(lambda value: self.sought.emit(value * self._unit_us))

    def show_position(self, at_us: int, length_us: int) -> None:
        """Show a position in a recording of this length, both in microseconds."""
        if self.isSliderDown():
            return
        self._unit_us = max(1000, -(-length_us // _MOST_UNITS))
        with QSignalBlocker(self):
            self.setRange(0, -(-length_us // self._unit_us))
            self.setSingleStep(max(1, min(1_000_000, length_us // 50) // self._unit_us))
            self.setPageStep(max(1, length_us // 10 // self._unit_us))
            self.setValue(at_us // self._unit_us)
        said = text(
            "replay_position",
            position=wording.playing_time(at_us / 1e6),
            length=wording.playing_time(length_us / 1e6),
        )
        if said != self.accessibleDescription():
            self.setAccessibleDescription(said)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Move the slider to the pointer, and let it follow the pointer until the button is released."""
        if event.button() is Qt.MouseButton.LeftButton:
            option = QStyleOptionSlider()
            self.initStyleOption(option)
            style, part = self.style(), QStyle.SubControl.SC_SliderHandle
            handle = style.subControlRect(QStyle.ComplexControl.CC_Slider, option, part, self)
            room = self.width() - handle.width()
            x = round(event.position().x()) - handle.width() // 2
            self.setValue(QStyle.sliderValueFromPosition(self.minimum(), self.maximum(), x, room))
        super().mousePressEvent(event)
