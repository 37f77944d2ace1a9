"""The plot for tests with mouse and keys, and a list of the event handlers that these tests cover."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF
from PySide6.QtWidgets import QGraphicsWidget

from tests.ui.stage import Stage
from ui.plot.strip import Strip

PROVED: set[str] = set()
"""The handlers, keys and signals that have a test; `test_every_gesture` fails if one is missing here."""
Test = Callable[..., None]


def proves(*handlers: str) -> Callable[[Test], Test]:
    def note(test: Test) -> Test:
        PROVED.update(handlers)
        return test

    return note


class Board:
    """The plot in the window of a stage, and the points in it at which tests use the mouse."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.plot = stage.window.pane.plot
        self.viewport = self.plot.viewport()

    @property
    def strip(self) -> Strip:
        """The topmost strip, which shows a sine."""
        return self.plot.strips[0]

    def at(self, item: QGraphicsWidget, across: float, up: float = 0.5) -> QPoint:
        """A point in an item; `across` (from the left) and `up` (from below) are fractions of its size."""
        size = item.size()  # not `boundingRect`, which for an axis includes its grid
        place = item.mapToScene(QPointF(across * size.width(), (1 - up) * size.height()))
        on_screen: QPoint = self.plot.mapFromScene(place)
        return on_screen

    def x_range(self) -> tuple[float, float]:
        low, high = self.strip.box.viewRange()[0]
        return low, high

    def y_range(self) -> tuple[float, float]:
        low, high = self.strip.box.viewRange()[1]
        return low, high

    def right_s(self) -> float:
        """The time at the view's right edge, in seconds relative to now: negative is in the past."""
        return self.stage.window.pane.view.right_s(self.stage.clock.now_s) - self.stage.clock.now_s
