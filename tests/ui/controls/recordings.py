"""Test rows for the controls of a replay."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QWidget

from tests.ui.controls import Controls
from tests.ui.recordings.runs import every_second, opened
from tests.ui.stage import Stage

CONTROLS = Controls()
control = CONTROLS.row


@control("Pause replay")
def pauses_and_plays(stage: Stage, button: QWidget) -> None:
    player, _ = opened(stage)
    stage.click(button)
    assert not player.transport.is_playing
    assert button.accessibleName() == "Play"
    stage.press("Space", button)
    assert player.transport.is_playing


@control("Speed of the replay")
def chooses_a_speed(stage: Stage, box: QWidget) -> None:
    assert isinstance(box, QComboBox)
    player, _ = opened(stage)
    assert box.currentText() == "× 1"
    stage.press("Down", box)
    assert player.transport.speed == 2.0
    stage.press("End", box)
    assert (box.currentText(), player.transport.speed) == ("As fast as possible", 0.0)


@control("Compare with…")
def compares(stage: Stage, button: QWidget) -> None:
    player, _ = opened(stage)
    asked = stage.answers_with(every_second(stage.folder / "other.pbrec", range(3)))
    stage.click(button)
    assert asked == [f"Compare with another recording | {stage.folder} | Recordings (*.pbrec)"]
    assert [device.name for device in player.config.device] == ["run 1", "other"]
