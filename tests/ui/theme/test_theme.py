"""Applying a colour scheme sets the colours of Qt and the plot; applying it again changes nothing."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from tests.processes import ENV, ROOT
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
pytestmark = pytest.mark.usefixtures("qapp")


class Polished(QObject):
    """Counts how often the style of a widget changes, and sees whether garbage may be collected then."""

    count = 0
    collects = False

    def eventFilter(self, _widget: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.StyleChange:
            self.count += 1
            self.collects |= gc.isenabled()
        return False


@pytest.fixture(autouse=True)
def _light() -> Iterator[None]:
    """Restore our usual colours after the test.

    The style sheet is never removed, or Qt would crash at the next one: it would not notice any more that
    widgets which have not been shown yet are deleted.
    """
    yield
    theme.apply(LIGHT)


@pytest.mark.parametrize("scheme", [LIGHT, DARK, HIGH_CONTRAST], ids=["light", "dark", "contrast"])
def test_the_palette_has_the_colours_of_the_scheme(scheme: Scheme) -> None:
    theme.apply(LIGHT if scheme is DARK else DARK)
    theme.apply(scheme)
    palette = QApplication.palette()
    for group, told in ((QPalette.ColorGroup.Active, COLORS), (QPalette.ColorGroup.Disabled, DISABLED)):
        for line in told.strip().splitlines():
            role, name, _, ground_role, ground = line.split()
            assert palette.color(group, QPalette.ColorRole[role]) == QColor(getattr(scheme, name)), line
            assert palette.color(group, QPalette.ColorRole[ground_role]) == QColor(getattr(scheme, ground))


FIRST_TIME = """
import sys
from PySide6.QtWidgets import QApplication
from ui.theme import theme
from ui.theme.colors import DARK, LIGHT

application = QApplication(sys.argv)
application.setStyle("Windows")
set_style, styles = QApplication.setStyle, []
QApplication.setStyle = staticmethod(lambda name: (styles.append(name), set_style(name)))
for scheme in (LIGHT, DARK):
    theme.apply(scheme)
application.setStyleSheet("")  # with a style sheet, Qt hides the style's name
print(application.style().name(), styles)
"""


def test_the_style_is_fusion_and_is_set_once() -> None:
    done = subprocess.run(
        [sys.executable, "-c", FIRST_TIME], capture_output=True, text=True, env=ENV, cwd=ROOT, check=True
    )
    assert done.stdout == "fusion ['Fusion']\n"


SHEET_LATER = """
import sys
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QLabel
from ui.theme import theme
from ui.theme.colors import DARK
from ui.widgets.choice_box import ChoiceBox

application = QApplication(sys.argv)
own_pt = application.font().pointSizeF()
theme.apply(DARK, 200, sheet_follows=True)
box, label = ChoiceBox(), QLabel()
print(bool(application.styleSheet()), label.palette().color(QPalette.ColorRole.WindowText) == DARK.text)
print(label.font().pointSizeF() == 2 * own_pt)
theme.apply(DARK, 200, sheet_follows=True)
print(bool(application.styleSheet()))
theme.apply(DARK, 200)
print(bool(application.styleSheet()), box.view().verticalScrollBarPolicy().name)
"""


def test_widgets_that_are_made_before_the_style_sheet_look_like_others() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SHEET_LATER], capture_output=True, text=True, env=ENV, cwd=ROOT, check=True
    )
    assert " ".join(done.stdout.split()) == "False True True False True ScrollBarAsNeeded"


def test_the_same_scheme_again_polishes_no_widget() -> None:
    theme.apply(LIGHT)
    widget, polished = QWidget(), Polished()
    widget.ensurePolished()
    widget.installEventFilter(polished)
    theme.apply(LIGHT)
    assert polished.count == 0
    theme.apply(DARK)
    assert polished.count > 0


def test_no_garbage_is_collected_while_widgets_are_styled() -> None:
    theme.apply(LIGHT)
    widget, polished = QWidget(), Polished()
    widget.ensurePolished()
    widget.installEventFilter(polished)
    theme.apply(DARK)
    assert polished.count > 0
    assert not polished.collects
    assert gc.isenabled()


def test_a_scheme_needs_an_application(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(QCoreApplication, "instance", lambda: None)
        with pytest.raises(RuntimeError, match="there is no QApplication"):
            theme.apply(LIGHT)


@pytest.mark.parametrize("asked", list(Qt.ColorScheme))
def test_whether_the_desktop_is_dark_is_known(asked: Qt.ColorScheme, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QGuiApplication, "styleHints", lambda: SimpleNamespace(colorScheme=lambda: asked))
    assert theme.system_is_dark() is (asked is Qt.ColorScheme.Dark)


@pytest.mark.parametrize("scheme", [LIGHT, DARK, HIGH_CONTRAST])
def test_the_buttons_and_lists_of_qt_s_own_file_dialog_have_their_signs(
    qtbot: QtBot, tmp_path: Path, scheme: Scheme
) -> None:
    theme.apply(scheme)
    dialog = QFileDialog(None, "", str(tmp_path))
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    qtbot.addWidget(dialog)
    dialog.show()
    found = [*dialog.findChildren(QToolButton), *dialog.findChildren(QComboBox)]
    visible = [widget for widget in found if widget.isVisible()]
    assert {type(widget) for widget in visible} >= {QToolButton, QComboBox}
    for widget in visible:
        right = widget.rect().adjusted(max(3, widget.width() - 24), 3, -3, -3)
        image = widget.grab(right).toImage()
        colors = [image.pixelColor(x, y).rgb() for x in range(image.width()) for y in range(image.height())]
        assert len(colors) - colors.count(image.pixelColor(0, 0).rgb()) > 40, widget.objectName()
