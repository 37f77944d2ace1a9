"""The controls of a replay: play and pause, the position, the speed, and another recording to compare with.

Invariant: the controls show the player's state; they have none of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton

from app.bench.runs import SPEEDS
from app.bench.status import ReplayStatus
from app.messages.languages import text, text_of
from ui import wording
from ui.plot.overview import plain_label
from ui.recordings.seek_slider import SeekSlider
from ui.widgets.choice_box import ChoiceBox

if TYPE_CHECKING:
    from app.bench.player import Player


class PlayerBar(QFrame):
    """A row of controls above the panes, shown while a recording is."""

    play_asked = Signal()
    """Emitted when the user wants to pause, or to play on."""
    sought = Signal(object)
    """Emitted with the position that the user has chosen, in microseconds."""
    speed_chosen = Signal(float)
    """Emitted with one of `SPEEDS`."""
    compare_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.play_button = _tool("button_pause_replay", "tip_play")
        self.slider = SeekSlider()
        self.time = plain_label("")
        self.time.setAccessibleName(text("label_position"))
        self.speed_box = ChoiceBox()
        self.speed_box.setAccessibleName(text("label_speed"))
        self.speed_box.setToolTip(text("label_speed"))
        for speed in SPEEDS:
            label = text("label_speed_of", speed=speed) if speed else text("label_speed_most")
            self.speed_box.addItem(label, speed)
        self.compare_button = _tool("button_compare", "tip_compare")
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 0, 10, 0)
        row.setSpacing(10)
        row.addWidget(self.play_button)
        row.addWidget(self.slider, 1)
        for widget in (self.time, self.speed_box, self.compare_button):
            row.addWidget(widget)
        self.play_button.clicked.connect(self.play_asked)
        self.slider.sought.connect(self.sought)
        self.speed_box.activated.connect(lambda: self.speed_chosen.emit(self.speed_box.currentData()))
        self.compare_button.clicked.connect(self.compare_asked)
        self.hide()

    def show_player(self, player: Player) -> None:
        """Show the state of `player`."""
        at_us, length_us = player.position_us, player.length_us
        plays = player.transport.is_playing
        word = text("button_pause_replay" if plays else "button_play")
        if word != self.play_button.text():
            self.play_button.setText(word)
            self.play_button.setAccessibleName(word)
        self.slider.show_position(at_us, length_us)
        said = text_of(wording.position(ReplayStatus(at_us, length_us)))
        if not player.is_whole:
            said = text("replay_position_reading", position=said, percent=player.read_percent)
        if said != self.time.text():
            self.time.setText(said)
        self.speed_box.setCurrentIndex(SPEEDS.index(player.transport.speed))


def _tool(code: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(text(code))
    button.setAccessibleName(text(code))
    button.setToolTip(text(tip))
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button
