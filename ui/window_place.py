"""Opens the window where it was, or where it fits on the screen, and remembers its place in the settings.

Invariants: the window opens inside a screen that exists; a window that was maximised only because its screen
is small keeps its remembered size for a larger screen.
"""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from ui.placement import LEAST, Area, Wish, placed
from ui.settings import Settings


def screens() -> list[Area]:
    """The usable areas of all screens, the primary one first; empty if windows are only drawn in memory."""
    if QGuiApplication.platformName() == "offscreen":
        return []
    first = QGuiApplication.primaryScreen()
    found = [first, *(screen for screen in QGuiApplication.screens() if screen is not first)]
    return [_area(screen.availableGeometry()) for screen in found]


class WindowPlace:
    """The place of one window."""

    def __init__(self, window: QWidget, settings: Settings) -> None:
        self._window, self._settings = window, settings
        self._was_too_large = False
        """Whether the window was maximised without the user's wish, because it did not fit its screen."""

    def open(self) -> None:
        """Put the window, which is not shown yet, where the settings and the screens want it."""
        kept = self._settings
        wish = Wish(kept.width, kept.height, kept.left, kept.top, kept.maximised)
        known = screens()
        area, maximised = placed(wish, known)
        self._window.setMinimumSize(*LEAST)
        if known or kept.left is not None:
            self._window.setGeometry(QRect(*area))
        else:
            self._window.resize(area.width, area.height)
        if maximised:
            self._window.setWindowState(self._window.windowState() | Qt.WindowState.WindowMaximized)
        self._was_too_large = maximised and not kept.maximised

    def remember(self) -> None:
        """Put the place into the settings. For a maximised window, that is where it returns to."""
        maximised = self._window.isMaximized()
        if maximised and self._was_too_large:
            return
        usual = not (maximised or self._window.isMinimized())
        area = self._window.geometry() if usual else self._window.normalGeometry()
        kept = self._settings
        kept.left, kept.top, kept.width, kept.height = _area(area)
        kept.maximised = maximised


def _area(shape: QRect) -> Area:
    return Area(shape.left(), shape.top(), shape.width(), shape.height())
