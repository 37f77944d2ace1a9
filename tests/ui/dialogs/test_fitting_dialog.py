"""A dialog with more contents than its screen can show: it scrolls, and keeps its buttons in sight."""

from __future__ import annotations

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.bench.status import PortInfo
from ui.boards.port_choice import PortChoice
from ui.theme import theme
from ui.theme.colors import LIGHT


def test_a_long_dialog_fits_its_screen_and_scrolls_by_keyboard(qtbot: QtBot) -> None:
    theme.apply(LIGHT)
    parent = QWidget()
    qtbot.addWidget(parent)
    boards = [PortInfo(f"/dev/ttyUSB{number}", "USB Serial", "", "", "") for number in range(60)]
    dialog = PortChoice("greenhouse", boards, lambda _port: None, parent)
    dialog.open()
    QApplication.processEvents()
    screen = dialog.screen().availableGeometry()
    assert screen.contains(dialog.geometry())
    assert dialog.agree.visibleRegion().boundingRect().size() == dialog.agree.size()
    assert not dialog._scroll.horizontalScrollBar().isVisible()
    title = dialog.findChildren(QLabel)[0]
    assert not title.visibleRegion().isEmpty()
    assert dialog._scroll.accessibleName() == dialog.windowTitle()
    dialog._scroll.setFocus()
    QTest.keySequence(dialog._scroll, "PgDown")
    assert title.visibleRegion().isEmpty()
    dialog.reject()
