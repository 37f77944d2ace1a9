"""The plot for tests with mouse and keys, and a list of the event handlers that these tests cover."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from tests.ui.plot.drawing import shows
from tests.ui.stage import Stage
from ui.plot.strips.canvas import Canvas
from ui.plot.strips.state_strip import AnyStrip

PROVED: set[str] = set()
"""The handlers and keys that have a test; `test_every_gesture` fails if one is missing here."""
Test = Callable[..., None]


def proves(*handlers: str) -> Callable[[Test], Test]:
    def note(test: Test) -> Test:
        PROVED.update(handlers)
        return test

    return note


class Board:
    """The plot in the window of a stage, and the points in its parts at which tests use the mouse."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.plot = stage.window.pane.plot

    @property
    def strip(self) -> AnyStrip:
        """The topmost strip, which shows a sine."""
        return self.plot.strips[0]

    @property
    def canvas(self) -> Canvas:
        """The curves of the topmost strip."""
        return self.strip.canvas

    def at(self, part: QWidget, across: float, up: float = 0.5) -> QPoint:
        """A point in a widget; `across` (from the left) and `up` (from below) are fractions of its size."""
        return QPoint(round(across * part.width()), round((1 - up) * part.height()))

    def shows(self, span_s: float) -> bool:
        """Whether the topmost strip shows `span_s` seconds, up to the right edge of the view."""
        return shows(self.strip, span_s, self.stage.window.pane.view.right_s(self.stage.clock.now_s))

    def right_s(self) -> float:
        """The time at the view's right edge, in seconds relative to now: negative is in the past."""
        return self.stage.window.pane.view.right_s(self.stage.clock.now_s) - self.stage.clock.now_s
