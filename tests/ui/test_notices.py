"""The line of notices: one line high, the gravest first, and a list of all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.messages.message import Message, verbatim
from tests.ui.fake_bench import FakeClock
from tests.ui.gestures import proves
from tests.ui.stage import LEFT, PATIENCE_MS
from ui.notices.answers import LEAVES_S
from ui.notices.line import Notices
from ui.situation import Notice

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
"""Qt says this when a pop-up opens without a screen."""


def waiting(seconds: int) -> Message:
    return Message("ago", seconds=seconds)


class Scene:
    """A window with a button, the line of notices, and something below."""

    def __init__(self, qtbot: QtBot) -> None:
        self.window = QWidget()
        self.before, self.below = QToolButton(), QLabel("plot")
        self.clock = FakeClock()
        self.line = Notices(after=self.before, clock=self.clock)
        column = QVBoxLayout(self.window)
        column.addWidget(self.before)
        column.addWidget(self.line)
        column.addWidget(self.below, 1)
        self.window.resize(700, 300)
        qtbot.addWidget(self.window)
        with qtbot.waitExposed(self.window, timeout=PATIENCE_MS):
            self.window.show()
        self.pressed: list[str] = []

    def notice(self, tone: str, words: str, *, device: str = "", also: str = "") -> Notice:
        return Notice(
            tone,
            verbatim(words),
            "button_look",
            lambda: self.pressed.append(f"look {words}"),
            device,
            lambda: self.pressed.append(f"name {words}"),
            also,
            lambda: self.pressed.append(f"also {words}"),
        )

    def listed(self) -> list[str]:
        return [row.label.text() for row in self.line.popup.rows]


@pytest.fixture
def scene(qtbot: QtBot) -> Iterator[Scene]:
    scene = Scene(qtbot)
    yield scene
    scene.line.popup.close()


def test_the_line_never_moves_what_is_below(scene: Scene) -> None:
    def place() -> tuple[int, int]:
        scene.window.layout().activate()  # type: ignore[union-attr]
        return scene.below.y(), scene.below.height()

    empty, height = place(), scene.line.height()
    assert scene.line.isVisible()
    long = scene.notice("bad", "a sentence " * 200, device="greenhouse", also="button_send_again")
    for wanted in ([long], [long] + [scene.notice("warn", str(n)) for n in range(20)], []):
        scene.line.show_all(wanted)
        assert place() == empty
        assert scene.line.height() == height
    assert all(child.isHidden() for child in scene.line.findChildren(QToolButton))


def test_notices_come_change_and_go(scene: Scene) -> None:
    pressed: list[str] = []
    line = scene.line
    line.show_all([Notice("warn", waiting(8), "button_try_now", lambda: pressed.append("old"))])
    line.show_all([Notice("warn", waiting(7), "button_try_now", lambda: pressed.append("new"))])
    assert (line.texts, line.label.text()) == (["7 s ago"], "7 s ago")
    QTest.mouseClick(line.button, LEFT)
    assert pressed == ["new"]
    line.show_all([])
    assert line.texts == []
    assert line.label.text() == ""


def test_a_notice_that_looks_the_same_is_not_shown_again_but_acts_anew(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    pressed: list[str] = []

    def wanted(name: str, words: str = "first") -> list[Notice]:
        return [Notice("warn", verbatim(words), "button_try_now", lambda: pressed.append(name))]

    scene.line.show_all(wanted("old"))
    said: list[str] = []
    monkeypatch.setattr(scene.line.label, "say", said.append)
    scene.line.show_all(wanted("new"))
    assert said == []
    QTest.mouseClick(scene.line.button, LEFT)
    assert pressed == ["new"]
    scene.line.show_all(wanted("new", "second"))
    assert said == ["second"]


def test_a_press_acts_on_the_notice_that_was_there(scene: Scene) -> None:
    scene.line.show_all([scene.notice("warn", "first")])
    QTest.mousePress(scene.line.button, LEFT)
    scene.line.show_all([scene.notice("bad", "second")])
    QTest.mouseRelease(scene.line.button, LEFT)
    assert scene.pressed == ["look first"]


def test_the_gravest_is_shown_and_the_rest_is_counted(scene: Scene) -> None:
    line = scene.line
    wanted = [
        scene.notice(tone, f"{tone} {n}") for n, tone in enumerate(("good", "warn", "bad", "warn", "bad"))
    ]
    line.show_all(wanted)
    assert line.texts == ["bad 2", "bad 4", "warn 1", "warn 3", "good 0"]
    assert (line.label.text(), line.more.text()) == ("bad 2", "4 more ▾")
    line.show_all(wanted[:2])
    assert (line.label.text(), line.more.text()) == ("warn 1", "1 more ▾")
    line.show_all(wanted[:1])
    assert (line.label.text(), line.more.text()) == ("good 0", "▾")


def test_equal_notices_of_two_boards_are_two_and_of_one_board_one(scene: Scene) -> None:
    scene.line.show_all(
        [
            *(Notice("warn", waiting(n), device="a") for n in (8, 7)),
            Notice("warn", waiting(6), device="b"),
        ]
    )
    assert scene.line.lines == ["a: 8 s ago", "b: 6 s ago"]


def test_a_message_of_an_action_comes_first_and_can_be_closed(scene: Scene) -> None:
    line = scene.line
    line.show_all([scene.notice("bad", "the port is gone")])
    line.show_message(verbatim("the data are saved"), "good")
    line.show_all([scene.notice("bad", "the port is gone")])
    assert line.texts == ["the data are saved", "the port is gone"]
    QTest.mouseClick(line.button, LEFT)
    assert line.texts == ["the port is gone"]


@pytest.mark.parametrize(("tone", "place"), [("good", 3), ("warn", 2), ("bad", 1)])
def test_a_message_is_behind_what_is_as_grave_after_some_seconds(scene: Scene, tone: str, place: int) -> None:
    line = scene.line
    wanted = [scene.notice(other, f"of a board: {other}") for other in ("bad", "warn", "good")]
    line.show_all(wanted)
    others = line.texts
    line.show_message(verbatim("the new token is used now"), tone)
    for later_s in (0.0, 5.9):
        scene.clock.now_s += later_s
        line.show_all(wanted)
        assert line.texts == ["the new token is used now", *others]
    scene.clock.now_s += 0.2
    QTest.mouseClick(line.more, LEFT)
    line.show_all(wanted)
    expected = [*others[:place], "the new token is used now", *others[place:]]
    assert line.texts == scene.listed() == expected
    assert line.label.text() == expected[0]
    line.dismiss()
    assert line.texts == others


def test_a_clock_that_is_set_back_keeps_no_message_in_front(scene: Scene) -> None:
    line = scene.line
    line.show_message(verbatim("saved"), "good")
    scene.clock.now_s -= 3600
    line.show_all([scene.notice("bad", "the port is gone")])
    assert line.texts == ["the port is gone", "saved"]


def test_a_window_in_another_language_gives_a_message_no_new_time(scene: Scene, qtbot: QtBot) -> None:
    other = Notices(clock=scene.clock)
    qtbot.addWidget(other)
    scene.line.show_message(verbatim("saved"), "good")
    scene.clock.now_s += 7
    other.take_over(scene.line)
    other.show_all([scene.notice("bad", "the port is gone")])
    assert other.texts == ["the port is gone", "saved"]


def test_an_answer_names_its_board_unless_there_is_only_one(scene: Scene) -> None:
    line = scene.line
    running = Notice("good", verbatim("Deleting data: 50 %"), device="cellar", answers=True)
    line.show_message(verbatim("The new token is used now."), "good", "greenhouse")
    line.show_all([running])
    assert line.lines == ["The new token is used now.", "Deleting data: 50 %"]
    assert line.name.isHidden()
    line.look_of = lambda device: lambda: scene.pressed.append(device)
    line.show_message(verbatim("The new token is used now."), "good", "greenhouse")
    line.show_all([running])
    assert line.lines == ["greenhouse: The new token is used now.", "cellar: Deleting data: 50 %"]
    QTest.mouseClick(line.name, LEFT)
    QTest.mouseClick(line.more, LEFT)
    QTest.mouseClick(line.popup.rows[1].name, LEFT)
    assert scene.pressed == ["greenhouse", "cellar"]


def test_a_message_leaves_while_no_bench_is_shown(scene: Scene, qtbot: QtBot) -> None:
    line = scene.line
    (renewal,) = line.findChildren(QTimer)
    renewal.setInterval(0)
    line.show_message(verbatim("saved"), "good")
    scene.clock.now_s += LEAVES_S
    qtbot.waitUntil(lambda: line.texts == [], timeout=PATIENCE_MS)


def test_the_line_names_its_board_and_has_two_buttons(scene: Scene) -> None:
    line = scene.line
    line.show_all([scene.notice("warn", "V3 is refused", device="a & b", also="button_send_again")])
    assert (line.name.text(), line.also.text(), line.button.text()) == ("a && b:", "Send again", "Look")
    assert line.name.accessibleName() == "Show a & b"
    for button in (line.name, line.also, line.button):
        QTest.mouseClick(button, LEFT)
    assert scene.pressed == ["name V3 is refused", "also V3 is refused", "look V3 is refused"]
    line.show_all([scene.notice("warn", "V3 is refused", device="x" * 50)])
    assert line.name.text() == "x" * 24 + "…:"
    assert "x" * 50 in line.name.toolTip()
    line.show_all([scene.notice("warn", "V3 is refused")])
    assert (line.name.isHidden(), line.also.isHidden(), line.button.isHidden()) == (True, True, False)


def test_a_text_that_does_not_fit_is_in_the_tool_tip_and_for_screen_readers(scene: Scene) -> None:
    words = "<b>hello</b> " * 60
    scene.line.show_all([scene.notice("warn", words)])
    assert "&lt;b&gt;hello" in scene.line.label.toolTip()
    assert scene.line.label.accessibleName() == f"Notices: {words}"
    assert scene.line.accessibleName() == "Notices"


@pytest.mark.parametrize(
    ("tone", "sign", "name"), [("good", "✓", "Done"), ("warn", "!", "Warning"), ("bad", "✗", "Error")]
)
def test_each_tone_has_a_sign_and_a_name_in_the_line_and_in_the_list(
    scene: Scene, tone: str, sign: str, name: str
) -> None:
    scene.line.show_all([scene.notice(tone, "something")])
    QTest.mouseClick(scene.line.more, LEFT)
    for frame in (scene.line, scene.line.popup.rows[0]):
        mark = next(label for label in frame.findChildren(QLabel) if label.text() == sign)
        assert (mark.accessibleName(), mark.property("tone")) == (name, tone)
        assert frame.property("notice") == tone
    scene.line.show_all([])
    assert scene.line.property("notice") == ""


def test_the_list_has_all_notices_in_their_order_and_follows_them(scene: Scene) -> None:
    line = scene.line
    low, middle, high = (scene.notice("warn", words) for words in ("low", "middle", "high"))
    line.show_all([low, high])
    QTest.mouseClick(line.more, LEFT)
    assert line.popup.isVisible()
    assert scene.listed() == ["low", "high"]
    rows = line.popup.rows
    line.show_all([low, middle, high])
    assert scene.listed() == ["low", "middle", "high"]
    assert [line.popup.rows[0], line.popup.rows[2]] == rows
    line.show_all([middle, high._replace(tone="bad")])
    assert scene.listed() == ["high", "middle"]
    line.show_all([])
    assert not line.popup.isVisible()
    assert not line.more.isVisible()


def test_a_row_of_the_list_keeps_its_button_while_its_text_changes(scene: Scene) -> None:
    line = scene.line
    line.show_all([Notice("warn", waiting(8), "button_look", lambda: scene.pressed.append("old"))])
    QTest.mouseClick(line.more, LEFT)
    (button,) = line.popup.rows[0].buttons
    line.show_all([Notice("warn", waiting(7), "button_look", lambda: scene.pressed.append("new"))])
    assert scene.listed() == ["7 s ago"]
    assert line.popup.rows[0].buttons == [button]
    assert line.popup.rows[0].label.textFormat() is Qt.TextFormat.PlainText
    QTest.mouseClick(button, LEFT)
    assert scene.pressed == ["new"]
    assert not line.popup.isVisible()


@proves("MoreButton.keyPressEvent", "Key_Space", "Key_Return", "Key_Enter")
@pytest.mark.parametrize(
    ("key", "modifier", "opens"),
    [
        (Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier, True),
        (Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, True),
        (Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier, True),
        (Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier, True),
        (Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier, False),
    ],
)
def test_keys_open_the_list(scene: Scene, key: Qt.Key, modifier: Qt.KeyboardModifier, opens: bool) -> None:
    scene.line.show_all([scene.notice("warn", "low")])
    scene.line.more.setFocus()
    QTest.keyClick(scene.line.more, key, modifier)
    assert scene.line.popup.isVisible() is opens


@proves("NoticePopup.keyPressEvent", "Key_Escape", "Key_Down", "Key_Up")
def test_the_list_is_used_and_closed_by_keys(scene: Scene) -> None:
    line = scene.line
    line.show_all([scene.notice("warn", words) for words in ("first", "second", "third")])
    line.more.setFocus()
    QTest.keyClick(line.more, Qt.Key.Key_Space)
    buttons = [row.buttons[0] for row in line.popup.rows]
    assert line.popup.focusWidget() is buttons[0]
    for key, place in ((Qt.Key.Key_Tab, 1), (Qt.Key.Key_Down, 2), (Qt.Key.Key_Up, 1)):
        QTest.keyClick(line.popup.focusWidget(), key)
        assert line.popup.focusWidget() is buttons[place]
    QTest.keyClick(buttons[1], Qt.Key.Key_X)
    assert line.popup.isVisible()
    QTest.keyClick(buttons[1], Qt.Key.Key_Escape)
    assert not line.popup.isVisible()
    assert scene.pressed == []
    QTest.keyClick(line.more, Qt.Key.Key_Space)
    QTest.keyClick(line.popup.focusWidget(), Qt.Key.Key_Down)
    QTest.keyClick(line.popup.focusWidget(), Qt.Key.Key_Space)
    assert scene.pressed == ["look second"]


def test_the_list_is_as_wide_as_the_line_below_it_and_on_the_screen(scene: Scene) -> None:
    line = scene.line
    line.show_all([scene.notice("warn", f"{n} " + "a sentence " * 30) for n in range(60)])
    QTest.mouseClick(line.more, LEFT)
    popup = line.popup
    assert (popup.width(), popup.x()) == (line.width(), line.mapToGlobal(line.rect().topLeft()).x())
    assert popup.y() > line.mapToGlobal(line.rect().bottomLeft()).y()
    assert line.screen().availableGeometry().contains(popup.geometry())


def test_the_tab_key_goes_through_the_buttons_of_the_line(scene: Scene) -> None:
    line = scene.line
    line.show_all([scene.notice("warn", "x", device="a", also="button_send_again")])
    scene.before.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    scene.before.setFocus()
    reached = []
    for _ in range(4):
        QTest.keyClick(scene.window.focusWidget(), Qt.Key.Key_Tab)
        reached.append(scene.window.focusWidget())
    assert reached == [line.name, line.also, line.button, line.more]
