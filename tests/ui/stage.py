"""A whole window for tests, with everything that the user can use: two devices, faults, and a keyring."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QIcon, QKeySequence, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMenu, QMessageBox, QSystemTrayIcon, QWidget
from pytestqt.qtbot import QtBot

from app.bench.status import PortInfo
from app.config.bench_file import BenchConfig, DeviceConfig
from app.journal import earlier
from app.messages.message import Message, verbatim
from app.security.tokens import TokenError
from tests.ui.fake_bench import PORTS, FakeBench, FakeClock, FakeDevice, play
from ui.contract import BenchView, MakeBench, Program
from ui.menus import add_menus
from ui.running import background
from ui.settings import Settings
from ui.theme.colors import Theme
from ui.window import MainWindow

PATIENCE_MS = 60_000
"""The time-out of a wait in a test; the wait ends at once unless the machine is overloaded."""
CONTROL = Qt.KeyboardModifier.ControlModifier
NO_KEYS = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton

Dialog = TypeVar("Dialog", bound=QDialog)


class Answer(NamedTuple):
    """What a server has answered about a token."""

    accepted: bool
    message: Message
    server: str = ""


class Keyring:
    """A keyring that keeps tokens in `held`; while `trouble` is set, `store` fails with that text.

    `tested` has each server and token that was tried; each test gets `answer`.
    """

    def __init__(self) -> None:
        self.held: dict[str, str] = {}
        self.trouble = ""
        self.tested: list[tuple[str, str]] = []
        self.answer = Answer(True, verbatim("The server accepts the token."))

    def missing(self, config: BenchConfig) -> dict[str, Message]:
        return {
            device.name: verbatim(f'device "{device.name}": the keyring holds no token')
            for device in config.device
            if device.auth_token and device.name not in self.held
        }

    def store(self, device: DeviceConfig, token: str) -> None:
        if self.trouble:
            raise TokenError("verbatim", text=self.trouble)
        self.held[device.name] = token

    def copy(self, device: DeviceConfig, to: DeviceConfig) -> None:
        self.store(to, self.held[device.name])

    def forget(self, device: DeviceConfig) -> None:
        if self.trouble:
            raise TokenError("verbatim", text=self.trouble)
        self.held.pop(device.name, None)

    def test(self, device: DeviceConfig, typed: str) -> Answer:
        self.tested.append((device.server, typed))
        return self.answer


class Awake:
    """A switch that keeps no computer awake; `problem` is what it reports when it is switched on."""

    def __init__(self) -> None:
        self.is_on = False
        self.problem: Message | None = None

    def switch(self, *, on: bool) -> Message | None:
        self.is_on = on and self.problem is None
        return self.problem if on else None


class Tray(QSystemTrayIcon):
    """An icon in the tray of a system that has one, unlike Qt's offscreen platform."""

    available = True

    def __init__(self, _icon: QIcon, parent: QObject) -> None:
        super().__init__(parent)
        self._shown = False

    @staticmethod
    def isSystemTrayAvailable() -> bool:
        return Tray.available

    def show(self) -> None:
        self._shown = True

    def hide(self) -> None:
        self._shown = False

    def isVisible(self) -> bool:
        return self._shown


class OneFault(NamedTuple):
    name: str
    message: Message
    on: bool


class DemoFaults:
    """The faults of a demo; `on` says for each fault whether it is switched on."""

    def __init__(self) -> None:
        self.on: dict[str, bool] = {"down": False, "flood": False}

    def shown(self) -> list[OneFault]:
        return [OneFault(name, verbatim(f"Play {name}"), on) for name, on in self.on.items()]

    def switch(self, name: str, on: bool) -> None:
        self.on[name] = on


class FakeDemo:
    """A demo whose benches are fake, and which records whether it was closed."""

    def __init__(self, config: BenchConfig, make: MakeBench, faults: DemoFaults | None = None) -> None:
        self.config, self._make = config, make
        self.faults = faults or DemoFaults()
        self.is_closed = False

    def bench(self) -> BenchView:
        return self._make(self.config, {})

    def close(self) -> None:
        self.is_closed = True


class Stage:
    """A window, everything that it was made with, and methods that act like the user."""

    def __init__(
        self,
        qtbot: QtBot,
        config: BenchConfig,
        clock: FakeClock,
        monkeypatch: pytest.MonkeyPatch,
        folder: Path,
        settings: Settings | None = None,
        ports: Sequence[PortInfo] = PORTS,
    ) -> None:
        self.qtbot, self.config, self.clock = qtbot, config, clock
        self.monkeypatch, self.folder = monkeypatch, folder
        self.made: list[FakeBench] = []
        self.ports: list[PortInfo] = list(ports)
        self.faults, self.keyring = DemoFaults(), Keyring()
        self.awake = Awake()
        monkeypatch.setattr(background, "Wakefulness", lambda: self.awake)
        monkeypatch.setattr(background, "QSystemTrayIcon", Tray)
        self.demos: list[FakeDemo] = []
        self.keyring.held["greenhouse"] = "a token that was kept"
        self.settings = settings or Settings(theme=Theme.LIGHT)
        self.settings_path = folder / "window.json"
        self.window = MainWindow(
            Program(self.make, lambda: self.ports, self.keyring, self.make_demo, earlier.find),
            settings=self.settings,
            settings_path=self.settings_path,
            clock=clock,
        )
        add_menus(self.window)
        qtbot.addWidget(self.window)
        with qtbot.waitExposed(self.window, timeout=PATIENCE_MS):
            self.window.show()

    def make(self, config: BenchConfig, tokens: Mapping[str, str]) -> FakeBench:
        self.made.append(FakeBench(config, tokens, self.clock))
        return self.made[-1]

    def make_demo(self) -> FakeDemo:
        self.demos.append(FakeDemo(self.config, self.make, self.faults))
        return self.demos[-1]

    def connect(self) -> None:
        """Connect the bench, and show two seconds of readings of the device `greenhouse`."""
        self.window.connection.open_bench(self.config, "bench.toml")
        self.window.connection.connect_bench()
        play(self.device, self.clock.now_s - 2, self.clock.now_s)
        self.frames()
        self.window.pane.plot.setFocus()
        QApplication.processEvents()  # lays out the strips
        self.frames()

    @property
    def bench(self) -> FakeBench:
        return self.made[-1]

    @property
    def device(self) -> FakeDevice:
        return self.bench.devices["greenhouse"]

    def frames(self, number: int = 3) -> None:
        """Draw `number` frames without waiting for the timer."""
        self.window.frames.stop()
        for _ in range(number):
            self.window.draw()

    def dialog(self, kind: type[Dialog]) -> Dialog:
        """The only visible dialog of the class `kind`."""
        (shown,) = [dialog for dialog in self.window.findChildren(kind) if dialog.isVisible()]
        return shown

    def agree(self) -> None:
        """Agree to the question that is open."""
        box = self.question()
        (button,) = [b for b in box.buttons() if box.buttonRole(b) is QMessageBox.ButtonRole.DestructiveRole]
        self.click(button)

    def question(self) -> QMessageBox:
        return self.dialog(QMessageBox)

    def answers_with(self, path: Path | str) -> list[str]:
        """Make every file dialog answer with `path`; the returned list records what each dialog was asked."""
        asked: list[str] = []

        def answer(_parent: QWidget, title: str, at: str, kinds: str) -> tuple[str, str]:
            asked.append(" | ".join((title, at, kinds)))
            return str(path), ""

        self.monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
        self.monkeypatch.setattr(QFileDialog, "getOpenFileName", answer)
        return asked

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(is_so, timeout=PATIENCE_MS)

    def wait_for_notice(self, text: str) -> None:
        def is_told() -> bool:
            self.frames(3)
            return text in self.window.notices.texts

        self.wait_until(is_told)

    def press(self, key: str, widget: QWidget | None = None) -> None:
        """Press a key, written as in a menu (`Ctrl+Shift+S`), in `widget` or else where the focus is."""
        QTest.keySequence(widget or self.window.focusWidget() or self.window, QKeySequence(key))

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        """Click a visible widget, by default in its middle."""
        assert widget.isVisible(), f"{widget.accessibleName()} cannot be seen"
        QTest.mouseClick(widget, LEFT, pos=at or widget.rect().center())

    def click_mark(self, row: int) -> None:
        """Click the mark of a row of the table, which hides or shows its curve."""
        table = self.window.left.table
        area = table.visualRect(table.rows.index(row, 0))
        QTest.mouseClick(table.viewport(), LEFT, pos=QPoint(area.left() + 15, area.center().y()))

    def row_menu(self, row: int) -> QMenu:
        """The menu of a row of the table, opened by a right click."""
        table = self.window.left.table
        place = table.visualRect(table.rows.index(row, 0)).center()
        event = QContextMenuEvent(
            QContextMenuEvent.Reason.Mouse, place, table.viewport().mapToGlobal(place), NO_KEYS
        )
        QApplication.sendEvent(table.viewport(), event)
        (menu,) = table.findChildren(QMenu)
        return menu

    def choose_in_row(self, row: int, word: str) -> None:
        """Choose the entry that begins with `word` in the menu of a row of the table."""
        menu = self.row_menu(row)
        (entry,) = [entry for entry in menu.actions() if entry.text().replace("&", "").startswith(word)]
        QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(entry).center())
        # Qt deletes a closed menu only in an event loop.
        QApplication.sendPostedEvents(menu, QEvent.Type.DeferredDelete)

    def hold(self, widget: QWidget, *places: QPoint) -> None:
        """Press the left button at the first place, move through the others, and release it at the last."""
        QTest.mousePress(widget, LEFT, pos=places[0])
        for place in places[1:]:
            self.move(widget, place, LEFT)
        QTest.mouseRelease(widget, LEFT, pos=places[-1])

    def move(self, widget: QWidget, to: QPoint, buttons: Qt.MouseButton = Qt.MouseButton.NoButton) -> None:
        """Move the pointer to a point of `widget` while `buttons` are pressed."""
        event = QMouseEvent(
            QEvent.Type.MouseMove,
            QPointF(to),
            QPointF(widget.mapToGlobal(to)),
            Qt.MouseButton.NoButton,
            buttons,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(widget, event)

    def wheel(self, widget: QWidget, at: QPoint, clicks: int) -> None:
        """Turn the mouse wheel at a point by `clicks` notches; away from the user is positive."""
        self.turn(widget, at, 120 * clicks)

    def turn(self, widget: QWidget, at: QPoint, eighths: int) -> None:
        """Turn the mouse wheel at a point by `eighths` eighths of a degree; a notch is 120 of them."""
        event = QWheelEvent(
            QPointF(at),
            QPointF(widget.mapToGlobal(at)),
            QPoint(),
            QPoint(0, eighths),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(widget, event)

    def click_notice(self, word: str) -> None:
        """Click a button of the gravest notice."""
        line = self.window.notices
        shown = (line.name, *line.fixes, line.also, line.button, line.close_button)
        (button,) = [button for button in shown if button.text() == word and button.isVisible()]
        self.click(button)
