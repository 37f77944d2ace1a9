"""The plot for tests with mouse and keys, and a list of the event handlers that have such a test."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF
from PySide6.QtWidgets import QGraphicsWidget

from tests.ui.stage import Stage
from ui.plot.strip import Strip

PROVED: set[str] = set()
"""Handlers, keys and signals with a test; `test_every_gesture` fails if one is missing here."""
Test = Callable[..., None]


def proves(*handlers: str) -> Callable[[Test], Test]:
    def note(test: Test) -> Test:
        PROVED.update(handlers)
        return test

    return note


class Board:
    """The plot of a stage, with places for the mouse in it."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.plot = stage.window.pane.plot
        self.viewport = self.plot.viewport()

    @property
    def strip(self) -> Strip:
        """The topmost strip, which shows a sine."""
        return self.plot.strips[0]

    def at(self, item: QGraphicsWidget, across: float, up: float = 0.5) -> QPoint:
        """A place in an item, as parts of its width and height."""
        size = item.size()  # the bounds of an axis itself include its grid
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
        """How many seconds the right edge of the view is before now."""
        return self.stage.window.pane.view.right_s(self.stage.clock.now_s) - self.stage.clock.now_s
