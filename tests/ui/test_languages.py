"""The language in which the window opens, and the choice of another language while a bench runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QTimer
from PySide6.QtGui import QAction, QImage
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QLabel, QMenu
from pytestqt.qtbot import QtBot

from app.config.bench_file import BenchConfig
from app.messages import languages
from tests.ui.conftest import Bench
from tests.ui.fake_bench import play
from tests.ui.stage import FakeDemo, Keyring
from ui import qt_language
from ui import settings as memory
from ui.application import run_window, show_demo
from ui.contract import Program
from ui.help.dialog import HelpDialog
from ui.menus import add_menus
from ui.settings import Settings
from ui.window import MainWindow

pytestmark = pytest.mark.usefixtures("qtbot", "own_language")


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(memory, "default_path", lambda: tmp_path / "window.json")


def shown() -> MainWindow:
    (window,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow) and w.isVisible()]
    return window


def when_open(act: Callable[[MainWindow], None]) -> None:
    """Call `act` with the window as soon as it is open; then close the visible window, old or new."""

    def go() -> None:
        try:
            act(shown())
        finally:
            shown().close()

    QTimer.singleShot(0, go)


def entry(window: MainWindow, name: str) -> QAction:
    (action,) = [a for menu in window.findChildren(QMenu) for a in menu.actions() if a.text() == name]
    return action


def bar_of(window: MainWindow) -> list[str]:
    return [action.text() for action in window.menuBar().actions() if action.isVisible()]


def unused() -> FakeDemo:
    raise AssertionError("the user has not asked for a demo")


def in_language(code: str, *codes: str) -> list[str]:
    before = languages.chosen()
    languages.choose(code)
    found = [languages.text(each) for each in codes]
    languages.choose(before)
    return found


BAR = ("menu_bench", "menu_device", "menu_view", "menu_help")


@pytest.mark.parametrize(
    ("kept", "asked", "code"),
    [("", "", "en"), ("de", "", "de"), ("de", "en", "en"), ("", "de", "de"), ("no such language", "", "en")],
)
def test_the_settings_choose_the_language_unless_the_command_line_does(
    maker: Bench, kept: str, asked: str, code: str
) -> None:
    memory.save(Settings(language=kept), memory.default_path())
    languages.choose(asked)
    seen: list[tuple[list[str], list[str]]] = []

    def look(window: MainWindow) -> None:
        menu = next(m for m in window.findChildren(QMenu) if m.title() == languages.text("menu_language"))
        ticked = [action.text() for action in menu.actions() if action.isChecked()]
        seen.append((bar_of(window), ticked))

    when_open(look)
    run_window(Program(maker.make, list, Keyring(), unused))
    chosen = asked or (kept if kept in languages.offered() else "")
    tick = languages.name_of(chosen) if chosen else "Like the &system"
    assert seen == [(in_language(code, *BAR), [tick])]
    assert memory.load(memory.default_path()).language == kept


def test_a_language_is_chosen_while_a_bench_runs(maker: Bench, config: BenchConfig) -> None:
    keyring = Keyring()
    keyring.held["greenhouse"] = "a token"

    def use(window: MainWindow) -> None:
        window.connection.connect_bench()
        play(maker.last.devices["greenhouse"], maker.clock.now_s - 2, maker.clock.now_s)
        window.rail.step(1)
        entry(window, "Deutsch").trigger()
        other = shown()
        assert other is not window
        assert bar_of(other) == in_language("de", *BAR)
        assert memory.load(memory.default_path()).language == "de"
        assert (other.connection.connected, other.connection.bench) == (True, maker.last)
        assert window.connection.bench is None
        assert other.windowTitle() == "Bench 1 – Pinbridge"
        assert other.rail.chosen == "cellar"
        other.rail.step(1)
        other.draw()
        assert len(other.pane.plot.strips) == 4
        assert other.frames.is_on
        assert not window.frames.is_on
        assert (maker.last.started, maker.last.stopped, len(maker.made)) == (1, 0, 1)
        entry(other, "English").trigger()
        last = shown()
        assert bar_of(last) == in_language("en", *BAR)
        entry(last, "English").trigger()
        assert shown() is last

    when_open(use)
    run_window(Program(maker.make, list, keyring, unused), config=config, source="bench.toml")
    assert (maker.last.started, maker.last.stopped) == (1, 1)


def test_the_demo_s_bench_goes_on_and_the_picture_is_of_the_last_window(
    config: BenchConfig, maker: Bench, tmp_path: Path
) -> None:
    memory.save(Settings(language="de"), memory.default_path())
    demo, picture = FakeDemo(config, maker.make), tmp_path / "window.png"
    seen: list[list[str]] = []

    def use() -> None:
        seen.append(bar_of(shown()))
        entry(shown(), "English").trigger()
        seen.append(bar_of(shown()))

    QTimer.singleShot(0, use)
    assert show_demo(demo, Program(maker.make, list, Keyring(), unused), seconds=0.5, screenshot=picture) == 0
    with_faults = (*BAR[:3], "menu_faults", BAR[3])
    assert seen == [in_language("de", *with_faults), in_language("en", *with_faults)]
    assert (maker.last.started, maker.last.stopped, demo.is_closed) == (1, 0, False)
    assert QImage(str(picture)).width() >= 820
    assert memory.load(memory.default_path()).language == "de"


def test_qt_s_own_buttons_and_numbers_follow(qtbot: QtBot, qapp: QApplication) -> None:
    def cancel() -> str:
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        qtbot.addWidget(box)
        return box.buttons()[0].text()

    for code, word, language in (
        ("de", "Abbrechen", QLocale.Language.German),
        ("en", "Cancel", QLocale.Language.English),
    ):
        languages.choose(code)
        qt_language.follow(qapp)
        assert cancel() == word
        assert QLocale().language() is language


def test_the_help_names_the_keys_as_the_menus_do(qtbot: QtBot, qapp: QApplication) -> None:
    languages.choose("de")
    qt_language.follow(qapp)
    dialog = HelpDialog()
    qtbot.addWidget(dialog)
    dialog.topics.setCurrentRow(dialog.topics.count() - 1)
    said = dialog.page.toPlainText()
    assert "Strg+S, Strg+Umschalt+S" in said
    assert languages.text("help_save") in said
    assert dialog.windowTitle() == languages.text("title_help")


@pytest.mark.parametrize("code", languages.offered())
def test_no_two_entries_of_a_menu_share_a_letter(
    qtbot: QtBot, qapp: QApplication, maker: Bench, code: str
) -> None:
    languages.choose(code)
    qt_language.follow(qapp)
    window = MainWindow(Program(maker.make, maker.list_ports), settings=Settings())
    qtbot.addWidget(window)
    add_menus(window)
    for menu in window.findChildren(QMenu):
        texts = [action.text() for action in menu.actions()] if menu.title() else []
        letters = [text[text.index("&") + 1].casefold() for text in texts if "&" in text]
        assert len(letters) == len(set(letters)), texts
    bar = [action.text() for action in window.menuBar().actions()]
    letters = [text[text.index("&") + 1].casefold() for text in bar]
    assert len(letters) == len(set(letters)) == 5
    form = [label for label in window.bar.form.findChildren(QLabel) if label.buddy()]
    letters = [label.text()[label.text().index("&") + 1].casefold() for label in form]
    assert len(letters) == len(set(letters)) == 4
    window.close()
