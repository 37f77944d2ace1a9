"""A main window in the theme and the text size that the user has chosen.

Invariant: while the theme is the system's, the window follows the system's change between light and dark.
"""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QMainWindow

from ui.settings import Settings
from ui.theme import text_size, theme
from ui.theme.colors import Scheme, Theme, scheme_of


class ThemedWindow(QMainWindow):
    """A main window. It shows its parts in the colours of a scheme, by `show_scheme`."""

    def __init__(self, settings: Settings) -> None:
        # Before the window is made, because from then on Qt passes a font on only with the style sheet.
        self.scheme = _applied(settings, sheet_follows=True)
        super().__init__()
        self.settings = settings
        QApplication.styleHints().colorSchemeChanged.connect(self._system_theme_changed)

    def show_scheme(self, scheme: Scheme) -> None:
        """Show all parts of the window in the colours of `scheme`."""
        raise NotImplementedError

    def set_theme(self, chosen: Theme) -> None:
        """Apply a theme to the whole program, and put the theme into the settings."""
        self.settings.theme = chosen
        self.scheme = _applied(self.settings)
        self.show_scheme(self.scheme)

    def step_text_size(self, by: int) -> None:
        """Make all text larger by `by` steps, or smaller if `by` is negative; 0 is the desktop's own size."""
        size = text_size.step(self.settings.text_percent, by) if by else text_size.NORMAL
        self.settings.text_percent = size
        self.set_theme(self.settings.theme)

    def _system_theme_changed(self) -> None:
        if self.settings.theme is Theme.SYSTEM:
            self.set_theme(Theme.SYSTEM)


def _applied(settings: Settings, *, sheet_follows: bool = False) -> Scheme:
    """Apply the theme and the size of the text to the whole program. Returns the scheme of the theme."""
    scheme = scheme_of(settings.theme, system_is_dark=theme.system_is_dark())
    theme.apply(scheme, text_size.nearest(settings.text_percent), sheet_follows=sheet_follows)
    return scheme
