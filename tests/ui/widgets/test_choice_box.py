"""Choice boxes: the arrow at the right end, and a list that opens whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QHelpEvent, QIcon, QPalette, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QStyledItemDelegate, QToolTip, QWidget
from pytestqt.qtbot import QtBot

import ui
from tests.ui.gestures import proves
from tests.ui.stage import PATIENCE_MS
from ui.theme import theme
from ui.theme.colors import DARK, LIGHT, Scheme
from ui.widgets.choice_box import MOST_ROWS, ChoiceBox, _near

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

ARROW = """
    ................
    ...++......++...
    ...##+....+##...
    ...+##+..+##+...
    ....+##++##+....
    .....+####+.....
    ......+##+......
    ................
    ................
"""


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_the_arrow_is_drawn_over_qt_s_own_box(qtbot: QtBot, scheme: Scheme) -> None:
    theme.apply(scheme)
    box = ChoiceBox()
    qtbot.addWidget(box)
    box.resize(120, 31)
    picture = box.grab().toImage()
    text, ground = QColor(scheme.text).lightness(), QColor(scheme.card).lightness()

    def ink(x: int, y: int) -> str:
        share = (picture.pixelColor(x, y).lightness() - ground) / (text - ground)
        return "#" if share > 0.5 else "+" if share > 0.1 else "."

    rows = ["".join(ink(x, y) for x in range(97, 113)) for y in range(11, 20)]
    assert rows == ARROW.split()
    assert picture.pixelColor(105, 16) == QColor(scheme.text) == box.palette().color(QPalette.ColorRole.Text)
    assert picture.pixelColor(60, 0) == QColor(scheme.field)


@pytest.fixture
def opened(qtbot: QtBot) -> Callable[..., ChoiceBox]:
    """A function that opens the list of a box with some entries, at a place on the screen."""

    def open_box(
        entries: Sequence[str], at: tuple[int, int] = (10, 10), *, editable: bool = False
    ) -> ChoiceBox:
        theme.apply(LIGHT)
        box = ChoiceBox()
        qtbot.addWidget(box)
        box.setEditable(editable)
        box.addItems(list(entries))
        box.setGeometry(*at, 120, 31)
        with qtbot.waitExposed(box, timeout=PATIENCE_MS):
            box.show()
        QTest.keyClick(box, Qt.Key.Key_F4)
        qtbot.waitUntil(box.view().isVisible, timeout=PATIENCE_MS)
        QApplication.processEvents()
        return box

    return open_box


def popup_of(box: ChoiceBox) -> QWidget:
    return box.view().window()


@pytest.mark.parametrize("editable", [False, True], ids=["a list", "a field"])
@pytest.mark.parametrize("count", [1, 2, 10, 17, MOST_ROWS])
def test_up_to_twenty_entries_are_shown_without_a_scroll_bar(
    opened: Callable[..., ChoiceBox], count: int, editable: bool
) -> None:
    box = opened([f"entry {number}" for number in range(count)], editable=editable)
    view = box.view()
    assert not view.verticalScrollBar().isVisible()
    assert view.verticalScrollBar().maximum() == 0
    for row in range(count):
        area = view.visualRect(view.model().index(row, 0))
        assert area.height() >= view.fontMetrics().height() + 4
        assert view.viewport().rect().contains(area)


def test_more_entries_scroll_and_none_is_cut_off_by_the_scroll_bar(opened: Callable[..., ChoiceBox]) -> None:
    box = opened([f"entry number {number} of many" for number in range(200)])
    view = box.view()
    assert view.verticalScrollBar().isVisible()
    assert view.viewport().height() == MOST_ROWS * view.sizeHintForRow(0)
    assert view.viewport().width() >= view.sizeHintForColumn(0)


def test_a_list_is_as_wide_as_its_longest_entry_and_at_least_as_its_box(
    opened: Callable[..., ChoiceBox],
) -> None:
    narrow, wide = opened(["a"]), opened(["a", "a much longer entry than the box has room for"])
    assert popup_of(narrow).width() == narrow.width()
    assert wide.view().viewport().width() >= wide.view().sizeHintForColumn(0) > wide.width()
    assert not wide.view().horizontalScrollBar().isVisible()


def test_a_list_is_below_its_box_or_above_it_and_always_on_the_screen(
    opened: Callable[..., ChoiceBox],
) -> None:
    entries = [f"entry {number}" for number in range(10)]
    screen = QApplication.primaryScreen().availableGeometry()
    below = opened(entries, (30, 100))
    assert popup_of(below).geometry().topLeft() == below.geometry().bottomLeft() + QPoint(0, 1)
    above = opened(entries, (30, screen.height() - 40))
    assert popup_of(above).geometry().bottom() == above.geometry().top() - 1
    corner = opened(
        ["a long entry at the right edge"] * MOST_ROWS, (screen.width() - 60, screen.height() // 2)
    )
    for box in (below, above, corner):
        assert screen.contains(popup_of(box).geometry())


@pytest.mark.parametrize(
    ("top", "height", "place"),
    [(100, 300, 131), (500, 300, 200), (300, 500, 100), (300, 900, 0), (569, 100, 469), (469, 100, 500)],
)
def test_the_place_of_a_list(top: int, height: int, place: int) -> None:
    area, box = QRect(0, 0, 800, 600), QRect(50, top, 100, 31)
    found = _near(box, 200, height, area)
    assert found == QRect(50, place, 200, min(height, 600))


def test_every_combo_box_of_the_program_opens_whole() -> None:
    makers = [
        path
        for path in Path(ui.__file__).parent.rglob("*.py")
        if re.search(r"\bQComboBox\(\)", path.read_text(encoding="utf-8"))
    ]
    assert makers == []


@pytest.fixture
def rates(qtbot: QtBot) -> ChoiceBox:
    """An editable box with three entries."""
    box = ChoiceBox()
    qtbot.addWidget(box)
    box.setEditable(True)
    box.addItems(["300", "9600", "115200"])
    box.show()
    return box


@pytest.mark.parametrize(("shown", "key", "next_one"), [("9600", "Down", "115200"), ("115200", "Up", "9600")])
def test_keys_go_on_from_the_text_that_is_shown(
    rates: ChoiceBox, shown: str, key: str, next_one: str
) -> None:
    rates.setCurrentText(shown)
    QTest.keyClick(rates, getattr(Qt.Key, f"Key_{key}"))
    assert rates.currentText() == next_one


def test_keys_go_on_from_a_typed_text(rates: ChoiceBox) -> None:
    line = rates.lineEdit()
    assert line is not None
    line.selectAll()
    QTest.keyClicks(line, "9600")
    QTest.keyClick(rates, Qt.Key.Key_Up)
    assert rates.currentText() == "300"


@proves("ChoiceBox.keyPressEvent", "Key_PageUp", "Key_PageDown")
@pytest.mark.parametrize("key", ["Up", "Down", "PageUp", "PageDown"])
def test_a_key_in_a_text_that_is_no_entry_opens_the_list(rates: ChoiceBox, key: str) -> None:
    rates.setCurrentText("100000")
    QTest.keyClick(rates, getattr(Qt.Key, f"Key_{key}"))
    assert rates.view().isVisible()
    assert rates.currentText() == "100000"
    rates.hidePopup()


def test_a_key_in_an_empty_box_chooses_the_first_entry(rates: ChoiceBox) -> None:
    rates.setCurrentIndex(-1)
    QTest.keyClick(rates, Qt.Key.Key_Down)
    assert rates.currentText() == "300"
    line = rates.lineEdit()
    assert line is not None
    line.clear()
    QTest.keyClick(rates, Qt.Key.Key_Down)
    assert rates.view().isVisible()
    rates.hidePopup()


def test_an_empty_entry_is_shown_as_the_empty_box(rates: ChoiceBox) -> None:
    line = rates.lineEdit()
    assert line is not None
    line.setPlaceholderText("none")
    delegate = rates.itemDelegate()
    assert isinstance(delegate, QStyledItemDelegate)
    assert [delegate.displayText(entry, rates.locale()) for entry in ("", "300")] == ["none", "300"]


LONG = "jeder Messwert mit seiner Zeit, in Sätzen"


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("tip", ["", "How readings go to the cloud"])
def test_a_text_that_does_not_fit_ends_with_an_ellipsis_and_is_whole_in_the_tool_tip(
    qtbot: QtBot, scheme: Scheme, tip: str
) -> None:
    theme.apply(scheme)
    box = ChoiceBox()
    qtbot.addWidget(box)
    box.addItems([LONG, "kurz"])
    box.setToolTip(tip)
    box.show()
    told: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QToolTip, "showText", lambda _at, text, _box: told.append(text))
        for width, is_cut in ((150, True), (600, False)):
            told.clear()
            box.setFixedWidth(width)
            QApplication.processEvents()
            assert box.shown_text.endswith("…") == is_cut
            assert LONG.startswith(box.shown_text.removesuffix("…"))
            assert drawn_text_ends_before_the_arrow(box)
            QApplication.sendEvent(box, QHelpEvent(QEvent.Type.ToolTip, QPoint(), QPoint()))
            assert told == (["<br>".join(filter(None, (f"<span>{LONG}</span>", tip)))] if is_cut else [])
    box.setCurrentIndex(1)
    box.setFixedWidth(150)
    assert box.shown_text == "kurz"


@pytest.mark.parametrize("with_icon", [False, True])
@pytest.mark.parametrize("percent", [75, 100, 110, 200])
def test_a_box_has_room_for_its_longest_entry(qtbot: QtBot, percent: int, *, with_icon: bool) -> None:
    theme.apply(LIGHT, percent)
    box = ChoiceBox()
    qtbot.addWidget(box)
    box.addItems(["kurz", LONG, "PNG, für Dokumente und Webseiten"])
    if with_icon:
        icon = QPixmap(20, 10)
        icon.fill(QColor("red"))
        box.setIconSize(icon.size())
        for number in range(box.count()):
            box.setItemIcon(number, QIcon(icon))
    box.resize(box.sizeHint())
    for number in range(box.count()):
        box.setCurrentIndex(number)
        assert box.shown_text == box.currentText()
    box.setSizeAdjustPolicy(ChoiceBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(4)
    box.resize(box.sizeHint())
    box.setCurrentText(LONG)
    assert box.shown_text.endswith("…")


def test_an_icon_takes_room_from_the_text(qtbot: QtBot) -> None:
    theme.apply(LIGHT)
    box = ChoiceBox()
    qtbot.addWidget(box)
    box.addItem(LONG)
    box.setFixedWidth(150)
    box.show()
    without = box.shown_text
    icon = QPixmap(20, 10)
    icon.fill(QColor("red"))
    box.setIconSize(icon.size())
    box.setItemIcon(0, QIcon(icon))
    assert len(box.shown_text) < len(without)
    assert box.shown_text.endswith("…")
    assert drawn_text_ends_before_the_arrow(box)


def drawn_text_ends_before_the_arrow(box: ChoiceBox) -> bool:
    """Whether there is a free column between the text and the arrow, so that no letter is cut."""
    image = box.grab().toImage()
    ground = image.pixelColor(box.width() - 24, box.height() // 2)
    columns = range(box.width() - 26, box.width() - 22)
    return all(
        image.pixelColor(x, y) == ground
        for x in columns
        for y in range(box.height() // 4, 3 * box.height() // 4)
    )
