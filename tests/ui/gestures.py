"""The plot as the mouse and the keys meet it, and a note of which event handlers the tests prove."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF
from PySide6.QtWidgets import QGraphicsWidget

from tests.ui.stage import Stage
from ui.plot.strip import Strip

PROVED: set[str] = set()
"""Handlers, keys and signals that a test has said it proves; `test_every_gesture` asks for all there are."""
Test = Callable[..., None]


def proves(*handlers: str) -> Callable[[Test], Test]:
    def note(test: Test) -> Test:
        PROVED.update(handlers)
        return test

    return note


class Board:
    """The plot as the mouse sees it."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.plot = stage.window.pane.plot
        self.viewport = self.plot.viewport()

    @property
    def strip(self) -> Strip:
        """The topmost strip, a sine."""
        return self.plot.strips[0]

    def at(self, item: QGraphicsWidget, across: float, up: float = 0.5) -> QPoint:
        """A place in an item, in shares of its width and height."""
        size = item.size()  # an axis' bounds would hold its grid too
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
        """How long ago the right edge of the view is."""
        return self.stage.window.pane.view.right_s(self.stage.clock.now_s) - self.stage.clock.now_s
