"""A label of one line: it asks for the room that its text needs, and looks like Qt's own label."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget
from pytestqt.qtbot import QtBot

from ui.theme import theme
from ui.theme.colors import LIGHT
from ui.widgets.elided_label import ElidedLabel

LONG = "a name that is much longer than its room"


class Changes(QObject):
    """An event filter that counts how often the tool tip and the tone of a label are set."""

    def __init__(self, label: ElidedLabel) -> None:
        super().__init__()
        self.tips = self.tones = 0
        label.installEventFilter(self)

    def eventFilter(self, _label: QObject, event: QEvent) -> bool:
        self.tips += event.type() is QEvent.Type.ToolTipChange
        self.tones += event.type() is QEvent.Type.DynamicPropertyChange
        return False


@pytest.fixture
def page(qtbot: QtBot) -> QWidget:
    theme.apply(LIGHT)
    page = QWidget()
    qtbot.addWidget(page)
    QHBoxLayout(page).setContentsMargins(0, 0, 0, 0)
    return page


@pytest.fixture
def label(page: QWidget) -> ElidedLabel:
    label = ElidedLabel("Port")
    layout = page.layout()
    assert layout
    layout.addWidget(label)
    return label


@pytest.mark.parametrize("width", [400, 90])
@pytest.mark.parametrize("tone", ["", "bad"])
def test_it_looks_like_qt_s_label_with_the_text_that_there_is_room_for(
    page: QWidget, label: ElidedLabel, width: int, tone: str
) -> None:
    label.say(LONG, tone=tone)
    page.resize(width, 40)
    page.grab()
    label.setFixedSize(width, 30)
    other = QLabel(page)
    other.setProperty("tone", tone)
    other.setFixedSize(width, 30)
    other.setText(label.fontMetrics().elidedText(LONG, Qt.TextElideMode.ElideRight, width))
    assert other.text().endswith("…") is (width == 90)
    assert label.grab().toImage() == other.grab().toImage()


def test_it_asks_for_room_for_its_text_and_for_its_steady_letters(label: ElidedLabel) -> None:
    metrics = label.fontMetrics()
    letter, height = metrics.averageCharWidth(), metrics.height()
    for text, steady, wanted, least in (
        (LONG, 0, metrics.horizontalAdvance(LONG), 4 * letter),
        (LONG, 3, metrics.horizontalAdvance(LONG), 4 * letter),
        (LONG, 9, metrics.horizontalAdvance(LONG), 9 * letter),
        (LONG, 30, metrics.horizontalAdvance(LONG), 13 * letter),
        ("i", 20, 20 * letter, 13 * letter),
        ("i", 0, metrics.horizontalAdvance("i"), metrics.horizontalAdvance("i") + 2),
    ):
        label.say(text, steady=steady)
        assert label.sizeHint() == QSize(wanted + 2, height + 4), text
        assert label.minimumSizeHint() == QSize(least, height), text
    label.say("i")
    assert label.sizeHint().width() == metrics.horizontalAdvance("i") + 2
    policy = label.sizePolicy()
    assert (policy.horizontalPolicy(), policy.verticalPolicy()) == (
        QSizePolicy.Policy.Preferred,
        QSizePolicy.Policy.Fixed,
    )


def test_it_is_visible_while_it_has_a_text(page: QWidget, label: ElidedLabel) -> None:
    assert label.isHidden()
    assert (label.text(), label.accessibleName(), label.toolTip()) == ("", "Port", "<span>Port</span>")
    label.say("COM5", tip="Arduino")
    page.grab()
    before = page.sizeHint().width()
    assert (label.text(), label.isHidden(), label.accessibleName()) == ("COM5", False, "Port: COM5")
    assert [word in label.toolTip() for word in ("Port", "COM5", "Arduino")] == [True] * 3
    label.say("COM5 and much more")
    assert page.sizeHint().width() > before
    assert "Arduino" not in label.toolTip()
    label.say("")
    assert label.isHidden()


def test_its_tone_sets_the_colour_of_the_style_sheet(label: ElidedLabel) -> None:
    label.say("COM5")
    for tone, color in (("bad", LIGHT.bad), ("", LIGHT.text), ("good", LIGHT.good)):
        label.say("COM5", tone=tone)
        label.ensurePolished()
        assert label.palette().color(QPalette.ColorRole.WindowText).name().upper() == color


def test_the_same_text_again_changes_nothing(label: ElidedLabel) -> None:
    label.say("COM5", tone="bad", steady=9, tip="Arduino")
    changes = Changes(label)
    label.say("COM5", tone="bad", steady=9, tip="Arduino")
    assert (changes.tips, changes.tones) == (0, 0)
    label.say("COM6", tone="bad", steady=9, tip="Arduino")
    assert (changes.tips, changes.tones) == (1, 0)
    label.say("COM6", tone="bad", steady=8, tip="Arduino")
    label.say("COM6", tone="bad", steady=8, tip="")
    label.say("COM6", steady=8)
    assert (changes.tips, changes.tones) == (3, 1)
