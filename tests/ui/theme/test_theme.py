"""Applying a colour scheme sets the colours of Qt and the plot; applying it again changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from ui.theme import theme
from ui.theme.colors import DARK, HIGH_CONTRAST, LIGHT, Scheme

# Each line: a role of the palette and its colour, then the role and the colour of its background.
COLORS = """
    WindowText text on Window window
    Text text on Base card
    Text text on AlternateBase window
    PlaceholderText faint on Base card
    ButtonText text on Button card
    ToolTipText text on ToolTipBase card
    HighlightedText on_accent on Highlight accent
    Link accent on Base card
    Accent accent on Base card
"""
DISABLED = """
    WindowText faint on Window window
    Text faint on Base window
    ButtonText faint on Button window
"""


class Polished(QObject):
    """An event filter that counts how often the style of a widget changes."""

    count = 0

    def eventFilter(self, _widget: QObject, event: QEvent) -> bool:
        self.count += event.type() is QEvent.Type.StyleChange
        return False


@pytest.fixture(autouse=True)
def _plain(qapp: QApplication) -> Iterator[None]:
    """Give the application the style of another desktop and no style sheet; restore ours after the test."""
    qapp.setStyleSheet("")
    qapp.setStyle("Windows")
    yield
    qapp.setStyleSheet("")
    theme.apply(LIGHT)


@pytest.mark.parametrize("scheme", [LIGHT, DARK, HIGH_CONTRAST], ids=["light", "dark", "contrast"])
def test_the_palette_has_the_colours_of_the_scheme(scheme: Scheme) -> None:
    theme.apply(scheme)
    palette = QApplication.palette()
    for group, told in ((QPalette.ColorGroup.Active, COLORS), (QPalette.ColorGroup.Disabled, DISABLED)):
        for line in told.strip().splitlines():
            role, name, _, ground_role, ground = line.split()
            assert palette.color(group, QPalette.ColorRole[role]) == QColor(getattr(scheme, name)), line
            assert palette.color(group, QPalette.ColorRole[ground_role]) == QColor(getattr(scheme, ground))


def test_the_style_is_fusion_and_is_set_once(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    theme.apply(LIGHT)
    set_again: list[str] = []
    monkeypatch.setattr(QApplication, "setStyle", set_again.append)
    theme.apply(DARK)
    qapp.setStyleSheet("")  # with a style sheet, Qt hides the style's name
    assert (qapp.style().name(), set_again) == ("fusion", [])


def test_the_same_scheme_again_polishes_no_widget() -> None:
    theme.apply(LIGHT)
    widget, polished = QWidget(), Polished()
    widget.ensurePolished()
    widget.installEventFilter(polished)
    theme.apply(LIGHT)
    assert polished.count == 0
    theme.apply(DARK)
    assert polished.count > 0


def test_a_scheme_needs_an_application(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(QCoreApplication, "instance", lambda: None)
        with pytest.raises(RuntimeError, match="there is no QApplication"):
            theme.apply(LIGHT)


@pytest.mark.parametrize("asked", list(Qt.ColorScheme))
def test_whether_the_desktop_is_dark_is_known(asked: Qt.ColorScheme, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QGuiApplication, "styleHints", lambda: SimpleNamespace(colorScheme=lambda: asked))
    assert theme.system_is_dark() is (asked is Qt.ColorScheme.Dark)
