"""The help dialog: topics, search, pictures and keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QAction, QImage, QPalette, QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.messages.languages import text
from tests.ui.gestures import proves
from tests.ui.stage import Stage
from ui.help import pages, pictures
from ui.help.dialog import HelpDialog
from ui.help.keys import KEYS, key_names
from ui.help.topics import TOPICS, Picture
from ui.theme.colors import Theme

PICTURES = [part.name for topic in TOPICS for part in topic.parts if isinstance(part, Picture)]


def opened(stage: Stage) -> HelpDialog:
    stage.press("F1")
    return stage.dialog(HelpDialog)


def listed(dialog: HelpDialog) -> list[str]:
    return [dialog.topics.item(row).text() for row in range(dialog.topics.count())]


def test_help_lists_every_key_of_the_menus_once(stage: Stage) -> None:
    keys = [key for keys, _ in KEYS for key in keys]
    actions = stage.window.findChildren(QAction)
    of_the_menus = {key.toString() for action in actions for key in action.shortcuts()}
    # Alt with a digit sends a line that the user has kept: here is none.
    assert set(keys) == of_the_menus | {"Space", "Alt+1", "Alt+9"}
    assert len(keys) == len(set(keys))


def test_help_shows_every_key_with_its_purpose(stage: Stage) -> None:
    dialog = opened(stage)
    dialog.topics.setCurrentRow(len(TOPICS) - 1)
    shown = dialog.page.toPlainText()
    for keys, code in KEYS:
        assert key_names(keys) in shown
        assert text(code) in shown


@proves("StandardKey.Find")
def test_help_is_used_with_the_keyboard_alone(stage: Stage) -> None:
    dialog = opened(stage)
    assert listed(dialog) == [text(topic.title) for topic in TOPICS]
    assert text("help_start_blynk") in dialog.page.toPlainText()
    stage.press("Down", dialog.topics)
    assert text("help_window_bar") in dialog.page.toPlainText()
    dialog.activateWindow()
    stage.wait_until(dialog.isActiveWindow)
    stage.press("Ctrl+F", dialog.topics)
    assert dialog.focusWidget() is dialog.search
    QTest.keyClicks(dialog.search, "overheat")
    assert listed(dialog) == [text("help_topic_lines")]
    assert dialog.page.textCursor().selectedText() == "overheat"
    QTest.keyClicks(dialog.search, " zebra")
    assert listed(dialog) == []
    assert dialog.page.toPlainText() == ""
    nothing = [label.text() for label in dialog.findChildren(type(dialog._nothing)) if label.isVisible()]
    assert text("help_nothing_found") in nothing
    dialog.search.clear()
    assert len(listed(dialog)) == len(TOPICS)


def test_the_window_can_be_used_beside_the_help(stage: Stage) -> None:
    dialog = opened(stage)
    assert dialog.windowModality() is Qt.WindowModality.NonModal
    assert dialog.isVisible()
    screen = dialog.screen().availableGeometry()
    assert dialog.width() <= screen.width()
    assert dialog.height() <= screen.height()


def test_the_topics_are_readable_in_the_largest_text(stage: Stage) -> None:
    dialog = opened(stage)
    stage.window.step_text_size(6)
    stage.wait_until(lambda: dialog.topics.horizontalScrollBar().maximum() == 0)
    assert dialog.topics.sizeHintForColumn(0) <= dialog.topics.viewport().width()


@pytest.mark.parametrize("name", PICTURES)
def test_each_picture_is_drawn_in_the_colours_of_the_theme(name: str) -> None:
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.Accent, Qt.GlobalColor.red)
    image = pictures.picture(name, palette, scale=2)
    assert image.width() == 2 * pictures.WIDTH
    pixels = {
        image.pixelColor(x, y).name() for x in range(0, image.width(), 2) for y in range(0, image.height(), 2)
    }
    assert "#ff0000" in pixels


def test_a_picture_fits_the_page_and_follows_the_theme(stage: Stage) -> None:
    dialog = opened(stage)
    address = QUrl(f"{pages.PICTURE}{PICTURES[0]}")
    image = QTextDocument.ResourceType.ImageResource.value

    def drawn() -> QImage:
        found = dialog.page.document().resource(image, address)
        assert isinstance(found, QImage)
        return found

    before = drawn()
    stage.window.set_theme(Theme.HIGH_CONTRAST)
    QApplication.processEvents()
    assert drawn() != before
    assert dialog.page.document().size().width() <= dialog.page.viewport().width()
    assert dialog.page.loadResource(image, QUrl("https://example.com/a.png")) is None
